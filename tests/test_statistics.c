/*
 * The views of schema2.sql against the same statistics computed here from the accuracies, Student's t against the integral of its density,
 * and results.json against both.
 */
#include "reporting.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "file.h"
#include "percent.h"
#include "reported.h"
#include "results.h"
#include "table.h"

/* The answer of a query. */
static table asked(store *s, const char *sql)
{
    table t = { 0 };
    CHECK_OK(table_ask(s, &(store_question){ .place = "test", .sql = sql }, &t));
    return t;
}

static double number_at(const table *t, size_t row, size_t column)
{
    double x;
    if (table_at(t, row, column)[0] == '\0') return NAN;
    assert_true(text_to_double(table_at(t, row, column), &x));
    return x;
}

static double density(double df, double x)
{
    return exp(lgamma((df + 1) / 2) - lgamma(df / 2)) / sqrt(df * acos(-1)) * pow(1 + x * x / df, -(df + 1) / 2);
}

/* The probability of |T| <= t, by Simpson's rule. */
static double probability(double df, double t)
{
    enum { STEPS = 20000 };
    double sum = density(df, 0) + density(df, t), h = t / STEPS;
    for (int q = 1; q < STEPS; q++) sum += (q % 2 == 1 ? 4 : 2) * density(df, q * h);
    return 2 * sum * h / 3;
}

/* Each t is rounded to three digits: its probability is off by the density there times half a unit of the last, twice. */
static void quantiles_of_student(void **state)
{
    (void)state;
    store *s = opened("runs.sqlite");
    table t = asked(s, "SELECT df, t FROM student ORDER BY df");
    assert_true(t.rows >= 30);
    for (size_t r = 0; r < t.rows; r++) {
        double df = number_at(&t, r, 0), q = number_at(&t, r, 1);
        if (r < 30) CHECK_NEAR(df, (double)r + 1, 0);
        CHECK_NEAR(probability(df, q), 0.95, 2 * density(df, q) * 0.0005 + 1e-9);
    }
    table_free(&t);
    store_close(s);
}

typedef struct {
    int n;
    double mean, sd, half; /* half of the 95 % interval of the mean */
} spread;

/* t of n - 1 degrees of freedom by bisection; beyond 30 the table of the view is coarser and wider. */
static double student(int df)
{
    static const int rows[] = { 1000, 120, 60, 40, 30 };
    double low = 0, high = 100;
    for (int r = 0; r < 5 && df > 30; r++) {
        if (df >= rows[r]) df = rows[r];
    }
    for (int q = 0; q < 60; q++) {
        double middle = (low + high) / 2;
        if (probability(df, middle) < 0.95) low = middle;
        else high = middle;
    }
    return low;
}

static spread spread_of(const double *x, int n)
{
    spread s = { n, 0, 0, 0 };
    for (int q = 0; q < n; q++) s.mean += x[q] / n;
    for (int q = 0; q < n; q++) s.sd += (x[q] - s.mean) * (x[q] - s.mean) / (n - 1);
    s.sd = sqrt(s.sd);
    s.half = student(n - 1) * s.sd / sqrt(n);
    return s;
}

/* t is rounded to 0.0005; everything else to a few ulps. */
static void check_spread(const table *t, size_t row, size_t column, const spread *due)
{
    double rounding = 0.0005 * due->sd / sqrt(due->n) + 1e-12;
    CHECK_NEAR(number_at(t, row, column), due->n, 0);
    CHECK_NEAR(number_at(t, row, column + 1), due->mean, 1e-12);
    CHECK_NEAR(number_at(t, row, column + 2), due->sd, 1e-12);
    CHECK_NEAR(number_at(t, row, column + 3), due->mean - due->half, rounding);
    CHECK_NEAR(number_at(t, row, column + 4), due->mean + due->half, rounding);
}

static const double with_bn[] = { 0.531, 0.5342, 0.529, 0.5377, 0.5333, 0.5301 };
static const double without[] = { 0.52, 0.5263, 0.5112, 0.5249, 0.51, 0.5234 };

