/*
 * How examples become a data set, whatever they came from: checked, split, put in order, named, digested. The digest is of what is trained
 * on, so the same examples from two formats are the same data.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "bytes.h"
#include "dataset.h"
#include "random.h"
#include "text.h"

/* ---- checks -------------------------------------------------------------------------------------------------------------------------- */

/* Row number q of what was read, for people: "training example 17", from 1. */
static void name_row(const examples *e, size_t q, char out[48])
{
    bool train = q < e->train;
    (void)snprintf(out, 48, "%s example %zu", train ? "training" : "test", (train ? q : q - e->train) + 1);
}

static strata_status check_features(const examples *e, const char *source)
{
    char row[48];
    size_t d = (size_t)e->form.features, all = (e->train + e->test) * d;
    if (e->floats == NULL) return STRATA_OK;
    for (size_t q = 0; q < all; q++) {
        if (isfinite(e->floats[q])) continue;
        name_row(e, q / d, row);
        return status_fail(STRATA_ERR_DATA, "%s: %s, feature %zu, is %s; a feature is a finite number: remove the row, or fill it in",
                           source, row, q % d + 1, isnan(e->floats[q]) ? "not a number" : "infinite");
    }
    return STRATA_OK;
}

static strata_status check_labels(const examples *e, const char *source)
{
    char row[48];
    if (e->form.classes < 2 || e->form.classes > STRATA_CLASSES_MAX) {
        return status_fail(STRATA_ERR_DATA, "%s: the labels have %d classes, where 2 .. %d are allowed", source, e->form.classes,
                           STRATA_CLASSES_MAX);
    }
    for (size_t q = 0; q < e->train + e->test; q++) {
        if (e->label[q] < e->form.classes) continue;
        name_row(e, q, row);
        return status_fail(STRATA_ERR_DATA, "%s: %s has the label %d, where 0 .. %d are allowed", source, row, e->label[q],
                           e->form.classes - 1);
    }
    return STRATA_OK;
}

static strata_status check_names(const examples *e, const strata_data_source *how, const char *source)
{
    if (how->class_names == NULL || how->classes == (size_t)e->form.classes) return STRATA_OK;
    return status_fail(STRATA_ERR_DATA, "%s: %zu class names were given, and the labels have %d classes", source, how->classes,
                       e->form.classes);
}

/* ---- the order ----------------------------------------------------------------------------------------------------------------------- */

/* An example's place: example r of the n of its class, in the class's own random order, belongs at (r + 1/2) / n of the whole. */
typedef struct {
    double place;
    uint32_t class, row;
} placed;

static int by_place(const void *a, const void *b)
{
    const placed *x = a, *y = b;
    if (x->place != y->place) return x->place < y->place ? -1 : 1;
    return (x->class > y->class) - (x->class < y->class); /* two of one class never share a place */
}

/* The rows are grouped by class first, in the order of the file. */
static strata_status find_order(const examples *e, size_t rows, placed *list)
{
    void *made;
    size_t classes = (size_t)e->form.classes;
    TRY(alloc_zero(&made, 2 * classes + 2 * rows, sizeof(uint32_t), "the order of the examples"));
    uint32_t *count = made, *next = count + classes, *order = next + classes, *grouped = order + rows, begin = 0;
    for (size_t q = 0; q < rows; q++) count[e->label[q]]++;
    for (size_t c = 0; c < classes; begin += count[c++]) next[c] = begin;
    for (size_t q = 0; q < rows; q++) grouped[next[e->label[q]]++] = (uint32_t)q;
    for (size_t c = 0, at = 0; c < classes; c++) {
        random_permutation(random_named(0, "split"), c, count[c], order);
        for (uint32_t r = 0; r < count[c]; r++, at++) {
            list[at] = (placed){ ((double)order[r] + 0.5) / (double)count[c], (uint32_t)c, grouped[at] };
        }
    }
    free(made);
    qsort(list, rows, sizeof *list, by_place);
    return STRATA_OK;
}

/* Moves `rows` elements of `size` bytes: row list[q].row goes to place q. Follows each circle of moves once; `one` holds a row. */
static void move_rows(void *rows_at, size_t size, size_t rows, const placed *list, bool *moved, void *one)
{
    char *base = rows_at;
    memset(moved, 0, rows * sizeof *moved);
    for (size_t start = 0; start < rows; start++) {
        if (moved[start]) continue;
        memcpy(one, base + start * size, size);
        size_t q = start;
        for (; list[q].row != start; q = list[q].row) {
            memcpy(base + q * size, base + list[q].row * size, size);
            moved[q] = true;
        }
        memcpy(base + q * size, one, size);
        moved[q] = true;
    }
}

