/* The memory of examples as they are read, within the limits of a data set. */
#include "examples.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

enum { EXAMPLES_MOST = 2000000000 }; /* numbers of examples are int */

strata_status examples_check_form(const strata_form *f, size_t train, size_t test)
{
    if (f->features < 1 || f->features > STRATA_FEATURES_MAX) {
        return status_fail(STRATA_ERR_DATA, "an example has %d features, where 1 .. %d are allowed", f->features, STRATA_FEATURES_MAX);
    }
    bool image = f->height != 0 || f->width != 0 || f->channels != 0;
    if (image && (f->height < 1 || f->width < 1 || (f->channels != 1 && f->channels != 3)
                  || (long)f->height * f->width > STRATA_FEATURES_MAX || f->height * f->width * f->channels != f->features)) {
        return status_fail(STRATA_ERR_DATA, "an image of %d x %d with %d channels is not %d features; an image has 1 or 3 channels",
                           f->height, f->width, f->channels, f->features);
    }
    if (train < 1 || train > EXAMPLES_MOST || test > EXAMPLES_MOST - train) {
        return status_fail(STRATA_ERR_DATA, "%zu and %zu examples, where 1 .. %d are allowed together", train, test, EXAMPLES_MOST);
    }
    return STRATA_OK;
}

strata_status examples_take(examples *t, size_t train, size_t test, bool labelled)
{
    void *values = NULL, *label = NULL;
    bool floats = t->form.element == STRATA_FLOATS;
    TRY(examples_check_form(&t->form, train, test));
    size_t one = (size_t)t->form.features * (floats ? sizeof(float) : 1);
    TRY(alloc_aligned(&values, train + test, one, "the examples of a data set"));
    strata_status status = labelled ? alloc_zero(&label, train + test, sizeof(uint16_t), "the labels of a data set") : STRATA_OK;
    if (status != STRATA_OK) {
        free(values);
        return status;
    }
    if (floats) t->floats = values;
    else t->bytes = values;
    t->label = label;
    t->train = train;
    t->test = test;
    return STRATA_OK;
}

void examples_note_file(examples *t, const char *path, const char digest[DIGEST_TEXT])
{
    if (t->files == EXAMPLES_FILES) return;
    const char *slash = strrchr(path, '/');
    examples_file *f = &t->file[t->files++];
    (void)snprintf(f->name, sizeof f->name, "%s", slash != NULL ? slash + 1 : path);
    memcpy(f->digest, digest, DIGEST_TEXT);
}

void examples_free_names(char **names, size_t classes)
{
    for (size_t c = 0; names != NULL && c < classes; c++) free(names[c]);
    free(names);
}

strata_status examples_copy_names(const char *const *names, size_t classes, char ***out)
{
    void *list;
    *out = NULL;
    TRY(alloc_zero(&list, classes, sizeof(char *), "the names of the classes"));
    char **copy = list;
    for (size_t c = 0; c < classes; c++) {
        void *name;
        size_t length = strlen(names[c]);
        strata_status status = alloc_zero(&name, length + 1, 1, "the names of the classes");
        if (status != STRATA_OK) {
            examples_free_names(copy, classes);
            return status;
        }
        copy[c] = memcpy(name, names[c], length);
    }
    *out = copy;
    return STRATA_OK;
}

void examples_free(examples *t)
{
    examples_free_names(t->class_name, (size_t)t->form.classes);
    free(t->bytes);
    free(t->floats);
    free(t->label);
    *t = (examples){ 0 };
}
