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
#include "plan_file.h"
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
    const char *path = wrote("x.yaml", "name: x\nexperiment:\n  vary:\n    hidden:\n    - [50]\n    - - 050\n      - 50\n");
    CHECK_OK(plan_read(path, false, NULL, &e));
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

/* ---- a call ------------------------------------------------------------------------------------------------------------------------- */

typedef struct {
    counter c;
    char told[1024], said[2048]; /* sentences, each in its line */
} audience;

static void add_line(char *all, size_t room, const char *sentence)
{
    size_t length = strlen(all);
    (void)snprintf(all + length, room - length, "%s\n", sentence);
}

static void on_tell(void *self, const char *sentence)
{
    add_line(((audience *)self)->told, sizeof((audience *)self)->told, sentence);
}

static void on_say(void *self, const char *sentence)
{
    add_line(((audience *)self)->said, sizeof((audience *)self)->said, sentence);
}

static void on_finished(void *self, const strata_lab_progress *now, const strata_run *run)
{
    audience *a = self;
    (void)run;
    a->c.finished++;
    a->c.last = *now;
}

/* The files NAME.yaml of the folder, into the folder `out` of it, with what else is wanted. */
static strata_status call(const char *names, lab_request wanted, audience *a)
{
    char words[PATH], folder[PATH], file[8][PATH];
    const char *paths[8];
    size_t count = 0;
    *a = (audience){ .told = "" };
    (void)snprintf(words, sizeof words, "%s", names);
    (void)snprintf(folder, sizeof folder, "%s", in_folder("out"));
    for (char *rest = words, *name; (name = strtok_r(rest, " ", &rest)) != NULL; count++) {
        (void)snprintf(file[count], PATH, "%.200s.yaml", in_folder(name));
        paths[count] = file[count];
    }
    wanted.out = folder;
    wanted.threads = 2;
    if (wanted.seeds == 0) wanted.seeds = 1;
    wanted.watch = (strata_lab_watch){ .self = a, .tell = on_tell, .say = on_say, .finished = on_finished };
    return lab_run(paths, count, small_data(), &wanted);
}

static void assert_heard(const char *all, const char *due)
{
    if (strstr(all, due) == NULL) fail_msg("'%s' is not in '%s'", due, all);
}

/* Widths as values train, and are labels and places like others; a run has the id of a run with that setting. */
static void nets_against_each_other(void **state)
{
    (void)state;
    audience a;
    wrote("nets.yaml", TINY "name: nets\nexperiment: {vary: {hidden: [[5], [5, 4]]}}\n");
    CHECK_OK(call("nets", (lab_request){ 0 }, &a));
    assert_asked("out", "SELECT label, n FROM summary ORDER BY ord", "hidden=[5],1\n\"hidden=[5,4]\",1");
    assert_asked("out", "SELECT value FROM place ORDER BY value", "\"[5,4]\"\n[5]");
    wrote("net.yaml", TINY "name: net\n");
    CHECK_OK(call("net", (lab_request){ 0 }, &a));
    assert_int_equal(a.c.finished, 0);
}

/* A newer setting is in no config where it is neutral; the run stands there on the axis all the same, and its config and id stay. */
static void neutral_values_have_a_place(void **state)
{
    (void)state;
    audience a;
    wrote("drop.yaml", TINY "name: drop\nexperiment: {vary: {dropout: [0, 0.5], activation: [relu, tanh]}}\n");
    CHECK_OK(call("drop", (lab_request){ 0 }, &a));
    assert_asked("out", "SELECT label, group_concat(value, ' '), min(number) FROM (SELECT * FROM label_place ORDER BY key DESC)"
                        " GROUP BY label ORDER BY label",
                 "\"dropout=0, activation=relu\",0 relu,0\n\"dropout=0, activation=tanh\",0 tanh,0\n"
                 "\"dropout=0.5, activation=relu\",0.5 relu,0.5\n\"dropout=0.5, activation=tanh\",0.5 tanh,0.5");
    assert_asked("out", "SELECT count(*) FROM place", "8");
    assert_asked("out", "SELECT count(*) FROM run WHERE config LIKE '%dropout%'", "2");
    wrote("net.yaml", TINY "name: net\n"); /* the run that stands at both neutral values is the plain one, and nobody else gets rows */
    CHECK_OK(call("net", (lab_request){ 0 }, &a));
    assert_int_equal(a.c.finished, 0);
    assert_asked("out", "SELECT count(*) FROM setting WHERE key IN ('clip', 'norm')", "0");
}

