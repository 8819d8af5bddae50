/*
 * Stored runs as structs and JSON: choices by SQL, a run by its first digits, two compared, figures. What is asked of one run costs the
 * same however many there are: SQLite's own steps are counted, at the end of each statement.
 */
#include <float.h>
#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "stored.h"

#include "runs.h"
#include "statistics.h"

static long steps; /* of SQLite's machine, since somebody set it to 0 */

int __real_sqlite3_finalize(sqlite3_stmt *statement);
int __wrap_sqlite3_finalize(sqlite3_stmt *statement);

int __wrap_sqlite3_finalize(sqlite3_stmt *statement)
{
    if (statement != NULL) steps += sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 0);
    return __real_sqlite3_finalize(statement);
}

/* ---- a store ------------------------------------------------------------------------------------------------------------------------ */

static void put_experiment(store *s, const char *id, const char *against, long ord)
{
    const store_experiment e = { .id = id, .published = 0.5, .median = NAN, .lowest = NAN, .highest = NAN, .against = against,
                                 .part = STRATA_VALIDATION_PART, .ord = ord };
    CHECK_OK(store_put_experiment(s, &e));
}

/* A run of this validation accuracy, whose training cost is another number. */
static void put_run(store *s, const char *id, int seed, double accuracy, double cost, const char *config)
{
    const strata_score train = { 1, cost, 0.25 }, validation = { 2, 3, accuracy };
    const strata_point point = { 7, 1, 0.1, train, validation };
    const store_run run = { .id = id, .seed = (uint64_t)seed, .status = isnan(accuracy) ? STORE_DIVERGED : STORE_DONE, .config = config,
                            .created = "2024-05-01T12:00:00Z", .version = "1", .seconds = seed, .score = { &train, &validation, NULL },
                            .point = &point, .point_count = 1 };
    CHECK_OK(store_put_run(s, &run));
}

static void put_many(store *s, int from, int to)
{
    for (int r = from; r < to; r++) {
        char id[32];
        (void)snprintf(id, sizeof id, "%04d%08d", r, r);
        put_run(s, id, r, 0.5, 1, "lambda = 0.1\nbn = true\n");
        CHECK_OK(store_link(s, "a", id, r, "l"));
    }
}

/* The ids of a list, one behind the other. */
static const char *ids_of(store *s, const store_choice *choice)
{
    static text ids;
    stored_runs list;
    ids.length = 0;
    text_add(&ids, "%s", "");
    CHECK_OK(runs_list(s, choice, &list));
    for (size_t r = 0; r < list.count; r++) text_add(&ids, "%s%s", r > 0 ? " " : "", list.at[r].run.id);
    runs_list_free(&list);
    return ids.at;
}

static const char *where(store *s, const char *words)
{
    runs_condition c;
    CHECK_OK(runs_condition_read(words, &c));
    const char *ids = ids_of(s, &(store_choice){ .where = &c.condition, .conditions = 1 });
    runs_condition_free(&c);
    return ids;
}

static store *of_five(void)
{
    store *s = opened("runs.sqlite");
    put_run(s, "first", 3, 0.5, 1, "lambda = 0.1\ninit = he\nhidden = [10,9]\n");
    put_run(s, "second", 2, 0.75, INFINITY, "lambda = 1e-3\ninit = sigma:0.5\n");
    put_run(s, "third", 1, NAN, NAN, "lambda = 0.02\nfuture = word\n");
    put_run(s, "fourth", 10, 0.25, -INFINITY, "lambda = 0.1\nfuture = 5\n");
    put_run(s, "fifth", 9, 0.25, 2, "");
    put_experiment(s, "b", "", 2);
    put_experiment(s, "a", "", 1);
    CHECK_OK(store_link(s, "b", "first", 0, "of b"));
    CHECK_OK(store_link(s, "a", "first", 9, "of a"));
    CHECK_OK(store_link(s, "a", "fifth", 1, ""));
    return s;
}

/* ---- choosing ----------------------------------------------------------------------------------------------------------------------- */

