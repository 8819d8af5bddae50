/*
 * Experiments as lists of trainings, and choosing a value by validation accuracy: stores that are filled by hand, and what the search makes
 * of them, computed a second time here.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "laboratory.h"

#include "config.h"
#include "plan_file.h"
#include "run_list.h"
#include "search.h"
#include "small.h"
#include "values.h"

static void read_plan(const char *words, experiment *e)
{
    CHECK_OK(plan_read(wrote("x.yaml", words), false, NULL, e));
    for (size_t q = 0; q < e->axes; q++) CHECK_OK(values_make(e, &e->axis[q]));
}

/* ---- members ------------------------------------------------------------------------------------------------------------------------- */

static void every_combination_with_every_seed(void **state)
{
    (void)state;
    static const char *const labels[] = { "bn=false, lambda=0.1", "bn=false, lambda=0.2", "bn=false, lambda=0.3",
                                          "bn=true, lambda=0.1",  "bn=true, lambda=0.2",  "bn=true, lambda=0.3" };
    experiment e;
    run_list all = { 0 };
    read_plan(TINY "seed: 7\nname: x\nexperiment: {vary: {bn: [false, true], lambda: [1e-1, 0.2, 0.3]}}\n", &e);
    CHECK_OK(plan_fit(&e, small_data(), false));
    CHECK_OK(run_list_add(&all, &e, 5, 2));
    assert_int_equal(all.count, 12);
    for (size_t m = 0; m < all.count; m++) {
        const planned_run *one = &all.list[m];
        char id[PLANNED_ID], value[32];
        assert_string_equal(one->label, labels[m / 2]);
        assert_true(one->experiment == 5 && one->train && !one->there && one->work > 8);
        assert_true(one->seed == 7 + (long)(m % 2) && one->config->seed == one->seed);
        assert_true(one->ord == (long)m / 2); /* of the combination */
        assert_true(one->config->bn == (m >= 6));
        CHECK_OK(strata_config_get(one->config, "lambda", value, sizeof value));
        assert_non_null(strstr(one->label, value));
        CHECK_OK(strata_run_id(one->config, small_data(), id));
        assert_string_equal(one->id, id);
    }
    run_list_free(&all);
    plan_free(&e);
}

static void nothing_varies_but_the_seed(void **state)
{
    (void)state;
    experiment e;
    run_list all = { 0 };
    read_plan(TINY "name: x\n", &e);
    CHECK_OK(plan_fit(&e, small_data(), false));
    CHECK_OK(run_list_add(&all, &e, 0, 3));
    assert_int_equal(all.count, 3);
    assert_true(all.list[2].label[0] == '\0' && all.list[2].seed == 3 && all.list[2].ord == 0);
    run_list_free(&all);
    plan_free(&e);
}

static void assert_members_refused(const char *words, long seeds, const char *sentence)
{
    experiment e;
    run_list all = { 0 };
    read_plan(words, &e);
    CHECK_OK(plan_fit(&e, small_data(), false));
    assert_failed(run_list_add(&all, &e, 0, seeds), STRATA_ERR_ARGUMENT, sentence);
    run_list_free(&all);
    plan_free(&e);
}

static void trainings_that_cannot_be_are_blamed_on_the_file(void **state)
{
    (void)state;
    assert_members_refused("name: x\nexperiment:\n  vary:\n    lambda: [0.1, 0.2, 1e-1]\n", 1,
                           "x.yaml:4: lambda=0.1 and lambda=0.1 are the same training");
    assert_members_refused(TINY "name: x\nexperiment:\n  vary:\n    backend: [auto, auto]\n", 1, "x.yaml:11: backend=");
    assert_members_refused("name: x\nexperiment:\n  vary:\n    n_s: [0, 20]\n", 1, "x.yaml:4: n_s=0 and n_s=20 are the same training");
    assert_members_refused("name: x\nexperiment:\n  vary:\n    n_batch: [100, 50000]\n", 1, "x.yaml: n_batch");
    assert_members_refused("name: x\nexperiment:\n  vary:\n    init: {logspace: [0.001, 0.9], points: 25, prefix: 'sigma:'}\n"
                           "    lambda: {logspace: [0.001, 0.9], points: 25}\n", 17, "x.yaml:4: more than 10000 trainings");
    assert_members_refused("name: x\nseed: 9007199254740992\n", 2, "x.yaml: seed = 9007199254740993");
    assert_members_refused("name: x\nexperiment:\n  vary:\n    hidden: ['[11,11,11,11,11,11,11,11,11,11,11,11,11,11]']\n"
                           "    init: ['sigma:0.12345678912345678']\n    lambda: [0.12345678912345678]\n    eps: [0.12345678912345678]\n",
                           1, "is too long");
}

