/*
 * The stores of several folders become one: `strata runs merge`. A folder is a laboratory's: runs.sqlite, and runs/ID/ with the files of
 * each run. The folders that are read stay as they are.
 */
#ifndef STRATA_RUNS_MERGE_H
#define STRATA_RUNS_MERGE_H

#include "runs.h"

/* What one folder gave. */
typedef struct {
    const char *folder; /* as it was called */
    long runs, files;   /* that are new, with their files */
    int64_t bytes;      /* of these files */
    long there;         /* runs that were there already, bit for bit the same */
    long other;         /* runs that are there with other bits, of kernels of another level: those stay */
    long experiments;   /* that are new */
    long unfinished;    /* runs that have a checkpoint and no end: not merged */
} runs_merged_folder;

typedef struct {
    runs_merged_folder *folder;
    size_t count;
    runs_names notes; /* sentences: what stays though another folder has it otherwise */
    struct stored_words *words;
} runs_merged;

/*
 * Merges what `count` folders have, in this order, into the folder `out`, which is made when it is not there. Everything is compared before
 * anything is written; then for each folder the files come first, each whole and with the digest that was recorded, and all rows in one
 * transaction. What was begun and did not end, whatever ended it, is finished by the same call, and a call of what is merged already
 * changes nothing. dry: *out says what would be merged, and nothing is written.
 *
 * STRATA_ERR_CHECK where two folders have one run with other bits from kernels of one level, or two experiments of one name that are
 * defined differently; STRATA_ERR_ARGUMENT for a folder that is named twice, or is the one that is written; STRATA_ERR_DATA for one without
 * a store, or with a file that is not what was recorded; STRATA_ERR_BUSY when anything trains in one of them, or another merge writes
 * there. Free *out in any case.
 */
strata_status runs_merge(const char *const *folders, size_t count, const char *out, bool dry, runs_merged *merged);
void runs_merged_free(runs_merged *merged);
json_value *runs_merged_json(const runs_merged *merged, const char *out, bool dry);

/* ---- merge_check.c ------------------------------------------------------------------------------------------------------------------ */

/* The first thing in which two runs of one id differ, as "its curve at update 40" with both values, added to words; nothing where they are
 * the same but for where, when and by what they were made. What one of them alone was diagnosed for is no difference. */
strata_status runs_first_difference(const stored_run *a, const stored_run *b, text *words);

/* ---- merge_files.c ------------------------------------------------------------------------------------------------------------------ */

/* STRATA_ERR_BUSY when a process trains a run in this folder. A folder without runs is fine. */
strata_status runs_merge_refuse_if_trained(const char *folder);

/* Reads the files of a run, and adds them to what a folder gives. STRATA_ERR_DATA where one is not what was recorded, or lies elsewhere
 * than below runs/. */
strata_status runs_merge_look_at_files(store *from, const char *folder, const char *id, runs_merged_folder *found);

/* Copies the files of a run to OUT/runs/, which must be there, where they are not there already: STRATA_ERR_DATA where one is not what was
 * recorded. They are on disk, but for their names in OUT/runs/, when runs_merge_sync_files has returned, too. */
strata_status runs_merge_copy_files(store *from, const char *folder, const char *id, const char *out);
strata_status runs_merge_sync_files(store *from, const char *id, const char *out);

/* How many runs of the folder have a checkpoint and no end in its store. */
strata_status runs_merge_count_unfinished(store *from, const char *folder, long *count);

#endif
