/*
 * strata predict: classes and probabilities, as CSV or as an array of NumPy. CSV is written block after block, so that it takes the memory
 * of a block; rows do not know of each other, so blocks change nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "csv.h"
#include "file.h"
#include "npy.h"
#include "predict.h"

enum { NUMBERS_AT_ONCE = 1 << 22 };

/* A block of rows. */
typedef struct {
    long first, count;
    int *guess;         /* [count]; NULL: not wanted */
    float *probability; /* [count]: of the guess */
    float *P;           /* [count * classes] */
} block;

static strata_status predict_block(const strata_model *model, const predict_rows *rows, int threads, block *b)
{
    const strata_form *f = strata_model_form(model);
    size_t element = f->element == STRATA_FLOATS ? sizeof(float) : 1;
    const strata_rows these = { .size = sizeof these, .element = f->element, .count = b->count,
                                .values = (const char *)rows->values + (size_t)b->first * (size_t)f->features * element };
    if (b->guess == NULL) return strata_model_predict_rows(model, &these, threads, b->P);
    return strata_model_classify_rows(model, &these, threads, b->guess, b->probability, b->P);
}

/* ---- CSV ----------------------------------------------------------------------------------------------------------------------------- */

typedef struct {
    const strata_model *model;
    const predict_rows *rows;
    int threads;
    const char *const *names; /* NULL: classes are numbers */
    text csv;
    file_sink *to; /* NULL: stdout */
} table;

static void add_name(table *t, const char *before, int class)
{
    text name = { 0 };
    if (t->names != NULL) text_add(&name, "%s%s", before, t->names[class]);
    else text_add(&name, "%s%d", before, class);
    if (!name.failed) csv_add(&t->csv, name.at);
    t->csv.failed = t->csv.failed || name.failed;
    text_free(&name);
}

static void add_head(table *t, int classes)
{
    text_add(&t->csv, "%s,class,probability", t->rows->file != NULL ? "file" : "index");
    for (int c = 0; c < classes; c++) {
        text_add(&t->csv, ",");
        add_name(t, "p_", c);
    }
    text_add(&t->csv, "\n");
}

static void add_row(table *t, const block *b, long j, int classes)
{
    if (t->rows->file != NULL) csv_add(&t->csv, t->rows->file[b->first + j]);
    else text_add(&t->csv, "%ld", b->first + j);
    text_add(&t->csv, ",");
    add_name(t, "", b->guess[j]);
    text_add(&t->csv, ",");
    csv_add_number(&t->csv, (double)b->probability[j]);
    for (int c = 0; c < classes; c++) {
        text_add(&t->csv, ",");
        csv_add_number(&t->csv, (double)b->P[(size_t)j * (size_t)classes + (size_t)c]);
    }
    text_add(&t->csv, "\n");
}

/* What stdout does not take is said at the end of the program. */
static strata_status put(table *t)
{
    size_t length = t->csv.length;
    t->csv.length = 0;
    if (t->csv.failed) return status_fail(STRATA_ERR_MEMORY, "no memory for what is predicted");
    if (t->to != NULL) return file_put(t->to, t->csv.at, length);
    (void)fwrite(t->csv.at, 1, length, stdout);
    return STRATA_OK;
}

static strata_status put_block(table *t, block *b, int classes)
{
    TRY(predict_block(t->model, t->rows, t->threads, b));
    for (long j = 0; j < b->count; j++) {
        add_row(t, b, j, classes);
        if (t->csv.length > 1 << 16) TRY(put(t));
    }
    return STRATA_OK;
}

static strata_status put_blocks(table *t, block *b, long at_once, int classes)
{
    add_head(t, classes);
    for (b->first = 0; b->first < t->rows->count; b->first += at_once) {
        long left = t->rows->count - b->first;
        b->count = left < at_once ? left : at_once;
        TRY(put_block(t, b, classes));
    }
    return t->csv.length > 0 ? put(t) : STRATA_OK;
}

static strata_status put_table(table *t)
{
    void *made[3] = { NULL };
    int classes = strata_model_form(t->model)->classes;
    long most = NUMBERS_AT_ONCE / classes, at_once = most < t->rows->count ? most : t->rows->count;
    const size_t size[3] = { sizeof(int), sizeof(float), sizeof(float) * (size_t)classes };
    strata_status status = STRATA_OK;
    for (int q = 0; q < 3 && status == STRATA_OK; q++) status = alloc_zero(&made[q], (size_t)at_once, size[q], "what is predicted");
    if (status == STRATA_OK) status = put_blocks(t, &(block){ .guess = made[0], .probability = made[1], .P = made[2] }, at_once, classes);
    for (int q = 0; q < 3; q++) free(made[q]);
    text_free(&t->csv);
    return status;
}

static strata_status produce(void *self, file_sink *to)
{
    table *t = self;
    t->to = to;
    return put_table(t);
}

strata_status predict_write_csv(const strata_model *model, const predict_rows *rows, int threads, const char *path)
{
    table t = { .model = model, .rows = rows, .threads = threads, .names = strata_model_class_names(model) };
    return path != NULL ? file_write_by(path, produce, &t) : put_table(&t);
}

/* ---- NumPy --------------------------------------------------------------------------------------------------------------------------- */

strata_status predict_write_npy(const strata_model *model, const predict_rows *rows, int threads, const char *path)
{
    void *P;
    size_t n = (size_t)rows->count, classes = (size_t)strata_model_form(model)->classes;
    TRY(alloc_zero(&P, n, classes * sizeof(float), "what is predicted"));
    strata_status status = predict_block(model, rows, threads, &(block){ .count = rows->count, .P = P });
    const array a = { .type = ARRAY_F4, .big = array_machine_is_big(), .rank = 2, .dim = { n, classes }, .bytes = P };
    if (status == STRATA_OK) status = npy_write(path, &a);
    free(P);
    return status;
}
