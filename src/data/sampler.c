/* Shuffled mini-batches as windows on the epoch's permutation: no pixel is moved. */
#include "sampler.h"

#include <stdlib.h>

#include "alloc.h"

strata_status sampler_create(const split *part, int n_batch, uint64_t seed, sampler **out)
{
    void *made, *order;
    *out = NULL;
    if (n_batch < 1 || n_batch > part->n_train) {
        return status_fail(STRATA_ERR_ARGUMENT, "n_batch = %d: a mini-batch holds 1 to n_train = %d images", n_batch, part->n_train);
    }
    TRY(alloc_zero(&made, 1, sizeof **out, "mini-batches"));
    strata_status status = alloc_zero(&order, (size_t)part->n_train, sizeof(uint32_t), "the order of the images");
    if (status != STRATA_OK) {
        free(made);
        return status;
    }
    sampler *b = made;
    b->part = part;
    b->stream = random_named(seed, "shuffle");
    b->n_batch = n_batch;
    b->per_epoch = part->n_train / n_batch;
    b->epoch = -1;
    b->order = order;
    *out = b;
    return STRATA_OK;
}

void sampler_free(sampler *b)
{
    if (b == NULL) return;
    free(b->order);
    free(b);
}

static int in_order(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

strata_status sampler_draw(const split *part, int n, uint64_t seed, uint32_t **out)
{
    void *order;
    TRY(alloc_zero(&order, (size_t)part->n_train, sizeof(uint32_t), "a sample of the training images"));
    random_permutation(random_named(seed, "eval_train"), 0, (size_t)part->n_train, order);
    qsort(order, (size_t)n, sizeof(uint32_t), in_order);
    *out = order;
    return STRATA_OK;
}

minibatch sampler_at(sampler *b, long t)
{
    long epoch = t / b->per_epoch;
    if (epoch != b->epoch) {
        random_permutation(b->stream, (uint64_t)epoch, (size_t)b->part->n_train, b->order);
        b->epoch = epoch;
    }
    const uint32_t *index = b->order + (t % b->per_epoch) * b->n_batch;
    return split_batch(b->part->data, &b->part->inputs, index, b->n_batch, b->part->inputs.features);
}
