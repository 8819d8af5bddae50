/*
 * Experiment files: settings with a base, and what the part `experiment:` says. What must be refused is in tables: each row has to give
 * STRATA_ERR_ARGUMENT, the file and the line, and a word of what is wrong.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "laboratory.h"

#include "config.h"
#include "plan_file.h"
#include "small.h"
#include "values.h"

/* ---- base ---------------------------------------------------------------------------------------------------------------------------- */

static strata_config loaded(const char *name)
{
    strata_config *c, value;
    CHECK_OK(strata_config_new(&c));
    strata_status status = strata_config_load(c, in_folder(name));
    value = *c;
    strata_config_free(c);
    CHECK_OK(status);
    return value;
}

/* Were these settings named, and no other? */
static void assert_given(const strata_config *c, const char *const *keys, size_t count)
{
    size_t settings, given = 0;
    const strata_setting *row = strata_settings(&settings);
    for (size_t q = 0; q < settings; q++) given += strata_config_given(c, row[q].key);
    assert_int_equal(given, count);
    for (size_t k = 0; k < count; k++) assert_true(strata_config_given(c, keys[k]));
}

static void a_base_comes_first(void **state)
{
    (void)state;
    wrote("base.yaml", "lambda: 0.25\nseed: 3\nname: base\nhidden: [9]\n");
    wrote("file.yaml", "lambda: 0.5\nname: file\nbase: base.yaml\n"); /* wherever in the file it is named */
    strata_config c = loaded("file.yaml");
    assert_true(c.lambda == 0.5 && c.seed == 3 && c.hidden.count == 1 && c.hidden.unit[0] == 9);
    assert_string_equal(c.name, "file");
    assert_given(&c, (const char *const[]){ "lambda", "seed", "name", "hidden" }, 4);
}

/* Three files in three folders; the middle one by a path from the first one's folder, the last by an absolute path. */
static void bases_nest_and_are_found_from_their_file(void **state)
{
    (void)state;
    char words[2 * PATH];
    wrote("a/first.yaml", "seed: 3\nlambda: 0.125\ncycles: 5\n");
    (void)snprintf(words, sizeof words, "base: %s\nlambda: 0.25\ncycles: 6\n", in_folder("a/first.yaml"));
    wrote("b/second.yaml", words);
    wrote("c/third.yaml", "base: ../b/second.yaml\ncycles: 7\n");
    strata_config c = loaded("c/third.yaml");
    assert_true(c.seed == 3 && c.lambda == 0.25 && c.cycles == 7);
}

/* The laboratory's part is no setting, in a base neither, however wrong it is. */
static void the_experiment_is_left_alone(void **state)
{
    (void)state;
    wrote("base.yaml", "seed: 3\nexperiment: {nonsense: [1, {a: b}]}\n");
    wrote("file.yaml", "base: base.yaml\nexperiment: nonsense\n");
    strata_config c = loaded("file.yaml");
    assert_int_equal(c.seed, 3);
    assert_given(&c, (const char *const[]){ "seed" }, 1);
}

static void assert_config_refused(const char *name, const char *place, const char *word)
{
    strata_config *c, before;
    CHECK_OK(strata_config_new(&c));
    CHECK_OK(strata_config_set(c, "lambda", "0.75"));
    before = *c;
    assert_failed(strata_config_load(c, in_folder(name)), STRATA_ERR_ARGUMENT, word);
    if (strncmp(strata_error(), in_folder(place), strlen(in_folder(place))) != 0) fail_msg("%s: '%s'", place, strata_error());
    assert_memory_equal(c, &before, sizeof before);
    strata_config_free(c);
}

