/*
 * The memory of runs: one SQLite file (schema.sql says what is in it) that many processes may read and write at once. A run is in the
 * store whole or not at all, whatever kills the writer. The one user of sqlite3.h is store.c; it computes nothing.
 *
 * - Threads: a store belongs to one thread at a time. Threads and processes that work at once open the same path each for themselves; a
 *   store is not taken across fork(). While a store is open, nothing else in the process opens its file: closing that would drop the locks.
 * - Ownership: what is written is borrowed for the call, what a visitor is shown lives until it returns. A NULL text is written as "".
 * - Visitors: any status but STRATA_OK ends the reading and is returned as it is. A visitor may read from the same store; it may not
 *   write to it, nor close it. One reading sees the store of one moment.
 * - Errors: STRATA_ERR_STORAGE when the store cannot be read or written now (missing, locked by others for 10 s, disk full, no permission,
 *   or a row that the schema refuses), STRATA_ERR_DATA when the file is no store, is of a newer version or is damaged, STRATA_ERR_MEMORY,
 *   STRATA_ERR_ARGUMENT for a wrong call. A failed call changed nothing, in the store or in its outputs.
 * - Numbers: a double may be NaN or infinite and comes back as it was (one NaN is as good as another). Only epoch, eta, seconds and lambda
 *   must be finite.
 */
#ifndef STRATA_STORE_STORE_H
#define STRATA_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"
#include "strata/data.h"
#include "strata/gradcheck.h"
#include "strata/train.h"
#include "text.h"

enum { STORE_PARTS = 3 }; /* strata_part counts them */

typedef struct store store;

typedef enum {
    STORE_READ_ONLY,   /* the file must be there, and nothing can be written through it; its folder need not be one that may be written */
    STORE_READ_FEW,    /* the same for who reads a few rows of many: a damaged page is found when it is read, and not before */
    STORE_READ_IF_ANY, /* the same; *out is NULL where nothing was stored yet: its maker is at work, or was killed */
    STORE_READ_WRITE,  /* made when it is not there, or empty */
} store_mode;

/* What became of a run, with its word in the store. */
#define STORE_STATUS_LIST(X) X(RUNNING, "running") X(DONE, "done") X(DIVERGED, "diverged") X(STOPPED, "stopped") X(FAILED, "failed")

typedef enum {
#define STORE_STATUS_ENUM(name, word) STORE_##name,
    STORE_STATUS_LIST(STORE_STATUS_ENUM)
#undef STORE_STATUS_ENUM
} store_status;

typedef struct {
    const char *key, *value;
} store_env;

/* A diagnostic of one layer (from 1) after so many updates. */
typedef struct {
    long update;
    int layer;
    const char *what;
    double value;
} store_layer_point;

typedef struct {
    strata_part part;
    int truth, guess; /* classes, from 0 */
    long count;
} store_confusion;

/* An image that was taken for something else, and how sure the network was. */
typedef struct {
    strata_part part;
    long image; /* its number in that part, from 0 */
    int truth, guess;
    double probability;
} store_mistake;

/* How many images of a part have a probability of their true class in this one of STRATA_CERTAINTY_BINS bins. */
typedef struct {
    strata_part part;
    int bin; /* from 0 */
    long correct, wrong; /* by what was guessed of them */
} store_certainty;

typedef struct {
    const char *path;
    int64_t bytes;
    const char *sha256; /* 64 lower-case hexadecimal digits */
} store_artifact;

/* What a run was trained on. Runs of one digest have the same data. */
typedef struct {
    const char *digest;            /* data_digest of its runs */
    const char *name, *kind, *title; /* a word or two; data_kind of its runs; a sentence */
    strata_form form;
    long train, test;              /* examples: to choose n_train and n_val from, and for the test */
    const char *const *class_name; /* [form.classes] */
} store_dataset;

