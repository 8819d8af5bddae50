/*
 * Stores of earlier versions: what is read of one, untouched, is what it says as one of today; and the rows that texts became: settings,
 * axes, places. The earlier schemas are those of src/store, to the letter.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stored.h"

#include "file.h"
#include "runs.h"
#include "store_change.h"
#include "schema1.h"
#include "schema2.h"
#include "schema3.h"

static const char *const schemas[] = { (const char *)store_schema, (const char *)store_schema2 };

/* Two experiments, one compared with the other, of two axes and four runs each; a run whose config nobody should write; notes. */
static const char rows[] =
    "INSERT INTO experiment VALUES ('x', 'X', '', 0.5, NULL, NULL, NULL, '', '', 'test', 1),"
    " ('y', 'Y', '', NULL, NULL, NULL, NULL, '', 'x', 'test', 2), ('none', 'N', '', NULL, NULL, NULL, NULL, '', '', 'test', 3);"
    "WITH k (k) AS (VALUES (0), (1), (2), (3)), e (e) AS (VALUES ('x'), ('y'))"
    " INSERT INTO run SELECT e || k, e, k % 2, 'done', '', 'name = ' || e || char(10) || 'init = sigma:' || (0.1 + k / 2) || char(10) ||"
    " 'lambda = 0.00383' || char(10) || 'bn = true' || char(10) || 'seed = ' || (k % 2) || char(10), 'blas', 1, 'official', 'd',"
    " '', 5, 1.5, '2024-05-01T00:00:00Z', '0.1.0' FROM e, k;"
    "INSERT INTO run SELECT 'odd', 'odd', 1, 'done', '', 'a\\nb = c:\\d \"e\", f = g' || char(10) || '\\ = \\\\' || char(10) || char(10) ||"
    " 'words alone' || char(10) || ' = nothing' || char(10) || char(10) || 'empty = ' ||"
    " char(10) || 'tab = ' || char(9) || char(13) || char(10) || 'u = \\u0041' || char(10) || 'big = 1e999' || char(10) || 'last = -1e-05',"
    " 'blas', 1, 'official', 'd', '', 5, 1, '2024-05-02T00:00:00Z', '0.1.0';"
    "INSERT INTO result SELECT id, 'test', 'accuracy', 0.5 + rowid / 64.0, 0 FROM run;"
    "INSERT INTO experiment_run SELECT name, id, substr(id, 2, 1) / 2 * 1000 + seed, 'init=sigma:' || (0.1 + substr(id, 2, 1) / 2) ||"
    " ', lambda=0.00383' FROM run WHERE name <> 'odd';"
    "INSERT INTO experiment_run VALUES ('none', 'odd', 0, 'a label, of words=7')";

enum { VERSIONS = 6 }; /* before today's */

/* Gives a file this view of an earlier schema in place of today's. */
static void remake_view(const char *name, const char *view, const char *schema)
{
    char start[64];
    text sql = { 0 };
    (void)snprintf(start, sizeof start, "CREATE VIEW %s (", view);
    const char *at = strstr(schema, start);
    assert_non_null(at);
    text_add(&sql, "DROP VIEW %s; %.*s", view, (int)(strstr(at, ";\n") - at), at);
    sqlite_does(name, sql.at);
    text_free(&sql);
}

/* A file as a program of that version left it. Those of versions 3 to 6 have rows which the store alone makes: they are one of today
 * without what came later, and the store refuses what is not that version's to the letter. */
static void make_older(const char *name, int version)
{
    for (int v = 0; v < version && v < 2; v++) sqlite_does(name, schemas[v]);
    sqlite_does(name, rows);
    if (version < 3) return;
    store_close(opened(name));
    sqlite_does(name, "DROP VIEW descent; DROP VIEW sound; DROP TABLE certainty; PRAGMA user_version = 6; VACUUM");
    if (version == 6) return;
    sqlite_does(name, "DROP VIEW variant_summary; DROP TABLE variant; PRAGMA user_version = 5; VACUUM");
    if (version == 5) return;
    remake_view(name, "figure", schemas[0]);
    remake_view(name, "summary", (const char *)store_schema3);
    remake_view(name, "paired", (const char *)store_schema3);
    sqlite_does(name, "DROP TABLE class; DROP TABLE dataset; PRAGMA user_version = 4; VACUUM");
    if (version < 4) sqlite_does(name, "DROP TABLE run_note; ALTER TABLE run DROP COLUMN maker; PRAGMA user_version = 3; VACUUM");
}

