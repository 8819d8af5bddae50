/*
 * Settings as text. What must be refused is in tables: each row has to give STRATA_ERR_ARGUMENT, a
 * sentence that names the key and the value, and a configuration as it was before.
 */
#include <math.h>
#include <string.h>

#include "cmocka_strata.h"
#include "configured.h"

#include "other_words.h"
#include "setting.h"

/* Setting key to value is a wrong argument, says so with both words, and changes nothing. */
static void assert_refused(const char *key, const char *value, const char *word)
{
    strata_config c = touched();
    if (strata_config_set(&c, key, value) != STRATA_ERR_ARGUMENT) fail_msg("%s = '%s' was taken", key, value);
    bool says = strstr(strata_error(), key) != NULL && strstr(strata_error(), word) != NULL;
    if (!says) fail_msg("%s = '%s': '%s'", key, value, strata_error());
    assert_untouched(&c);
}

/* ---- one setting ------------------------------------------------------------------------------------------------------------------ */

static void every_default_reads_back(void **state)
{
    (void)state;
    size_t count;
    const strata_setting *row = strata_settings(&count);
    assert_true(count >= 18);
    for (size_t q = 0; q < count; q++) {
        strata_config c = fresh(), *copy;
        assert_value(&c, row[q].key, row[q].fallback);
        CHECK_OK(strata_config_set(&c, row[q].key, row[q].fallback));
        assert_value(&c, row[q].key, row[q].fallback);
        CHECK_OK(strata_config_copy(&c, &copy));
        assert_value(copy, row[q].key, row[q].fallback);
        assert_true(row[q].help[0] != '\0' && strlen(row[q].help) < 100);
        strata_config_free(copy);
    }
    strata_config_free(NULL);
}

/* Both ends of every range are taken and read back; the next number outside is refused, with the range in the sentence. */
static void ranges_hold_at_both_ends(void **state)
{
    (void)state;
    size_t count, ranges = 0;
    const strata_setting *row = strata_settings(&count);
    for (size_t q = 0; q < count; q++) {
        char least[32], most[32], below[32], above[32];
        double lo, hi, back;
        bool whole = strcmp(row[q].type, "whole number") == 0;
        if (!whole && strcmp(row[q].type, "number") != 0) continue;
        assert_int_equal(sscanf(row[q].range, "%31s .. %31s", least, most), 2);
        assert_true(text_to_double(least, &lo) && text_to_double(most, &hi) && lo < hi);
        (void)snprintf(below, sizeof below, "%.17g", whole ? lo - 1 : nextafter(lo, -INFINITY));
        (void)snprintf(above, sizeof above, "%.17g", whole ? fmax(hi + 1, nextafter(hi, INFINITY)) : nextafter(hi, INFINITY));
        strata_config c = fresh();
        for (int end = 0; end < 2; end++) {
            char value[32];
            CHECK_OK(strata_config_set(&c, row[q].key, end == 0 ? least : most));
            CHECK_OK(strata_config_get(&c, row[q].key, value, sizeof value));
            assert_true(text_to_double(value, &back) && back == (end == 0 ? lo : hi));
        }
        assert_refused(row[q].key, below, below);
        assert_refused(row[q].key, above, "outside");
        ranges++;
    }
    assert_true(ranges >= 12);
}

/* 2^53 + 1 is no double: a range that is checked in double takes it for 2^53. */
static void seeds_above_their_range_are_refused(void **state)
{
    (void)state;
    assert_refused("seed", "9007199254740993", "outside");
}

