/*
 * Random searches over several settings and successive halving: plans, a store that is filled by hand, and a laboratory that is stopped and
 * goes on.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "laboratory.h"

#include "config.h"
#include "draws.h"
#include "plan_file.h"
#include "rehearse.h"
#include "rungs.h"
#include "small.h"
#include "values.h"

#define SEARCH(vary) TINY "name: x\nexperiment: {search: {draws: 20, seed: 5}, vary: {" vary "}}\n"

static void read_plan(const char *words, experiment *e)
{
    CHECK_OK(plan_read(wrote("x.yaml", words), false, NULL, e));
    CHECK_OK(plan_fit(e, small_data(), false));
}

static void assert_same_values(const axis *a, const axis *b)
{
    assert_true(a->values == b->values && a->values > 0);
    for (size_t v = 0; v < a->values; v++) assert_string_equal(a->value[v], b->value[v]);
}

/* ---- what is drawn ------------------------------------------------------------------------------------------------------------------- */

/* Numbers of one axis are a function of its name and the seed: other axes, and its own turn among them, shift nothing. */
static void no_axis_shifts_another(void **state)
{
    (void)state;
    experiment one, three, listed;
    read_plan(SEARCH("lambda: {loguniform: [1e-4, 1e-1]}"), &one);
    read_plan(SEARCH("dropout: {uniform: [0, 0.5]}, hidden: {choice: [[5], [6, 7], []]}, "
                     "lambda: {loguniform: [1e-4, 1e-1]}"), &three);
    CHECK_OK(plan_read(wrote("y.yaml", TINY "name: y\nexperiment: {vary: {lambda: {loguniform: [1e-4, 1e-1], draws: 20, seed: 5}}}\n"),
                       false, NULL, &listed));
    CHECK_OK(values_make(&listed, &listed.axis[0]));
    assert_same_values(&one.axis[0], &three.axis[2]);
    assert_same_values(&one.axis[0], &listed.axis[0]); /* a search over one setting, as there always was */
    assert_true(strcmp(three.axis[0].value[0], three.axis[0].value[1]) != 0);
    plan_free(&one);
    plan_free(&three);
    plan_free(&listed);
}

static void draws_are_values_of_their_settings(void **state)
{
    (void)state;
    experiment e;
    long nets[3] = { 0 }, low = 0;
    read_plan(SEARCH("n_batch: {loguniform: [2, 200]}, dropout: {uniform: [0, 0.5]}, hidden: {choice: [[5], [6, 7], []]}, "
                     "init: {loguniform: [1e-3, 1], prefix: 'sigma:'}"), &e);
    for (size_t v = 0; v < 20; v++) {
        double n_batch = strtod(e.axis[0].value[v], NULL), dropout = strtod(e.axis[1].value[v], NULL);
        const char *net = e.axis[2].value[v];
        assert_true(n_batch == round(n_batch) && n_batch >= 2 && n_batch <= 200);
        assert_true(dropout >= 0 && dropout <= 0.5 && strlen(e.axis[1].value[v]) <= 7);
        nets[0] += strcmp(net, "[5]") == 0;
        nets[1] += strcmp(net, "[6,7]") == 0;
        nets[2] += strcmp(net, "[]") == 0;
        low += dropout < 0.25;
        assert_memory_equal(e.axis[3].value[v], "sigma:", 6);
    }
    assert_true(nets[0] > 1 && nets[1] > 1 && nets[2] > 1 && nets[0] + nets[1] + nets[2] == 20 && low > 3 && low < 17);
    assert_true(e.part == STRATA_VALIDATION_PART && plan_size(&e, 3) == 60 && plan_later(&e, 3) == 0);
    plan_free(&e);
}