static const char *const questions[] = {
    "SELECT * FROM setting ORDER BY run, ord",
    "SELECT * FROM axis ORDER BY experiment, ord",
    "SELECT * FROM place ORDER BY experiment, run, key",
    "SELECT * FROM figure ORDER BY experiment, run",
    "SELECT * FROM summary ORDER BY experiment, label",
    "SELECT * FROM prediction ORDER BY experiment, label",
    "SELECT * FROM paired ORDER BY experiment, label",
    "SELECT id, name, seed, created, maker FROM run ORDER BY rowid",
    "SELECT run, ord, created, words FROM run_note",
    "SELECT * FROM dataset ORDER BY digest",
    "SELECT * FROM class ORDER BY dataset, number",
    "SELECT * FROM variant",
    "SELECT * FROM variant_summary",
    "SELECT * FROM certainty",
    "SELECT * FROM sound ORDER BY experiment",
    "SELECT * FROM descent ORDER BY ancestor, experiment",
};

/* All that is asked, as CSV. */
static text told(const char *name, store_mode mode)
{
    store *s;
    text all = { 0 };
    CHECK_OK(store_open(in_folder(name), mode, &s));
    for (size_t q = 0; q < sizeof questions / sizeof *questions; q++) add_answer(s, questions[q], &all);
    store_close(s);
    return all;
}

/* A line without a key, or without " = ", is no setting. */
static const char settings_of_odd[] =
    "a\\nb=c:\\d \"e\", f = g(0)- \\=\\\\(1)- empty=(6)- tab=\t\r(7)- u=\\u0041(8)- big=1e999(9)- last=-1e-05(10)-1.0e-05";

static void an_older_store_says_what_it_says_as_one_of_today(void **state)
{
    (void)state;
    text seen[VERSIONS][2];
    for (int version = 1; version <= VERSIONS; version++) {
        uint8_t *before, *after;
        size_t size, length;
        make_older("a", version);
        CHECK_OK(file_read_all(in_folder("a"), 1 << 20, &before, &size));
        seen[version - 1][0] = told("a", STORE_READ_ONLY);
        CHECK_OK(file_read_all(in_folder("a"), 1 << 20, &after, &length));
        assert_int_equal(size, length);
        assert_memory_equal(before, after, size); /* who reads it does not change it */
        free(before);
        free(after);
        seen[version - 1][1] = told("a", STORE_READ_WRITE);
        assert_says("a", "PRAGMA user_version", "7");
        assert_says("a", "SELECT name || ' ' || kind || ' ' || features || ' ' || classes || ' ' || train FROM dataset",
                    "cifar-10 official 3072 10 50000");
        assert_says("a", "SELECT group_concat(name, ' ') FROM (SELECT name FROM class WHERE dataset = 'd' ORDER BY number)",
                    "airplane automobile bird cat deer dog frog horse ship truck");
        assert_says("a", "PRAGMA integrity_check", "ok");
        assert_says("a", "SELECT count(*) FROM pragma_foreign_key_check", "0");
        assert_says("a", "SELECT group_concat(key || '=' || value || '(' || ord || ')' || ifnull(number, '-'), ' ') FROM"
                         " (SELECT * FROM setting WHERE run = 'odd' ORDER BY ord)", settings_of_odd);
        assert_says("a", "SELECT group_concat(experiment || ' ' || key || ' ' || ord, ', ') FROM axis",
                    "x init 0, x lambda 1, y init 0, y lambda 1");
        assert_says("a", "SELECT group_concat(run || ' ' || key || ' ' || number, ', ') FROM (SELECT * FROM place WHERE experiment = 'x'"
                         " AND run IN ('x1', 'x2') ORDER BY run, key)",
                    "x1 init 0.1, x1 lambda 0.00383, x2 init 1.1, x2 lambda 0.00383");
        CHECK_OK(unlink(in_folder("a")) == 0 ? STRATA_OK : STRATA_ERR_STORAGE);
    }
    assert_non_null(strstr(seen[0][0].at, "x1,x,1,2024-05-01T00:00:00Z,lab"));
    assert_non_null(strstr(seen[0][0].at, "ancestor,experiment\nnone,none\nx,x\nx,y\ny,y\n"));
    for (int q = 1; q < 2 * VERSIONS; q++) assert_string_equal(seen[0][0].at, seen[q / 2][q % 2].at);
    for (int q = 0; q < 2 * VERSIONS; q++) text_free(&seen[q / 2][q % 2]);
}

