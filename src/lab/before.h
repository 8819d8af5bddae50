/* What is found out about a call before anything is made or trained. Internal to the module. */
#ifndef STRATA_LAB_BEFORE_H
#define STRATA_LAB_BEFORE_H

#include "plan.h"
#include "store.h"

/* Is there something to compare with wherever `against` says so, and does the folder hold what this call may be recorded beside? A quick
 * look and real results do not share a folder. STRATA_ERR_ARGUMENT when not; nothing is made in the folder. What is worth knowing (seeds
 * that files have and the call does not, settings of the call, results to compare with that are not there yet) is said. */
strata_status before_check(const lab_request *wanted, experiment *const *list, size_t count);

/* The store of a folder, to read; *s is NULL where there is none yet. */
strata_status before_open(const char *out, store **s);

#endif