/* One configuration a draw, with its own values: no combination of others. A repeated one is left out, and the rest keep their numbers. */
static void a_draw_is_one_configuration(void **state)
{
    (void)state;
    experiment e;
    run_list all = { 0 };
    char due[RUN_LABEL];
    read_plan(TINY "name: x\nexperiment: {search: {draws: 12}, vary: {bn: {choice: [true, false]}, lambda: {choice: [0.1, 0.2, 0.3]}}}\n",
              &e);
    CHECK_OK(run_list_add(&all, &e, 3, 2));
    assert_true(all.count % 2 == 0 && all.count >= 6 && all.count <= 12 && (long)all.count == plan_size(&e, 2));
    for (size_t m = 0; m < all.count; m++) {
        const planned_run *one = &all.list[m];
        (void)snprintf(due, sizeof due, "bn=%s, lambda=%s", e.axis[0].value[one->ord], e.axis[1].value[one->ord]);
        assert_string_equal(one->label, due);
        for (size_t p = 0; p + 1 < m; p++) assert_true(strcmp(all.list[p].id, one->id) != 0);
    }
    assert_int_equal(all.list[0].ord, 0);
    assert_true(all.list[all.count - 1].ord >= (long)all.count / 2 - 1);
    run_list_free(&all);
    plan_free(&e);
}

/* ---- what is refused ----------------------------------------------------------------------------------------------------------------- */

static const struct {
    int line;
    const char *experiment, *word;
} wrong[] = {
    { 2, "{search: 9, vary: {lambda: {uniform: [0, 1]}}}", "search takes a mapping" },
    { 2, "{search: {}, vary: {lambda: {uniform: [0, 1]}}}", "search needs draws" },
    { 2, "{search: {darws: 3}, vary: {lambda: {uniform: [0, 1]}}}", "darws is not known here; did you mean draws" },
    { 2, "{search: {draws: 1}, vary: {lambda: {uniform: [0, 1]}}}", "from 2 to 100, not '1'" },
    { 2, "{search: {draws: 101}, vary: {lambda: {uniform: [0, 1]}}}", "from 2 to 100" },
    { 2, "{search: {draws: 9}}", "a search needs vary" },
    { 2, "{search: {draws: 9}, part: test, vary: {lambda: {uniform: [0, 1]}}}", "a search looks at the validation images alone" },
    { 2, "{search: {draws: 9}, vary: {lambda: [1, 2]}}", "lambda needs one of loguniform, uniform and choice" },
    { 2, "{search: {draws: 9}, vary: {lambda: {best: y}}}", "needs one of loguniform, uniform and choice" },
    { 4, "\n  search: {draws: 9}\n  vary: {lambda: {uniform: [0, 1], choice: [1]}}", "needs one of" },
    { 4, "\n  search: {draws: 9}\n  vary: {lambda: {uniform: [0, 1], draws: 3}}", "draws is not known here" },
    { 4, "\n  search: {draws: 9}\n  vary: {lambda: {uniform: 1}}", "a list of two numbers" },
    { 4, "\n  search: {draws: 9}\n  vary: {lambda: {uniform: [1, 1]}}", "uniform needs from < to" },
    { 4, "\n  search: {draws: 9}\n  vary: {lambda: {uniform: [2, 1]}}", "uniform needs from < to" },
    { 4, "\n  search: {draws: 9}\n  vary: {lambda: {loguniform: [0, 1]}}", "loguniform needs 0 < from <= to" },
    { 4, "\n  search: {draws: 9}\n  vary: {lambda: {uniform: [-1, 1]}}", "lambda = -1" },
    { 4, "\n  search: {draws: 9}\n  vary: {dropout: {uniform: [0, 1]}}", "dropout = 1" },
    { 4, "\n  search: {draws: 9}\n  vary: {n_batch: {uniform: [1.5, 9]}}", "n_batch = 1.5" },
    { 4, "\n  search: {draws: 9}\n  vary: {bn: {uniform: [0, 1]}}", "bn = 0" },
    { 4, "\n  search: {draws: 9}\n  vary: {lambda: {choice: []}}", "lambda has no values" },
    { 4, "\n  search: {draws: 9}\n  vary: {lambda: {choice: 3}}", "choice takes a list" },
    { 4, "\n  search: {draws: 9}\n  vary: {lambda: {choice: [0, -1]}}", "lambda = -1" },
    { 4, "\n  search: {draws: 9}\n  vary: {hidden: {choice: [5, 6]}}", "varies over lists" },
    { 4, "\n  search: {draws: 9}\n  vary: {seed: {choice: [5, 6]}}", "seeds says how many" },
    { 3, "\n  search: {draws: 9}\n  check: {methods: [central]}\n  vary: {lambda: {uniform: [0, 1]}}", "searches for nothing" },
    { 3, "\n  search: {draws: 9, halving: {cycles: 1, budget: 99}}\n  vary: {lambda: {uniform: [0, 1]}}", "says how many seeds" },
};

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

