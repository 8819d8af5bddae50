/*
 * A store as a whole report leaves it: every experiment of the assignment with plausible, deterministic numbers, made without training.
 * For the tests of report/ and for looking at a page; nothing in it was measured.
 */
#ifndef STRATA_TESTS_REPORTED_H
#define STRATA_TESTS_REPORTED_H

#include "store.h"

enum { REPORTED_SEEDS = 5 };

/* Fills an empty store with all experiments, `seeds` runs for each setting (at most 9). One run of init-1e-1 diverges. */
strata_status reported_fill(store *s, int seeds);

#endif