static void a_wrong_base_changes_nothing(void **state)
{
    (void)state;
    wrote("itself.yaml", "lambda: 0.5\nbase: itself.yaml\n");
    assert_config_refused("itself.yaml", "itself.yaml:2: ", "does one name itself?");
    wrote("one.yaml", "lambda: 0.5\nbase: other.yaml\n");
    wrote("other.yaml", "base: one.yaml\n");
    assert_config_refused("one.yaml", "o", "does one name itself?");
    wrote("lost.yaml", "lambda: 0.5\nbase: nowhere.yaml\n");
    assert_config_refused("lost.yaml", "lost.yaml:2: ", "nowhere.yaml is not there");
    wrote("none.yaml", "lambda: 0.5\nbase: ''\n");
    assert_config_refused("none.yaml", "none.yaml:2: ", "the path of one file");
    wrote("two.yaml", "lambda: 0.5\nbase: [lost.yaml, none.yaml]\n");
    assert_config_refused("two.yaml", "two.yaml:2: ", "the path of one file");
    wrote("wrong.yaml", "lambda: 0.5\n\nlamda: 1\n");
    wrote("right.yaml", "lambda: 0.25\nbase: wrong.yaml\nseed: 3\n");
    assert_config_refused("right.yaml", "wrong.yaml:3: ", "lambda");
    wrote("late.yaml", "base: lost.yaml\nseed: x\n");
    wrote("lost.yaml", "lambda: 0.5\n");
    assert_config_refused("late.yaml", "late.yaml:2: ", "seed = x");
    wrote("folder/file.yaml", "seed: 1\n");
    wrote("into.yaml", "base: folder\n");
    assert_config_refused("into.yaml", "folder", "is not a regular file");
}

/* ---- experiments that are refused ---------------------------------------------------------------------------------------------------- */

