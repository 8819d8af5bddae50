/* Folders as a laboratory leaves them, below the one of folder.h: a store, and the files of its runs. */
#ifndef STRATA_TESTS_FOLDERED_H
#define STRATA_TESTS_FOLDERED_H

#include "stored.h"

enum { FOLDERED_FILES = 3 };
extern const char *const foldered_files[FOLDERED_FILES]; /* the last is run.json */

/* The store DIR/runs.sqlite, its folder made. */
store *foldered_store(const char *dir);

/* The path of a file of a run; lives until the next call. */
const char *foldered_path(const char *dir, const char *id, const char *name);

/* Puts the run, with three files whose bytes are the run's id. */
void foldered_put(store *s, const char *dir, const store_run *run);

/* Nothing of the folder is other than recorded. */
void assert_verified(const char *dir);

#endif
