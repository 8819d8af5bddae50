/*
 * results.json: each object is a row of a query, its members named and typed by a list of fields in the order of the columns. A cell
 * without a number is null. There is no date and no machine in it but the seconds: the same runs give the same file.
 */
#include "results.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "file.h"
#include "query.h"
#include "table.h"

typedef enum { AS_TEXT, AS_REAL, AS_WHOLE, AS_BOOL, AS_WIDTHS } as;

typedef struct {
    const char *name;
    as type;
} field;

/* A query whose rows become objects. `about` is the experiment that :experiment stands for. */
typedef struct {
    const char *sql;
    const field *fields;
    size_t count;
} question;

#define QUESTION(sql, fields) { sql, fields, sizeof(fields) / sizeof *(fields) }

static const field test_fields[] = { { "mean", AS_REAL }, { "sd", AS_REAL },  { "n", AS_WHOLE }, { "low", AS_REAL },
                                     { "high", AS_REAL }, { "min", AS_REAL }, { "max", AS_REAL } };
static const question test_accuracy =
    QUESTION("SELECT mean, sd, n, low, high, least, most FROM summary WHERE experiment = :experiment", test_fields);

static const field setting_fields[] = { { "label", AS_TEXT }, { "n", AS_WHOLE },   { "mean", AS_REAL },     { "sd", AS_REAL },
                                        { "low", AS_REAL },   { "high", AS_REAL }, { "diverged", AS_WHOLE } };
static const question settings = QUESTION(
    "SELECT label, n, mean, sd, low, high, diverged FROM summary WHERE experiment = :experiment ORDER BY ord, label", setting_fields);

static const field paired_fields[] = { { "against", AS_TEXT }, { "n", AS_WHOLE },  { "mean", AS_REAL }, { "sd", AS_REAL },
                                       { "low", AS_REAL },     { "high", AS_REAL }, { "label", AS_TEXT } };
static const char paired_sql[] =
    "SELECT against, n, mean, sd, low, high, label FROM paired WHERE experiment = :experiment ORDER BY ord, label";
static const question paired = { paired_sql, paired_fields, 6 }, paired_settings = { paired_sql, paired_fields, 7 };

static const field gradcheck_fields[] = {
    { "method", AS_TEXT },      { "hidden", AS_WIDTHS }, { "bn", AS_BOOL },         { "lambda", AS_REAL },
    { "layer", AS_WHOLE },      { "tensor", AS_TEXT },   { "entries", AS_WHOLE },   { "checked", AS_WHOLE },
    { "kinks", AS_WHOLE },      { "structural_zeros", AS_WHOLE },                   { "round_off", AS_WHOLE },
    { "errors", AS_WHOLE },     { "below_1e-6", AS_WHOLE }, { "max_abs", AS_REAL }, { "max_rel", AS_REAL },
    { "tolerance", AS_REAL },
};
static const question gradcheck =
    QUESTION("SELECT method, hidden, bn, lambda, layer, tensor, entries, checked, kinks, structural_zeros, round_off, errors, below_1e_6,"
             " max_abs, max_rel, tolerance FROM gradcheck WHERE experiment = :experiment ORDER BY ord",
             gradcheck_fields);

static const char notes[] = "SELECT key, value FROM note WHERE experiment = :experiment ORDER BY key";

static const char experiments[] =
    "SELECT e.id, title, e.part, published, median, lowest, highest, count(DISTINCT l.label), sum(r.status = 'diverged'), sum(r.seconds),"
    " (SELECT inside FROM prediction WHERE experiment = e.id)"
    " FROM experiment e LEFT JOIN experiment_run l ON l.experiment = e.id LEFT JOIN run r ON r.id = l.run"
    " GROUP BY e.id ORDER BY e.ord, e.id";

enum { ID, TITLE, PART, PUBLISHED, MEDIAN, LOWEST, HIGHEST, SETTINGS, DIVERGED, SECONDS, INSIDE }; /* its columns */

static const field student_fields[] = { { "median", AS_REAL }, { "lowest", AS_REAL }, { "highest", AS_REAL } };

/* What all runs of the experiments have in common; several words where they differ. */
static const struct {
    const char *key, *sql;
} common[] = {
    { "data", "SELECT DISTINCT data_kind FROM experiment_run JOIN run ON id = run ORDER BY 1" },
    { "data_digest", "SELECT DISTINCT data_digest FROM experiment_run JOIN run ON id = run ORDER BY 1" },
    { "strata", "SELECT DISTINCT version FROM experiment_run JOIN run ON id = run ORDER BY 1" },
    { "commit", "SELECT DISTINCT value FROM experiment_run l JOIN env ON env.run = l.run WHERE key = 'commit' ORDER BY 1" },
};

static const char quick[] = "SELECT 1 FROM note WHERE key = 'quick' AND value = 'yes' LIMIT 1";

/* ---- rows to objects ------------------------------------------------------------------------------------------------------------- */

static strata_status ask(store *s, const char *sql, const char *experiment, table *out)
{
    const query_word words[] = { { experiment != NULL ? "experiment" : NULL, experiment }, { NULL, NULL } };
    text csv = { 0 };
    strata_status status = query_run(s, "results.json", sql, words, &csv);
    if (status == STRATA_OK) status = table_read(csv.at, out);
    text_free(&csv);
    return status;
}

/* "[50,30]" as a list of numbers. */
static json_value *widths(const char *words)
{
    json_value *list = json_new_list();
    while (*words != '\0') {
        char *end;
        long width = strtol(words, &end, 10);
        if (end != words) json_append_int(list, width);
        words = end != words ? end : words + 1;
    }
    return list;
}

