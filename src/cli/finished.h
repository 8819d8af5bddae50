/* Runs that an earlier process finished, read back from their folders. */
#ifndef STRATA_CLI_FINISHED_H
#define STRATA_CLI_FINISHED_H

#include "cli.h"
#include "store.h"

enum { FINISHED_VARIANTS = 16 }; /* that are shown of it, at most */

/* What is shown of such a run: as strata_run_facts and run_folder_json of one that has just been trained. */
typedef struct finished {
    strata_run_facts_t facts; /* its texts belong to record */
    json_value *record;       /* as run_folder_json */
    strata_variant variant[FINISHED_VARIANTS]; /* its texts belong to record */
    size_t variants;
    char other[64];           /* " by another build or machine (commit)"; "" where it is this one */
} finished;

/* The run that this configuration on this data would be, if the store (NULL: none is asked) and FOLDER/ID have it whole: run.json,
 * curves.csv, and a model whose digest is the recorded one. *out is NULL when there is none; one in the folder that does not count is named
 * on stderr with the reason, and *refused. What another process is writing is none: its rows come last. */
strata_status finished_find(const char *folder, store *s, const strata_config *config, const strata_data *data, finished **out,
                            bool *refused);
void finished_free(finished *f); /* NULL is fine */

#endif