/* All that the module runs tells of it, as JSON. */
static text shown(const char *name, store_mode mode)
{
    static const char *const ids[] = { "x1", "y2" };
    store *s;
    text all = { 0 };
    stored_runs list;
    stored_run run[2];
    runs_comparison difference;
    json_value *documents[3];
    const store_condition where = { "init", STORE_MORE, "1" };
    CHECK_OK(store_open(in_folder(name), mode, &s));
    CHECK_OK(runs_list(s, &(store_choice){ .where = &where, .conditions = 1, .sort = "lambda" }, &list));
    CHECK_OK(runs_find_two(s, ids, run));
    CHECK_OK(runs_compare(&run[0], &run[1], &difference));
    documents[0] = runs_list_json(&list);
    CHECK_OK(runs_find_json(&run[0], &documents[1]));
    documents[2] = runs_comparison_json(&difference);
    for (int d = 0; d < 3; d++) {
        char *words;
        CHECK_OK(json_write(documents[d], &words));
        text_add(&all, "%s\n", words);
        free(words);
        json_free(documents[d]);
    }
    assert_int_equal(list.count, 4);
    runs_comparison_free(&difference);
    runs_list_free(&list);
    for (int r = 0; r < 2; r++) runs_free(&run[r]);
    store_close(s);
    return all;
}

static void runs_of_an_older_store_are_listed_shown_and_compared(void **state)
{
    (void)state;
    for (int version = 1; version <= VERSIONS; version++) {
        make_older("a", version);
        text before = shown("a", STORE_READ_FEW), today = shown("a", STORE_READ_WRITE);
        assert_non_null(strstr(before.at, "sigma:1.1"));
        assert_string_equal(before.at, today.at);
        text_free(&before);
        text_free(&today);
        CHECK_OK(unlink(in_folder("a")) == 0 ? STRATA_OK : STRATA_ERR_STORAGE);
    }
}

/* Asked of a store that is narrowed to some of its runs. */
static const char *const of_some[] = {
    "SELECT group_concat(id, ' ') FROM (SELECT id FROM run ORDER BY place)",
    "SELECT team, name FROM team ORDER BY team",
    "SELECT group_concat(key) FROM differing",
    "SELECT run, team FROM chosen ORDER BY place",
    "SELECT experiment, label, n, mean FROM summary ORDER BY experiment, label",
    "SELECT experiment, against, n, mean, sd FROM paired",
    "SELECT count(*) FROM note",
};

typedef struct {
    store *s;
    const char *runs;
    text said;
} narrowing;

static strata_status narrow(void *self)
{
    narrowing *n = self;
    TRY(store_choose(n->s, n->runs, "{\"fresh\":\"1\"}"));
    for (size_t q = 0; q < sizeof of_some / sizeof *of_some; q++) add_answer(n->s, of_some[q], &n->said);
    return STRATA_OK;
}

/* Of every version the same; ids that are not there and those that are SQL are passed over; and afterwards the store is as it was. */
static void a_store_is_narrowed_to_some_runs(void **state)
{
    (void)state;
    text first = { 0 };
    for (int version = 1; version <= VERSIONS + 1; version++) {
        make_older("a", version <= VERSIONS ? version : VERSIONS);
        if (version > VERSIONS) store_close(opened("a"));
        narrowing n = { .runs = "[\"x2\",\"x0\",\"x1\",\"x2\",\"x3\",\"gone\",\"'); DELETE FROM run; --\"]" };
        CHECK_OK(store_open(in_folder("a"), STORE_READ_ONLY, &n.s));
        CHECK_OK(store_read(n.s, narrow, &n));
        text after = { 0 };
        add_answer(n.s, "SELECT count(*) FROM run", &after);
        assert_non_null(strstr(after.at, "9"));
        store_close(n.s);
        if (version == 1) first = n.said;
        else assert_string_equal(first.at, n.said.at);
        if (version > 1) text_free(&n.said);
        text_free(&after);
        CHECK_OK(unlink(in_folder("a")) == 0 ? STRATA_OK : STRATA_ERR_STORAGE);
    }
    assert_non_null(strstr(first.at, "x2 x0 x1 x3"));
    assert_non_null(strstr(first.at, "1,init=sigma:1.1\n2,init=sigma:0.1\n"));
    assert_non_null(strstr(first.at, "x2,1\nx0,2\nx1,2\nx3,1\n"));
    assert_non_null(strstr(first.at, "all of them,init=sigma:0.1,2,0.5234375\nall of them,init=sigma:1.1,2,0.5546875\n"));
    assert_non_null(strstr(first.at, "init=sigma:0.1,init=sigma:1.1,2,-0.03125,0"));
    text_free(&first);
}

