/*
 * Stores of several folders become one (runs/merge.h). What two folders have is compared with a third store into which all of it was
 * written directly; each thing in which runs or experiments can differ is made to differ.
 */
#include <stdlib.h>
#include <string.h>

#include "merging.h"

#include "file.h"
#include "schema1.h"
#include "store_merge.h"

/* What both have, written by one. */
static void one_whole(void)
{
    store *s = foldered_store("whole");
    for (int r = 0; r < 4; r++) merging_put(s, "whole", r);
    merging_define(s, "e");
    merging_define(s, "f");
    merging_check_gradients(s, "e");
    for (int r = 0; r < 4; r++) merging_link(s, "e", r);
    merging_link(s, "f", 3);
    CHECK_OK(store_fill_setting(s, "f", "momentum", "0.9"));
    store_close(s);
}

/* Every row of every table, in the order of the columns. */
static char *dump(const char *dir)
{
    text all = { 0 };
    store *s = foldered_store(dir);
    for (size_t t = 0; store_merge_table(t) != NULL; t++) {
        char sql[128];
        (void)snprintf(sql, sizeof sql, "SELECT * FROM %s ORDER BY 1, 2, 3, 4", store_merge_table(t));
        if (strcmp(store_merge_table(t), "class") == 0 || strcmp(store_merge_table(t), "note") == 0) sql[strlen(sql) - 3] = '\0';
        if (strcmp(store_merge_table(t), "env") == 0 || strcmp(store_merge_table(t), "axis") == 0) sql[strlen(sql) - 3] = '\0';
        text_add(&all, "%s\n", store_merge_table(t));
        add_answer(s, sql, &all);
    }
    store_close(s);
    assert_false(all.failed);
    return all.at;
}

/* ---- all of it comes ----------------------------------------------------------------------------------------------------------------- */

