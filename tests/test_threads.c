/*
 * Threads: that a team does every part once, whoever comes late; that they sleep when there is nothing to do; that too many, or a busy
 * machine, are noticed and left out; which cores count; and that a process may fork between two calls.
 */
#include "cmocka_strata.h"

#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cores.h"
#include "file.h"
#include "folder.h"
#include "mat_team.h"
#include "small.h"

/* ---- teams --------------------------------------------------------------------------------------------------------------------------- */

enum { PARTS = 1000 };

typedef struct {
    atomic_int times[PARTS];
    atomic_int deaf, parts;
} counting;

static void count_part(void *self, int number)
{
    counting *c = self;
    sigset_t blocked;
    c->times[number]++;
    c->parts++;
    if (pthread_sigmask(SIG_SETMASK, NULL, &blocked) == 0 && sigismember(&blocked, SIGTERM) == 1) c->deaf++;
}

static void every_part_is_done_once(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 5; threads++) {
        team *t = team_open(threads);
        assert_int_equal(team_threads(t), threads);
        for (int parts = 0; parts <= PARTS; parts = 2 * parts + 1) {
            for (int most = 1; most <= threads + 1; most++) {
                counting c = { 0 };
                team_account a = team_run(t, most, parts, count_part, &c);
                for (int p = 0; p < PARTS; p++) assert_int_equal(c.times[p], p < parts);
                assert_true(a.own >= 0 && a.own <= parts && a.working >= 0 && a.waiting >= 0);
            }
        }
        team_close(t);
    }
}

/* Tens of thousands of pieces of work one after the other, with pauses at which helpers fall asleep. */
static void late_helpers_take_nothing_twice(void **state)
{
    (void)state;
    team *t = team_open(3);
    for (int q = 0; q < 20000; q++) {
        counting c = { 0 };
        (void)team_run(t, 3, 3, count_part, &c);
        assert_int_equal(c.parts, 3);
        if (q % 512 == 0) (void)nanosleep(&(struct timespec){ .tv_nsec = 300000 }, NULL);
    }
    team_close(t);
}

static void wait_for_others(void *self, int number)
{
    counting *c = self;
    c->parts++;
    while (c->parts < 2) continue; /* so the two parts are two threads' */
    count_part(c, number);
}

static void helpers_take_no_signals(void **state)
{
    (void)state;
    counting c = { 0 };
    team_share(2, 2, wait_for_others, &c);
    assert_int_equal(c.deaf, 1);
}

static double processor_seconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* The other part's thread sleeps for 0.3 s: whoever waits for it, and a team without work, may not use the processor. */
static void sleep_in_the_second(void *self, int number)
{
    counting *c = self;
    c->parts++;
    while (c->parts < 2) continue;
    if (number == 1) (void)nanosleep(&(struct timespec){ .tv_nsec = 300000000 }, NULL);
}

static void who_waits_sleeps(void **state)
{
    (void)state;
    double least = 1e9;
    for (int q = 0; q < 5 && !(least < 0.1); q++) { /* OpenBLAS has threads of its own, which spin when they are new */
        team *t = team_open(4);
        counting c = { 0 };
        double before = processor_seconds();
        (void)team_run(t, 2, 2, sleep_in_the_second, &c);
        (void)nanosleep(&(struct timespec){ .tv_nsec = 300000000 }, NULL);
        least = fmin(least, processor_seconds() - before);
        team_close(t);
    }
    if (!(least < 0.1)) print_message("%g s of processor time in 0.6 s of waiting\n", least);
    assert_true(least < 0.1);
}

/* ---- a pace: which number of threads ------------------------------------------------------------------------------------------------- */

/* Pieces that take seconds[log2 of the threads]; returns how many of the last thousand used `threads` threads. */
static int used(pace *p, long pieces, const double *seconds, int threads)
{
    int count = 0;
    for (long q = 0; q < pieces; q++) {
        int now = pace_threads(p), level = 0;
        while (1 << level < now) level++;
        count += q >= pieces - 1000 && now == threads;
        pace_took(p, seconds[level], false);
    }
    return count;
}