/* A migration is done whole or not at all: here an axis of the file's own is in its way. */
static void a_migration_that_fails_changes_nothing(void **state)
{
    (void)state;
    store *s;
    make_older("a", 2);
    sqlite_does("a", "CREATE TABLE axis (x)"); /* beyond ours it may have what it likes, but not by a name of ours */
    assert_failed(store_open(in_folder("a"), STORE_READ_WRITE, &s), STRATA_ERR_DATA, "axis");
    assert_says("a", "PRAGMA user_version", "2");
    assert_says("a", "SELECT count(*) FROM sqlite_schema WHERE name IN ('setting', 'place')", "0");
}

/* Who recorded a run first is its maker; a word that is none is refused, and so is a table that lacks the column. */
static void a_run_has_a_maker(void **state)
{
    (void)state;
    salted r;
    store *s = opened("a");
    store_run run = *salt_run(&r, 1, 3);
    run.maker = "train";
    CHECK_OK(store_put_run(s, &run));
    run.maker = "lab";
    CHECK_OK(store_put_run(s, &run));
    CHECK_OK(store_put_run(s, salt_run(&r, 2, 3))); /* of nobody said: a laboratory's */
    run.id = "run-3";
    run.maker = "nobody";
    assert_failed(store_put_run(s, &run), STRATA_ERR_STORAGE, "CHECK");
    store_close(s);
    assert_says("a", "SELECT group_concat(id || ' ' || maker) FROM (SELECT * FROM run ORDER BY id)", "run-1 train,run-2 lab");
    assert_whole_runs("a");
    make_older("b", 3);
    sqlite_does("b", "PRAGMA user_version = 4");
    assert_failed(store_open(in_folder("b"), STORE_READ_ONLY, &s), STRATA_ERR_DATA, "23 of 25");
    sqlite_does("b", "ALTER TABLE run ADD COLUMN maker TEXT");
    assert_failed(store_open(in_folder("b"), STORE_READ_ONLY, &s), STRATA_ERR_DATA, "23 of 25");
}

/* What is put is split as what was there, and replaced with its run; an experiment has the axes it was given last. */
static void what_is_put_has_rows(void **state)
{
    (void)state;
    salted r;
    store *s = opened("a");
    store_run run = *salt_run(&r, 1, 3);
    run.config = "lambda = 0.1\ninit = sigma:0.25\n";
    CHECK_OK(store_put_run(s, &run));
    CHECK_OK(store_put_experiment(s, &(store_experiment){ .id = "x" }));
    CHECK_OK(store_put_axes(s, "x", (const char *const[]){ "bn", "lambda" }, 2));
    CHECK_OK(store_put_axes(s, "x", (const char *const[]){ "lambda", "init" }, 2));
    CHECK_OK(store_link(s, "x", "run-1", 0, "l"));
    assert_says("a", "SELECT group_concat(key || ' ' || value || ' ' || number) FROM (SELECT * FROM place ORDER BY key)",
                "init sigma:0.25 0.25,lambda 0.1 0.1");
    run.config = "lambda = 0.2\nlambda = 0.3\n"; /* no program of ours writes a setting twice; the first holds */
    CHECK_OK(store_put_run(s, &run));
    assert_says("a", "SELECT group_concat(run || key || value) FROM setting", "run-1lambda0.2");
    assert_failed(store_put_axes(s, "none", (const char *const[]){ "bn" }, 1), STRATA_ERR_STORAGE, "'none'");
    assert_failed(store_put_axes(s, "x", (const char *const[]){ "bn", "bn" }, 2), STRATA_ERR_STORAGE, "'x': UNIQUE");
    assert_says("a", "SELECT group_concat(key) FROM (SELECT * FROM axis ORDER BY ord)", "lambda,init"); /* all or nothing */
    CHECK_OK(store_put_axes(s, "x", NULL, 0));
    assert_says("a", "SELECT count(*) FROM axis", "0");
    store_close(s);
}

