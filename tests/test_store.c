/*
 * The store: what goes in comes out, runs are replaced whole and belong to experiments, visitors stop and nest, queries become CSV. What is
 * refused is in test_store_refuse.c; damage, crowds and kills are in test_store_faults.c.
 */
#include <math.h>
#include <string.h>

#include "stored.h"

#include "answered.h"

/* The same number: NaN is NaN, infinities have a sign. */
static bool same(double a, double b)
{
    return isnan(a) ? isnan(b) : a == b;
}

/* ---- round trips ------------------------------------------------------------------------------------------------------------------ */

static const strata_score odd_train = { NAN, INFINITY, -INFINITY }, odd_test = { 0.1, 5e-324, 1.7976931348623157e308 };
static const store_env odd_env[] = { { "cpu", "Ünïcode ☃ 'quote' \"double\"; DROP TABLE run; --" }, { "flags", "" } };
static const strata_point odd_point[] = {
    { 0, 0, 1e-5, { 2.3, NAN, 0.1 }, { INFINITY, -INFINITY, 1.0 / 3 } },
    { 9000, 20, 0.1, { -INFINITY, 3, 0 }, { 1, NAN, NAN } },
};
static const store_layer_point odd_layer[] = { { 0, 1, "norm", 1.5 }, { 0, 2, "dead", NAN }, { 10, 1, "norm", INFINITY } };
static const store_confusion odd_confusion[] = { { STRATA_TEST_PART, 3, 5, 170 }, { STRATA_VALIDATION_PART, 9, 0, 0 } };
static const store_certainty odd_certainty[] = { { STRATA_TEST_PART, 0, 0, 7 }, { STRATA_TEST_PART, 19, 2147483648, 0 } };
static const store_artifact odd_artifact[] = { { "figures/a b,\"c\".svg", INT64_MAX, sha } };
static const store_run odd_run = {
    .id = "c0ffee'\"; --", .name = "näme", .seed = 9007199254740992, .status = STORE_DIVERGED, .reason = "loss is NaN",
    .config = "hidden = [50,50]\nname = a = b\nnote = \nlambda = 0.005\n", .backend = "blas", .threads = 2, .data_kind = "synthetic",
    .data_digest = "d1", .model_digest = NULL, .updates = 9000, .seconds = 12.25, .created = "2024-02-29T23:59:59Z", .version = "0.1.0",
    .score = { &odd_train, NULL, &odd_test },
    .env = odd_env, .env_count = 2, .point = odd_point, .point_count = 2, .layer_point = odd_layer, .layer_point_count = 3,
    .confusion = odd_confusion, .confusion_count = 2, .certainty = odd_certainty, .certainty_count = 2,
    .artifact = odd_artifact, .artifact_count = 1,
};

static void assert_score(const strata_score *got, const strata_score *due)
{
    assert_int_equal(got == NULL, due == NULL);
    if (got != NULL) assert_true(same(got->loss, due->loss) && same(got->cost, due->cost) && same(got->accuracy, due->accuracy));
}

static strata_status see_run(void *self, const store_run *got, const char *label)
{
    const store_run *due = &odd_run;
    assert_string_equal(got->id, due->id);
    assert_string_equal(got->name, due->name);
    assert_true(got->seed == due->seed && got->status == due->status && got->threads == due->threads && got->updates == due->updates);
    assert_true(same(got->seconds, due->seconds));
    assert_string_equal(got->reason, due->reason);
    assert_string_equal(got->config, due->config);
    assert_string_equal(got->backend, due->backend);
    assert_string_equal(got->data_kind, due->data_kind);
    assert_string_equal(got->data_digest, due->data_digest);
    assert_string_equal(got->model_digest, "");
    assert_string_equal(got->created, due->created);
    assert_string_equal(got->version, due->version);
    assert_string_equal(label, "");
    for (int p = 0; p < STORE_PARTS; p++) assert_score(got->score[p], due->score[p]);
    return ++*(int *)self, STRATA_OK;
}

static strata_status see_env(void *self, const char *key, const char *value)
{
    int *seen = self;
    assert_true(*seen < 2);
    assert_string_equal(key, odd_env[*seen].key);
    assert_string_equal(value, odd_env[*seen].value);
    return ++*seen, STRATA_OK;
}

