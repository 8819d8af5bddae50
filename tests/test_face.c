/*
 * The public interface as an application has it: the headers of include/ and libstrata.a alone, no internal header and no internal name. A
 * laboratory on the synthetic set, its runs, and a report of them.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <stdio.h>

#include <strata.h>

static char folder[] = "/tmp/strata-face-XXXXXX";
static strata_data *data;

#define OK(call) \
    if ((call) != STRATA_OK) fail_msg("%s: %s", #call, strata_error())

static int open_all(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL || strata_data_synthetic(1, 1, &data) != STRATA_OK;
}

static int close_all(void **state)
{
    char command[64];
    (void)state;
    strata_data_free(data);
    (void)snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

static const char *in(const char *name)
{
    static char path[4][128];
    static int next;
    char *out = path[next++ % 4];
    (void)snprintf(out, sizeof *path, "%s/%s", folder, name);
    return out;
}

static const char *write_experiment(const char *name, const char *words)
{
    const char *path = in(name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(words, f) >= 0 && fclose(f) == 0);
    return path;
}

static const char small[] = "{name: small, n_train: 400, n_val: 100, n_batch: 50, n_s: 4, cycles: 1, evals: 1, hidden: [5], "
                            "experiment: {title: small, seeds: 2}}";

typedef struct {
    long asked_for, finished, stop_after; /* stop_after: updates; 0: never */
    long updates;
    double accuracy;
} counter;

static void on_asked_for(void *self, const char *experiment)
{
    assert_string_equal(experiment, "small");
    ((counter *)self)->asked_for++;
}

static void on_finished(void *self, const strata_lab_progress *now, const strata_run *run)
{
    counter *c = self;
    assert_int_equal(now->runs_done, ++c->finished);
    c->accuracy = strata_run_facts(run)->test.accuracy;
}

static bool go_on(void *self)
{
    counter *c = self;
    return c->stop_after == 0 || c->updates++ < c->stop_after;
}

static strata_status run_lab(const char *path, counter *c)
{
    const strata_lab_watch watch = { .size = sizeof watch, .self = c, .go_on = go_on, .finished = on_finished, .asked_for = on_asked_for };
    const strata_lab_request request = { .size = sizeof request, .out = in("out"), .seeds = 1, .threads = 1, .watch = &watch };
    return strata_lab_run(&path, 1, data, &request);
}

/* Stopped, gone on, and found: two runs in all. */
static void a_laboratory_stops_and_goes_on(void **state)
{
    (void)state;
    const char *path = write_experiment("small.yaml", small);
    counter stopped = { .stop_after = 3 }, whole = { 0 }, again = { 0 };
    assert_int_equal(run_lab(path, &stopped), STRATA_STOPPED);
    assert_int_equal(stopped.finished, 0);
    OK(run_lab(path, &whole));
    OK(run_lab(path, &again));
    assert_true(whole.asked_for == 1 && whole.finished == 2 && again.finished == 0);
}

/* What goes to PyTorch and back has the parameters of the run's model. */
static void a_state_dict_comes_back(const strata_run *run)
{
    strata_model *back;
    strata_config *like;
    const strata_model *model = strata_run_model(run);
    strata_import_as as = { .size = sizeof as };
    OK(strata_export(model, &(strata_export_request){ sizeof(strata_export_request), "torch", in("net.py"), NULL }));
    OK(strata_model_import(in("net.pt.safetensors"), &as, &back));
    assert_string_equal(strata_model_digest(back), strata_model_digest(model));
    assert_string_equal(strata_model_data_digest(back), strata_model_data_digest(model));
    strata_model_free(back);
    OK(strata_config_new(&like));
    OK(strata_config_set(like, "hidden", "[7]"));
    as.like = like;
    assert_int_equal(strata_model_import(in("net.pt.safetensors"), &as, &back), STRATA_ERR_DATA);
    assert_null(back);
    OK(strata_config_set(like, "hidden", "[50,50]"));
    as.data = data;
    OK(strata_model_import(in("net.pt.safetensors"), &as, &back));
    assert_string_equal(strata_model_digest(back), strata_model_digest(model));
    strata_model_free(back);
    strata_config_free(like);
    as.size = 0;
    assert_int_equal(strata_model_import(in("net.pt.safetensors"), &as, &back), STRATA_ERR_ARGUMENT);
    assert_null(back);
}

static void a_model_is_exported(void **state)
{
    (void)state;
    size_t count;
    struct stat file;
    strata_run *run;
    strata_config *config;
    OK(strata_config_new(&config));
    OK(strata_config_set(config, "n_train", "100"));
    OK(strata_config_set(config, "cycles", "1"));
    OK(strata_config_set(config, "n_s", "1"));
    OK(strata_config_set(config, "evals", "0"));
    OK(strata_train(1, (const strata_config *const[]){ config }, data, 1, NULL, &run));
    const strata_export_kind *kinds = strata_export_kinds(&count);
    assert_true(count >= 2 && strcmp(kinds[0].name, "onnx") == 0);
    OK(strata_export(strata_run_model(run), &(strata_export_request){ sizeof(strata_export_request), "onnx", in("net.onnx"), NULL }));
    assert_int_equal(stat(in("net.onnx"), &file), 0);
    assert_true(file.st_size > 4 * 50 * STRATA_PIXELS);
    a_state_dict_comes_back(run);
    strata_run_free(run);
    strata_config_free(config);
}

static void a_report_is_written(void **state)
{
    (void)state;
    struct stat page;
    counter c = { 0 };
    OK(run_lab(write_experiment("small.yaml", small), &c));
    const strata_report_request request = { .size = sizeof request, .out = in("page"), .from = in("out"), .templates = STRATA_TEMPLATES };
    OK(strata_report_write(&request));
    assert_int_equal(stat(in("page/index.html"), &page), 0);
    assert_true(page.st_size > 1000);
}