static const struct {
    int line; /* 0: none is to blame */
    const char *experiment, *word;
} wrong[] = {
    { 2, "words", "takes a mapping" },
    { 2, "", "takes a mapping" },
    { 2, "[title]", "takes a mapping" },
    { 2, "{titel: t}", "experiment: titel is not known here; did you mean title" },
    { 2, "{nothing_like_it: t}", "nothing_like_it is not known here" },
    { 3, "\n  title: [t]", "plain text" },
    { 3, "\n  claim: {t: u}", "plain text" },
    { 2, "{against: [x]}", "plain text" },
    { 2, "{order: -1}", "from 0 to 1000000, not '-1'" },
    { 2, "{order: 1.5}", "whole number" },
    { 2, "{seeds: 0}", "from 1 to 1000" },
    { 2, "{seeds: 1001}", "from 1 to 1000" },
    { 2, "{seeds: 99999999999999999999}", "from 1 to 1000" },
    { 2, "{part: train}", "test or validation" },
    { 2, "{part: [test]}", "test or validation" },
    { 2, "{published: 0.5}", "takes a mapping" },
    { 2, "{published: {reprot: 0.5}}", "did you mean report" },
    { 2, "{published: {report: 53.7}}", "outside 0 .. 1" },
    { 2, "{published: {median: nan}}", "takes a number" },
    { 2, "{published: {lowest: -0.1}}", "outside 0 .. 1" },
    { 2, "{published: {highest: 50 %}}", "takes a number" },
    { 2, "{published: {max_W: 3}}", "one number for each layer" },
    { 2, "{published: {lambda: small}}", "takes a number" },
    { 4, "\n  published:\n    max_b: [1, much]", "takes a number, not 'much'" },
    { 2, "{check: yes}", "takes a mapping" },
    { 2, "{check: {}}", "needs methods" },
    { 2, "{check: {methods: central}}", "needs methods" },
    { 2, "{check: {methods: []}}", "needs methods" },
    { 2, "{check: {methods: [forward]}}", "central and complex" },
    { 2, "{check: {methods: [central, central]}}", "each once" },
    { 2, "{check: {methods: [central, complex, central]}}", "each once" },
    { 2, "{check: {methods: [central], input: 5}}", "did you mean inputs" },
    { 2, "{check: {methods: [central], inputs: 0}}", "from 1 to 1000000" },
    { 2, "{check: {methods: [central], inputs: 1000001}}", "from 1 to 1000000" },
    { 2, "{check: {methods: [central], images: 1}}", "from 2 to 1000" },
    { 4, "\n  vary:\n    lambda: {best: y}\n  check: {methods: [central]}", "starts from no other experiment" },
    { 2, "{vary: lambda}", "takes a mapping" },
    { 2, "{vary: [lambda]}", "takes a mapping" },
    { 2, "{vary: {}}", "takes a mapping" },
    { 4, "\n  vary:\n    lamda: [0.1]", "did you mean 'lambda'" },
    { 4, "\n  vary:\n    batch_size: [10]", "it is n_batch here" },
    { 2, "{vary: {base: [a.yaml, b.yaml]}}", "unknown setting 'base'" },
    { 2, "{vary: {seed: [1, 2]}}", "seeds says how many" },
    { 2, "{vary: {name: [a, b]}}", "changes no training" },
    { 2, "{vary: {threads: [1, 2]}}", "changes no training" },
    { 2, "{vary: {lambda: [1], eps: [1], alpha: [1], bn: [true], cycles: [1], n_s: [1], n_batch: [9], evals: [1], eta_min: [0]}}",
      "more than 8 settings vary" },
    { 2, "{vary: {lambda: 0.1}}", "list of values, or where they come from" },
    { 2, "{vary: {lambda: []}}", "has no values" },
    { 2, "{vary: {lambda: [[0.1]]}}", "are plain" },
    { 6, "\n  vary:\n    lambda:\n    - 0.1\n    - -1", "lambda = -1" },
    { 2, "{vary: {hidden: ['[1111,1111,1111,1111,1111,1111,1111,1111,1111,1111]']}}", "longer than 47 characters" },
    { 2, "{vary: {hidden: [50, 50]}}", "write [[50,50]] for one value, [[50], [50]] for one each" },
    { 5, "\n  vary:\n    hidden:\n    - 50", "write [[50]] for one value, [[50]] for one each" },
    { 2, "{vary: {hidden: [[50], 50]}}", "varies over lists" },
    { 2, "{vary: {hidden: [[50, -1]]}}", "hidden = [50,-1] is not a list" },
    { 2, "{vary: {hidden: [[[50]]]}}", "plain values only" },
    { 2, "{vary: {hidden: [{best: y}]}}", "are plain" },
    { 2, "{vary: {hidden: [[1111,1111,1111,1111,1111,1111,1111,1111,1111,1111]]}}", "longer than 47 characters" },
    { 2, "{expect: higher}", "expect: higher than what? against: EXPERIMENT says it" },
    { 2, "{expect: lower}", "lower than what?" },
    { 2, "{expect: better, against: y}", "expect is higher, lower, or {above: 0.5}" },
    { 2, "{expect: [higher], against: y}", "expect is higher, lower, or" },
    { 2, "{expect: {above: 53}}", "above = 53 is outside 0 .. 1" },
    { 2, "{expect: {below: few}}", "takes a number, not 'few'" },
    { 2, "{expect: {abvoe: 0.5}}", "did you mean above" },
    { 2, "{expect: {}}", "takes one of above, below and between" },
    { 2, "{expect: {above: 0.1, below: 0.2}}", "takes one of above, below and between" },
    { 2, "{expect: {between: 0.5}}", "a list of two numbers: [low, high]" },
    { 2, "{expect: {between: [0.5]}}", "a list of two numbers" },
    { 2, "{expect: {between: [0.1, 0.2, 0.3]}}", "a list of two numbers" },
    { 2, "{expect: {between: [0.6, 0.5]}}", "low <= high" },
    { 4, "\n  check: {methods: [central]}\n  expect: {above: 0.5}", "no accuracy to expect" },
    { 2, "{vary: {lambda: {}}}", "needs one of loguniform, logspace, around, best and within" },
    { 2, "{vary: {lambda: {draws: 3}}}", "needs one of loguniform, logspace, around, best and within" },
    { 2, "{vary: {lambda: {logunifrom: [1, 2], draws: 3}}}", "did you mean loguniform" },
    { 2, "{vary: {lambda: {loguniform: [1, 2], logspace: [1, 2], draws: 3, points: 3}}}", "needs one of" },
    { 2, "{vary: {lambda: {best: y, around: y, points: 3}}}", "needs one of" },
    { 2, "{vary: {lambda: {loguniform: [1, 2]}}}", "needs draws" },
    { 2, "{vary: {lambda: {logspace: [1, 2]}}}", "needs points" },
    { 2, "{vary: {lambda: {around: y}}}", "needs points" },
    { 2, "{vary: {lambda: {loguniform: [1, 2], draws: 1}}}", "from 2 to 25" },
    { 2, "{vary: {lambda: {logspace: [1, 2], points: 26}}}", "from 2 to 25" },
    { 2, "{vary: {lambda: {logspace: [1, 2], points: few}}}", "not 'few'" },
    { 2, "{vary: {lambda: {loguniform: [1, 2], draws: 3, points: 3}}}", "points is not known here" },
    { 2, "{vary: {lambda: {logspace: [1, 2], points: 3, seed: 3}}}", "seed is not known here" },
    { 2, "{vary: {lambda: {logspace: [1, 2], points: 3, rounds: 3}}}", "rounds is not known here" },
    { 2, "{vary: {lambda: {best: y, span: 3}}}", "span is not known here" },
    { 2, "{vary: {lambda: {logspace: [0, 2], points: 3}}}", "0 < from <= to" },
    { 2, "{vary: {lambda: {logspace: [2, 1], points: 3}}}", "0 < from <= to" },
    { 2, "{vary: {lambda: {loguniform: [-1, 1], draws: 3}}}", "0 < from <= to" },
    { 2, "{vary: {lambda: {loguniform: [1], draws: 3}}}", "two numbers" },
    { 2, "{vary: {lambda: {loguniform: [1, 2, 3], draws: 3}}}", "two numbers" },
    { 2, "{vary: {lambda: {loguniform: 5, draws: 3}}}", "two numbers" },
    { 2, "{vary: {lambda: {loguniform: [a, 2], draws: 3}}}", "takes a number, not 'a'" },
    { 2, "{vary: {lambda: {loguniform: [1, inf], draws: 3}}}", "takes a number, not 'inf'" },
    { 2, "{vary: {lambda: {loguniform: [1, 2], draws: 3, seed: -1}}}", "from 0 to 1000000" },
    { 2, "{vary: {lambda: {around: [y], points: 3}}}", "plain text" },
    { 2, "{vary: {lambda: {best: {y: z}}}}", "plain text" },
    { 2, "{vary: {lambda: {within: {y: z}}}}", "plain text" },
    { 2, "{vary: {lambda: {within: y, best: y}}}", "needs one of" },
    { 2, "{vary: {lambda: {within: y, points: 3}}}", "points is not known here" },
    { 2, "{vary: {lambda: {best: y, prefix: [a]}}}", "plain text" },
    { 2, "{vary: {lambda: {around: y, points: 3, span: 1}}}", "a factor above 1" },
    { 2, "{vary: {lambda: {around: y, points: 3, span: wide}}}", "takes a number" },
    { 2, "{vary: {lambda: {around: y, points: 3, rounds: 0}}}", "from 1 to 4" },
    { 2, "{vary: {lambda: {around: y, points: 3, rounds: 5}}}", "from 1 to 4" },
    { 4, "\n  vary:\n    lambda: {around: y, points: 3}\n    bn: [true, false]", "nothing else can vary" },
};

