/* What --data led to (catalogue.h), read: by the description where there is one. */
#include <string.h>

#include "dataset.h"
#include "file.h"
#include "open_found.h"
#include "sized.h"

static strata_status read_found(catalogue_found *found, const strata_data_source *source, strata_data **out)
{
    const data_reader *reader;
    const data_description *d = found->description;
    if (d != NULL) TRY(description_reader(d, &found->request, &reader));
    else reader = data_reader_of(found->request.path);
    if (reader == NULL) return strata_data_open(found->request.path, out); /* says what lies there instead */
    return description_data(d, reader, &found->request, source, out);
}

strata_status data_open_found(catalogue_found *found, const data_choices *chosen, strata_data **out)
{
    const data_description *d = found->description;
    bool cifar10 = d != NULL ? d->reader != NULL && strcmp(d->reader, data_cifar10_reader) == 0
                             : data_has_cifar10_file(found->request.path);
    *out = NULL;
    if (cifar10) return strata_data_open(found->request.path, out);
    if (chosen->test_path != NULL) found->request.test_path = chosen->test_path;
    if (chosen->label != NULL) found->request.label = chosen->label;
    found->request.unlabelled = chosen->unlabelled;
    found->request.features = chosen->features;
    const strata_data_source source = {
        .path = found->request.path, .test_path = found->request.test_path, .unlabelled = chosen->unlabelled,
        .untested = chosen->untested,
        .test_share = chosen->test_share > 0 ? chosen->test_share : d != NULL && found->request.test_path == NULL ? d->test_share : 0,
        .name = d != NULL ? d->name : NULL, .title = d != NULL ? d->title : NULL, .file_order = d != NULL && d->file_order,
    };
    return read_found(found, &source, out);
}

static strata_status find(const char *what, const data_choices *chosen, const char *folder, const char *home, strata_data **out)
{
    catalogue_found found = { 0 };
    TRY(catalogue_find(what, folder, home, &found));
    strata_status status = data_open_found(&found, chosen, out);
    catalogue_found_free(&found);
    return status;
}

strata_status data_open_what(const char *what, const data_choices *chosen, const char *folder, const char *home, strata_data **out)
{
    text inside = { 0 };
    *out = NULL;
    text_add(&inside, "%s/cifar-10-batches-bin", what);
    if (inside.failed) return status_fail(STRATA_ERR_MEMORY, "no memory for the path of the data");
    bool there; /* where that cannot be told, opening the folder says why */
    bool official = file_look(inside.at, &there) == STRATA_OK && there;
    strata_status status = official ? strata_data_open(inside.at, out) : find(what, chosen, folder, home, out);
    text_free(&inside);
    return status;
}

/* ---- the public face ----------------------------------------------------------------------------------------------------------------- */

/* Does it say what no name of the catalogue goes with? */
static bool is_path(const strata_data_source *s)
{
    return s->reader != NULL || s->one_hot != NULL || s->coarse || s->file_order || s->name != NULL || s->title != NULL
           || s->class_names != NULL;
}

strata_status strata_data_find(const strata_data_source *source, const char *folder, const char *home, strata_data **out)
{
    strata_data_source wanted;
    *out = NULL;
    REQUIRE(source != NULL && folder != NULL);
    TAKE_SIZED(strata_data_source, source, &wanted);
    REQUIRE(wanted.path != NULL && wanted.test_share >= 0 && wanted.test_share < 1);
    if (is_path(&wanted)) return strata_data_open_as(source, out);
    const data_choices chosen = { .test_path = wanted.test_path, .label = wanted.label, .test_share = wanted.test_share,
                                  .untested = wanted.untested, .unlabelled = wanted.unlabelled };
    return data_open_what(wanted.path, &chosen, folder, home, out);
}