/* What the laboratory recorded, as lists, as one run, and as documents. */
static void stored_runs_are_read(void **state)
{
    (void)state;
    strata_store *store;
    strata_runs *runs, *second;
    strata_stored *one;
    counter c = { 0 };
    OK(run_lab(write_experiment("small.yaml", small), &c));
    OK(strata_store_open(in("out"), &store));
    OK(strata_runs_list(store, NULL, &runs));
    assert_int_equal(strata_runs_count(runs), 2);
    assert_null(strata_runs_at(runs, 2));
    const char *const where[] = { "seed=2", "hidden=[5]", NULL };
    const strata_runs_choice choice = { .size = sizeof choice, .experiment = "small", .where = where, .sort = "accuracy", .limit = 5 };
    OK(strata_runs_list(store, &choice, &second));
    assert_int_equal(strata_runs_count(second), 1);
    const strata_stored_facts *facts = strata_runs_at(second, 0);
    assert_int_equal(facts->seed, 2);
    assert_string_equal(facts->status, "done");
    assert_string_equal(facts->maker, "lab");
    assert_true(facts->test.accuracy > 0 && facts->test.accuracy < 1);
    OK(strata_stored_find(store, facts->id, &one));
    assert_string_equal(strata_stored_describe(one)->id, facts->id);
    assert_string_equal(strata_stored_setting(one, "n_train"), "400");
    assert_null(strata_stored_setting(one, "no_such"));
    size_t points;
    const strata_point *curve = strata_stored_curve(one, &points);
    assert_true(points == 2 && curve[1].update == 8);
    strata_stored_free(one);
    strata_runs_free(second);
    strata_runs_free(runs);
    strata_store_free(store);
}

static void stored_runs_are_documents(void **state)
{
    (void)state;
    strata_store *store;
    strata_runs *runs;
    char *text[4];
    counter c = { 0 };
    OK(run_lab(write_experiment("small.yaml", small), &c));
    OK(strata_store_open(in("out"), &store));
    OK(strata_runs_list(store, NULL, &runs));
    const char *a = strata_runs_at(runs, 0)->id, *b = strata_runs_at(runs, 1)->id;
    OK(strata_runs_list_json(store, NULL, &text[0]));
    OK(strata_runs_show_json(store, a, &text[1]));
    OK(strata_runs_diff_json(store, a, b, &text[2]));
    OK(strata_runs_summary_json(store, NULL, &text[3]));
    assert_true(strstr(text[0], a) != NULL && strstr(text[0], b) != NULL);
    assert_true(strstr(text[1], a) != NULL && strstr(text[1], b) == NULL);
    assert_non_null(strstr(text[2], "seed"));
    assert_non_null(strstr(text[3], "small"));
    for (int t = 0; t < 4; t++) strata_text_free(text[t]);
    strata_runs_free(runs);
    strata_store_free(store);
}

static void wrong_readings_are_refused(void **state)
{
    (void)state;
    strata_store *store;
    strata_runs *runs;
    strata_stored *one;
    counter c = { 0 };
    OK(run_lab(write_experiment("small.yaml", small), &c));
    assert_int_equal(strata_store_open(in("nowhere"), &store), STRATA_ERR_STORAGE);
    assert_null(store);
    OK(strata_store_open(in("out"), &store));
    const char *const where[] = { "lamda<1", NULL };
    const strata_runs_choice misspelt = { .size = sizeof misspelt, .where = where }, unsized = { .limit = 1 };
    assert_int_equal(strata_runs_list(store, &misspelt, &runs), STRATA_ERR_ARGUMENT);
    assert_non_null(strstr(strata_error(), "lambda"));
    assert_int_equal(strata_runs_list(store, &unsized, &runs), STRATA_ERR_ARGUMENT);
    assert_int_equal(strata_stored_find(store, "0000", &one), STRATA_ERR_ARGUMENT);
    assert_null(one);
    strata_store_free(store);
}

static void wrong_requests_are_refused(void **state)
{
    (void)state;
    const char *path = write_experiment("small.yaml", small);
    const strata_lab_watch unsized = { .size = 0 };
    const strata_lab_request wrong[] = {
        { .size = 0, .out = folder, .seeds = 1 },
        { .size = sizeof *wrong, .seeds = 1 },
        { .size = sizeof *wrong, .out = folder },
        { .size = sizeof *wrong, .out = folder, .seeds = 1, .threads = -1 },
        { .size = sizeof *wrong, .out = folder, .seeds = 1, .watch = &unsized },
    };
    for (size_t w = 0; w < sizeof wrong / sizeof *wrong; w++) {
        assert_int_equal(strata_lab_run(&path, 1, data, &wrong[w]), STRATA_ERR_ARGUMENT);
    }
    assert_int_equal(strata_lab_run(&path, 1, data, NULL), STRATA_ERR_ARGUMENT);
    assert_int_equal(strata_report_write(&(strata_report_request){ .out = folder, .templates = folder }), STRATA_ERR_ARGUMENT);
    assert_non_null(strstr(strata_error(), "strata_report_request"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_laboratory_stops_and_goes_on),
        cmocka_unit_test(a_model_is_exported), cmocka_unit_test(a_report_is_written),
        cmocka_unit_test(stored_runs_are_read),
        cmocka_unit_test(stored_runs_are_documents),
        cmocka_unit_test(wrong_readings_are_refused),
        cmocka_unit_test(wrong_requests_are_refused),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
