/*
 * Run ids. This program is the next release: it takes identity.c in place of the library's, with another STRATA_VERSION. The ids below were
 * recorded by strata 0.1.0, and must come out again for ever. Then the rules for settings that are newer than numerics 1, with a row
 * that is planted into the table.
 */
#include <string.h>

#include "cmocka_strata.h"

#undef STRATA_VERSION
#define STRATA_VERSION "9.9.9"
#include "../src/settings/identity.c"

#define SYNTHETIC "fc69e717cfeac7e2f5d96e276987460da660c94a030d679f217d7cca6a9166ea"

/* A configuration with one setting more than the table has. */
typedef struct {
    strata_config config;
    setting_number planted;
} larger_config;

static setting rows[SETTINGS + 1];

/* The table with one more row in its midst: its default is 0.5, and 0 is what was done before it existed. */
static setting_list planted_rows(int number)
{
    size_t half = SETTINGS / 2;
    memcpy(rows, setting_rows, half * sizeof *rows);
    memcpy(rows + half + 1, setting_rows + half, (SETTINGS - half) * sizeof *rows);
    rows[half] = (setting){ .number = number, .subject = "net", .key = "planted", .kind = &setting_kind_number, .fallback = "0.5",
                            .identity = { IDENTITY_UNLESS, "0" }, .least = 0, .most = 1, .least_text = "0", .most_text = "1", .help = "",
                            .offset = offsetof(larger_config, planted) };
    return (setting_list){ rows, SETTINGS + 1 };
}

static larger_config fresh(void)
{
    strata_config *c;
    larger_config larger = { .planted = 0.5 };
    CHECK_OK(strata_config_new(&c));
    larger.config = *c;
    strata_config_free(c);
    CHECK_OK(strata_config_set(&larger.config, "backend", "cpu"));
    CHECK_OK(strata_config_set(&larger.config, "n_s", "2250")); /* what the three resolve to for CIFAR-10 */
    CHECK_OK(strata_config_set(&larger.config, "n_train", "45000"));
    CHECK_OK(strata_config_set(&larger.config, "n_val", "5000"));
    return larger;
}

/* The text of an identity; lives until the next call. */
static const char *identity_of(setting_list list, const strata_config *c, long numerics)
{
    static char words[2048];
    text out = { 0 };
    identity_describe(list, c, "d", numerics, &out);
    assert_false(out.failed);
    assert_true(out.length < sizeof words);
    memcpy(words, out.at, out.length + 1);
    text_free(&out);
    return words;
}

/* ---- what was recorded --------------------------------------------------------------------------------------------------------------- */

static void recorded_ids_come_out_again(void **state)
{
    (void)state;
    static const struct {
        const char *id, *set[24]; /* keys and values; what is not said has the default of 0.1.0, n_s being 2250 */
    } recorded[] = {
        { "f531f03de32e", { "backend", "cpu" } },
        { "097ba96282a6", { "backend", "ref64", "hidden", "[]", "bn", "false", "lambda", "0", "n_s", "7" } },
        { "da8dfecf10c5", { "backend", "ref32", "hidden", "[9,8,7]", "init", "sigma:0.1", "eta_min", "1e-7", "eta_max", "0.25", "seed",
                            "9007199254740992", "cycles", "3", "evals", "7", "diagnose", "true" } },
        { "425faa151447", { "backend", "cpu", "precision", "bf16", "init", "xavier", "eps", "1e-3", "alpha", "0.99", "n_train", "400",
                            "n_val", "100", "n_batch", "50", "n_s", "40", "name", "other", "threads", "1" } },
        { "4f420872d38e", { "backend", "blas", "lambda", "0", "bn", "false" } },
        { "4f420872d38e", { "backend", "blas", "lambda", "-0", "bn", "false" } },
        { "4f420872d38e", { "backend", "blas", "lambda", "-0e5", "bn", "false" } },
        { "b2e221965121", { "backend", "cpu", "cycles", "0", "hidden", "[1]" } },
    };
    for (size_t q = 0; q < sizeof recorded / sizeof *recorded; q++) {
        char id[RUN_ID];
        larger_config c = fresh();
        const char *const *word = recorded[q].set;
        for (; *word != NULL; word += 2) CHECK_OK(strata_config_set(&c.config, word[0], word[1]));
        CHECK_OK(run_make_id(&c.config, SYNTHETIC, 1, id));
        assert_string_equal(id, recorded[q].id);
    }
}

/* The whole text of numerics 1, so that a failure shows what has changed; name and threads change no training. */
static void the_text_of_numerics_1_stands(void **state)
{
    (void)state;
    larger_config c = fresh();
    CHECK_OK(strata_config_set(&c.config, "name", "other"));
    CHECK_OK(strata_config_set(&c.config, "threads", "7"));
    assert_string_equal(identity_of(settings_all(), &c.config, 1),
                        "name = run\nhidden = [50,50]\nbn = true\nlambda = 0.005\neta_min = 1e-05\neta_max = 0.1\nn_batch = 100\n"
                        "n_s = 2250\ncycles = 2\nseed = 1\ninit = he\neps = 1e-05\nalpha = 0.9\nn_train = 45000\nn_val = 5000\n"
                        "evals = 10\ndiagnose = false\nbackend = cpu\nprecision = float\nthreads = 0\ndata = d\nversion = 0.1.0\n");
}

