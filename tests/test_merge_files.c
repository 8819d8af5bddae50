/*
 * Folders that are merged (runs/merge.h): which are refused, what becomes of their files, and how what a killed merge left is gone on with.
 */
#include <string.h>

#include "merging.h"

#include "file.h"

/* ---- folders that are refused -------------------------------------------------------------------------------------------------------- */

static void wrong_folders_are_refused(void **state)
{
    (void)state;
    runs_merged found;
    static const char *const twice[] = { "a", "b", "a" }, *const itself[] = { "a", "out" }, *const none[] = { "a", "nothing" };
    merging_two_folders();
    assert_failed(merging_with(twice, 3, false, &found), STRATA_ERR_ARGUMENT, "are one folder; name it once");
    runs_merged_free(&found);
    assert_failed(merging_with(none, 2, false, &found), STRATA_ERR_DATA, "there is no store of runs in this folder");
    runs_merged_free(&found);
    assert_false(merging_out_is_there());
    CHECK_OK(merging_run());
    assert_failed(merging_with(itself, 2, false, &found), STRATA_ERR_ARGUMENT, "is the folder that the others are merged into");
    runs_merged_free(&found);
}

static void a_folder_at_work_is_refused(void **state)
{
    (void)state;
    int lock;
    runs_merged found;
    static const char *const alone[] = { "a" };
    merging_two_folders();
    CHECK_OK(file_lock(foldered_path("b", merging_ids[2], "."), &lock));
    assert_failed(merging_run(), STRATA_ERR_BUSY, "a process trains run cccc00000003 at this moment");
    file_unlock(lock);
    assert_false(merging_out_is_there());
    CHECK_OK(merging_with(alone, 1, false, &found));
    runs_merged_free(&found);
    CHECK_OK(file_lock(in_folder("out/runs"), &lock)); /* another merge */
    assert_failed(merging_run(), STRATA_ERR_BUSY, "another process is at work there");
    file_unlock(lock);
    assert_says("out/runs.sqlite", "SELECT count(*) FROM run", "2");
    CHECK_OK(merging_run());
    assert_says("out/runs.sqlite", "SELECT count(*) FROM run", "4");
}

/* ---- files --------------------------------------------------------------------------------------------------------------------------- */

static void a_file_that_is_not_as_recorded_is_an_error(void **state)
{
    (void)state;
    static const struct {
        const char *words, *told; /* NULL: no file */
    } cases[] = { { NULL, "it is not there" }, { "short", "5 bytes, and 12 were recorded" },
                  { "cccc00000000", "its bytes are not those" } };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        assert_int_equal(empty_tree(NULL), 0);
        merging_two_folders();
        const char *path = foldered_path("b", merging_ids[2], "model.safetensors");
        if (cases[c].words == NULL) CHECK_OK(file_remove(path));
        else CHECK_OK(file_write(path, cases[c].words, strlen(cases[c].words)));
        assert_failed(merging_run(), STRATA_ERR_DATA, cases[c].told);
        assert_non_null(strstr(strata_error(), "runs/cccc00000003/model.safetensors"));
        assert_false(merging_out_is_there());
    }
}

/* It changed between the look at it and the copy. */
static void a_copy_is_what_was_recorded(void **state)
{
    (void)state;
    char a[PATH], out[PATH];
    merging_two_folders();
    (void)snprintf(a, sizeof a, "%s", in_folder("a"));
    (void)snprintf(out, sizeof out, "%s", in_folder("out"));
    CHECK_OK(file_make_folder(in_folder("out/runs")));
    CHECK_OK(file_write(foldered_path("a", merging_ids[0], "model.safetensors"), merging_ids[1], strlen(merging_ids[1])));
    store *s = foldered_store("a");
    assert_failed(runs_merge_copy_files(s, a, merging_ids[0], out), STRATA_ERR_DATA, "its bytes are not those that were recorded");
    store_close(s);
    assert_true(file_exists(foldered_path("out", merging_ids[0], "curves.csv")));
    assert_false(file_exists(foldered_path("out", merging_ids[0], "model.safetensors")));
}

static void no_file_leaves_the_folder(void **state)
{
    (void)state;
    static const char *const paths[] = { "../x", "runs/../../x", "runs/aaaa00000001/../x", "/etc/passwd", "runs/x", "runs//x", "runs/a/b/c",
                                         "runs/a/" };
    for (size_t p = 0; p < sizeof paths / sizeof *paths; p++) {
        char sql[128];
        (void)snprintf(sql, sizeof sql, "UPDATE artifact SET path = '%s' WHERE path LIKE '%%cccc%%model%%'", paths[p]);
        assert_int_equal(empty_tree(NULL), 0);
        merging_two_folders();
        sqlite_does("b/runs.sqlite", sql);
        assert_failed(merging_run(), STRATA_ERR_DATA, "lies elsewhere than runs/ID/NAME");
        assert_false(merging_out_is_there());
    }
}

/* Half a file under its name, half of one that was being written, and no rows. */
static void what_a_killed_merge_left_is_gone_on_with(void **state)
{
    (void)state;
    merging_two_folders();
    CHECK_OK(file_make_folder(foldered_path("out", merging_ids[0], ".")));
    CHECK_OK(file_write(foldered_path("out", merging_ids[0], "model.safetensors"), "half", 4));
    CHECK_OK(file_write(foldered_path("out", merging_ids[0], "curves.csv.tmp.12.34"), "half", 4));
    CHECK_OK(file_write(foldered_path("out", merging_ids[0], "curves.csv"), merging_ids[0], strlen(merging_ids[0])));
    CHECK_OK(merging_run());
    assert_verified("out");
    assert_false(file_exists(foldered_path("out", merging_ids[0], "curves.csv.tmp.12.34")));
}

static void unfinished_runs_are_counted(void **state)
{
    (void)state;
    runs_merged found;
    merging_two_folders();
    CHECK_OK(file_make_folder(foldered_path("a", "eeee00000005", ".")));
    CHECK_OK(file_write(foldered_path("a", "eeee00000005", "checkpoint.previous"), "c", 1));
    CHECK_OK(file_write(foldered_path("a", merging_ids[0], "checkpoint"), "c", 1)); /* it has ended */
    CHECK_OK(merging_with(merging_both, 2, false, &found));
    assert_int_equal(found.folder[0].unfinished, 1);
    assert_int_equal(found.folder[1].unfinished, 0);
    runs_merged_free(&found);
    assert_false(file_exists(foldered_path("out", "eeee00000005", ".")));
    assert_false(file_exists(foldered_path("out", merging_ids[0], "checkpoint")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(wrong_folders_are_refused, empty_tree),
        cmocka_unit_test_setup(a_folder_at_work_is_refused, empty_tree),
        cmocka_unit_test_setup(a_file_that_is_not_as_recorded_is_an_error, empty_tree),
        cmocka_unit_test_setup(a_copy_is_what_was_recorded, empty_tree),
        cmocka_unit_test_setup(no_file_leaves_the_folder, empty_tree),
        cmocka_unit_test_setup(what_a_killed_merge_left_is_gone_on_with, empty_tree),
        cmocka_unit_test_setup(unfinished_runs_are_counted, empty_tree),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_tree);
}