static void wrong_searches_are_refused_by_file_and_line(void **state)
{
    (void)state;
    char words[1024];
    for (size_t w = 0; w < sizeof wrong / sizeof *wrong; w++) {
        (void)snprintf(words, sizeof words, "name: x\nexperiment: %s\n", wrong[w].experiment);
        assert_refused(words, wrong[w].line, wrong[w].word);
    }
}

static const struct {
    const char *halving, *word;
} wrong_halving[] = {
    { "9", "halving takes a mapping" },
    { "{factor: 3, budget: 99}", "needs one of cycles, updates and epochs" },
    { "{cycles: 1, updates: 3, budget: 99}", "needs one of cycles, updates and epochs" },
    { "{cycles: 1, bugdet: 99}", "did you mean budget" },
    { "{cycles: 1}", "halving needs a budget: all its cycles together" },
    { "{cycles: 0, budget: 99}", "cycles takes a whole number from 1" },
    { "{cycles: 1, factor: 1, budget: 99}", "from 2 to 16, not '1'" },
    { "{cycles: 1, rungs: 1, budget: 99}", "from 2 to 8, not '1'" },
    { "{cycles: 1, rungs: 9, budget: 99}", "from 2 to 8" },
    { "{cycles: 50000, budget: 1000000}", "cycles = 150000" },
    { "{cycles: 1, budget: 53}", "the budget is 53 cycles, and 9 with cycles=1, 3 with cycles=3, 1 with cycles=9, each with 2 seeds, come "
                                 "to 54; it has room for 8 draws" },
    { "{cycles: 9, budget: 9}", "it has room for 0 draws" },
};

static void wrong_halvings_are_refused_by_file_and_line(void **state)
{
    (void)state;
    char words[1024];
    for (size_t w = 0; w < sizeof wrong_halving / sizeof *wrong_halving; w++) {
        (void)snprintf(words, sizeof words, "name: x\nexperiment:\n  seeds: 2\n  search:\n    draws: 9\n    halving: %s\n  vary: {lambda: "
                                            "{uniform: [0, 1]}}\n", wrong_halving[w].halving);
        assert_refused(words, 6, wrong_halving[w].word);
    }
    assert_refused("name: x\nupdates: 9\nexperiment:\n  seeds: 1\n  search: {draws: 9, halving: {cycles: 1, budget: 99}}\n"
                   "  vary: {lambda: {uniform: [0, 1]}}\n", 5, "these trainings have their length from updates; leave updates out");
    assert_refused("name: x\nexperiment:\n  seeds: 1\n  search: {draws: 9, halving: {cycles: 1, budget: 99}}\n"
                   "  vary: {lambda: {uniform: [0, 1]}, cycles: {choice: [1, 2]}}\n", 5, "cycles grows by halving");
    experiment e;
    const char *const settings[] = { "cycles=3", NULL };
    const char *path = wrote("x.yaml", "name: x\nexperiment:\n  seeds: 1\n  search: {draws: 9, halving: {cycles: 1, budget: 99}}\n"
                                       "  vary: {lambda: {uniform: [0, 1]}}\n");
    assert_failed(plan_read(path, false, settings, &e), STRATA_ERR_ARGUMENT, "cycles grows in this search, so cycles=3 cannot hold");
}

/* ---- halving ------------------------------------------------------------------------------------------------------------------------- */

#define HALVING(more)                                                                                      \
    TINY "name: x\nexperiment: {seeds: 2, search: {draws: 9, halving: {cycles: 1, " more "}}, "             \
         "vary: {lambda: {loguniform: [0.01, 0.1]}, eta_max: {uniform: [0.01, 0.1]}}}\n"

