/* strata data verify NAME: the files of a set of the catalogue, one by one, beside the digests that are published. */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "catalogue.h"
#include "cli.h"
#include "data_verbs.h"
#include "file.h"

static const char *const verdicts[] = { [CATALOGUE_SAME] = "as published", [CATALOGUE_PACKED] = "as packaged",
                                        [CATALOGUE_OTHER] = "other bytes", [CATALOGUE_MISSING] = "missing",
                                        [CATALOGUE_UNKNOWN] = "digest not known" };

static void print_files(const data_description *set, const char *folder, const catalogue_file *file)
{
    printf("%s: %s\n%s\n\n%-26s  %10s  %s\n", set->name, set->title != NULL ? set->title : "", folder, "file", "bytes", "SHA-256");
    for (size_t f = 0; f < set->files.count; f++) {
        printf("%-26s  %10zu  %-64s  %s\n", file[f].name, file[f].size, file[f].digest, verdicts[file[f].verdict]);
        if (file[f].verdict == CATALOGUE_OTHER && file[f].due != NULL) printf("%-38s  %s  is due\n", "", file[f].due);
    }
}

static strata_status print_json(const data_description *set, const char *folder, const catalogue_file *file, bool good)
{
    json_value *root = json_new_object(), *list = json_new_list();
    for (size_t f = 0; f < set->files.count; f++) {
        json_value *one = json_new_object();
        json_put_text(one, "name", file[f].name);
        json_put_int(one, "bytes", (int64_t)file[f].size);
        json_put_text(one, "sha256", file[f].digest);
        if (file[f].due != NULL) json_put_text(one, "due", file[f].due);
        json_put_text(one, "verdict", verdicts[file[f].verdict]);
        json_append(list, one);
    }
    json_put_text(root, "name", set->name);
    json_put_text(root, "path", folder);
    json_put_bool(root, "good", good);
    json_put(root, "files", list);
    return json_print(root);
}

static strata_status verify(const data_description *set, const char *folder, bool json)
{
    void *file;
    bool good;
    TRY(alloc_zero(&file, set->files.count, sizeof(catalogue_file), "the files of a data set"));
    strata_status status = catalogue_verify(set, folder, file, &good);
    if (status == STRATA_OK && json) status = print_json(set, folder, file, good);
    else if (status == STRATA_OK) print_files(set, folder, file);
    free(file);
    if (status != STRATA_OK || good) return status;
    return status_fail(STRATA_ERR_DATA, "%s: not the published files; remove %s, then strata data fetch %s", set->name, folder, set->name);
}

/* Does `what` name a set, and nothing that lies here? Where the catalogue is not there, nothing has a name. */
static strata_status is_set(const char *what, bool *yes)
{
    bool there;
    catalogue c = { 0 };
    *yes = false;
    TRY(file_look(what, &there));
    if (there) return STRATA_OK;
    strata_status status = catalogue_read(install_path("datasets"), &c);
    if (status == STRATA_ERR_DATA) return STRATA_OK;
    *yes = status == STRATA_OK && catalogue_named(&c, what) != NULL;
    catalogue_free(&c);
    return status;
}

strata_status data_verify_set(const char *what, bool json, bool *taken)
{
    text own = { 0 };
    const char *home;
    catalogue_found found = { 0 };
    *taken = false;
    if (strcmp(what, "cifar-10") == 0) return STRATA_OK;
    TRY(is_set(what, taken));
    if (!*taken) return STRATA_OK;
    strata_status status = data_home(&own, &home);
    if (status == STRATA_OK) status = catalogue_find(what, install_path("datasets"), home, &found);
    if (status == STRATA_OK) status = verify(found.description, found.path.at, json);
    catalogue_found_free(&found);
    text_free(&own);
    return status;
}