static void what_is_asked_for_is_kept(void **state)
{
    (void)state;
    audience a;
    static const char *const set[] = { "lambda=0.3", "lambda=2.5e-1", NULL }, *const named[] = { "name=other", "lambda=0.5", NULL };
    wrote("net.yaml", TINY "name: net\nexperiment: {expect: {between: [0.25, 1]}}\n");
    wrote("next.yaml", TINY "name: next\nexperiment: {against: net, expect: higher}\n");
    CHECK_OK(call("net next", (lab_request){ .settings = set }, &a));
    assert_heard(a.said, "lambda=0.25: so for every experiment of this call, whatever its file says\n");
    assert_asked("out", "SELECT DISTINCT value FROM setting WHERE key = 'lambda'", "0.25");
    assert_asked("out", "SELECT experiment, key, value FROM note WHERE key LIKE 'expect%' OR key = 'overrides' ORDER BY experiment, key",
                 "net,expect,between\nnet,expect.high,1\nnet,expect.low,0.25\nnet,overrides,lambda=0.25\n"
                 "next,expect,higher\nnext,overrides,lambda=0.25");
    wrote("net.yaml", TINY "name: net\n");
    CHECK_OK(call("net", (lab_request){ 0 }, &a)); /* what is no longer said is no longer there */
    assert_asked("out", "SELECT count(*) FROM note WHERE experiment = 'net' AND (key LIKE 'expect%' OR key = 'overrides')"
                        " AND value <> ''", "0");
    CHECK_OK(call("net", (lab_request){ .settings = named }, &a));
    assert_asked("out", "SELECT experiment, value FROM note WHERE key = 'overrides' AND value <> '' ORDER BY experiment",
                 "next,lambda=0.25\nother,lambda=0.5");
    assert_failed(call("net next", (lab_request){ .settings = named }, &a), STRATA_ERR_ARGUMENT,
                  "name= goes with one file, and here are 2");
}

/* A search that a file starts from has the settings of the call, too, and a name of its own. */
static void settings_reach_what_a_file_starts_from(void **state)
{
    (void)state;
    audience a;
    static const char *const set[] = { "name=mine", "n_batch=100", NULL }, *const varies[] = { "lambda=0.1", NULL };
    wrote("coarse.yaml", TINY "name: coarse\nexperiment: {vary: {lambda: [0.1, 0.2]}}\n");
    wrote("best.yaml", TINY "name: best\nexperiment: {vary: {lambda: {best: coarse}}}\n");
    CHECK_OK(call("best", (lab_request){ .settings = set }, &a));
    assert_asked("out", "SELECT id FROM experiment ORDER BY id", "coarse\nmine");
    assert_asked("out", "SELECT DISTINCT value FROM setting WHERE key = 'n_batch'", "100");
    assert_failed(call("best", (lab_request){ .settings = varies }, &a), STRATA_ERR_ARGUMENT,
                  "best.yaml:9: lambda varies in this experiment");
}

static void seeds_that_do_not_hold_are_said(void **state)
{
    (void)state;
    audience a;
    wrote("net.yaml", TINY "name: net\nexperiment: {seeds: 2}\n");
    CHECK_OK(call("net", (lab_request){ .seeds = 3, .seeds_chosen = true }, &a));
    assert_heard(a.said, "as its file says, net has 2; 3 seeds are for those that do not say how many\n");
    assert_int_equal(a.c.finished, 2);
    CHECK_OK(call("net", (lab_request){ .seeds = 2, .seeds_chosen = true }, &a));
    assert_string_equal(a.said, "");
    CHECK_OK(call("net", (lab_request){ .seeds = 3 }, &a));
    assert_string_equal(a.said, "");
}

