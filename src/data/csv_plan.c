/*
 * The label is the column that was asked for, or the only one that has a name which says so; nothing else is taken for it. All other
 * columns are features, and columns of texts have to be asked for.
 */
#include "csv_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "alloc.h"
#include "text.h"

strata_status csv_plan_refuse(const csv_table *t, size_t column, const char *why)
{
    char name[CSV_COLUMN_TEXT];
    csv_table_column(t, column, name);
    return status_fail(STRATA_ERR_DATA, "%.200s: line %zu, %s: %s", t->path, t->rows.line, name, why);
}

strata_status csv_plan_number(csv_table *t, size_t column, categories *c, size_t *number)
{
    char inner[CATEGORY_BYTES + 2], place[400], name[CSV_COLUMN_TEXT];
    const csv_field *f = &t->rows.field[column];
    const char *at = f->at;
    size_t length = f->length;
    if (f->doubled) {
        length = csv_field_text(f, inner, sizeof inner);
        at = inner;
    }
    strata_status status = categories_number(c, at, length < sizeof inner || !f->doubled ? length : sizeof inner - 1, number);
    if (status != STRATA_ERR_DATA) return status;
    csv_table_column(t, column, name);
    (void)snprintf(place, sizeof place, "%.200s: line %zu, %s", t->path, t->rows.line, name);
    return status_fail_at(status, place);
}

/* ---- the label ----------------------------------------------------------------------------------------------------------------------- */

static bool says_label(const csv_field *f)
{
    static const char *const words[] = { "label", "class", "target", "species", "y" };
    for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
        if (f->length == strlen(words[w]) && strncasecmp(f->at, words[w], f->length) == 0) return true;
    }
    return false;
}

/* Nobody has said which column it is. */
static strata_status label_by_name(const csv_table *t, bool needed, size_t *label)
{
    size_t found = 0;
    char list[CSV_LIST_TEXT];
    *label = t->columns;
    for (size_t c = 0; t->head != NULL && c < t->columns; c++) {
        if (!says_label(&t->head[c])) continue;
        found++;
        *label = c;
    }
    if (found == 1) return STRATA_OK;
    *label = t->columns;
    if (!needed && found == 0) return STRATA_OK;
    csv_table_list(t, NULL, list);
    const char *why = found > 1 ? "More than one has a name that says so" : "No name says so";
    if (t->head == NULL) why = "There is no line with names";
    return status_fail(STRATA_ERR_DATA, "%.200s: which column is the label? %s; say --label %s. The columns: %s", t->path, why,
                       t->head != NULL ? "NAME, or its number" : "NUMBER", list);
}

static strata_status label_asked_for(const csv_table *t, const data_request *request, size_t *label)
{
    char list[CSV_LIST_TEXT];
    TRY(csv_table_find(t, request->label, label));
    if (*label < t->columns || request->unlabelled) return STRATA_OK;
    csv_table_list(t, NULL, list);
    return status_fail(STRATA_ERR_DATA, "%.200s: there is no column %s for the label%s. The columns: %s", t->path,
                       text_shown(request->label), t->head != NULL ? "" : ", and no line with names was found: say its number", list);
}

static strata_status find_label(const csv_table *t, const data_request *request, size_t *label)
{
    *label = t->columns;
    bool all_features = request->unlabelled && (size_t)request->features == t->columns; /* as many as the model takes */
    if (all_features && request->label == NULL && t->classes == 0) return STRATA_OK;
    if (request->label == NULL && t->classes == 0) return label_by_name(t, !request->unlabelled, label);
    if (request->label != NULL) TRY(label_asked_for(t, request, label));
    if (t->classes == 0) return STRATA_OK;
    if (request->label != NULL && *label != t->columns - 1) {
        return status_fail(STRATA_ERR_DATA, "%.200s: begins as scikit-learn's files do, whose label is the last column, %zu, and not %s; "
                           "leave --label out, or remove line 1", t->path, t->columns, text_shown(request->label));
    }
    *label = t->columns - 1;
    return STRATA_OK;
}

/* ---- columns ------------------------------------------------------------------------------------------------------------------------- */

static strata_status take_columns(size_t count, csv_column **out)
{
    void *column;
    TRY(alloc_zero(&column, count, sizeof **out, "the columns of a table"));
    *out = column;
    return STRATA_OK;
}

