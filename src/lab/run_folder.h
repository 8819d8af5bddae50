/*
 * What a run leaves in its folder, FOLDER/ID, or FOLDER/ID-diverged: the model, curves.csv, losses.csv where log_every > 0, pictures of a
 * run that diagnoses, and run.json, the record of it all. A run that diverged has no model and no pictures. Internal to the laboratory and
 * the program.
 */
#ifndef STRATA_LAB_RUN_FOLDER_H
#define STRATA_LAB_RUN_FOLDER_H

#include <stdint.h>

#include "digest.h"
#include "json.h"
#include "strata/train.h"
#include "text.h"

enum { RUN_FOLDER_FILES = 6, RUN_FOLDER_NAME = 24 };

/* Files as they are on disk. */
typedef struct {
    struct {
        char name[RUN_FOLDER_NAME];
        int64_t bytes;
        char sha256[DIGEST_TEXT];
    } file[RUN_FOLDER_FILES];
    size_t count;
} run_folder_files;

/* Writes the files of a run that has ended, run.json last, each whole or not at all; *made lists them. A picture that cannot be drawn is no
 * failure: unsaid, a text of the caller, gets a line about it. STRATA_ERR_STORAGE, STRATA_ERR_MEMORY. */
strata_status run_folder_save(const strata_run *run, const strata_data *data, const char *folder, run_folder_files *made, text *unsaid);

/* Does a process train this run now? Then FOLDER/ID is locked. */
bool run_folder_is_locked(const char *folder, const char *id);

/* "-diverged", or "": a run that diverged must not look like one that reached its end. */
const char *run_folder_suffix(const strata_run *run);

/* A run as strata train --json prints it. */
json_value *run_folder_json(const strata_run *run);

/* The facts of strata_machine. */
json_value *run_folder_machine(void);

#endif
