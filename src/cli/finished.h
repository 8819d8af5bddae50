/* Runs of strata train that an earlier process finished, read back from their folders. */
#ifndef STRATA_CLI_FINISHED_H
#define STRATA_CLI_FINISHED_H

#include "cli.h"

/* What is shown of such a run: as strata_run_facts and run_json of one that has just been trained. */
typedef struct finished {
    strata_run_facts_t facts; /* its texts belong to record */
    json_value *record;       /* as run_json */
} finished;

/* The run that this configuration on this data would be, if OUT/ID holds it whole, of this program on this kind of machine, so that
 * training it again would give the same bits: run.json, curves.csv, and a model whose digest is the recorded one. *out is NULL when there
 * is none; one that is there but does not count is named on stderr with the reason. */
strata_status finished_find(const char *folder, const strata_config *config, const strata_data *data, finished **out);
void finished_free(finished *f); /* NULL is fine */

#endif
