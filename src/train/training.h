/* One training, start to end, by one thread: the recipe of docs/math.md over the mini-batches of a split. */
#ifndef STRATA_TRAIN_TRAINING_H
#define STRATA_TRAIN_TRAINING_H

#include "run.h"

/* Trains a run, from where its newest checkpoint was. The observer (not NULL) is called by this thread alone; checkpoints NULL: none. Fails
 * before the first update, and after the last when memory is out; divergence is an outcome. */
strata_status training_run(strata_run *run, const split *part, size_t member, const strata_observer *observer,
                           const strata_checkpoints *checkpoints);

#endif