/* ---- against ------------------------------------------------------------------------------------------------------------------------- */

static void against_names_something(void **state)
{
    (void)state;
    audience a;
    wrote("net.yaml", TINY "name: net\nexperiment:\n  against: plane\n");
    assert_failed(call("net", (lab_request){ 0 }, &a), STRATA_ERR_ARGUMENT, "net.yaml:10: against: plane is no experiment of this call");
    assert_heard(strata_error(), "there is nothing else here");
    wrote("plain.yaml", TINY "name: plain\n");
    assert_failed(call("net", (lab_request){ 0 }, &a), STRATA_ERR_ARGUMENT, "did you mean plain?");
    wrote("self.yaml", TINY "name: self\nexperiment:\n  against: self\n");
    assert_failed(call("self", (lab_request){ 0 }, &a), STRATA_ERR_ARGUMENT, "self.yaml:10: against: self is this experiment itself");
    assert_false(file_exists(in_folder("out")));

    wrote("net.yaml", TINY "name: net\nexperiment:\n  against: plain\n"); /* beside it, and not trained yet */
    CHECK_OK(call("net", (lab_request){ 0 }, &a));
    assert_heard(a.said, "net is compared with plain, which has no runs in ");
    assert_heard(a.said, "/plain.yaml trains them\n");
    CHECK_OK(call("net plain", (lab_request){ 0 }, &a));
    assert_string_equal(a.said, "");
    CHECK_OK(file_remove(in_folder("plain.yaml"))); /* in the store alone */
    CHECK_OK(call("net", (lab_request){ 0 }, &a));
    assert_string_equal(a.said, "");
}

/* ---- quick looks --------------------------------------------------------------------------------------------------------------------- */

static void quick_looks_and_results_do_not_mix(void **state)
{
    (void)state;
    audience a;
    wrote("net.yaml", TINY "name: net\n");
    wrote("two.yaml", TINY "name: two\nlambda: 0.1\n");
    CHECK_OK(call("net", (lab_request){ .quick = true }, &a));
    assert_failed(call("two", (lab_request){ 0 }, &a), STRATA_ERR_ARGUMENT, "has quick looks (of net), whose figures mean nothing");
    assert_heard(strata_error(), "strata runs prune removes quick looks");
    CHECK_OK(call("two", (lab_request){ .quick = true }, &a));
    sqlite_does("out/runs.sqlite", "UPDATE note SET value = 'no' WHERE key = 'quick'");
    assert_failed(call("two", (lab_request){ .quick = true }, &a), STRATA_ERR_ARGUMENT, "has real results (of net), and a quick look");
    assert_heard(strata_error(), "--out DIR names another folder");
    sqlite_does("out/runs.sqlite", "DELETE FROM experiment_run"); /* nothing of the other kind is there any more */
    CHECK_OK(call("two", (lab_request){ .quick = true }, &a));
}

/* ---- experiments that cannot run ----------------------------------------------------------------------------------------------------- */

