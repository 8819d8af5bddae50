/*
 * The store, the laboratory and the report in a world that fails: see faulty.h. What was said to be saved is there, whatever happens to
 * what comes after; a laboratory that failed goes on and ends with what it would have had; a page is the old one or the new one.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "faulty.h"
#include "laboratory.h"

#include "answered.h"
#include "digest.h"
#include "file.h"
#include "store_runs.h"
#include "strata/report.h"
#include "small.h"

/* ---- writing to the store ------------------------------------------------------------------------------------------------------------ */

static store *s;
static salted salt;

/* A store with one run of salt 3 and one experiment, closed. */
static void fresh_store(void)
{
    (void)empty_folder(NULL);
    s = opened("a");
    CHECK_OK(store_put_run(s, salt_run(&salt, 1, 3)));
    CHECK_OK(store_put_experiment(s, &(store_experiment){ .id = "x", .title = "old", .published = NAN, .median = NAN, .lowest = NAN,
                                                          .highest = NAN }));
    CHECK_OK(store_put_note(s, "x", "k", "old"));
    store_close(s);
    s = NULL;
}

static void opened_store(void)
{
    fresh_store();
    s = opened("a");
    (void)salt_run(&salt, 1, 12);
}

static void no_store(void)
{
    (void)empty_folder(NULL);
}

static strata_status open_new(void)
{
    return store_open(in_folder("a"), STORE_READ_WRITE, &s);
}

static strata_status open_to_read(void)
{
    return store_open(in_folder("a"), STORE_READ_ONLY, &s);
}

static void look_at_open(strata_status status, char *result)
{
    if (status != STRATA_OK) assert_null(s);
    store_close(s);
    s = opened("a"); /* whatever was left, it can be opened and written */
    CHECK_OK(store_put_run(s, salt_run(&salt, 2, 7)));
    store_close(s);
    s = NULL;
    assert_whole_runs("a");
    (void)snprintf(result, FAULTY_RESULT, "%s runs", sqlite_says("a", "SELECT count(*) FROM run"));
}

static strata_status put_run(void)
{
    return store_put_run(s, &salt.run);
}

static strata_status put_experiment(void)
{
    return store_put_experiment(s, &(store_experiment){ .id = "x", .title = "new", .published = 0.5, .median = NAN, .lowest = NAN,
                                                        .highest = INFINITY, .claim = "a claim", .against = "y" });
}

static strata_status put_links(void)
{
    return store_put_links(s, "x", &(const store_link_row){ "run-1", 4, "label" }, 1);
}

static strata_status put_link(void)
{
    return store_link(s, "x", "run-1", 4, "label");
}

static strata_status put_note(void)
{
    return store_put_note(s, "x", "k", "new");
}

static strata_status put_gradcheck(void)
{
    const store_gradcheck row[2] = { { .method = "central", .hidden = "[5]", .layer = 1, .tensor = { .name = "W" } },
                                     { .method = "central", .hidden = "[5]", .layer = 1, .tensor = { .name = "b" } } };
    return store_put_gradcheck(s, "x", row, 2);
}

/* All of it or nothing, and the same store goes on to work. */
static void look_at_written(strata_status status, char *result)
{
    static const char state[] = "SELECT (SELECT updates FROM run) || (SELECT title FROM experiment) || (SELECT value FROM note) || "
                                "(SELECT count(*) FROM experiment_run) || (SELECT count(*) FROM gradcheck)";
    char due[64];
    (void)snprintf(due, sizeof due, "%s", sqlite_says("a", state));
    assert_whole_runs("a");
    store_close(s);
    s = opened("a");
    assert_says("a", state, due);
    if (status != STRATA_OK && strcmp(due, "3oldold00") != 0 && strcmp(due, "12oldold00") != 0 && strcmp(due, "3newold00") != 0
        && strcmp(due, "3oldnew00") != 0 && strcmp(due, "3oldold10") != 0 && strcmp(due, "3oldold02") != 0) {
        fail_msg("half of it is there: %s", due);
    }
    CHECK_OK(store_put_run(s, salt_run(&salt, 1, 5)));
    store_close(s);
    s = NULL;
    assert_says("a", "SELECT updates FROM run", "5");
    (void)snprintf(result, FAULTY_RESULT, "%s", due);
}

static void a_store_keeps_what_it_has(void **state)
{
    (void)state;
    faulty(&(faulty_operation){ "store_open, new", no_store, open_new, look_at_open, 12 });
    faulty(&(faulty_operation){ "store_open, to write", fresh_store, open_new, look_at_open, 12 });
    faulty(&(faulty_operation){ "store_open, to read", fresh_store, open_to_read, look_at_open, 12 });
    faulty(&(faulty_operation){ "store_put_run", opened_store, put_run, look_at_written, 12 });
    faulty(&(faulty_operation){ "store_put_experiment", opened_store, put_experiment, look_at_written, 12 });
    faulty(&(faulty_operation){ "store_link", opened_store, put_link, look_at_written, 12 });
    faulty(&(faulty_operation){ "store_put_links", opened_store, put_links, look_at_written, 12 });
    faulty(&(faulty_operation){ "store_put_note", opened_store, put_note, look_at_written, 12 });
    faulty(&(faulty_operation){ "store_put_gradcheck", opened_store, put_gradcheck, look_at_written, 12 });
}

