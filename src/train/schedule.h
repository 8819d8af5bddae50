/* Functions of the update number: the learning rate, and whether the curves have a point. Pure; any thread may call them. */
#ifndef STRATA_TRAIN_SCHEDULE_H
#define STRATA_TRAIN_SCHEDULE_H

#include <stdbool.h>

/* (18): the learning rate of update t >= 0, a triangle between eta_min and eta_max with a period of 2 n_s updates, n_s >= 1. */
double schedule_eta(long t, long n_s, double eta_min, double eta_max);

/* Do the curves have a point after t updates? There is one at t = 0. Each cycle of 2 n_s updates has `evals` more, evenly spread, the last
 * at its end. */
bool schedule_has_point(long t, long n_s, long evals);

#endif
