/*
 * results.json: each object is a row of a query, its members are the columns, typed as the cells are; NULL is null. A column's name says
 * what SQL has no word for: "bn?" is true or false, "hidden[]" the list of numbers that a text holds, "students.median" a member of an
 * object of its own. There is no date and no machine in it but the seconds: the same runs give the same file.
 */
#include "results.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "json.h"

enum { NAME = 64 };

/* What the rows become: the members of the object itself, one object under a key (nothing without a row), a list of objects, a list that is
 * left out when it is empty, or an object of which each row is a member. */
typedef enum { AS_MEMBERS, AS_ONE, AS_LIST, AS_LIST_OR_NOTHING, AS_PAIRS } shape;

typedef struct {
    const char *key;
    shape form;
    const char *sql;
} question;

static const question of_all = {
    NULL, AS_MEMBERS,
      "SELECT (SELECT group_concat(x, ', ') FROM (SELECT DISTINCT data_kind AS x FROM experiment_run JOIN run ON id = run ORDER BY 1))"
      " AS data,"
      " (SELECT group_concat(x, ', ') FROM (SELECT DISTINCT data_digest AS x FROM experiment_run JOIN run ON id = run ORDER BY 1))"
      " AS data_digest,"
      " (SELECT group_concat(x, ', ') FROM (SELECT DISTINCT version AS x FROM experiment_run JOIN run ON id = run ORDER BY 1)) AS strata,"
      " (SELECT group_concat(x, ', ') FROM (SELECT DISTINCT value AS x FROM experiment_run l JOIN env ON env.run = l.run AND key = 'commit'"
      " ORDER BY 1)) AS \"commit\","
      " EXISTS (SELECT 1 FROM note WHERE key = 'quick' AND value = 'yes') AS \"quick?\""
};

#define IS_SINGLE "(SELECT count(*) FROM summary WHERE experiment = :experiment) = 1" /* it has one setting */
#define DIFFERENCES "against, n, mean, sd, low, high"

static const question of_experiment[] = {
    { NULL, AS_MEMBERS, "SELECT title, part FROM experiment WHERE id = :experiment" },
    { "test_accuracy", AS_ONE,
      "SELECT mean, sd, n, low, high, least AS min, most AS max FROM summary WHERE experiment = :experiment AND " IS_SINGLE
      " AND (SELECT part FROM experiment WHERE id = :experiment) = 'test'" },
    { NULL, AS_MEMBERS,
      "SELECT published, (SELECT inside FROM prediction WHERE experiment = :experiment AND " IS_SINGLE ") AS \"published_inside?\","
      " median AS \"students.median\", lowest AS \"students.lowest\", highest AS \"students.highest\","
      " (SELECT count(*) FROM figure WHERE experiment = :experiment AND status = 'diverged') AS diverged"
      " FROM experiment WHERE id = :experiment" },
    { "settings", AS_LIST,
      "SELECT label, n, mean, sd, low, high, diverged FROM summary WHERE experiment = :experiment ORDER BY ord, label" },
    { "paired", AS_ONE, "SELECT " DIFFERENCES " FROM paired WHERE experiment = :experiment AND " IS_SINGLE " ORDER BY ord, label" },
    { "paired_settings", AS_LIST_OR_NOTHING,
      "SELECT " DIFFERENCES ", label FROM paired WHERE experiment = :experiment AND NOT " IS_SINGLE " ORDER BY ord, label" },
    { "variants", AS_LIST_OR_NOTHING,
      "SELECT label, name, n, mean, sd, low, high, gain, gain_sd, gain_low, gain_high FROM variant_summary WHERE experiment = :experiment"
      " ORDER BY ord, label, place" },
    { "gradcheck", AS_LIST_OR_NOTHING,
      "SELECT method, hidden AS \"hidden[]\", bn AS \"bn?\", lambda, layer, tensor, entries, checked, kinks, structural_zeros, round_off,"
      " errors, below_1e_6 AS \"below_1e-6\", max_abs, max_rel, tolerance FROM gradcheck WHERE experiment = :experiment ORDER BY ord" },
    { "notes", AS_PAIRS, "SELECT key, value FROM note WHERE experiment = :experiment AND key <> 'planned' ORDER BY key" },
    { NULL, AS_MEMBERS, /* added up in the order of the links */
      "SELECT total(seconds) AS seconds FROM experiment_run l CROSS JOIN run ON id = l.run WHERE l.experiment = :experiment" },
};

static const char experiments[] = "SELECT id FROM experiment ORDER BY ord, id";

/* ---- rows to objects ------------------------------------------------------------------------------------------------------------- */

/* "[50,30]" as a list of numbers. */
static json_value *numbers_in(const char *words)
{
    json_value *list = json_new_list();
    while (*words != '\0') {
        char *end;
        long number = strtol(words, &end, 10);
        if (end != words) json_append_int(list, number);
        words = end != words ? end : words + 1;
    }
    return list;
}

