/* A wave: the trainings that can run now, as one population, watched and recorded. Internal to the module. */
#ifndef STRATA_LAB_WAVE_H
#define STRATA_LAB_WAVE_H

#include <pthread.h>

#include "lost.h"
#include "run_list.h"
#include "headway.h"
#include "store.h"

/* A member while it trains. */
typedef struct {
    planned_run *m;
    headway_part part; /* of the work of all */
    double loss, validation;
    strata_status recorded; /* how recording it ended */
    text unsaid;            /* what recording it has to tell, a line each */
} trainee;

typedef struct {
    const lab_request *wanted;
    store *s;
    experiment *const *experiments; /* by member.experiment */
    bool experiments_stored;        /* the store has them: runs are linked to them as they are recorded */
    const run_list *all;            /* while a wave runs */
    strata_lab_progress now;
    headway way;
    trainee *trainees; /* by number in the population, while one trains */
    lost lost;         /* runs that are there and whose files are not */
    char folder[4096]; /* of the runs and their checkpoints */
    pthread_mutex_t recording;      /* of the store, and of the sentence, while a wave trains */
    strata_status status;           /* of a run that could not be recorded, */
    char sentence[STATUS_SENTENCE]; /* and that of the first such run */
} wave;

/* A wave of this request into its store. */
strata_status wave_start(wave *w, const lab_request *wanted, store *s, experiment *const *experiments);

/* Adds the trainings that an experiment comes to at most to what there is to do. */
void wave_foresee(wave *w, experiment *e, long most);

/* More of its values are known. Of what was foreseen, what its members so far and `most` trainings in later rounds do not come to is not
 * needed. */
void wave_expect(wave *w, run_list *all, size_t number, long most);

/* It is done: the rounds that were foreseen and not needed are over. */
void wave_settle(wave *w, experiment *e);

/* Trains those members whose runs the store does not have, or whose files are to be made again, data set after data set; each is recorded
 * when it is finished. What
 * other processes train is waited for, and trained here if they do not finish it. */
strata_status wave_run(wave *w, run_list *all);

/* Says in the store how many trainings this experiment comes to at most. */
strata_status wave_tell_planned(const wave *w, size_t number);

/* Makes the runs of these members that the store has the runs of the experiment. */
strata_status wave_link(const wave *w, const run_list *all, size_t number, const char *id);

#endif