static strata_status see_setting(void *self, const char *key, const char *value)
{
    static const char *const due[][2] = { { "hidden", "[50,50]" }, { "name", "a = b" }, { "note", "" }, { "lambda", "0.005" } };
    int *seen = self;
    assert_true(*seen < 4);
    assert_string_equal(key, due[*seen][0]);
    assert_string_equal(value, due[*seen][1]);
    return ++*seen, STRATA_OK;
}

static strata_status see_point(void *self, const strata_point *got)
{
    int *seen = self;
    assert_true(*seen < 2);
    const strata_point *due = &odd_point[*seen];
    assert_true(got->update == due->update && got->epoch == due->epoch && got->eta == due->eta);
    assert_score(&got->train, &due->train);
    assert_score(&got->validation, &due->validation);
    return ++*seen, STRATA_OK;
}

static strata_status see_layer_point(void *self, const store_layer_point *got)
{
    int *seen = self;
    assert_true(*seen < 3);
    const store_layer_point *due = &odd_layer[*seen];
    assert_true(got->update == due->update && got->layer == due->layer && same(got->value, due->value));
    assert_string_equal(got->what, due->what);
    return ++*seen, STRATA_OK;
}

static strata_status see_confusion(void *self, const store_confusion *got)
{
    int *seen = self;
    assert_true(*seen < 2);
    const store_confusion *due = &odd_confusion[*seen];
    assert_true(got->part == due->part && got->truth == due->truth && got->guess == due->guess && got->count == due->count);
    return ++*seen, STRATA_OK;
}

static strata_status see_certainty(void *self, const store_certainty *got)
{
    int *seen = self;
    assert_true(*seen < 2);
    const store_certainty *due = &odd_certainty[*seen];
    assert_true(got->part == due->part && got->bin == due->bin && got->correct == due->correct && got->wrong == due->wrong);
    return ++*seen, STRATA_OK;
}

static strata_status see_artifact(void *self, const store_artifact *got)
{
    assert_string_equal(got->path, odd_artifact[0].path);
    assert_string_equal(got->sha256, sha);
    assert_true(got->bytes == INT64_MAX);
    return ++*(int *)self, STRATA_OK;
}

static void a_run_comes_back_as_it_was(void **state)
{
    (void)state;
    int runs = 0, env = 0, settings = 0, points = 0, layers = 0, cells = 0, bins = 0, files = 0;
    store *s = opened("a");
    CHECK_OK(store_put_run(s, &odd_run));
    store_close(s);
    CHECK_OK(store_open(in_folder("a"), STORE_READ_ONLY, &s));
    CHECK_OK(store_each_run(s, NULL, see_run, &runs));
    CHECK_OK(store_each_env(s, odd_run.id, see_env, &env));
    CHECK_OK(store_each_setting(s, odd_run.id, see_setting, &settings));
    CHECK_OK(store_each_point(s, odd_run.id, see_point, &points));
    CHECK_OK(store_each_layer_point(s, odd_run.id, see_layer_point, &layers));
    CHECK_OK(store_each_confusion(s, odd_run.id, see_confusion, &cells));
    CHECK_OK(store_each_certainty(s, odd_run.id, see_certainty, &bins));
    CHECK_OK(store_each_artifact(s, odd_run.id, see_artifact, &files));
    assert_true(runs == 1 && env == 2 && settings == 4 && points == 2 && layers == 3 && cells == 2 && bins == 2 && files == 1);
    store_close(s);
    assert_says("a", "SELECT group_concat(part || what || kind || ifnull(value, 'NULL'), ' ') FROM result WHERE part = 'train'",
                "trainaccuracy3NULL traincost2NULL trainloss1NULL");
}

