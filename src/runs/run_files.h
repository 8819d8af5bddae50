/*
 * The record that lies beside a run's files, run.json: with the size and SHA-256 of each of them, and with a digest of its
 * own, so that whoever comes later can tell whether all of it is still what was written.
 */
#ifndef STRATA_RUNS_RUN_FILES_H
#define STRATA_RUNS_RUN_FILES_H

#include "json.h"
#include "store.h"

extern const char run_files_record[]; /* "run.json" */

/* Adds file NAME to `files`, an object: {"bytes", "sha256"}. */
void run_files_put(json_value *files, const char *name, int64_t bytes, const char *sha256);

/* Writes the record with its digest as the last member, and frees it. */
strata_status run_files_save(json_value *record, const char *path);

/* A record that was read, and what is to be said of it. */
typedef struct {
    json_value *record;     /* NULL where the file is none */
    store_file_found found; /* of the record itself */
    bool signed_so;         /* it has a digest, the right one; found is WHOLE also where it has none */
} run_record;

/* Reads FOLDER/run.json. Fails for want of memory alone; everything else is in `found`. */
strata_status run_files_read(const char *folder, run_record *out);
void run_files_free(run_record *record);

/* Refuses a model of another digest than the run.json beside it says, if there is one: STRATA_ERR_DATA. path: that of the model's file. */
strata_status run_files_check_model(const char *path, const char *digest);

#endif
