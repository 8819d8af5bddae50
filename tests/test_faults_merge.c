/*
 * Folders that are merged in a world that fails: see faulty.h. Whichever call fails, of each folder all runs are in the target or none is;
 * nothing that is recorded there is half a file; the folders that are read stay as they are; and the same call finishes what was begun.
 */
#include <string.h>

#include "faulty.h"
#include "foldered.h"

#include "file.h"
#include "merge.h"

enum { FOLDERS = 2 };

static const char *const ids[] = { "aaaa00000001", "bbbb00000002", "cccc00000003" };
static const char *const dirs[FOLDERS] = { "a", "b" };
static char path[FOLDERS + 1][PATH];
static runs_merged found;

/* Run 0 in a, runs 0, 1 and 2 in b; an experiment in both. */
static void two_folders(void)
{
    (void)empty_tree(NULL);
    for (int d = 0; d < FOLDERS; d++) {
        store *s = foldered_store(dirs[d]);
        (void)snprintf(path[d], PATH, "%s", in_folder(dirs[d]));
        for (int r = 0; r < 1 + 2 * d; r++) {
            const strata_point point = { .update = 1, .epoch = 1, .eta = 0.1 };
            const store_run run = { .id = ids[r], .status = STORE_DONE, .version = "1", .point = &point, .point_count = 1 };
            foldered_put(s, dirs[d], &run);
        }
        CHECK_OK(store_put_experiment(s, &(store_experiment){ .id = "e", .title = "E" }));
        CHECK_OK(store_put_note(s, "e", "planned", "3"));
        for (int r = 0; r < 1 + 2 * d; r++) CHECK_OK(store_link(s, "e", ids[r], r, ""));
        store_close(s);
    }
    (void)snprintf(path[FOLDERS], PATH, "%s", in_folder("out"));
}

static strata_status merge(void)
{
    return runs_merge((const char *const[]){ path[0], path[1] }, FOLDERS, path[FOLDERS], false, &found);
}

static const char *sums(const char *name)
{
    return sqlite_says(name, "SELECT (SELECT count(*) FROM run) || ' ' || (SELECT count(*) FROM point) || ' ' || (SELECT count(*) FROM"
                       " artifact) || ' ' || (SELECT count(*) FROM experiment_run) || ' ' || (SELECT count(*) FROM note)");
}

static void look(strata_status status, char *result)
{
    runs_merged_free(&found);
    const char *got = file_exists(in_folder("out/runs.sqlite")) ? sums("out/runs.sqlite") : NULL;
    bool none = got == NULL || strcmp(got, "0 0 0 0 0") == 0, one = !none && strcmp(got, "1 1 3 1 1") == 0;
    if (!none && !one) assert_string_equal(got, "3 3 9 3 1");
    if (status == STRATA_OK) assert_true(!none && !one);
    if (got != NULL && !none) assert_verified("out");
    CHECK_OK(merge());
    runs_merged_free(&found);
    assert_string_equal(sums("out/runs.sqlite"), "3 3 9 3 1");
    assert_string_equal(sums("a/runs.sqlite"), "1 1 3 1 1");
    assert_string_equal(sums("b/runs.sqlite"), "3 3 9 3 1");
    assert_verified("out");
    assert_says("out/runs.sqlite", "SELECT count(*) FROM pragma_foreign_key_check", "0");
    (void)snprintf(result, FAULTY_RESULT, "merged");
}

static void folders_are_merged_whole(void **state)
{
    (void)state;
    faulty(&(faulty_operation){ "runs_merge", two_folders, merge, look, 1 });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folders_are_merged_whole),
    };
    int failed = cmocka_run_group_tests(tests, faulty_set_up, remove_tree);
    faulty_sum();
    return failed;
}