static const struct {
    const char *key, *value, *word;
} wrong[] = {
    { "lambda", "", "number" },          { "lambda", "nan", "nan" },           { "lambda", "-nan", "nan" },
    { "lambda", "inf", "inf" },          { "lambda", "-inf", "-inf" },         { "lambda", "1e999", "outside" },
    { "lambda", "-1e-300", "outside" },  { "lambda", "0.1x", "0.1x" },         { "lambda", " 0.1", "number" },
    { "lambda", "0.1 ", "number" },      { "lambda", "0,1", "0,1" },           { "lambda", "[0.1]", "[0.1]" },
    { "lambda", "0.1\n", "number" },     { "eps", "0", "outside" },            { "eps", "1e-999", "outside" },
    { "seed", "-1", "outside" },         { "seed", "1.5", "whole" },           { "seed", "1e3", "whole" },
    { "seed", "", "whole" },             { "seed", "nan", "whole" },           { "seed", "0x10", "whole" },
    { "seed", "1 2", "whole" },          { "seed", "99999999999999999999", "99999999999999999999" },
    { "n_batch", "0", "outside" },       { "cycles", "-9223372036854775808", "outside" },
    { "bn", "", "true" },                { "bn", "maybe", "maybe" },           { "bn", "yes", "write true" },
    { "bn", "2", "2" },                  { "bn", "true ", "true" },
    { "hidden", "", "list" },            { "hidden", "[50,50", "[50,50" },     { "hidden", "50,50", "50,50" },
    { "hidden", "50", "list" },          { "hidden", "[50,,50]", "[50,,50]" }, { "hidden", "[50 50]", "[50 50]" },
    { "hidden", "[-1]", "[-1]" },        { "hidden", "[0]", "[0]" },           { "hidden", "[65537]", "[65537]" },
    { "hidden", "[1e3]", "[1e3]" },      { "hidden", "[50,]", "[50,]" },       { "hidden", "[,]", "[,]" },
    { "hidden", "[50]]", "[50]]" },      { "hidden", "[50] ", "list" },        { "hidden", " [50]", "list" },
    { "hidden", "[", "list" },           { "hidden", "]", "list" },            { "hidden", "[[50]]", "list" },
    { "hidden", "[+5]", "[+5]" },        { "hidden", "[5.0]", "[5.0]" },       { "hidden", "[0x5]", "[0x5]" },
    { "hidden", "[4294967297]", "65536" }, { "hidden", "[18446744073709551617]", "65536" },
    { "hidden", "[99999999999999999999999]", "65536" },                        { "hidden", "[5\0]", "list" },
    { "init", "", "he" },                { "init", "He", "He" },               { "init", "sigma", "sigma" },
    { "init", "sigma:", "sigma:" },      { "init", "sigma:x", "sigma:x" },     { "init", "sigma:-1", "outside" },
    { "init", "sigma:nan", "nan" },      { "init", "sigma:inf", "outside" },   { "init", "sigma: 1", "sigma: 1" },
    { "init", "sigma:1001", "outside" }, { "init", "xavier2", "xavier2" },
    { "backend", "", "characters" },     { "backend", "ref6", "ref64" },      { "backend", "quantum", "known" },
    { "backend", "REF64", "REF64" },     { "name", "", "characters" },         { "name", "a/b", "a/b" },
    { "name", "a b", "a b" },            { "name", "\xc3\xa4", "letters" },    { "name", "a\nb", "letters" },
    { "name", "12345678901234567890123456789012", "31" },
};

static void malformed_values_are_refused(void **state)
{
    (void)state;
    char layers[64 * 2 + 2] = "[1";
    for (size_t q = 0; q < sizeof wrong / sizeof *wrong; q++) assert_refused(wrong[q].key, wrong[q].value, wrong[q].word);
    for (int l = 1; l < 64; l++) memcpy(layers + 2 * l, ",1", 3);
    memcpy(layers + 2 * 64, "]", 2);
    assert_refused("hidden", layers, "63");
    strata_config c = fresh();
    memcpy(layers + 2 * 63, "]", 2);
    CHECK_OK(strata_config_set(&c, "hidden", layers));
    assert_value(&c, "hidden", layers);
}

