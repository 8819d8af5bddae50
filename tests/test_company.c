/*
 * Processes that train the same runs: what one has in hand the others wait for, what it has finished they take. A lock is one of its open
 * folder, so a test that locks a folder, or a laboratory inside another one's callback, is as good as another process.
 */
#define _DEFAULT_SOURCE /* syscall */
#include "resumed.h"

#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "file.h"

static const char *const tiny[] = { SHORT, "hidden=[1]", NULL };

/* ---- the C library's flock, before which a folder may go ----------------------------------------------------------------------------- */

static char goes_away[PATH]; /* goes before the next lock; "": none */

int flock(int fd, int operation)
{
    if (goes_away[0] != '\0' && operation == (LOCK_EX | LOCK_NB)) {
        assert_int_equal(rmdir(goes_away), 0);
        goes_away[0] = '\0';
    }
    return (int)syscall(SYS_flock, fd, operation);
}

/* As the process before leaves it that had the lock, and whose run diverged. */
static void a_folder_that_goes_is_made_again(void **state)
{
    (void)state;
    watcher w = watching(runs_folder(), 0, 0);
    (void)snprintf(goes_away, sizeof goes_away, "%s", in_run(tiny, ""));
    goes_away[strlen(goes_away) - 1] = '\0'; /* without the last '/' */
    strata_run *run = trained(tiny, &w);
    assert_string_equal(goes_away, "");
    assert_int_equal(strata_run_facts(run)->outcome, STRATA_OK);
    strata_run_free(run);
}

static void a_checkpoint_whose_folder_goes_is_removed(void **state)
{
    (void)state;
    strata_config *config = small_config(tiny);
    char id[13];
    CHECK_OK(strata_run_id(config, small_data(), id));
    strata_config_free(config);
    CHECK_OK(strata_checkpoint_remove_idle(runs_folder(), id)); /* of a folder that is not there */
    (void)snprintf(goes_away, sizeof goes_away, "%s", in_run(tiny, ""));
    goes_away[strlen(goes_away) - 1] = '\0';
    CHECK_OK(file_make_folder(goes_away));
    CHECK_OK(strata_checkpoint_remove_idle(runs_folder(), id));
    assert_string_equal(goes_away, "");
}

/* ---- strata_checkpoints.needed ------------------------------------------------------------------------------------------------------- */

typedef struct {
    strata_checkpoints checkpoints;
    bool answer;
    long calls, locked;
    size_t member;
} asker;

static bool is_needed(void *self, size_t member)
{
    asker *a = self;
    a->calls++;
    a->locked += file_is_locked(in_run(tiny, "."));
    a->member = member;
    return a->answer;
}

static void assert_asked_once(bool answer, strata_status due)
{
    strata_run *runs[2];
    asker a = { .checkpoints = { .size = sizeof a.checkpoints, .folder = runs_folder(), .needed = is_needed }, .answer = answer };
    a.checkpoints.self = &a;
    const strata_training how = { .size = sizeof how, .threads = 1, .checkpoints = &a.checkpoints };
    strata_config *config = small_config(tiny);
    CHECK_OK(strata_train_as(1, (const strata_config *const[]){ config }, small_data(), &how, runs));
    strata_config_free(config);
    assert_true(a.calls == 1 && a.locked == 1 && a.member == 0);
    assert_int_equal(strata_run_facts(runs[0])->outcome, due);
    if (due == STRATA_ERR_BUSY) {
        assert_non_null(strstr(strata_run_facts(runs[0])->sentence, "another process has finished it"));
        assert_int_equal(strata_run_facts(runs[0])->updates, 0);
        assert_int_equal(strata_run_facts(runs[0])->checkpoint, -1);
    }
    strata_run_free(runs[0]);
}

static void what_is_not_needed_is_left_alone(void **state)
{
    (void)state;
    size_t size, after;
    assert_asked_once(false, STRATA_ERR_BUSY);
    assert_false(file_exists(in_run(tiny, "."))); /* nothing lies there */
    watcher w = watching(runs_folder(), 0, 13);
    strata_run_free(trained(tiny, &w));
    uint8_t *bytes = bytes_of(in_run(tiny, "checkpoint"), &size);
    assert_asked_once(false, STRATA_ERR_BUSY);
    uint8_t *same = bytes_of(in_run(tiny, "checkpoint"), &after);
    assert_int_equal(after, size);
    assert_memory_equal(same, bytes, size);
    free(bytes);
    free(same);
    assert_asked_once(true, STRATA_OK);
}

/* ---- laboratories -------------------------------------------------------------------------------------------------------------------- */

enum { PATIENCE = 200 }; /* so often a laboratory that waits asks whether to go on, before it is taken for one that never ends */

/* What a laboratory with one thread meets on its way. */
typedef struct {
    int lock;                   /* of a folder in other hands; -1: none */
    bool they_finish, they_die; /* when it waits: the others finish the run; and are killed before its checkpoint is gone */
    bool another;               /* while it begins the first run, another laboratory trains the second one */
    long waits, asked, finished, others; /* others: the runs that those have finished */
    char waiting[512];
} meeting;

static bool meet_go_on(void *self)
{
    meeting *m = self;
    return ++m->asked < PATIENCE;
}

static void meet_tell(void *self, const char *sentence)
{
    meeting *m = self;
    counter theirs = { 0 };
    if (strstr(sentence, "waiting for") == NULL) return;
    m->waits++;
    (void)snprintf(m->waiting, sizeof m->waiting, "%s", sentence);
    file_unlock(m->lock);
    m->lock = -1;
    if (m->they_finish) CHECK_OK(lab("net", "out", &theirs));
    m->others += theirs.finished;
    if (m->they_die) wrote(asked("out", "SELECT 'out/runs/' || id || '/checkpoint' FROM run WHERE seed = 1"), "left behind");
}

