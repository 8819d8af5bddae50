/* What the tests of the laboratory share: experiment files and folders of their own, a watch that counts, and a store as one text. */
#ifndef STRATA_TESTS_LABORATORY_H
#define STRATA_TESTS_LABORATORY_H

#include "lab.h"
#include "stored.h"
#include "text.h"

/* Settings with which a training takes a moment on small_data: 8 updates. */
#define TINY "n_train: 400\nn_val: 100\nn_batch: 50\nn_s: 4\ncycles: 1\nevals: 1\nhidden: [5]\n"

/* Writes a file of the program's folder (in folders below it, too) and returns its path, as in_folder does. */
const char *wrote(const char *name, const char *words);

/* For cmocka, instead of empty_folder: empties it with all that is below. */
int clear_folder(void **state);
int clear_and_remove(void **state);

/* A watch that counts, and stops a laboratory. */
typedef struct {
    long stop_after_updates, stop_after_runs; /* 0: never */
    long updates, finished, diverged, said;
    long jumps;        /* of what was told: less done, another number of all */
    strata_lab_progress last; /* of the last call; its texts are gone */
    char sentence[512]; /* the last that was said */
} counter;
strata_lab_watch counting(counter *c);

/* lab_run on small_data of files NAME.yaml of the folder (words between spaces), with 2 seeds on 2 threads, into the folder `out`. */
strata_status lab(const char *names, const char *out, counter *c);
strata_status lab_as(const char *names, const char *out, counter *c, long seeds, bool quick);

/* What a query says about OUT/runs.sqlite, as CSV without its line of names; good for two calls. */
const char *asked(const char *out, const char *sql);
void assert_asked(const char *out, const char *sql, const char *due);

/* All that a laboratory decides, in all tables: not when, where, and how long it took. To be freed. */
char *everything(const char *out);

/* Two folders have the same of it; says where they part. */
void assert_same(const char *out, const char *other);

#endif
