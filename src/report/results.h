/* results.json: the figures of every experiment for programs (docs/outputs.md). Internal to the module. */
#ifndef STRATA_REPORT_RESULTS_H
#define STRATA_REPORT_RESULTS_H

#include "store.h"

strata_status results_write(store *s, const char *path);

#endif
