/* The standardisation of the inputs: of bytes from exact whole-number sums over the training part, of floats in double. */
#include "standardisation.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "alloc.h"
#include "patches.h"

/* ---- memory -------------------------------------------------------------------------------------------------------------------------- */

/* Numbers of a patch, where all patches have the same; else 0. */
static size_t patch_numbers(const strata_form *form, standardisation_how how)
{
    bool shared = how.patch > 0 && how.kind != STANDARDISATION_OF_PIXELS;
    return shared ? (size_t)form->channels * (size_t)how.patch * (size_t)how.patch : 0;
}

size_t standardisation_bytes(const strata_form *form, standardisation_how how)
{
    return (size_t)form->features * (3 * sizeof(double) + 2 * sizeof(float)) + patch_numbers(form, how) * 2 * sizeof(float);
}

void standardisation_place(standardisation *s, const strata_form *form, standardisation_how how, void *memory)
{
    size_t shared = patch_numbers(form, how);
    *s = (standardisation){ .features = form->features, .element = form->element, .kind = how.kind, .mean = memory };
    s->std = s->mean + s->features;
    s->inv_std = s->std + s->features;
    s->scale = (float *)(s->inv_std + s->features);
    s->shift = s->scale + s->features;
    if (shared > 0) s->patch_scale = s->shift + s->features;
    if (shared > 0) s->patch_shift = s->patch_scale + shared;
    s->patch = patches_of_images(how.patch, form->height, form->width, form->channels);
}

/* All pixels of a channel have the numbers of its first. */
static void complete_patch(standardisation *s)
{
    size_t of_patch = (size_t)s->patch.side * (size_t)s->patch.side, of_image = (size_t)s->patch.height * (size_t)s->patch.width;
    for (size_t q = 0; q < (size_t)s->patch.channels; q++) {
        for (size_t e = 0; e < of_patch; e++) {
            s->patch_scale[q * of_patch + e] = s->scale[q * of_image];
            s->patch_shift[q * of_patch + e] = s->shift[q * of_image];
        }
    }
}

void standardisation_complete(standardisation *s)
{
    for (int t = 0; t < s->features; t++) {
        s->inv_std[t] = 1 / s->std[t];
        bool bytes = s->element == STRATA_BYTES;
        s->scale[t] = (float)(bytes ? s->inv_std[t] / 255 : s->inv_std[t]);
        s->shift[t] = (float)(bytes ? -s->mean[t] * s->inv_std[t] : s->mean[t]);
    }
    if (s->patch_scale != NULL) complete_patch(s);
}

void standardisation_give(const standardisation *s, minibatch *batch)
{
    batch->mean = s->mean;
    batch->inv_std = s->inv_std;
    batch->scale = s->scale;
    batch->shift = s->shift;
    batch->patch_scale = s->patch_scale;
    batch->patch_shift = s->patch_shift;
    batch->patch = s->patch;
}

/* ---- bytes --------------------------------------------------------------------------------------------------------------------------- */

/* Four examples in one pass over the sums: half the time of four passes. A square of a byte fits 16 bits, the sum of four bytes too, and
 * compilers multiply and add 16 bits many at once. */
static void add_four(const uint8_t *restrict p, size_t d, uint32_t *restrict sum, uint32_t *restrict squares)
{
    const uint8_t *restrict q = p + d, *restrict r = q + d, *restrict s = r + d;
    for (size_t t = 0; t < d; t++) {
        uint16_t pp = (uint16_t)(p[t] * p[t]), qq = (uint16_t)(q[t] * q[t]), rr = (uint16_t)(r[t] * r[t]), ss = (uint16_t)(s[t] * s[t]);
        sum[t] += (uint16_t)(p[t] + q[t] + r[t] + s[t]);
        squares[t] += (uint32_t)pp + qq + rr + ss;
    }
}

/* A block of examples, as sums of 32 bits. */
static void add_block(const strata_data *data, int first, int end, uint32_t *sum, uint32_t *squares)
{
    size_t d = (size_t)data->form.features;
    int j = first;
    for (; j + 4 <= end; j += 4) add_four(data->image + (size_t)j * d, d, sum, squares);
    for (; j < end; j++) {
        const uint8_t *p = data->image + (size_t)j * d;
        for (size_t t = 0; t < d; t++) {
            sum[t] += p[t];
            squares[t] += (uint32_t)p[t] * p[t];
        }
    }
}

static void standardise_pixels(standardisation *s, const uint64_t *sum, const uint64_t *squares, int n_train)
{
    double n = n_train;
    for (int t = 0; t < s->features; t++) {
        uint64_t spread = (uint64_t)n_train * squares[t] - sum[t] * sum[t]; /* n^2 times the variance of the bytes, exactly */
        s->mean[t] = (float)((double)sum[t] / (255 * n));
        s->std[t] = spread == 0 ? 1 : (float)(sqrt((double)spread) / (255 * n));
    }
}