typedef struct {
    const char *id, *name;
    uint64_t seed; /* up to INT64_MAX */
    store_status status;
    const char *reason; /* a sentence unless done */
    const char *config; /* "key = value" lines */
    const char *backend;
    int threads;
    const char *data_kind, *data_digest, *model_digest;
    long updates;
    double seconds;
    const char *created; /* UTC, "2024-05-01T12:00:00Z" or finer; NULL or "": now */
    const char *maker;   /* who recorded it first: "train", or "lab"; NULL or "" means "lab" */
    long notes;          /* how many people have written; store_each_found alone says it */
    const char *version;
    const char *data_name; /* of its data set, for who reads; NULL or "": the store has none of this digest */
    const strata_score *score[STORE_PARTS]; /* by strata_part; NULL: never evaluated */

    /* Written by store_put_run; a summary that is read has none of these, the store_each_ functions have. */
    const store_env *env; /* keys once each */
    size_t env_count;
    const strata_point *point; /* updates once each */
    size_t point_count;
    const store_layer_point *layer_point; /* (update, layer, what) once each */
    size_t layer_point_count;
    const store_confusion *confusion; /* (part, truth, guess) once each */
    size_t confusion_count;
    const store_mistake *mistake; /* images once each */
    size_t mistake_count;
    const store_certainty *certainty; /* (part, bin) once each */
    size_t certainty_count;
    const strata_variant *variant; /* names once each; their costs are not stored */
    size_t variant_count;
    const store_artifact *artifact; /* paths once each */
    size_t artifact_count;
    const store_dataset *dataset; /* NULL: nothing new is known of its data */
} store_run;

typedef struct {
    const char *id, *title;
    const char *source;                        /* where the published numbers come from */
    double published, median, lowest, highest; /* NaN: nobody published one, and so it is stored */
    const char *claim;                         /* what the report says, in a sentence */
    const char *against;                       /* the experiment it is compared with, seed by seed; "" for none */
    strata_part part;                          /* whose accuracy is its figure: validation; any other value means test */
    long ord;                                  /* its place in tables */
} store_experiment;

typedef struct {
    const char *run;
    long ord;
    const char *label;
} store_link_row;

/* One tensor of one gradient check: the numbers of strata_gradcheck_tensor and what was checked. */
typedef struct {
    const char *method, *hidden;
    bool bn;
    double lambda;
    int layer;
    strata_gradcheck_tensor tensor;
} store_gradcheck;

/* What has become of an artifact's file, with its word. */
#define STORE_FILE_LIST(X)                                                                                       \
    X(WHOLE, "whole") X(MISSING, "missing") X(TRUNCATED, "truncated") X(CHANGED, "changed") X(UNREADABLE, "unreadable")

typedef enum {
#define STORE_FILE_ENUM(name, word) STORE_FILE_##name,
    STORE_FILE_LIST(STORE_FILE_ENUM)
#undef STORE_FILE_ENUM
} store_file;

typedef struct {
    store_file state;
    char why[400]; /* for people; "" of a whole one */
} store_file_found;

extern const char *const store_file_words[]; /* by store_file */

/* ---- opening --------------------------------------------------------------------------------------------------------------------- */

/* Opens the store at a path, in WAL mode with full syncs. Refuses what is no regular file, another program's database, a newer version, and
 * a file whose pages do not fit together (every page is read: about 0.3 s for 100 MB; not with STORE_READ_FEW). */
strata_status store_open(const char *path, store_mode mode, store **out);

void store_close(store *s);

/* "" or a sentence for people: the folder is on a network, so readers and writers wait for each other (no WAL there). Lives as s does. */
const char *store_warning(const store *s);

/* ---- writing: each call is one transaction, on disk when it returns -------------------------------------------------------------- */

/* Writes the run and all that is given with it, in place of everything an earlier run of this id had; its links, its notes and its maker
 * stay. */
strata_status store_put_run(store *s, const store_run *run);