static void put_plain(json_value *object, const char *name, const store_value *value)
{
    switch (value->type) {
    case STORE_INTEGER: json_put_int(object, name, value->integer); break;
    case STORE_REAL: json_put_real(object, name, value->real); break;
    case STORE_TEXT: json_put_text(object, name, value->text); break;
    case STORE_NULL: json_put_real(object, name, (double)NAN); break;
    }
}

/* A cell as a member of the object, as its column's name says. */
static void put_cell(json_value *object, const char *column, const store_value *value)
{
    char name[NAME];
    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(column, "?["), column);
    const char *end = column + strlen(name);
    if (*end == '?' && value->type == STORE_INTEGER) json_put_bool(object, name, value->integer != 0);
    else if (*end == '[') json_put(object, name, numbers_in(value->type == STORE_TEXT ? value->text : ""));
    else put_plain(object, name, value);
}

/* Columns of one "object." stand side by side. */
static void put_row(json_value *object, const store_answer *row)
{
    json_value *inner = NULL;
    char inside[NAME] = "";
    for (size_t c = 0; c < row->columns; c++) {
        const char *dot = strchr(row->name[c], '.');
        if (dot == NULL) {
            put_cell(object, row->name[c], &row->cell[c]);
            continue;
        }
        size_t length = (size_t)(dot - row->name[c]);
        if (inner == NULL || strlen(inside) != length || strncmp(inside, row->name[c], length) != 0) {
            (void)snprintf(inside, sizeof inside, "%.*s", (int)length, row->name[c]);
            inner = json_new_object();
            json_put(object, inside, inner);
        }
        put_cell(inner, dot + 1, &row->cell[c]);
    }
}

typedef struct {
    const question *q;
    json_value *object;
    json_value *made; /* the list or object that becomes its member */
    size_t rows;
} answer;

static strata_status take_row(void *self, const store_answer *row)
{
    answer *a = self;
    if (row->cell == NULL) return STRATA_OK;
    bool first = a->rows++ == 0;
    switch (a->q->form) {
    case AS_MEMBERS: put_row(a->object, row); break;
    case AS_PAIRS: put_plain(a->made, row->cell[0].text, &row->cell[1]); break;
    case AS_ONE:
        if (first) put_row(a->made, row);
        break;
    case AS_LIST:
    case AS_LIST_OR_NOTHING: {
        json_value *one = json_new_object();
        put_row(one, row);
        json_append(a->made, one);
    }
    }
    return STRATA_OK;
}

static strata_status put_answer(store *s, json_value *object, const question *q, const char *experiment)
{
    bool is_list = q->form == AS_LIST || q->form == AS_LIST_OR_NOTHING;
    answer a = { q, object, is_list ? json_new_list() : json_new_object(), 0 };
    const store_parameter words[] = { { "experiment", { .type = STORE_TEXT, .text = experiment } } };
    const store_question asked = { .place = "results.json", .sql = q->sql, .parameter = words, .parameters = experiment != NULL };
    strata_status status = store_query(s, &asked, take_row, &a);
    bool put = q->form == AS_LIST || q->form == AS_PAIRS || (q->form != AS_MEMBERS && a.rows > 0);
    if (put && status == STRATA_OK) json_put(object, q->key, a.made);
    else json_free(a.made);
    return status;
}

/* ---- the document ---------------------------------------------------------------------------------------------------------------- */

typedef struct {
    store *s;
    json_value *all;
} listing;

static strata_status take_experiment(void *self, const store_answer *row)
{
    const listing *l = self;
    if (row->cell == NULL) return STRATA_OK;
    json_value *object = json_new_object();
    strata_status status = STRATA_OK;
    for (size_t q = 0; q < sizeof of_experiment / sizeof *of_experiment && status == STRATA_OK; q++) {
        status = put_answer(l->s, object, &of_experiment[q], row->cell[0].text);
    }
    json_put(l->all, row->cell[0].text, object);
    return status;
}

static strata_status put_experiments(store *s, json_value *root)
{
    json_value *all = json_new_object();
    json_put(root, "experiments", all);
    return store_query(s, &(store_question){ .place = "results.json", .sql = experiments }, take_experiment, &(listing){ s, all });
}

strata_status results_write(store *s, const char *path)
{
    char *words;
    json_value *root = json_new_object();
    strata_status status = put_answer(s, root, &of_all, NULL);
    if (status == STRATA_OK) status = put_experiments(s, root);
    if (status == STRATA_OK) status = json_write(root, &words);
    json_free(root);
    if (status != STRATA_OK) return status;
    status = file_write(path, words, strlen(words));
    free(words);
    return status;
}
