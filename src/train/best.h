/*
 * The best point of a run's curves so far, by the accuracy of the validation part, the first of equals: what `patience` waits for, and
 * whose parameters `keep = best` keeps. The state lies in the run's further nets, so a checkpoint has it.
 */
#ifndef STRATA_TRAIN_BEST_H
#define STRATA_TRAIN_BEST_H

#include "run.h"

/* Looks at the newest point of the curves, whose parameters the net has. */
void best_note(strata_run *run);

/* Has the run had `patience` points since its best one, so that it ends here? */
bool best_is_old(const strata_run *run);

/* The parameters that the model gets at the end: those of the last update, or with keep = best those of the best point where that is
 * another. */
network *best_net(const strata_run *run);

#endif