static void conditions_choose(void **state)
{
    (void)state;
    static const char *const due[][2] = {
        { "lambda=0.10", "first fourth" }, { "lambda!=0.1", "second third" }, { "lambda<0.02", "second" },
        { "lambda<=2e-2", "second third" }, { "lambda>0.02", "first fourth" }, { "lambda>=0.02", "first third fourth" },
        { "seed>9", "fourth" }, { "seed=9", "fifth" }, { "init=he", "first" }, { "init=sigma:0.5", "second" }, { "init>0.4", "second" },
        { "hidden=[10, 9]", "first" }, { "future=word", "third" }, { "future=5.0", "fourth" }, { "future!=word", "fourth" },
        { "status=diverged", "third" }, { "id>=second", "second third" }, { "validation_accuracy<0.3", "fourth fifth" },
        { "validation_accuracy!=0.25", "first second" }, { "train_cost>1", "second fifth" }, { "train_cost<=1", "first fourth" },
        { "train_cost=inf", "second" }, { "accuracy>=0", "" }, { "seconds<2", "third" }, { "lambda=nan", "" },
    };
    store *s = of_five();
    for (size_t d = 0; d < sizeof due / sizeof *due; d++) {
        const char *ids = where(s, due[d][0]);
        if (strcmp(ids, due[d][1]) != 0) fail_msg("%s: %s, due is %s", due[d][0], ids, due[d][1]);
    }
    const store_condition both[] = { { "lambda", STORE_EQUAL, "0.1" }, { "seed", STORE_LESS, "5" } };
    assert_string_equal(ids_of(s, &(store_choice){ .where = both, .conditions = 2 }), "first");
    assert_string_equal(ids_of(s, &(store_choice){ .experiment = "a", .where = both, .conditions = 1 }), "first");
    assert_string_equal(ids_of(s, &(store_choice){ .experiment = "a" }), "first fifth");
    store_close(s);
}

static void an_order_has_an_end(void **state)
{
    (void)state;
    store *s = of_five();
    assert_string_equal(ids_of(s, &(store_choice){ .id = NULL }), "first second third fourth fifth");
    assert_string_equal(ids_of(s, &(store_choice){ .descending = true }), "first second third fourth fifth");
    assert_string_equal(ids_of(s, &(store_choice){ .sort = "seed" }), "third second first fifth fourth");
    assert_string_equal(ids_of(s, &(store_choice){ .sort = "lambda", .descending = true }), "first fourth third second fifth");
    assert_string_equal(ids_of(s, &(store_choice){ .sort = "future" }), "fourth third first second fifth");
    assert_string_equal(ids_of(s, &(store_choice){ .sort = "train_cost" }), "fourth first fifth second third");
    assert_string_equal(ids_of(s, &(store_choice){ .sort = "validation_accuracy", .limit = 3 }), "fourth fifth first");
    assert_string_equal(ids_of(s, &(store_choice){ .limit = 1 }), "first"); /* once, and not once for each of its experiments */
    stored_runs list;
    CHECK_OK(runs_list(s, &(store_choice){ .limit = 1 }, &list));
    assert_int_equal(list.at[0].links.count, 2);
    assert_string_equal(list.at[0].links.at[0].value, "of a"); /* in the order of the experiments */
    assert_string_equal(list.at[0].links.at[1].key, "b");
    assert_null(list.at[0].run.score[STRATA_TEST_PART]);
    assert_true(list.at[0].run.score[STRATA_VALIDATION_PART]->accuracy == 0.5);
    runs_list_free(&list);
    CHECK_OK(runs_list(s, &(store_choice){ .id = "third" }, &list));
    assert_true(isnan(list.at[0].run.score[STRATA_TRAIN_PART]->cost) && list.at[0].links.count == 0);
    runs_list_free(&list);
    store_close(s);
}

static void too_many_conditions_are_refused(void **state)
{
    (void)state;
    store_condition many[70];
    stored_runs list;
    store *s = of_five();
    for (int c = 0; c < 70; c++) many[c] = (store_condition){ "lambda", STORE_MORE, "0" };
    assert_failed(runs_list(s, &(store_choice){ .where = many, .conditions = 70 }, &list), STRATA_ERR_ARGUMENT, "70 conditions");
    runs_list_free(&list);
    assert_string_equal(ids_of(s, &(store_choice){ .where = many, .conditions = 60 }), "first second third fourth");
    store_close(s);
}

/* ---- one run ------------------------------------------------------------------------------------------------------------------------ */