/* A store says what it is; all its tables are strict; a new run gets the time. */
static void the_file_is_what_the_schema_says(void **state)
{
    (void)state;
    salted r;
    store *s = opened("a");
    CHECK_OK(store_put_run(s, salt_run(&r, 1, 3)));
    assert_string_equal(store_warning(s), "");
    store_close(s);
    assert_says("a", "PRAGMA application_id", "1398035009");
    assert_says("a", "PRAGMA user_version", "7");
    assert_says("a", "PRAGMA journal_mode", "wal");
    assert_says(
        "a",
        "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict AND name NOT LIKE 'sqlite_%'",
        "0");
    assert_says("a", "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'", "19");
    assert_says("a", "SELECT abs(julianday('now') - julianday(created)) < 0.001 FROM run", "1");
    s = opened("a"); /* a second opening finds everything there */
    store_close(s);
    assert_whole_runs("a");
}

/* ---- replacing, linking ----------------------------------------------------------------------------------------------------------- */

static strata_status add_label(void *self, const store_run *run, const char *label)
{
    text_add(self, "%s/%s ", run->id, label);
    return STRATA_OK;
}

static void assert_runs(store *s, const char *experiment, const char *due)
{
    text seen = { 0 };
    CHECK_OK(store_each_run(s, experiment, add_label, &seen));
    assert_string_equal(seen.at != NULL ? seen.at : "", due);
    text_free(&seen);
}

static void replacing_leaves_nothing_of_the_old_run_but_links_notes_and_maker(void **state)
{
    (void)state;
    salted r;
    bool found, done;
    store *s = opened("a");
    CHECK_OK(store_put_experiment(s, &(store_experiment){ .id = "x", .published = NAN }));
    CHECK_OK(store_put_run(s, salt_run(&r, 1, 40)));
    CHECK_OK(store_link(s, "x", "run-1", 0, "first"));
    sqlite_does("a", "INSERT INTO run_note VALUES ('run-1', 0, '2024-05-01T00:00:00Z', 'the best so far')");
    store_run again = *salt_run(&r, 1, 5);
    again.maker = "train";
    again.status = STORE_RUNNING;
    CHECK_OK(store_put_run(s, &again));
    CHECK_OK(store_find_run(s, "run-1", &found, &done));
    assert_true(found && !done);
    assert_runs(s, "x", "run-1/first ");
    CHECK_OK(store_put_run(s, salt_run(&r, 1, 7)));
    CHECK_OK(store_find_run(s, "run-1", &found, &done));
    assert_true(found && done);
    again.status = STORE_DIVERGED; /* an end, too */
    CHECK_OK(store_put_run(s, &again));
    CHECK_OK(store_find_run(s, "run-1", &found, &done));
    assert_true(found && done);
    CHECK_OK(store_put_run(s, salt_run(&r, 1, 7)));
    CHECK_OK(store_find_run(s, "run-2", &found, &done));
    assert_true(!found && !done);
    store_close(s);
    assert_whole_runs("a");
    assert_says("a", "SELECT count(*) || ' ' || updates || ' ' || maker FROM run", "1 7 lab");
    assert_says("a", "SELECT run || ' ' || words FROM run_note", "run-1 the best so far");
}

static void a_run_belongs_to_several_experiments(void **state)
{
    (void)state;
    salted r;
    static const char *const created[] = { "2024-01-03T00:00:00Z", "2024-01-02T00:00:00Z", "2024-01-01T00:00:00.5Z" };
    store *s = opened("a");
    CHECK_OK(store_put_experiment(s, &(store_experiment){ .id = "x" }));
    CHECK_OK(store_put_experiment(s, &(store_experiment){ .id = "y" }));
    for (int number = 0; number < 3; number++) {
        store_run run = *salt_run(&r, number, 1);
        run.created = created[number];
        CHECK_OK(store_put_run(s, &run));
        CHECK_OK(store_link(s, "x", r.id, number, "l"));
    }
    CHECK_OK(store_link(s, "y", "run-0", 7, "b"));
    CHECK_OK(store_link(s, "y", "run-2", 7, "a"));
    CHECK_OK(store_link(s, "x", "run-0", 9, "last"));
    assert_runs(s, NULL, "run-2/ run-1/ run-0/ ");
    assert_runs(s, "x", "run-1/l run-2/l run-0/last ");
    assert_runs(s, "y", "run-2/a run-0/b ");
    assert_runs(s, "none", "");
    assert_failed(store_link(s, "x", "run-9", 0, ""), STRATA_ERR_STORAGE, "'run-9': FOREIGN KEY");
    assert_failed(store_link(s, "none", "run-0", 0, ""), STRATA_ERR_STORAGE, "FOREIGN KEY");
    assert_failed(store_put_note(s, "none", "k", "v"), STRATA_ERR_STORAGE, "'none'");
    assert_failed(store_put_gradcheck(s, "none", &(store_gradcheck){ .layer = 1 }, 1), STRATA_ERR_STORAGE, "'none'");
    store_close(s);
}

