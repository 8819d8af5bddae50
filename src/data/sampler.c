/* Shuffled mini-batches as windows on the epoch's permutation: no pixel is moved, unless images are augmented. */
#include "sampler.h"

#include <stdlib.h>

#include "alloc.h"

size_t sampler_bytes(const strata_form *form, int n_train, const sampler_settings *how)
{
    size_t room = augment_any(&how->augment) ? augment_room_bytes(form, how->n_batch) : 0;
    return sizeof(sampler) + (size_t)n_train * sizeof(uint32_t) + room;
}

static strata_status take_memory(sampler *b)
{
    void *order;
    TRY(alloc_zero(&order, (size_t)b->part->n_train, sizeof(uint32_t), "the order of the images"));
    b->order = order;
    if (!augment_any(&b->how.augment)) return STRATA_OK;
    return augment_room_create(&b->part->data->form, b->how.n_batch, &b->room);
}

strata_status sampler_create(const split *part, const sampler_settings *how, sampler **out)
{
    void *made;
    *out = NULL;
    if (how->n_batch < 1 || how->n_batch > part->n_train) {
        return status_fail(STRATA_ERR_ARGUMENT, "n_batch = %d: a mini-batch holds 1 to n_train = %d images", how->n_batch, part->n_train);
    }
    TRY(alloc_zero(&made, 1, sizeof **out, "mini-batches"));
    sampler *b = made;
    b->part = part;
    b->how = *how;
    b->order_stream = random_named(how->seed, "shuffle");
    b->augment_stream = random_named(how->seed, augment_stream);
    b->per_epoch = part->n_train / how->n_batch;
    b->epoch = -1;
    strata_status status = take_memory(b);
    if (status != STRATA_OK) {
        sampler_free(b);
        return status;
    }
    *out = b;
    return STRATA_OK;
}

void sampler_free(sampler *b)
{
    if (b == NULL) return;
    free(b->order);
    augment_room_free(b->room);
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
        random_permutation(b->order_stream, (uint64_t)epoch, (size_t)b->part->n_train, b->order);
        b->epoch = epoch;
    }
    long number = t % b->per_epoch;
    const uint32_t *index = b->order + number * b->how.n_batch;
    minibatch batch = split_batch(b->part->data, &b->part->inputs, index, b->how.n_batch, b->part->inputs.features);
    batch.smoothing = b->how.smoothing;
    batch.seed = b->how.seed;
    batch.draw = (uint64_t)t;
    if (b->room == NULL && number + 1 < b->per_epoch) batch.after = b->how.n_batch;
    return b->room == NULL ? batch : augment_batch(b->room, &batch, &b->how.augment, b->augment_stream, (uint64_t)t);
}
