/* What a random search finds, from the validation accuracies in the store: who goes on to the next rung, and who is best. Internal. */
#ifndef STRATA_LAB_RUNGS_H
#define STRATA_LAB_RUNGS_H

#include "run_list.h"
#include "store.h"

/* The trainings of the last rung have ended: chooses those that go on. A configuration of which a training diverged does not; equal means
 * go by their numbers, the earlier first. *ended: there is no further rung, or nobody goes on; then e->search has the best of the last rung
 * on which there is one, or -1, and the sentence says so. `all` lists the trainings, and the experiment has this number there. */
strata_status rungs_climb(store *s, experiment *e, size_t number, const run_list *all, bool *ended);

/* What was found, as notes of the experiment (best, best.SETTING, standard_error, spent, budget, verdict) and as a sentence. */
strata_status rungs_conclude(store *s, const experiment *e, text *verdict);

#endif
