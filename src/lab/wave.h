/* A wave: the trainings that can run now, as one population, watched and recorded. Internal to the module. */
#ifndef STRATA_LAB_WAVE_H
#define STRATA_LAB_WAVE_H

#include "lost.h"
#include "members.h"
#include "store.h"

/* A member while it trains. */
typedef struct {
    const member *m;
    double done; /* share of its work that is in now.work_done */
    double loss, validation;
} trainee;

typedef struct {
    const lab_request *wanted;
    const strata_data *data;
    store *s;
    experiment *const *experiments; /* by member.experiment */
    lab_progress now;
    trainee *trainees; /* by number in the population, while one trains */
    lost lost;         /* runs that are there and whose files are not */
    char folder[4096]; /* of the runs and their checkpoints */
    strata_status status; /* of the first run that could not be recorded */
    char sentence[STATUS_SENTENCE];
} wave;

/* A wave of this request into its store. */
strata_status wave_start(wave *w, const lab_request *wanted, const strata_data *data, store *s, experiment *const *experiments);

/* Adds an experiment's `size` trainings to what there is to do, as far as can be told before its values are known. */
void wave_foresee(wave *w, experiment *e, long size);

/* Its values are known: what its members come to takes the place of what was foreseen. */
void wave_expect(wave *w, members *all, size_t number);

/* Trains those members whose runs the store does not have, or whose files are to be made again; each is recorded when it is finished. */
strata_status wave_run(wave *w, members *all);

/* Makes the runs of these members that the store has the runs of the experiment. */
strata_status wave_link(const wave *w, const members *all, size_t number, const char *id);

#endif