/* ---- reading ------------------------------------------------------------------------------------------------------------------------- */

static size_t heard;

static strata_status hear_run(void *self, const store_run *run, const char *label)
{
    (void)self;
    heard = 31 * heard + strlen(run->id) + strlen(run->config) + strlen(label) + (size_t)run->updates;
    return STRATA_OK;
}

static strata_status hear_point(void *self, const strata_point *point)
{
    (void)self;
    heard = 31 * heard + (size_t)point->update;
    return STRATA_OK;
}

static strata_status hear_layer(void *self, const store_layer_point *point)
{
    (void)self;
    heard = 31 * heard + strlen(point->what);
    return STRATA_OK;
}

static strata_status hear_pair(void *self, const char *key, const char *value)
{
    (void)self;
    heard = 31 * heard + strlen(key) + strlen(value);
    return STRATA_OK;
}

static strata_status hear_variant(void *self, const strata_variant *variant)
{
    (void)self;
    heard = 31 * heard + strlen(variant->name) + (size_t)variant->test.accuracy;
    return STRATA_OK;
}

static strata_status hear_artifact(void *self, const store_artifact *artifact)
{
    (void)self;
    heard = 31 * heard + strlen(artifact->path) + strlen(artifact->sha256);
    return STRATA_OK;
}

static strata_status hear_experiment(void *self, const store_experiment *experiment)
{
    (void)self;
    heard = 31 * heard + strlen(experiment->id) + strlen(experiment->title);
    return STRATA_OK;
}

static strata_status hear_summary(void *self, const store_figure *row)
{
    (void)self;
    heard = 31 * heard + strlen(row->experiment) + (size_t)row->n;
    return STRATA_OK;
}

static void read_store(void)
{
    static bool made;
    if (!made) {
        fresh_store();
        s = opened("a");
        CHECK_OK(put_links());
        CHECK_OK(put_gradcheck());
        store_close(s);
        made = true;
    }
    CHECK_OK(open_to_read());
    heard = 0;
}

static strata_status read_all(void)
{
    bool found, ended;
    text value = { 0 };
    TRY(store_find_run(s, "run-1", &found, &ended));
    heard = 31 * heard + found + ended;
    TRY(store_each_run(s, "x", hear_run, NULL));
    TRY(store_each_run(s, NULL, hear_run, NULL));
    TRY(store_each_experiment(s, hear_experiment, NULL));
    TRY(store_each_figure(s, NULL, hear_summary, NULL));
    TRY(store_each_point(s, "run-1", hear_point, NULL));
    TRY(store_each_layer_point(s, "run-1", hear_layer, NULL));
    TRY(store_each_variant(s, "run-1", hear_variant, NULL));
    TRY(store_each_artifact(s, "run-1", hear_artifact, NULL));
    TRY(store_each_env(s, "run-1", hear_pair, NULL));
    TRY(store_each_setting(s, "run-1", hear_pair, NULL));
    strata_status status = store_note(s, "x", "k", &found, &value);
    if (status == STRATA_OK) status = hear_pair(NULL, found ? "yes" : "no", value.at);
    text_free(&value);
    return status;
}

static text csv;

static strata_status query(void)
{
    return answered(s, "SELECT id, updates, seconds, created > '2000', NULL, config FROM run JOIN point ON run = id"
                              " ORDER BY train_loss, upd", &csv);
}

static void look_at_heard(strata_status status, char *result)
{
    store_close(s);
    s = NULL;
    if (status == STRATA_OK) (void)snprintf(result, FAULTY_RESULT, "%zu %s", heard, csv.at != NULL ? csv.at : "");
    else assert_null(csv.at);
    text_free(&csv);
}

static void a_store_is_read_or_not(void **state)
{
    (void)state;
    faulty(&(faulty_operation){ "store_each_...", read_store, read_all, look_at_heard, 12 });
    faulty(&(faulty_operation){ "store_query", read_store, query, look_at_heard, 12 });
}

/* ---- the laboratory ------------------------------------------------------------------------------------------------------------------ */

static counter seen;

static void no_laboratory(void)
{
    (void)clear_folder(NULL);
    (void)wrote("net.yaml", TINY "name: net\ndiagnose: true\nexperiment: {order: 1}\n");
    (void)wrote("check.yaml", TINY "name: check\nexperiment: {check: {methods: [central], inputs: 2}}\n");
    seen = (counter){ 0 };
}

