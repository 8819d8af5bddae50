/* Experiment files become plans. Internal to the module. */
#ifndef STRATA_LAB_PLAN_FILE_H
#define STRATA_LAB_PLAN_FILE_H

#include "plan.h"

/* Reads a file; path and tree then belong to the experiment. STRATA_ERR_ARGUMENT with file and line when it is wrong. quick: fewer of
 * everything. settings: "key=value" each, NULL behind the last, in place of what the file says; NULL: none. */
strata_status plan_read(const char *path, bool quick, const char *const *settings, experiment *out);

/* The experiment is of these data from now on: numbers of examples that its file leaves open are theirs, and so are the limits of those
 * that it says. A quick look is shortened. STRATA_ERR_ARGUMENT with the file. */
strata_status plan_fit(experiment *e, const strata_data *data, bool quick);

#endif