static void assert_plan_refused(const char *name, const char *words, int line, const char *word)
{
    char place[2 * PATH];
    experiment e;
    const char *path = wrote(name, words);
    strata_status status = plan_read(path, false, NULL, &e);
    if (status == STRATA_OK) fail_msg("was taken: %s", words);
    assert_failed(status, STRATA_ERR_ARGUMENT, word);
    (void)snprintf(place, sizeof place, line > 0 ? "%s:%d: " : "%s: ", path, line);
    if (strncmp(strata_error(), place, strlen(place)) != 0) fail_msg("'%s' does not start '%s'", place, strata_error());
    assert_true(e.path == NULL && e.root == NULL && e.config == NULL); /* nothing is left to be freed */
}

static void wrong_experiments_are_refused_by_file_and_line(void **state)
{
    (void)state;
    char words[1024];
    for (size_t w = 0; w < sizeof wrong / sizeof *wrong; w++) {
        (void)snprintf(words, sizeof words, "name: x\nexperiment: %s\n", wrong[w].experiment);
        assert_plan_refused("x.yaml", words, wrong[w].line, wrong[w].word);
    }
}

static void wrong_files_are_refused_by_file_and_line(void **state)
{
    (void)state;
    assert_plan_refused("x.yaml", "experiment: {title: t}\n", 0, "needs a name of its own");
    wrote("base.yaml", "name: base\n");
    assert_plan_refused("x.yaml", "base: base.yaml\nexperiment: {title: t}\n", 0, "needs a name of its own");
    assert_plan_refused("x.yaml", "name: ''\n", 1, "name");
    assert_plan_refused("x.yaml", "name: a/b\n", 1, "name = a/b");
    assert_plan_refused("x.yaml", "name: x\nlambda: -1\n", 2, "lambda = -1");
    assert_plan_refused("x.yaml", "name: x\ntitle: t\n", 2, "title");
    assert_plan_refused("x.yaml", "name: x\nn_train: 10\nn_batch: 20\n", 0, "n_batch");
    assert_plan_refused("x.yaml", "name: [\n", 2, "");
    experiment e;
    assert_failed(plan_read(in_folder("nowhere.yaml"), false, NULL, &e), STRATA_ERR_ARGUMENT, "nowhere.yaml");
}

