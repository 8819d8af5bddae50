/* Opens what --data led to. */
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

#endif