static void first_digits_are_those_of_one_run(void **state)
{
    (void)state;
    stored_run run;
    store *s = opened("runs.sqlite");
    put_experiment(s, "a", "", 1);
    put_many(s, 0, 20);
    put_run(s, "abc", 1, 0.5, 1, "");
    put_run(s, "abcdef", 1, 0.5, 1, "");
    put_run(s, "abcd\xf4\x8f\xbf\xbd", 1, 0.5, 1, "");
    CHECK_OK(runs_find(s, "abc", &run)); /* in full, and short */
    assert_string_equal(run.run.id, "abc");
    runs_free(&run);
    CHECK_OK(runs_find(s, "0007", &run));
    assert_string_equal(run.run.id, "000700000007");
    assert_int_equal(run.run.point_count, 1);
    assert_int_equal(run.settings.count, 2);
    assert_true(run.defaults[0].changed && !run.defaults[1].changed);
    assert_string_equal(run.defaults[1].fallback, "true");
    assert_string_equal(run.links.at[0].value, "l");
    runs_free(&run);
    assert_failed(runs_find(s, "abcd", &run), STRATA_ERR_ARGUMENT, "2 runs start with abcd: abcdef, abcd");
    runs_free(&run);
    assert_failed(runs_find(s, "00", &run), STRATA_ERR_ARGUMENT, "00 is too short");
    runs_free(&run);
    assert_failed(runs_find(s, "0%_%", &run), STRATA_ERR_ARGUMENT, "no run starts with 0%_%"); /* as it is, and no pattern */
    runs_free(&run);
    for (int r = 0; r < 12; r++) {
        char id[32];
        (void)snprintf(id, sizeof id, "same-%02d", r);
        put_run(s, id, r, 0.5, 1, "");
    }
    assert_failed(runs_find(s, "same", &run), STRATA_ERR_ARGUMENT, "12 runs start with same: same-00, same-01, same-02, same-03, same-04, "
                  "same-05, same-06, same-07, ...; give");
    runs_free(&run);
    store_close(s);
}

/* The steps of opening the store, finding this run, comparing it with another and closing. */
static long steps_of_one(const char *name)
{
    store *s;
    stored_run run, two[2];
    static const char *const ids[] = { "0003", "0005" };
    steps = 0;
    CHECK_OK(store_open(in_folder(name), STORE_READ_FEW, &s));
    CHECK_OK(runs_find(s, "0003", &run));
    CHECK_OK(runs_find_two(s, ids, two));
    runs_free(&run);
    runs_free(&two[0]);
    runs_free(&two[1]);
    store_close(s);
    return steps;
}

static void one_run_costs_the_same_in_a_large_store(void **state)
{
    (void)state;
    store *s = opened("runs.sqlite");
    put_experiment(s, "a", "", 1);
    put_many(s, 0, 20);
    long few = steps_of_one("runs.sqlite");
    put_many(s, 20, 500);
    long many = steps_of_one("runs.sqlite");
    if (few < 100 || many > few + few / 10) fail_msg("%ld steps for one of 20 runs, %ld for one of 500", few, many);
    store_close(s);
}

static void documents_are_of_what_was_read(void **state)
{
    (void)state;
    static const char *const ids[] = { "first", "second" };
    stored_run two[2];
    runs_comparison c;
    json_value *d;
    store *s = of_five();
    CHECK_OK(runs_find_two(s, ids, two));
    CHECK_OK(runs_compare(&two[0], &two[1], &c));
    assert_int_equal(c.setting_count, 3);
    assert_string_equal(c.settings[2].key, "hidden");
    assert_null(c.settings[2].b);
    assert_true(c.part && c.part_at == 7 && c.same == 0 && c.common == 1 && !c.curve[1].same && c.curve[0].same);
    assert_true(!c.score[1].same && c.score[0].same && c.score[8].same && !c.score[8].in_a);
    CHECK_OK(runs_find_json(&two[0], &d));
    assert_int_equal(json_count(json_get(json_get(d, "config"), "hidden")), 2);
    assert_string_equal(json_as_text(json_get(json_get(d, "not_default"), "lambda")), "0.005");
    json_free(d);
    d = runs_comparison_json(&c);
    assert_string_equal(json_as_text(json_get(json_at(json_get(d, "settings"), 1), "b")), "sigma:0.5");
    json_free(d);
    runs_comparison_free(&c);
    runs_free(&two[0]);
    runs_free(&two[1]);
    store_close(s);
}

