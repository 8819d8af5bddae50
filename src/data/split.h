/*
 * Training, validation and test part of a data set, and the standardisation (0), whose mean and deviation come from the training part
 * alone. The first n_train examples of the training pool train, the LAST n_val of them validate. Never changed once made; any thread.
 */
#ifndef STRATA_DATA_SPLIT_H
#define STRATA_DATA_SPLIT_H

#include "standardisation.h"

typedef struct {
    const strata_data *data; /* borrowed */
    int n_train, n_val;
    standardisation inputs;
} split;

/* STRATA_ERR_ARGUMENT when the training pool has fewer than n_train + n_val examples, or no channels that are to be standardised. One
 * block, to be freed with free(). */
strata_status split_create(const strata_data *data, int n_train, int n_val, standardisation_how how, split **out);

/* Examples first .. first + n - 1 of a part, as a mini-batch; their number is split_count. */
int split_count(const strata_data *data, int n_train, int n_val, strata_part part);
minibatch split_images(const strata_data *data, const standardisation *s, int n_val, strata_part part, int first, int n);

/* The mini-batch of the n examples whose numbers are in index. d: the first d features of each. */
minibatch split_batch(const strata_data *data, const standardisation *s, const uint32_t *index, int n, int d);

#endif
