/* What the tests of checkpoints share: trainings that are stopped and go on, and a comparison to the last bit. */
#ifndef STRATA_TESTS_RESUMED_H
#define STRATA_TESTS_RESUMED_H

#include "laboratory.h"
#include "training.h"
#include "small.h"

/* 24 updates in three epochs, with two points of the curves before the last, and small enough to be repeated often. */
#define SHORT "n_batch=50", "n_s=12", "cycles=1", "evals=3", "hidden=[3,2]"

/* Who watches: stops, asks for checkpoints, and remembers what was told. */
typedef struct {
    long stop_at;         /* an update; 0: none */
    long asked_at;        /* before that update is reported, one more checkpoint is asked for; 0: never */
    long asked, told;
    char sentence[1024];  /* the last */
    strata_checkpoints checkpoints;
} watcher;

/* The folder of the runs: in_folder("runs"), which stays good. */
const char *runs_folder(void);

watcher watching(const char *folder, long updates, long stop_at);

/* Trains words, as in small_config, with the checkpoints of w. */
strata_status train_watched(const char *const *words, watcher *w, strata_run **out);

/* The same where it must succeed; w NULL: alone and without checkpoints. To be freed. */
strata_run *trained(const char *const *words, watcher *w);

/* Every bit that a run leaves: parameters in the backend's own precision, curves, measurements, logs, results, and the bytes of its model
 * file. */
void assert_same_bits(const strata_run *a, const strata_run *b);

/* The path of a file in the folder of the run of these words; good for four calls. */
const char *in_run(const char *const *words, const char *name);

/* A whole file, to be freed. */
uint8_t *bytes_of(const char *path, size_t *size);

#endif
