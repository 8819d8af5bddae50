/* A contact sheet: what the images of a data set look like, class by class. */
#ifndef STRATA_LAB_CONTACT_H
#define STRATA_LAB_CONTACT_H

#include "status.h"
#include "strata/data.h"

enum {
    CONTACT_ACROSS = 10,   /* images of a class */
    CONTACT_CLASSES = 100, /* drawn at most: the first ones */
    CONTACT_GAP = 4,
};

/* The first ten images of each class in the training pool, a row for each class in the order of their numbers; white where it has fewer.
 * STRATA_ERR_DATA where examples are no images; failures as of picture.h. */
strata_status contact_sheet(const strata_data *data, const char *path);

#endif
