/*
 * What a call of the laboratory says besides its files, and what a file says of its author: lists that vary, expectations, settings of the
 * call, what experiments are compared with, quick looks, and experiments that cannot run.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "laboratory.h"

#include "config.h"
#include "file.h"
#include "plan.h"
#include "small.h"

/* ---- files --------------------------------------------------------------------------------------------------------------------------- */

static void assert_values(const experiment *e, size_t a, const char *due)
{
    text all = { 0 };
    for (size_t v = 0; v < e->axis[a].values; v++) text_add(&all, "%s%s", v > 0 ? " " : "", e->axis[a].value[v]);
    assert_string_equal(all.at, due);
    text_free(&all);
}

/* Two nets against each other, in both styles of YAML, and in the quotes that were needed before. */
static void lists_of_widths_vary(void **state)
{
    (void)state;
    experiment e;
    CHECK_OK(plan_read(wrote("x.yaml", "name: x\nexperiment: {vary: {hidden: [[50], [50, 50], [], '[7, 8]']}}\n"), false, NULL, &e));
    assert_values(&e, 0, "[50] [50,50] [] [7, 8]");
    assert_int_equal(plan_size(&e, 3), 12);
    plan_free(&e);
    CHECK_OK(plan_read(wrote("x.yaml", "name: x\nexperiment:\n  vary:\n    hidden:\n    - [50]\n    - - 050\n      - 50\n"), false, NULL, &e));
    assert_values(&e, 0, "[50] [50,50]");
    plan_free(&e);
}

static void assert_expects(const char *expect, const char *kind, double low, double high)
{
    char words[256];
    experiment e;
    (void)snprintf(words, sizeof words, "name: x\nexperiment: {against: y, expect: %s}\n", expect);
    CHECK_OK(plan_read(wrote("x.yaml", words), false, NULL, &e));
    assert_string_equal(e.expect.kind, kind);
    assert_true(isnan(low) ? isnan(e.expect.low) : e.expect.low == low);
    assert_true(isnan(high) ? isnan(e.expect.high) : e.expect.high == high);
    plan_free(&e);
}

static void what_is_expected(void **state)
{
    (void)state;
    assert_expects("higher", "higher", NAN, NAN);
    assert_expects("lower", "lower", NAN, NAN);
    assert_expects("{above: 0.5}", "above", 0.5, NAN);
    assert_expects("{below: 0.12}", "below", NAN, 0.12);
    assert_expects("{between: [0.5, 0.5]}", "between", 0.5, 0.5);
}

/* Settings of the call hold in place of the file's: before what varies is looked at, and within --quick. */
static void settings_of_the_call_hold(void **state)
{
    (void)state;
    static const char *const set[] = { "n_s=500", "n_s=5", "hidden=[7, 8]", "name=other", NULL };
    experiment e;
    const char *path = wrote("x.yaml", TINY "name: x\nexperiment: {vary: {lambda: [0.1]}}\n");
    CHECK_OK(plan_read(path, false, set, &e));
    assert_true(e.config->n_s == 5 && e.config->hidden.count == 2 && e.config->hidden.unit[1] == 8);
    assert_string_equal(e.id, "other");
    plan_free(&e);
    CHECK_OK(plan_read(path, true, (const char *const[]){ "n_s=500", "evals=9", NULL }, &e));
    assert_true(e.config->n_s == 75 && e.config->evals == 3);
    plan_free(&e);
    assert_failed(plan_read(path, false, (const char *const[]){ "lambda=0.5", NULL }, &e), STRATA_ERR_ARGUMENT,
                  "x.yaml:9: lambda varies in this experiment, so lambda=0.5 cannot hold for it");
    assert_failed(plan_read(path, false, (const char *const[]){ "lamda=0.5", NULL }, &e), STRATA_ERR_ARGUMENT, "did you mean 'lambda'");
    assert_failed(plan_read(path, false, (const char *const[]){ "lambda", NULL }, &e), STRATA_ERR_ARGUMENT, "'lambda' is no setting");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(lists_of_widths_vary, clear_folder),
        cmocka_unit_test_setup(what_is_expected, clear_folder),
        cmocka_unit_test_setup(settings_of_the_call_hold, clear_folder),
    };
    return cmocka_run_group_tests(tests, make_folder, clear_and_remove);
}
