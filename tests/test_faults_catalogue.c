/*
 * Descriptions and the catalogue in a world that fails: see faulty.h. Whichever call fails, it is said, and nothing is half read: a set
 * that cannot be looked at is never taken for one that is not there. And what a laboratory opens by such names.
 */
#include <stdlib.h>
#include <string.h>

#include "faulty.h"
#include "folder.h"

#include "catalogue.h"
#include "file.h"
#include "lab_data.h"
#include "plan.h"
#include "strata/data.h"

static const char set[] = "name: mine\ntitle: Mine\narchive: {name: a.tgz, folder: top}\naddresses: [https://a/b, https://c/d]\n"
                          "files:\n  - {name: a, size: 3}\n  - {name: b, size: 2}\nclasses: [x, y]\n"
                          "package: {name: p, folder: /nowhere}\n";
static const char own[] = "train: mine\nlabel: kind\none-hot: [colour]\nclasses: [x, y]\ntest: other\n";

static void put(const char *name, const char *bytes)
{
    char path[PATH];
    (void)snprintf(path, sizeof path, "%s", in_folder(name));
    *strrchr(path, '/') = '\0';
    CHECK_OK(file_make_folder(path));
    CHECK_OK(file_write(in_folder(name), bytes, strlen(bytes)));
}

/* Nothing writes there, so it is made once. */
static int two_sets(void **state)
{
    if (faulty_set_up(state) != 0) return 1;
    put("sets/mine.yaml", set);
    put("sets/near.yaml", "name: near\nfiles: [{name: a}]\n");
    put("home/mine/a", "abc");
    put("home/mine/b", "xy");
    put("here/own.yaml", own);
    return 0;
}

/* ---- descriptions -------------------------------------------------------------------------------------------------------------------- */

static data_description *described;

static strata_status read_description(void)
{
    return description_read(in_folder("here/own.yaml"), &described);
}

static void look_at_description(strata_status status, char *result)
{
    assert_true((status == STRATA_OK) == (described != NULL));
    if (described != NULL) (void)snprintf(result, FAULTY_RESULT, "%s %zu", described->label, described->classes.count);
    description_free(described);
    described = NULL;
}

static examples shaped;

static strata_status apply(void)
{
    data_request r;
    shaped = (examples){ .form = { .element = STRATA_BYTES, .features = 4, .classes = 2 } };
    TRY(examples_take(&shaped, 2, 0, true));
    TRY(description_read(in_folder("here/own.yaml"), &described));
    description_request(described, "", &r);
    return description_apply(described, &r, &shaped);
}

static void look_at_names(strata_status status, char *result)
{
    assert_true(status != STRATA_OK || shaped.class_name != NULL);
    if (shaped.class_name != NULL) (void)snprintf(result, FAULTY_RESULT, "%s %s", shaped.class_name[0], shaped.class_name[1]);
    examples_free(&shaped);
    description_free(described);
    described = NULL;
}

/* ---- the catalogue ------------------------------------------------------------------------------------------------------------------- */

static catalogue sets;

static strata_status read_catalogue(void)
{
    return catalogue_read(in_folder("sets"), &sets);
}

static void look_at_catalogue(strata_status status, char *result)
{
    assert_int_equal(sets.count, status == STRATA_OK ? 2 : 0);
    if (status == STRATA_OK) (void)snprintf(result, FAULTY_RESULT, "%s %s", sets.at[0]->name, sets.at[1]->name);
    catalogue_free(&sets);
}

static catalogue_found found;

static strata_status find(void)
{
    return catalogue_find("mine", in_folder("sets"), in_folder("home"), &found);
}

static void look_at_found(strata_status status, char *result)
{
    assert_true((status == STRATA_OK) == (found.path.at != NULL));
    if (status == STRATA_OK) (void)snprintf(result, FAULTY_RESULT, "%s", found.request.path);
    catalogue_found_free(&found);
}

static strata_status not_found;

static strata_status find_nothing(void)
{
    not_found = catalogue_find("nothing", in_folder("sets"), in_folder("home"), &found);
    return not_found == STRATA_ERR_DATA && strstr(strata_error(), "no data set has this name") != NULL ? STRATA_OK : not_found;
}

