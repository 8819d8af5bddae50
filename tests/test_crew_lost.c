/*
 * A crew whose processes die, hang, or are cut off (crew_ranks.h): runs are dealt again, none is recorded twice, none is lost, and what
 * people are told says which rank it was and where.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "crew_forked.h"

enum { PATIENCE = 2 }; /* seconds; a rank speaks once a second */

#define FOUR TINY "name: net\nexperiment: {seeds: 4}\n"

static const worker slow = { .pace = 30, .updates = 1 };

/* As an undisturbed laboratory of threads, by one more call. */
static void assert_next_call_finishes(const char *names, const char *out)
{
    counter c = { 0 };
    CHECK_OK(lab_as(names, out, &c, 2, false));
    CHECK_OK(lab_as(names, "threads", &c, 2, false));
    assert_same(out, "threads");
}

static void assert_told(int rank, const char *words)
{
    char due[512];
    strata_machine_facts m = { .size = sizeof m };
    CHECK_OK(strata_machine(&m));
    (void)snprintf(due, sizeof due, "rank %d on %s %s", rank, m.host, words);
    if (strstr(forked_crew.told, due) == NULL) fail_msg("nobody has told '%s', but: %s", due, forked_crew.told);
}

/* ---- what happens to ranks ----------------------------------------------------------------------------------------------------------- */

/* Once a worker has begun so many updates, something happens to it. */
static struct {
    long updates;
    int rank;          /* 0: to all */
    void (*does)(int rank);
    bool done;
    double pause;      /* seconds, from when it is lost until it goes on */
    double continues;  /* when the stopped one goes on, by clock_seconds; 0: not yet decided */
} plan;

static void killed(int rank)
{
    (void)kill(forked_crew.pid[rank], SIGKILL);
}

static void hung(int rank)
{
    (void)kill(forked_crew.pid[rank], SIGSTOP);
}

static void cut_off(int rank)
{
    forked_crew.net.cut[rank] = true;
}

static void closed(int rank)
{
    sockets_shut(&forked_crew.net, rank);
}

/* Asked all the time. */
static bool look(void *self)
{
    (void)self;
    if (plan.continues > 0 && clock_seconds() > plan.continues) {
        (void)kill(forked_crew.pid[plan.rank], SIGCONT);
        plan.continues = -1;
    }
    bool lost = plan.does == hung && strstr(forked_crew.told, "is lost") != NULL;
    if (plan.continues == 0 && lost) plan.continues = clock_seconds() + plan.pause;
    int most = plan.rank > 0 ? plan.rank : 1;
    if (plan.done || forked_crew.shared->updates[most] < plan.updates) return true;
    plan.done = true;
    for (int r = 1; r < forked_crew.size; r++) {
        if (plan.rank == 0 || plan.rank == r) plan.does(r);
    }
    return true;
}

static strata_status happens(void (*does)(int), int rank, long updates, int count, const worker *workers)
{
    plan.does = does;
    plan.rank = rank;
    plan.updates = updates;
    plan.done = false;
    plan.continues = 0;
    forked_begin("crew", count, workers);
    forked_crew.rules.patience = PATIENCE;
    strata_status status = forked_lab("net", "crew", (strata_lab_watch){ .train_on = look });
    assert_true(plan.done);
    return status;
}

/* ---- tests --------------------------------------------------------------------------------------------------------------------------- */

static void runs_of_a_killed_rank_are_dealt_again(void **state)
{
    (void)state;
    wrote("net.yaml", FOUR);
    CHECK_OK(happens(killed, 1, 4, 2, (const worker[]){ slow, slow }));
    forked_end();
    assert_told(1, "has not been heard for 2 s and is lost; 1 of its runs is dealt again\n");
    assert_false(forked_crew.all);
    assert_true(!forked_crew.shared->all[2] && forked_crew.shared->status[2] == STRATA_OK);
    assert_asked("crew", "SELECT count(*) FROM run", "4");
    assert_next_call_finishes("net", "crew");
}

static void nothing_is_lost_with_all_ranks(void **state)
{
    (void)state;
    wrote("net.yaml", FOUR);
    assert_failed(happens(killed, 0, 10, 2, (const worker[]){ slow, slow }), STRATA_STOPPED,
                  "every rank is lost; what was done is kept: the same command goes on");
    forked_end();
    assert_true(atol(asked("crew", "SELECT count(*) FROM run")) < 4);
    assert_next_call_finishes("net", "crew");
}

/* It has the lock of its run's folder all the time: others train that run without checkpoints, long before it is back. */
static void a_rank_that_hangs_comes_back(void **state)
{
    (void)state;
    wrote("net.yaml", TINY "name: net\nexperiment: {seeds: 3}\n");
    plan.pause = 0.9;
    CHECK_OK(happens(hung, 1, 3, 2, (const worker[]){ slow, { .pace = 280 } }));
    assert_told(1, "has not been heard for 2 s and is lost; 1 of its runs is dealt again\n");
    assert_told(1, "is back\n");
    forked_end();
    assert_true(forked_crew.all && forked_crew.shared->status[1] == STRATA_OK && forked_crew.shared->all[1]);
    assert_asked("crew", "SELECT count(*) FROM run", "3");
    assert_next_call_finishes("net", "crew");
}