/* An evaluation counts, as often as there is a point. */
static void work_grows_with_what_there_is_to_do(void **state)
{
    (void)state;
    static const char *const more[][2] = { { "cycles=1", "cycles=2" }, { "n_s=4", "n_s=5" }, { "evals=1", "evals=2" } };
    double work[2];
    for (size_t q = 0; q < sizeof more / sizeof *more; q++) {
        for (size_t w = 0; w < 2; w++) {
            strata_config *c = small_config((const char *const[]){ "n_s=4", "cycles=1", "evals=1", more[q][w], NULL });
            work[w] = strata_config_work(c);
            strata_config_free(c);
        }
        assert_true(work[0] < work[1]);
    }
    strata_config *all = small_config((const char *const[]){ "n_s=4", "cycles=1", "evals=8", NULL });
    strata_config *too_many = small_config((const char *const[]){ "n_s=4", "cycles=1", "evals=1000000", NULL });
    CHECK_NEAR(strata_config_work(too_many), strata_config_work(all), 0); /* there is no point between two updates */
    strata_config_free(all);
    strata_config_free(too_many);
}

/* ---- stores by hand ------------------------------------------------------------------------------------------------------------------ */

static void trained(store *s, const char *id, const char *label, long seed, double accuracy, store_status status)
{
    static long number;
    char run[24], config[64];
    const strata_score score = { 1, 1, accuracy }, other = { 1, 1, 1 - accuracy }; /* a search must not look at that */
    (void)snprintf(run, sizeof run, "%012ld", ++number);
    CHECK_OK(store_put_experiment(s, &(store_experiment){ .id = id, .title = "", .source = "", .claim = "", .against = "", .published = NAN,
                                                          .median = NAN, .lowest = NAN, .highest = NAN }));
    const char *equals = strchr(label, '='); /* the search reads the run's settings, not its label */
    if (equals == NULL) equals = label;
    (void)snprintf(config, sizeof config, "%.*s = %s\n", (int)(equals - label), label, equals + (*equals == '='));
    CHECK_OK(store_put_axes(s, id, (const char *const[]){ strncmp(label, "init", 4) == 0 ? "init" : "lambda" }, 1));
    CHECK_OK(store_put_run(s, &(store_run){ .id = run, .name = id, .seed = (uint64_t)seed, .status = status, .reason = "",
                                            .config = config, .version = "", .score = { &other, &score, &other } }));
    CHECK_OK(store_link(s, id, run, number, "a label"));
}

/* Three accuracies for each of these lambdas, not in their order. */
typedef struct {
    const char *lambda;
    double x[3];
} row;

static store *filled(const row *rows, size_t count)
{
    store *s = opened("runs.sqlite");
    for (long seed = 0; seed < 3; seed++) {
        for (size_t r = 0; r < count; r++) {
            char label[64];
            (void)snprintf(label, sizeof label, "lambda=%s", rows[r].lambda);
            trained(s, "x", label, seed, rows[r].x[seed], STORE_DONE);
        }
    }
    return s;
}

static const row five[] = {
    { "0.1", { 0.40, 0.42, 0.44 } },   { "0.001", { 0.50, 0.52, 0.51 } }, { "1e-05", { 0.45, 0.47, 0.43 } },
    { "0.01", { 0.515, 0.5, 0.506 } }, { "0.0001", { 0.46, 0.44, 0.48 } },
};

/* The definition, in two passes over the numbers. */
static double pooled_error(const row *rows, size_t count)
{
    double squares = 0;
    for (size_t r = 0; r < count; r++) {
        double mean = (rows[r].x[0] + rows[r].x[1] + rows[r].x[2]) / 3;
        for (int q = 0; q < 3; q++) squares += (rows[r].x[q] - mean) * (rows[r].x[q] - mean);
    }
    return sqrt(squares / (2 * (double)count) / 3);
}