static void well_formed_values_are_taken(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        { "hidden", "[]", "[]" },           { "hidden", "[ ]", "[]" },          { "hidden", "[ 50 , 30\t]", "[50,30]" },
        { "hidden", "[65536]", "[65536]" }, { "hidden", "[007]", "[7]" },       { "init", "xavier", "xavier" },
        { "init", "sigma:1e-1", "sigma:0.1" }, { "init", "sigma:0", "sigma:0" }, { "init", "he", "he" },
        { "bn", "True", "true" },           { "bn", "FALSE", "false" },          { "lambda", "5e-3", "0.005" },
        { "lambda", "-0", "0" },            { "init", "sigma:-0", "sigma:0" }, { "eta_max", "0.1", "0.1" },
        { "name", "a-b_c.9", "a-b_c.9" },   { "backend", "ref64", "ref64" },    { "seed", "9007199254740992", "9007199254740992" },
        { "lambda", "5e-324", "5e-324" },   { "name", "1234567890123456789012345678901", "1234567890123456789012345678901" },
    };
    for (size_t q = 0; q < sizeof rows / sizeof *rows; q++) {
        strata_config c = fresh();
        CHECK_OK(strata_config_set(&c, rows[q][0], rows[q][1]));
        assert_value(&c, rows[q][0], rows[q][2]);
        CHECK_OK(strata_config_set(&c, rows[q][0], rows[q][2]));
        assert_value(&c, rows[q][0], rows[q][2]);
    }
}

static void unknown_settings_bring_a_suggestion(void **state)
{
    (void)state;
    assert_refused("lamda", "1", "'lambda'");
    assert_refused("eta-max", "1", "'eta_max'");
    assert_refused("Lambda", "1", "'lambda'");
    assert_refused("vermouth", "1", "--help");
    assert_refused("", "1", "--help");
    strata_config c = touched();
    char out[8];
    assert_int_equal(strata_config_get(&c, "lamda", out, sizeof out), STRATA_ERR_ARGUMENT);
    assert_int_equal(strata_config_get(&c, "lambda", out, 0), STRATA_ERR_ARGUMENT);
    assert_int_equal(strata_config_set(&c, NULL, "1"), STRATA_ERR_ARGUMENT);
    assert_int_equal(strata_config_set(NULL, "lambda", "1"), STRATA_ERR_ARGUMENT);
    memset(out, 'x', sizeof out);
    CHECK_OK(strata_config_get(&c, "hidden", out, 5));
    assert_memory_equal(out, "[9,8\0xxx", 8);
    assert_untouched(&c);
}

/* The field's words are answered with the setting that they mean; each word once in the list, and none of them a setting. */
static void other_words_are_answered(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        { "learning_rate", "eta_max" }, { "learning-rate", "eta_max" }, { "LearningRate", "eta_max" }, { "lr", "eta_max" },
        { "min_lr", "eta_min" },        { "batch_size", "n_batch" },    { "decay", "lambda = w/2" },   { "num_epochs", "epochs" },
        { "hidden_layers", "hidden" },  { "batch_norm", "bn" },         { "bn_momentum", "alpha" },     { "random_state", "seed" },
        { "num_threads", "threads" },   { "l2", "lambda" },             { "val_size", "n_val" },       { "max_steps", "n_s" },
    };
    for (size_t q = 0; q < sizeof rows / sizeof *rows; q++) assert_refused(rows[q][0], "1", rows[q][1]);
    for (size_t q = 0; q < SETTINGS; q++) assert_null(setting_other_word(setting_rows[q].key));
    assert_null(setting_other_word("a_word_that_is_longer_than_every_word_that_is_known_here"));
}

/* 0 and -0 are one value, with one text, however it is written. */
static void minus_zero_is_zero(void **state)
{
    (void)state;
    static const char *const zeros[] = { "-0", "-0.0", "-0e5", "0", "+0", "-.0" };
    size_t numbers = 0;
    for (const setting *row = setting_rows; row < setting_rows + SETTINGS; row++) {
        if (row->kind != &setting_kind_number || row->least > 0) continue;
        for (size_t z = 0; z < sizeof zeros / sizeof *zeros; z++) {
            strata_config c = fresh();
            CHECK_OK(strata_config_set(&c, row->key, zeros[z]));
            assert_value(&c, row->key, "0");
            assert_false(signbit(*(const double *)setting_value(row, &c)));
        }
        numbers++;
    }
    assert_true(numbers >= 4);
}

