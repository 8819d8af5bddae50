/*
 * Hostile input beyond test_model.c, test_data.c, test_config.c and test_store_refuse.c, which test each reader by its own rules: files
 * made to cost much, or to be read as something else than they are. The fuzz targets and their kept inputs are in fuzz/.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "stored.h"

#include "config.h"
#include "json.h"
#include "file.h"
#include "yaml_file.h"

/* ---- JSON --------------------------------------------------------------------------------------------------------------------------- */

/* An object with `lists` lists inside each other, and strings full of brackets. */
static void nest(int lists, char out[200])
{
    static const char open[] = "[[[[[[[[[[[[[[[[[[[[", close[] = "]]]]]]]]]]]]]]]]]]]]";
    (void)snprintf(out, 200, "{\"%s\":\"{{{{{{{{{{{{{{{{{{{{\\\"{{{{{\\\\\",\"a\":%.*s%.*s}", open, lists, open, lists, close);
}

static void documents_nest_sixteen_deep(void **state)
{
    (void)state;
    char json[200];
    json_value *d = NULL;
    nest(JSON_DEPTH - 1, json);
    CHECK_OK(json_read(json, strlen(json), &d));
    json_free(d);
    nest(JSON_DEPTH, json);
    assert_failed(json_read(json, strlen(json), &d), STRATA_ERR_DATA, "more than 16 levels");
    assert_null(d);
}

/* ---- settings ----------------------------------------------------------------------------------------------------------------------- */

static void lines_of_settings_are_what_was_written(void **state)
{
    (void)state;
    static const char *const wrong[] = { "seed = 1\nseed = 1\n", "seed = 1\nname = a\nseed = 2\n", "seed =  1\n",  "seed  = 1\n",
                                         "seed\n=\n1\n",         "seed = 1",                      "\n",           " = 1\n",
                                         "seed = \n",            "seed=1\n",                       "seed = 1\n\n", "seed = 1\r\n" };
    for (size_t q = 0; q < sizeof wrong / sizeof *wrong; q++) {
        strata_config *c;
        CHECK_OK(strata_config_new(&c));
        if (config_read(c, wrong[q]) != STRATA_ERR_DATA) fail_msg("was read: %s", wrong[q]);
        strata_config_free(c);
    }
}

/* ---- YAML --------------------------------------------------------------------------------------------------------------------------- */

/* Writes `count` times `item` (with a number for @) between two texts. */
static const char *repeated(const char *before, const char *item, int count, const char *after)
{
    text words = { 0 };
    text_add(&words, "%s", before);
    for (int q = 0; q < count; q++) {
        const char *number = strchr(item, '@');
        if (number == NULL) text_add(&words, "%s", item);
        else text_add(&words, "%.*s%d%s", (int)(number - item), item, q, number + 1);
    }
    text_add(&words, "%s", after);
    CHECK_OK(file_write(in_folder("in.yaml"), words.at, words.length));
    text_free(&words);
    return in_folder("in.yaml");
}

static void assert_yaml(const char *path, bool good, const char *word)
{
    yaml_node *root;
    clock_t since = clock();
    strata_status status = yaml_read(path, &root);
    assert_true((double)(clock() - since) < 2.0 * CLOCKS_PER_SEC); /* some 0.05 s is usual, quadratic work took minutes */
    if (good) CHECK_OK(status);
    else assert_failed(status, STRATA_ERR_ARGUMENT, word);
    yaml_file_free(root);
}

static void a_large_file_costs_little(void **state)
{
    (void)state;
    if (!STRATA_YAML) skip();
    assert_yaml(repeated("", "k@: v\n", 1000, ""), true, "");
    assert_yaml(repeated("", "k@: v\n", 1001, ""), false, "more than 1000 values");
    assert_yaml(repeated("", "k@: [a,a,a,a,a,a,a,a,a]\n", 1000, ""), true, "");
    assert_yaml(repeated("", "k@: [a,a,a,a,a,a,a,a,a,a]\n", 910, ""), false, "more than 10000 values in one file");
    assert_yaml(repeated("a: ", "[", 500000, ""), false, "nested too deeply");
    assert_yaml(repeated("a: ", "{b: ", 200000, ""), false, "nested too deeply");
    assert_yaml(repeated("a: |\n", " x\n", 300000, ""), true, "");
    assert_yaml(repeated("a: \"", "\\n", 500000, "\"\n"), true, "");
    assert_yaml(repeated("", "? ", 500000, ""), false, "");
    assert_yaml(repeated("", "#\n", 500000, ""), true, "");
}

static void nothing_refers_or_expands(void **state)
{
    (void)state;
    if (!STRATA_YAML) skip();
    assert_yaml(repeated("a: &a [x]\n", "b@: [*a,*a,*a,*a]\n", 10, ""), false, "anchors, aliases and tags");
    assert_yaml(repeated("", "a: !!binary aGk=\n", 1, ""), false, "anchors, aliases and tags");
    assert_yaml(repeated("<<: *b\n", "", 0, ""), false, "anchors, aliases and tags");
}

/* ---- the store ---------------------------------------------------------------------------------------------------------------------- */

/* The file is sound, and its tags are right, but what it calls a table or a view of ours is not. */
static void a_store_with_other_tables_is_refused(void **state)
{
    (void)state;
    static const char endless[] = "DROP VIEW summary; CREATE VIEW summary (experiment) AS WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL"
                                  " SELECT x + 1 FROM n) SELECT sum(x) FROM n";
    static const char *const changes[] = {
        endless,
        "DROP VIEW student; CREATE VIEW student (df, t) AS VALUES (1, 12.706)",
        "DROP TABLE note; CREATE TABLE note (experiment, key, value)",
        "ALTER TABLE env ADD COLUMN more TEXT",
        "DROP INDEX experiment_run_by_run",
    };
    store *s;
    for (size_t q = 0; q < sizeof changes / sizeof *changes; q++) {
        assert_int_equal(empty_folder(NULL), 0);
        store_close(opened("a"));
        sqlite_does("a", "CREATE VIEW mine AS SELECT id FROM run; CREATE INDEX also_mine ON run (name)"); /* harms nobody */
        store_close(opened("a"));
        sqlite_does("a", changes[q]);
        for (int mode = STORE_READ_ONLY; mode <= STORE_READ_WRITE; mode++) {
            assert_failed(store_open(in_folder("a"), (store_mode)mode, &s), STRATA_ERR_DATA, "its tables are not those of a store");
            assert_null(s);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_nest_sixteen_deep),
        cmocka_unit_test(lines_of_settings_are_what_was_written),
        cmocka_unit_test_setup(a_large_file_costs_little, empty_folder),
        cmocka_unit_test_setup(nothing_refers_or_expands, empty_folder),
        cmocka_unit_test_setup(a_store_with_other_tables_is_refused, empty_folder),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
