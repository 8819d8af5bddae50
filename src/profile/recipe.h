/* What whole updates and profiles share: the settings of a training that is there to be timed, and the median of what was seen. */
#ifndef STRATA_PROFILE_RECIPE_H
#define STRATA_PROFILE_RECIPE_H

#include "config.h"
#include "dataset.h"

/* Settings for a training that is stopped after `updates` updates, long before it is done. It is evaluated once, before the first of them,
 * and has no more images than they fetch, none of them twice, or as many as the assignment has; so the images of an update are as far
 * apart in memory, and as long unseen, as in a whole training. */
static inline void recipe_shorten(strata_config *c, const strata_data *data, long updates)
{
    int64_t images = updates * c->n_batch, most = data->train_images - 1;
    if (most > 45000) most = 45000;
    if (most < c->n_batch) most = c->n_batch;
    c->n_train = images < most ? images : most;
    c->n_val = 1;
    c->n_s = updates;
    c->cycles = 1;
    c->cycle_growth = 1;
    c->updates = c->epochs = c->patience = 0;
    c->evals = 1;
    c->diagnose = false;
}

/* Of count >= 1 times, which it sorts. */
double profile_median(double *seconds, long count);

#endif
