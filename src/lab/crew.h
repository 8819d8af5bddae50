/*
 * A crew: who trains a set of runs and hands each finished one back. Threads of this process are one (crew_threads); processes of other
 * machines another (crew_ranks.h). A crew opens no store and decides nothing: which runs there are, what becomes of each, and whether to
 * go on, it asks the work it was given. Internal to the module and the program.
 */
#ifndef STRATA_LAB_CREW_H
#define STRATA_LAB_CREW_H

#include "status.h"
#include "strata/train.h"

/* Runs on one data set. */
typedef struct {
    size_t count;
    const strata_config *const *configs; /* [count], longest first */
    const strata_data *data;
    /* Its observer and its checkpoints are there, and `forget` is set. They are called as by strata_train_as, with these differences in a
     * crew of several processes: observer->update is told of some updates alone; a run that observer->record receives came as bytes, and
     * the folder that is locked is that of the process which trained it. */
    const strata_training *how;
    bool (*recorded)(void *self, size_t number); /* did observer->record record it? self: the observer's. Called in its turn */
    void (*say)(void *self, const char *sentence); /* for people; NULL: nobody listens */
    void *say_self;
} crew_work;

typedef struct crew crew;
struct crew {
    /* Trains as strata_train_as does: runs [count] receive the runs, without results; the caller frees them. Also fails as that does. */
    strata_status (*train)(crew *self, const crew_work *work, strata_run **runs);
    /* These data will be trained on, and `what` is what the laboratory opened them by (NULL: those of the call). NULL: need not be told. */
    strata_status (*expect)(crew *self, const strata_data *data, const char *what);
};

/* Threads of this process: how->threads of them, or as many as there is memory for, which is said. */
extern crew crew_threads;

#endif
