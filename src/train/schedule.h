/* Functions of the update number: the learning rate, and whether the curves have a point. Pure; any thread may call them. */
#ifndef STRATA_TRAIN_SCHEDULE_H
#define STRATA_TRAIN_SCHEDULE_H

#include "config.h"

/* Of one run: what its resolved configuration says of them. */
typedef struct {
    int kind;                        /* SCHEDULE_TRIANGLE, ... */
    long updates;                    /* of the whole run */
    long n_s;                        /* of half the first cycle */
    double growth, decay;            /* of the cycles' lengths, and of their largest rates */
    double eta_min, eta_max;
    long warmup, step_every;
    double step_factor;
    long evals;
} schedule;

schedule schedule_of(const strata_config *resolved);

/* (43)-(49): the learning rate of update t, 0 <= t <= updates. After the last update, which no other follows, it is the one that the last
 * cycle ends with. */
double schedule_eta(const schedule *s, long t);

/* Do the curves have a point after t updates? There is one at t = 0. Each cycle has `evals` more, evenly spread, the last at its end, and
 * there is one at the end of the run. With evals = 0 it is the only one. */
bool schedule_has_point(const schedule *s, long t);

/* Do the t updates, t >= 1, end a cycle? */
bool schedule_ends_cycle(const schedule *s, long t);

#endif