static void summary_by_hand(void **state)
{
    (void)state;
    store *s = opened("runs.sqlite");
    put_experiment(s, "a", "", "", 0.53);
    for (int q = 0; q < 6; q++) (void)put_accuracy(s, "a", "x=1", q + 1, with_bn[q]);
    (void)put_accuracy(s, "a", "x=1", 7, NAN);
    (void)put_accuracy(s, "a", "x=2", 1, 0.5);
    (void)put_accuracy(s, "a", "x=3", 1, NAN);
    table t = asked(s, "SELECT label, n, mean, sd, low, high, least, most, diverged FROM summary ORDER BY ord, label");
    assert_int_equal(t.rows, 3);
    spread due = spread_of(with_bn, 6);
    check_spread(&t, 0, 1, &due);
    CHECK_NEAR(number_at(&t, 0, 6), 0.529, 0);
    CHECK_NEAR(number_at(&t, 0, 7), 0.5377, 0);
    CHECK_NEAR(number_at(&t, 0, 8), 1, 0);
    CHECK_NEAR(number_at(&t, 1, 2), 0.5, 0);
    for (size_t c = 3; c < 6; c++) assert_string_equal(table_at(&t, 1, c), ""); /* one run has no spread */
    CHECK_NEAR(number_at(&t, 2, 1), 0, 0);
    CHECK_NEAR(number_at(&t, 2, 8), 1, 0);
    assert_string_equal(table_at(&t, 2, 2), "");
    table_free(&t);
    store_close(s);
}

/* Where some seeds learn and others do not, nobody has an interval: not the view, not the range of single trainings, not the difference. */
static void two_kinds_of_seeds_have_no_interval(void **state)
{
    (void)state;
    static const double some_learn[] = { 0.1, 0.1, 0.4, 0.1, 0.1 };
    store *s = opened("runs.sqlite");
    put_experiment(s, "a", "", "b", 0.3);
    put_experiment(s, "b", "", "", NAN);
    for (int q = 0; q < 5; q++) {
        (void)put_accuracy(s, "a", "", q + 1, some_learn[q]);
        (void)put_accuracy(s, "b", "", q + 1, 0.5);
    }
    table t = asked(s, "SELECT s.n, s.mean, s.sd, s.two_kinds, s.low, s.high, p.low, p.high, p.inside, d.low, d.high, d.two_kinds, d.mean"
                       " FROM summary s JOIN prediction p ON p.experiment = s.experiment JOIN paired d ON d.experiment = s.experiment"
                       " WHERE s.experiment = 'a'");
    CHECK_NEAR(number_at(&t, 0, 1), 0.16, 1e-12);
    assert_true(number_at(&t, 0, 2) > 0.1 && number_at(&t, 0, 3) == 1 && number_at(&t, 0, 11) == 1);
    for (size_t c = 4; c < 11; c++) assert_string_equal(table_at(&t, 0, c), "");
    CHECK_NEAR(number_at(&t, 0, 12), -0.34, 1e-12);
    table_free(&t);
    store_close(s);
}

/* Two seeds make t 12.7: what of the interval is no accuracy is no part of it. */
static void an_interval_stays_among_accuracies(void **state)
{
    (void)state;
    store *s = opened("runs.sqlite");
    put_experiment(s, "a", "", "", 0.5);
    static const double x[2][2] = { { 0.98, 0.94 }, { 0.02, 0.05 } };
    for (int e = 0; e < 2; e++) {
        for (int q = 0; q < 2; q++) (void)put_accuracy(s, "a", e == 0 ? "x=1" : "x=2", q + 1, x[e][q]);
    }
    table t = asked(s, "SELECT s.low, s.high, p.low, p.high FROM summary s JOIN prediction p USING (experiment, label) ORDER BY label");
    spread high = spread_of(x[0], 2), low = spread_of(x[1], 2);
    CHECK_NEAR(number_at(&t, 0, 0), high.mean - high.half, 1e-4);
    CHECK_NEAR(number_at(&t, 0, 1), 1, 0);
    CHECK_NEAR(number_at(&t, 0, 3), 1, 0);
    CHECK_NEAR(number_at(&t, 1, 0), 0, 0);
    CHECK_NEAR(number_at(&t, 1, 1), low.mean + low.half, 1e-4);
    CHECK_NEAR(number_at(&t, 1, 2), 0, 0);
    table_free(&t);
    store_close(s);
}

