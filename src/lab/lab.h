/*
 * The laboratory behind strata/lab.h: experiment files become runs. Members of all experiments that can run are trained as one
 * population over all cores. A run that the store already has is not trained again, so an interrupted laboratory goes on where it was.
 * Results are in the store (runs, links, notes) and in the folder (models, pictures).
 */
#ifndef STRATA_LAB_LAB_H
#define STRATA_LAB_LAB_H

#include "lab_request.h"

/* strata_lab_run of a request that was taken. */
strata_status lab_run(const char *const *paths, size_t count, const strata_data *data, const lab_request *request);

/* strata_lab_resume of a request that was taken. */
strata_status lab_resume(const strata_config *const *configs, size_t count, const strata_data *data, const lab_request *request);

#endif
