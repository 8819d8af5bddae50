/*
 * Shuffled mini-batches: the images of update t follow from the seed and t alone (stream "shuffle", permutation number = epoch), so a run
 * that goes on from update t draws what it would have drawn. Images that do not fill a last mini-batch sit out that epoch. Where they are
 * augmented (augment.h), a mini-batch has changed images of its own; else it is a window on the data set.
 */
#ifndef STRATA_DATA_SAMPLER_H
#define STRATA_DATA_SAMPLER_H

#include "augment.h"
#include "split.h"

typedef struct {
    int n_batch;
    uint64_t seed;
    double smoothing; /* of the labels of its mini-batches */
    augmentation augment;
} sampler_settings;

typedef struct {
    const split *part; /* borrowed */
    sampler_settings how;
    random_stream order_stream, augment_stream;
    long per_epoch;     /* updates: n_train / n_batch, rounded down */
    long epoch;         /* whose order is in `order`; -1: none yet */
    uint32_t *order;
    augment_room *room; /* NULL: images are not augmented */
} sampler;

strata_status sampler_create(const split *part, const sampler_settings *how, sampler **out);
void sampler_free(sampler *b);

/* Bytes of a sampler of so many training examples of a form. */
size_t sampler_bytes(const strata_form *form, int n_train, const sampler_settings *how);

/* n different images of the training part, drawn once (stream "eval_train"), in file order: (*out)[0 .. n-1], of a block for n_train
 * numbers, to be freed. 1 <= n <= n_train. */
strata_status sampler_draw(const split *part, int n, uint64_t seed, uint32_t **out);

/* The mini-batch of update t. Valid until the next call. */
minibatch sampler_at(sampler *b, long t);

#endif