/* Every mean of two accuracies of 10,000 images: the terminal's words, the page's, and those of whole numbers, which are exact. */
static void halves_go_up_wherever_they_are_shown(void **state)
{
    (void)state;
    store *s = opened("runs.sqlite");
    table t = asked(s, "WITH RECURSIVE k (k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM k WHERE k < 20000)"
                       " SELECT printf('%.2f', 100 * ((k / 2 / 10000.0 + (k - k / 2) / 10000.0) / 2) + 1e-9) FROM k ORDER BY k");
    assert_int_equal(t.rows, 20001);
    for (int k = 0; k <= 20000; k++) {
        char due[32];
        int hundredths = (k + 1) / 2;
        (void)snprintf(due, sizeof due, "%d.%02d", hundredths / 100, hundredths % 100);
        percent_text shown = percent_of((k / 2 / 10000.0 + (k - k / 2) / 10000.0) / 2);
        assert_string_equal(shown.words, due);
        assert_string_equal(table_at(&t, (size_t)k, 0), due);
    }
    assert_string_equal(percent_of(NAN).words, "nan");
    table_free(&t);
    store_close(s);
}

/* 36 runs have 35 degrees of freedom, which the table of t does not have. */
static void many_runs_take_the_wider_t(void **state)
{
    (void)state;
    double x[36];
    store *s = opened("runs.sqlite");
    put_experiment(s, "a", "", "", NAN);
    for (int q = 0; q < 36; q++) (void)put_accuracy(s, "a", "", q + 1, x[q] = 0.5 + 0.01 * sin(q));
    table t = asked(s, "SELECT n, mean, sd, low, high FROM summary");
    spread due = spread_of(x, 36);
    CHECK_NEAR(due.half, 2.042 * due.sd / 6, 1e-5);
    check_spread(&t, 0, 0, &due);
    table_free(&t);
    store_close(s);
}

static void the_figure_is_of_the_experiments_part(void **state)
{
    (void)state;
    store *s = opened("runs.sqlite");
    put_experiment(s, "a", "", "", NAN);
    (void)put_accuracy(s, "a", "", 1, 0.5);
    CHECK_OK(store_put_experiment(s, &(store_experiment){ .id = "b", .part = STRATA_VALIDATION_PART }));
    CHECK_OK(store_link(s, "b", "a--1", 1, ""));
    table t = asked(s, "SELECT mean FROM summary ORDER BY experiment");
    CHECK_NEAR(number_at(&t, 0, 0), 0.5, 0);
    CHECK_NEAR(number_at(&t, 1, 0), 0.25, 0); /* put_accuracy gives validation half of it */
    table_free(&t);
    store_close(s);
}

/* Seeds 1 to 6 here, 2 to 7 there; 3 diverged there, and label y has no partner. */
static void paired_by_hand(void **state)
{
    (void)state;
    double d[4];
    int n = 0;
    store *s = opened("runs.sqlite");
    put_experiment(s, "a", "", "", NAN);
    put_experiment(s, "a-bn", "", "a", NAN);
    for (int q = 0; q < 6; q++) (void)put_accuracy(s, "a-bn", "x", q + 1, with_bn[q]);
    for (int q = 0; q < 6; q++) (void)put_accuracy(s, "a", "x", q + 2, q == 1 ? NAN : without[q]);
    (void)put_accuracy(s, "a-bn", "y", 1, 0.5);
    (void)put_accuracy(s, "a", "z", 1, 0.5);
    for (int seed = 2; seed <= 6; seed++) {
        if (seed != 3) d[n++] = with_bn[seed - 1] - without[seed - 2];
    }
    table t = asked(s, "SELECT experiment, label, against, n, mean, sd, low, high FROM paired");
    spread due = spread_of(d, n);
    assert_int_equal(t.rows, 1);
    assert_string_equal(table_at(&t, 0, 0), "a-bn");
    assert_string_equal(table_at(&t, 0, 1), "x");
    assert_string_equal(table_at(&t, 0, 2), "a");
    check_spread(&t, 0, 3, &due);
    table_free(&t);
    store_close(s);
}

