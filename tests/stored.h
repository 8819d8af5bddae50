/*
 * What the tests of the store share: SQLite's own look at a file, and runs that show whether they are whole.
 */
#ifndef STRATA_TESTS_STORED_H
#define STRATA_TESTS_STORED_H

#include "folder.h"

#include "store.h"

enum { MOST = 64 };

extern const char sha[65]; /* a digest, of "abc" */

/* The store of this name, to read and write. */
store *opened(const char *name);

/* SQLite's own answer to a query: the first column of the first row. NULL on any error. Lives until the next. */
const char *sqlite_says(const char *name, const char *sql);
void assert_says(const char *name, const char *sql, const char *due);
void sqlite_does(const char *name, const char *sql);

/* Adds the rows that a query over a store finds, as CSV. */
void add_answer(store *s, const char *sql, text *csv);

/* A run of which every row tells the salt it was written with, and all that it points to. */
typedef struct {
    char id[32];
    strata_score score;
    store_env env[MOST];
    char key[MOST][24];
    strata_point point[MOST];
    store_layer_point layer_point[MOST];
    store_confusion confusion[MOST];
    store_mistake mistake[MOST];
    store_certainty certainty[STRATA_CERTAINTY_BINS]; /* so many rows at the most */
    strata_variant variant[MOST];
    store_artifact artifact[MOST];
    store_run run;
} salted;

/* Run `number` with 1 + salt % MOST rows in each table, all of them saying salt, and its `updates` too. salt > 0 */
const store_run *salt_run(salted *r, int number, int salt);

/* No run of the file has another salt in its rows, or another number of them, than its updates say; and SQLite finds it sound. */
void assert_whole_runs(const char *name);

#endif
