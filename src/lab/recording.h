/*
 * Keeping the runs of a population: each is recorded when it has ended, and then has no checkpoint any more. The first failure is
 * remembered; the others go on. Internal to the laboratory and the program.
 */
#ifndef STRATA_LAB_RECORDING_H
#define STRATA_LAB_RECORDING_H

#include "record.h"

/* Several threads may keep runs of one of these at once. */
typedef struct {
    store *s;                       /* NULL: files alone */
    const char *folder;             /* of the runs' folders */
    const strata_data *data;
    pthread_mutex_t lock;           /* of the store, and of what follows */
    long failures;
    strata_status status;           /* of the first run that could not be recorded, with its sentence */
    char sentence[STATUS_SENTENCE];
} recording;

/* Makes the folder and opens the store. database NULL: files alone. `recording_close` afterwards, also when it fails. */
strata_status recording_open(recording *r, const char *folder, const char *database, const strata_data *data);
void recording_close(recording *r);

/* Records a run that ended well or diverged, under its name, and removes its checkpoint; false for one that did not, or could not be
 * recorded. For strata_observer.record. maker and unsaid as in record.h. */
bool recording_keep(recording *r, const char *maker, const strata_run *run, text *unsaid);

/* The failure, if there was any. Once nothing trains. */
strata_status recording_outcome(const recording *r);

/* A stop promises a checkpoint of the update that was reached: STRATA_ERR_STORAGE when a run has none. */
strata_status recording_check_stopped(const strata_run_facts_t *f);

#endif
