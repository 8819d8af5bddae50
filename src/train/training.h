/* One training, start to end, by one thread: the recipe of docs/math.md over the mini-batches of a split. */
#ifndef STRATA_TRAIN_TRAINING_H
#define STRATA_TRAIN_TRAINING_H

#include "diagnose.h"
#include "model.h"
#include "split.h"

enum { RUN_ID = 13 }; /* 12 digits and the final zero */

struct strata_run {
    strata_config config; /* resolved */
    strata_run_facts_t facts;
    char id[RUN_ID];
    char data_digest[DIGEST_TEXT];
    char sentence[STATUS_SENTENCE];
    strata_model *model;
    strata_point *point;
    size_t points, room;
    diagnosis *diagnosis; /* NULL unless diagnose = true */
};

/* The same resolved configuration, data and version have the same id, whatever the run is called and however many threads share it. */
strata_status run_make_id(const strata_config *resolved, const char *data_digest, const char *version, char out[RUN_ID]);

/* Points of the curves of a whole run. */
size_t run_points(const strata_config *resolved);

/* A run before its first update. Its curves are allocated here; its parameters, which are the most of it, when it is trained. */
strata_status run_create(const strata_config *resolved, const split *part, strata_run **out);

/* Trains it, from where its newest checkpoint was. The observer (not NULL) is called by this thread alone; checkpoints NULL: none. Fails
 * before the first update, and after the last when memory is out; divergence is an outcome. */
strata_status run_train(strata_run *run, const split *part, size_t member, const strata_observer *observer,
                        const strata_checkpoints *checkpoints);

#endif