static void a_list_has_a_hundred_values_at_most(void **state)
{
    (void)state;
    text words = { 0 };
    experiment e;
    text_add(&words, "name: x\nexperiment:\n  vary:\n    lambda:\n");
    for (int v = 0; v < PLAN_VALUES; v++) text_add(&words, "    - 0.%03d\n", v);
    CHECK_OK(plan_read(wrote("x.yaml", words.at), false, NULL, &e));
    assert_int_equal(e.axis[0].values, PLAN_VALUES);
    plan_free(&e);
    text_add(&words, "    - 0.9\n");
    assert_plan_refused("x.yaml", words.at, 5 + PLAN_VALUES, "more than 100 values");
    text_free(&words);
}

/* ---- experiments that are taken ------------------------------------------------------------------------------------------------------ */

static void every_field_is_read(void **state)
{
    (void)state;
    experiment e;
    CHECK_OK(plan_read(wrote("x.yaml", TINY "name: x\nexperiment:\n  title: t\n  claim: c\n  order: 7\n  seeds: 3\n  part: validation\n"
                                            "  against: y\n  published: {source: s, report: 0.5, median: 0.4, lowest: 0, highest: 1}\n"
                                            "  vary:\n    hidden: ['[5]', '[6,7]']\n    bn: [true, false]\n"
                                            "    init: {logspace: [1e-4, 1], points: 9, prefix: 'sigma:'}\n    lambda: {best: y}\n"),
                       false, NULL, &e));
    assert_string_equal(e.id, "x");
    assert_string_equal(e.title, "t");
    assert_string_equal(e.claim, "c");
    assert_string_equal(e.source, "s");
    assert_string_equal(e.against, "y");
    assert_true(e.ord == 7 && e.seeds == 3 && e.part == STRATA_VALIDATION_PART && e.axes == 4 && e.check == NULL);
    assert_true(e.report == 0.5 && e.median == 0.4 && e.lowest == 0 && e.highest == 1 && e.published != NULL);
    assert_true(e.config->n_batch == 50 && !e.done && e.round == 0);
    assert_true(e.axis[0].kind == AXIS_LIST && e.axis[0].values == 2 && strcmp(e.axis[0].value[1], "[6,7]") == 0);
    assert_true(e.axis[2].kind == AXIS_LOGSPACE && e.axis[2].from == 1e-4 && e.axis[2].to == 1 && e.axis[2].count == 9);
    assert_true(e.axis[3].kind == AXIS_BEST && strcmp(e.axis[3].of, "y") == 0 && strcmp(e.axis[3].key, "lambda") == 0);
    assert_int_equal(plan_size(&e, 3), 3 * 2 * 2 * 9);
    plan_free(&e);
}

static void what_is_not_said_has_a_default(void **state)
{
    (void)state;
    experiment e;
    CHECK_OK(plan_read(wrote("x.yaml", "name: x\n"), false, NULL, &e));
    assert_string_equal(e.title, "x");
    assert_true(e.claim[0] == '\0' && e.source[0] == '\0' && e.against[0] == '\0' && e.part == STRATA_TEST_PART && e.seeds == 0);
    assert_true(isnan(e.report) && isnan(e.median) && isnan(e.lowest) && isnan(e.highest) && e.published == NULL && e.axes == 0);
    assert_int_equal(plan_size(&e, 5), 5);
    plan_free(&e);
    CHECK_OK(plan_read(wrote("x.yaml", "name: x\nexperiment: {vary: {lambda: {around: y, points: 3}}}\n"), false, NULL, &e));
    assert_true(e.axis[0].span == 4 && e.axis[0].rounds == 1 && plan_size(&e, 2) == 6);
    plan_free(&e);
    CHECK_OK(plan_read(wrote("x.yaml", "name: x\nexperiment: {check: {methods: [complex]}}\n"), false, NULL, &e));
    assert_true(e.inputs == 10 && e.images == 20 && e.methods == 1 && plan_size(&e, 2) == 0);
    plan_free(&e);
}

