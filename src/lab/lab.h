/*
 * The laboratory behind strata/lab.h: experiment files become runs. Members of all experiments that can run are trained as one
 * population over all cores. A run that the store already has is not trained again, so an interrupted laboratory goes on where it was.
 * Results are in the store (runs, links, notes) and in the folder (models, pictures).
 */
#ifndef STRATA_LAB_LAB_H
#define STRATA_LAB_LAB_H

#include <stdbool.h>
#include <stddef.h>

#include "status.h"
#include "strata/lab.h"

/* A strata_lab_request as taken: the watch is a copy, empty where nobody watches. */
typedef struct {
    const char *out;
    long seeds;
    bool quick, remake;
    int threads;
    long checkpoint_updates;
    double checkpoint_seconds;
    strata_lab_watch watch;
} lab_request;

/* strata_lab_run of a request that was taken. */
strata_status lab_run(const char *const *paths, size_t count, const strata_data *data, const lab_request *request);

/* strata_lab_resume of a request that was taken. */
strata_status lab_resume(const strata_config *const *configs, size_t count, const strata_data *data, const lab_request *request);

#endif
