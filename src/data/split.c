/* Parts of a data set, and the standardisation from exact whole-number sums over the training part. */
#include "split.h"

#include <math.h>

#include "alloc.h"

void standardisation_complete(standardisation *s)
{
    for (int t = 0; t < STRATA_PIXELS; t++) {
        s->inv_std[t] = 1 / s->std[t];
        s->scale[t] = (float)(s->inv_std[t] / 255);
        s->shift[t] = (float)(-s->mean[t] * s->inv_std[t]);
    }
}

/* Sums of bytes and of their squares fit 64 bits for any number of images that fits memory, so mean and variance are exact up to their
 * last rounding, and "all bytes equal" is decided without one. */
static void standardise_on(standardisation *s, const strata_data *data, int n_train)
{
    static const int block = 512; /* images whose sums of squares fit 32 bits: 512 * 255^2 < 2^32, and the inner loop vectorises */
    uint64_t sum[STRATA_PIXELS] = { 0 }, squares[STRATA_PIXELS] = { 0 };
    for (int first = 0; first < n_train; first += block) {
        uint32_t few[STRATA_PIXELS] = { 0 }, few_squares[STRATA_PIXELS] = { 0 };
        for (int j = first; j < n_train && j < first + block; j++) {
            const uint8_t *p = data->image + (size_t)j * STRATA_PIXELS;
            for (int t = 0; t < STRATA_PIXELS; t++) {
                few[t] += p[t];
                few_squares[t] += (uint32_t)p[t] * p[t];
            }
        }
        for (int t = 0; t < STRATA_PIXELS; t++) {
            sum[t] += few[t];
            squares[t] += few_squares[t];
        }
    }
    for (int t = 0; t < STRATA_PIXELS; t++) {
        double n = n_train;
        uint64_t spread = (uint64_t)n_train * squares[t] - sum[t] * sum[t]; /* n^2 times the variance of the bytes, exactly */
        s->mean[t] = (float)((double)sum[t] / (255 * n));
        s->std[t] = spread == 0 ? 1 : (float)(sqrt((double)spread) / (255 * n));
    }
    standardisation_complete(s);
}

strata_status split_create(const strata_data *data, int n_train, int n_val, split **out)
{
    void *made;
    *out = NULL;
    if (n_train < 1 || n_val < 1 || n_train > data->train_images - n_val) {
        return status_fail(STRATA_ERR_ARGUMENT, "n_train = %d and n_val = %d: the data set has %d training images for both together",
                           n_train, n_val, data->train_images);
    }
    TRY(alloc_zero(&made, 1, sizeof **out, "the standardisation of the pixels"));
    split *s = made;
    s->data = data;
    s->n_train = n_train;
    s->n_val = n_val;
    standardise_on(&s->pixels, data, n_train);
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
    return split_batch(data, s, data->identity + begin + first, n, STRATA_PIXELS);
}

minibatch split_batch(const strata_data *data, const standardisation *s, const uint32_t *index, int n, int d)
{
    return (minibatch){
        .image = data->image,
        .label = data->label,
        .stride = STRATA_PIXELS,
        .index = index,
        .n = n,
        .d = d,
        .mean = s->mean,
        .inv_std = s->inv_std,
        .scale = s->scale,
        .shift = s->shift,
    };
}
