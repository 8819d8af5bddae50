/* Parts of a data set, and mini-batches of them. */
#include "split.h"

#include <stdlib.h>

#include "alloc.h"

strata_status split_create(const strata_data *data, int n_train, int n_val, standardisation_how how, split **out)
{
    void *made;
    *out = NULL;
    if (n_train < 1 || n_val < 1 || n_train > data->train_images - n_val) {
        return status_fail(STRATA_ERR_ARGUMENT, "n_train = %d and n_val = %d: the data set has %d training examples for both together",
                           n_train, n_val, data->train_images);
    }
    TRY(alloc_zero(&made, 1, sizeof **out + standardisation_bytes(&data->form, how), "the standardisation of the inputs"));
    split *s = made;
    s->data = data;
    s->n_train = n_train;
    s->n_val = n_val;
    standardisation_place(&s->inputs, &data->form, how, s + 1);
    strata_status status = standardisation_find(&s->inputs, data, n_train);
    if (status != STRATA_OK) {
        free(s);
        return status;
    }
    standardisation_complete(&s->inputs);
    *out = s;
    return STRATA_OK;
}

int split_count(const strata_data *data, int n_train, int n_val, strata_part part)
{
    return part == STRATA_TRAIN_PART ? n_train : part == STRATA_VALIDATION_PART ? n_val : data->test_images;
}

minibatch split_images(const strata_data *data, const standardisation *s, int n_val, strata_part part, int first, int n)
{
    int begin = part == STRATA_TRAIN_PART ? 0 : part == STRATA_VALIDATION_PART ? data->train_images - n_val : data->train_images;
    return split_batch(data, s, data->identity + begin + first, n, s->features);
}

minibatch split_batch(const strata_data *data, const standardisation *s, const uint32_t *index, int n, int d)
{
    minibatch batch = {
        .image = data->image,
        .table = data->table,
        .label = data->label,
        .stride = (size_t)data->form.features,
        .index = index,
        .n = n,
        .d = d,
    };
    standardisation_give(s, &batch);
    return batch;
}
