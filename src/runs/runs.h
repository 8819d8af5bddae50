/*
 * Stored runs: list, show, compare and summarise them, as structs and as JSON. The store does the choosing and the statistics (SQL); this
 * module gives what it finds memory of its own, and the program only prints it.
 *
 *     store_open(path, STORE_READ_FEW, &s);
 *     runs_list(s, &(store_choice){ .experiment = "lambda-fine", .sort = "accuracy", .descending = true, .limit = 3 }, &list);
 *     for (size_t r = 0; r < list.count; r++) puts(list.at[r].run.id);
 *     runs_list_free(&list);
 *
 * Every call reads the store of one moment. JSON documents are as docs/outputs.md says; whoever gets one frees it.
 */
#ifndef STRATA_RUNS_RUNS_H
#define STRATA_RUNS_RUNS_H

#include "json.h"
#include "store.h"
#include "store_runs.h"

typedef store_env stored_pair; /* key and value */

typedef struct {
    stored_pair *at;
    size_t count, room;
} stored_pairs;

/* What this version of the program makes of a setting. */
typedef struct {
    bool changed;         /* another value than the default; true of one that it does not know, or cannot read */
    const char *fallback; /* the default; "" where it does not know the setting */
} stored_default;

typedef struct {
    store_run run; /* all its texts, scores, points, env and artifacts belong to this struct; the other lists are empty */
    stored_pairs links; /* experiment and label, in the order of experiments */
    stored_pairs settings;
    stored_default *defaults;   /* of each setting */
    struct stored_words *words; /* what runs_free frees */
    stored_pairs env;
    strata_point *point;
    store_artifact *artifact;
    store_file_found *found; /* of each artifact, once runs_look_at_files has looked; else NULL */
    size_t point_room, artifact_room;
} stored_run;

typedef struct {
    stored_run *at;
    size_t count, room;
} stored_runs;

extern const char *const runs_part_words[STORE_PARTS]; /* "train", ... */
extern const char *const runs_score_words[3];          /* "loss", ... */
const char *runs_status_word(store_status status);     /* "done", ... */

/* ---- list.c ------------------------------------------------------------------------------------------------------------------------- */

/* The chosen runs, in the order of the choice: without settings, env, points and artifacts. An experiment or key that nobody knows is
 * STRATA_ERR_ARGUMENT, with the nearest that there is, and so is a value that cannot be compared. Free *out in any case. */
strata_status runs_list(store *s, const store_choice *choice, stored_runs *out);
void runs_list_free(stored_runs *runs);

/* The run of this id, or the only one whose id starts so (4 characters or more), with all that belongs to it. STRATA_ERR_ARGUMENT when
 * there is none or several. Free *out in any case. */
strata_status runs_find(store *s, const char *id, stored_run *out);

/* Two of them, of one moment. */
strata_status runs_find_two(store *s, const char *const ids[2], stored_run out[2]);
void runs_free(stored_run *run);

/* Looks at the run's files, which lie below the folder of the store of this path. */
strata_status runs_look_at_files(stored_run *run, const char *store_path);

/* ---- condition.c -------------------------------------------------------------------------------------------------------------------- */

/* A condition in words, "lambda<0.01": key, one of = != < <= > >=, value. */
typedef struct {
    store_condition condition; /* its texts belong to these two */
    text words, value;
} runs_condition;

/* Free *out in any case. */
strata_status runs_condition_read(const char *words, runs_condition *out);
void runs_condition_free(runs_condition *c);

/* Are the keys of a choice columns of a run or settings, of this version or of a run in the store, and can their values be compared?
 * runs_list asks this. */
strata_status runs_check_choice(store *s, const store_choice *choice);

/* ---- run_json.c --------------------------------------------------------------------------------------------------------------------- */

/* A list of what runs_list reads. A part that was never evaluated is null. */
json_value *runs_list_json(const stored_runs *runs);
json_value *runs_summary_json(const stored_run *run);

/* All that runs_find reads. */
strata_status runs_find_json(const stored_run *run, json_value **out);

json_value *runs_score_json(const strata_score *score);

/* ---- compare.c ---------------------------------------------------------------------------------------------------------------------- */

/* A value that one of the runs has and the other has not, or has otherwise; NULL where it has none. */
typedef struct {
    const char *key, *a, *b;
} runs_difference;

/* A number of both. NaN is NaN; a number that is missing is another than any that is there. */
typedef struct {
    bool in_a, in_b, same;
    double a, b;
} runs_number;

enum { RUNS_SCORES = 3 * STORE_PARTS, RUNS_CURVES = 6 };

/* In what two runs differ, bit for bit. It points into both. */
typedef struct {
    const stored_run *a, *b;
    runs_difference *settings, *env; /* in the order of a, then what b alone has */
    size_t setting_count, env_count;
    runs_number score[RUNS_SCORES]; /* by part, and in it by runs_score_words */
    size_t common, same;            /* points at the same update; and of these, before the first that differs */
    bool part;                      /* do the curves? */
    long part_at;                   /* the update */
    runs_number curve[RUNS_CURVES]; /* there: training, then validation */
} runs_comparison;

strata_status runs_compare(const stored_run *a, const stored_run *b, runs_comparison *out);
void runs_comparison_free(runs_comparison *c);
json_value *runs_comparison_json(const runs_comparison *c);

/* ---- summarise.c -------------------------------------------------------------------------------------------------------------------- */

typedef struct {
    store_figure *at; /* their texts belong to words */
    size_t count, room;
    struct stored_words *words;
} runs_figures;

/* The statistics of an experiment, or of all (NULL): the rows of the views summary, prediction and paired. Free *out in any case. */
strata_status runs_summarise(store *s, const char *experiment, runs_figures *out);
void runs_figures_free(runs_figures *figures);
json_value *runs_figures_json(const runs_figures *figures);

#endif
