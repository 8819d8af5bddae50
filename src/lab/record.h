/* A finished run becomes files in the folder and rows in the store. Internal to the module. */
#ifndef STRATA_LAB_RECORD_H
#define STRATA_LAB_RECORD_H

#include "store.h"

/* Writes OUT/runs/ID/model.safetensors (and pictures of a run that diagnoses), then the run with all that it measured. A picture that
 * cannot be drawn is no failure: the sentence goes to say (which may be NULL). */
strata_status record_run(store *s, const char *out, const char *name, const strata_data *data, const strata_run *run,
                         void (*say)(void *self, const char *sentence), void *self);

#endif
