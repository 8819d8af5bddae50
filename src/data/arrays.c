/*
 * Examples out of arrays. The training part's shape is the form, the test part must have the same; numbers are taken over one by one,
 * and the place of the first that is no number is said.
 */
#include "arrays.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

/* ---- form ---------------------------------------------------------------------------------------------------------------------------- */

static bool is_channels(size_t c)
{
    return c == 1 || c == 3;
}

/* Do the channels of an image lie behind each other in each pixel, so that they must be taken apart? */
static bool is_interleaved(const array *x)
{
    return x->rank == 4 && is_channels(x->dim[3]);
}

static strata_status take_form(const arrays_part *part, strata_form *form)
{
    const array *x = &part->x;
    char shape[ARRAY_SHAPE];
    size_t row = array_row(x);
    if (row > STRATA_FEATURES_MAX) {
        return status_fail(STRATA_ERR_DATA, "%.200s: its shape %s gives an example %zu features, where %d are the most", part->x_name,
                           array_shape(x, shape), row, STRATA_FEATURES_MAX);
    }
    *form = (strata_form){ .element = x->type == ARRAY_U1 ? STRATA_BYTES : STRATA_FLOATS, .features = (int)row };
    if (x->rank < 3) return STRATA_OK;
    bool last = is_interleaved(x);
    if (x->rank == 4 && !last && !is_channels(x->dim[1])) {
        return status_fail(STRATA_ERR_DATA,
                           "%.200s: its shape %s is none of images: (n, h, w), (n, h, w, c) or (n, c, h, w) with 1 or 3 "
                           "channels c; for features alone save it as (%zu, %zu)",
                           part->x_name, array_shape(x, shape), x->dim[0], row);
    }
    size_t from = x->rank == 4 && !last ? 2 : 1;
    form->height = (int)x->dim[from];
    form->width = (int)x->dim[from + 1];
    form->channels = x->rank == 3 ? 1 : (int)x->dim[last ? 3 : 1];
    return STRATA_OK;
}

static strata_status same_form(const arrays_part *train, const arrays_part *test)
{
    const array *a = &train->x, *b = &test->x;
    char first[ARRAY_SHAPE], second[ARRAY_SHAPE];
    bool same = a->rank == b->rank && (a->type == ARRAY_U1) == (b->type == ARRAY_U1);
    for (int r = 1; same && r < a->rank; r++) same = a->dim[r] == b->dim[r];
    if (same) return STRATA_OK;
    return status_fail(STRATA_ERR_DATA,
                       "%.200s of %s %s and %.200s of %s %s are not of one form; only the number of examples may differ",
                       train->x_name, array_type_word(a->type), array_shape(a, first), test->x_name, array_type_word(b->type),
                       array_shape(b, second));
}

/* ---- features ------------------------------------------------------------------------------------------------------------------------ */

static strata_status refuse_number(const arrays_part *part, size_t e)
{
    size_t row = array_row(&part->x);
    double x = array_number(&part->x, e);
    return status_fail(STRATA_ERR_DATA, "%.200s: row %zu, column %zu (from 0) is %g, %s; replace it, or leave the row out",
                       part->x_name, e / row, e % row, x, isfinite(x) ? "too large for a float" : "where a finite number is due");
}

static strata_status copy_floats(const arrays_part *part, float *out)
{
    size_t count = part->x.dim[0] * array_row(&part->x);
    for (size_t e = 0; e < count; e++) {
        double x = array_number(&part->x, e);
        if (!(fabs(x) <= (double)FLT_MAX)) return refuse_number(part, e);
        out[e] = (float)x;
    }
    return STRATA_OK;
}

static void copy_bytes(const array *x, uint8_t *out)
{
    size_t count = x->dim[0] * array_row(x);
    if (!x->columns)
        memcpy(out, x->bytes, count);
    else
        for (size_t e = 0; e < count; e++) out[e] = (uint8_t)array_number(x, e);
}

/* Each image's pixels of c channels become c planes; `spare` takes one image. */
static void take_apart(void *images, size_t n, const strata_form *f, size_t width, uint8_t *spare)
{
    size_t pixels = (size_t)f->height * (size_t)f->width, channels = (size_t)f->channels, size = pixels * channels * width;
    for (size_t j = 0; j < n; j++) {
        uint8_t *image = (uint8_t *)images + j * size;
        memcpy(spare, image, size);
        for (size_t c = 0; c < channels; c++) {
            for (size_t p = 0; p < pixels; p++) memcpy(image + (c * pixels + p) * width, spare + (p * channels + c) * width, width);
        }
    }
}

static strata_status copy_part(const arrays_part *part, size_t first, examples *out)
{
    size_t features = (size_t)out->form.features, width = out->floats != NULL ? sizeof(float) : 1, n = part->x.dim[0];
    void *spare;
    if (out->floats != NULL)
        TRY(copy_floats(part, out->floats + first * features));
    else
        copy_bytes(&part->x, out->bytes + first * features);
    if (!is_interleaved(&part->x) || out->form.channels == 1) return STRATA_OK;
    TRY(alloc_zero(&spare, features, width, "an image"));
    take_apart(out->floats != NULL ? (void *)(out->floats + first * features) : out->bytes + first * features, n, &out->form, width,
               spare);
    free(spare);
    return STRATA_OK;
}

/* ---- labels -------------------------------------------------------------------------------------------------------------------------- */

/* The distinct values in ascending order. */
typedef struct {
    int64_t *value; /* [STRATA_CLASSES_MAX] */
    size_t count;
} values;