/* One more training: mean +- t sd sqrt(1 + 1/n). The published value is at the edge of that range, once inside and once outside. */
static void prediction_by_hand(void **state)
{
    (void)state;
    spread due = spread_of(with_bn, 6);
    double half = student(5) * due.sd * sqrt(1 + 1.0 / 6), rounding = 0.0005 * due.sd * 2;
    store *s = opened("runs.sqlite");
    put_experiment(s, "a", "", "", due.mean + half - rounding);
    put_experiment(s, "b", "", "", due.mean - half - rounding);
    put_experiment(s, "c", "", "", NAN);
    put_experiment(s, "d", "", "", 0.5);
    for (int q = 0; q < 18; q++) (void)put_accuracy(s, q % 3 == 0 ? "a" : q % 3 == 1 ? "b" : "c", "", q / 3 + 1, with_bn[q / 3]);
    (void)put_accuracy(s, "d", "", 1, 0.5);
    table t = asked(s, "SELECT low, high, inside FROM prediction ORDER BY experiment");
    for (size_t r = 0; r < 3; r++) {
        CHECK_NEAR(number_at(&t, r, 0), due.mean - half, rounding);
        CHECK_NEAR(number_at(&t, r, 1), due.mean + half, rounding);
    }
    static const char *const inside[] = { "1", "0", "", "" };
    for (size_t r = 0; r < 4; r++) assert_string_equal(table_at(&t, r, 2), inside[r]);
    table_free(&t);
    store_close(s);
}

/* ---- results.json ---------------------------------------------------------------------------------------------------------------- */

static json_value *results(const char *name)
{
    char *words;
    json_value *root;
    store *s = opened(name);
    CHECK_OK(results_write(s, in_folder("results.json")));
    store_close(s);
    words = read_out("results.json");
    CHECK_OK(json_read(words, strlen(words), &root));
    free(words);
    return root;
}

/* What stands at a.b.c, as compact JSON. */
static const char *at(const json_value *root, const char *path)
{
    static char found[600];
    char copy[200], *words, *state = NULL;
    (void)snprintf(copy, sizeof copy, "%s", path);
    for (char *key = strtok_r(copy, "/", &state); key != NULL && root != NULL; key = strtok_r(NULL, "/", &state)) {
        root = key[0] >= '0' && key[0] <= '9' && json_is_list(root) ? json_at(root, (size_t)atoi(key)) : json_get(root, key);
    }
    if (root == NULL) return "absent";
    json_value *list = json_new_list();
    json_append(list, json_clone(root));
    CHECK_OK(json_write_compact(list, &words));
    (void)snprintf(found, sizeof found, "%.*s", (int)strlen(words) - 2, words + 1);
    free(words);
    json_free(list);
    return found;
}

static void results_of_the_whole_report(void **state)
{
    (void)state;
    store *s = opened("runs.sqlite");
    CHECK_OK(reported_fill(s, 3));
    store_close(s);
    json_value *d = results("runs.sqlite");
    static const struct {
        const char *path, *due;
    } facts[] = {
        { "data", "\"once-through-JPEG\"" }, { "quick", "false" }, { "strata", "\"" STRATA_VERSION "\"" }, { "commit", "\"0123456789ab\"" },
        { "experiments/3layer/title", "\"3 layers without batch normalisation\"" }, { "experiments/3layer/part", "\"test\"" },
        { "experiments/3layer/test_accuracy/n", "3" }, { "experiments/3layer/settings/0/label", "\"\"" },
        { "experiments/3layer/settings/1", "absent" }, { "experiments/3layer/published", "0.522" },
        { "experiments/3layer/published_inside", "true" }, { "experiments/3layer/students/lowest", "0.462" },
        { "experiments/3layer/paired", "absent" }, { "experiments/3layer/gradcheck", "absent" },
        { "experiments/3layer-bn/paired/against", "\"3layer\"" }, { "experiments/3layer-bn/paired/n", "3" },
        { "experiments/lambda-coarse/test_accuracy", "absent" }, { "experiments/lambda-coarse/settings/9/label", "\"lambda=0.0832\"" },
        { "experiments/lambda-coarse/part", "\"validation\"" }, { "experiments/lambda-coarse/published", "null" },
        { "experiments/lambda-coarse/published_inside", "null" }, { "experiments/lambda-fine/notes/best", "\"0.00383\"" },
        { "experiments/lambda-final/test_accuracy/n", "3" }, { "experiments/init-1e-1/diverged", "1" },
        { "experiments/init-1e-1/test_accuracy/n", "2" }, { "experiments/init-1e-1/settings/0/diverged", "1" },
        { "experiments/init-grid/test_accuracy", "absent" }, { "experiments/init-grid-bn/paired", "absent" },
        { "experiments/init-grid-bn/paired_settings/1/label", "\"init=sigma:0.0003\"" },
        { "experiments/gradcheck-3/settings", "[]" }, { "experiments/gradcheck-3/gradcheck/0/hidden", "[50,50]" },
        { "experiments/gradcheck-3/gradcheck/0/bn", "false" }, { "experiments/gradcheck-3/gradcheck/0/kinks", "3" },
        { "experiments/gradcheck-3/gradcheck/0/below_1e-6", "497" }, { "experiments/gradcheck-3/seconds", "0.0" },
        { "experiments/gradcheck-3/test_accuracy", "absent" },
    };
    for (size_t f = 0; f < sizeof facts / sizeof *facts; f++) {
        if (strcmp(at(d, facts[f].path), facts[f].due) != 0) fail_msg("%s is %s", facts[f].path, at(d, facts[f].path));
    }
    json_free(d);
}

