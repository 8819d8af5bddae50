/* The learning rate of an update, and the updates at which curves have a point. Pure functions; any thread. */
#ifndef STRATA_TRAIN_SCHEDULE_H
#define STRATA_TRAIN_SCHEDULE_H

#include <stdbool.h>

/* (18): the triangular rate of update t >= 0, n_s >= 1. */
double schedule_eta(long t, long n_s, double eta_min, double eta_max);

/* Is there a point of the curves after t updates? `evals` of them in each cycle of 2 n_s updates, spread evenly, the last at its end; and
 * one before the first update. */
bool schedule_has_point(long t, long n_s, long evals);

#endif
