/* See modelform.h. Shapes decide what they can: a file that another program wrote need not say it twice. */
#include "modelform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "json.h"
#include "text.h"

enum { NAMES_MOST = 1 << 19, NAME_MOST = 256 }; /* bytes: a header has 1 MiB at most; more names than that are left out */

/* ---- writing ------------------------------------------------------------------------------------------------------------------------- */

static strata_status describe_names(char *const *name, int classes, tensorwriter *writer)
{
    char *words = NULL;
    json_value *names = json_new_list();
    for (int c = 0; c < classes; c++) json_append_text(names, name[c]);
    strata_status status = json_write_compact(names, &words);
    json_free(names);
    if (status == STRATA_OK && strlen(words) <= NAMES_MOST) tensorwriter_metadata(writer, "class_names", words);
    free(words);
    return status;
}

strata_status modelform_describe(const strata_form *f, char *const *names, tensorwriter *writer)
{
    char image[64];
    if (data_same_form(f, &data_cifar10_form)) return STRATA_OK;
    tensorwriter_metadata(writer, "element", f->element == STRATA_FLOATS ? "float" : "byte");
    (void)snprintf(image, sizeof image, "%d x %d x %d", f->height, f->width, f->channels);
    if (f->height > 0) tensorwriter_metadata(writer, "image", image);
    return names != NULL ? describe_names(names, f->classes, writer) : STRATA_OK;
}

/* ---- reading ------------------------------------------------------------------------------------------------------------------------- */

/* Inputs and classes: from the vectors, whose lengths are not to be mistaken, else from the matrices. */
static void read_sizes(const tensorfile *file, int layers, strata_form *f)
{
    char b[40], W[40];
    int rows, cols;
    (void)snprintf(b, sizeof b, "layer%d.b", layers);
    (void)snprintf(W, sizeof W, "layer%d.W", layers);
    if (tensorfile_shape(file, "input.mean", &rows, &cols) && cols == 0) f->features = rows;
    else if (tensorfile_shape(file, "layer1.W", &rows, &cols) && cols > 0) f->features = cols;
    if (tensorfile_shape(file, b, &rows, &cols) && cols == 0) f->classes = rows;
    else if (tensorfile_shape(file, W, &rows, &cols) && cols > 0) f->classes = rows;
}

/* "28 x 28 x 1": false when it is none. */
static bool read_image(const char *words, strata_form *f)
{
    int *const sides[] = { &f->height, &f->width, &f->channels };
    for (size_t q = 0; q < 3; q++) {
        char *end;
        long side = strtol(words, &end, 10);
        if (end == words || side < 1 || side > STRATA_FEATURES_MAX) return false;
        *sides[q] = (int)side;
        if (strncmp(end, q < 2 ? " x " : "", 3) != 0 && !(q == 2 && *end == '\0')) return false;
        words = end + 3 * (q < 2);
    }
    return (f->channels == 1 || f->channels == 3) && (long)f->height * f->width * f->channels == f->features;
}

strata_status modelform_read(const tensorfile *file, int layers, strata_form *out)
{
    strata_form f = data_cifar10_form;
    read_sizes(file, layers, &f);
    return modelform_read_sized(file, f.features, f.classes, out);
}

strata_status modelform_read_sized(const tensorfile *file, int features, int classes, strata_form *out)
{
    const char *element = tensorfile_metadata(file, "element"), *image = tensorfile_metadata(file, "image");
    strata_form f = data_cifar10_form;
    f.features = features;
    f.classes = classes;
    if (f.features > STRATA_FEATURES_MAX || f.classes < 2 || f.classes > STRATA_CLASSES_MAX) {
        return status_fail(STRATA_ERR_DATA, "its tensors are of a net of %d inputs and %d classes, where 1 .. %d and 2 .. %d are allowed",
                           f.features, f.classes, STRATA_FEATURES_MAX, STRATA_CLASSES_MAX);
    }
    bool floats = element != NULL && strcmp(element, "float") == 0;
    if (element != NULL && !floats && strcmp(element, "byte") != 0) {
        return status_fail(STRATA_ERR_DATA, "its metadata says element '%s', where byte or float is due", text_cut(element));
    }
    f.element = floats ? STRATA_FLOATS : STRATA_BYTES;
    bool as_cifar10 = element == NULL && f.features == data_cifar10_form.features;
    if (!as_cifar10) f.height = f.width = f.channels = 0;
    if (image != NULL && !read_image(image, &f)) {
        return status_fail(STRATA_ERR_DATA, "its metadata says image '%s', where height x width x channels of %d inputs are due, as "
                           "28 x 28 x 1", text_cut(image), f.features);
    }
    *out = f;
    return STRATA_OK;
}

static strata_status take_names(const json_value *list, int classes, char ***out)
{
    enum { TEXTS = 1024 };
    const char *some[TEXTS], **names = some;
    size_t count = (size_t)classes;
    void *made = NULL;
    if (json_count(list) != count) {
        return status_fail(STRATA_ERR_DATA, "it names %zu classes, and its last layer has %zu", json_count(list), count);
    }
    if (count > TEXTS) TRY(alloc_zero(&made, count, sizeof *names, "the names of the classes"));
    if (made != NULL) names = made;
    strata_status status = STRATA_OK;
    for (size_t c = 0; c < count && status == STRATA_OK; c++) {
        names[c] = json_as_text(json_at(list, c));
        bool good = names[c] != NULL && strlen(names[c]) <= NAME_MOST;
        if (!good) status = status_fail(STRATA_ERR_DATA, "its name of class %zu is no text of at most %d bytes", c, NAME_MOST);
    }
    if (status == STRATA_OK) status = examples_copy_names(names, count, out);
    free(made);
    return status;
}

strata_status modelform_read_names(const tensorfile *file, int classes, char ***out)
{
    text whole = { 0 };
    *out = NULL;
    json_value *root = NULL;
    const char *words = tensorfile_metadata(file, "class_names");
    if (words == NULL) return STRATA_OK;
    text_add(&whole, "{\"names\":%s}", words);
    strata_status status = whole.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the names of the classes") : STRATA_OK;
    if (status == STRATA_OK) status = json_read(whole.at, whole.length, &root);
    if (status == STRATA_OK && !json_is_list(json_get(root, "names"))) {
        status = status_fail(STRATA_ERR_DATA, "its class_names are no list of texts");
    }
    if (status == STRATA_OK) status = take_names(json_get(root, "names"), classes, out);
    json_free(root);
    text_free(&whole);
    return status;
}
