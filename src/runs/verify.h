/* Verifying stored runs: every file of every run of a folder against what was recorded of it. */
#ifndef STRATA_RUNS_VERIFY_H
#define STRATA_RUNS_VERIFY_H

#include <stdbool.h>

#include "json.h"

/* Who is told of every run, and between its begin and end of every file: its path, a word ("whole", "missing", "changed", "extra", ...) and
 * why. Texts live for the call, but for a run's id, which lives until its end. */
typedef struct {
    void *self;
    void (*begin)(void *self, const char *folder, const char *id, const char *kind);
    void (*file)(void *self, const char *path, const char *word, const char *why);
    void (*end)(void *self, bool passed);
} runs_verify_watch;

typedef struct {
    long runs, wrong_runs;
    long files, wrong_files; /* that were recorded, or should have been */
    long extras;             /* that nobody recorded */
} runs_verified;

/* Looks at a folder (NULL: report-out and runs, those that are there): a laboratory's, one of strata train, or one run's.
 * STRATA_ERR_STORAGE when it cannot be looked at or has no runs. What is wrong with files is no failure: *out counts it. */
strata_status runs_verify(const char *folder, const runs_verify_watch *watch, runs_verified *out);

/* The same as a document. */
strata_status runs_verify_json(const char *folder, json_value **document, runs_verified *out);

/* STRATA_ERR_CHECK with a sentence when a file is not what was recorded. */
strata_status runs_verify_conclude(const runs_verified *v);

#endif
