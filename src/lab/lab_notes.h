/* What an experiment's file and its call say beyond its row in the store, as notes. Internal to the module. */
#ifndef STRATA_LAB_LAB_NOTES_H
#define STRATA_LAB_LAB_NOTES_H

#include "plan.h"
#include "store.h"

/* The notes expect, expect.low, expect.high, range_test, draws, grows, length.RUNG and overrides, as this file and call have them;
 * `failed`, of an earlier call, is empty. Where there is nothing to say, a note that is there becomes empty, and none is made. */
strata_status notes_put(store *s, const experiment *e, const char *const *settings);

/* A number as a note: "nan" where it is none. */
strata_status notes_put_number(store *s, const char *id, const char *key, double value);

#endif
