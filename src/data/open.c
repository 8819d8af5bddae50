/* What a path leads to: CIFAR-10's six files, which keep their order and their digest, or what one of the readers recognises. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "dataset.h"
#include "description.h"
#include "mistaken.h"
#include "sized.h"
#include "text.h"

/* A folder where one of the six files is: whoever has that means CIFAR-10, whatever else lies there. */
bool data_has_cifar10_file(const char *path)
{
    bool found = false;
    struct stat s;
    for (int f = 0; f < DATA_FILES && !found; f++) {
        text file = { 0 };
        text_add(&file, "%s/%s", path, data_file_names[f]);
        found = !file.failed && stat(file.at, &s) == 0;
        text_free(&file);
    }
    return found;
}

static strata_status no_reader(const char *name)
{
    size_t count;
    text names = { 0 };
    const data_reader *list = data_readers(&count);
    text_add(&names, "%s", data_cifar10_reader);
    for (size_t r = 0; r < count; r++) text_add(&names, ", %s", list[r].name);
    strata_status status = status_fail(STRATA_ERR_ARGUMENT, "there is no reader '%s'; there are %s", text_cut(name),
                                       names.failed ? "others" : names.at);
    text_free(&names);
    return status;
}

static strata_status open_source(const strata_data_source *source, strata_data **out)
{
    bool named = source->reader != NULL;
    const data_request request = {
        .path = source->path, .test_path = source->test_path, .label = source->label, .one_hot = source->one_hot,
        .one_hots = source->one_hots, .coarse = source->coarse, .unlabelled = source->unlabelled,
    };
    bool cifar10 = named ? strcmp(source->reader, data_cifar10_reader) == 0 : data_has_cifar10_file(source->path);
    const data_reader *reader = cifar10 ? NULL : named ? data_reader_named(source->reader) : data_reader_of(source->path);
    if (reader != NULL) return description_data(NULL, reader, &request, source, out);
    if (named && !cifar10) return no_reader(source->reader);
    return data_explain(data_open_folder(source->path, DATA_PER_FILE, out), source->path);
}

strata_status strata_data_open_as(const strata_data_source *source, strata_data **out)
{
    strata_data_source wanted;
    *out = NULL;
    REQUIRE(source != NULL);
    TAKE_SIZED(strata_data_source, source, &wanted);
    REQUIRE(wanted.path != NULL && (wanted.classes == 0) == (wanted.class_names == NULL));
    if (!(wanted.test_share >= 0 && wanted.test_share < 1)) {
        return status_fail(STRATA_ERR_ARGUMENT, "a share of the test data of %g is outside 0 .. 1", wanted.test_share);
    }
    return open_source(&wanted, out);
}

strata_status strata_data_open(const char *path, strata_data **out)
{
    *out = NULL;
    REQUIRE(path != NULL);
    return strata_data_open_as(&(strata_data_source){ .size = sizeof(strata_data_source), .path = path }, out);
}
