/*
 * A run: one training as data. It holds what is to be trained (configuration, data, id) and the results (facts, curve, diagnosis, model).
 * training.c trains it, checkpoint.c writes and reads it; this file uses neither.
 */
#ifndef STRATA_TRAIN_RUN_H
#define STRATA_TRAIN_RUN_H

#include "diagnose.h"
#include "further.h"
#include "identity.h"
#include "losses.h"
#include "model.h"
#include "split.h"

enum { RUN_VARIANTS = 6 }; /* the most: swa and ema exclude each other */

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
    losses log;           /* empty where log_every = 0 */
    further beside;       /* the nets that it holds beside the model's */
    strata_variant variant[RUN_VARIANTS];
    size_t variants;
};

/* A run before its first update. It has no memory for results yet: run_take_results takes that when the training begins. */
strata_status run_create(const strata_config *resolved, const split *part, strata_run **out);

/* Takes memory for the results: the curve, the parameters, the log and the diagnosis if there are to be any. Giving it back leaves the
 * facts. */
strata_status run_take_results(strata_run *run, const split *part);
void run_drop_results(strata_run *run);

#endif