static void the_best_and_its_error(void **state)
{
    (void)state;
    search f;
    store *s = filled(five, 5);
    CHECK_OK(search_read(s, "x", &f));
    assert_true(f.count == 5 && f.best == 2 && f.list[2].value == 0.001 && f.list[0].value == 1e-5 && f.list[4].value == 0.1);
    CHECK_NEAR(f.list[2].mean, 0.51, 1e-15);
    CHECK_NEAR(f.list[2].sd, 0.01, 1e-15);
    assert_int_equal(f.list[2].n, 3);
    CHECK_NEAR(f.error, pooled_error(five, 5), 1e-15);
    assert_true(f.low == 2 && f.high == 3); /* 0.507 is within it, 0.46 is not */
    assert_false(search_is_settled(&f));    /* two values are not three */
    store_close(s);
}

static void three_that_cannot_be_told_apart_end_a_search(void **state)
{
    (void)state;
    search f;
    row close[5];
    memcpy(close, five, sizeof close);
    close[4] = (row){ "0.0001", { 0.485, 0.505, 0.525 } };
    store *s = filled(close, 5);
    CHECK_OK(search_read(s, "x", &f));
    CHECK_NEAR(f.error, pooled_error(close, 5), 1e-15);
    assert_true(f.low == 1 && f.best == 2 && f.high == 3 && search_is_settled(&f));
    store_close(s);
}

/* A worse value between two good ones is noise: the range goes over it. */
static void a_range_goes_over_a_dip(void **state)
{
    (void)state;
    static const row gap[] = { { "0.1", { 0.5, 0.5, 0.506 } }, { "0.2", { 0.3, 0.3, 0.306 } }, { "0.3", { 0.5, 0.5, 0.5061 } } };
    search f;
    store *s = filled(gap, 3);
    CHECK_OK(search_read(s, "x", &f));
    assert_true(f.best == 2 && f.low == 0 && f.high == 2 && f.near == 2 && !search_is_settled(&f));
    store_close(s);
}

static void runs_that_diverged_are_left_out(void **state)
{
    (void)state;
    search f;
    store *s = filled(five, 5);
    trained(s, "x", "lambda=0.001", 9, 0.9, STORE_DIVERGED);
    trained(s, "x", "lambda=10", 9, 0.9, STORE_DIVERGED);
    trained(s, "x", "lambda=10", 10, 0.9, STORE_STOPPED);
    trained(s, "x", "not a number", 9, 0.9, STORE_FAILED);
    CHECK_OK(search_read(s, "x", &f));
    assert_true(f.count == 5 && f.list[2].n == 3);
    CHECK_NEAR(f.error, pooled_error(five, 5), 1e-15);
    store_close(s);
}

/* Seeds that diverged leave the best with fewer: its mean is so much less sure. */
static void the_error_is_that_of_the_bests_seeds(void **state)
{
    (void)state;
    search f;
    store *s = opened("runs.sqlite");
    trained(s, "x", "init=sigma:0.1", 1, 0.5, STORE_DONE);
    trained(s, "x", "init=sigma:0.1", 2, 0.6, STORE_DONE);
    trained(s, "x", "init=sigma:0.1", 3, 0.7, STORE_DONE);
    trained(s, "x", "init=sigma:0.01", 1, 0.65, STORE_DONE);
    trained(s, "x", "init=sigma:0.01", 2, 0.65, STORE_DIVERGED);
    CHECK_OK(search_read(s, "x", &f));
    assert_true(f.best == 0 && f.list[0].value == 0.01 && f.list[0].n == 1 && isnan(f.list[0].sd));
    CHECK_NEAR(f.error, 0.1, 1e-15); /* sqrt(0.02 / 2 / 1) */
    assert_true(f.low == 0 && f.high == 1);
    store_close(s);
}

static void nothing_to_choose_from(void **state)
{
    (void)state;
    search f;
    store *s = opened("runs.sqlite");
    assert_failed(search_read(s, "x", &f), STRATA_ERR_ARGUMENT, "experiment x has no finished runs to choose from");
    trained(s, "x", "lambda=1", 9, 0.9, STORE_DIVERGED);
    assert_failed(search_read(s, "x", &f), STRATA_ERR_ARGUMENT, "experiment x has no finished runs to choose from");
    trained(s, "x", "bn=true", 9, 0.9, STORE_DONE);
    assert_failed(search_read(s, "x", &f), STRATA_ERR_ARGUMENT, "has no number to search by");
    store_close(s);
}

/* ---- verdicts ------------------------------------------------------------------------------------------------------------------------ */