/* The first `rows` examples in their order. */
static strata_status put_in_order(examples *e, size_t rows)
{
    void *list = NULL, *moved = NULL, *one = NULL;
    size_t size = (size_t)e->form.features * (e->floats != NULL ? sizeof(float) : 1);
    strata_status status = alloc_zero(&list, rows, sizeof(placed), "the order of the examples");
    if (status == STRATA_OK) status = alloc_zero(&moved, rows, sizeof(bool), "the order of the examples");
    if (status == STRATA_OK) status = alloc_zero(&one, size, 1, "the order of the examples");
    if (status == STRATA_OK) status = find_order(e, rows, list);
    if (status == STRATA_OK) {
        move_rows(e->floats != NULL ? (void *)e->floats : e->bytes, size, rows, list, moved, one);
        move_rows(e->label, sizeof *e->label, rows, list, moved, one);
    }
    free(list);
    free(moved);
    free(one);
    return status;
}

/* The training pool in its order; the end of it becomes the test part where there is none. */
static strata_status split_test(examples *e, const strata_data_source *how, const char *source)
{
    double share = how->test_share;
    bool none = e->test == 0 && !(share > 0);
    if (none && !how->untested) {
        return status_fail(STRATA_ERR_DATA, "%s: there are no test data; name a file of the same format (--test-data FILE), or a share of "
                           "these (--test-share 0.2)", source);
    }
    if (!how->file_order) TRY(put_in_order(e, e->train - e->held));
    if (e->test > 0 || none) return STRATA_OK;
    size_t test = (size_t)((double)e->train * share + 0.5);
    if (test < 1 || test >= e->train) {
        return status_fail(STRATA_ERR_DATA, "%s: a share of %g of %zu examples leaves none for %s", source, share, e->train,
                           test < 1 ? "the test" : "training");
    }
    e->test = test;
    e->train -= test;
    return STRATA_OK;
}

/* ---- the digest ---------------------------------------------------------------------------------------------------------------------- */

static strata_status describe_form(const strata_data *data, text *out)
{
    const strata_form *f = &data->form;
    text_add(out, "strata data 1\nelement %s\nfeatures %d\nimage %d %d %d\ntrain %d\ntest %d\nclasses %d\n",
             f->element == STRATA_FLOATS ? "float" : "byte", f->features, f->height, f->width, f->channels, data->train_images,
             data->test_images, f->classes);
    for (int c = 0; c < f->classes; c++) text_add(out, "%zu %s\n", strlen(data->facts.class_names[c]), data->facts.class_names[c]);
    return out->failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the digest of a data set") : STRATA_OK;
}

/* Numbers of 2 or 4 bytes, the least significant first, on every machine. */
static strata_status add_numbers(digest_state *d, const void *numbers, size_t count, size_t size)
{
    uint8_t some[4096];
    const char *at = numbers;
    for (size_t q = 0; q < count;) {
        uint8_t *end = some;
        for (; q < count && end + size <= some + sizeof some; q++) {
            uint16_t narrow;
            uint32_t wide;
            if (size == sizeof narrow) memcpy(&narrow, at + q * size, size);
            else memcpy(&wide, at + q * size, size);
            end = bytes_put(end, size == sizeof narrow ? narrow : wide, size);
        }
        TRY(digest_add(d, some, (size_t)(end - some)));
    }
    return STRATA_OK;
}

strata_status data_digest_examples(const strata_data *data, char out[DIGEST_TEXT])
{
    digest_state d;
    text form = { 0 };
    size_t all = (size_t)data->train_images + (size_t)data->test_images, features = (size_t)data->form.features;
    strata_status status = describe_form(data, &form);
    if (status == STRATA_OK) status = digest_begin(&d);
    if (status == STRATA_OK) status = digest_add(&d, form.at, form.length);
    text_free(&form);
    TRY(status);
    if (data->table != NULL) TRY(add_numbers(&d, data->table, all * features, sizeof *data->table));
    else TRY(digest_add(&d, data->image, all * features));
    TRY(add_numbers(&d, data->label, all, sizeof *data->label));
    return digest_end(&d, out);
}

/* ---- names --------------------------------------------------------------------------------------------------------------------------- */

