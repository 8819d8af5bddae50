/* See dataset_row.h. */
#include "dataset_row.h"

#include <string.h>

/* Of data in CIFAR-10's form the kind says how sure it is which data they are; people call them otherwise. Of any other it is the name. */
static const char *name_of(const char *kind)
{
    static const struct {
        const char *kind, *name;
    } names[] = { { "official", "cifar-10" }, { "once-through-JPEG", "cifar-10-jpeg" }, { "", "unknown" } };
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        if (strcmp(names[n].kind, kind) == 0) return names[n].name;
    }
    return kind;
}

void dataset_row_of(const strata_data *data, store_dataset *out)
{
    const strata_data_facts *f = strata_data_describe(data);
    *out = (store_dataset){ .digest = f->digest, .name = name_of(f->kind), .kind = f->kind, .title = f->title,
                            .form = *f->form, .train = f->train_examples, .test = f->test_examples, .class_name = f->class_names };
}
