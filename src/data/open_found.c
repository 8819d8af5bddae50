/* What --data led to (catalogue.h), read: by the description where there is one. */
#include <string.h>

#include "dataset.h"
#include "open_found.h"

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