static void assert_verdict(store *s, long round, const char *due)
{
    experiment e;
    text verdict = { 0 };
    read_plan("name: x\nexperiment: {vary: {lambda: {around: y, points: 3}}}\n", &e);
    e.round = round;
    CHECK_OK(search_conclude(s, &e, &e.axis[0], &verdict));
    assert_string_equal(verdict.at, due);
    text_free(&verdict);
    plan_free(&e);
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

static void a_verdict_is_a_sentence_and_notes(void **state)
{
    (void)state;
    store *s = filled(five, 5);
    assert_verdict(
        s, 3,
        "lambda from 0.001 to 0.01: 2 values here are within one standard error of a difference (1.35 points) of the best, 0.001 with "
        "51.00 % on the validation images; the rounds are used up (3)");
    assert_note(s, "best", "0.001");
    assert_note(s, "low", "0.001");
    assert_note(s, "high", "0.01");
    assert_note(s, "rounds", "3");
    bool found;
    text error = { 0 };
    CHECK_OK(store_note(s, "x", "standard_error", &found, &error));
    assert_true(found);
    CHECK_NEAR(strtod(error.at, NULL), pooled_error(five, 5), 1e-15);
    text_free(&error);
    store_close(s);
}

static void no_neighbour_is_as_good(void **state)
{
    (void)state;
    store *s = opened("runs.sqlite");
    trained(s, "x", "lambda=0.1", 1, 0.50, STORE_DONE);
    trained(s, "x", "lambda=0.1", 2, 0.51, STORE_DONE);
    trained(s, "x", "lambda=0.2", 1, 0.70, STORE_DONE);
    trained(s, "x", "lambda=0.2", 2, 0.71, STORE_DONE);
    assert_verdict(s, 1, "lambda = 0.2 is best with 70.50 % on the validation images, and no other value is within one standard error of "
                         "a difference (0.71 points); the rounds are used up (1)");
    trained(s, "x", "lambda=0.3", 1, 0.702, STORE_DONE);
    trained(s, "x", "lambda=0.4", 1, 0.703, STORE_DONE);
    assert_verdict(s, 2, "lambda from 0.2 to 0.4: 3 values here are within one standard error of a difference (0.71 points) of the best, "
                         "0.2 with 70.50 % on the validation images; the search stops here (round 2)");
    store_close(s);
}

static void one_seed_has_no_error(void **state)
{
    (void)state;
    search f;
    store *s = opened("runs.sqlite");
    trained(s, "x", "lambda=0.1", 1, 0.5, STORE_DONE);
    trained(s, "x", "lambda=0.2", 1, 0.6, STORE_DONE);
    CHECK_OK(search_read(s, "x", &f));
    assert_true(isnan(f.error) && f.best == 1 && f.low == 1 && f.high == 1 && search_is_settled(&f));
    assert_verdict(s, 1, "lambda = 0.2 is best with 60.00 % on the validation images; from one seed each, nobody can say by how much; "
                         "the search stops here (round 1)");
    assert_note(s, "standard_error", "nan");
    store_close(s);
}

/* ---- rounds -------------------------------------------------------------------------------------------------------------------------- */

static void assert_values(const axis *a, size_t from, const char *due)
{
    char all[512] = "";
    for (size_t v = from; v < a->values; v++) {
        size_t length = strlen(all);
        (void)snprintf(all + length, sizeof all - length, "%s%s", v > from ? " " : "", a->value[v]);
    }
    assert_string_equal(all, due);
}

static void rounds_lay_grids_about_the_best(void **state)
{
    (void)state;
    experiment e;
    store *s = opened("runs.sqlite");
    read_plan("name: x\nexperiment: {vary: {lambda: {around: y, span: 16, points: 3, rounds: 4}}}\n", &e);
    axis *a = &e.axis[0];
    trained(s, "y", "lambda=0.1", 1, 0.5, STORE_DONE);
    trained(s, "y", "lambda=0.2", 1, 0.4, STORE_DONE);
    CHECK_OK(search_next_values(s, &e, a));
    assert_values(a, 0, "0.00625 0.1 1.6");
    e.round = 1;
    trained(s, "x", "lambda=0.00625", 1, 0.5, STORE_DONE);
    trained(s, "x", "lambda=0.1", 1, 0.6, STORE_DONE);
    trained(s, "x", "lambda=1.6", 1, 0.7, STORE_DONE);
    CHECK_OK(search_next_values(s, &e, a)); /* the best is at the edge: as wide again, and 0.1 is there already */
    assert_values(a, 3, "25.6");
    e.round = 2;
    trained(s, "x", "lambda=25.6", 1, 0.2, STORE_DONE);
    CHECK_OK(search_next_values(s, &e, a)); /* inside: the square root of the span before */
    assert_values(a, 4, "0.4 6.4");
    e.round = 3;
    trained(s, "x", "lambda=0.4", 1, 0.8, STORE_DONE);
    trained(s, "x", "lambda=6.4", 1, 0.1, STORE_DONE);
    CHECK_OK(search_next_values(s, &e, a));
    assert_values(a, 6, "0.2 0.8");
    store_close(s);
    plan_free(&e);
}

/* 0.00365 / 2 is 0.00182 where a grid about 0.000913 had 0.00183: that is one value, not two neighbours. */
static void rounding_makes_no_new_values(void **state)
{
    (void)state;
    experiment e;
    store *s = opened("runs.sqlite");
    read_plan("name: x\nexperiment: {vary: {init: {around: y, points: 5, rounds: 2, prefix: 'sigma:'}}}\n", &e);
    trained(s, "y", "init=sigma:0.000913", 1, 0.5, STORE_DONE);
    CHECK_OK(search_next_values(s, &e, &e.axis[0]));
    assert_values(&e.axis[0], 0, "sigma:0.000228 sigma:0.000457 sigma:0.000913 sigma:0.00183 sigma:0.00365");
    e.round = 1;
    trained(s, "x", "init=sigma:0.000913", 1, 0.5, STORE_DONE);
    trained(s, "x", "init=sigma:0.00365", 1, 0.6, STORE_DONE);
    CHECK_OK(search_next_values(s, &e, &e.axis[0]));
    assert_values(&e.axis[0], 5, "sigma:0.0073 sigma:0.0146");
    store_close(s);
    plan_free(&e);
}

static void a_grid_about_nothing_is_refused(void **state)
{
    (void)state;
    experiment e;
    store *s = opened("runs.sqlite");
    read_plan("name: x\nexperiment:\n  vary:\n    lambda: {around: y, points: 3}\n", &e);
    assert_failed(search_next_values(s, &e, &e.axis[0]), STRATA_ERR_ARGUMENT, "experiment y has no finished runs");
    trained(s, "y", "lambda=0", 1, 0.5, STORE_DONE);
    assert_failed(search_next_values(s, &e, &e.axis[0]), STRATA_ERR_ARGUMENT, "x.yaml:4: the best lambda of y is 0, and a grid");
    store_close(s);
    plan_free(&e);
}

static void numbers_that_values_are(void **state)
{
    (void)state;
    double x = 0;
    assert_true(store_number("0.00383", &x) && x == 0.00383);
    assert_true(store_number("sigma:1e-05", &x) && x == 1e-5);
    assert_true(store_number("-5", &x) && x == -5);
    assert_false(store_number("", &x) || store_number("he", &x) || store_number("nan", &x) || store_number("sigma:", &x)
                 || store_number("sigma:inf", &x) || store_number("1x", &x));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_combination_with_every_seed, clear_folder),
        cmocka_unit_test_setup(nothing_varies_but_the_seed, clear_folder),
        cmocka_unit_test_setup(trainings_that_cannot_be_are_blamed_on_the_file, clear_folder),
        cmocka_unit_test(work_grows_with_what_there_is_to_do),
        cmocka_unit_test_setup(the_best_and_its_error, clear_folder),
        cmocka_unit_test_setup(three_that_cannot_be_told_apart_end_a_search, clear_folder),
        cmocka_unit_test_setup(a_range_goes_over_a_dip, clear_folder),
        cmocka_unit_test_setup(runs_that_diverged_are_left_out, clear_folder),
        cmocka_unit_test_setup(the_error_is_that_of_the_bests_seeds, clear_folder),
        cmocka_unit_test_setup(nothing_to_choose_from, clear_folder),
        cmocka_unit_test_setup(a_verdict_is_a_sentence_and_notes, clear_folder),
        cmocka_unit_test_setup(no_neighbour_is_as_good, clear_folder),
        cmocka_unit_test_setup(one_seed_has_no_error, clear_folder),
        cmocka_unit_test_setup(rounds_lay_grids_about_the_best, clear_folder),
        cmocka_unit_test_setup(rounding_makes_no_new_values, clear_folder),
        cmocka_unit_test_setup(a_grid_about_nothing_is_refused, clear_folder),
        cmocka_unit_test(numbers_that_values_are),
    };
    return cmocka_run_group_tests(tests, make_folder, clear_and_remove);
}