static void links_are_replaced_together(void **state)
{
    (void)state;
    salted r;
    store *s = opened("a");
    CHECK_OK(store_put_experiment(s, &(store_experiment){ .id = "x" }));
    for (int number = 0; number < 3; number++) CHECK_OK(store_put_run(s, salt_run(&r, number, 1)));
    CHECK_OK(store_link(s, "x", "run-0", 0, "old"));
    CHECK_OK(store_put_links(s, "x", (const store_link_row[]){ { "run-2", 0, "a" }, { "run-1", 1, "b" } }, 2));
    assert_runs(s, "x", "run-2/a run-1/b ");
    assert_failed(store_put_links(s, "x", (const store_link_row[]){ { "run-0", 0, "c" }, { "run-9", 1, "d" } }, 2), STRATA_ERR_STORAGE,
                  "'x': FOREIGN KEY");
    assert_runs(s, "x", "run-2/a run-1/b "); /* all or nothing */
    CHECK_OK(store_put_links(s, "x", NULL, 0));
    assert_runs(s, "x", "");
    store_close(s);
}

static strata_status see_experiment(void *self, const store_experiment *e)
{
    text_add(self, "%s|%s|%s|%g|%g|%g|%g|%s|%s|%d|%ld ", e->id, e->title, e->source, e->published, e->median, e->lowest, e->highest,
             e->claim, e->against, (int)e->part, e->ord);
    return STRATA_OK;
}

static strata_status see_gradcheck(void *self, const store_gradcheck *g)
{
    const strata_gradcheck_tensor *t = &g->tensor;
    text_add(self, "%s %s %d %g %d %s %ld %ld %ld %ld %ld %ld %ld %g %g %g\n", g->method, g->hidden, g->bn, g->lambda, g->layer, t->name,
             t->entries, t->checked, t->kinks, t->structural_zeros, t->round_off, t->errors, t->below_1e_6, t->max_abs, t->max_rel,
             t->tolerance);
    return STRATA_OK;
}

static void experiments_keep_notes_and_gradient_checks(void **state)
{
    (void)state;
    text seen = { 0 };
    bool found = true;
    static const store_gradcheck rows[] = {
        { "central", "[50,50]", true, 0.005, 2, { "W", 1, 2, 3, 4, 5, 6, 7, 8e-9, 9e-9, 1e-8 } },
        { "complex", "[50]", false, 0, 1, { "b", 10, 0, 0, 0, 0, 10, 0, NAN, INFINITY, -INFINITY } },
    };
    store *s = opened("a");
    CHECK_OK(store_put_experiment(
        s, &(store_experiment){ .id = "z", .title = "old", .published = NAN, .median = NAN, .lowest = NAN, .highest = NAN }));
    CHECK_OK(store_put_experiment(s, &(store_experiment){ "a", "title", "report, p. 5", 0.535, 0.534, 0.515, 0.5395, "BN helps", "z",
                                                          STRATA_VALIDATION_PART, 3 }));
    CHECK_OK(store_put_gradcheck(s, "z", rows, 1));
    CHECK_OK(store_put_gradcheck(s, "z", rows, 2));
    CHECK_OK(store_put_note(s, "z", "verdict", "old"));
    CHECK_OK(store_put_note(s, "z", "verdict", "λ = 0.004\n"));
    CHECK_OK(store_put_experiment(s, &(store_experiment){ .id = "z",
                                                          .title = "new",
                                                          .published = NAN,
                                                          .median = NAN,
                                                          .lowest = NAN,
                                                          .highest = NAN })); /* keeps what belongs to it */
    CHECK_OK(store_each_experiment(s, see_experiment, &seen));
    CHECK_OK(store_each_gradcheck(s, "z", see_gradcheck, &seen));
    assert_string_equal(seen.at, "z|new||nan|nan|nan|nan|||2|0 a|title|report, p. 5|0.535|0.534|0.515|0.5395|BN helps|z|1|3 "
                                 "central [50,50] 1 0.005 2 W 1 2 3 4 5 6 7 8e-09 9e-09 1e-08\n"
                                 "complex [50] 0 0 1 b 10 0 0 0 0 10 0 nan inf -inf\n");
    CHECK_OK(store_note(s, "z", "verdict", &found, &seen));
    assert_true(found);
    assert_string_equal(seen.at, "λ = 0.004\n");
    CHECK_OK(store_note(s, "a", "verdict", &found, &seen));
    assert_true(!found);
    assert_string_equal(seen.at, "λ = 0.004\n");
    text_free(&seen);
    store_close(s);
}

