/*
 * Experiments on made-up data of other forms, to be put beside others in a store: grey images of 28 x 28 (grey, with grey-bn compared with
 * it), a table of four features (flowers), images of thirty classes (many). For the tests of report/ and for looking at a page; nothing in
 * it was measured.
 */
#ifndef STRATA_TESTS_OTHER_DATA_H
#define STRATA_TESTS_OTHER_DATA_H

#include "store.h"

enum { OTHER_SEEDS = 3 };

strata_status other_data_fill(store *s);

#endif