/* Adds the data set, or changes what is said of the one with this digest. store_put_run does so with that of the run. */
strata_status store_put_dataset(store *s, const store_dataset *dataset);

/* Adds the experiment, or changes it; what belongs to it stays. */
strata_status store_put_experiment(store *s, const store_experiment *experiment);

/* Says that a run belongs to an experiment: `ord` is the place of its setting among those of the experiment, the label the setting's name.
 * Both are in the store; a link that is there changes. */
strata_status store_link(store *s, const char *experiment, const char *run, long ord, const char *label);

/* Makes these the runs of an experiment that is in the store: whatever else was linked to it no longer is. */
strata_status store_put_links(store *s, const char *experiment, const store_link_row *rows, size_t count);

/* Makes these rows, in this order, the gradient checks of an experiment that is in the store. */
strata_status store_put_gradcheck(store *s, const char *experiment, const store_gradcheck *rows, size_t count);

/* The runs of an experiment whose configs have no line of this key get a row of `setting` with this value, which it has where nobody writes
 * it. Other runs stay as they are, and so do all configs. The row is there until the run is written anew. */
strata_status store_fill_setting(store *s, const char *experiment, const char *key, const char *value);

/* Sets one note of an experiment that is in the store. */
strata_status store_put_note(store *s, const char *experiment, const char *key, const char *value);

/* Removes the notes of an experiment whose keys begin so; that there is none is no error. */
strata_status store_drop_notes(store *s, const char *experiment, const char *beginning);

/* Makes these settings, in this order, the axes of an experiment that is in the store: what varies in it. */
strata_status store_put_axes(store *s, const char *experiment, const char *const *keys, size_t count);

/* ---- reading --------------------------------------------------------------------------------------------------------------------- */

typedef strata_status store_run_visitor(void *self, const store_run *run, const char *label);
typedef strata_status store_experiment_visitor(void *self, const store_experiment *experiment);
typedef strata_status store_point_visitor(void *self, const strata_point *point);
typedef strata_status store_layer_point_visitor(void *self, const store_layer_point *point);
typedef strata_status store_confusion_visitor(void *self, const store_confusion *cell);
typedef strata_status store_mistake_visitor(void *self, const store_mistake *mistake);
typedef strata_status store_certainty_visitor(void *self, const store_certainty *bin);
typedef strata_status store_variant_visitor(void *self, const strata_variant *variant); /* its costs are NaN */
typedef strata_status store_artifact_visitor(void *self, const store_artifact *artifact);
typedef strata_status store_gradcheck_visitor(void *self, const store_gradcheck *row);
typedef strata_status store_dataset_visitor(void *self, const store_dataset *dataset);
typedef strata_status store_pair_visitor(void *self, const char *key, const char *value);

/* The number that a setting's value is, or has behind its last ':' ("0.00383", "sigma:0.1"); false when that is no finite number. */
bool store_number(const char *value, double *out);

/* Is there such a run, and has it reached its end (done, or diverged: to train it again would give the same)? */
strata_status store_find_run(store *s, const char *id, bool *found, bool *ended);

/* The runs of an experiment by the order of their settings and their seeds, or all runs (NULL; label is ""); then as they were created. */
strata_status store_each_run(store *s, const char *experiment, store_run_visitor *visit, void *self);

/* In order of ord; then as they were first put. */
strata_status store_each_experiment(store *s, store_experiment_visitor *visit, void *self);

/* Of one run; an unknown run has none. Points by update; layer points by update, layer, what; variants as they were put; mistakes
 * of a part by probability, the largest first, then by image; the rest by key. */