static void a_budget_is_arithmetic(void **state)
{
    (void)state;
    experiment e;
    text words = { 0 };
    read_plan(HALVING("factor: 2, budget: 100"), &e);
    assert_true(e.search.rungs == 4 && e.search.rung[0].size == 9 && e.search.rung[1].size == 4 && e.search.rung[2].size == 2);
    assert_true(e.search.rung[3].size == 1 && e.search.rung[3].length == 8 && e.search.rung[1].length == 2);
    assert_int_equal(draws_cost(&e, 4, 2), 2 * (9 + 4 * 2 + 2 * 4 + 1 * 8));
    assert_true(draws_cost(&e, 1, 2) == 18 && plan_size(&e, 2) == 32 && plan_later(&e, 2) == 14);
    draws_describe(&e, &words);
    assert_string_equal(words.at, "9 with cycles=1, 4 with cycles=2, 2 with cycles=4, 1 with cycles=8");
    text_free(&words);
    CHECK_NEAR(plan_work(&e, 2, 2), 2 * plan_work(&e, 1, 1), 1e-9);
    assert_true(plan_work(&e, 2, 2) > 6 * (plan_work(&e, 2, 32) - plan_work(&e, 2, 14)) / 9 && plan_work(&e, 2, 0) == 0);
    plan_free(&e);
    read_plan(HALVING("rungs: 2, budget: 36"), &e); /* to the last cycle */
    assert_true(e.search.rungs == 2 && e.search.factor == 3 && draws_cost(&e, 2, 2) == 36);
    plan_free(&e);
    CHECK_OK(plan_read(wrote("x.yaml", HALVING("budget: 54")), true, NULL, &e)); /* a quick look */
    assert_true(e.search.draws == 5 && e.search.rungs == 2 && e.search.rung[1].size == 1 && draws_cost(&e, 2, 2) == 16);
    plan_free(&e);
}

/* The store has the trainings of one rung: accuracy[number][seed]; 0 for one that diverged. */
static void put_rung(store *s, const run_list *all, long first, double accuracy[9][2])
{
    for (size_t m = 0; m < all->count; m++) {
        const planned_run *one = &all->list[m];
        if (one->ord < first) continue;
        double a = accuracy[one->ord - first][one->seed - 1];
        const strata_score score = { 1, 1, a }, other = { 1, 1, 1 - a }; /* which nobody may look at */
        CHECK_OK(store_put_run(s, &(store_run){ .id = one->id, .name = "x", .seed = (uint64_t)one->seed, .reason = "", .config = "",
                                                .status = a > 0 ? STORE_DONE : STORE_DIVERGED, .version = "",
                                                .score = { &other, &score, &other } }));
    }
}

static void climb(store *s, experiment *e, double accuracy[9][2], bool *ended)
{
    run_list all = { 0 };
    CHECK_OK(run_list_add(&all, e, 0, 2));
    put_rung(s, &all, 9 * e->round, accuracy);
    e->round++;
    CHECK_OK(rungs_climb(s, e, 0, &all, ended));
    run_list_free(&all);
}

static void assert_rung(const rung *r, long count, long a, long b, long c)
{
    const long due[] = { a, b, c };
    assert_int_equal(r->count, count);
    for (long q = 0; q < count; q++) assert_int_equal(r->list[q], due[q]);
}

/* By hand: means 0.45, 0.5, 0.55, 0.5, ... ; number 4 has the best training of all and one that diverged. */
static double short_ones[9][2] = { { 0.4, 0.5 }, { 0.45, 0.55 }, { 0.5, 0.6 }, { 0.4, 0.6 },  { 0.9, 0 },
                                   { 0.3, 0.3 }, { 0.5, 0.5 },   { 0.2, 0.2 }, { 0.46, 0.52 } };
static double longer_ones[9][2] = { [1] = { 0.5, 0.54 }, [2] = { 0.5, 0.5 }, [3] = { 0.46, 0.54 } };
static double longest_one[9][2] = { [1] = { 0.61, 0.65 } };

