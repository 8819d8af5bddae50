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
    store_run run; /* all its texts, scores, points and other lists belong to this struct; certainty stands below */
    stored_pairs links; /* experiment and label, in the order of experiments */
    stored_pairs notes; /* when it was written, and its words */
    stored_pairs settings;
    stored_default *defaults;   /* of each setting */
    struct stored_words *words; /* what runs_free frees */
    stored_pairs env;
    strata_point *point;
    strata_variant *variant;
    strata_certainty certainty; /* of the test part */
    bool has_certainty;
    store_layer_point *layer_point;
    store_confusion *confusion; /* of the test part alone, as the mistakes */
    store_mistake *mistake;
    store_artifact *artifact;
    store_dataset dataset; /* that it was trained on; digest is NULL where the store has none, and in a list */
    const char **class_name;
    store_file_found *found; /* of each artifact, once runs_look_at_files has looked; else NULL */
    size_t point_room, variant_room, artifact_room, layer_point_room, confusion_room, mistake_room;
} stored_run;

typedef struct {
    stored_run *at;
    size_t count, room;
} stored_runs;

extern const char *const runs_part_words[STORE_PARTS]; /* "train", ... */
extern const char *const runs_score_words[3];          /* "loss", ... */
const char *runs_status_word(store_status status);     /* "done", ... */

/* ---- list.c ------------------------------------------------------------------------------------------------------------------------- */

/* The chosen runs, in the order of the choice: without settings, env, points, variants and artifacts. An experiment or key that nobody
 * knows is STRATA_ERR_ARGUMENT, with the nearest that there is, and so is a value that cannot be compared. Free *out in any case. */
strata_status runs_list(store *s, const store_choice *choice, stored_runs *out);
void runs_list_free(stored_runs *runs);

/* The same with the settings of each. */
strata_status runs_list_with_settings(store *s, const store_choice *choice, stored_runs *out);

/* The same with the points of the curves of each, too. */
strata_status runs_list_whole(store *s, const store_choice *choice, stored_runs *out);

/* Leaves of a list the runs with these ids, or beginnings of ids as in runs_find: the first `most` of them, 0: all. */
strata_status runs_keep(store *s, const char *const *ids, size_t count, size_t most, stored_runs *runs);

/* The run of this id, or the only one whose id starts so (4 characters or more), with all that belongs to it. STRATA_ERR_ARGUMENT when
 * there is none or several. Free *out in any case. */
strata_status runs_find(store *s, const char *id, stored_run *out);

/* The id alone, to be freed in any case. */
strata_status runs_find_id(store *s, const char *id, text *out);

/* Two of them, of one moment. */
strata_status runs_find_two(store *s, const char *const ids[2], stored_run out[2]);
void runs_free(stored_run *run);

/* The folder of the store of this path, "" for the working folder: the files of its runs lie below it. */
strata_status runs_folder_of(const char *store_path, text *folder);

/* Looks at the run's files. */
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

/* The form of a data set; class_names [form->classes]. "image" is height, width and channels, or null. */
json_value *runs_form_json(const strata_form *form, const char *const *class_names);

json_value *runs_score_json(const strata_score *score);

/* A list of objects with name, validation and test, each with loss and accuracy. */
json_value *runs_variants_json(const strata_variant *variant, size_t count);

/* Two lists, correct and wrong, of STRATA_CERTAINTY_BINS numbers of images. */
json_value *runs_certainty_json(const strata_certainty *certainty);

json_value *runs_notes_json(const stored_run *run);

/* ---- list_csv.c --------------------------------------------------------------------------------------------------------------------- */

/* "3layer-bn; lambda-final: lambda=0.00383", and what is written beside the run: "too long; see 3f2a", in an empty text. */
strata_status runs_say_links(const stored_run *run, text *out);
strata_status runs_say_notes(const stored_run *run, text *out);

/* What runs_list_with_settings reads, as CSV: one row a run, a column for each of its facts and each setting that a run of the list has. */
strata_status runs_list_csv(const stored_runs *runs, text *csv);

/* ---- curves_csv.c ------------------------------------------------------------------------------------------------------------------- */

/* The curves of what runs_list_whole reads, as CSV: a row a point, behind the run's id, name, seed and the settings in which the runs of
 * the list differ. */
strata_status runs_curves_csv(const stored_runs *runs, text *csv);

/* ---- notes.c ------------------------------------------------------------------------------------------------------------------------ */

