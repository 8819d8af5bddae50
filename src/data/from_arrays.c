/* Arrays in memory as a data set: copied into what a reader would have made of a file. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "dataset.h"
#include "sized.h"

static strata_status check_arrays(const strata_arrays *a)
{
    const strata_form *f = &a->form;
    REQUIRE(f->element == STRATA_BYTES || f->element == STRATA_FLOATS);
    REQUIRE(a->train >= 1 && a->test >= 0 && a->examples != NULL && a->labels != NULL);
    REQUIRE(a->test == 0 || (a->test_examples != NULL && a->test_labels != NULL));
    REQUIRE(a->stride == 0 || a->stride >= (size_t)f->features);
    if (f->classes < 2 || f->classes > STRATA_CLASSES_MAX) {
        return status_fail(STRATA_ERR_ARGUMENT, "classes = %d is outside 2 .. %d", f->classes, STRATA_CLASSES_MAX);
    }
    if (!(a->test_share >= 0 && a->test_share < 1)) {
        return status_fail(STRATA_ERR_ARGUMENT, "test_share = %g is outside 0 .. 1", a->test_share);
    }
    return STRATA_OK;
}

static void copy_rows(char *to, const void *from, size_t rows, size_t row, size_t stride)
{
    for (size_t j = 0; j < rows; j++) memcpy(to + j * row, (const char *)from + j * stride, row);
}

static strata_status copy_names(const strata_arrays *a, examples *e)
{
    for (int c = 0; a->class_names != NULL && c < a->form.classes; c++) REQUIRE(a->class_names[c] != NULL);
    return a->class_names != NULL ? examples_copy_names(a->class_names, (size_t)a->form.classes, &e->class_name) : STRATA_OK;
}

static strata_status copy_arrays(const strata_arrays *a, examples *e)
{
    size_t train = (size_t)a->train, test = (size_t)a->test, element = a->form.element == STRATA_FLOATS ? sizeof(float) : 1;
    size_t row = (size_t)a->form.features * element, stride = a->stride > 0 ? a->stride * element : row;
    e->form = a->form;
    TRY(examples_take(e, train, test, true));
    char *to = e->floats != NULL ? (char *)e->floats : (char *)e->bytes;
    copy_rows(to, a->examples, train, row, stride);
    copy_rows(to + train * row, a->test_examples, test, row, stride);
    memcpy(e->label, a->labels, train * sizeof *e->label);
    if (test > 0) memcpy(e->label + train, a->test_labels, test * sizeof *e->label);
    return copy_names(a, e);
}

strata_status strata_data_from_arrays(const strata_arrays *arrays, strata_data **out)
{
    strata_arrays a;
    examples e = { 0 };
    *out = NULL;
    REQUIRE(arrays != NULL);
    TAKE_SIZED(strata_arrays, arrays, &a);
    TRY(check_arrays(&a));
    strata_status status = copy_arrays(&a, &e);
    if (status == STRATA_OK) {
        const strata_data_source how = { .test_share = a.test_share, .name = a.name };
        status = data_from_examples(&e, &how, a.name != NULL ? a.name : "memory", out);
    } else {
        examples_free(&e);
    }
    return status == STRATA_ERR_DATA ? STRATA_ERR_ARGUMENT : status; /* no file is wrong: the caller's arrays are */
}
