/*
 * Settings as text and as YAML files, and the learning rate's schedule. What must be refused is in tables: each row has to give
 * STRATA_ERR_ARGUMENT, a sentence that names the key and the value, or the file and the line, and a configuration as it was before.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmocka_strata.h"

#include "config.h"
#include "random.h"
#include "schedule.h"

static char folder[64], path[80]; /* of the YAML file */

static int make_folder(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/strata-config-XXXXXX");
    if (mkdtemp(folder) == NULL) return 1;
    (void)snprintf(path, sizeof path, "%s/recipe.yaml", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    return unlink(path) + rmdir(folder);
}

/* By value, so that a test that fails has nothing to free. */
static strata_config fresh(void)
{
    strata_config *c, value;
    CHECK_OK(strata_config_new(&c));
    value = *c;
    strata_config_free(c);
    return value;
}

static void assert_value(const strata_config *c, const char *key, const char *due)
{
    char value[512];
    CHECK_OK(strata_config_get(c, key, value, sizeof value));
    assert_string_equal(value, due);
}

/* Two settings away from their defaults, so that "unchanged" is not "as new". */
static strata_config touched(void)
{
    strata_config c = fresh();
    CHECK_OK(strata_config_set(&c, "lambda", "0.25"));
    CHECK_OK(strata_config_set(&c, "hidden", "[9,8,7]"));
    return c;
}

static void assert_untouched(const strata_config *c)
{
    text now = { 0 }, due = { 0 };
    strata_config other = touched();
    config_describe(c, &now);
    config_describe(&other, &due);
    assert_string_equal(now.at, due.at);
    text_free(&now);
    text_free(&due);
}

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
    assert_refused("momentum", "1", "--help");
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

/* ---- settings together ------------------------------------------------------------------------------------------------------------ */

static void settings_that_contradict_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *words[4]; /* keys and their values */
        bool fit;
    } cases[] = {
        { { NULL }, true },                                   { { "cycles", "0" }, true },
        { { "n_batch", "1" }, false },                        { { "n_batch", "1", "bn", "false" }, true },
        { { "n_batch", "1", "hidden", "[]" }, true },         { { "n_batch", "101", "n_train", "100" }, false },
        { { "n_val", "5001" }, false },                       { { "backend", "refc64" }, false },
        { { "eta_min", "0.2" }, false },                      { { "eta_min", "0.1" }, true },
        { { "evals", "1000", "cycles", "100" }, true },       { { "evals", "1000", "cycles", "101" }, false },
        { { "evals", "1000000", "cycles", "100000" }, false }, { { "evals", "1000000" }, true },
    };
    for (size_t q = 0; q < sizeof cases / sizeof *cases; q++) {
        strata_config c = fresh();
        const char *const *word = cases[q].words;
        for (int w = 0; w < 4 && word[w] != NULL; w += 2) CHECK_OK(strata_config_set(&c, word[w], word[w + 1]));
        if ((strata_config_check(&c) == STRATA_OK) != cases[q].fit) fail_msg("case %zu: %s", q, cases[q].fit ? strata_error() : "fits");
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
    net_shape s = config_shape(&c, 3072);
    assert_true(s.k == 3 && s.width[0] == 3072 && s.width[1] == 50 && s.width[2] == 50 && s.width[3] == 10 && s.bn);
    assert_true(s.eps == 1e-5 && s.alpha == 0.9);
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

/* ---- YAML ------------------------------------------------------------------------------------------------------------------------- */

static void spell(const char *bytes, size_t size)
{
    FILE *f = fopen(path, "wb");
    assert_true(f != NULL && fwrite(bytes, 1, size, f) == size && fclose(f) == 0);
}

/* Such a file is a wrong argument; the sentence has the path followed by `where`; nothing has changed. */
static void assert_file_refused(const char *bytes, size_t size, const char *where)
{
    char place[128];
    strata_config c = touched();
    spell(bytes, size);
    if (strata_config_load(&c, path, NULL) != STRATA_ERR_ARGUMENT) fail_msg("was taken: %.80s", bytes);
    (void)snprintf(place, sizeof place, "%s:%s", path, where);
    if (strstr(strata_error(), place) == NULL) fail_msg("'%s' is not in '%s' of %.80s", place, strata_error(), bytes);
    assert_untouched(&c);
}

static void assert_file_gives(const char *yaml, const char *key, const char *value)
{
    strata_config c = touched();
    spell(yaml, strlen(yaml));
    CHECK_OK(strata_config_load(&c, path, NULL));
    assert_value(&c, key, value);
    assert_value(&c, "seed", strcmp(key, "seed") == 0 ? value : "1");
}

static void need_yaml(void)
{
    if (!STRATA_YAML) skip();
}

static void good_files_are_read(void **state)
{
    (void)state;
    need_yaml();
    assert_file_gives("", "lambda", "0.25");
    assert_file_gives("# nothing\n\n  # at all\n", "hidden", "[9,8,7]");
    assert_file_gives("lambda: 0.5", "lambda", "0.5");
    assert_file_gives("---\n# c\nlambda: 0.5 # d\n...\n", "lambda", "0.5");
    assert_file_gives("\xef\xbb\xbflambda: '0.5'\r\nbn: \"False\"\r\n", "bn", "false");
    assert_file_gives("hidden: [50,\n  30, # the second\n\n  20]\n", "hidden", "[50,30,20]");
    assert_file_gives("hidden:\n  - 50\n  - 30\nlambda: 1\n", "hidden", "[50,30]");
    assert_file_gives("hidden: []\n", "hidden", "[]");
    assert_file_gives("hidden: '[4,5]'\ninit: sigma:0.1\nname: a.b\n", "init", "sigma:0.1");
    assert_file_gives("n_s: 800\nseed: 77\n", "seed", "77");
}

static void wrong_files_are_refused_with_their_line(void **state)
{
    (void)state;
    need_yaml();
    static const char *const rows[][2] = {
        { "lamda: 1\n", "1: unknown setting 'lamda'; did you mean 'lambda'?" },
        { "seed: 3\n\n# c\nlambda: x\n", "4: lambda = x is not a number" },
        { "hidden:\n  - 50\n  - 0\n", "1: hidden = [50,0]" },
        { "lambda: 0.1\nseed: 3\nlambda: 0.1\n", "3: lambda is set twice" },
        { "lambda:\n", "1: lambda" },           { "lambda: ~\n", "1: lambda = ~" },         { "lambda: [1]\n", "1: lambda = [1]" },
        { "seed: 3\nhidden:\n  a: 1\n", "2: " }, { "hidden: {a: 1}\n", "1: " },              { "hidden: [[50]]\n", "1: " },
        { "hidden: [50, {a: 1}]\n", "1: " },    { "hidden:\n  - 50\n  - - 30\n", "3: " },   { "lambda: &a 0.1\n", "1: " },
        { "seed: 3\neta_max: *a\n", "2: " },    { "hidden: [&a 50]\n", "1: " },             { "hidden: [*a]\n", "1: " },
        { "lambda: !!float 0.1\n", "1: " },     { "lambda: !x 0.1\n", "1: " },              { "&a lambda: 0.1\n", "1: " },
        { "*a : 0.1\n", "1: " },                { "!!str lambda: 0.1\n", "1: " },           { "? [lambda]\n: 1\n", "1: " },
        { "<<: {lambda: 1}\n", "1: " },         { "- lambda\n", "1: " },                    { "lambda\n", "1: " },
        { "--- 3\n", "1: " },                   { "lambda: 0.1\n---\nseed: 3\n", "2: " },   { "lambda: 0.1\n---\n", "2: " },
        { "seed: 3\n\tlambda: 0.1\n", "" },     { "hidden:\n\t- 50\n", "2: " },             { "lambda: [0.1\n", "" },
        { "lambda: 'a\n", "" },                 { "lambda: 0.1: 2\n", "1: " },              { "lambda: \"0.1\\0\"\n", "1: " },
        { "\"lam\\0bda\": 0.1\n", "1: " },      { "}{\n", "1: " },                          { "@\n", "1: " },
        { "lambda: |\n  0.1\n", "1: lambda" },  { "seed: 3\n lambda: 0.1\n", "" },          { "%YAML 9.9\n---\nlambda: 1\n", "1: " },
        { "a_name_longer_than_any_setting_is: 1\n", "1: " },
    };
    for (size_t q = 0; q < sizeof rows / sizeof *rows; q++) assert_file_refused(rows[q][0], strlen(rows[q][0]), rows[q][1]);
}

/* "No anchors, aliases, tags": not before a list or the whole mapping either. */
static void anchors_and_tags_are_refused_everywhere(void **state)
{
    (void)state;
    need_yaml();
    static const char *const rows[] = { "hidden: &a [50]\n", "hidden: !!seq [50]\n", "hidden: !x [50]\n", "--- &m\nlambda: 0.1\n",
                                        "--- !!map\nlambda: 0.1\n", "--- !x {lambda: 0.1}\n" };
    for (size_t q = 0; q < sizeof rows / sizeof *rows; q++) assert_file_refused(rows[q], strlen(rows[q]), "1: ");
}

/* An item is one item, whatever is in it: an empty one is no empty list, and one with a comma is not two. */
static void items_of_lists_are_taken_as_they_are(void **state)
{
    (void)state;
    need_yaml();
    static const char *const rows[] = { "hidden:\n  -\n", "hidden: ['']\n", "hidden: ['50,60']\n", "hidden: [50, '60,70']\n" };
    for (size_t q = 0; q < sizeof rows / sizeof *rows; q++) assert_file_refused(rows[q], strlen(rows[q]), "");
}

static void rubbish_is_refused(void **state)
{
    (void)state;
    need_yaml();
    enum { BYTES = 4096, FILES = 50 };
    static char bytes[BYTES], deep[100000];
    random_stream s = random_named(1, "rubbish");
    for (uint64_t file = 0; file < FILES; file++) {
        for (uint64_t e = 0; e < BYTES; e++) {
            uint64_t byte = random_below(s, file, e, file % 2 == 0 ? 256 : 96); /* any bytes, or ASCII up to an underscore */
            bytes[e] = (char)(byte >= 32 || file % 2 == 0 ? byte : '\n');
        }
        bytes[BYTES - 1] = '\0';
        assert_file_refused(bytes, BYTES, "");
    }
    assert_file_refused("\0", 1, "1: ");
    memset(deep, '[', sizeof deep);
    memcpy(deep, "hidden: ", 8);
    assert_file_refused(deep, sizeof deep, "1: ");
}

/* The names of a file are compared with each other in less than the square of their number: that would take 40,000 of them seconds. */
static void many_names_are_refused_at_once(void **state)
{
    (void)state;
    need_yaml();
    static char many[40000 * 8];
    size_t length = 0;
    for (int q = 0; q < 40000; q++) length += (size_t)snprintf(many + length, sizeof many - length, "k%d:\n", q);
    clock_t start = clock();
    assert_file_refused(many, length, "");
    assert_true(clock() - start < CLOCKS_PER_SEC);
}

static void files_have_a_limit_and_must_be_there(void **state)
{
    (void)state;
    need_yaml();
    enum { LIMIT = 1 << 20 };
    static char bytes[LIMIT + 1];
    memset(bytes, '#', sizeof bytes);
    memcpy(bytes, "lambda: 0.5\n", 12);
    strata_config c = touched();
    spell(bytes, LIMIT + 1);
    assert_int_equal(strata_config_load(&c, path, NULL), STRATA_ERR_ARGUMENT);
    assert_non_null(strstr(strata_error(), path));
    assert_int_equal(strata_config_load(&c, folder, NULL), STRATA_ERR_ARGUMENT);
    assert_non_null(strstr(strata_error(), folder));
    assert_int_equal(strata_config_load(&c, "/no/such/file.yaml", NULL), STRATA_ERR_ARGUMENT);
    assert_non_null(strstr(strata_error(), "/no/such/file.yaml"));
    assert_int_equal(strata_config_load(&c, NULL, NULL), STRATA_ERR_ARGUMENT);
    assert_untouched(&c);
    spell(bytes, LIMIT);
    CHECK_OK(strata_config_load(&c, path, NULL));
    assert_value(&c, "lambda", "0.5");
}

/* ---- the learning rate ------------------------------------------------------------------------------------------------------------ */

/* (18) by hand: n_s = 4, from 1 to 5, is 1 2 3 4 5 4 3 2 and again; exact in double. n_s = 500 is the textbook's. */
static void eta_is_a_triangle(void **state)
{
    (void)state;
    static const double triangle[] = { 1, 2, 3, 4, 5, 4, 3, 2 };
    for (long t = 0; t < 40; t++) assert_true(schedule_eta(t, 4, 1, 5) == triangle[t % 8]);
    for (long t = 0; t < 10; t++) assert_true(schedule_eta(t, 1, 1, 5) == (t % 2 == 0 ? 1 : 5));
    static const struct {
        long t;
        double eta;
    } hand[] = { { 0, 1e-5 },    { 1, 0.00020998 }, { 250, 0.050005 }, { 500, 0.1 },     { 501, 0.09980002 },
                 { 999, 0.00020998 }, { 1000, 1e-5 }, { 1500, 0.1 },   { 2000, 1e-5 }, { 7750, 0.050005 } };
    for (size_t q = 0; q < sizeof hand / sizeof *hand; q++) {
        /* Four roundings of numbers up to 0.1, and the table's own. */
        CHECK_NEAR(schedule_eta(hand[q].t, 500, 1e-5, 0.1), hand[q].eta, 5 * 0x1p-53 * 0.1);
    }
    assert_true(schedule_eta(2000000001, 1000000000, 0, 1) == 1e-9);
}

static void every_cycle_has_its_points_and_ends_with_one(void **state)
{
    (void)state;
    for (long n_s = 1; n_s <= 60; n_s += n_s < 12 ? 1 : 7) {
        for (long evals = 1; evals <= 150; evals += evals < 30 ? 1 : 13) {
            long cycle = 2 * n_s, due = evals < cycle ? evals : cycle, last = 0, points = 0;
            assert_true(schedule_has_point(0, n_s, evals));
            for (long t = 1; t <= 3 * cycle; t++) {
                if (!schedule_has_point(t, n_s, evals)) continue;
                assert_in_range(t - last, cycle / due, (cycle + due - 1) / due); /* evenly, up to rounding */
                last = t;
                points++;
                if (t % cycle == 0) assert_int_equal(points, due * (t / cycle));
            }
            assert_int_equal(last, 3 * cycle);
        }
    }
    assert_true(schedule_has_point(2000000000, 1000000000, 1000000) && schedule_has_point(2000, 1000000000, 1000000));
    assert_false(schedule_has_point(1999999999, 1000000000, 1000000));
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
        cmocka_unit_test(settings_that_contradict_are_refused),
        cmocka_unit_test(what_depends_on_other_things_is_resolved),
        cmocka_unit_test(a_description_reads_back),
        cmocka_unit_test(good_files_are_read),
        cmocka_unit_test(wrong_files_are_refused_with_their_line),
        cmocka_unit_test(anchors_and_tags_are_refused_everywhere),
        cmocka_unit_test(items_of_lists_are_taken_as_they_are),
        cmocka_unit_test(rubbish_is_refused),
        cmocka_unit_test(many_names_are_refused_at_once),
        cmocka_unit_test(files_have_a_limit_and_must_be_there),
        cmocka_unit_test(eta_is_a_triangle),
        cmocka_unit_test(every_cycle_has_its_points_and_ends_with_one),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
