/*
 * The nets that a run holds beside the one it trains, all of the same shape: the moments of its optimiser, the average of its parameters,
 * the best parameters so far, and those of the ends of its cycles. Which there are follows from the settings. All memory is taken before
 * the first update. A checkpoint keeps them in the order of further_at.
 *
 * Who fills them: the step fills the moments (net_step), the loop of the training the rest, and the numbers beside them.
 */
#ifndef STRATA_TRAIN_FURTHER_H
#define STRATA_TRAIN_FURTHER_H

#include "config.h"

/* Numbers beside them. A checkpoint keeps these where the settings have average, keep = best, patience or ensemble. */
typedef struct {
    long averaged;        /* q of (52): how many nets the average is of */
    long best_update;     /* updates before the best point of the curves; -1: no point yet */
    double best_accuracy; /* of its validation part; 0 while there is none */
    long since_best;      /* points of the curves after it */
    long cycle_ends;      /* nets of ends of cycles that there are: the first of cycle_end */
} further_facts;

typedef struct {
    network *moment[NET_MOMENTS]; /* NULL: the optimiser has none */
    network *average;             /* NULL unless average != none */
    network *best;                /* NULL unless keep = best */
    network **cycle_end;          /* [room]; NULL unless ensemble = true */
    long room;                    /* cycles of the run */
    further_facts facts;
} further;

/* Takes all of them, every element zero. What was taken before a failure goes by further_drop. */
strata_status further_create(const strata_config *resolved, further *out);
void further_drop(further *f);

/* Does a run of these settings have facts? */
bool further_has_facts(const strata_config *resolved);

/* Ends of cycles that a complete run keeps; the nets that it holds, with room for all of those; and the elements that a checkpoint keeps
 * when so many have come. */
long further_ends(const strata_config *resolved);
long further_nets(const strata_config *resolved);
size_t further_elements(const strata_config *resolved, const net_shape *shape, long cycle_ends);

/* What the work of its mini-batches must be good for. A diagnosis measures every gradient. */
net_use further_use(const strata_config *resolved);

/* The net with this number, from 0 on, and what of it a checkpoint keeps; NULL behind the last. The moments come first, then the average,
 * the best, and the ends of cycles that have come. */
network *further_at(const further *f, long number, unsigned *roles);

#endif