static void halving_chooses_as_by_hand(void **state)
{
    (void)state;
    experiment e;
    bool ended;
    text verdict = { 0 };
    store *s = opened("runs.sqlite");
    read_plan(HALVING("budget: 54"), &e);
    climb(s, &e, short_ones, &ended);
    assert_false(ended);
    assert_rung(&e.search.rung[1], 3, 1, 2, 3); /* 0.5 three times: the earlier numbers, and not 6 */
    climb(s, &e, longer_ones, &ended);
    assert_false(ended);
    assert_rung(&e.search.rung[2], 1, 1, 0, 0); /* 0.52, 0.5, 0.5: its last rung counts, not what it was before */
    climb(s, &e, longest_one, &ended);
    assert_true(ended && e.search.best == 1 && e.search.best_rung == 2 && e.search.n == 2);
    CHECK_NEAR(e.search.mean, 0.63, 1e-15);
    CHECK_NEAR(e.search.error, 0.02, 1e-15); /* sqrt(2 * 0.02^2 / 1 / 2) */
    CHECK_OK(store_put_experiment(s, &(store_experiment){ .id = "x", .title = "", .source = "", .claim = "", .against = "",
                                                          .published = NAN, .median = NAN, .lowest = NAN, .highest = NAN }));
    CHECK_OK(rungs_conclude(s, &e, &verdict));
    assert_non_null(strstr(verdict.at, ", cycles=9 is best with 63.00 % on the validation images (standard error 2.00 points, 2 seeds); of "
                                       "9 with cycles=1, 3 with cycles=3, 1 with cycles=9, 54 of a budget of 54 cycles"));
    text_free(&verdict);
    store_close(s);
    plan_free(&e);
}

static void where_all_diverge_nobody_goes_on(void **state)
{
    (void)state;
    experiment e;
    bool ended;
    double none[9][2] = { { 0 } };
    store *s = opened("runs.sqlite");
    read_plan(HALVING("budget: 54"), &e);
    climb(s, &e, short_ones, &ended);
    climb(s, &e, none, &ended);
    assert_true(ended && e.search.best == 2 && e.search.best_rung == 0); /* what was found before still stands */
    plan_free(&e);
    read_plan(HALVING("budget: 54"), &e);
    climb(s, &e, none, &ended);
    assert_true(ended && e.search.best == -1 && strstr(strata_error(), "x has nothing to choose from") != NULL);
    store_close(s);
    plan_free(&e);
}

/* ---- in the laboratory --------------------------------------------------------------------------------------------------------------- */

static void write_halving(void)
{
    wrote("x.yaml", HALVING("budget: 54"));
    wrote("final.yaml", TINY "name: final\nalpha: 0.8\nexperiment: {seeds: 2, vary: {lambda: {best: x}, eta_max: {best: x}, "
                             "cycles: {best: x}}}\n");
}

static void assert_all_done(const counter *c, long runs_done, long runs_all)
{
    const strata_lab_progress *p = &c->last;
    if (p->runs_done != runs_done || p->runs_done + p->runs_found != runs_all || p->runs_all != runs_all) {
        fail_msg("%ld + %ld of %ld runs, due are %ld of %ld", p->runs_done, p->runs_found, p->runs_all, runs_done, runs_all);
    }
    CHECK_NEAR(p->share, 1, 1e-9);
    assert_int_equal(c->jumps, 0);
}

