/* Where the images come from, in the order that the README promises. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "file.h"

static const char beside[] = "data/cifar-10-batches-bin";

strata_status open_data(const char *folder, strata_data **out)
{
    text inside = { 0 };
    text_add(&inside, "%s/cifar-10-batches-bin", folder);
    if (inside.failed) return status_fail(STRATA_ERR_MEMORY, "no memory for the path of the data");
    bool there; /* where that cannot be told, opening the folder says why */
    strata_status status = strata_data_open(file_look(inside.at, &there) == STRATA_OK && there ? inside.at : folder, out);
    text_free(&inside);
    return status;
}

const char *data_choice(const char *folder, const char **rule)
{
    const char *set = getenv("STRATA_DATA");
    *rule = "--data";
    if (folder != NULL) return folder;
    *rule = "$STRATA_DATA";
    if (set != NULL && set[0] != '\0') return set;
    *rule = beside;
    bool there; /* one that cannot be looked at is chosen, too: nobody shall get synthetic images for want of a permission */
    return file_look(beside, &there) != STRATA_OK || there ? beside : NULL;
}

strata_status find_data(const char *folder, strata_data **out)
{
    const char *rule;
    folder = data_choice(folder, &rule);
    if (folder == NULL) {
        (void)fprintf(stderr, "no CIFAR-10 found (--data DIR, $STRATA_DATA or %s): drawing the SYNTHETIC set instead\n", beside);
        TRY(strata_data_synthetic(1, 0, out));
    } else {
        TRY(open_data(folder, out));
    }
    const strata_data_facts *facts = strata_data_describe(*out);
    (void)fprintf(stderr, "data: %s, from %s\n", facts->title, facts->source);
    return STRATA_OK;
}