/* Asked for the first time when the first run has its lock. Only here does no other observer of this process have to wait. */
static long meet_requests(void *self)
{
    meeting *m = self;
    counter theirs = { .stop_after_runs = 1 };
    if (!m->another) return 0;
    m->another = false;
    assert_int_equal(lab("net", "out", &theirs), STRATA_STOPPED); /* the first is in our hands */
    m->others += theirs.finished;
    return 0;
}

static void meet_finished(void *self, const strata_lab_progress *now, const strata_run *run)
{
    meeting *m = self;
    (void)now;
    (void)run;
    m->finished++;
}

/* Runs net.yaml, and leaves what one that was alone leaves. */
static void meet(meeting *m)
{
    char file[PATH], folder[PATH];
    (void)snprintf(file, sizeof file, "%s", in_folder("net.yaml"));
    (void)snprintf(folder, sizeof folder, "%s", in_folder("out"));
    const strata_lab_watch watch = { .self = m, .go_on = meet_go_on, .finished = meet_finished, .tell = meet_tell,
                                     .requests = meet_requests };
    const lab_request request = { .out = folder, .seeds = 2, .threads = 1, .watch = watch };
    CHECK_OK(lab_run((const char *const[]){ file }, 1, small_data(), &request));
    char *alone = everything("alone"), *out = everything("out");
    assert_string_equal(out, alone);
    free(alone);
    free(out);
}

/* What net.yaml leaves in a folder of its own; in the other folder its first run is locked. */
static int lock_the_first(const char *file)
{
    char name[PATH];
    int lock;
    wrote("net.yaml", file);
    CHECK_OK(lab("net", "alone", NULL));
    (void)snprintf(name, sizeof name, "out/runs/%s", asked("alone", "SELECT id FROM run WHERE seed = 1"));
    CHECK_OK(file_make_folder(in_folder(name)));
    CHECK_OK(file_lock(in_folder(name), &lock));
    assert_true(lock >= 0);
    return lock;
}

static void what_others_leave_is_trained(void **state)
{
    (void)state;
    meeting m = { .lock = lock_the_first(TINY "name: net\n") };
    meet(&m);
    assert_int_equal(m.waits, 1);
    assert_non_null(strstr(m.waiting, "waiting for 1 training of other processes (net seed 1, "));
    assert_int_equal(m.finished, 2);
}

static void what_others_finish_is_taken(void **state)
{
    (void)state;
    meeting m = { .lock = lock_the_first(TINY "name: net\n"), .they_finish = true };
    meet(&m);
    assert_true(m.waits == 1 && m.finished == 1 && m.others == 1);
}

static void what_others_left_of_a_finished_run_is_removed(void **state)
{
    (void)state;
    meeting m = { .lock = lock_the_first(TINY "name: net\n"), .they_finish = true, .they_die = true };
    meet(&m);
    assert_true(m.waits == 1 && m.finished == 1 && m.others == 1);
    assert_false(file_exists(in_folder(asked("out", "SELECT 'out/runs/' || id || '/checkpoint' FROM run WHERE seed = 1"))));
}

/* It looked before the other one began, and has its own turn at the run after that has ended. */
static void what_others_finished_meanwhile_is_not_trained_again(void **state)
{
    (void)state;
    meeting m = { .lock = -1, .another = true };
    wrote("net.yaml", TINY "name: net\n");
    CHECK_OK(lab("net", "alone", NULL));
    meet(&m);
    assert_true(m.waits == 0 && m.finished == 1 && m.others == 1);
}

/* Whoever made the store was killed before its first table, or has not come further; looking leaves it so. */
static void an_empty_store_is_none_yet(void **state)
{
    (void)state;
    store *s = (store *)(uintptr_t)1;
    counter c = { 0 };
    wrote("net.yaml", TINY "name: net\n");
    CHECK_OK(file_make_folder(in_folder("out")));
    sqlite_does("out/runs.sqlite", "PRAGMA journal_mode = WAL");
    CHECK_OK(store_open(in_folder("out/runs.sqlite"), STORE_READ_IF_ANY, &s));
    assert_null(s);
    assert_failed(store_open(in_folder("out/runs.sqlite"), STORE_READ_FEW, &s), STRATA_ERR_DATA, "empty database");
    CHECK_OK(lab("net", "out", &c));
    assert_int_equal(c.finished, 2);
    CHECK_OK(store_open(in_folder("out/runs.sqlite"), STORE_READ_IF_ANY, &s));
    assert_non_null(s);
    store_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_folder_that_goes_is_made_again, clear_folder),
        cmocka_unit_test_setup(a_checkpoint_whose_folder_goes_is_removed, clear_folder),
        cmocka_unit_test_setup(what_is_not_needed_is_left_alone, clear_folder),
        cmocka_unit_test_setup(what_others_leave_is_trained, clear_folder),
        cmocka_unit_test_setup(what_others_finish_is_taken, clear_folder),
        cmocka_unit_test_setup(what_others_left_of_a_finished_run_is_removed, clear_folder),
        cmocka_unit_test_setup(what_others_finished_meanwhile_is_not_trained_again, clear_folder),
        cmocka_unit_test_setup(an_empty_store_is_none_yet, clear_folder),
    };
    return cmocka_run_group_tests(tests, make_folder, clear_and_remove);
}