static void results_of_an_empty_store(void **state)
{
    (void)state;
    store_close(opened("runs.sqlite"));
    json_value *d = results("runs.sqlite");
    assert_string_equal(at(d, "experiments"), "{}");
    assert_string_equal(at(d, "data"), "null");
    json_free(d);
}

static void quick_is_told(void **state)
{
    (void)state;
    store *s = opened("runs.sqlite");
    put_experiment(s, "a", "", "", NAN);
    CHECK_OK(store_put_note(s, "a", "quick", "yes"));
    store_close(s);
    json_value *d = results("runs.sqlite");
    assert_string_equal(at(d, "quick"), "true");
    json_free(d);
}

/* A laboratory that was killed and went on records the same runs in another order: sums must not differ in their last bit. */
static void the_order_of_recording_changes_no_bit(void **state)
{
    (void)state;
    char *words[2];
    for (int turn = 0; turn < 2; turn++) {
        const char *name = turn == 0 ? "forward.sqlite" : "backward.sqlite";
        store *s = opened(name);
        for (int e = 0; e < 2; e++) put_experiment(s, e == turn ? "a" : "b", "", "", 0.5);
        for (int q = 0; q < 60; q++) {
            int k = turn == 0 ? q : 59 - q;
            (void)put_accuracy(s, k % 2 == 0 ? "a" : "b", k % 3 == 0 ? "x" : "y", k, 0.5 + 0.1 * sin(7 * k) + 1e-9 * cos(k));
        }
        store_close(s);
        json_free(results(name));
        words[turn] = read_out("results.json");
    }
    assert_string_equal(words[0], words[1]);
    free(words[0]);
    free(words[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(quantiles_of_student, clear_folder),
        cmocka_unit_test_setup(summary_by_hand, clear_folder),
        cmocka_unit_test_setup(two_kinds_of_seeds_have_no_interval, clear_folder),
        cmocka_unit_test_setup(an_interval_stays_among_accuracies, clear_folder),
        cmocka_unit_test_setup(halves_go_up_wherever_they_are_shown, clear_folder),
        cmocka_unit_test_setup(many_runs_take_the_wider_t, clear_folder),
        cmocka_unit_test_setup(the_figure_is_of_the_experiments_part, clear_folder),
        cmocka_unit_test_setup(paired_by_hand, clear_folder),
        cmocka_unit_test_setup(prediction_by_hand, clear_folder),
        cmocka_unit_test_setup(results_of_the_whole_report, clear_folder),
        cmocka_unit_test_setup(results_of_an_empty_store, clear_folder),
        cmocka_unit_test_setup(quick_is_told, clear_folder),
        cmocka_unit_test_setup(the_order_of_recording_changes_no_bit, clear_folder),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