static strata_status find_one_hots(csv_plan *p, const data_request *request)
{
    const csv_table *t = &p->table[0];
    void *list;
    if (request->one_hots > 0 && request->unlabelled) {
        return status_fail(STRATA_ERR_DATA, "%.200s: a one-hot column becomes features by the texts of the whole data set, which a file "
                           "for predictions does not have; write its features as numbers", t->path);
    }
    TRY(alloc_zero(&list, request->one_hots, sizeof *p->one_hot, "one-hot columns"));
    p->one_hot = list;
    p->one_hots = request->one_hots;
    for (size_t h = 0; h < request->one_hots; h++) {
        size_t c;
        char columns[CSV_LIST_TEXT];
        TRY(csv_table_find(t, request->one_hot[h], &c));
        bool taken = c < t->columns && p->column[0][c].kind != CSV_FEATURE;
        if (c < t->columns && !taken) {
            p->column[0][c] = (csv_column){ .kind = CSV_ONE_HOT, .categories = h };
            continue;
        }
        csv_table_list(t, NULL, columns);
        return status_fail(STRATA_ERR_DATA, "%.200s: one-hot names %s, %s. The columns: %s", t->path, text_shown(request->one_hot[h]),
                           taken ? "which is the label, or named twice" : "and there is no such column", columns);
    }
    return STRATA_OK;
}

/* Columns of texts that nobody has asked for. */
static strata_status refuse_texts(const csv_plan *p)
{
    const csv_table *t = &p->table[0];
    char list[CSV_LIST_TEXT];
    size_t texts = 0;
    for (size_t c = 0; c < t->columns; c++) {
        t->text[c] = t->text[c] && p->column[0][c].kind == CSV_FEATURE;
        texts += t->text[c];
    }
    if (texts == 0) return STRATA_OK;
    csv_table_list(t, t->text, list);
    return status_fail(STRATA_ERR_DATA, "%.200s: %zu column%s texts, not numbers: %s. Is one of them the label, say --label NAME; take "
                       "others by one-hot: [NAME, ...] in a description, or remove them", t->path, texts, texts == 1 ? " has" : "s have",
                           list);
}

/* Where column c of table 0 is in table 1. */
static strata_status find_there(const csv_plan *p, size_t c, size_t *there)
{
    const csv_table *t = &p->table[0], *u = &p->table[1];
    const csv_field *name = &t->head[c], *same = &u->head[c];
    char words[512], list[CSV_LIST_TEXT];
    *there = c;
    if (same->length == name->length && memcmp(same->at, name->at, name->length) == 0) return STRATA_OK;
    (void)csv_field_text(name, words, sizeof words);
    TRY(csv_table_named(u, words, there));
    if (*there < u->columns && p->column[1][*there].kind == CSV_LEFT_OUT) return STRATA_OK;
    csv_table_list(u, NULL, list);
    return status_fail(STRATA_ERR_DATA, "%.200s: has no column %s, which %.200s has. Its columns: %s", u->path, text_shown(words), t->path,
                       list);
}

static strata_status check_classes_listed(const csv_table *t, const csv_table *u)
{
    bool same = t->classes == u->classes;
    for (size_t n = 0; same && n < t->classes; n++) {
        const csv_field *a = &t->class_name[n], *b = &u->class_name[n];
        same = a->length == b->length && memcmp(a->at, b->at, a->length) == 0;
    }
    if (same) return STRATA_OK;
    return status_fail(STRATA_ERR_DATA, "%.200s and %.200s: one begins as scikit-learn's files do and the other does not, or with other "
                       "classes; make their first lines say the same classes", t->path, u->path);
}

/* Columns of the test table are found by their names where both tables have some, else by their order. */
static strata_status find_in_test(csv_plan *p)
{
    const csv_table *t = &p->table[0], *u = &p->table[1];
    if (t->columns != u->columns) {
        return status_fail(STRATA_ERR_DATA, "%.200s: has %zu columns where %.200s has %zu; test data have the same columns", u->path,
                           u->columns, t->path, t->columns);
    }
    TRY(check_classes_listed(t, u));
    TRY(take_columns(u->columns, &p->column[1]));
    p->by_name = t->head != NULL && u->head != NULL;
    for (size_t c = 0; c < t->columns; c++) {
        size_t there = c;
        if (p->by_name) TRY(find_there(p, c, &there));
        p->column[1][there] = p->column[0][c];
        p->column[0][c].there = there;
    }
    return STRATA_OK;
}

