/* SQLite's own look, and salted runs: see stored.h. */
#include "stored.h"

#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answered.h"

const char sha[65] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

store *opened(const char *name)
{
    store *s = NULL;
    CHECK_OK(store_open(in_folder(name), STORE_READ_WRITE, &s));
    return s;
}

const char *sqlite_says(const char *name, const char *sql)
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

void sqlite_does(const char *name, const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(in_folder(name), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

void assert_says(const char *name, const char *sql, const char *due)
{
    const char *answer = sqlite_says(name, sql);
    if (answer == NULL || strcmp(answer, due) != 0) fail_msg("%s: %s: %s, due is %s", name, sql, answer != NULL ? answer : "an error", due);
}

void add_answer(store *s, const char *sql, text *csv)
{
    text found = { 0 };
    CHECK_OK(answered(s, sql, &found));
    text_add(csv, "%s", found.at);
    text_free(&found);
}

const store_run *salt_run(salted *r, int number, int salt)
{
    size_t count = 1 + (size_t)salt % MOST, bins = count < STRATA_CERTAINTY_BINS ? count : STRATA_CERTAINTY_BINS;
    (void)snprintf(r->id, sizeof r->id, "run-%d", number);
    r->score = (strata_score){ salt, salt, salt };
    for (size_t e = 0; e < count; e++) {
        (void)snprintf(r->key[e], sizeof *r->key, "k%zu", e);
        r->env[e] = (store_env){ r->key[e], "v" };
        r->point[e] = (strata_point){ (long)e, salt, 0.1, { salt, 1, 1 }, { 1, 1, salt } };
        r->layer_point[e] = (store_layer_point){ (long)e, 1, "norm", salt };
        r->confusion[e] = (store_confusion){ STRATA_TEST_PART, (int)e, 0, salt };
        r->mistake[e] = (store_mistake){ STRATA_TEST_PART, (long)e, salt, 0, 0.5 };
        r->variant[e] = (strata_variant){ r->key[e], { salt, NAN, 1 }, { NAN, NAN, salt } };
        r->artifact[e] = (store_artifact){ r->key[e], salt, sha };
    }
    for (size_t q = 0; q < bins; q++) r->certainty[q] = (store_certainty){ STRATA_TEST_PART, (int)q, salt, 1 };
    r->run = (store_run){ .id = r->id, .status = STORE_DONE, .updates = salt, .seconds = salt, .version = STRATA_VERSION,
                          .score = { &r->score, &r->score, &r->score },
                          .env = r->env, .env_count = count, .point = r->point, .point_count = count,
                          .layer_point = r->layer_point, .layer_point_count = count, .confusion = r->confusion, .confusion_count = count,
                          .mistake = r->mistake, .mistake_count = count, .certainty = r->certainty, .certainty_count = bins,
                          .variant = r->variant, .variant_count = count, .artifact = r->artifact, .artifact_count = count };
    return &r->run;
}

void assert_whole_runs(const char *name)
{
    assert_says(name, "PRAGMA integrity_check", "ok");
    assert_says(name, "SELECT count(*) FROM pragma_foreign_key_check", "0");
    static const char *const wrong[] = {
        ("SELECT count(*) FROM run WHERE (SELECT count(*) FROM point WHERE run = id AND epoch = updates AND train_loss = updates"
         " AND validation_accuracy = updates) <> 1 + updates % 64"),
        "SELECT count(*) FROM run WHERE (SELECT count(*) FROM point WHERE run = id) <> 1 + updates % 64",
        "SELECT count(*) FROM run WHERE (SELECT count(*) FROM result WHERE run = id AND value = updates) <> 9",
        "SELECT count(*) FROM run WHERE (SELECT count(*) FROM env WHERE run = id) <> 1 + updates % 64",
        "SELECT count(*) FROM run WHERE (SELECT sum(value) FROM layer_point WHERE run = id) <> updates * (1 + updates % 64)",
        "SELECT count(*) FROM run WHERE (SELECT sum(count) FROM confusion WHERE run = id) <> updates * (1 + updates % 64)",
        "SELECT count(*) FROM run WHERE (SELECT sum(truth) FROM mistake WHERE run = id) <> updates * (1 + updates % 64)",
        "SELECT count(*) FROM run WHERE (SELECT sum(correct) FROM certainty WHERE run = id) <> updates * min(20, 1 + updates % 64)",
        ("SELECT count(*) FROM run WHERE (SELECT sum(v.loss + t.accuracy) FROM variant v JOIN variant t USING (run, name) WHERE run = id"
         " AND v.part = 'validation' AND t.part = 'test') <> 2 * updates * (1 + updates % 64)"),
        "SELECT count(*) FROM run WHERE (SELECT count(*) FROM variant WHERE run = id) <> 2 + 2 * (updates % 64)",
        "SELECT count(*) FROM run WHERE (SELECT sum(bytes) FROM artifact WHERE run = id) <> updates * (1 + updates % 64)",
    };
    for (size_t w = 0; w < sizeof wrong / sizeof *wrong; w++) assert_says(name, wrong[w], "0");
}