/* ---- visitors and queries --------------------------------------------------------------------------------------------------------- */

static strata_status stop_at_second(void *self, const strata_point *point)
{
    *(long *)self += 1;
    return point->update == 1 ? status_fail(STRATA_STOPPED, "enough") : STRATA_OK;
}

static strata_status read_inside(void *self, const store_run *run, const char *label)
{
    (void)label;
    long points = 0;
    assert_failed(store_each_point(self, run->id, stop_at_second, &points), STRATA_STOPPED, "enough");
    assert_int_equal(points, 2);
    assert_runs(self, NULL, "run-1/ run-2/ ");
    return STRATA_OK;
}

static strata_status read_points_inside(void *self, const store_run *run, const char *label)
{
    (void)label;
    long points = 0;
    return store_each_point(self, run->id, stop_at_second, &points) == STRATA_STOPPED && points == 2 ? STRATA_OK : STRATA_ERR_INTERNAL;
}

static void a_visitor_may_stop_and_read(void **state)
{
    (void)state;
    salted r;
    store *s = opened("a");
    for (int number = 1; number <= 2; number++) {
        store_run run = *salt_run(&r, number, 5);
        run.created = "2024-01-01T00:00:00Z"; /* of the same moment: in the order of writing */
        CHECK_OK(store_put_run(s, &run));
    }
    CHECK_OK(store_each_run(s, NULL, read_inside, s));
    assert_runs(s, NULL, "run-1/ run-2/ ");
    sqlite_does("a", "PRAGMA ignore_check_constraints = ON; UPDATE run SET status = 'dome' WHERE id = 'run-2'");
    assert_failed(store_each_run(s, NULL, read_points_inside, s), STRATA_ERR_DATA, "reading all runs: status 'dome'");
    CHECK_OK(store_put_run(s, salt_run(&r, 2, 5))); /* nothing is locked */
    store_close(s);
}

static void assert_csv(store *s, const char *sql, const char *due)
{
    text csv = { 0 };
    text_add(&csv, "old");
    CHECK_OK(answered(s, sql, &csv));
    assert_string_equal(csv.at, due);
    text_free(&csv);
}

static void a_query_becomes_csv(void **state)
{
    (void)state;
    store *s = opened("a");
    CHECK_OK(store_put_run(s, &odd_run));
    assert_csv(s, "SELECT 1 AS a, NULL AS b, '' AS c, 0.1 AS d, -2 AS \"e,f\", -1e-5 AS g", "a,b,c,d,\"e,f\",g\n1,,\"\",0.1,-2,-1e-05\n");
    assert_csv(s, "SELECT 'a\"b' AS x UNION ALL SELECT 'c,d' UNION ALL SELECT 'e' || char(10) || 'f' UNION ALL SELECT ' g'; -- end\n",
               "x\n\"a\"\"b\"\n\"c,d\"\n\"e\nf\"\n\" g\"\n");
    assert_csv(s, "/* hostile */ SELECT '=1+1' AS a, '+1' AS b, '-1+x' AS c, '@x' AS d, char(9) || 'x' AS e, '-inf' AS f, 'a=1' AS g,"
                  " '=\"' AS h",
               "a,b,c,d,e,f,g,h\n'=1+1,+1,'-1+x,'@x,'\tx,-inf,a=1,\"'=\"\"\"\n");
    assert_csv(s, "SELECT upd, coalesce(train_loss, CASE train_loss_kind WHEN 1 THEN 'nan' WHEN 2 THEN 'inf' ELSE '-inf' END) AS loss"
                  " FROM point ORDER BY upd", "upd,loss\n0,2.3\n9000,-inf\n");
    assert_csv(s, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT sum(i) AS \"=s\" FROM n", "'=s\n6\n");
    assert_csv(s, "SELECT id FROM run WHERE id = 'none'", "id\n");
    store_close(s);
}

