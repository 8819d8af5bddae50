/*
 * What was published for an experiment, and whether the trainings of this call can be compared with it. A published value is about the
 * settings and the data of the experiment's file. Internal to the module (docs/decisions/0124).
 */
#ifndef STRATA_LAB_PUBLISHED_H
#define STRATA_LAB_PUBLISHED_H

#include "plan.h"
#include "store.h"

/* Why this call trains something else than what the published values are about, in words; *why stays empty where it does not, or where
 * nothing was published. Data that are not there yet are no reason. */
strata_status published_unlike(const experiment *e, bool quick, text *why);

/* The values beside the accuracies, as notes published.WORD, and `unlike`, which is `why`. Where there is a reason, no value is there. */
strata_status published_put(store *s, const experiment *e, const char *why);

#endif