static void what_was_given_is_known(void **state)
{
    (void)state;
    strata_config c = fresh(), *copy;
    size_t count;
    const strata_setting *row = strata_settings(&count);
    for (size_t q = 0; q < count; q++) assert_false(strata_config_given(&c, row[q].key));
    assert_int_equal(strata_config_set(&c, "seed", "x"), STRATA_ERR_ARGUMENT);
    CHECK_OK(strata_config_set(&c, row[count - 1].key, row[count - 1].fallback)); /* at its default, too */
    CHECK_OK(strata_config_copy(&c, &copy));
    for (size_t q = 0; q < count; q++) assert_int_equal(strata_config_given(copy, row[q].key), q == count - 1);
    assert_false(strata_config_given(copy, "no such setting") || strata_config_given(NULL, "seed") || strata_config_given(copy, NULL));
    strata_config_free(copy);
}

/* Subjects are blocks, and the range of a choice is its words. */
static void rows_stand_by_subject(void **state)
{
    (void)state;
    size_t count, subjects = 0;
    const strata_setting *row = strata_settings(&count);
    for (size_t q = 0; q < count; q++) {
        bool first = q == 0 || strcmp(row[q].subject, row[q - 1].subject) != 0;
        subjects += first;
        for (size_t before = 0; first && before < q; before++) assert_string_not_equal(row[before].subject, row[q].subject);
        if (strcmp(row[q].key, "precision") == 0) assert_string_equal(row[q].range, "float, bf16");
        if (strcmp(row[q].key, "backend") == 0) assert_string_equal(row[q].range, "auto, cpu, blas, ref32, ref64, refc64");
        assert_true(strlen(row[q].range) + 1 < SETTING_RANGE);
    }
    assert_int_equal(subjects, 6);
}

/* ---- settings together ------------------------------------------------------------------------------------------------------------ */

static void settings_that_contradict_are_refused(void **state)
{
    (void)state;
    enum { UNTIL_KNOWN = 2 };
    static const struct {
        const char *words[4]; /* keys and their values */
        int fit; /* true, false, or true only while nobody knows that there are 50,000 training examples: */
    } cases[] = {
        { { NULL }, true },                                   { { "cycles", "0" }, true },
        { { "n_batch", "1" }, false },                        { { "n_batch", "1", "bn", "false" }, true },
        { { "n_batch", "1", "hidden", "[]" }, true },         { { "n_batch", "101", "n_train", "100" }, false },
        { { "n_val", "5001" }, true },                        { { "backend", "refc64" }, false },
        { { "eta_min", "0.2" }, false },                      { { "eta_min", "0.1" }, true },
        { { "evals", "1000", "cycles", "100" }, true },       { { "evals", "1000", "cycles", "101" }, false },
        { { "evals", "1000000", "cycles", "100000" }, false }, { { "evals", "1000000" }, true },
        { { "evals", "0" }, true },                           { { "evals", "0", "cycles", "100000" }, true },
        { { "eval_train", "45000" }, true },                  { { "eval_train", "45001" }, UNTIL_KNOWN },
        { { "eval_train", "400", "n_train", "399" }, false }, { { "log_every", "1" }, true },
        { { "log_every", "1", "cycles", "22" }, true },       { { "log_every", "1", "cycles", "23" }, false }, /* 4500 updates each */
        { { "log_every", "2", "n_s", "50001" }, false },      { { "log_every", "3", "n_s", "75000" }, true },
        { { "n_val", "50000" }, UNTIL_KNOWN },                { { "n_train", "45001", "n_val", "5000" }, UNTIL_KNOWN },
        { { "translate", "32", "cutout", "32" }, true },      { { "translate", "33" }, UNTIL_KNOWN },
        { { "n_train", "49999" }, UNTIL_KNOWN },              { { "n_train", "49999", "n_val", "1" }, true },
    };
    for (size_t q = 0; q < sizeof cases / sizeof *cases; q++) {
        strata_config c = fresh();
        const char *const *word = cases[q].words;
        for (int w = 0; w < 4 && word[w] != NULL; w += 2) CHECK_OK(strata_config_set(&c, word[w], word[w + 1]));
        if ((strata_config_check(&c) == STRATA_OK) != (cases[q].fit != 0)) fail_msg("case %zu, not known", q);
        c.pool = 50000;
        if ((strata_config_check(&c) == STRATA_OK) != (cases[q].fit == 1)) fail_msg("case %zu: %s", q, strata_error());
    }
}