/* Nobody else is there: it goes on with the run that it had, as if nothing had been. */
static void a_rank_that_was_cut_off_goes_on(void **state)
{
    (void)state;
    wrote("net.yaml", TINY "name: net\nexperiment: {seeds: 3}\n");
    plan.pause = 0.1;
    CHECK_OK(happens(hung, 2, 3, 2, (const worker[]){ { .pace = 450 }, { .pace = 30, .threads = 2 } }));
    assert_told(2, "is back\n");
    forked_end();
    assert_asked("crew", "SELECT count(*) FROM run", "3");
    assert_next_call_finishes("net", "crew");
}

static void assert_workers_stopped(const char *words)
{
    for (int r = 1; r <= 2; r++) {
        assert_int_equal(forked_crew.shared->status[r], STRATA_STOPPED);
        if (strstr(forked_crew.shared->sentence[r], words) == NULL) fail_msg("%s", forked_crew.shared->sentence[r]);
    }
    assert_true(forked_crew.shared->updates[1] < 80); /* of 160 */
    assert_asked("crew", "SELECT count(*) FROM run", "0");
    assert_int_equal(forked_checkpoints("crew"), 2);
}

static void ranks_that_hear_nothing_stop(void **state)
{
    (void)state;
    const worker long_ones = { .pace = 60 };
    wrote("net.yaml", "n_train: 400\nn_val: 100\nn_batch: 50\nn_s: 4\ncycles: 20\nevals: 1\nhidden: [5]\nname: net\n");
    assert_failed(happens(cut_off, 0, 3, 2, (const worker[]){ long_ones, long_ones }), STRATA_STOPPED, "every rank is lost");
    forked_end();
    assert_workers_stopped("rank 0 has not been heard for ");
    assert_next_call_finishes("net", "crew");
}

static void ranks_without_a_connection_stop(void **state)
{
    (void)state;
    const worker long_ones = { .pace = 60 };
    wrote("net.yaml", "n_train: 400\nn_val: 100\nn_batch: 50\nn_s: 4\ncycles: 20\nevals: 1\nhidden: [5]\nname: net\n");
    assert_failed(happens(closed, 0, 3, 2, (const worker[]){ long_ones, long_ones }), STRATA_STOPPED, "every rank is lost");
    forked_end();
    assert_workers_stopped("rank 0 is gone");
}

static void take_long(void *self, const char *sentence)
{
    (void)sentence;
    *(int *)self += 1;
    (void)sleep(4);
}

/* Between two waves it reads nothing for longer than its patience: what ranks said meanwhile is there when it looks. */
static void rank_0_may_be_busy_between_waves(void **state)
{
    (void)state;
    int said = 0;
    wrote("coarse.yaml", TINY "name: coarse\nexperiment: {seeds: 1, part: validation, vary: {lambda: [1e-4, 1e-3, 1e-2]}}\n");
    wrote("fine.yaml", TINY "name: fine\nexperiment: {seeds: 1, part: validation, vary: {lambda: {around: coarse, points: 2, "
                       "rounds: 1}}}\n");
    wrote("last.yaml", TINY "name: last\nexperiment: {seeds: 1, vary: {lambda: {best: fine}}}\n");
    forked_begin("crew", 2, (const worker[2]){ { .threads = 1 } });
    forked_crew.rules.patience = 2;
    const strata_lab_watch watch = { .size = sizeof watch, .self = &said, .say = take_long };
    assert_int_equal(forked_lab("coarse fine last", "crew", watch), STRATA_OK);
    forked_end();
    assert_true(said > 1);
    assert_string_equal(forked_crew.told, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(runs_of_a_killed_rank_are_dealt_again, clear_folder, forked_tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_lost_with_all_ranks, clear_folder, forked_tear_down),
        cmocka_unit_test_setup_teardown(a_rank_that_hangs_comes_back, clear_folder, forked_tear_down),
        cmocka_unit_test_setup_teardown(a_rank_that_was_cut_off_goes_on, clear_folder, forked_tear_down),
        cmocka_unit_test_setup_teardown(ranks_that_hear_nothing_stop, clear_folder, forked_tear_down),
        cmocka_unit_test_setup_teardown(rank_0_may_be_busy_between_waves, clear_folder, forked_tear_down),
        cmocka_unit_test_setup_teardown(ranks_without_a_connection_stop, clear_folder, forked_tear_down),
    };
    return cmocka_run_group_tests(tests, make_folder, clear_and_remove);
}