static void put(json_value *object, const field *f, const char *words)
{
    double x = NAN;
    int64_t n;
    if (f->type == AS_TEXT) json_put_text(object, f->name, words);
    else if (f->type == AS_WIDTHS) json_put(object, f->name, widths(words));
    else if (f->type == AS_BOOL && words[0] != '\0') json_put_bool(object, f->name, strcmp(words, "0") != 0);
    else if (f->type == AS_WHOLE && text_to_int64(words, &n)) json_put_int(object, f->name, n);
    else json_put_real(object, f->name, f->type == AS_REAL && text_to_double(words, &x) ? x : NAN);
}

static json_value *object_of(const table *t, size_t row, size_t first, const field *fields, size_t count)
{
    json_value *object = json_new_object();
    for (size_t c = 0; c < count; c++) put(object, &fields[c], table_at(t, row, first + c));
    return object;
}

/* All rows under a key as a list; the one row as an object; nothing when there is none. */
typedef enum { AS_LIST, AS_LIST_OR_NOTHING, AS_ONE } shape;

static strata_status put_answer(store *s, json_value *object, const char *key, const char *experiment, const question *q, shape form)
{
    table t = { 0 };
    TRY(ask(s, q->sql, experiment, &t));
    json_value *list = form != AS_ONE ? json_new_list() : NULL;
    for (size_t r = 0; r < t.rows; r++) {
        json_value *row = object_of(&t, r, 0, q->fields, q->count);
        if (form == AS_ONE && r == 0) json_put(object, key, row);
        else if (form == AS_ONE) json_free(row);
        else json_append(list, row);
    }
    if (form == AS_LIST || (form == AS_LIST_OR_NOTHING && t.rows > 0)) json_put(object, key, list);
    else json_free(list);
    table_free(&t);
    return STRATA_OK;
}

static strata_status put_notes(store *s, json_value *object, const char *experiment)
{
    table t = { 0 };
    TRY(ask(s, notes, experiment, &t));
    json_value *all = json_new_object();
    for (size_t r = 0; r < t.rows; r++) json_put_text(all, table_at(&t, r, 0), table_at(&t, r, 1));
    json_put(object, "notes", all);
    table_free(&t);
    return STRATA_OK;
}

/* ---- the document ---------------------------------------------------------------------------------------------------------------- */

static strata_status put_experiment(store *s, json_value *object, const table *t, size_t row)
{
    const char *id = table_at(t, row, ID), *part = table_at(t, row, PART);
    bool single = strcmp(table_at(t, row, SETTINGS), "1") == 0, on_test = strcmp(part, "test") == 0;
    json_put_text(object, "title", table_at(t, row, TITLE));
    json_put_text(object, "part", part);
    if (single && on_test) TRY(put_answer(s, object, "test_accuracy", id, &test_accuracy, AS_ONE));
    put(object, &(const field){ "published", AS_REAL }, table_at(t, row, PUBLISHED));
    put(object, &(const field){ "published_inside", AS_BOOL }, single ? table_at(t, row, INSIDE) : "");
    json_put(object, "students", object_of(t, row, MEDIAN, student_fields, sizeof student_fields / sizeof *student_fields));
    put(object, &(const field){ "diverged", AS_WHOLE }, table_at(t, row, DIVERGED)[0] != '\0' ? table_at(t, row, DIVERGED) : "0");
    TRY(put_answer(s, object, "settings", id, &settings, AS_LIST));
    if (single) TRY(put_answer(s, object, "paired", id, &paired, AS_ONE));
    else TRY(put_answer(s, object, "paired_settings", id, &paired_settings, AS_LIST_OR_NOTHING));
    TRY(put_answer(s, object, "gradcheck", id, &gradcheck, AS_LIST_OR_NOTHING));
    TRY(put_notes(s, object, id));
    put(object, &(const field){ "seconds", AS_REAL }, table_at(t, row, SECONDS)[0] != '\0' ? table_at(t, row, SECONDS) : "0");
    return STRATA_OK;
}

static strata_status put_experiments(store *s, json_value *root)
{
    table t = { 0 };
    strata_status status = ask(s, experiments, NULL, &t);
    json_value *all = json_new_object();
    for (size_t r = 0; r < t.rows && status == STRATA_OK; r++) {
        json_value *object = json_new_object();
        status = put_experiment(s, object, &t, r);
        json_put(all, table_at(&t, r, ID), object);
    }
    json_put(root, "experiments", all);
    table_free(&t);
    return status;
}

static strata_status put_common(store *s, json_value *root)
{
    for (size_t c = 0; c < sizeof common / sizeof *common; c++) {
        table t = { 0 };
        text words = { 0 };
        TRY(ask(s, common[c].sql, NULL, &t));
        for (size_t r = 0; r < t.rows; r++) text_add(&words, "%s%s", r > 0 ? ", " : "", table_at(&t, r, 0));
        if (words.at != NULL) json_put_text(root, common[c].key, words.at);
        else json_put_real(root, common[c].key, NAN);
        text_free(&words);
        table_free(&t);
    }
    table t = { 0 };
    TRY(ask(s, quick, NULL, &t));
    json_put_bool(root, "quick", t.rows > 0);
    table_free(&t);
    return STRATA_OK;
}

strata_status results_write(store *s, const char *path)
{
    char *words;
    json_value *root = json_new_object();
    strata_status status = put_common(s, root);
    if (status == STRATA_OK) status = put_experiments(s, root);
    if (status == STRATA_OK) status = json_write(root, &words);
    json_free(root);
    if (status != STRATA_OK) return status;
    status = file_write(path, words, strlen(words));
    free(words);
    return status;
}