/* What further scores of the end cost: forward passes over images, in updates of 3 * 50 images each. Validation and test are 300 images. */
static void further_scores_are_work(void **state)
{
    (void)state;
    static const struct {
        const char *words[6];
        double images;
    } cases[] = {
        { { "name", "other" }, 0 },
        { { "ensemble", "true" }, 2 * 300 },                              /* the ends of two cycles */
        { { "ensemble", "true", "cycles", "3", "n_s", "10" }, 20 * 150 + 1100 + 3 * 300 }, /* 20 updates and a point more, and three ends */
        { { "test_flip", "true" }, 2 * 300 },
        { { "average", "ema", "bn", "false" }, 300 },                     /* no statistics */
        { { "average", "swa" }, 300 + 1000 },                             /* and all 1000 training examples for its statistics */
        { { "precise_bn", "130" }, 300 + 2 * 100 },                       /* two whole mini-batches, for each part anew */
        { { "precise_bn", "30" }, 300 + 2 * 30 },                         /* fewer than a mini-batch are one of their own */
        { { "adaptive_bn", "true" }, 300 + 300 },
        { { "keep", "best" }, 1000 + 100 },                               /* the last point is of other parameters */
        { { "keep", "best", "eval_train", "200" }, 100 - 3 * 800 + 1000 }, /* all are evaluated once, three points see a fifth */
    };
    strata_config plain = fresh();
    for (size_t q = 0; q < sizeof cases / sizeof *cases; q++) {
        static const char *const all[][2] = { { "n_train", "1000" }, { "n_val", "100" }, { "n_batch", "50" }, { "n_s", "10" },
                                              { "cycles", "2" }, { "evals", "1" } };
        strata_config c = fresh();
        c.pool = 1100;
        c.tests = 200;
        for (size_t s = 0; s < sizeof all / sizeof *all; s++) CHECK_OK(strata_config_set(&c, all[s][0], all[s][1]));
        plain = c;
        const char *const *word = cases[q].words;
        for (int w = 0; w < 6 && word[w] != NULL; w += 2) CHECK_OK(strata_config_set(&c, word[w], word[w + 1]));
        CHECK_OK(strata_config_check(&c));
        double found = (strata_config_work(&c) - strata_config_work(&plain)) * 150;
        if (!(fabs(found - cases[q].images) < 1e-9)) fail_msg("case %zu: %g images, due are %g", q, found, cases[q].images);
    }
    plain.tests = 0; /* not known yet: as many as CIFAR-10 has */
    strata_config c = plain;
    CHECK_OK(strata_config_set(&c, "test_flip", "true"));
    CHECK_NEAR((strata_config_work(&c) - strata_config_work(&plain)) * 150, 2 * (100 + 10000), 1e-9);
}

/* Where norm is not auto, what bn says does not count: neither for the examples of a mini-batch nor for eps. */
static void norm_decides_beside_bn(void **state)
{
    (void)state;
    static const struct {
        const char *bn, *norm, *key, *value;
        bool fits;
    } cases[] = {
        { "true", "auto", "n_batch", "1", false }, { "false", "auto", "n_batch", "1", true },
        { "false", "batch", "n_batch", "1", false }, { "true", "layer", "n_batch", "1", true },
        { "true", "none", "n_batch", "1", true }, { "true", "auto", "eps", "1e-40", false },
        { "false", "auto", "eps", "1e-40", true }, { "true", "none", "eps", "1e-40", true },
        { "false", "batch", "eps", "1e-40", false }, { "false", "layer", "eps", "1e-40", false },
    };
    for (size_t q = 0; q < sizeof cases / sizeof *cases; q++) {
        strata_config c = fresh();
        CHECK_OK(strata_config_set(&c, "backend", "ref32"));
        CHECK_OK(strata_config_set(&c, "bn", cases[q].bn));
        CHECK_OK(strata_config_set(&c, "norm", cases[q].norm));
        CHECK_OK(strata_config_set(&c, cases[q].key, cases[q].value));
        if ((strata_config_check(&c) == STRATA_OK) != cases[q].fits) fail_msg("case %zu: %s", q, cases[q].fits ? strata_error() : "taken");
    }
}

