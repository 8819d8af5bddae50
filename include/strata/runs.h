/*
 * Stored runs: reads what a laboratory recorded in a folder. List, look at, compare and summarise runs, as values or as JSON texts
 * (docs/outputs.md describes the JSON).
 *
 *     strata_store *store;  strata_runs *runs;
 *     const strata_runs_choice best = { .size = sizeof best, .sort = "accuracy", .descending = true, .limit = 3 };
 *     strata_store_open("report-out", &store);
 *     strata_runs_list(store, &best, &runs);
 *     for (size_t r = 0; r < strata_runs_count(runs); r++) puts(strata_runs_at(runs, r)->id);
 *     strata_runs_free(runs);  strata_store_free(store);
 *
 * A store may be used by one thread at a time; other processes may write to the same folder meanwhile. Each call reads the store of one
 * moment. Lists and runs are copies: they stay valid when the store is freed.
 */
#ifndef STRATA_RUNS_H
#define STRATA_RUNS_H

#include "strata/train.h"

typedef struct strata_store strata_store;   /* an open folder */
typedef struct strata_runs strata_runs;     /* a list of runs */
typedef struct strata_stored strata_stored; /* one run with all that was recorded */

/* Which runs, in which order. With all fields but size zero: all runs, in the order of their recording. */
typedef struct {
    size_t size;              /* sizeof(strata_runs_choice) */
    const char *experiment;   /* the runs of this experiment alone; NULL: of all */
    const char *const *where; /* conditions, all of which hold, such as "lambda<0.01": a key, one of = != < <= > >=, a value. The key is a
                                 setting or a column of `strata runs ls`. The list ends with NULL. NULL: none */
    const char *sort;         /* the key to sort by; NULL: the order of recording */
    bool descending;          /* the largest first */
    size_t limit;             /* so many runs at most; 0: all */
} strata_runs_choice;

/* What the store says of one run. The list or run that returned the struct owns all texts. */
typedef struct {
    const char *id;
    const char *name;         /* the setting `name` */
    uint64_t seed;
    const char *status;       /* "done", "diverged", "stopped", "running", "failed" */
    const char *reason;       /* a sentence when the run is not done; else "" */
    const char *backend;
    const char *data_kind;
    const char *data_digest;
    const char *model_digest;
    const char *created;      /* UTC, "2024-05-01T12:00:00Z" or finer */
    const char *version;      /* of strata */
    int threads;
    long updates;
    double seconds;
    strata_score train, validation, test; /* NaN when the part was never evaluated */
    const char *maker;        /* who recorded it first: "lab" or "train" */
} strata_stored_facts;

STRATA_BEGIN

/* Opens the store of a folder, FOLDER/runs.sqlite, for reading. The caller owns *out. STRATA_ERR_STORAGE when there is none or it cannot be
 * read; STRATA_ERR_DATA when the file is no store, is damaged, or is of a newer version; STRATA_ERR_MEMORY. */
strata_status strata_store_open(const char *folder, strata_store **out);

/* Frees an open store. NULL is allowed. */
void strata_store_free(strata_store *store);

/* Lists the chosen runs. choice may be NULL for all runs. The caller owns *out. STRATA_ERR_ARGUMENT for an unknown experiment or key (the
 * sentence suggests the nearest) and for a malformed condition; STRATA_ERR_STORAGE, STRATA_ERR_DATA, STRATA_ERR_MEMORY. */
strata_status strata_runs_list(strata_store *store, const strata_runs_choice *choice, strata_runs **out);

/* The number of runs in the list. */
size_t strata_runs_count(const strata_runs *runs);

/* Run number `index`, 0 .. count - 1; NULL for any other. Belongs to the list. */
const strata_stored_facts *strata_runs_at(const strata_runs *runs, size_t index);

/* Frees a list. NULL is allowed. */
void strata_runs_free(strata_runs *runs);

/* Reads one run: by its id, or by the first digits of its id, 4 or more, when they name one run alone. The caller owns *out.
 * STRATA_ERR_ARGUMENT when no run or several runs have these digits; STRATA_ERR_STORAGE, STRATA_ERR_DATA, STRATA_ERR_MEMORY. */
strata_status strata_stored_find(strata_store *store, const char *id, strata_stored **out);

/* What the store says of the run. Belongs to the run, as the next two. */
const strata_stored_facts *strata_stored_describe(const strata_stored *run);

/* The value of a setting, as strata_config_set takes it; NULL when the run has no such setting. */
const char *strata_stored_setting(const strata_stored *run, const char *key);

/* The curve, in order of update; *count receives the number of points. */
const strata_point *strata_stored_curve(const strata_stored *run, size_t *count);

/* Frees a run. NULL is allowed. */
void strata_stored_free(strata_stored *run);

/* The four documents of `strata runs`, as JSON texts: of a list of runs, of one run (id as in strata_stored_find), of the differences of
 * two runs, and of the statistics of an experiment, NULL for all experiments. The caller owns *text: strata_text_free. They fail as
 * strata_runs_list and strata_stored_find do. */
strata_status strata_runs_list_json(strata_store *store, const strata_runs_choice *choice, char **text);
strata_status strata_runs_show_json(strata_store *store, const char *id, char **text);
strata_status strata_runs_diff_json(strata_store *store, const char *a, const char *b, char **text);
strata_status strata_runs_summary_json(strata_store *store, const char *experiment, char **text);

/* Frees a text that one of these four made. NULL is allowed. */
void strata_text_free(char *text);

STRATA_END

#endif