/* The document of a run that was diagnosed, of data of so many classes. Free it. */
static json_value *diagnosed(store *s, const char *id, int classes)
{
    static const store_layer_point layer[] = { { 7, 1, "dead_share", 0.5 }, { 7, 1, "gradient_norm", NAN },
                                               { 9, 2, "gradient_norm", 0.25 } };
    static const store_mistake mistake[] = {
        { STRATA_TEST_PART, 3, 1, 0, 0.5 }, { STRATA_TEST_PART, 8, 0, 2, 0.75 }, { STRATA_TEST_PART, 1, 0, 2, 0.5 },
        { STRATA_VALIDATION_PART, 5, 0, 1, 1 }, /* which is none of the document's */
    };
    static const store_confusion cell[] = {
        { STRATA_TEST_PART, 0, 0, 4 }, { STRATA_TEST_PART, 0, 2, 2 }, { STRATA_TEST_PART, 1, 0, 1 }, { STRATA_TEST_PART, 2, 2, 0 },
        { STRATA_TRAIN_PART, 0, 1, 9 },
    };
    static const char *names[101];
    static char words[101][8];
    for (int c = 0; c < classes; c++) (void)snprintf(words[c], sizeof words[c], "c%d", c % 100000), names[c] = words[c];
    const store_dataset d = { .digest = id, .name = id, .kind = "csv", .title = "", .class_name = names,
                              .form = { .element = STRATA_FLOATS, .features = 2, .classes = classes } };
    const store_run run = { .id = id, .status = STORE_DONE, .config = "", .created = "2024-05-01T12:00:00Z", .version = "1",
                            .data_kind = "csv", .data_digest = id, .dataset = &d, .layer_point = layer, .layer_point_count = 3,
                            .mistake = mistake, .mistake_count = 4, .confusion = cell, .confusion_count = 5 };
    stored_run read;
    json_value *document;
    CHECK_OK(store_put_run(s, &run));
    CHECK_OK(runs_find(s, id, &read));
    CHECK_OK(runs_find_json(&read, &document));
    runs_free(&read);
    return document;
}

static void assert_document(const json_value *d, const char *key, const char *due)
{
    char *words;
    text flat = { 0 };
    assert_non_null(json_get(d, key));
    CHECK_OK(json_write(json_get(d, key), &words));
    for (const char *w = words; *w != '\0'; w++) {
        if (*w != ' ' && *w != '\n') text_add(&flat, "%c", *w);
    }
    assert_string_equal(flat.at, due);
    text_free(&flat);
    free(words);
}

static void a_document_has_what_was_diagnosed(void **state)
{
    (void)state;
    stored_run without;
    store *s = of_five();
    json_value *few = diagnosed(s, "of-three", 3), *many = diagnosed(s, "of-many", 101), *none;
    assert_document(few, "confusion", "[[4,0,2],[1,0,0],[0,0,0]]");
    assert_document(many, "confused", "[{\"truth\":0,\"guess\":0,\"count\":4},{\"truth\":0,\"guess\":2,\"count\":2},"
                                      "{\"truth\":1,\"guess\":0,\"count\":1}]");
    assert_document(few, "mistakes", "[{\"image\":8,\"truth\":0,\"guess\":2,\"probability\":0.75},"
                                     "{\"image\":1,\"truth\":0,\"guess\":2,\"probability\":0.5},"
                                     "{\"image\":3,\"truth\":1,\"guess\":0,\"probability\":0.5}]");
    assert_document(few, "layers", "[{\"update\":7,\"layer\":1,\"what\":\"dead_share\",\"value\":0.5},"
                                   "{\"update\":7,\"layer\":1,\"what\":\"gradient_norm\",\"value\":null},"
                                   "{\"update\":9,\"layer\":2,\"what\":\"gradient_norm\",\"value\":0.25}]");
    assert_true(json_get(few, "confused") == NULL && json_get(many, "confusion") == NULL);
    CHECK_OK(runs_find(s, "first", &without));
    CHECK_OK(runs_find_json(&without, &none));
    assert_true(json_get(none, "confusion") == NULL && json_get(none, "confused") == NULL);
    assert_true(json_get(none, "mistakes") == NULL && json_get(none, "layers") == NULL);
    runs_free(&without);
    json_free(few);
    json_free(many);
    json_free(none);
    store_close(s);
}

/* ---- figures ------------------------------------------------------------------------------------------------------------------------ */