/* Each setting that waits for another: off its default and alone it is refused, at its default or in company it is not. */
static void settings_without_effect_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *key, *value, *with, *as, *says;
    } cases[] = {
        { "filters", "20", "patch", "8", "without patch; give that, too, or leave filters out" },
        { "norm_place", "after", "norm", "layer", "normalisation" },
        { "padding", "zero", "translate", "2", "translate" },
        { "momentum", "0.95", "optimiser", "nesterov", "optimiser = momentum or nesterov" },
        { "beta1", "0.8", "optimiser", "adamw", "optimiser = adam or adamw" },
        { "beta2", "0.99", "optimiser", "adam", "optimiser = adam or adamw" },
        { "adam_eps", "0.001", "optimiser", "adam", "adam_eps = 0.001 has no effect without optimiser = adam or adamw" },
        { "weight_decay", "0.1", "optimiser", "adamw", "optimiser = adamw; the L2 penalty of every optimiser is lambda" },
        { "cycle_decay", "0.5", "schedule", "triangle", "schedule = triangle or cosine" },
        { "step_every", "10", "schedule", "step", "schedule = step" },
        { "step_factor", "0.5", "schedule", "step", "schedule = step" },
        { "keep", "average", "average", "ema", "average = swa or ema" },
        { "keep", "best", "evals", "1", "keep = best has no effect without evals > 0" },
        { "patience", "3", "evals", "1", "patience = 3 has no effect without evals > 0" },
        { "average_from", "0.5", "average", "swa", "average = swa" },
        { "ema_decay", "0.99", "average", "ema", "average = ema" },
        { "precise_bn", "1000", "bn", "true", "batch normalisation" },
        { "adaptive_bn", "true", "bn", "true", "batch normalisation" },
    };
    for (size_t q = 0; q < sizeof cases / sizeof *cases; q++) {
        strata_config c = fresh();
        bool norm = strstr(cases[q].says, "normalisation") != NULL, cycles = strncmp(cases[q].key, "cycle", 5) == 0;
        char fallback[32];
        CHECK_OK(strata_config_get(&c, cases[q].key, fallback, sizeof fallback));
        if (norm) CHECK_OK(strata_config_set(&c, "bn", "false"));
        if (strcmp(cases[q].with, "evals") == 0) CHECK_OK(strata_config_set(&c, "evals", "0"));
        if (cycles) CHECK_OK(strata_config_set(&c, "schedule", "constant"));
        CHECK_OK(strata_config_set(&c, cases[q].key, fallback));
        CHECK_OK(strata_config_check(&c));
        CHECK_OK(strata_config_set(&c, cases[q].key, cases[q].value));
        assert_int_equal(strata_config_check(&c), STRATA_ERR_ARGUMENT);
        if (strstr(strata_error(), cases[q].says) == NULL) fail_msg("%s: %s", cases[q].key, strata_error());
        CHECK_OK(strata_config_set(&c, cases[q].with, cases[q].as));
        if (strata_config_check(&c) != STRATA_OK) fail_msg("%s with %s: %s", cases[q].key, cases[q].with, strata_error());
    }
}

