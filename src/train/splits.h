/*
 * The parts of data sets, standardised, for trainings that share them: trainings with the same data, n_train, n_val and way of
 * standardising use one split, which is made once. Several threads may ask at once, and a cache may outlive the call that made it.
 */
#ifndef STRATA_TRAIN_SPLITS_H
#define STRATA_TRAIN_SPLITS_H

#include <pthread.h>

#include "fit.h"

typedef struct splits_kept splits_kept;

typedef struct {
    pthread_mutex_t lock; /* held while a split is made: whoever wants the same one waits for it */
    splits_kept *first;   /* the newest */
} splits;

/* An empty cache; splits_end frees what comes into it. */
void splits_begin(splits *cache);

/* The split of a resolved configuration: one that is there, or a new one. It belongs to the cache and borrows data, which must outlive it.
 * Any thread. Fails as split_create does. */
strata_status splits_find(splits *cache, const strata_data *data, const strata_config *resolved, const split **out);

/* Frees every split: nobody may use one any more. */
void splits_end(splits *cache);

#endif
