/*
 * Runs that are removed, and notes on runs, in a world that fails: see faulty.h. Whichever call fails, all of the named runs are still in
 * the store or none is; what nobody named stays, rows and files; verify finds nothing wrong; and the same call finishes what was begun.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "faulty.h"
#include "stored.h"

#include "file.h"
#include "run_files.h"
#include "runs.h"
#include "store_change.h"
#include "verify.h"

enum { RUNS = 3, KEPT = 2 }; /* the last one is never named */

static const char *const ids[RUNS] = { "aaaa00000001", "bbbb00000002", "cccc00000003" };
enum { FILES = 4, RECORDED = 3 };
static const char *const names[FILES] = { "curves.csv", "model.safetensors", "run.json", "mine.txt" }; /* the last one is nobody's */
static store *s;
static runs_removal gone;

static const char *path_to(int run, const char *name)
{
    static char path[4096];
    (void)snprintf(path, sizeof path, "%s/runs/%s/%s", in_folder(""), ids[run], name);
    return path;
}

static void put_run(int r)
{
    char digest[RECORDED][65], path[RECORDED][64], folder[4096];
    store_artifact files[RECORDED];
    json_value *record = json_new_object(), *listed = json_new_object();
    (void)snprintf(folder, sizeof folder, "%s", path_to(r, ""));
    CHECK_OK(file_make_folder(folder));
    for (int f = 0; f < FILES; f++) CHECK_OK(file_write(path_to(r, names[f]), ids[r], strlen(ids[r])));
    for (int f = 0; f < 2; f++) {
        size_t size;
        CHECK_OK(file_digest(path_to(r, names[f]), &size, digest[f]));
        run_files_put(listed, names[f], (int64_t)size, digest[f]);
    }
    json_put_text(record, "id", ids[r]);
    json_put(record, "files", listed);
    CHECK_OK(run_files_save(record, path_to(r, names[2])));
    for (int f = 0; f < RECORDED; f++) {
        size_t size;
        (void)snprintf(path[f], sizeof path[f], "runs/%s/%s", ids[r], names[f]);
        CHECK_OK(file_digest(path_to(r, names[f]), &size, digest[f]));
        files[f] = (store_artifact){ path[f], (int64_t)size, digest[f] };
    }
    const store_run run = { .id = ids[r], .status = STORE_DONE, .version = "1", .artifact = files, .artifact_count = RECORDED };
    CHECK_OK(store_put_run(s, &run));
}

/* Three runs with three files each and one of somebody else. Nobody has the first, a quick look the second; the last has a note. */
static void three_runs(void)
{
    (void)empty_tree(NULL);
    s = opened("runs.sqlite");
    for (int r = 0; r < RUNS; r++) put_run(r);
    CHECK_OK(store_put_experiment(s, &(store_experiment){ .id = "quick" }));
    CHECK_OK(store_put_note(s, "quick", "quick", "yes"));
    CHECK_OK(store_link(s, "quick", ids[1], 0, ""));
    CHECK_OK(store_note_run(s, ids[KEPT], "kept"));
}

static strata_status remove_named(void)
{
    return runs_remove(s, in_folder("runs.sqlite"), ids, 2, false, &gone);
}

static strata_status prune(void)
{
    return runs_prune(s, in_folder("runs.sqlite"), false, &gone);
}

static void ignore_run(void *self, const char *folder, const char *id, const char *kind)
{
    (void)self, (void)folder, (void)id, (void)kind;
}

static void ignore_file(void *self, const char *path, const char *word, const char *why)
{
    (void)self, (void)path, (void)word, (void)why;
}

static void ignore_end(void *self, bool passed)
{
    (void)self, (void)passed;
}