/* It goes on where it was, however often it is stopped: nothing is trained twice, and all is as if nobody had stopped it. */
static void a_halving_that_is_stopped_goes_on(void **state)
{
    (void)state;
    counter whole = { 0 };
    long finished = 0;
    write_halving();
    CHECK_OK(lab("x final", "out", &whole));
    assert_all_done(&whole, 26 + 2, 28);
    strata_status status = STRATA_STOPPED;
    for (int call = 0; call < 40 && status == STRATA_STOPPED; call++) {
        counter c = { .stop_after_runs = 3 };
        status = lab("x final", "parts", &c);
        finished += c.finished;
    }
    CHECK_OK(status);
    assert_int_equal(finished, 28);
    char *a = everything("out"), *b = everything("parts");
    assert_string_equal(a, b);
    free(a);
    free(b);
    counter again = { 0 };
    CHECK_OK(lab("x final", "out", &again));
    assert_int_equal(again.finished, 0);
    assert_asked("out", "SELECT count(*), count(DISTINCT label) FROM experiment_run WHERE experiment = 'x'", "26,13");
    assert_asked("out", "SELECT group_concat(key) FROM (SELECT key FROM axis WHERE experiment = 'x' ORDER BY ord)",
                 "\"lambda,eta_max,cycles\"");
    assert_asked("out", "SELECT value FROM note WHERE experiment = 'x' AND key = 'spent'", "54");
    /* the final has the best of the last rung, and is the first to look at the test images */
    assert_asked("out", "SELECT DISTINCT f.label = n.value, e.part FROM experiment_run f JOIN experiment e ON e.id = f.experiment, note n"
                        " WHERE f.experiment = 'final' AND n.experiment = 'x' AND n.key = 'best'", "1,test");
    assert_asked("out", "SELECT part FROM experiment WHERE id = 'x'", "validation");
}

static void a_plan_states_the_budget(void **state)
{
    (void)state;
    write_halving();
    char out[PATH], path[PATH];
    (void)snprintf(out, sizeof out, "%s", in_folder("out"));
    (void)snprintf(path, sizeof path, "%s", in_folder("x.yaml"));
    const char *paths[] = { path };
    const lab_request request = { .out = out, .seeds = 5, .threads = 1 };
    rehearsal *r = calloc(1, sizeof *r);
    assert_non_null(r);
    CHECK_OK(lab_rehearse(paths, 1, small_data(), &request, r));
    assert_true(r->row[0].fresh == 18 && r->row[0].waiting == 8 && r->row[0].updates == 54 * 8);
    assert_string_equal(r->row[0].search,
                        "9 with cycles=1, 3 with cycles=3, 1 with cycles=9, each with 2 seeds: 54 of a budget of 54 cycles");
    counter c = { .stop_after_runs = 18 };
    (void)lab("x", "out", &c);
    CHECK_OK(lab_rehearse(paths, 1, small_data(), &request, r));
    assert_true(r->row[0].stored >= 18 && r->row[0].waiting <= 2 && r->row[0].updates <= 36 * 8);
    free(r);
}

static void assert_final_refused(const char *vary, const char *word)
{
    char words[512];
    (void)snprintf(words, sizeof words, TINY "name: final\nexperiment: {vary: {%s}}\n", vary);
    wrote("final.yaml", words);
    assert_failed(lab("final x", "out", NULL), STRATA_ERR_ARGUMENT, word);
}

/* What was found together is taken together. */
static void a_search_is_taken_whole(void **state)
{
    (void)state;
    write_halving();
    assert_final_refused("lambda: {best: x}", "it takes lambda from the best of x, and leaves its eta_max; they were found together");
    assert_final_refused("lambda: {within: x}", "x is a random search, whose best alone can be taken");
    assert_final_refused("lambda: {around: x, points: 3}", "x is a random search");
    assert_final_refused("lambda: {best: x}, eta_max: {best: x}, alpha: {best: x}", "x does not search for alpha");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(no_axis_shifts_another, clear_folder),
        cmocka_unit_test_setup(draws_are_values_of_their_settings, clear_folder),
        cmocka_unit_test_setup(a_draw_is_one_configuration, clear_folder),
        cmocka_unit_test_setup(wrong_searches_are_refused_by_file_and_line, clear_folder),
        cmocka_unit_test_setup(wrong_halvings_are_refused_by_file_and_line, clear_folder),
        cmocka_unit_test_setup(a_budget_is_arithmetic, clear_folder),
        cmocka_unit_test_setup(halving_chooses_as_by_hand, clear_folder),
        cmocka_unit_test_setup(where_all_diverge_nobody_goes_on, clear_folder),
        cmocka_unit_test_setup(a_halving_that_is_stopped_goes_on, clear_folder),
        cmocka_unit_test_setup(a_plan_states_the_budget, clear_folder),
        cmocka_unit_test_setup(a_search_is_taken_whole, clear_folder),
    };
    return cmocka_run_group_tests(tests, make_folder, clear_and_remove);
}
