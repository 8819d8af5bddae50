/*
 * The store: what goes in comes out, what is refused, and what survives. The faults are real: damaged files, other programs' databases, 16
 * processes at once, writers killed in the middle, a file that may not grow, allocations that fail. Beside the store, SQLite itself looks
 * at the files. Philox fixes what is random but for the moment of a kill.
 */
#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cmocka_strata.h"

#include "clock.h"
#include "file.h"
#include "random.h"
#include "store.h"

enum { PATH = 256, PROCESSES = 16, RUNS_EACH = 200, KILLS = 30, VICTIMS = 5 };

static const char sha[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
static char folder[64];

static const char *in_folder(const char *name)
{
    static char path[4][PATH];
    static int turn;
    turn = (turn + 1) % 4;
    (void)snprintf(path[turn], PATH, "%s/%s", folder, name);
    return path[turn];
}

static int make_folder(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/strata-store-XXXXXX");
    return mkdtemp(folder) == NULL;
}

/* Every test starts in an empty folder. */
static int empty_folder(void **state)
{
    (void)state;
    DIR *d = opendir(folder);
    if (d == NULL) return 1;
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        if (e->d_name[0] != '.' && remove(in_folder(e->d_name)) != 0) return 1;
    }
    return closedir(d);
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

static void assert_failed(strata_status got, strata_status due, const char *word)
{
    if (got != due) fail_msg("status %d (%s) where %d is due", (int)got, got == STRATA_OK ? "" : strata_error(), (int)due);
    if (strstr(strata_error(), word) == NULL) fail_msg("'%s' is not in the sentence '%s'", word, strata_error());
}

static store *opened(const char *name)
{
    store *s = NULL;
    CHECK_OK(store_open(in_folder(name), STORE_READ_WRITE, &s));
    return s;
}

/* SQLite's own answer to a query: the first column of the first row. NULL on any error. Lives until the next. */
static const char *sqlite_says(const char *name, const char *sql)
{
    static char answer[256];
    sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;
    bool row = sqlite3_open(in_folder(name), &db) == SQLITE_OK && sqlite3_busy_timeout(db, 10000) == SQLITE_OK
               && sqlite3_prepare_v2(db, sql, -1, &q, NULL) == SQLITE_OK && sqlite3_step(q) == SQLITE_ROW;
    if (row) (void)snprintf(answer, sizeof answer, "%s", (const char *)sqlite3_column_text(q, 0));
    (void)sqlite3_finalize(q);
    (void)sqlite3_close(db);
    return row ? answer : NULL;
}

static void sqlite_does(const char *name, const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(in_folder(name), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void assert_says(const char *name, const char *sql, const char *due)
{
    const char *answer = sqlite_says(name, sql);
    if (answer == NULL || strcmp(answer, due) != 0) fail_msg("%s: %s: %s, due is %s", name, sql, answer != NULL ? answer : "an error", due);
}

/* The same number: NaN is NaN, infinities have a sign. */
static bool same(double a, double b)
{
    return isnan(a) ? isnan(b) : a == b;
}

/* ---- the file system, pretending on demand: this definition stands before the C library's ----------------------------------------- */

static long pretended_magic;

int statfs(const char *path, struct statfs *out)
{
    long done = syscall(SYS_statfs, path, out);
    if (pretended_magic != 0) memcpy(&out->f_type, &pretended_magic, sizeof out->f_type);
    return (int)done;
}

/* ---- a run of which every row tells the salt it was written with ------------------------------------------------------------------ */

enum { MOST = 64 };

typedef struct {
    char id[32];
    strata_score score;
    store_env env[MOST];
    char key[MOST][8];
    strata_point point[MOST];
    store_layer_point layer_point[MOST];
    store_confusion confusion[MOST];
    store_artifact artifact[MOST];
    store_run run;
} salted;

/* count rows in each table, all of them saying `salt`. */
static const store_run *salt_run(salted *r, int number, int salt)
{
    size_t count = 1 + (size_t)salt % MOST;
    (void)snprintf(r->id, sizeof r->id, "run-%d", number);
    r->score = (strata_score){ salt, salt, salt };
    for (size_t e = 0; e < count; e++) {
        (void)snprintf(r->key[e], sizeof *r->key, "k%zu", e);
        r->env[e] = (store_env){ r->key[e], "v" };
        r->point[e] = (strata_point){ (long)e, salt, 0.1, { salt, 1, 1 }, { 1, 1, salt } };
        r->layer_point[e] = (store_layer_point){ (long)e, 1, "norm", salt };
        r->confusion[e] = (store_confusion){ STRATA_TEST_PART, (int)e, 0, salt };
        r->artifact[e] = (store_artifact){ r->key[e], salt, sha };
    }
    r->run = (store_run){ .id = r->id, .status = STORE_DONE, .updates = salt, .seconds = salt, .version = STRATA_VERSION,
                          .score = { &r->score, &r->score, &r->score },
                          .env = r->env, .env_count = count, .point = r->point, .point_count = count,
                          .layer_point = r->layer_point, .layer_point_count = count, .confusion = r->confusion, .confusion_count = count,
                          .artifact = r->artifact, .artifact_count = count };
    return &r->run;
}

/* No run of the file has another salt in its rows, or another number of them, than its `updates` says. */
static void assert_whole_runs(const char *name)
{
    assert_says(name, "PRAGMA integrity_check", "ok");
    assert_says(name, "SELECT count(*) FROM pragma_foreign_key_check", "0");
    static const char *const wrong[] = {
        "SELECT count(*) FROM run WHERE (SELECT count(*) FROM point WHERE run = id AND epoch = updates AND train_loss = updates"
        " AND validation_accuracy = updates) <> 1 + updates % 64",
        "SELECT count(*) FROM run WHERE (SELECT count(*) FROM point WHERE run = id) <> 1 + updates % 64",
        "SELECT count(*) FROM run WHERE (SELECT count(*) FROM result WHERE run = id AND value = updates) <> 9",
        "SELECT count(*) FROM run WHERE (SELECT count(*) FROM env WHERE run = id) <> 1 + updates % 64",
        "SELECT count(*) FROM run WHERE (SELECT sum(value) FROM layer_point WHERE run = id) <> updates * (1 + updates % 64)",
        "SELECT count(*) FROM run WHERE (SELECT sum(count) FROM confusion WHERE run = id) <> updates * (1 + updates % 64)",
        "SELECT count(*) FROM run WHERE (SELECT sum(bytes) FROM artifact WHERE run = id) <> updates * (1 + updates % 64)",
    };
    for (size_t w = 0; w < sizeof wrong / sizeof *wrong; w++) assert_says(name, wrong[w], "0");
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
static const store_artifact odd_artifact[] = { { "figures/a b,\"c\".svg", INT64_MAX, sha } };
static const store_run odd_run = {
    .id = "c0ffee'\"; --", .name = "näme", .seed = 9007199254740992, .status = STORE_DIVERGED, .reason = "loss is NaN",
    .config = "hidden = [50,50]\nname = a = b\nnote = \nlambda = 0.005\n", .backend = "blas", .threads = 2, .data_kind = "synthetic",
    .data_digest = "d1", .model_digest = NULL, .updates = 9000, .seconds = 12.25, .created = "2024-02-29T23:59:59Z", .version = "0.1.0",
    .score = { &odd_train, NULL, &odd_test },
    .env = odd_env, .env_count = 2, .point = odd_point, .point_count = 2, .layer_point = odd_layer, .layer_point_count = 3,
    .confusion = odd_confusion, .confusion_count = 2, .artifact = odd_artifact, .artifact_count = 1,
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
    assert_memory_equal(got, &odd_confusion[*seen], sizeof *got - sizeof got->count);
    assert_int_equal(got->count, odd_confusion[*seen].count);
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
    int runs = 0, env = 0, settings = 0, points = 0, layers = 0, cells = 0, files = 0;
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
    CHECK_OK(store_each_artifact(s, odd_run.id, see_artifact, &files));
    assert_true(runs == 1 && env == 2 && settings == 4 && points == 2 && layers == 3 && cells == 2 && files == 1);
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
    assert_says("a", "PRAGMA user_version", "1");
    assert_says("a", "PRAGMA journal_mode", "wal");
    assert_says("a", "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND NOT strict AND name NOT LIKE 'sqlite_%'", "0");
    assert_says("a", "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'", "11");
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

static void replacing_leaves_nothing_of_the_old_run_but_its_links(void **state)
{
    (void)state;
    salted r;
    bool found, done;
    store *s = opened("a");
    CHECK_OK(store_put_experiment(s, &(store_experiment){ .id = "x", .published = NAN }));
    CHECK_OK(store_put_run(s, salt_run(&r, 1, 40)));
    CHECK_OK(store_link(s, "x", "run-1", 0, "first"));
    store_run again = *salt_run(&r, 1, 5);
    again.status = STORE_RUNNING;
    CHECK_OK(store_put_run(s, &again));
    CHECK_OK(store_find_run(s, "run-1", &found, &done));
    assert_true(found && !done);
    assert_runs(s, "x", "run-1/first ");
    CHECK_OK(store_put_run(s, salt_run(&r, 1, 7)));
    CHECK_OK(store_find_run(s, "run-1", &found, &done));
    assert_true(found && done);
    CHECK_OK(store_find_run(s, "run-2", &found, &done));
    assert_true(!found && !done);
    store_close(s);
    assert_whole_runs("a");
    assert_says("a", "SELECT count(*) || ' ' || updates FROM run", "1 7");
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

static strata_status see_experiment(void *self, const store_experiment *e)
{
    text_add(self, "%s|%s|%s|%g|%g|%g|%g ", e->id, e->title, e->source, e->published, e->median, e->lowest, e->highest);
    return STRATA_OK;
}

static strata_status see_gradcheck(void *self, const store_gradcheck *g)
{
    const strata_gradcheck_tensor *t = &g->tensor;
    text_add(self, "%s %s %d %g %d %s %ld %ld %ld %ld %ld %ld %ld %g %g %g\n", g->method, g->hidden, g->bn, g->lambda, g->layer, t->name,
             t->entries, t->checked, t->kinks, t->structural_zeros, t->round_off, t->errors, t->below_1e_6, t->max_abs, t->max_rel, t->tolerance);
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
    CHECK_OK(store_put_experiment(s, &(store_experiment){ "z", "old", "", NAN, NAN, NAN, NAN }));
    CHECK_OK(store_put_experiment(s, &(store_experiment){ "a", "title", "report, p. 5", 0.535, 0.534, 0.515, 0.5395 }));
    CHECK_OK(store_put_gradcheck(s, "z", rows, 1));
    CHECK_OK(store_put_gradcheck(s, "z", rows, 2));
    CHECK_OK(store_put_note(s, "z", "verdict", "old"));
    CHECK_OK(store_put_note(s, "z", "verdict", "λ = 0.004\n"));
    CHECK_OK(store_put_experiment(s, &(store_experiment){ "z", "new", "", NAN, NAN, NAN, NAN })); /* keeps what belongs to it */
    CHECK_OK(store_each_experiment(s, see_experiment, &seen));
    CHECK_OK(store_each_gradcheck(s, "z", see_gradcheck, &seen));
    assert_string_equal(seen.at, "z|new||nan|nan|nan|nan a|title|report, p. 5|0.535|0.534|0.515|0.5395 "
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