enum { LABELS = 3, MOST_SEEDS = 40 };

/* A sum of n numbers in 0..1 in either order is off by n half units of its size, a root of squares likewise. */
static void check_near(double got, double due, size_t n)
{
    if (!(fabs(got - due) <= 4.0 * (double)n * DBL_EPSILON * fabs(due))) fail_msg("%.17g, due is %.17g", got, due);
}

static void statistics_are_those_of_the_views(void **state)
{
    (void)state;
    static const int seeds[LABELS] = { 2, 7, MOST_SEEDS };
    double x[LABELS][MOST_SEEDS];
    runs_figures f;
    store *s = opened("runs.sqlite");
    put_experiment(s, "base", "", 1);
    put_experiment(s, "a", "base", 2);
    for (int l = 0; l < LABELS; l++) {
        for (int q = 0; q < seeds[l]; q++) {
            char id[32], other[32], label[] = { (char)('x' + l), '\0' };
            (void)snprintf(id, sizeof id, "a-%d-%02d", l, q);
            (void)snprintf(other, sizeof other, "b-%d-%02d", l, q);
            x[l][q] = 0.4 + l / 16.0 + 0.05 * sin(5 * q + l);
            put_run(s, id, q, x[l][q], 1, "");
            put_run(s, other, q, x[l][q] / 2, 1, "");
            CHECK_OK(store_link(s, "a", id, 1000 * l + q, label));
            CHECK_OK(store_link(s, "base", other, 1000 * l + q, label));
        }
    }
    CHECK_OK(runs_summarise(s, "a", &f));
    assert_int_equal(f.count, LABELS);
    for (size_t l = 0; l < LABELS; l++) {
        size_t n = (size_t)seeds[l];
        const store_figure *row = &f.at[l];
        statistics due = statistics_of(x[l], n);
        assert_true(row->n == seeds[l] && row->pairs == seeds[l] && row->least == due.min && row->most == due.max);
        check_near(row->mean, due.mean, n);
        check_near(row->sd, due.sd, n);
        check_near(sqrt(statistics_pooled_variance(&due, 1)), row->sd, n);
        check_near(row->difference, due.mean / 2, n);
        assert_true(row->low < row->mean && row->prediction_low < row->low && row->told && row->part == STRATA_VALIDATION_PART);
        assert_string_equal(row->against, "base");
    }
    json_value *d = runs_figures_json(&f);
    double mean;
    assert_true(json_as_real(json_get(json_at(d, 1), "mean"), &mean) && mean == f.at[1].mean);
    assert_string_equal(json_as_text(json_get(json_get(json_at(d, 1), "paired"), "against")), "base");
    json_free(d);
    runs_figures_free(&f);
    CHECK_OK(runs_summarise(s, NULL, &f));
    assert_int_equal(f.count, 2 * LABELS);
    assert_true(f.at[0].pairs == 0 && isnan(f.at[0].difference));
    runs_figures_free(&f);
    assert_failed(runs_summarise(s, "bas", &f), STRATA_ERR_ARGUMENT, "did you mean base?");
    runs_figures_free(&f);
    store_close(s);
}

static void statistics_of_few(void **state)
{
    (void)state;
    const double x[] = { 0.5, 0.25 };
    statistics none = statistics_of(NULL, 0), one = statistics_of(x, 1), two = statistics_of(x, 2), both[] = { none, one, two };
    assert_true(isnan(none.mean) && isnan(none.sd) && isnan(none.min) && none.n == 0);
    assert_true(one.mean == 0.5 && isnan(one.sd) && one.max == 0.5);
    assert_true(two.mean == 0.375 && two.sd == sqrt(2 * 0.125 * 0.125) && two.min == 0.25);
    assert_true(isnan(statistics_pooled_variance(both, 2)) && statistics_pooled_variance(both, 3) == two.squares);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, empty_folder)
    const struct CMUnitTest tests[] = {
        TEST(conditions_choose),
        TEST(an_order_has_an_end),
        TEST(too_many_conditions_are_refused),
        TEST(first_digits_are_those_of_one_run),
        TEST(one_run_costs_the_same_in_a_large_store),
        TEST(documents_are_of_what_was_read),
        TEST(a_document_has_what_was_diagnosed),
        TEST(statistics_are_those_of_the_views),
        TEST(statistics_of_few),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
