/* Descriptions of data sets: what is taken keeps every promise of description.h, and its names lead nowhere else. */
#include <string.h>

#include "catalogue.h"
#include "fuzz.h"

static void look_at_files(const description_files *files)
{
    for (size_t f = 0; f < files->count; f++) {
        const description_file *one = &files->at[f];
        PROMISE(one->name[0] != '\0' && one->name[0] != '.' && strchr(one->name, '/') == NULL && one->size >= 0);
        PROMISE(one->sha256 == NULL || strlen(one->sha256) == 64);
        for (size_t other = 0; other < f; other++) PROMISE(strcmp(one->name, files->at[other].name) != 0);
    }
}

static void look_at(const data_description *d)
{
    PROMISE((d->train != NULL) != (d->files.count > 0) && (d->files.count == 0 || d->name != NULL));
    PROMISE(d->test_share >= 0 && d->test_share < 1 && (d->test == NULL || d->test_share == 0));
    PROMISE((long long)d->image[0] * d->image[1] * d->image[2] <= STRATA_FEATURES_MAX);
    PROMISE(d->name == NULL || (strchr(d->name, '/') == NULL && strchr(d->name, '.') == NULL && d->name[0] != '\0'));
    PROMISE(d->classes.count != 1 && d->coarse_classes.count != 1);
    PROMISE(d->package == NULL || d->package_folder[0] == '/');
    for (size_t a = 0; a < d->addresses.count; a++) PROMISE(strncmp(d->addresses.at[a], "http", 4) == 0);
    look_at_files(&d->files);
    look_at_files(&d->package_files);
}

/* Four features, two classes: what fits is taken over, what does not is refused. */
static void apply(const data_description *d)
{
    data_request r;
    examples t = { .form = { .element = STRATA_BYTES, .features = 4, .classes = 2 } };
    description_request(d, "x", &r);
    PROMISE(r.path != NULL && examples_take(&t, 1, 1, true) == STRATA_OK);
    bool taken = fuzz_taken(description_apply(d, &r, &t));
    PROMISE(!taken || d->image[0] == 0 || t.form.height * t.form.width * t.form.channels == 4);
    PROMISE(t.form.classes >= 2);
    examples_free(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    data_description *d;
    bool taken = fuzz_taken(description_read(fuzz_file("in.yaml", data, size), &d));
    PROMISE(taken == (d != NULL));
    if (taken) {
        look_at(d);
        apply(d);
    }
    description_free(d);
    return 0;
}