static void other_numerics_have_other_ids(void **state)
{
    (void)state;
    larger_config c = fresh();
    char one[RUN_ID], two[RUN_ID];
    const char *words = identity_of(settings_all(), &c.config, 2);
    assert_null(strstr(words, "version"));
    assert_string_equal(strstr(words, "data = "), "data = d\nnumerics = 2\n");
    CHECK_OK(run_make_id(&c.config, "d", 1, one));
    CHECK_OK(run_make_id(&c.config, "d", 2, two));
    assert_string_not_equal(one, two);
}

/* ---- newer settings ------------------------------------------------------------------------------------------------------------------ */

static void a_newer_setting_enters_off_its_neutral_value(void **state)
{
    (void)state;
    char before[2048];
    larger_config c = fresh();
    setting_list list = planted_rows(SETTINGS + 1);
    (void)snprintf(before, sizeof before, "%s", identity_of(settings_all(), &c.config, 1));
    c.planted = 0;
    assert_string_equal(identity_of(list, &c.config, 1), before);
    c.planted = 0.5; /* its default */
    const char *words = identity_of(list, &c.config, 1), *data = strstr(before, "data = ");
    assert_memory_equal(words, before, (size_t)(data - before));
    assert_string_equal(words + (data - before), "planted = 0.5\ndata = d\nversion = 0.1.0\n");
    rows[SETTINGS / 2].fallback = "0"; /* another default is no other id */
    assert_string_equal(identity_of(list, &c.config, 1) + (data - before), "planted = 0.5\ndata = d\nversion = 0.1.0\n");
}

/* What changes no training enters no id, whatever its value; files from before it mean its neutral value, too. */
static void an_idle_newer_setting_enters_no_id(void **state)
{
    (void)state;
    char before[2048];
    larger_config c = fresh();
    setting_list list = planted_rows(SETTINGS + 1);
    rows[SETTINGS / 2].identity.rule = IDENTITY_NEVER;
    (void)snprintf(before, sizeof before, "%s", identity_of(settings_all(), &c.config, 1));
    for (int q = 0; q < 3; q++) {
        c.planted = (double[]){ 0, 0.5, 1 }[q];
        assert_string_equal(identity_of(list, &c.config, 1), before);
    }
    CHECK_OK(settings_read(list, &c.config, "seed = 1\n"));
    assert_true(c.planted == 0);
    assert_true(setting_is_idle(&rows[SETTINGS / 2]) && setting_is_idle(setting_find(settings_all(), "log_every")));
    assert_false(setting_is_idle(setting_find(settings_all(), "eval_train")));
}

/* The settings that came after numerics 1, at their neutral values and off them. */
static void newer_settings_have_their_rules(void **state)
{
    (void)state;
    char id[RUN_ID];
    larger_config c = fresh();
    CHECK_OK(strata_config_set(&c.config, "log_every", "7"));
    CHECK_OK(strata_config_set(&c.config, "eval_train", "0"));
    CHECK_OK(run_make_id(&c.config, SYNTHETIC, 1, id));
    assert_string_equal(id, "f531f03de32e"); /* as recorded above */
    CHECK_OK(strata_config_set(&c.config, "eval_train", "5000"));
    assert_non_null(strstr(identity_of(settings_all(), &c.config, 1), "threads = 0\neval_train = 5000\ndata = d\n"));
    assert_null(strstr(identity_of(settings_all(), &c.config, 1), "log_every"));
}

/* A file that was written before there was the setting stands for what was done then, whatever the default is now. */
static void lines_without_a_newer_setting_mean_its_neutral_value(void **state)
{
    (void)state;
    larger_config c = fresh(), back = fresh();
    setting_list list = planted_rows(SETTINGS + 1);
    text lines = { 0 }, now = { 0 };
    config_describe(&c.config, &lines);
    CHECK_OK(settings_read(list, &back.config, lines.at));
    assert_true(back.planted == 0);
    back.planted = 0.25;
    settings_describe(list, &back.config, &now);
    assert_string_equal(now.at + lines.length, "planted = 0.25\n"); /* the newest last, wherever its row stands */
    CHECK_OK(settings_read(list, &c.config, now.at));
    assert_true(c.planted == 0.25);
    text_free(&lines);
    text_free(&now);
}

/* ---- the table ----------------------------------------------------------------------------------------------------------------------- */

/* Numbers are 1, 2, ...; those of numerics 1 always enter, all others have a neutral value, written as it is printed. */
static void rows_are_numbered_and_have_a_neutral_value(void **state)
{
    (void)state;
    enum { FIRST = 20 };
    int number = 0;
    for (const setting *row = setting_after(settings_all(), 0); row != NULL; row = setting_after(settings_all(), row->number)) {
        assert_int_equal(row->number, ++number);
        assert_int_equal(row->identity.rule == IDENTITY_ALWAYS || row->identity.rule == IDENTITY_AS, number <= FIRST);
        if (row->identity.rule == IDENTITY_ALWAYS) continue;
        larger_config c = fresh();
        char value[256];
        CHECK_OK(strata_config_set(&c.config, row->key, row->identity.text));
        CHECK_OK(strata_config_get(&c.config, row->key, value, sizeof value));
        assert_string_equal(value, row->identity.text);
    }
    assert_int_equal(number, SETTINGS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_ids_come_out_again),
        cmocka_unit_test(the_text_of_numerics_1_stands),
        cmocka_unit_test(other_numerics_have_other_ids),
        cmocka_unit_test(a_newer_setting_enters_off_its_neutral_value),
        cmocka_unit_test(an_idle_newer_setting_enters_no_id),
        cmocka_unit_test(newer_settings_have_their_rules),
        cmocka_unit_test(lines_without_a_newer_setting_mean_its_neutral_value),
        cmocka_unit_test(rows_are_numbered_and_have_a_neutral_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
