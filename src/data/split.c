/* Parts of a data set, and the standardisation: of bytes from exact whole-number sums over the training part, of floats in double. */
#include "split.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "alloc.h"

/* ---- the standardisation ------------------------------------------------------------------------------------------------------------- */

size_t standardisation_bytes(int features)
{
    return (size_t)features * (3 * sizeof(double) + 2 * sizeof(float));
}

void standardisation_place(standardisation *s, int features, strata_element element, void *memory)
{
    s->features = features;
    s->element = element;
    s->mean = memory;
    s->std = s->mean + features;
    s->inv_std = s->std + features;
    s->scale = (float *)(s->inv_std + features);
    s->shift = s->scale + features;
}

void standardisation_complete(standardisation *s)
{
    for (int t = 0; t < s->features; t++) {
        s->inv_std[t] = 1 / s->std[t];
        bool bytes = s->element == STRATA_BYTES;
        s->scale[t] = (float)(bytes ? s->inv_std[t] / 255 : s->inv_std[t]);
        s->shift[t] = (float)(bytes ? -s->mean[t] * s->inv_std[t] : s->mean[t]);
    }
}

/* A block of examples, as sums of 32 bits. */
static void add_block(const strata_data *data, int first, int end, uint32_t *sum, uint32_t *squares)
{
    size_t d = (size_t)data->form.features;
    for (int j = first; j < end; j++) {
        const uint8_t *p = data->image + (size_t)j * d;
        for (size_t t = 0; t < d; t++) {
            sum[t] += p[t];
            squares[t] += (uint32_t)p[t] * p[t];
        }
    }
}

/* Sums of bytes and of their squares fit 64 bits for any number of examples that fits memory, so mean and variance are exact up to their
 * last rounding, and "all bytes equal" is decided without one. */
static strata_status standardise_bytes(standardisation *s, const strata_data *data, int n_train)
{
    static const int block = 512; /* examples whose sums of squares fit 32 bits: 512 * 255^2 < 2^32, and the inner loop vectorises */
    void *made;
    size_t d = (size_t)s->features;
    TRY(alloc_zero(&made, d, 2 * sizeof(uint64_t) + 2 * sizeof(uint32_t), "the standardisation of the inputs"));
    uint64_t *sum = made, *squares = sum + d;
    uint32_t *few = (uint32_t *)(squares + d), *few_squares = few + d;
    for (int first = 0; first < n_train; first += block) {
        for (size_t t = 0; t < 2 * d; t++) few[t] = 0;
        add_block(data, first, n_train - first < block ? n_train : first + block, few, few_squares);
        for (size_t t = 0; t < 2 * d; t++) sum[t] += few[t];
    }
    for (size_t t = 0; t < d; t++) {
        double n = n_train;
        uint64_t spread = (uint64_t)n_train * squares[t] - sum[t] * sum[t]; /* n^2 times the variance of the bytes, exactly */
        s->mean[t] = (float)((double)sum[t] / (255 * n));
        s->std[t] = spread == 0 ? 1 : (float)(sqrt((double)spread) / (255 * n));
    }
    free(made);
    return STRATA_OK;
}

/* Two passes, example after example, so that every sum has one order and a mean far from zero costs no digits of the deviation. Equal
 * floats add up exactly in double, up to 2^29 of them: the deviation of a constant feature is 0, and becomes 1. */
static void standardise_floats(standardisation *s, const strata_data *data, int n_train)
{
    size_t d = (size_t)s->features;
    double *mean = s->mean, *squares = s->std;
    for (int j = 0; j < n_train; j++) {
        for (size_t t = 0; t < d; t++) mean[t] += data->table[(size_t)j * d + t];
    }
    for (size_t t = 0; t < d; t++) mean[t] /= n_train;
    for (int j = 0; j < n_train; j++) {
        const float *x = data->table + (size_t)j * d;
        for (size_t t = 0; t < d; t++) squares[t] += ((double)x[t] - mean[t]) * ((double)x[t] - mean[t]);
    }
    for (size_t t = 0; t < d; t++) {
        double std = sqrt(squares[t] / n_train);
        s->mean[t] = (float)mean[t];
        s->std[t] = std < FLT_MIN * 4 ? 1 : (float)std; /* 1 / std is a float, too */
    }
}

/* ---- parts --------------------------------------------------------------------------------------------------------------------------- */

strata_status split_create(const strata_data *data, int n_train, int n_val, split **out)
{
    void *made;
    strata_status status = STRATA_OK;
    *out = NULL;
    if (n_train < 1 || n_val < 1 || n_train > data->train_images - n_val) {
        return status_fail(STRATA_ERR_ARGUMENT, "n_train = %d and n_val = %d: the data set has %d training examples for both together",
                           n_train, n_val, data->train_images);
    }
    TRY(alloc_zero(&made, 1, sizeof **out + standardisation_bytes(data->form.features), "the standardisation of the inputs"));
    split *s = made;
    s->data = data;
    s->n_train = n_train;
    s->n_val = n_val;
    standardisation_place(&s->inputs, data->form.features, data->form.element, s + 1);
    if (data->form.element == STRATA_FLOATS) standardise_floats(&s->inputs, data, n_train);
    else status = standardise_bytes(&s->inputs, data, n_train);
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
    return (minibatch){
        .image = data->image,
        .table = data->table,
        .label = data->label,
        .stride = (size_t)data->form.features,
        .index = index,
        .n = n,
        .d = d,
        .mean = s->mean,
        .inv_std = s->inv_std,
        .scale = s->scale,
        .shift = s->shift,
    };
}
