/* strata lab --dry-run. */
#ifndef STRATA_CLI_LAB_PLAN_H
#define STRATA_CLI_LAB_PLAN_H

#include <stdbool.h>

#include "strata/lab.h"

/* Prints what strata_lab_run of the same request would train: a table, or one document. Touches nothing. STRATA_ERR_MEMORY when there is
 * not enough memory for it. */
strata_status lab_plan_print(const char *const *paths, size_t count, const strata_lab_request *request, bool json);

#endif