/* The labels' numbers. */
static strata_status number_classes(examples *e)
{
    void *names;
    TRY(alloc_zero(&names, (size_t)e->form.classes, sizeof(char *), "the names of the classes"));
    e->class_name = names;
    for (int c = 0; c < e->form.classes; c++) {
        text name = { 0 };
        text_add(&name, "%d", c);
        e->class_name[c] = name.at;
        if (name.failed) return status_fail(STRATA_ERR_MEMORY, "no memory for the names of the classes");
    }
    return STRATA_OK;
}

/* The class names that were given; else those of the files; else numbers. */
static strata_status name_classes(examples *e, const strata_data_source *how)
{
    if (how->class_names == NULL) return e->class_name != NULL ? STRATA_OK : number_classes(e);
    examples_free_names(e->class_name, (size_t)e->form.classes);
    return examples_copy_names(how->class_names, (size_t)e->form.classes, &e->class_name);
}

/* Its last part, without what says the format: "iris" of data/iris.csv.gz. */
static void name_of(const char *source, char out[DATA_KIND])
{
    const char *slash = strrchr(source, '/'), *base = slash != NULL && slash[1] != '\0' ? slash + 1 : source;
    size_t length = strcspn(base, ".");
    (void)snprintf(out, DATA_KIND, "%.*s", (int)(length > 0 ? length : strlen(base)), base);
}

static void name_data(strata_data *data, const strata_data_source *how, const char *source, const char *note)
{
    const strata_form *f = &data->form;
    char shape[64];
    if (how->name != NULL) (void)snprintf(data->kind, sizeof data->kind, "%s", how->name);
    else name_of(source, data->kind);
    if (f->height > 0) (void)snprintf(shape, sizeof shape, "%d x %d x %d", f->height, f->width, f->channels);
    else (void)snprintf(shape, sizeof shape, "%d %s", f->features, f->element == STRATA_FLOATS ? "numbers" : "bytes");
    if (how->title != NULL) (void)snprintf(data->title, sizeof data->title, "%s", how->title);
    else (void)snprintf(data->title, sizeof data->title, "%s: %d + %d examples of %s, %d classes", data->kind, data->train_images,
                        data->test_images, shape, f->classes);
    (void)snprintf(data->source, sizeof data->source, "%s", source);
    (void)snprintf(data->note, sizeof data->note, "%s", note);
    data->facts = (strata_data_facts){ .known = false, .kind = data->kind, .title = data->title };
    data->facts.class_names = (const char *const *)data->own_names;
}

static void take_files(strata_data *data, const examples *e)
{
    memcpy(data->file, e->file, sizeof data->file);
    data->facts.files = (int)e->files;
    for (size_t f = 0; f < e->files; f++) {
        data->file_names[f] = data->file[f].name;
        data->file_digests[f] = data->file[f].digest;
    }
}

/* ---- the data set -------------------------------------------------------------------------------------------------------------------- */

/* Everything that an unlabelled set lacks: they are test examples of class 0, and nothing trains on them. */
static strata_status make_up_labels(examples *e)
{
    void *label;
    e->test += e->train;
    e->train = 0;
    e->form.classes = 1;
    TRY(alloc_zero(&label, e->test, sizeof(uint16_t), "the labels"));
    e->label = label;
    return STRATA_OK;
}

static strata_status complete(examples *e, const strata_data_source *how, const char *source)
{
    TRY(check_features(e, source));
    if (how->unlabelled) return make_up_labels(e);
    TRY(check_labels(e, source));
    TRY(check_names(e, how, source));
    return split_test(e, how, source);
}

strata_status data_from_examples(examples *e, const strata_data_source *how, const char *source, strata_data **out)
{
    strata_data *data = NULL;
    *out = NULL;
    strata_status status = complete(e, how, source);
    if (status == STRATA_OK) status = name_classes(e, how);
    if (status == STRATA_OK) status = data_new(&e->form, (int)e->train, (int)e->test, &data);
    if (status != STRATA_OK) {
        examples_free(e);
        return status;
    }
    memcpy(data->label, e->label, (e->train + e->test) * sizeof *data->label);
    data->image = e->bytes;
    data->table = e->floats;
    data->own_names = e->class_name;
    e->bytes = NULL;
    e->floats = NULL;
    e->class_name = NULL;
    name_data(data, how, source, e->note);
    take_files(data, e);
    examples_free(e);
    data_count(data);
    status = data_digest_examples(data, data->digest);
    if (status == STRATA_OK) *out = data;
    else strata_data_free(data);
    return status;
}
