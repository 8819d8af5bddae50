/*
 * The end of a training: docs/math.md, "At the end". On its way a run keeps the nets of its cycle ends and an average of its parameters
 * (further.h); after the last update they are fixed, and each is scored beside the model. Scores are of the
 * validation and of the test part.
 */
#ifndef STRATA_TRAIN_ENDING_H
#define STRATA_TRAIN_ENDING_H

#include "moments.h"
#include "run.h"
#include "schedule.h"
#include "together.h"

/* The variants and their words, as runs, experiments and the store name them. */
#define ENDING_LIST(X)                                                                                                 \
    X(ENSEMBLE, "ensemble") X(VOTES, "votes") X(SWA, "swa") X(EMA, "ema") X(PRECISE_BN, "precise_bn")                   \
    X(ADAPTIVE_BN, "adaptive_bn") X(FLIPS, "flips")

enum {
#define ENDING_ENUM(name, word) ENDING_##name,
    ENDING_LIST(ENDING_ENUM)
#undef ENDING_ENUM
    ENDINGS
};
extern const char *const ending_words[ENDINGS];

/* Memory for it, all taken before the first update. All zero where the settings ask for nothing. */
typedef struct {
    network *scratch; /* the parameters whose statistics are estimated again */
    double *room;     /* [moments_room] */
    together chunk;
    together_member *member;
} ending;

strata_status ending_create(const strata_config *resolved, ending *out);
void ending_drop(ending *e);

/* Bytes of all that, for a resolved configuration. */
size_t ending_bytes(const strata_config *resolved);

/* After so many updates of a run, one at least: (52), (53), and the net of a cycle's end. */
void ending_after_update(strata_run *run, const schedule *rate, long done);

/* What the end works with. net: whose parameters the model gets; w: made for n_batch examples, evaluation: for EVALUATE_CHUNK or more. */
typedef struct {
    strata_run *run;
    const split *part;
    const network *net;
    net_work *w, *evaluation;
    const going *g;
} ending_place;

/* After the last update: what was not kept on the way, because the run was too short for it, is its last net; and the average gets its
 * statistics. A second time changes nothing. False when it was stopped in the middle. at->net is not looked at. */
bool ending_fix(ending *e, const ending_place *at);

/* Scores every variant. False when it was stopped in the middle; the run then has none. */
bool ending_score(ending *e, const ending_place *at);

#endif
