/* Arrays in memory as a data set: copied into what a reader would have made of a file. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "dataset.h"
#include "sized.h"

static bool is_stride(size_t stride, const strata_form *form)
{
    return stride == 0 || stride >= (size_t)form->features;
}

static strata_status check_arrays(const strata_arrays *a)
{
    const strata_form *f = &a->form;
    REQUIRE(f->element == STRATA_BYTES || f->element == STRATA_FLOATS);
    REQUIRE(a->train >= 1 && a->test >= 0 && a->examples != NULL && a->labels != NULL);
    REQUIRE(a->test == 0 || (a->test_examples != NULL && a->test_labels != NULL));
    REQUIRE(a->validation >= 0 && (a->validation == 0 || (a->validation_examples != NULL && a->validation_labels != NULL)));
    REQUIRE(is_stride(a->stride, f) && is_stride(a->validation_stride, f) && is_stride(a->test_stride, f));
    REQUIRE(a->validation == 0 || a->test > 0 || !(a->test_share > 0)); /* a share of what: name the test examples, too */
    if (f->classes < 2 || f->classes > STRATA_CLASSES_MAX) {
        return status_fail(STRATA_ERR_ARGUMENT, "classes = %d is outside 2 .. %d", f->classes, STRATA_CLASSES_MAX);
    }
    if (!(a->test_share >= 0 && a->test_share < 1)) {
        return status_fail(STRATA_ERR_ARGUMENT, "test_share = %g is outside 0 .. 1", a->test_share);
    }
    return STRATA_OK;
}

/* Rows of the arrays, and where they go: behind the first `begin` examples. */
static void copy_rows(const strata_arrays *a, examples *e, size_t begin, const void *from, const uint16_t *labels, long rows, size_t stride)
{
    size_t element = e->floats != NULL ? sizeof(float) : 1, row = (size_t)a->form.features * element;
    size_t step = stride > 0 ? stride * element : a->stride > 0 ? a->stride * element : row;
    char *to = (e->floats != NULL ? (char *)e->floats : (char *)e->bytes) + begin * row;
    if (step == row && rows > 0) memcpy(to, from, (size_t)rows * row);
    for (size_t j = 0; step != row && j < (size_t)rows; j++) memcpy(to + j * row, (const char *)from + j * step, row);
    if (rows > 0) memcpy(e->label + begin, labels, (size_t)rows * sizeof *labels);
}

static strata_status copy_names(const strata_arrays *a, examples *e)
{
    for (int c = 0; a->class_names != NULL && c < a->form.classes; c++) REQUIRE(a->class_names[c] != NULL);
    return a->class_names != NULL ? examples_copy_names(a->class_names, (size_t)a->form.classes, &e->class_name) : STRATA_OK;
}

static strata_status copy_arrays(const strata_arrays *a, examples *e)
{
    size_t train = (size_t)a->train, pool = train + (size_t)a->validation;
    e->form = a->form;
    TRY(examples_take(e, pool, (size_t)a->test, true));
    e->held = (size_t)a->validation;
    copy_rows(a, e, 0, a->examples, a->labels, a->train, 0);
    copy_rows(a, e, train, a->validation_examples, a->validation_labels, a->validation, a->validation_stride);
    copy_rows(a, e, pool, a->test_examples, a->test_labels, a->test, a->test_stride);
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
        const strata_data_source how = { .test_share = a.test_share, .name = a.name, .file_order = a.file_order,
                                         .untested = a.untested };
        status = data_from_examples(&e, &how, a.name != NULL ? a.name : "memory", out);
    } else {
        examples_free(&e);
    }
    return status == STRATA_ERR_DATA ? STRATA_ERR_ARGUMENT : status; /* no file is wrong: the caller's arrays are */
}