static void a_query_is_one_select(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "INSERT INTO note VALUES ('a', 'b', 'c')", "DELETE FROM run", "DROP TABLE run", "ATTACH 'x.db' AS x", "PRAGMA user_version = 7",
        "PRAGMA table_list", "SELECT * FROM pragma_table_list", "SELECT 1; SELECT 2", "SELECT 1; DROP TABLE run", "SELECT 1; nonsense",
        "BEGIN", "VACUUM INTO 'x'", "EXPLAIN SELECT 1", "", "-- nothing", "SELEC 1", "SELECT x FROM run", "SELECT x'00ff'",
        "CREATE TEMP TABLE t (x)", "SELECT load_extension('x')", "UPDATE run SET name = '' RETURNING id",
        "SELECT abs(-9223372036854775808)", "SELECT ?", "SELECT @a", "SELECT $a", "SELECT ?1",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT hex(zeroblob(1000000)) FROM n", /* 256 MB at most */
    };
    salted r;
    text csv = { 0 };
    text_add(&csv, "kept");
    store *s = opened("a");
    CHECK_OK(store_put_run(s, salt_run(&r, 1, 4)));
    for (size_t q = 0; q < sizeof refused / sizeof *refused; q++) {
        if (answered(s, refused[q], &csv) != STRATA_ERR_DATA) fail_msg("not refused: %s", refused[q]);
        assert_string_equal(csv.at, "kept");
    }
    CHECK_OK(store_put_run(s, salt_run(&r, 2, 4))); /* writing is still allowed to the store itself */
    text_free(&csv);
    store_close(s);
    assert_whole_runs("a");
    assert_says("a", "SELECT count(*) FROM run", "2");
}

static store_parameter named(const char *name, const char *value)
{
    return (store_parameter){ name, { .type = STORE_TEXT, .text = value } };
}

/* A parameter comes before what is offered, and of two offers the first; what is offered may go unused, a parameter may not. */
static void what_is_offered_may_go_unused(void **state)
{
    (void)state;
    const store_parameter own[] = { named("a", "own") };
    const store_parameter offered[] = { named("a", "offered"), named("b", "first"), named("b", "second"), named("unused", "") };
    store_question question = { .place = "test", .sql = "SELECT :a || ' ' || :b AS x -- :unused", .parameter = own, .parameters = 1,
                                .offered = offered, .offers = 4 };
    table t = { 0 };
    store *s = opened("a");
    CHECK_OK(table_ask(s, &question, &t));
    assert_string_equal(table_at(&t, 0, 0), "own first");
    table_free(&t);
    question.sql = "SELECT :b";
    assert_failed(table_ask(s, &question, &t), STRATA_ERR_DATA, "has no :a");
    question.sql = "SELECT :a, :c";
    assert_failed(table_ask(s, &question, &t), STRATA_ERR_DATA, "nothing says what :c is");
    store_close(s);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, empty_folder)
    const struct CMUnitTest tests[] = {
        TEST(a_run_comes_back_as_it_was),
        TEST(the_file_is_what_the_schema_says),
        TEST(replacing_leaves_nothing_of_the_old_run_but_links_notes_and_maker),
        TEST(a_run_belongs_to_several_experiments),
        TEST(links_are_replaced_together),
        TEST(experiments_keep_notes_and_gradient_checks),
        TEST(a_visitor_may_stop_and_read),
        TEST(a_query_becomes_csv),
        TEST(a_query_is_one_select),
        TEST(what_is_offered_may_go_unused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
