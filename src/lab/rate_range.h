/*
 * The rate range test: a training whose eta rises by equal factors, and the range of eta that its curve speaks for. The rule is here alone
 * (docs/experiments.md has it in words). Internal to the module.
 */
#ifndef STRATA_LAB_RATE_RANGE_H
#define STRATA_LAB_RATE_RANGE_H

#include "run_list.h"
#include "store.h"

/* A point of the curve. */
typedef struct {
    double eta, accuracy, loss; /* of the validation images; NaN or infinite where it diverged */
} rate_point;

typedef struct {
    bool found;       /* false: the accuracy never rises clearly above chance */
    double low, high; /* eta_min and eta_max; NaN unless found */
    bool open;        /* the accuracy is highest at the last point: a larger eta may be better still */
} rate_range;

/*
 * The rule. Accuracy and loss are smoothed: the mean of a point and its two neighbours, of those that there are. The curve ends before its
 * first point that is not finite, and before the loss is 1.5 times its lowest so far. eta_max is the first eta at which the accuracy is
 * highest. eta_min is the first at which it has risen by a fifth of the way from chance to there. Nothing is found where that way is
 * shorter than 5 points.
 */
rate_range rate_range_of(const rate_point *point, size_t count, double chance);

/* Of the trainings that the list has of this experiment, one a seed: medians and spread as notes (eta_min, eta_min.least, eta_min.most, the
 * same of eta_max, seeds, found, verdict), and as a sentence. A training that diverged has the curve that it came to. */
strata_status rate_range_conclude(store *s, const experiment *e, size_t number, const run_list *all, text *verdict);

#endif