enum { RUNS_NOTE_MOST = 500 }; /* bytes */

/* Adds a note to the run that runs_find finds, or removes all of its notes. STRATA_ERR_ARGUMENT also for what is no line of words. */
strata_status runs_note(store *s, const char *id, const char *words);
strata_status runs_drop_notes(store *s, const char *id);

/* ---- remove.c ----------------------------------------------------------------------------------------------------------------------- */

typedef struct {
    const char **at;
    size_t count, room;
} runs_names;

/* A run that went, or would go. */
typedef struct {
    const char *id, *quick; /* the quick look that it belonged to, or "" */
    long files;
    int64_t bytes;
    runs_names recorded; /* names of its files, of which the store knew */
} runs_gone;

typedef struct {
    runs_gone *run;
    size_t count, room;
    runs_names experiments; /* quick looks, which go too */
    runs_names left;        /* paths: what else lies in the runs' folders stays */
    long files;
    int64_t bytes;
    struct stored_words *words;
} runs_removal;

/* Removes runs with all that belongs to them and the files that a run writes below the folder of the store of this path. All ids are
 * found, as in runs_find, or nothing is removed. STRATA_ERR_BUSY when one of them is being trained. What was begun and did not end,
 * whatever ended it, is finished by the same call. dry: *out says what would be removed. Free *out in any case. */
strata_status runs_remove(store *s, const char *store_path, const char *const *ids, size_t count, bool dry, runs_removal *out);

/* The same with the runs of laboratories that no experiment has any more, and with quick looks and the runs that they alone have; but not
 * with runs that somebody wrote a note on. STRATA_ERR_BUSY while anything trains in the folder. */
strata_status runs_prune(store *s, const char *store_path, bool dry, runs_removal *out);
void runs_removal_free(runs_removal *removal);
json_value *runs_removal_json(const runs_removal *removal, bool dry);

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

enum { RUNS_SCORES = 3 * STORE_PARTS, RUNS_CURVES = 6, RUNS_VARIANT = 4 };

/* A variant of one of them or of both: loss and accuracy of the validation part, then of the test part. */
typedef struct {
    const char *name;
    runs_number number[RUNS_VARIANT];
} runs_variant;

/* In what two runs differ, bit for bit. It points into both. */
typedef struct {
    const stored_run *a, *b;
    runs_difference *settings, *env; /* in the order of a, then what b alone has */
    size_t setting_count, env_count;
    runs_variant *variant;          /* in the order of a, then what b alone has */
    size_t variant_count;
    runs_number score[RUNS_SCORES]; /* by part, and in it by runs_score_words */
    size_t common, same;            /* points at the same update; and of these, before the first that differs */
    bool part;                      /* do the curves? */
    long part_at;                   /* the update */
    runs_number curve[RUNS_CURVES]; /* there: training, then validation */
} runs_comparison;

/* Does anything differ but where and when they ran: settings, data, how it ended, results, model, curves? Environment, seconds, backend,
 * threads and version are reasons for a difference and none themselves. */
bool runs_differ(const runs_comparison *c);

strata_status runs_compare(const stored_run *a, const stored_run *b, runs_comparison *out);
void runs_comparison_free(runs_comparison *c);
json_value *runs_comparison_json(const runs_comparison *c);

/* ---- summarise.c -------------------------------------------------------------------------------------------------------------------- */

typedef struct {
    store_figure *at; /* their texts belong to words */
    size_t count, room;
    stored_pairs experiments; /* in the order of their figures: the id, and why it has none; "" where it has, and of a gradient check */
    struct stored_words *words;
} runs_figures;

/* The statistics of an experiment, or of all (NULL): the rows of the views summary, prediction and paired. Free *out in any case. */
strata_status runs_summarise(store *s, const char *experiment, runs_figures *out);
strata_status runs_summarise_within(store *s, const char *experiment, runs_figures *out); /* the same, within store_read */
void runs_figures_free(runs_figures *figures);
json_value *runs_figures_json(const runs_figures *figures);
json_value *runs_figure_json(const store_figure *figure); /* one of them */

/* ---- experiments_json.c ------------------------------------------------------------------------------------------------------------- */

/* These experiments with their settings' figures, expectations, notes and runs; those that the store does not have are left out. */
strata_status runs_experiments_json(store *s, const char *const *ids, size_t count, json_value **out);

#endif
