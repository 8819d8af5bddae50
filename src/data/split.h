/*
 * Training, validation and test part of a data set, and the standardisation (0), whose mean and deviation come from the training part
 * alone. The first n_train training images train, the LAST n_val of them validate. Never changed once made; any thread.
 */
#ifndef STRATA_DATA_SPLIT_H
#define STRATA_DATA_SPLIT_H

#include "dataset.h"

/* The standardisation of (0). mean and std are rounded to float, which is what a model file keeps, so that a model read back
 * standardises with the same numbers. */
typedef struct {
    double mean[STRATA_PIXELS], std[STRATA_PIXELS];      /* of pixels / 255; std 1 where the training bytes are all equal */
    double inv_std[STRATA_PIXELS];
    float scale[STRATA_PIXELS], shift[STRATA_PIXELS];    /* (0) as one multiplication and one addition */
} standardisation;

typedef struct {
    const strata_data *data; /* borrowed */
    int n_train, n_val;
    standardisation pixels;
} split;

/* mean and std given (from a model file): derives the rest. */
void standardisation_complete(standardisation *s);

/* STRATA_ERR_ARGUMENT when the data set has fewer than n_train + n_val training images. To be freed with free(). */
strata_status split_create(const strata_data *data, int n_train, int n_val, split **out);

/* Images first .. first + n - 1 of a part, as a mini-batch; their number is split_count. */
int split_count(const strata_data *data, int n_train, int n_val, strata_part part);
minibatch split_images(const strata_data *data, const standardisation *s, int n_val, strata_part part, int first, int n);

/* The mini-batch of the n images whose numbers are in index. d: the first d dimensions of each. */
minibatch split_batch(const strata_data *data, const standardisation *s, const uint32_t *index, int n, int d);

#endif
