/* One training, start to end, by one thread: the recipe of docs/math.md over the mini-batches of a split. */
#ifndef STRATA_TRAIN_TRAINING_H
#define STRATA_TRAIN_TRAINING_H

#include "run.h"

/* Trains a run to its end, from its newest checkpoint if there is one. checkpoints NULL: it neither reads nor writes any. Only this thread
 * calls the observer (not NULL). Fails before the first update or, when memory is out, after the last; divergence is a result. */
strata_status training_run(strata_run *run, const split *part, size_t member, const strata_observer *observer,
                           const strata_checkpoints *checkpoints);

#endif