static void look_at_removed(strata_status status, char *result, strata_status (*again)(void))
{
    runs_verified found;
    const runs_verify_watch watch = { NULL, ignore_run, ignore_file, ignore_end };
    store_close(s);
    runs_removal_free(&gone);
    CHECK_OK(runs_verify(in_folder(""), &watch, &found));
    assert_int_equal(found.wrong_files, 0);
    const char *left = sqlite_says("runs.sqlite", "SELECT count(*) FROM run");
    bool whole = strcmp(left, "3") == 0;
    if (!whole) assert_string_equal(left, "1");
    if (status == STRATA_OK) assert_true(!whole);
    s = opened("runs.sqlite");
    if (whole) {
        CHECK_OK(again());
        assert_int_equal(gone.count, 2);
        runs_removal_free(&gone);
    }
    store_close(s);
    s = NULL;
    for (int r = 0; r < RUNS; r++) {
        for (int f = 0; f < FILES; f++) assert_true(file_exists(path_to(r, names[f])) == (r == KEPT || f == RECORDED));
    }
    assert_says("runs.sqlite", "SELECT group_concat(run || ' ' || words) FROM run_note", "cccc00000003 kept");
    assert_says("runs.sqlite", "SELECT (SELECT count(*) FROM experiment_run) || (SELECT count(*) FROM artifact)", "03");
    assert_says("runs.sqlite", "SELECT count(*) FROM pragma_foreign_key_check", "0");
    (void)snprintf(result, FAULTY_RESULT, "%s", sqlite_says("runs.sqlite", "SELECT count(*) FROM experiment"));
}

static void look_at_named(strata_status status, char *result)
{
    look_at_removed(status, result, remove_named);
}

static void look_at_pruned(strata_status status, char *result)
{
    look_at_removed(status, result, prune);
}

static void runs_go_whole(void **state)
{
    (void)state;
    faulty(&(faulty_operation){ "runs_remove", three_runs, remove_named, look_at_named, 3 });
    faulty(&(faulty_operation){ "runs_prune", three_runs, prune, look_at_pruned, 3 });
}

/* ---- notes -------------------------------------------------------------------------------------------------------------------------- */

static strata_status note(void)
{
    return runs_note(s, "cccc", "second");
}

static void look_at_notes(strata_status status, char *result)
{
    store_close(s);
    s = NULL;
    const char *notes = sqlite_says("runs.sqlite", "SELECT group_concat(ord || words) FROM (SELECT * FROM run_note ORDER BY ord)");
    if (strcmp(notes, "0kept") != 0 || status == STRATA_OK) assert_string_equal(notes, "0kept,1second");
    (void)snprintf(result, FAULTY_RESULT, "%s", notes);
}

static text csv;

static strata_status list_as_csv(void)
{
    stored_runs runs;
    csv = (text){ 0 };
    strata_status status = runs_list_with_settings(s, &(store_choice){ .id = NULL }, &runs);
    if (status == STRATA_OK) status = runs_list_csv(&runs, &csv);
    runs_list_free(&runs);
    return status;
}

static void look_at_csv(strata_status status, char *result)
{
    store_close(s);
    s = NULL;
    size_t lines = 0;
    for (const char *at = csv.at; at != NULL && (at = strchr(at, '\n')) != NULL; at++) lines++;
    if (status == STRATA_OK) assert_int_equal(lines, 1 + RUNS);
    (void)snprintf(result, FAULTY_RESULT, "%zu", lines);
    text_free(&csv);
}

static void notes_are_kept(void **state)
{
    (void)state;
    faulty(&(faulty_operation){ "runs_note", three_runs, note, look_at_notes, 3 });
    faulty(&(faulty_operation){ "runs_list_csv", three_runs, list_as_csv, look_at_csv, 3 });
}

/* What is asked for in vain changes nothing. */
static void what_is_no_run_stops_all(void **state)
{
    (void)state;
    const char *const wrong[] = { ids[0], "dddd" };
    three_runs();
    assert_failed(runs_remove(s, in_folder("runs.sqlite"), wrong, 2, false, &gone), STRATA_ERR_ARGUMENT, "dddd");
    runs_removal_free(&gone);
    int lock;
    char folder[4096];
    (void)snprintf(folder, sizeof folder, "%s", path_to(1, ""));
    CHECK_OK(file_lock(folder, &lock));
    assert_failed(remove_named(), STRATA_ERR_BUSY, ids[1]);
    runs_removal_free(&gone);
    assert_failed(prune(), STRATA_ERR_BUSY, ids[1]);
    runs_removal_free(&gone);
    file_unlock(lock);
    store_close(s);
    s = NULL;
    assert_says("runs.sqlite", "SELECT (SELECT count(*) FROM run) || (SELECT count(*) FROM artifact)", "39");
    for (int r = 0; r < RUNS; r++) assert_true(file_exists(path_to(r, names[0])));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, empty_tree)
    const struct CMUnitTest tests[] = {
        TEST(what_is_no_run_stops_all),
        TEST(runs_go_whole),
        TEST(notes_are_kept),
    };
    int failed = cmocka_run_group_tests(tests, faulty_set_up, remove_tree);
    faulty_sum();
    return failed;
}
