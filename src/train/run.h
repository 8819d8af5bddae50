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
#include "strata/machine.h"

enum { RUN_VARIANTS = 6 }; /* the most: swa and ema exclude each other */

/* The machine that trained a run, where that was another one; its texts lie behind it. */
typedef struct {
    strata_machine_facts machine;
    const char *automatic; /* strata_backend_auto there */
} run_origin;

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
    run_origin *origin;   /* NULL: it was trained here */
};

/* A run before its first update. It has no memory for results yet: run_take_results takes that when the training begins. */
strata_status run_create(const strata_config *resolved, const split *part, strata_run **out);

/* Takes memory for the results: the curve, the parameters, the log and the diagnosis if there are to be any. Giving it back leaves the
 * facts. */
strata_status run_take_results(strata_run *run, const split *part);
strata_status run_take_told(strata_run *run, const split *part); /* those that a run tells: all but the further nets */
void run_drop_results(strata_run *run);

/* The machine that trained the run, and what backend = auto means there. *out needs no size. Texts are static, or belong to the run. */
void run_machine(const strata_run *run, strata_machine_facts *out);
const char *run_automatic(const strata_run *run);

#endif