static void what_depends_on_other_things_is_resolved(void **state)
{
    (void)state;
    strata_config c = fresh();
    CHECK_OK(strata_config_set(&c, "n_batch", "70"));
    config_resolve(&c);
    assert_int_equal(c.n_s, 5 * 642); /* floor(45000 / 70) */
    assert_int_equal(config_updates(&c), 2 * 2 * 5 * 642);
    assert_true(strcmp(c.backend, strata_backend_auto()) == 0 && c.threads >= 1);
    net_shape s = config_shape(&c);
    assert_true(s.k == 3 && s.width[0] == 3072 && s.width[1] == 50 && s.width[2] == 50 && s.width[3] == 10 && s.bn);
    assert_true(s.eps == 1e-5 && s.alpha == 0.9);
}

/* Where every training image is looked at anyway, a sample is none, and the run has the id of one without. */
static void a_sample_of_all_is_none(void **state)
{
    (void)state;
    static const struct {
        const char *evals, *eval_train;
        long resolved;
    } cases[] = { { "10", "45000", 0 }, { "0", "5000", 0 }, { "10", "44999", 44999 }, { "10", "0", 0 } };
    for (size_t q = 0; q < sizeof cases / sizeof *cases; q++) {
        strata_config c = fresh();
        CHECK_OK(strata_config_set(&c, "evals", cases[q].evals));
        CHECK_OK(strata_config_set(&c, "eval_train", cases[q].eval_train));
        config_resolve(&c);
        assert_int_equal(c.eval_train, cases[q].resolved);
    }
}

static void a_log_has_a_line_for_every_so_many_updates(void **state)
{
    (void)state;
    static const long cases[][3] = { { 10, 1, 20 }, { 10, 20, 1 }, { 10, 21, 1 }, { 10, 7, 3 }, { 10, 10, 2 }, { 10, 0, 0 } };
    for (size_t q = 0; q < sizeof cases / sizeof *cases; q++) {
        strata_config c = fresh();
        c.n_s = cases[q][0];
        c.cycles = 1;
        c.log_every = cases[q][1];
        assert_int_equal(config_log_lines(&c), cases[q][2]);
    }
}

static void a_description_reads_back(void **state)
{
    (void)state;
    static const char *const no_lines[] = { "lambda\n", "lambda = 1", "LAMBDA = 1\n", "lambda = x\n", "lamda = 1\n", "\n",
                                            "lambda = 0.1\n\n", "eta_min = 1\n", "a_key_that_is_longer_than_any_key_can_be = 1\n" };
    strata_config c = touched(), back = fresh();
    text lines = { 0 };
    CHECK_OK(strata_config_set(&c, "init", "sigma:0.1"));
    config_describe(&c, &lines);
    CHECK_OK(config_read(&back, lines.at));
    assert_memory_equal(&back.hidden, &c.hidden, sizeof c.hidden);
    assert_true(back.lambda == 0.25 && back.init.kind == NET_INIT_SIGMA && back.init.sigma == 0.1);
    for (size_t q = 0; q < sizeof no_lines / sizeof *no_lines; q++) {
        if (config_read(&back, no_lines[q]) != STRATA_ERR_DATA) fail_msg("was read: '%s'", no_lines[q]);
    }
    text_free(&lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_default_reads_back),
        cmocka_unit_test(ranges_hold_at_both_ends),
        cmocka_unit_test(seeds_above_their_range_are_refused),
        cmocka_unit_test(malformed_values_are_refused),
        cmocka_unit_test(well_formed_values_are_taken),
        cmocka_unit_test(unknown_settings_bring_a_suggestion),
        cmocka_unit_test(other_words_are_answered),
        cmocka_unit_test(minus_zero_is_zero),
        cmocka_unit_test(what_was_given_is_known),
        cmocka_unit_test(rows_stand_by_subject),
        cmocka_unit_test(settings_that_contradict_are_refused),
        cmocka_unit_test(norm_decides_beside_bn),
        cmocka_unit_test(settings_without_effect_are_refused),
        cmocka_unit_test(what_depends_on_other_things_is_resolved),
        cmocka_unit_test(a_sample_of_all_is_none),
        cmocka_unit_test(further_scores_are_work),
        cmocka_unit_test(a_log_has_a_line_for_every_so_many_updates),
        cmocka_unit_test(a_description_reads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
