/* What every reader of a data set promises of the examples that it has taken. */
#ifndef STRATA_TESTS_FUZZ_TAKEN_H
#define STRATA_TESTS_FUZZ_TAKEN_H

#include <math.h>

#include "fuzz.h"
#include "reader.h"

static inline void taken_check(const examples *e, bool labelled)
{
    const strata_form *f = &e->form;
    size_t n = e->train + e->test;
    PROMISE(f->features >= 1 && f->features <= STRATA_FEATURES_MAX && e->train >= 1);
    PROMISE(f->channels == 0 || f->height * f->width * f->channels == f->features);
    PROMISE((f->element == STRATA_BYTES) == (e->bytes != NULL) && (e->bytes == NULL) == (e->floats != NULL));
    volatile uint8_t last = e->bytes != NULL ? e->bytes[n * (size_t)f->features - 1] : 0;
    (void)last;
    for (size_t q = 0; e->floats != NULL && q < n * (size_t)f->features; q++) PROMISE(isfinite(e->floats[q]));
    PROMISE(labelled == (e->label != NULL));
    if (!labelled) return;
    PROMISE(f->classes >= 2 && f->classes <= STRATA_CLASSES_MAX);
    for (size_t j = 0; j < n; j++) PROMISE(e->label[j] < f->classes);
    for (int c = 0; e->class_name != NULL && c < f->classes; c++) PROMISE(e->class_name[c][0] != '\0');
}

/* Reads by the reader of this name; what it refuses must be empty. */
static inline void taken_read(const char *reader, const data_request *request)
{
    static const examples nothing;
    examples e = { 0 };
    bool taken = fuzz_taken(data_reader_named(reader)->read(request, &e));
    if (taken) taken_check(&e, !request->unlabelled);
    else PROMISE(e.files == nothing.files && e.bytes == NULL && e.floats == NULL && e.label == NULL && e.class_name == NULL);
    examples_free(&e);
}

#endif
