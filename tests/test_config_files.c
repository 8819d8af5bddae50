/*
 * Settings as YAML files. What must be refused is in tables: each row has to give STRATA_ERR_ARGUMENT, a sentence that names the file and
 * the line, and a configuration as it was before.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmocka_strata.h"
#include "configured.h"

#include "config.h"
#include "random.h"

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

/* ---- helpers of the tables ---------------------------------------------------------------------------------------------------------- */

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
    if (strata_config_load(&c, path) != STRATA_ERR_ARGUMENT) fail_msg("was taken: %.80s", bytes);
    (void)snprintf(place, sizeof place, "%s:%s", path, where);
    if (strstr(strata_error(), place) == NULL) fail_msg("'%s' is not in '%s' of %.80s", place, strata_error(), bytes);
    assert_untouched(&c);
}

static void assert_file_gives(const char *yaml, const char *key, const char *value)
{
    strata_config c = touched();
    spell(yaml, strlen(yaml));
    CHECK_OK(strata_config_load(&c, path));
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
    assert_int_equal(strata_config_load(&c, path), STRATA_ERR_ARGUMENT);
    assert_non_null(strstr(strata_error(), path));
    assert_int_equal(strata_config_load(&c, folder), STRATA_ERR_ARGUMENT);
    assert_non_null(strstr(strata_error(), folder));
    assert_int_equal(strata_config_load(&c, "/no/such/file.yaml"), STRATA_ERR_ARGUMENT);
    assert_non_null(strstr(strata_error(), "/no/such/file.yaml"));
    assert_int_equal(strata_config_load(&c, NULL), STRATA_ERR_ARGUMENT);
    assert_untouched(&c);
    spell(bytes, LIMIT);
    CHECK_OK(strata_config_load(&c, path));
    assert_value(&c, "lambda", "0.5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_files_are_read),
        cmocka_unit_test(wrong_files_are_refused_with_their_line),
        cmocka_unit_test(anchors_and_tags_are_refused_everywhere),
        cmocka_unit_test(items_of_lists_are_taken_as_they_are),
        cmocka_unit_test(rubbish_is_refused),
        cmocka_unit_test(many_names_are_refused_at_once),
        cmocka_unit_test(files_have_a_limit_and_must_be_there),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