/* ---- one-hot ------------------------------------------------------------------------------------------------------------------------- */

static strata_status gather_row(csv_plan *p, size_t n)
{
    csv_table *t = &p->table[n];
    for (size_t c = 0; c < t->columns; c++) {
        size_t number;
        if (p->column[n][c].kind != CSV_ONE_HOT) continue;
        TRY(csv_plan_number(t, c, &p->one_hot[p->column[n][c].categories], &number));
    }
    return STRATA_OK;
}

/* The texts of one-hot columns, of all tables. */
static strata_status gather_texts(csv_plan *p)
{
    for (size_t n = 0; n < p->tables && p->one_hots > 0; n++) {
        bool more = true;
        csv_table_rewind(&p->table[n]);
        for (;;) {
            TRY(csv_rows_next(&p->table[n].rows, &more));
            if (!more) break;
            TRY(gather_row(p, n));
        }
        csv_table_rewind(&p->table[n]);
    }
    for (size_t h = 0; h < p->one_hots; h++) TRY(categories_sort(&p->one_hot[h]));
    return STRATA_OK;
}

/* Features in the order of the columns of the training table. */
static strata_status number_features(csv_plan *p)
{
    const csv_table *t = &p->table[0];
    for (size_t c = 0; c < t->columns; c++) {
        csv_column *column = &p->column[0][c];
        column->feature = p->features;
        if (p->tables == 2) p->column[1][column->there].feature = p->features;
        if (column->kind == CSV_FEATURE) p->features++;
        if (column->kind == CSV_ONE_HOT) p->features += p->one_hot[column->categories].classes;
    }
    if (p->features >= 1 && p->features <= STRATA_FEATURES_MAX) return STRATA_OK;
    return status_fail(STRATA_ERR_DATA, "%.200s: its columns are %zu features, where 1 .. %d are allowed%s", t->path, p->features,
                       STRATA_FEATURES_MAX, p->one_hots > 0 ? "; a one-hot column is a feature for each of its texts" : "");
}

/* ---- plans --------------------------------------------------------------------------------------------------------------------------- */

static strata_status open_tables(const data_request *request, csv_plan *p)
{
    void *list;
    TRY(alloc_zero(&list, request->one_hots + 1, sizeof(const char *), "names of columns"));
    csv_names asked = { .name = list, .count = request->one_hots };
    const char **name = list;
    for (size_t h = 0; h < request->one_hots; h++) name[h] = request->one_hot[h];
    if (request->label != NULL) name[asked.count++] = request->label;
    strata_status status = csv_table_open(request->path, asked, &p->table[0]);
    p->tables = 1;
    if (status == STRATA_OK && request->test_path != NULL && !request->unlabelled) {
        status = csv_table_open(request->test_path, asked, &p->table[1]);
        p->tables = 2;
    }
    free(list);
    return status;
}

static strata_status decide(const data_request *request, csv_plan *p)
{
    const csv_table *t = &p->table[0];
    TRY(find_label(t, request, &p->label));
    TRY(take_columns(t->columns, &p->column[0]));
    for (size_t c = 0; c < t->columns; c++) p->column[0][c].kind = CSV_FEATURE;
    if (p->label < t->columns) p->column[0][p->label].kind = request->unlabelled ? CSV_LEFT_OUT : CSV_LABEL;
    TRY(find_one_hots(p, request));
    TRY(refuse_texts(p));
    if (p->tables == 2) TRY(find_in_test(p));
    TRY(gather_texts(p));
    return number_features(p);
}

strata_status csv_plan_make(const data_request *request, csv_plan *p)
{
    *p = (csv_plan){ 0 };
    strata_status status = open_tables(request, p);
    if (status == STRATA_OK) status = decide(request, p);
    if (status != STRATA_OK) csv_plan_free(p);
    return status;
}

void csv_plan_free(csv_plan *p)
{
    for (size_t n = 0; n < CSV_TABLES; n++) {
        csv_table_free(&p->table[n]);
        free(p->column[n]);
    }
    for (size_t h = 0; h < p->one_hots; h++) categories_free(&p->one_hot[h]);
    free(p->one_hot);
    categories_free(&p->classes);
    *p = (csv_plan){ 0 };
}
