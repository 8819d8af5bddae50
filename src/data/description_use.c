/* What becomes of a description when its data are read: the request, the reader, and a form that overrules what the files say. */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "dataset.h"
#include "description.h"
#include "text.h"

void description_request(const data_description *d, const char *folder, data_request *out)
{
    *out = (data_request){ .path = d->train != NULL ? d->train : folder, .test_path = d->test, .label = d->label, .coarse = d->coarse,
                           .one_hot = d->one_hot.at, .one_hots = d->one_hot.count };
}

static strata_status blame(const data_description *d, const char *key)
{
    const yaml_node *node = yaml_get(d->root, key);
    return node != NULL ? yaml_blame(d->path, node) : status_fail_at(STRATA_ERR_ARGUMENT, d->path);
}

enum { READERS_NAMED = 32 };

strata_status description_reader(const data_description *d, const data_request *request, const data_reader **out)
{
    const char *names[READERS_NAMED];
    size_t count;
    const data_reader *all = data_readers(&count);
    *out = d->reader != NULL ? data_reader_named(d->reader) : data_reader_of(request->path);
    if (*out != NULL) return STRATA_OK;
    if (count > READERS_NAMED) count = READERS_NAMED;
    for (size_t r = 0; r < count; r++) names[r] = all[r].name;
    if (d->reader == NULL) {
        return status_fail(STRATA_ERR_DATA, "%s: nothing there is known by its content; %s, and reader: says which it is", request->path,
                           text_known(names, count));
    }
    const char *near = text_nearest(d->reader, names, count);
    (void)status_fail(STRATA_ERR_ARGUMENT, "reader %s is not known; %s%s%s", text_shown(d->reader), near != NULL ? "did you mean " : "",
                      near != NULL ? near : text_known(names, count), near != NULL ? "?" : "");
    return blame(d, "reader");
}

/* ---- the form ------------------------------------------------------------------------------------------------------------------------ */

/* Labels that are numbers may have more names than the files have numbers: a class without an example is one, too. Labels that are texts
 * have theirs, and are renamed one by one. */
static strata_status name_classes(const data_description *d, const char *key, const description_words *names, examples *t)
{
    char **copy;
    bool numbers = t->class_name == NULL;
    if (numbers ? names->count < (size_t)t->form.classes : names->count != (size_t)t->form.classes) {
        (void)status_fail(STRATA_ERR_ARGUMENT, "%s has %zu names, where the data have %d classes", key, names->count, t->form.classes);
        return blame(d, key);
    }
    TRY(examples_copy_names(names->at, names->count, &copy));
    examples_free_names(t->class_name, (size_t)t->form.classes);
    t->class_name = copy;
    t->form.classes = (int)names->count;
    return STRATA_OK;
}

strata_status description_apply(const data_description *d, const data_request *request, examples *t)
{
    bool coarse = request->coarse && d->coarse_classes.count > 0, other = request->coarse != d->coarse;
    const int *image = d->image;
    if (image[0] > 0 && image[0] * image[1] * image[2] != t->form.features) {
        (void)status_fail(STRATA_ERR_ARGUMENT, "image is %d x %d with %d channels, %d features, where the data have %d", image[0], image[1],
                          image[2], image[0] * image[1] * image[2], t->form.features);
        return blame(d, "image");
    }
    if (t->label != NULL && coarse) TRY(name_classes(d, "coarse-classes", &d->coarse_classes, t));
    else if (t->label != NULL && d->classes.count > 0 && !other) TRY(name_classes(d, "classes", &d->classes, t));
    if (image[0] == 0) return STRATA_OK;
    t->form.height = image[0];
    t->form.width = image[1];
    t->form.channels = image[2];
    return STRATA_OK;
}

strata_status description_data(const data_description *d, const data_reader *reader, const data_request *request,
                               const strata_data_source *source, strata_data **out)
{
    examples e = { 0 };
    *out = NULL;
    TRY(reader->read(request, &e));
    strata_status status = d != NULL ? description_apply(d, request, &e) : STRATA_OK;
    if (status == STRATA_OK) return data_from_examples(&e, source, request->path, out);
    examples_free(&e);
    return status;
}