static void the_fastest_number_is_found(void **state)
{
    (void)state;
    static const double more_is_better[] = { 8, 5, 3, 2.5, 2.4 }, two_are_best[] = { 8, 5, 6, 7, 8 }, one_is_best[] = { 1, 1.1, 2, 8, 50 };
    pace p = pace_start(12); /* 1, 2, 4, 8, 12 */
    assert_int_equal(pace_threads(&p), 12);
    assert_true(used(&p, 100000, more_is_better, 12) > 950);
    p = pace_start(12);
    assert_true(used(&p, 100000, two_are_best, 2) > 950);
    p = pace_start(12);
    assert_true(used(&p, 100000, one_is_best, 1) > 950);
    p = pace_start(1);
    assert_int_equal(used(&p, 2000, one_is_best, 1), 1000);
}

/* Nothing gained: the cores are left to others. */
static void a_tie_goes_to_fewer(void **state)
{
    (void)state;
    static const double same[] = { 1, 0.99, 0.98 };
    pace p = pace_start(4);
    assert_true(used(&p, 20000, same, 1) > 950);
}

static void a_change_is_noticed(void **state)
{
    (void)state;
    static const double quiet[] = { 2, 1 }, crowded[] = { 2, 3 };
    pace p = pace_start(2);
    assert_true(used(&p, 50000, quiet, 2) > 950);
    assert_true(used(&p, 50000, crowded, 1) > 950);
    assert_true(used(&p, 50000, quiet, 2) > 950);
}

/* What trying costs: a number that is ten times slower is met less and less. */
static void trying_is_cheap(void **state)
{
    (void)state;
    double took = 0;
    pace p = pace_start(2);
    for (long q = 0; q < 9000; q++) {
        double seconds = pace_threads(&p) == 1 ? 1 : 10;
        took += seconds;
        pace_took(&p, seconds, false);
    }
    assert_true(took < 9000 * 1.08);
}

static void disturbed_pieces_are_no_evidence(void **state)
{
    (void)state;
    pace p = pace_start(2);
    for (int q = 0; q < 100; q++) {
        assert_int_equal(pace_threads(&p), 2); /* still on trial */
        pace_took(&p, 1, true);
    }
}

/* ---- a guard: when helpers are not run ----------------------------------------------------------------------------------------------- */

/* Regions of 100 us of which helpers save 50; each stall_every-th waits `stall` seconds. The share of the time that was lost to waiting. */
static double lost(long stall_every, double stall, double seconds, double *open)
{
    guard g = guard_start();
    double now = 1000, waited = 0, in_company = 0;
    long region = 0;
    while (now < 1000 + seconds) {
        if (!guard_open(&g, now)) {
            now += 150e-6;
            continue;
        }
        double wait = ++region % stall_every == 0 ? stall : 2e-6;
        now += 100e-6 + wait;
        waited += wait == stall ? stall : 0;
        in_company += 100e-6;
        guard_weigh(&g, now, 50e-6, wait);
    }
    *open = in_company / seconds;
    return waited / seconds;
}

static void stalls_send_helpers_to_sleep(void **state)
{
    (void)state;
    double open;
    assert_true(lost(1000000000, 0, 20, &open) < 0.03); /* a quiet machine: always open */
    assert_true(open > 0.95);
    assert_true(lost(2, 4e-3, 20, &open) < 0.02);       /* helpers that wait for a time slice every other time */
    assert_true(open < 0.01);
    assert_true(lost(20, 4e-3, 20, &open) < 0.05);
    assert_true(lost(5000, 4e-3, 20, &open) < 0.02);    /* one stall now and then is no reason */
    assert_true(open > 0.8);
}

/* ---- cores --------------------------------------------------------------------------------------------------------------------------- */

