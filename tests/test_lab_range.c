/* The rate range test: its rule on curves with known answers, over seeds from a store that is filled by hand, and what is refused. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "laboratory.h"

#include "plan_file.h"
#include "rate_range.h"
#include "small.h"

#define RANGE "n_train: 400\nn_val: 100\nn_batch: 50\nn_s: 40\ncycles: 1\nevals: 40\nhidden: [5]\nschedule: range\n"

enum { POINTS = 41 };

/* eta from 1e-4 to 1, ten points a decade. */
static void rising(rate_point p[POINTS])
{
    for (int q = 0; q < POINTS; q++) p[q] = (rate_point){ pow(10, -4 + 0.1 * q), 0.1, 2.3 };
}

/* Accuracy 0.1 up to point 10, then in even steps to 0.5 at point 30, then down; the loss is low and even. */
static void hill(rate_point p[POINTS])
{
    rising(p);
    for (int q = 11; q <= 30; q++) p[q].accuracy = 0.1 + 0.02 * (q - 10);
    for (int q = 31; q < POINTS; q++) p[q].accuracy = 0.5 - 0.04 * (q - 30);
}

/* A peak whose smoothed place nobody can doubt: (0.48 + 0.56 + 0.5) / 3. */
static void sharpen(rate_point p[POINTS])
{
    p[30].accuracy = 0.56;
    p[31].accuracy = 0.5;
}

static void the_rule_on_curves_with_known_answers(void **state)
{
    (void)state;
    rate_point p[POINTS];
    hill(p);
    rate_range r = rate_range_of(p, POINTS, 0.1);
    /* smoothed: (0.48 + 0.5 + 0.46) / 3 = 0.48 at 30, and at 29; a fifth of 0.38 is 0.076, which point 14 has with 0.08 */
    assert_true(r.found && !r.open && r.low == p[14].eta && (r.high == p[29].eta || r.high == p[30].eta));
    sharpen(p); /* now it is point 30, and a fifth of 0.413 is 0.083, which point 15 has */
    r = rate_range_of(p, POINTS, 0.1);
    assert_true(r.found && r.high == p[30].eta && r.low == p[15].eta);
    for (int q = 26; q < POINTS; q++) p[q].loss = 2.3 * 1.6; /* smoothed over 24, 25, 26 it is 1.2 times, then 1.4, then 1.6 */
    r = rate_range_of(p, POINTS, 0.1);
    assert_true(r.found && r.high == p[26].eta && !r.open);
    hill(p);
    for (int q = 21; q < POINTS; q++) p[q].loss = NAN; /* it diverged: the curve up to there */
    r = rate_range_of(p, POINTS, 0.1);
    assert_true(r.found && r.high == p[20].eta && !r.open);
    hill(p);
    r = rate_range_of(p, 25, 0.1); /* still rising at the end */
    assert_true(r.found && r.open && r.high == p[24].eta);
}

static void where_nothing_rises_there_is_no_range(void **state)
{
    (void)state;
    rate_point p[POINTS];
    rising(p);
    rate_range r = rate_range_of(p, POINTS, 0.1);
    assert_true(!r.found && isnan(r.low) && isnan(r.high));
    for (int q = 20; q < 30; q++) p[q].accuracy = 0.1499;
    assert_false(rate_range_of(p, POINTS, 0.1).found);
    for (int q = 20; q < 30; q++) p[q].accuracy = 0.1501;
    assert_true(rate_range_of(p, POINTS, 0.1).found);
    p[20].accuracy = 0.9; /* one point alone is smoothed */
    p[0].loss = NAN;
    assert_false(rate_range_of(p, POINTS, 0.1).found);
    assert_false(rate_range_of(p, 0, 0.1).found);
}

static void put_curve(store *s, const planned_run *one, const rate_point *p, size_t count)
{
    strata_point *point = calloc(count, sizeof *point);
    const strata_score score = { 1, 1, 0.1 };
    assert_non_null(point);
    for (size_t q = 0; q < count; q++) {
        point[q].update = (long)q;
        point[q].eta = p[q].eta;
        point[q].validation = (strata_score){ .loss = p[q].loss, .cost = p[q].loss, .accuracy = p[q].accuracy };
    }
    bool whole = count == POINTS;
    CHECK_OK(store_put_run(s, &(store_run){ .id = one->id, .name = "x", .seed = (uint64_t)one->seed, .config = "", .version = "",
                                            .reason = whole ? "" : "it diverged", .status = whole ? STORE_DONE : STORE_DIVERGED,
                                            .point = point, .point_count = count, .score = { &score, &score, &score } }));
    free(point);
}