/* A quick look makes everything shorter and nothing longer. */
static void quick_is_less(void **state)
{
    (void)state;
    experiment e;
    const char *long_one = "name: x\nexperiment: {vary: {lambda: {around: y, points: 7, rounds: 3}}}\n";
    CHECK_OK(plan_read(wrote("x.yaml", long_one), true, NULL, &e));
    CHECK_OK(plan_fit(&e, small_data(), true));
    assert_true(e.config->n_s == 0 && e.config->evals == 3 && e.axis[0].count == 5 && e.axis[0].rounds == 1); /* 5 epochs are 20 updates */
    plan_free(&e);
    CHECK_OK(plan_read(wrote("x.yaml", "name: x\nn_batch: 10\n"), true, NULL, &e));
    CHECK_OK(plan_fit(&e, small_data(), true));
    assert_int_equal(e.config->n_s, 75); /* not the 225 of 450 images */
    plan_free(&e);
    CHECK_OK(plan_read(wrote("x.yaml", "name: x\nn_batch: 10\nepochs: 8\n"), true, NULL, &e));
    CHECK_OK(plan_fit(&e, small_data(), true));
    assert_true(e.config->n_s == 0 && e.config->updates == 300 && e.config->epochs == 0); /* two cycles of 180 */
    plan_free(&e);
    CHECK_OK(plan_read(wrote("x.yaml", "name: x\nn_batch: 10\nupdates: 2000\ncycles: 1\n"), true, NULL, &e));
    CHECK_OK(plan_fit(&e, small_data(), true));
    CHECK_OK(strata_config_check(e.config)); /* one length still */
    assert_true(e.config->n_s == 0 && e.config->updates == 150 && e.config->cycles == 1);
    plan_free(&e);
    CHECK_OK(plan_read(wrote("x.yaml", "name: x\nupdates: 20\n"), true, NULL, &e));
    CHECK_OK(plan_fit(&e, small_data(), true));
    assert_true(e.config->n_s == 0 && e.config->updates == 20);
    plan_free(&e);
    CHECK_OK(plan_read(wrote("x.yaml", TINY "name: x\nexperiment: {vary: {lambda: {logspace: [1, 2], points: 2}}}\n"), true, NULL, &e));
    assert_true(e.config->n_s == 4 && e.config->evals == 1 && e.axis[0].count == 2);
    plan_free(&e);
}

/* ---- values -------------------------------------------------------------------------------------------------------------------------- */

static void read_axis(const char *source, experiment *e)
{
    char words[512];
    (void)snprintf(words, sizeof words, "name: x\nexperiment: {vary: {%s}}\n", source);
    CHECK_OK(plan_read(wrote("x.yaml", words), false, NULL, e));
}

static void a_grid_is_even_and_exact(void **state)
{
    (void)state;
    static const char *const due[] = { "0.0001", "0.000316", "0.001", "0.00316", "0.01", "0.0316", "0.1", "0.316", "1" };
    experiment e;
    read_axis("init: {logspace: [1e-4, 1], points: 9, prefix: 'sigma:'}", &e);
    CHECK_OK(values_make(&e, &e.axis[0]));
    CHECK_OK(values_make(&e, &e.axis[0])); /* made once */
    assert_int_equal(e.axis[0].values, 9);
    for (size_t v = 0; v < 9; v++) {
        assert_memory_equal(e.axis[0].value[v], "sigma:", 6);
        assert_string_equal(e.axis[0].value[v] + 6, due[v]);
    }
    plan_free(&e);
    read_axis("eps: {logspace: [1.234e-290, 1.236e-290], points: 9}", &e); /* where powers of ten are no doubles */
    CHECK_OK(values_make(&e, &e.axis[0]));
    assert_int_equal(e.axis[0].values, 2); /* 1.23 and 1.24: nothing twice */
    assert_string_equal(e.axis[0].value[0], "1.23e-290");
    assert_string_equal(e.axis[0].value[1], "1.24e-290");
    plan_free(&e);
}

static int digits_of(const char *number)
{
    int digits = 0;
    for (; *number != '\0' && *number != 'e'; number++) digits += *number >= '0' && *number <= '9' && (digits > 0 || *number != '0');
    return digits;
}