/* `path` in the folder of this test, with all folders above it. */
static void put(const char *path, const char *words)
{
    char full[PATH];
    (void)snprintf(full, sizeof full, "%s", in_folder(path));
    for (char *slash = strchr(full + strlen(in_folder("")), '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        CHECK_OK(file_make_folder(full));
        *slash = '/';
    }
    CHECK_OK(file_write(full, words, strlen(words)));
}

static double cores_in(const char *membership)
{
    put("membership", membership);
    return cores_of_groups(in_folder("membership"), in_folder("groups"));
}

static void quotas_of_control_groups_count(void **state)
{
    (void)state;
    assert_true(isinf(cores_of_groups("/nonexistent", "/nonexistent")));
    assert_true(isinf(cores_in("0::/\n"))); /* no such file */
    put("groups/cpu.max", "400000 100000\n");
    assert_true(cores_in("0::/\n") == 4);
    put("groups/a/cpu.max", "150000 100000\n");
    put("groups/a/b/cpu.max", "max 100000\n");
    assert_true(cores_in("0::/a/b\n") == 1.5); /* the groups above count */
    assert_true(cores_in("0::/c\n") == 4);     /* the name that the host knows it by */
    put("groups/cpu.max", "max 100000\n");
    assert_true(isinf(cores_in("0::/\n")));
    put("groups/cpu.max", "rubbish\n");
    assert_true(isinf(cores_in("0::/\n")));
    put("groups/cpu/x/cpu.cfs_quota_us", "50000\n");
    put("groups/cpu/x/cpu.cfs_period_us", "100000\n");
    assert_true(cores_in("4:cpuacct,cpu:/x\n1:name=systemd:/y\n") == 0.5); /* version 1 */
    assert_true(isinf(cores_in("4:cpuset:/x\nrubbish\n")));
    put("groups/cpu/x/cpu.cfs_quota_us", "-1\n");
    assert_true(isinf(cores_in("4:cpu,cpuacct:/x\n")));
}

static void a_limit_is_kept(void **state)
{
    (void)state;
    strata_machine_facts facts = { .size = sizeof facts };
    int all = cores_usable();
    assert_true(all >= 1);
    CHECK_OK(strata_threads_limit(1));
    (void)strata_machine(&facts);
    assert_int_equal(facts.cores, 1);
    CHECK_OK(strata_threads_limit(0));
    assert_int_equal(cores_usable(), all);
    assert_int_equal(strata_threads_limit(-1), STRATA_ERR_ARGUMENT);
    assert_int_equal(strata_threads_limit(STRATA_THREADS_MAX + 1), STRATA_ERR_ARGUMENT);
}

/* ---- fork ---------------------------------------------------------------------------------------------------------------------------- */

/* Trains by 3 threads and returns a loss that depends on every update. */
static double train_one(void)
{
    strata_run *run;
    static const char *const wide_enough_to_share[] = { "hidden=[300]", "n_s=4", "cycles=1", "evals=1", NULL };
    strata_config *config = small_config(wide_enough_to_share);
    const strata_config *configs[] = { config };
    CHECK_OK(strata_train(1, configs, small_data(), 3, NULL, &run));
    double loss = strata_run_facts(run)->train.loss;
    strata_run_free(run);
    strata_config_free(config);
    return loss;
}

static void a_child_trains_too(void **state)
{
    (void)state;
    double mine = train_one(), theirs = 0;
    int ends[2], status;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)alarm(60); /* a child that waits for threads it has not ends here */
        double loss = train_one();
        _exit(write(ends[1], &loss, sizeof loss) == sizeof loss ? 0 : 1);
    }
    (void)close(ends[1]);
    assert_int_equal(read(ends[0], &theirs, sizeof theirs), sizeof theirs);
    (void)close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_true(mine == theirs && mine == train_one());
}

static int end(void **state)
{
    small_free();
    return remove_folder(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part_is_done_once),
        cmocka_unit_test(late_helpers_take_nothing_twice),
        cmocka_unit_test(helpers_take_no_signals),
        cmocka_unit_test(who_waits_sleeps),
        cmocka_unit_test(the_fastest_number_is_found),
        cmocka_unit_test(a_tie_goes_to_fewer),
        cmocka_unit_test(a_change_is_noticed),
        cmocka_unit_test(trying_is_cheap),
        cmocka_unit_test(disturbed_pieces_are_no_evidence),
        cmocka_unit_test(stalls_send_helpers_to_sleep),
        cmocka_unit_test_setup(quotas_of_control_groups_count, empty_folder),
        cmocka_unit_test(a_limit_is_kept),
        cmocka_unit_test(a_child_trains_too),
    };
    return cmocka_run_group_tests(tests, make_folder, end);
}
