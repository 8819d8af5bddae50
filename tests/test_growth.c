/*
 * What a report costs grows with the runs, not with their square. Measured is processor time, of so many runs and of four times as many,
 * one after the other: four times as long is right, sixteen times is the square. What else the machine does changes neither much.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "reporting.h"

#include "answered.h"

enum { RUNS = 4000, SEEDS = 10, TIMES = 4, MOST_TIMES = 8 };

static double processor_seconds(void)
{
    struct timespec t;
    assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t), 0);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* A store of so many runs, half of them of an experiment that is compared with the other: one value of lambda for ten seeds. */
static void make_store(const char *name, int runs)
{
    char sql[4096];
    store_close(opened(name));
    (void)snprintf(sql, sizeof sql,
                   "BEGIN;"
                   "INSERT INTO experiment VALUES ('a', 'A', '', 0.5, NULL, NULL, NULL, '', '', 'test', 1),"
                   " ('b', 'B', '', NULL, NULL, NULL, NULL, '', 'a', 'test', 2);"
                   "INSERT INTO axis VALUES ('a', 'lambda', 0), ('b', 'lambda', 0);"
                   "CREATE TEMP TABLE k AS WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < %d - 1)"
                   " SELECT n, printf('%%012x', n * 7919) AS id, n / 2 %% %d AS seed, n / 2 / %d AS setting,"
                   " CASE n %% 2 WHEN 0 THEN 'a' ELSE 'b' END AS experiment FROM n;"
                   "INSERT INTO run SELECT id, experiment, seed, 'done', '', 'lambda = ' || setting || char(10) || 'seed = ' || seed,"
                   " 'blas', 1, 'official', 'd', 'm', 9, 1.5, '2024-05-01T00:00:00Z', '0.1.0', 'lab' FROM k;"
                   "INSERT INTO setting SELECT id, 'lambda', 0, CAST(setting AS TEXT), setting FROM k;"
                   "INSERT INTO setting SELECT id, 'seed', 1, CAST(seed AS TEXT), seed FROM k;"
                   "INSERT INTO result SELECT id, part, 'accuracy', 0.5 + (n %% 97) / 1000.0, 0 FROM k,"
                   " (SELECT 'test' AS part UNION SELECT 'validation');"
                   "INSERT INTO experiment_run SELECT experiment, id, setting, 'lambda=' || setting FROM k;"
                   "COMMIT", runs, SEEDS, SEEDS);
    sqlite_does(name, sql);
}

/* Fails when the work takes more than MOST_TIMES as long on TIMES as many runs. Half a second is no square. */
static void assert_grows_with_the_runs(void (*work)(const char *name))
{
    double took[2];
    for (int turn = 0; turn < 2; turn++) {
        const char *name = "runs.sqlite";
        (void)clear_folder(NULL);
        make_store(name, turn == 0 ? RUNS : TIMES * RUNS);
        double before = processor_seconds();
        work(name);
        took[turn] = processor_seconds() - before;
    }
    print_message("%d runs %.2f s, %d runs %.2f s\n", RUNS, took[0], TIMES * RUNS, took[1]);
    if (took[1] <= MOST_TIMES * took[0] || took[1] < 0.5) return;
    fail_msg("%d times as many runs took %.1f times as long", TIMES, took[1] / took[0]);
}

static void read_views(const char *name)
{
    store *s;
    text csv = { 0 };
    CHECK_OK(store_open(in_folder(name), STORE_READ_ONLY, &s));
    CHECK_OK(answered(s, "SELECT (SELECT sum(n) FROM summary), (SELECT count(low) FROM prediction), (SELECT sum(n) FROM paired),"
                         " (SELECT count(*) FROM label_place)", &csv));
    text_free(&csv);
    store_close(s);
}

static void the_views_grow_with_the_runs(void **state)
{
    (void)state;
    assert_grows_with_the_runs(read_views);
}

static void write_the_report(const char *name)
{
    (void)name;
    char out[PATH];
    (void)snprintf(out, sizeof out, "%s", in_folder("."));
    put_gnuplot("exit 1"); /* another process, whose time is not ours */
    CHECK_OK(strata_report_write(&(strata_report_request){ .size = sizeof(strata_report_request), .out = out, .templates = TEMPLATES }));
}

static void the_report_grows_with_the_runs(void **state)
{
    (void)state;
    assert_grows_with_the_runs(write_the_report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        REPORTING_TEST(the_views_grow_with_the_runs),
        REPORTING_TEST(the_report_grows_with_the_runs),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