static void look_at_nothing(strata_status status, char *result)
{
    assert_true(not_found != STRATA_OK && found.path.at == NULL);
    if (status == STRATA_OK) (void)snprintf(result, FAULTY_RESULT, "it is said");
}

static catalogue_file compared[2];
static bool good;

static strata_status verify(void)
{
    TRY(description_read(in_folder("sets/mine.yaml"), &described));
    return catalogue_verify(described, in_folder("home/mine"), compared, &good);
}

static void look_at_verified(strata_status status, char *result)
{
    if (status == STRATA_OK) (void)snprintf(result, FAULTY_RESULT, "%d %.8s %.8s", good, compared[0].digest, compared[1].digest);
    description_free(described);
    described = NULL;
}

static void descriptions_are_whole(void **state)
{
    (void)state;
    if (!STRATA_YAML) skip();
    faulty(&(faulty_operation){ "description_read", NULL, read_description, look_at_description, 8 });
    faulty(&(faulty_operation){ "description_apply", NULL, apply, look_at_names, 8 });
}

static void the_catalogue_is_whole(void **state)
{
    (void)state;
    if (!STRATA_YAML) skip();
    faulty(&(faulty_operation){ "catalogue_read", NULL, read_catalogue, look_at_catalogue, 8 });
    faulty(&(faulty_operation){ "catalogue_find", NULL, find, look_at_found, 8 });
    faulty(&(faulty_operation){ "catalogue_find nothing", NULL, find_nothing, look_at_nothing, 8 });
    faulty(&(faulty_operation){ "catalogue_verify", NULL, verify, look_at_verified, 8 });
}

/* ---- a laboratory opens what its experiments name ------------------------------------------------------------------ */

/* Two share a set, one has a set of its own, and that of the last one is not there. */
enum { NAMING = 4, ROWS = 40 };

static experiment named[NAMING];
static experiment *naming[NAMING];
static lab_data opened;

static strata_status open_by_name(void *self, const char *what, strata_data **out)
{
    static float x[ROWS];
    uint16_t label[ROWS];
    (void)self;
    *out = NULL;
    if (strcmp(what, "late") == 0) return status_fail(STRATA_ERR_DATA, "late: the data set is not on this machine yet");
    for (int j = 0; j < ROWS; j++) {
        label[j] = (uint16_t)(j % 2);
        x[j] = (float)(j % 7) + (strcmp(what, "one") == 0 ? 0.5F : 0.25F);
    }
    const strata_arrays arrays = { .size = sizeof arrays, .form = { .element = STRATA_FLOATS, .features = 1, .classes = 2 },
                                   .train = ROWS, .examples = x, .labels = label, .test_share = 0.2, .name = what };
    return strata_data_from_arrays(&arrays, out);
}

static void name_data(void)
{
    static char path[] = "x.yaml";
    static const char *const names[NAMING] = { "one", "two", "one", "late" };
    for (size_t q = 0; q < NAMING; q++) {
        strata_config *config = named[q].config;
        if (config == NULL) CHECK_OK(strata_config_new(&config));
        CHECK_OK(strata_config_set(config, "n_batch", "10"));
        named[q] = (experiment){ .path = path, .config = config, .data_name = names[q] };
        naming[q] = &named[q];
    }
}

static strata_status open_named(void)
{
    return lab_data_open(&(lab_request){ .open_data = open_by_name }, NULL, naming, NAMING, &opened);
}

/* Whatever failed, what was opened is freed in one place. */
static void look_at_named(strata_status status, char *result)
{
    if (status == STRATA_OK) {
        assert_true(named[0].data == named[2].data && named[0].data != named[1].data && named[3].data == NULL);
        (void)snprintf(result, FAULTY_RESULT, "%zu %s %s", opened.count, strata_data_describe(named[0].data)->digest, named[3].no_data);
    }
    lab_data_free(&opened);
}

static void data_of_a_laboratory_are_whole(void **state)
{
    (void)state;
    faulty(&(faulty_operation){ "lab_data_open", name_data, open_named, look_at_named, 0 });
    for (size_t q = 0; q < NAMING; q++) strata_config_free(named[q].config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(descriptions_are_whole),
        cmocka_unit_test(the_catalogue_is_whole),
        cmocka_unit_test(data_of_a_laboratory_are_whole),
    };
    int failed = cmocka_run_group_tests(tests, two_sets, remove_tree);
    faulty_sum();
    return failed;
}
