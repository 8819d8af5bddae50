/* One training, start to end, by one thread: the recipe of docs/math.md over the mini-batches of a split. */
#ifndef STRATA_TRAIN_MEMBER_H
#define STRATA_TRAIN_MEMBER_H

#include "diagnose.h"
#include "model.h"
#include "split.h"

struct strata_run {
    strata_config config; /* resolved */
    strata_run_facts_t facts;
    char id[13];
    char data_digest[DIGEST_TEXT];
    char sentence[STATUS_SENTENCE];
    strata_model *model;
    strata_point *point;
    size_t points, room;
    diagnosis *diagnosis; /* NULL unless diagnose = true */
};

/* A run before its first update: everything that outlives the training is allocated here. */
strata_status run_create(const strata_config *resolved, const split *part, strata_run **out);

/* Trains it. The observer (not NULL) is called by this thread alone. Fails only when memory is out; divergence is an outcome. */
strata_status run_train(strata_run *run, const split *part, size_t member, const strata_observer *observer);

#endif
