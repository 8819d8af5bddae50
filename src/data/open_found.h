/* Opens what --data says, and what that led to. */
#ifndef STRATA_DATA_OPEN_FOUND_H
#define STRATA_DATA_OPEN_FOUND_H

#include "catalogue.h"

/* What the user said beside the data's name; it goes before what a description says. */
typedef struct {
    const char *test_path, *label; /* NULL: not said */
    double test_share;             /* 0: not said */
    bool untested;                 /* a test part is not needed */
    bool unlabelled;               /* examples alone, for predictions, */
    int features;                  /* and how many one has, as in data_request; 0: not known */
} data_choices;

/* Reads it and makes a data set. The caller owns *out. Failures as of strata_data_open_as, and as of the description. */
strata_status data_open_found(catalogue_found *found, const data_choices *chosen, strata_data **out);

/* Opens what `what` means: a folder with CIFAR-10's official one in it, or what catalogue_find makes of it with this folder of
 * descriptions and this home. The caller owns *out; it is NULL on failure. Failures as of catalogue_find and data_open_found. */
strata_status data_open_what(const char *what, const data_choices *chosen, const char *folder, const char *home, strata_data **out);

#endif
