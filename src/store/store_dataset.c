/*
 * What runs were trained on: a row for each data set and one for each of its classes. They come with the runs, in the same transaction, and
 * go when no run of theirs is left (store_change.c).
 */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "store_cell.h"
#include "store_rows.h"

static const char put_dataset[] =
    "INSERT INTO dataset VALUES (?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (digest) DO UPDATE SET name = excluded.name, kind = excluded.kind,"
    " title = excluded.title, element = excluded.element, features = excluded.features, height = excluded.height, width = excluded.width,"
    " channels = excluded.channels, classes = excluded.classes, train = excluded.train, test = excluded.test";
static const char drop_classes[] = "DELETE FROM class WHERE dataset = ? AND number >= ?"; /* that it had more of */
static const char put_class[] =
    "INSERT INTO class VALUES (?,?,?) ON CONFLICT (dataset, number) DO UPDATE SET name = excluded.name WHERE name <> excluded.name";
static const char datasets[] =
    "SELECT digest, name, kind, title, element, features, height, width, channels, classes, train, test FROM dataset"
    " WHERE ?1 IS NULL OR digest = ?1 ORDER BY name, digest";
static const char classes[] = "SELECT number, name FROM class WHERE dataset = ?";

static const char *const elements[] = { [STRATA_BYTES] = "bytes", [STRATA_FLOATS] = "floats" };

/* ---- writing ----------------------------------------------------------------------------------------------------------------------- */

strata_status store_put_dataset_rows(store *s, const void *what)
{
    const store_dataset *d = what;
    const strata_form *f = &d->form;
    const store_value row[] = { words(d->digest),   words(d->name),       words(d->kind),    words(d->title),
                                words(elements[f->element]), whole(f->features), whole(f->height), whole(f->width),
                                whole(f->channels), whole(f->classes),    whole(d->train),   whole(d->test) };
    const store_value more[] = { row[0], whole(f->classes) };
    TRY(store_put_row(s, &(store_row){ put_dataset, row, sizeof row / sizeof *row }));
    TRY(store_put_row(s, &(store_row){ drop_classes, more, 2 }));
    for (int c = 0; c < f->classes; c++) {
        const store_value class[] = { row[0], whole(c), words(d->class_name[c]) };
        TRY(store_put_row(s, &(store_row){ put_class, class, 3 }));
    }
    return STRATA_OK;
}

strata_status store_put_dataset(store *s, const store_dataset *dataset)
{
    REQUIRE(s != NULL && dataset != NULL);
    REQUIRE(dataset->form.element == STRATA_BYTES || dataset->form.element == STRATA_FLOATS);
    REQUIRE(dataset->form.classes <= STRATA_CLASSES_MAX && dataset->class_name != NULL);
    store_about(s, "writing data set", dataset->name);
    return store_in_transaction(s, store_put_dataset_rows, dataset);
}

/* ---- reading ----------------------------------------------------------------------------------------------------------------------- */

typedef struct {
    store *s;
    void *self;
    store_dataset_visitor *visit;
} reader;

/* The names of the classes of one data set, each by malloc. */
typedef struct {
    char **at; /* [count]; NULL: not read yet */
    int count;
} names;

static strata_status keep_name(const names *n, int64_t number, const char *name)
{
    void *made;
    if (number < 0 || number >= n->count || n->at[number] != NULL) return STRATA_OK;
    TRY(alloc_zero(&made, strlen(name) + 1, 1, "the name of a class"));
    n->at[number] = memcpy(made, name, strlen(name));
    return STRATA_OK;
}

static strata_status read_class(void *self, const store_line *line)
{
    return keep_name(self, store_whole_at(line, 0), store_text_at(line, 1));
}

static void free_names(const names *n)
{
    for (int c = 0; c < n->count; c++) free(n->at[c]);
    free(n->at);
}

/* A class without a row has the name "". */
static strata_status show(const reader *r, store_dataset *d)
{
    void *made;
    names n = { .count = d->form.classes };
    TRY(alloc_zero(&made, (size_t)n.count, sizeof(char *), "the classes of a data set"));
    n.at = made;
    strata_status status = store_walk(r->s, classes, d->digest, NULL, read_class, &n);
    for (int c = 0; c < n.count && status == STRATA_OK; c++) status = keep_name(&n, c, "");
    d->class_name = (const char *const *)n.at;
    if (status == STRATA_OK) status = r->visit(r->self, d);
    free_names(&n);
    return status;
}

static strata_status read_dataset(void *self, const store_line *line)
{
    const reader *r = self;
    const char *element = store_text_at(line, 4);
    int64_t count = store_whole_at(line, 9);
    bool bytes = strcmp(element, elements[STRATA_BYTES]) == 0;
    if (!bytes && strcmp(element, elements[STRATA_FLOATS]) != 0) return store_unknown_word(r->s, "element", element);
    if (count < 2 || count > STRATA_CLASSES_MAX) return store_unknown_word(r->s, "classes", store_text_at(line, 9));
    store_dataset d = {
        .digest = store_text_at(line, 0),
        .name = store_text_at(line, 1),
        .kind = store_text_at(line, 2),
        .title = store_text_at(line, 3),
        .form = { bytes ? STRATA_BYTES : STRATA_FLOATS, (int)store_whole_at(line, 5), (int)store_whole_at(line, 6),
                  (int)store_whole_at(line, 7), (int)store_whole_at(line, 8), (int)count },
        .train = (long)store_whole_at(line, 10),
        .test = (long)store_whole_at(line, 11),
    };
    return show(r, &d);
}

strata_status store_each_dataset(store *s, const char *digest, store_dataset_visitor *visit, void *self)
{
    REQUIRE(s != NULL && visit != NULL);
    const store_value cell = { .type = digest != NULL ? STORE_TEXT : STORE_NULL, .text = digest };
    store_about(s, "reading data sets", NULL);
    return store_walk_cells(s, datasets, &cell, 1, read_dataset, &(reader){ s, self, visit });
}