strata_status store_each_point(store *s, const char *run, store_point_visitor *visit, void *self);
strata_status store_each_layer_point(store *s, const char *run, store_layer_point_visitor *visit, void *self);
strata_status store_each_confusion(store *s, const char *run, store_confusion_visitor *visit, void *self);
strata_status store_each_mistake(store *s, const char *run, store_mistake_visitor *visit, void *self);
strata_status store_each_certainty(store *s, const char *run, store_certainty_visitor *visit, void *self);
strata_status store_each_variant(store *s, const char *run, store_variant_visitor *visit, void *self);
strata_status store_each_artifact(store *s, const char *run, store_artifact_visitor *visit, void *self);
strata_status store_each_env(store *s, const char *run, store_pair_visitor *visit, void *self);
strata_status store_each_setting(store *s, const char *run, store_pair_visitor *visit, void *self); /* as the lines of config */

/* The data set of this digest, or all (NULL), by name. */
strata_status store_each_dataset(store *s, const char *digest, store_dataset_visitor *visit, void *self);

/* As they were put. */
strata_status store_each_gradcheck(store *s, const char *experiment, store_gradcheck_visitor *visit, void *self);

/* value, an empty or used text of the caller, becomes the note's; without such a note *found is false and value is as it was. */
strata_status store_note(store *s, const char *experiment, const char *key, bool *found, text *value);

/* Looks at the file of an artifact, below the folder that the store lies in ("" for the working folder): reads it and compares it with what
 * was recorded. Only want of memory is a failure. */
strata_status store_look_at_file(const char *folder, const store_artifact *due, store_file_found *found);

/* ---- queries --------------------------------------------------------------------------------------------------------------------- */

/* A value of SQL. A text lives as long as who gave it says. */
typedef struct {
    enum { STORE_NULL, STORE_INTEGER, STORE_REAL, STORE_TEXT } type;
    int64_t integer;
    double real;
    const char *text;
} store_value;

/* What :name stands for in a query. */
typedef struct {
    const char *name; /* without the colon */
    store_value value;
} store_parameter;

typedef struct {
    const char *place; /* where the SQL stands, for sentences: a file */
    const char *sql;
    const store_parameter *parameter; /* each must be in the SQL */
    size_t parameters;
    const store_parameter *offered; /* for a :name that no parameter is, the first of that name; they may go unused */
    size_t offers;
} store_question;

/* One row of an answer. Before the first row comes one without cells, for the names: an answer without rows has them, too. */
typedef struct {
    size_t columns;
    const char *const *name;
    const store_value *cell; /* NULL: the names alone */
} store_answer;

typedef strata_status store_answer_visitor(void *self, const store_answer *row);

/* Runs one SELECT, the whole of the SQL but for comments, and shows its rows. STRATA_ERR_DATA, and a sentence that starts with
 * "place:line: ", for anything else (an INSERT, ATTACH, PRAGMA, a second statement: a report's query is a data file), for a :name without
 * a value, a parameter without a :name, and a BLOB, which no table of a store has. */
strata_status store_query(store *s, const store_question *question, store_answer_visitor *visit, void *self);

/* Calls work(self), whose readings all see the store of one moment, whatever others write meanwhile. It may not write to the store. */
strata_status store_read(store *s, strata_status (*work)(void *self), void *self);

/* Within store_read: evaluates the views figure, summary, prediction, paired and variant_summary, which every later reading of this work
 * then finds as they are, once. Without it each query evaluates them anew. */
strata_status store_evaluate(store *s);

/* Within store_read, in the place of store_evaluate: for the rest of this work the store has these runs alone, a list of ids in JSON
 * (others are passed over), in that order. Those that differ in the seed alone are a team. Each team is an experiment, which is compared
 * with the first one, and a setting of the experiment 'all of them'; other experiments, notes and gradient checks are none. The tables
 * run, env, experiment, experiment_run and the views of store_evaluate are narrowed so; `chosen` (run, place, team), `team` (team, name)
 * and `differing` (key, ord: the settings that tell teams apart) are there besides. Every other table is as it was. `defaults`, an object
 * in JSON, says what a setting is that a run's config does not have. Both are bound, not pasted. */
strata_status store_choose(store *s, const char *runs, const char *defaults);

#endif