static void draws_are_in_their_range_and_the_same_each_time(void **state)
{
    (void)state;
    experiment e, again, other;
    read_axis("lambda: {loguniform: [1e-4, 1e-1], draws: 25}", &e);
    read_axis("lambda: {loguniform: [1e-4, 1e-1], draws: 25, seed: 1}", &again);
    read_axis("lambda: {loguniform: [1e-4, 1e-1], draws: 25, seed: 2}", &other);
    CHECK_OK(values_make(&e, &e.axis[0]));
    CHECK_OK(values_make(&again, &again.axis[0]));
    CHECK_OK(values_make(&other, &other.axis[0]));
    long below = 0, same = 0;
    for (size_t v = 0; v < e.axis[0].values; v++) {
        double x = strtod(e.axis[0].value[v], NULL);
        assert_true(x >= 1e-4 && x <= 1e-1 && digits_of(e.axis[0].value[v]) <= 3);
        assert_string_equal(e.axis[0].value[v], again.axis[0].value[v]);
        below += x < sqrt(1e-5); /* the middle of the range, on this scale */
        same += strcmp(e.axis[0].value[v], other.axis[0].value[v]) == 0;
    }
    assert_true(e.axis[0].values > 20 && below >= 5 && below <= 20 && same <= 2);
    plan_free(&e);
    plan_free(&again);
    plan_free(&other);
}

static void values_that_are_made_may_be_refused_too(void **state)
{
    (void)state;
    experiment e;
    read_axis("lambda: {logspace: [1, 1e6], points: 3}", &e);
    assert_failed(values_make(&e, &e.axis[0]), STRATA_ERR_ARGUMENT, "x.yaml:2: lambda = 1");
    plan_free(&e);
    read_axis("bn: {logspace: [1, 2], points: 3}", &e);
    assert_failed(values_make(&e, &e.axis[0]), STRATA_ERR_ARGUMENT, "x.yaml:2: bn = 1 is");
    plan_free(&e);
    read_axis("init: {logspace: [1, 2], points: 3, prefix: a-very-long-prefix-that-leaves-no-room-for-a-number}", &e);
    assert_failed(values_make(&e, &e.axis[0]), STRATA_ERR_ARGUMENT, "x.yaml:2: init: the prefix is too long");
    plan_free(&e);
}

/* The best value of another experiment is that value, not its first three digits. */
static void a_number_that_is_added_is_not_rounded(void **state)
{
    (void)state;
    experiment e;
    read_axis("lambda: {best: y}", &e);
    CHECK_OK(values_add(&e, &e.axis[0], 0.001234));
    CHECK_OK(values_add(&e, &e.axis[0], 0.001234));
    CHECK_OK(values_add(&e, &e.axis[0], 0));
    assert_int_equal(e.axis[0].values, 2);
    assert_string_equal(e.axis[0].value[0], "0.001234");
    assert_string_equal(e.axis[0].value[1], "0");
    plan_free(&e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_base_comes_first, clear_folder),
        cmocka_unit_test_setup(bases_nest_and_are_found_from_their_file, clear_folder),
        cmocka_unit_test_setup(the_experiment_is_left_alone, clear_folder),
        cmocka_unit_test_setup(a_wrong_base_changes_nothing, clear_folder),
        cmocka_unit_test_setup(wrong_experiments_are_refused_by_file_and_line, clear_folder),
        cmocka_unit_test_setup(wrong_files_are_refused_by_file_and_line, clear_folder),
        cmocka_unit_test_setup(a_list_has_a_hundred_values_at_most, clear_folder),
        cmocka_unit_test_setup(every_field_is_read, clear_folder),
        cmocka_unit_test_setup(what_is_not_said_has_a_default, clear_folder),
        cmocka_unit_test_setup(quick_is_less, clear_folder),
        cmocka_unit_test_setup(a_grid_is_even_and_exact, clear_folder),
        cmocka_unit_test_setup(draws_are_in_their_range_and_the_same_each_time, clear_folder),
        cmocka_unit_test_setup(values_that_are_made_may_be_refused_too, clear_folder),
        cmocka_unit_test_setup(a_number_that_is_added_is_not_rounded, clear_folder),
    };
    return cmocka_run_group_tests(tests, make_folder, clear_and_remove);
}