/* Where the value is, or would be. */
static size_t place_of(const values *v, int64_t x)
{
    size_t low = 0, high = v->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (v->value[middle] < x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static strata_status refuse_label(const arrays_part *part, size_t e, const char *why)
{
    return status_fail(STRATA_ERR_DATA, "%.200s: label %zu (from 0) is %.10g, %s", part->y_name, e, array_number(&part->y, e), why);
}

static strata_status check_labels(const arrays_part *part)
{
    const array *y = &part->y;
    char shape[ARRAY_SHAPE], other[ARRAY_SHAPE];
    if (array_row(y) != 1) {
        return status_fail(STRATA_ERR_DATA,
                           "%.200s: its shape is %s, where labels have one dimension; of one-hot labels save y.argmax(1)",
                           part->y_name, array_shape(y, shape));
    }
    if (y->dim[0] == part->x.dim[0]) return STRATA_OK;
    return status_fail(STRATA_ERR_DATA, "%.200s of %s and %.200s of %s have different numbers of examples; save both again",
                       part->x_name, array_shape(&part->x, shape), part->y_name, array_shape(y, other));
}

static strata_status collect(const arrays_part *part, bool may_be_negative, values *v)
{
    TRY(check_labels(part));
    for (size_t e = 0; e < part->y.dim[0]; e++) {
        int64_t x;
        if (!array_whole(&part->y, e, &x)) return refuse_label(part, e, "where labels are whole numbers, one for each class");
        if (x < 0 && !may_be_negative) return refuse_label(part, e, "where labels begin at 0");
        if (!may_be_negative && x >= STRATA_CLASSES_MAX) return refuse_label(part, e, "where 65535 is the largest");
        size_t at = place_of(v, x);
        if (at < v->count && v->value[at] == x) continue;
        if (v->count == STRATA_CLASSES_MAX) return refuse_label(part, e, "the 65537th class: are these measurements and no classes?");
        memmove(v->value + at + 1, v->value + at, (v->count - at) * sizeof *v->value);
        v->value[at] = x;
        v->count++;
    }
    return STRATA_OK;
}

/* Are the values 0, 1, 2, ...? */
static bool counts_up(const values *v)
{
    return v->value[0] == 0 && v->value[v->count - 1] == (int64_t)v->count - 1;
}

static strata_status name_classes(const values *v, examples *out)
{
    void *names;
    TRY(alloc_zero(&names, v->count, sizeof(char *), "class names"));
    out->class_name = names;
    for (size_t c = 0; c < v->count; c++) {
        void *name;
        TRY(alloc_zero(&name, 24, 1, "a class name"));
        out->class_name[c] = name;
        (void)snprintf(name, 24, "%lld", (long long)v->value[c]);
    }
    return STRATA_OK;
}

static strata_status number_classes(const arrays_part *train, const values *v, arrays_classes how, examples *out)
{
    bool counted = how == ARRAYS_COUNTED || counts_up(v);
    int64_t classes = how == ARRAYS_COUNTED ? v->value[v->count - 1] + 1 : (int64_t)v->count;
    if (classes < 2) {
        return status_fail(STRATA_ERR_DATA, "%.200s: every label is %lld, where at least 2 classes are due", train->y_name,
                           (long long)v->value[0]);
    }
    out->form.classes = (int)classes;
    return counted ? STRATA_OK : name_classes(v, out);
}

static void copy_labels(const array *y, const values *v, bool named, uint16_t *out)
{
    for (size_t e = 0; e < y->dim[0]; e++) {
        int64_t x;
        if (array_whole(y, e, &x)) out[e] = (uint16_t)(named ? place_of(v, x) : (size_t)x);
    }
}

static strata_status take_labels(const arrays_part *train, const arrays_part *test, arrays_classes how, values *v, examples *out)
{
    TRY(collect(train, how == ARRAYS_DISTINCT, v));
    if (test != NULL) TRY(collect(test, how == ARRAYS_DISTINCT, v));
    TRY(number_classes(train, v, how, out));
    copy_labels(&train->y, v, out->class_name != NULL, out->label);
    if (test != NULL) copy_labels(&test->y, v, out->class_name != NULL, out->label + out->train);
    return STRATA_OK;
}

static strata_status fill_labels(const arrays_part *train, const arrays_part *test, arrays_classes how, examples *out)
{
    void *block;
    TRY(alloc_zero(&block, STRATA_CLASSES_MAX, sizeof(int64_t), "the values of labels"));
    values v = { .value = block };
    strata_status status = take_labels(train, test, how, &v, out);
    free(block);
    return status;
}

/* ---- all of it ----------------------------------------------------------------------------------------------------------------------- */

static strata_status fill(const arrays_part *train, const arrays_part *test, bool labelled, arrays_classes how, examples *out)
{
    TRY(take_form(train, &out->form));
    if (test != NULL) TRY(same_form(train, test));
    TRY(examples_take(out, train->x.dim[0], test != NULL ? test->x.dim[0] : 0, labelled));
    if (labelled) TRY(fill_labels(train, test, how, out));
    TRY(copy_part(train, 0, out));
    return test != NULL ? copy_part(test, out->train, out) : STRATA_OK;
}

strata_status arrays_fill(const arrays_part *train, const arrays_part *test, bool labelled, arrays_classes how, examples *out)
{
    strata_status status = fill(train, labelled ? test : NULL, labelled, how, out);
    if (status != STRATA_OK) examples_free(out);
    return status;
}