static void assert_note(store *s, const char *key, const char *due)
{
    bool found;
    text note = { 0 };
    CHECK_OK(store_note(s, "x", key, &found, &note));
    assert_true(found);
    assert_string_equal(note.at, due);
    text_free(&note);
}

/* Three seeds, of which one diverges at the high end, as is expected of such a test, and one learns nothing. */
static void each_seed_has_its_range(void **state)
{
    (void)state;
    experiment e;
    run_list all = { 0 };
    rate_point p[POINTS];
    text verdict = { 0 };
    store *s = opened("runs.sqlite");
    CHECK_OK(plan_read(wrote("x.yaml", RANGE "name: x\nexperiment: {seeds: 3, range_test: true}\n"), false, NULL, &e));
    CHECK_OK(plan_fit(&e, small_data(), false));
    assert_true(e.range_test != NULL && e.part == STRATA_VALIDATION_PART);
    CHECK_OK(run_list_add(&all, &e, 7, 3));
    CHECK_OK(store_put_experiment(s, &(store_experiment){ .id = "x", .title = "", .source = "", .claim = "", .against = "",
                                                          .published = NAN, .median = NAN, .lowest = NAN, .highest = NAN }));
    hill(p);
    sharpen(p);
    put_curve(s, &all.list[0], p, POINTS);
    put_curve(s, &all.list[1], p, 21);
    rising(p);
    put_curve(s, &all.list[2], p, POINTS);
    CHECK_OK(rate_range_conclude(s, &e, 7, &all, &verdict));
    /* eta_min: points 15 and, of the shorter way to point 20, 12; eta_max: points 30 and 20; their geometric means */
    assert_string_equal(verdict.at, "eta_min = 0.00224 (0.00158 to 0.00316) and eta_max = 0.0316 (0.01 to 0.1), median and spread of 2 of "
                                    "3 seeds");
    assert_note(s, "eta_min", "0.00224");
    assert_note(s, "eta_min.most", "0.00316");
    assert_note(s, "eta_max", "0.0316");
    assert_note(s, "eta_max.least", "0.01");
    assert_note(s, "found", "2");
    text_free(&verdict);
    run_list_free(&all);
    store_close(s);
    plan_free(&e);
}

static void assert_refused(const char *words, int line, const char *word)
{
    char place[2 * PATH];
    experiment e;
    const char *path = wrote("x.yaml", words);
    strata_status status = plan_read(path, false, NULL, &e);
    if (status == STRATA_OK) fail_msg("was taken: %s", words);
    assert_failed(status, STRATA_ERR_ARGUMENT, word);
    (void)snprintf(place, sizeof place, "%s:%d: ", path, line);
    if (strncmp(strata_error(), place, strlen(place)) != 0) fail_msg("'%s' does not start '%s'", strata_error(), place);
}

static void wrong_range_tests_are_refused_by_file_and_line(void **state)
{
    (void)state;
    assert_refused("name: x\nevals: 40\nexperiment:\n  range_test: true\n", 4, "a range test needs schedule: range");
    assert_refused("name: x\nschedule: range\nexperiment:\n  range_test: true\n", 4, "a range test needs evals: 20 or more");
    assert_refused("name: x\nschedule: range\nevals: 40\nexperiment:\n  range_test: yes\n", 5, "range_test is true, or left out");
    assert_refused("name: x\nschedule: range\nevals: 40\nexperiment:\n  part: test\n  range_test: true\n", 5,
                   "the validation images alone");
    assert_refused("name: x\nschedule: range\nevals: 40\nexperiment:\n  vary: {lambda: [0, 1]}\n  range_test: true\n", 6,
                   "varies nothing but eta");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rule_on_curves_with_known_answers),
        cmocka_unit_test(where_nothing_rises_there_is_no_range),
        cmocka_unit_test_setup(each_seed_has_its_range, clear_folder),
        cmocka_unit_test_setup(wrong_range_tests_are_refused_by_file_and_line, clear_folder),
    };
    return cmocka_run_group_tests(tests, make_folder, clear_and_remove);
}
