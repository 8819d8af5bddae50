/*
 * Shuffled mini-batches: the images of update t follow from the seed and t alone (stream "shuffle", permutation number = epoch), so a run
 * that goes on from update t draws what it would have drawn. Images that do not fill a last mini-batch sit out that epoch.
 */
#ifndef STRATA_DATA_BATCH_H
#define STRATA_DATA_BATCH_H

#include "random.h"
#include "split.h"

typedef struct {
    const split *part; /* borrowed */
    random_stream stream;
    int n_batch;
    long per_epoch; /* updates: n_train / n_batch, rounded down */
    long epoch;     /* whose order is in `order`; -1: none yet */
    uint32_t *order;
} batcher;

strata_status batcher_create(const split *part, int n_batch, uint64_t seed, batcher **out);
void batcher_free(batcher *b);

/* The mini-batch of update t. Valid until the next call. */
pixels batcher_at(batcher *b, long t);

#endif