static int by_word(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void no_table_is_forgotten(void **state)
{
    (void)state;
    const char *names[64];
    size_t count = 0;
    char listed[1024] = "";
    while (store_merge_table(count) != NULL) names[count] = store_merge_table(count), count++;
    qsort(names, count, sizeof *names, by_word);
    for (size_t n = 0; n < count; n++) {
        (void)snprintf(listed + strlen(listed), sizeof listed - strlen(listed), "%s%s", n > 0 ? "," : "", names[n]);
    }
    store_close(opened("s.sqlite"));
    assert_says("s.sqlite", "SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name)", listed);
}

static void every_row_comes(void **state)
{
    (void)state;
    runs_merged found;
    merging_two_folders();
    one_whole();
    char *a = dump("a"), *b = dump("b"), *due = dump("whole");
    CHECK_OK(merging_with(merging_both, 2, true, &found));
    assert_int_equal(found.folder[0].runs, 2);
    assert_int_equal(found.folder[1].experiments, 1);
    runs_merged_free(&found);
    assert_false(merging_out_is_there()); /* a rehearsal */
    CHECK_OK(merging_with(merging_both, 2, false, &found));
    assert_int_equal(found.folder[1].runs, 2);
    assert_int_equal(found.folder[1].files, 2 * FOLDERED_FILES);
    runs_merged_free(&found);
    for (int again = 0; again < 2; again++) {
        char *got = dump("out"), *a_now = dump("a"), *b_now = dump("b");
        assert_string_equal(got, due);
        assert_string_equal(a_now, a);
        assert_string_equal(b_now, b);
        assert_says("out/runs.sqlite", "SELECT count(*) FROM pragma_foreign_key_check", "0");
        assert_verified("out");
        for (int r = 0; r < 4; r++) assert_true(file_exists(foldered_path("out", merging_ids[r], "model.safetensors")));
        free(got), free(a_now), free(b_now);
        CHECK_OK(merging_with(again == 0 ? merging_both : merging_turned, 2, false, &found)); /* changes nothing */
        assert_int_equal(found.folder[0].runs + found.folder[1].runs, 0);
        assert_int_equal(found.folder[0].there, 2);
        assert_int_equal(found.notes.count, 0);
        runs_merged_free(&found);
    }
    free(a), free(b), free(due);
}

/* The views that lie over a store of version 1 tell the rows, and the file stays what it is. */
static void an_old_store_is_read_as_it_is(void **state)
{
    (void)state;
    char before[65], after[65];
    size_t size;
    runs_merged found;
    static const char *const old[] = { "old" };
    CHECK_OK(file_make_folder(in_folder("old")));
    sqlite_does("old/runs.sqlite", (const char *)store_schema);
    sqlite_does("old/runs.sqlite", "INSERT INTO run VALUES ('aaaa00000001', 'n', 1, 'done', '', 'lambda = 0.5', 'b', 1, 'official', 'd',"
                " 'm', 3, 1.0, '2024-05-01T12:00:00Z', '0.1.0')");
    CHECK_OK(file_digest(in_folder("old/runs.sqlite"), &size, before));
    CHECK_OK(merging_with(old, 1, false, &found));
    runs_merged_free(&found);
    CHECK_OK(file_digest(in_folder("old/runs.sqlite"), &size, after));
    assert_string_equal(after, before);
    assert_says("out/runs.sqlite", "SELECT group_concat(r.id || r.maker || s.number || d.name) FROM run r, setting s, dataset d",
                "aaaa00000001lab0.5cifar-10");
}

/* ---- runs that both have ------------------------------------------------------------------------------------------------------------- */

/* Run 0 in both. */
static void one_run_twice(void)
{
    merging_two_folders();
    store *b = foldered_store("b");
    merging_put(b, "b", 0);
    store_close(b);
}

/* Back to that, with something changed in b; then merged. */
static strata_status merge_changed(void (*before)(void), const char *sql)
{
    assert_int_equal(empty_tree(NULL), 0);
    before();
    sqlite_does("b/runs.sqlite", sql);
    return merging_run();
}

static void other_bits_are_an_error(void **state)
{
    (void)state;
    static const struct {
        const char *sql, *word;
    } changes[] = {
        { "UPDATE run SET status = 'diverged' WHERE seed = 0", "its status: 'done' here, 'diverged' there" },
        { "UPDATE run SET data_digest = 'd2' WHERE seed = 0", "its data digest" },
        { "UPDATE setting SET value = '[6]' WHERE key = 'hidden' AND run LIKE 'aaaa%'", "its hidden: '[5]' here, '[6]' there" },
        { "UPDATE run SET updates = 4 WHERE seed = 0", "its updates: 3 here, 4 there" },
        { "UPDATE result SET value = 1 WHERE part = 'test' AND what = 'cost' AND run LIKE 'aaaa%'", "its test cost: 3 here, 1 there" },
        { "UPDATE point SET validation_accuracy = 2 WHERE upd = 1 AND run LIKE 'aaaa%'", "its curve, from update 1 on" },
        { "DELETE FROM point WHERE upd = 3 AND run LIKE 'aaaa%'", "its curve, of 4 points here and 3 there" },
        { "UPDATE variant SET accuracy = 0 WHERE part = 'test' AND name = 'k1' AND run LIKE 'aaaa%'", "its variant k1" },
        { "UPDATE run SET model_digest = 'm' WHERE seed = 0", "its model digest" },
        { "UPDATE layer_point SET value = 1 WHERE upd = 2 AND run LIKE 'aaaa%'", "its norm of layer 1 at update 2: 3 here, 1 there" },
        { "UPDATE confusion SET count = 1 WHERE truth = 1 AND run LIKE 'aaaa%'", "its confusion of class 1 with class 0" },
        { "UPDATE mistake SET probability = 0.75 WHERE image = 0 AND run LIKE 'aaaa%'", "its mistake with image 0" },
        { "UPDATE certainty SET wrong = 2 WHERE bin = 3 AND run LIKE 'aaaa%'", "its certainty in bin 3" },
    };
    for (size_t c = 0; c < sizeof changes / sizeof *changes; c++) {
        assert_failed(merge_changed(one_run_twice, changes[c].sql), STRATA_ERR_CHECK, changes[c].word);
        assert_non_null(strstr(strata_error(), "/a and "));
        assert_non_null(strstr(strata_error(), "/b have run aaaa00000001"));
        assert_false(merging_out_is_there());
    }
}

static void who_made_it_is_no_difference(void **state)
{
    (void)state;
    static const char *const changes[] = {
        ("UPDATE run SET seconds = 99, threads = 7, created = '2025-01-01T00:00:00Z', version = '9', backend = 'x', maker = 'train',"
         " name = 'm'"),
        "UPDATE setting SET value = 'm' WHERE key = 'name'",
        "DELETE FROM env WHERE key <> 'cpu_level'",
        "DELETE FROM confusion", "DELETE FROM layer_point", "DELETE FROM mistake", "DELETE FROM certainty",
    };
    for (size_t c = 0; c < sizeof changes / sizeof *changes; c++) {
        CHECK_OK(merge_changed(one_run_twice, changes[c]));
        assert_says("out/runs.sqlite", "SELECT seconds || maker || (SELECT count(*) FROM confusion c WHERE c.run = run.id) FROM run"
                    " WHERE seed = 0", "3.0lab4"); /* that of a stays */
    }
}

static void of_two_levels_the_first_stays(void **state)
{
    (void)state;
    runs_merged found;
    one_run_twice();
    sqlite_does("b/runs.sqlite", "UPDATE env SET value = 'avx512' WHERE key = 'cpu_level' AND run LIKE 'aaaa%';"
                " UPDATE run SET model_digest = 'm' WHERE seed = 0");
    CHECK_OK(merging_with(merging_both, 2, false, &found));
    assert_int_equal(found.folder[1].other, 1);
    assert_int_equal(found.notes.count, 1);
    assert_non_null(strstr(found.notes.at[0], "level avx512"));
    assert_non_null(strstr(found.notes.at[0], "its model digest"));
    runs_merged_free(&found);
    assert_says("out/runs.sqlite", "SELECT model_digest FROM run WHERE seed = 0", sha);
    sqlite_does("b/runs.sqlite", "UPDATE run SET model_digest = (SELECT max(model_digest) FROM run r WHERE r.seed > 0)");
    CHECK_OK(merging_with(merging_both, 2, false, &found)); /* of another level, and the same bits */
    assert_int_equal(found.folder[1].other + (long)found.notes.count, 0);
    runs_merged_free(&found);
}

static void notes_of_both_are_kept_once(void **state)
{
    (void)state;
    one_run_twice();
    sqlite_does("a/runs.sqlite", "INSERT INTO run_note VALUES ('aaaa00000001', 0, 't1', 'first'), ('aaaa00000001', 1, 't2', 'both')");
    sqlite_does("b/runs.sqlite", "INSERT INTO run_note VALUES ('aaaa00000001', 0, 't2', 'both'), ('aaaa00000001', 1, 't3', 'last')");
    for (int again = 0; again < 2; again++) {
        CHECK_OK(merging_run());
        assert_says("out/runs.sqlite", "SELECT group_concat(words) FROM (SELECT words FROM run_note ORDER BY ord)", "first,both,last");
    }
}

/* ---- experiments that both have ------------------------------------------------------------------------------------------------------ */

static void another_definition_is_an_error(void **state)
{
    (void)state;
    static const struct {
        const char *sql, *word;
    } changes[] = {
        { "UPDATE experiment SET title = 'Other'", "its title, 'Title' here and 'Other' there" },
        { "UPDATE experiment SET source = 'x'", "its source" },
        { "UPDATE experiment SET claim = 'x'", "its claim" },
        { "UPDATE experiment SET against = 'f'", "its against, '' here and 'f' there" },
        { "UPDATE experiment SET part = 'test'", "its part" },
        { "UPDATE experiment SET published = 0.25", "its published, '0.5" },
        { "UPDATE experiment SET median = 0.25", "its median, '' here" },
        { "UPDATE experiment SET lowest = 0.25", "its lowest" },
        { "UPDATE experiment SET highest = NULL", "its highest, '0.75' here and '' there" },
        { "UPDATE axis SET key = 'hidden'", "its axis 1, 'lambda' here and 'hidden' there" },
        { "INSERT INTO axis VALUES ('e', 'hidden', 1)", "its axis 2" },
        { "UPDATE note SET value = 'yes' WHERE key = 'quick'", "its quick, 'no' here and 'yes' there" },
        { "INSERT INTO note VALUES ('e', 'overrides', 'bn=true')", "its overrides" },
        { "INSERT INTO note VALUES ('e', 'published.best', '3')", "its published.best" },
    };
    for (size_t c = 0; c < sizeof changes / sizeof *changes; c++) {
        assert_int_equal(empty_tree(NULL), 0);
        merging_two_folders();
        sqlite_does("a/runs.sqlite", "UPDATE experiment SET part = 'validation'");
        sqlite_does("b/runs.sqlite", "UPDATE experiment SET part = 'validation'");
        sqlite_does("b/runs.sqlite", changes[c].sql);
        assert_failed(merging_run(), STRATA_ERR_CHECK, changes[c].word);
        assert_non_null(strstr(strata_error(), "/b have experiment e"));
        assert_false(merging_out_is_there());
    }
}

static void how_far_it_came_is_no_definition(void **state)
{
    (void)state;
    merging_two_folders();
    sqlite_does("b/runs.sqlite", "UPDATE note SET value = '7' WHERE key = 'planned'; INSERT INTO note VALUES ('e', 'best', '0.1'),"
                " ('e', 'verdict', 'so'), ('e', 'overrides', ''), ('e', 'checked', 'other'); UPDATE experiment SET ord = 9");
    CHECK_OK(merging_run());
    assert_says("out/runs.sqlite", "SELECT group_concat(key || '=' || value) FROM (SELECT * FROM note WHERE experiment = 'e' ORDER BY key)",
                "best=0.1,checked=c0ffee,planned=7,quick=no,setting=lambda,verdict=so");
    sqlite_does("a/runs.sqlite", "UPDATE note SET value = '5' WHERE key = 'planned'; INSERT INTO note VALUES ('e', 'best', '0.3')");
    CHECK_OK(merging_run()); /* what was found first stays, all of it */
    assert_says("out/runs.sqlite", "SELECT group_concat(value) FROM (SELECT * FROM note WHERE experiment = 'e' AND key IN"
                " ('best', 'planned', 'verdict') ORDER BY key)", "0.1,7,so");
}

/* It had no data in one folder: what the other one says of it holds, whichever comes first. */
static void what_could_run_somewhere_ran(void **state)
{
    (void)state;
    for (int turn = 0; turn < 2; turn++) {
        runs_merged found;
        assert_int_equal(empty_tree(NULL), 0);
        merging_two_folders();
        sqlite_does("a/runs.sqlite", "INSERT INTO note VALUES ('e', 'failed', 'no data'), ('e', 'data', 'mnist');"
                    " UPDATE experiment SET published = NULL; DELETE FROM experiment_run");
        sqlite_does("b/runs.sqlite", "INSERT INTO note VALUES ('e', 'data', 'official')");
        for (int again = 0; again < 2; again++) {
            CHECK_OK(merging_with(turn == 0 ? merging_both : merging_turned, 2, false, &found));
            runs_merged_free(&found);
            assert_says("out/runs.sqlite", "SELECT group_concat(key || '=' || value) FROM (SELECT * FROM note WHERE experiment = 'e' AND"
                        " key IN ('data', 'failed', 'quick') ORDER BY key)", "data=official,quick=no");
            assert_says("out/runs.sqlite", "SELECT published || title || (SELECT count(*) FROM experiment_run) FROM experiment"
                        " WHERE id = 'e'", "0.5Title3");
        }
    }
}

/* As one laboratory refuses them. */
static void quick_looks_are_not_mixed_with_results(void **state)
{
    (void)state;
    runs_merged found;
    static const char *const alone[] = { "b" };
    merging_two_folders();
    sqlite_does("b/runs.sqlite", "DELETE FROM experiment WHERE id = 'e'; UPDATE note SET value = 'yes' WHERE key = 'quick'");
    assert_failed(merging_run(), STRATA_ERR_ARGUMENT, "/b has quick looks");
    assert_false(merging_out_is_there());
    CHECK_OK(merging_with(alone, 1, false, &found));
    runs_merged_free(&found);
    assert_failed(merging_run(), STRATA_ERR_ARGUMENT, "/out has quick looks, whose figures mean nothing, and ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(no_table_is_forgotten, empty_tree),
        cmocka_unit_test_setup(every_row_comes, empty_tree),
        cmocka_unit_test_setup(an_old_store_is_read_as_it_is, empty_tree),
        cmocka_unit_test_setup(other_bits_are_an_error, empty_tree),
        cmocka_unit_test_setup(who_made_it_is_no_difference, empty_tree),
        cmocka_unit_test_setup(of_two_levels_the_first_stays, empty_tree),
        cmocka_unit_test_setup(notes_of_both_are_kept_once, empty_tree),
        cmocka_unit_test_setup(another_definition_is_an_error, empty_tree),
        cmocka_unit_test_setup(how_far_it_came_is_no_definition, empty_tree),
        cmocka_unit_test_setup(what_could_run_somewhere_ran, empty_tree),
        cmocka_unit_test_setup(quick_looks_are_not_mixed_with_results, empty_tree),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_tree);
}
