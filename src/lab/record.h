/* A finished run becomes files in the folder and rows in the store. Internal to the laboratory and the program. */
#ifndef STRATA_LAB_RECORD_H
#define STRATA_LAB_RECORD_H

#include <pthread.h>

#include "run_folder.h"
#include "store.h"
#include "text.h"

/* Where runs are recorded. Several threads may record at once: they write files side by side, and rows one after the other. */
typedef struct {
    store *s;              /* NULL: files alone */
    pthread_mutex_t *lock; /* held while the store is used */
    const char *maker;     /* who asked for the runs: "lab" or "train", as store_run.maker; static */
    const char *folder;    /* of the runs' folders: `runs` beside the store */
    const strata_data *data;
} record_place;

/* Writes the files of a run that has ended (run_folder.h), then its rows, with all that it measured. A picture that cannot be drawn is no
 * failure: unsaid, a text of the caller, gets a line about it. */
strata_status record_run(const record_place *to, const char *name, const strata_run *run, text *unsaid);

/* The entries of a confusion matrix, [classes * classes], as the store has them: all of them, or those that are not zero where there are
 * more than a hundred classes (docs/decisions/0099). The caller frees *out. */
strata_status record_confusion(const long *count, int classes, store_confusion **out, size_t *entries);

#endif