static strata_status run_lab(void)
{
    char folder[PATH], first[PATH], second[PATH];
    (void)snprintf(folder, sizeof folder, "%s", in_folder("out"));
    (void)snprintf(first, sizeof first, "%s", in_folder("net.yaml"));
    (void)snprintf(second, sizeof second, "%s", in_folder("check.yaml"));
    const lab_request request = { .out = folder, .seeds = 1, .threads = 1, .watch = counting(&seen) };
    return lab_run((const char *const[]){ first, second }, 2, small_data(), &request);
}

/* What was said to be recorded is there with its model; and the same command goes on to the same end. */
static void look_at_lab(strata_status status, char *result)
{
    char count[24];
    (void)status;
    if (seen.finished > 0) {
        (void)snprintf(count, sizeof count, "%ld", seen.finished);
        assert_asked("out", "SELECT count(*) FROM run JOIN artifact ON run = id WHERE path LIKE '%model.safetensors'", count);
    }
    CHECK_OK(run_lab());
    char *all = everything("out"), *pictures;
    /* A picture that could not be drawn is said and not missed: it is no artifact of its run then. */
    while ((pictures = strstr(all, ".png")) != NULL) {
        char *line = pictures, *end = strchr(pictures, '\n');
        while (line > all && line[-1] != '\n') line--;
        memmove(line, end + 1, strlen(end + 1) + 1);
    }
    CHECK_OK(digest_sha256(all, strlen(all), result));
    free(all);
}

static void a_laboratory_goes_on(void **state)
{
    (void)state;
    if (!STRATA_YAML) skip();
    faulty(&(faulty_operation){ "lab_run", no_laboratory, run_lab, look_at_lab, 5 });
}

/* ---- the report ---------------------------------------------------------------------------------------------------------------------- */

static int warnings;

static void count_warning(void *self, const char *sentence)
{
    (void)self;
    warnings += sentence[0] != '\0';
}

static void old_page(void)
{
    static bool made;
    if (!made) {
        no_laboratory();
        CHECK_OK(run_lab());
        (void)wrote("tpl/page.html", "<style>{{style}}</style>{{value one}}{{table one}}{{figure f}}{{picture p}}<!-- the end -->");
        (void)wrote("tpl/figures.yaml", "f: {script: line, query: one, title: T, alt: a, read: r}\n"
                                        "p: {picture: weights.png, query: one, title: T, alt: a, read: r}\n");
        (void)wrote("tpl/style.css", "p{}");
        (void)wrote("tpl/figures/style.gp", "");
        (void)wrote("tpl/figures/line.gp", "");
        (void)wrote("tpl/queries/one.sql", "SELECT id FROM run");
        (void)wrote("bin/gnuplot", "#!/bin/sh\nprintf '<svg width=\"640\" height=\"360\"></svg>' >\"$5\"\n");
        assert_int_equal(chmod(in_folder("bin/gnuplot"), 0755), 0);
        assert_int_equal(setenv("PATH", in_folder("bin"), 1), 0);
        made = true;
    }
    (void)wrote("out/index.html", "the page of yesterday");
    warnings = 0;
}

static strata_status write_report(void)
{
    char out[PATH], templates[PATH];
    (void)snprintf(out, sizeof out, "%s", in_folder("out"));
    (void)snprintf(templates, sizeof templates, "%s", in_folder("tpl"));
    return strata_report_write(&(strata_report_request){ .size = sizeof(strata_report_request), .out = out, .templates = templates,
                                                        .warn = count_warning });
}

static void look_at_page(strata_status status, char *result)
{
    uint8_t *bytes;
    size_t size;
    CHECK_OK(file_read_all(in_folder("out/index.html"), 1 << 24, &bytes, &size));
    bool old = strcmp((char *)bytes, "the page of yesterday") == 0;
    if (!old && strstr((char *)bytes, "<!-- the end -->") == NULL) fail_msg("half a page: %s", (char *)bytes);
    if (status == STRATA_OK && warnings > 0) (void)snprintf(result, FAULTY_RESULT, "~ warned");
    else CHECK_OK(digest_sha256(bytes, size, result));
    free(bytes);
}

static void a_page_is_old_or_new(void **state)
{
    (void)state;
    if (!STRATA_YAML) skip();
    faulty(&(faulty_operation){ "report_write", old_page, write_report, look_at_page, 8 });
}

static int tidy(void **state)
{
    faulty_sum();
    return clear_and_remove(state);
}

/* Of one test alone: test_faults_store NAME */
int main(int argc, char **argv)
{
    if (argc > 1) cmocka_set_test_filter(argv[1]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_store_keeps_what_it_has, clear_folder),
        cmocka_unit_test_setup(a_store_is_read_or_not, clear_folder),
        cmocka_unit_test_setup(a_laboratory_goes_on, clear_folder),
        cmocka_unit_test_setup(a_page_is_old_or_new, clear_folder),
    };
    return cmocka_run_group_tests(tests, faulty_set_up, tidy);
}
