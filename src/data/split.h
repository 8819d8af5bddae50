/*
 * Training, validation and test part of a data set, and the standardisation (0), whose mean and deviation come from the training part
 * alone. The first n_train examples of the training pool train, the LAST n_val of them validate. Never changed once made; any thread.
 */
#ifndef STRATA_DATA_SPLIT_H
#define STRATA_DATA_SPLIT_H

#include "dataset.h"

/* The standardisation of (0), of `features` numbers each. mean and std are rounded to float, which is what a model file keeps, so that a
 * model read back standardises with the same numbers. */
typedef struct {
    int features;
    strata_element element;
    double *mean, *std;   /* of bytes / 255, or of floats; std 1 where all training examples are equal */
    double *inv_std;
    float *scale, *shift; /* of bytes: (0) as one multiplication and one addition; of floats: 1 / std, and the mean */
} standardisation;

/* Bytes of its five arrays, and where they lie: at `memory`, aligned for doubles. All are zero as yet. */
size_t standardisation_bytes(int features);
void standardisation_place(standardisation *s, int features, strata_element element, void *memory);

/* mean and std given (from a model file): derives the rest. */
void standardisation_complete(standardisation *s);

typedef struct {
    const strata_data *data; /* borrowed */
    int n_train, n_val;
    standardisation inputs;
} split;

/* STRATA_ERR_ARGUMENT when the training pool has fewer than n_train + n_val examples. One block, to be freed with free(). */
strata_status split_create(const strata_data *data, int n_train, int n_val, split **out);

/* Examples first .. first + n - 1 of a part, as a mini-batch; their number is split_count. */
int split_count(const strata_data *data, int n_train, int n_val, strata_part part);
minibatch split_images(const strata_data *data, const standardisation *s, int n_val, strata_part part, int first, int n);

/* The mini-batch of the n examples whose numbers are in index. d: the first d features of each. */
minibatch split_batch(const strata_data *data, const standardisation *s, const uint32_t *index, int n, int d);

#endif
