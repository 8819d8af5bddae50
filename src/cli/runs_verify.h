/* strata runs verify: a whole folder against what was recorded of it. */
#ifndef STRATA_CLI_RUNS_VERIFY_H
#define STRATA_CLI_RUNS_VERIFY_H

#include <stdbool.h>

#include "status.h"

/* Looks at every file of every run of a folder (NULL: report-out and runs, those that are there), a laboratory's, one of strata train, or
 * one run's, and prints what is not as it was recorded, or all of it as one document. STRATA_ERR_CHECK when something is not;
 * STRATA_ERR_STORAGE when the folder cannot be looked at or has no runs. */
strata_status runs_verify(const char *folder, bool json);

#endif
