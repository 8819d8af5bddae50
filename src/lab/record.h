/* A finished run becomes files in the folder and rows in the store. Internal to the module. */
#ifndef STRATA_LAB_RECORD_H
#define STRATA_LAB_RECORD_H

#include <pthread.h>

#include "store.h"
#include "text.h"

/* Where runs are recorded. Several threads may record at once: they write files side by side, and rows one after the other. */
typedef struct {
    store *s;
    pthread_mutex_t *lock; /* held while the store is used */
    const char *out;
    const strata_data *data;
} record_place;

/* Writes OUT/runs/ID/model.safetensors (and pictures of a run that diagnoses), then the run with all that it measured. A picture that
 * cannot be drawn is no failure: unsaid, a text of the caller, gets a line about it. */
strata_status record_run(const record_place *to, const char *name, const strata_run *run, text *unsaid);

#endif