/* A search all of whose trainings diverge stops what starts from it, and what starts from that; the rest is trained. */
static void what_found_nothing_stops_what_needs_it(void **state)
{
    (void)state;
    audience a;
    wrote("wild.yaml", TINY "name: wild\nbn: false\neta_max: 1e6\nexperiment: {vary: {lambda: [0.1, 0.2]}}\n");
    wrote("fine.yaml", TINY "name: fine\nexperiment: {vary: {lambda: {around: wild, points: 3, rounds: 2}}}\n");
    wrote("final.yaml", TINY "name: final\nexperiment:\n  vary:\n    lambda: {best: fine}\n    bn: [true, false]\n");
    wrote("net.yaml", TINY "name: net\n");
    assert_failed(call("final net", (lab_request){ 0 }, &a), STRATA_ERR_PART, "not run: final, fine; everything else is done");
    assert_heard(a.told, "fine cannot run: ");
    assert_heard(a.told, "experiment wild has no finished runs to choose from: none was trained, or all of them diverged\n");
    assert_heard(a.told, "final cannot run: ");
    assert_heard(a.told, "final.yaml:11: it starts from fine, which cannot run\n");
    assert_asked("out", "SELECT experiment, count(*) FROM experiment_run GROUP BY experiment ORDER BY experiment", "net,1\nwild,2");
    assert_asked("out", "SELECT group_concat(experiment) FROM (SELECT * FROM note WHERE key = 'failed' AND value <> '' ORDER BY 1)",
                 "\"final,fine\"");
    const strata_lab_progress *p = &a.c.last;
    assert_true(p->runs_done == 3 && p->runs_done + p->runs_found <= p->runs_all);

    wrote("wild.yaml", TINY "name: wild\nexperiment: {vary: {lambda: [0.1, 0.2]}}\n"); /* repaired */
    CHECK_OK(call("final net", (lab_request){ 0 }, &a));
    assert_string_equal(a.told, "");
    assert_asked("out", "SELECT count(*) FROM note WHERE key = 'failed' AND value <> ''", "0");
    assert_asked("out", "SELECT n FROM summary WHERE experiment = 'final'", "1\n1");
}

/* The first round finds nothing to go on about: what it trained stays its own. */
static void a_search_that_diverges_itself(void **state)
{
    (void)state;
    audience a;
    wrote("calm.yaml", TINY "name: calm\nexperiment: {vary: {lambda: [0.1, 0.2]}}\n");
    wrote("wild.yaml", TINY "name: wild\nbn: false\neta_max: 1e6\nexperiment: {vary: {lambda: {around: calm, points: 2, rounds: 2}}}\n");
    wrote("after.yaml", TINY "name: after\nexperiment: {vary: {lambda: {best: wild}}}\n");
    assert_failed(call("after", (lab_request){ 0 }, &a), STRATA_ERR_PART, "not run: after, wild");
    assert_asked("out", "SELECT label, n, diverged FROM summary WHERE experiment = 'wild' AND n + diverged > 0 LIMIT 1",
                 "lambda=0.025,0,1");
}

/* Not after the hours that the search takes. */
static void numbers_of_two_kinds_are_refused(void **state)
{
    (void)state;
    audience a;
    wrote("grid.yaml", TINY "name: grid\nexperiment: {vary: {init: {logspace: [0.1, 1], points: 2, prefix: 'sigma:'}}}\n");
    wrote("best.yaml", TINY "name: best\nexperiment: {vary: {init: {best: grid}}}\n");
    assert_failed(call("best", (lab_request){ 0 }, &a), STRATA_ERR_ARGUMENT, "best.yaml:9: init of grid is 'sigma:0.1'");
    assert_heard(strata_error(), "write prefix: \"sigma:\"");
    wrote("best.yaml", TINY "name: best\nexperiment: {vary: {init: {best: grid, prefix: 'sigma:'}}}\n");
    CHECK_OK(call("best", (lab_request){ 0 }, &a));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(lists_of_widths_vary, clear_folder),
        cmocka_unit_test_setup(what_is_expected, clear_folder),
        cmocka_unit_test_setup(settings_of_the_call_hold, clear_folder),
        cmocka_unit_test_setup(nets_against_each_other, clear_folder),
        cmocka_unit_test_setup(neutral_values_have_a_place, clear_folder),
        cmocka_unit_test_setup(what_is_asked_for_is_kept, clear_folder),
        cmocka_unit_test_setup(settings_reach_what_a_file_starts_from, clear_folder),
        cmocka_unit_test_setup(seeds_that_do_not_hold_are_said, clear_folder),
        cmocka_unit_test_setup(against_names_something, clear_folder),
        cmocka_unit_test_setup(quick_looks_and_results_do_not_mix, clear_folder),
        cmocka_unit_test_setup(what_found_nothing_stops_what_needs_it, clear_folder),
        cmocka_unit_test_setup(a_search_that_diverges_itself, clear_folder),
        cmocka_unit_test_setup(numbers_of_two_kinds_are_refused, clear_folder),
    };
    return cmocka_run_group_tests(tests, make_folder, clear_and_remove);
}