/*
 * The pixels of a channel are so many that n^2 times their variance does not fit 64 bits: 45,000 images of 32 x 32 need 67. So they are
 * counted from the whole number m next to their mean. The sum of (p - m)^2 is exact, and 0 where all bytes are equal. What the true mean
 * still lacks, r, is 1/2 at most, so r^2 is half of the mean of (p - m)^2 at most, and the difference loses one bit.
 */
static void standardise_channel(standardisation *s, size_t first, size_t count, const uint64_t *sum, const uint64_t *squares, int n_train)
{
    uint64_t all = 0, all_squares = 0, pixels = count * (uint64_t)n_train;
    for (size_t t = first; t < first + count; t++) {
        all += sum[t];
        all_squares += squares[t];
    }
    uint64_t m = (all + pixels / 2) / pixels, away = all_squares + pixels * m * m - 2 * m * all; /* exact: modulo 2^64 it is the same */
    double n = (double)pixels, r = ((double)all - (double)(m * pixels)) / n, variance = (double)away / n - r * r;
    float mean = (float)((double)all / (255 * n)), std = away == 0 ? 1 : (float)(sqrt(variance) / 255);
    for (size_t t = first; t < first + count; t++) {
        s->mean[t] = mean;
        s->std[t] = std;
    }
}

/* Sums of bytes and of their squares fit 64 bits for any number of examples that fits memory, so mean and variance are exact up to their
 * last rounding, and "all bytes equal" is decided without one. */
static strata_status standardise_bytes(standardisation *s, const strata_data *data, int n_train)
{
    static const int block = 512; /* examples whose sums of squares fit 32 bits: 512 * 255^2 < 2^32, and the inner loop vectorises */
    void *made;
    size_t d = (size_t)s->features, channels = (size_t)data->form.channels;
    TRY(alloc_zero(&made, d, 2 * sizeof(uint64_t) + 2 * sizeof(uint32_t), "the standardisation of the inputs"));
    uint64_t *sum = made, *squares = sum + d;
    uint32_t *few = (uint32_t *)(squares + d), *few_squares = few + d;
    for (int first = 0; first < n_train; first += block) {
        for (size_t t = 0; t < 2 * d; t++) few[t] = 0;
        add_block(data, first, n_train - first < block ? n_train : first + block, few, few_squares);
        for (size_t t = 0; t < 2 * d; t++) sum[t] += few[t];
    }
    if (s->kind == STANDARDISATION_OF_PIXELS) standardise_pixels(s, sum, squares, n_train);
    else for (size_t q = 0; q < channels; q++) standardise_channel(s, q * (d / channels), d / channels, sum, squares, n_train);
    free(made);
    return STRATA_OK;
}

/* ---- floats -------------------------------------------------------------------------------------------------------------------------- */

/* x[t] = the mean of x over the channel of t, where channels share theirs. All have as many examples, so it is the mean of the channel. */
static void share(const standardisation *s, const strata_data *data, double *x)
{
    size_t d = (size_t)s->features, channels = (size_t)data->form.channels;
    if (s->kind != STANDARDISATION_OF_CHANNELS) return;
    for (size_t first = 0, count = d / channels; first < d; first += count) {
        double sum = 0;
        for (size_t t = first; t < first + count; t++) sum += x[t];
        for (size_t t = first; t < first + count; t++) x[t] = sum / (double)count;
    }
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
    share(s, data, mean);
    for (int j = 0; j < n_train; j++) {
        const float *x = data->table + (size_t)j * d;
        for (size_t t = 0; t < d; t++) squares[t] += ((double)x[t] - mean[t]) * ((double)x[t] - mean[t]);
    }
    share(s, data, squares);
    for (size_t t = 0; t < d; t++) {
        double std = sqrt(squares[t] / n_train);
        s->mean[t] = (float)mean[t];
        s->std[t] = std < FLT_MIN * 4 ? 1 : (float)std; /* 1 / std is a float, too */
    }
}

strata_status standardisation_find(standardisation *s, const strata_data *data, int n_train)
{
    if (s->kind == STANDARDISATION_OF_CHANNELS && data->form.height == 0) {
        return status_fail(STRATA_ERR_ARGUMENT, "standardise = channel: the examples are no images and have no channels; use pixel");
    }
    if (s->kind == STANDARDISATION_OF_NOTHING) {
        for (int t = 0; t < s->features; t++) s->std[t] = 1;
    } else if (s->element == STRATA_FLOATS) {
        standardise_floats(s, data, n_train);
    } else {
        TRY(standardise_bytes(s, data, n_train));
    }
    return STRATA_OK;
}
