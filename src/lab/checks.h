/* Experiments that are gradient checks. Internal to the module. */
#ifndef STRATA_LAB_CHECKS_H
#define STRATA_LAB_CHECKS_H

#include "plan.h"
#include "store.h"

/* Checks every combination by every method, unless the store has just these checks, and puts the rows into the store. *passed becomes false
 * when a gradient is wrong. */
strata_status checks_run(store *s, const experiment *e, int threads, bool *passed);

#endif