/* Shows a variant as one line. */
static strata_status say_variant(void *self, const strata_variant *v)
{
    text_add(self, "%s %g %g %g %g %d\n", v->name, v->validation.loss, v->validation.accuracy, v->test.loss, v->test.accuracy,
             isnan(v->validation.cost) && isnan(v->test.cost));
    return STRATA_OK;
}

/* In the order in which they were put, not by name; replaced with their run, and gone with it. */
static void variants_come_and_go_with_their_run(void **state)
{
    (void)state;
    salted r;
    text said = { 0 };
    const strata_variant two[] = { { "votes", { NAN, NAN, 0.5 }, { NAN, NAN, 0.25 } }, { "ema", { 1, 7, 0.125 }, { INFINITY, 7, 1 } } };
    store *s = opened("a");
    store_run run = *salt_run(&r, 1, 3);
    CHECK_OK(store_put_run(s, &run));
    run.variant = two;
    run.variant_count = 2;
    CHECK_OK(store_put_run(s, &run));
    CHECK_OK(store_each_variant(s, "run-1", say_variant, &said));
    assert_string_equal(said.at, "votes nan 0.5 nan 0.25 1\nema 1 0.125 inf 1 1\n");
    text_free(&said);
    assert_says("a", "SELECT group_concat(name || loss_kind) FROM (SELECT * FROM variant ORDER BY ord, part)", "votes1,votes1,ema2,ema0");
    assert_says("a", "SELECT count(*) FROM certainty", "4");
    run.variant = (const strata_variant[]){ two[0], two[0] };
    assert_failed(store_put_run(s, &run), STRATA_ERR_STORAGE, "UNIQUE");
    CHECK_OK(store_drop(s, &(store_names){ &run.id, 1 }, &(store_names){ NULL, 0 }));
    assert_says("a", "SELECT count(*) FROM variant", "0");
    assert_says("a", "SELECT count(*) FROM certainty", "0");
    store_close(s);
}

/* Two seeds of one setting: means, deviations and gains by hand, on the part that the experiment may look at. */
static void variants_have_statistics(void **state)
{
    (void)state;
    salted r;
    text csv = { 0 };
    store *s = opened("a");
    CHECK_OK(store_put_experiment(s, &(store_experiment){ .id = "x", .part = STRATA_TEST_PART }));
    for (int seed = 1; seed <= 2; seed++) {
        const strata_score score = { 1, 1, 0.5 + 0.01 * seed };
        const strata_variant swa = { "swa", { 1, 1, 0 }, { 1, 1, 0.5 + 0.03 * seed } };
        store_run run = *salt_run(&r, seed, 3);
        run.seed = (uint64_t)seed;
        run.score[STRATA_TEST_PART] = &score;
        run.variant = &swa;
        run.variant_count = 1;
        run.data_digest = "d";
        CHECK_OK(store_put_run(s, &run));
        CHECK_OK(store_link(s, "x", run.id, 0, "l"));
    }
    add_answer(s, "SELECT label, name, n, round(mean, 9), round(sd, 6), round(low, 4), round(high, 4), round(gain, 9), round(gain_sd, 6),"
                  " round(gain_low, 4), round(gain_high, 4) FROM variant_summary", &csv);
    assert_string_equal(strchr(csv.at, '\n'), "\nl,swa,2,0.545,0.021213,0.3544,0.7356,0.03,0.014142,-0.0971,0.1571\n");
    text_free(&csv);
    store_close(s);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, empty_folder)
    const struct CMUnitTest tests[] = {
        TEST(an_older_store_says_what_it_says_as_one_of_today),
        TEST(runs_of_an_older_store_are_listed_shown_and_compared),
        TEST(a_store_is_narrowed_to_some_runs),
        TEST(a_migration_that_fails_changes_nothing),
        TEST(a_run_has_a_maker),
        TEST(what_is_put_has_rows),
        TEST(variants_come_and_go_with_their_run),
        TEST(variants_have_statistics),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
