/*
 * The laboratory at work on tiny experiments: everything is recorded, nothing is trained twice, and a stop at any moment leaves what an
 * undisturbed laboratory has.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "laboratory.h"

#include "digest.h"
#include "file.h"
#include "search.h"
#include "small.h"

/* lab_run ends like this, with such a word in its sentence. */
static void assert_lab_fails(const char *names, strata_status due, const char *word)
{
    counter c = { 0 };
    assert_failed(lab(names, "out", &c), due, word);
    assert_int_equal(c.finished, 0);
}

/* What was to be done is done. */
static void assert_all_done(const counter *c, long runs_done, long runs_all)
{
    const strata_lab_progress *p = &c->last;
    if (p->runs_done != runs_done || p->runs_done + p->runs_found != runs_all || p->runs_all != runs_all) {
        fail_msg("%ld + %ld of %ld runs, due are %ld of %ld", p->runs_done, p->runs_found, p->runs_all, runs_done, runs_all);
    }
    CHECK_NEAR(p->share, 1, 1e-9);
    CHECK_NEAR(p->seconds_left, 0, 0);
    assert_int_equal(c->jumps, 0);
}

/* ---- recording ----------------------------------------------------------------------------------------------------------------------- */

static strata_status check_artifact(void *self, const store_artifact *a)
{
    uint8_t *bytes;
    size_t size;
    char digest[DIGEST_TEXT], path[PATH];
    (void)snprintf(path, sizeof path, "out/%.200s", a->path);
    CHECK_OK(file_read_all(in_folder(path), 1 << 24, &bytes, &size));
    CHECK_OK(digest_sha256(bytes, size, digest));
    assert_string_equal(digest, a->sha256);
    assert_int_equal(size, a->bytes);
    free(bytes);
    ++*(int *)self;
    return STRATA_OK;
}

static strata_status check_run(void *self, const store_run *run, const char *label)
{
    strata_model *model;
    char path[PATH];
    int artifacts = 0;
    (void)label;
    CHECK_OK(store_each_artifact(self, run->id, check_artifact, &artifacts));
    assert_true(artifacts >= 1);
    (void)snprintf(path, sizeof path, "out/runs/%.20s/model.safetensors", run->id);
    CHECK_OK(strata_model_open(in_folder(path), &model));
    assert_string_equal(strata_model_digest(model), run->model_digest);
    strata_model_free(model);
    return STRATA_OK;
}

static void every_run_is_recorded_whole(void **state)
{
    (void)state;
    counter c = { 0 };
    store *s = NULL;
    wrote("other.yaml", TINY "name: other\n");
    wrote("net.yaml", TINY "name: net\ndiagnose: true\n"
          "experiment: {title: t, claim: c, order: 3, against: other, published: {report: 0.5}}\n");
    CHECK_OK(lab("net", "out", &c));
    assert_true(c.finished == 2 && c.updates == 2 * 8 && c.diverged == 0);
    assert_all_done(&c, 2, 2);
    assert_asked("out", "SELECT count(*), group_concat(DISTINCT name), sum(seed), group_concat(DISTINCT status), sum(updates) FROM run",
                 "2,net,3,done,16");
    assert_asked("out", "SELECT count(*) FROM run WHERE config LIKE '%hidden = [5]%' AND data_digest <> '' AND seconds > 0 AND reason = ''",
                 "2");
    assert_asked("out", "SELECT count(*), min(upd), max(upd) FROM point", "4,0,8");
    assert_asked("out", "SELECT count(*), count(value) FROM result", "18,18");
    assert_asked("out", "SELECT sum(count) FROM confusion GROUP BY run", "100\n100");
    assert_asked("out", "SELECT count(DISTINCT what), max(layer) FROM layer_point", "4,2");
    assert_asked("out", "SELECT count(*) FROM env WHERE value <> '' AND key IN ('strata', 'compiler', 'cpu', 'cores', 'blas')", "10");
    assert_asked("out", "SELECT count(DISTINCT run), min(image) >= 0 FROM mistake", "2,1");
    assert_asked("out", "SELECT count(*), sum(correct + wrong), sum(correct) = round(100 * max(f.value)) FROM certainty"
                 " JOIN figure f USING (run) GROUP BY run", "20,100,1\n20,100,1");
    assert_asked("out", "SELECT group_concat(label || '/' || ord || '/' || seed) FROM (SELECT * FROM figure ORDER BY seed)",
                 "\"/0/1,/0/2\"");
    assert_asked("out", "SELECT id, title, claim, ord, against, published, median, part FROM experiment", "net,t,c,3,other,,,test");
    assert_asked("out", "SELECT value FROM note WHERE key = 'quick'", "no");
    CHECK_OK(store_open(in_folder("out/runs.sqlite"), STORE_READ_ONLY, &s));
    CHECK_OK(store_each_run(s, NULL, check_run, s));
    store_close(s);
}

static void a_run_that_diverges_is_a_result(void **state)
{
    (void)state;
    counter c = { 0 };
    wrote("wild.yaml", TINY "name: wild\neta_max: 1e6\nbn: false\nexperiment: {vary: {lambda: [0, 0.1]}}\n");
    CHECK_OK(lab("wild", "out", &c));
    assert_true(c.finished == 4 && c.diverged == 4);
    assert_all_done(&c, 4, 4);
    assert_asked("out", "SELECT count(*), count(DISTINCT status), status, instr(reason, 'diverged') > 0 FROM run", "4,1,diverged,1");
    assert_asked("out", "SELECT label, n, diverged, mean FROM summary ORDER BY ord", "lambda=0,0,2,\nlambda=0.1,0,2,");
    assert_asked("out", "SELECT (SELECT count(*) FROM artifact WHERE path GLOB 'runs/*-diverged/*'), (SELECT count(*) FROM result)", "8,0");
    c = (counter){ 0 };
    CHECK_OK(lab("wild", "out", &c)); /* to train it again would give the same */
    assert_int_equal(c.finished, 0);
}

/* ---- nothing twice ------------------------------------------------------------------------------------------------------------------- */

static void what_the_store_has_is_not_trained_again(void **state)
{
    (void)state;
    counter c = { 0 };
    wrote("net.yaml", TINY "name: net\nexperiment: {vary: {lambda: [0.1, 0.2]}}\n");
    CHECK_OK(lab("net", "out", &c));
    assert_int_equal(c.finished, 4);
    char *before = everything("out");
    c = (counter){ 0 };
    CHECK_OK(lab("net", "out", &c));
    assert_true(c.finished == 0 && c.updates == 0);
    char *after = everything("out");
    assert_string_equal(before, after);
    free(before);
    free(after);
    CHECK_OK(lab_as("net", "out", &c, 3, false)); /* a seed more */
    assert_int_equal(c.finished, 2);
    assert_all_done(&c, 2, 6);
    wrote("net.yaml", TINY "name: net\nexperiment: {vary: {lambda: [0.2, 0.3]}}\n");
    c = (counter){ 0 };
    CHECK_OK(lab("net", "out", &c)); /* another value: what it no longer asks for stays in the store, and belongs to it no more */
    assert_int_equal(c.finished, 2);
    assert_asked("out", "SELECT label, n FROM summary ORDER BY ord", "lambda=0.2,2\nlambda=0.3,2");
    assert_asked("out", "SELECT count(*) FROM run", "8");
}

static void experiments_that_ask_for_the_same_share_it(void **state)
{
    (void)state;
    counter c = { 0 };
    wrote("net.yaml", TINY "name: net\nlambda: 0.1\n");
    wrote("twin.yaml", "base: net.yaml\nname: twin\nexperiment: {vary: {lambda: [0.1, 0.2]}}\n");
    CHECK_OK(lab("net twin", "out", &c));
    assert_int_equal(c.finished, 4);
    assert_all_done(&c, 4, 6);
    assert_asked("out", "SELECT count(*), count(DISTINCT run) FROM experiment_run", "6,4");
    assert_asked("out", "SELECT count(*) FROM experiment_run a JOIN experiment_run b USING (run)"
                        " WHERE a.experiment = 'net' AND b.label = 'lambda=0.1'", "2");
}

/* ---- stopping ------------------------------------------------------------------------------------------------------------------------ */

/* A search in all its steps, a shared training, one that diverges, a gradient check. */
static void write_a_whole_report(void)
{
    wrote("net.yaml", TINY "name: net\ndiagnose: true\nexperiment: {order: 1}\n");
    wrote("wild.yaml", "base: net.yaml\nname: wild\neta_max: 1e6\nbn: false\n");
    wrote("check.yaml", TINY "name: check\nexperiment: {check: {methods: [complex], inputs: 3, images: 5}}\n");
    wrote("coarse.yaml", TINY "name: coarse\nexperiment: {part: validation, vary: {lambda: {loguniform: [1e-4, 1], draws: 3}}}\n");
    wrote("fine.yaml", TINY "name: fine\n"
          "experiment: {part: validation, vary: {lambda: {around: coarse, span: 9, points: 2, rounds: 3}}}\n");
    wrote("final.yaml", "base: coarse.yaml\nname: final\ncycles: 2\nexperiment: {seeds: 1, vary: {lambda: {best: fine}, bn: [true, "
                        "false]}}\n");
}

static void a_stop_at_any_moment_changes_nothing(void **state)
{
    (void)state;
    counter whole = { 0 };
    write_a_whole_report();
    CHECK_OK(lab("net wild check final", "whole", &whole));
    assert_all_done(&whole, whole.finished, whole.last.runs_all);
    assert_asked("whole", "SELECT count(*) FROM experiment", "6");
    for (long kind = 0; kind < 2; kind++) {
        char out[32];
        long finished = 0, stops = 0;
        strata_status status = STRATA_STOPPED;
        (void)snprintf(out, sizeof out, "out%ld", kind);
        while (status != STRATA_OK) {
            counter c = { .stop_after_updates = kind == 0 ? 30 : 0, .stop_after_runs = kind == 1 ? 3 : 0 };
            status = lab("net wild check final", out, &c);
            finished += c.finished;
            if (status == STRATA_OK) break;
            if (status != STRATA_STOPPED) fail_msg("%s", strata_error());
            assert_non_null(strstr(strata_error(), "the same command goes on"));
            assert_true(++stops < 50);
        }
        assert_true(stops >= 3);
        assert_int_equal(finished, whole.finished);
        assert_same(out, "whole");
    }
}

/* What a stopped laboratory has finished is in its experiments, so that it can be looked at. */
static void what_was_finished_before_a_stop_is_linked(void **state)
{
    (void)state;
    counter c = { .stop_after_runs = 3 };
    wrote("net.yaml", TINY "name: net\n");
    assert_int_equal(lab_as("net", "out", &c, 8, false), STRATA_STOPPED);
    assert_true(c.finished >= 3 && c.finished < 8);
    char due[32];
    (void)snprintf(due, sizeof due, "%ld", c.finished);
    assert_asked("out", "SELECT n FROM summary", due);
    c = (counter){ .stop_after_updates = 1 };
    wrote("check.yaml", TINY "name: check\nexperiment: {check: {methods: [complex], inputs: 3}}\n");
    c.updates = 1; /* stopped before it begins */
    assert_failed(lab("check", "out", &c), STRATA_STOPPED, "stopped before the gradient check check");
}

/* ---- references ---------------------------------------------------------------------------------------------------------------------- */

static void a_search_goes_through_its_steps(void **state)
{
    (void)state;
    counter c = { 0 };
    write_a_whole_report();
    CHECK_OK(lab("final", "out", &c)); /* the others are found beside it */
    assert_asked("out", "SELECT group_concat(id) FROM (SELECT id FROM experiment ORDER BY id)", "\"coarse,final,fine\"");
    assert_all_done(&c, c.finished, c.last.runs_all);
    const char *best = asked("out", "SELECT value FROM note WHERE experiment = 'fine' AND key = 'best'");
    assert_non_null(strstr(asked("out", "SELECT DISTINCT label FROM summary WHERE experiment = 'final'"), best));
    assert_true(c.said >= 1 && strstr(c.sentence, "on the validation images") != NULL);
    assert_asked("out", "SELECT count(*) FROM note WHERE experiment = 'fine'"
                        " AND key IN ('best', 'low', 'high', 'standard_error', 'rounds', 'verdict')", "6");
    assert_asked("out", "SELECT value FROM note WHERE experiment = 'fine' AND key = 'setting'", "lambda");
    assert_asked("out", "SELECT value >= 2 FROM note WHERE experiment = 'fine' AND key = 'rounds'", "1"); /* two values settle nothing */
    assert_asked("out", "SELECT count(*) >= 3 FROM summary WHERE experiment = 'fine'", "1");
}

/* Each of two axes may start from an experiment of its own, and waits for the slower. */
static void two_axes_start_from_two_experiments(void **state)
{
    (void)state;
    wrote("slow.yaml", TINY "name: slow\nexperiment: {vary: {eta_max: [0.1, 0.05]}}\n");
    wrote("first.yaml", TINY "name: first\nexperiment: {vary: {lambda: [0, 0.001234]}}\n");
    wrote("soft.yaml", TINY "name: soft\nexperiment: {vary: {lambda: {best: first}}}\n");
    wrote("both.yaml", TINY "name: both\nexperiment: {vary: {eta_max: {best: slow}, lambda: {best: soft}}}\n");
    CHECK_OK(lab("both", "out", NULL));
    assert_asked("out", "SELECT group_concat(experiment || n) FROM summary WHERE experiment = 'both'", "both2");
    assert_asked("out", "SELECT count(*) FROM summary b JOIN summary x ON x.experiment = 'soft'"
                        " AND b.label LIKE '%' || x.label AND b.experiment = 'both'", "1"); /* not rounded */
}

/* The best value and the neighbours that cannot be told from it, each as it is. */
static void those_within_the_error_go_on(void **state)
{
    (void)state;
    wrote("all.yaml", TINY "name: all\nexperiment: {part: validation, vary: {lambda: [0, 0.001234, 0.01, 0.02, 500]}}\n");
    wrote("few.yaml", TINY "name: few\nexperiment: {vary: {lambda: {within: all}}}\n");
    CHECK_OK(lab_as("few", "out", NULL, 3, false));
    store *s = NULL;
    search f;
    CHECK_OK(store_open(in_folder("out/runs.sqlite"), STORE_READ_ONLY, &s));
    CHECK_OK(search_read(s, "all", &f));
    store_close(s);
    char due[256] = "";
    for (size_t v = f.low; v <= f.high; v++) {
        size_t length = strlen(due);
        (void)snprintf(due + length, sizeof due - length, "%slambda=%g", v > f.low ? "\n" : "", f.list[v].value);
    }
    assert_asked("out", "SELECT label FROM summary WHERE experiment = 'few' ORDER BY ord", due);
}

static void references_that_cannot_be_are_refused_before_anything_runs(void **state)
{
    (void)state;
    wrote("one.yaml", TINY "name: one\nexperiment: {vary: {lambda: {best: two}}}\n");
    wrote("two.yaml", TINY "name: two\nexperiment: {vary: {lambda: {best: one}}}\n");
    wrote("self.yaml", TINY "name: self\nexperiment: {vary: {lambda: {best: self}}}\n");
    wrote("net.yaml", TINY "name: net\n");
    wrote("rate.yaml", TINY "name: rate\nexperiment: {vary: {eta_max: [0.1, 0.2]}}\n");
    wrote("words.yaml", TINY "name: words\nexperiment: {vary: {init: [he, xavier]}}\n");
    wrote("check.yaml", TINY "name: check\nexperiment: {check: {methods: [complex]}}\n");
    wrote("alias.yaml", TINY "name: other\n");
    assert_lab_fails("net one", STRATA_ERR_ARGUMENT, "one.yaml: it waits for an experiment that waits for it");
    assert_lab_fails("net self", STRATA_ERR_ARGUMENT, "self.yaml: it waits for");
    static const char *const wrong[][2] = {
        { "lambda: {best: nowhere}", "starts from experiment nowhere, and " },
        { "lambda: {best: alias}", "alias.yaml has another name" },
        { "lambda: {best: net}", "which does not vary lambda alone" },
        { "lambda: {around: rate, points: 3}", "which does not vary lambda alone" },
        { "init: {best: words}", "words has the value 'he', which is no number" },
        { "lambda: {within: net}", "which does not vary lambda alone" },
        { "lambda: {best: check}", "check is a gradient check" },
    };
    for (size_t q = 0; q < sizeof wrong / sizeof *wrong; q++) {
        char words[512];
        (void)snprintf(words, sizeof words, TINY "name: from\nexperiment:\n  vary:\n    %s\n", wrong[q][0]);
        wrote("from.yaml", words);
        assert_lab_fails("net from", STRATA_ERR_ARGUMENT, wrong[q][1]);
        assert_non_null(strstr(strata_error(), "from.yaml:11: "));
    }
    assert_false(file_exists(in_folder("out"))); /* not even the folder */
}

static void names_are_used_once(void **state)
{
    (void)state;
    wrote("net.yaml", TINY "name: net\n");
    wrote("twin.yaml", TINY "name: net\n");
    assert_lab_fails("net twin", STRATA_ERR_ARGUMENT, "twin.yaml: net is the name of");
    assert_lab_fails("net net", STRATA_ERR_ARGUMENT, "net.yaml: net is the name of");
    assert_lab_fails("net lost", STRATA_ERR_ARGUMENT, "lost.yaml");
    assert_lab_fails("", STRATA_ERR_ARGUMENT, "count > 0");
    assert_failed(lab_as("net", "out", NULL, 0, false), STRATA_ERR_ARGUMENT, "seeds >= 1");
}

/* ---- storage ------------------------------------------------------------------------------------------------------------------------- */

static void a_folder_that_cannot_be(void **state)
{
    (void)state;
    counter c = { 0 };
    wrote("net.yaml", TINY "name: net\n");
    wrote("file", "a file\n");
    assert_failed(lab("net", "file/out", &c), STRATA_ERR_STORAGE, "file");
    wrote("bad/runs.sqlite", "this is no store, whatever its name says; it is text, and long enough to be told apart from an empty file\n");
    assert_failed(lab("net", "bad", &c), STRATA_ERR_DATA, "runs.sqlite");
    assert_int_equal(c.finished, 0);
}

/* The store goes away while a laboratory works: what it says is the store's failure, not a stop; what was recorded stays. */
static void a_model_that_cannot_be_saved_ends_it(void **state)
{
    (void)state;
    counter c = { .stop_after_updates = 20 }; /* of 8 a run, in two threads: in the middle of one */
    wrote("net.yaml", TINY "name: net\n");
    assert_int_equal(lab_as("net", "out", &c, 6, false), STRATA_STOPPED);
    assert_true(c.finished < 6);
    char file[PATH], done[32];
    (void)snprintf(done, sizeof done, "%ld", c.finished);
    for (long seed = 1; seed <= 6; seed++) { /* where a folder would have to be, there is a file */
        char id[13], digits[32];
        (void)snprintf(digits, sizeof digits, "seed=%ld", seed);
        strata_config *config = small_config((const char *const[]){ "n_s=4", "cycles=1", "evals=1", "hidden=[5]", digits, NULL });
        CHECK_OK(strata_run_id(config, small_data(), id));
        strata_config_free(config);
        CHECK_OK(strata_checkpoint_remove(in_folder("out/runs"), id)); /* the other thread's run, if it was stopped in its middle */
        (void)snprintf(file, sizeof file, "out/runs/%s", id);
        if (!file_exists(in_folder(file))) wrote(file, "in the way\n");
    }
    c = (counter){ 0 };
    assert_failed(lab_as("net", "out", &c, 6, false), STRATA_ERR_STORAGE, "is not a folder");
    assert_int_equal(c.finished, 0);
    assert_asked("out", "SELECT count(*) FROM run", done);
}

/* ---- gradient checks ----------------------------------------------------------------------------------------------------------------- */

static void gradients_are_checked_once(void **state)
{
    (void)state;
    counter c = { 0 };
    const char *words = TINY "name: check\nexperiment: {check: {methods: [central, complex], inputs: 3, images: 5}, vary: {bn: [false, "
                             "true]},"
                             " published: {max_W: [1e-8, 2e-8], below_b: [1, 0.5]}}\n";
    wrote("check.yaml", words);
    CHECK_OK(lab("check", "out", &c));
    assert_int_equal(c.finished, 0);
    assert_asked("out", "SELECT count(*), count(DISTINCT method), sum(errors), sum(bn), min(checked) > 0 FROM gradcheck", "20,2,0,12,1");
    assert_asked("out", "SELECT group_concat(key || '=' || value) FROM (SELECT * FROM note WHERE key LIKE 'published%' ORDER BY key)",
                 "\"published.below_b.1=1,published.below_b.2=0.5,published.max_W.1=1e-8,published.max_W.2=2e-8\"");
    sqlite_does("out/runs.sqlite", "UPDATE gradcheck SET checked = 77");
    CHECK_OK(lab("check", "out", &c));
    assert_asked("out", "SELECT min(checked) FROM gradcheck", "77"); /* as it was left */
    wrote("check.yaml", TINY "name: check\nexperiment: {check: {methods: [complex], inputs: 4, images: 5}}\n");
    CHECK_OK(lab("check", "out", &c));
    assert_asked("out", "SELECT count(*), max(checked) < 77 FROM gradcheck", "6,1"); /* it is another check */
}

/* A wrong gradient is planted into the rows of a check that the store has: everything else runs all the same. */
static void a_wrong_gradient_fails_at_the_end(void **state)
{
    (void)state;
    counter c = { 0 };
    wrote("check.yaml", TINY "name: check\nexperiment: {check: {methods: [complex], inputs: 3, images: 5}}\n");
    wrote("net.yaml", TINY "name: net\n");
    CHECK_OK(lab("check", "out", &c));
    sqlite_does("out/runs.sqlite", "UPDATE gradcheck SET errors = 1 WHERE ord = 2");
    assert_failed(lab("check net", "out", &c), STRATA_ERR_CHECK, "a gradient is wrong");
    assert_int_equal(c.finished, 2);
    assert_all_done(&c, 2, 2);
}

/* ---- progress ------------------------------------------------------------------------------------------------------------------------ */

/* What varies may be what a training costs. */
static void work_adds_up_when_the_cost_varies(void **state)
{
    (void)state;
    counter c = { .stop_after_runs = 3 };
    wrote("net.yaml", TINY "name: net\nexperiment: {vary: {cycles: [1, 3], n_batch: [50, 20]}}\n");
    wrote("more.yaml", TINY "name: more\nexperiment: {vary: {lambda: {best: soft}, cycles: [1, 2]}}\n");
    wrote("soft.yaml", TINY "name: soft\nexperiment: {vary: {lambda: [0.1, 0.2]}}\n");
    assert_int_equal(lab("net more", "out", &c), STRATA_STOPPED);
    long before = c.finished;
    c = (counter){ 0 };
    CHECK_OK(lab("net more", "out", &c));
    assert_all_done(&c, c.last.runs_done, 8 + 4 + 4);
    assert_int_equal(before + c.finished, 8 + 4 + 4 - 2); /* cycles = 1 of `more` is the best of `soft` */
    assert_true(c.last.validation > 0 && c.last.validation <= 1 && c.last.loss > 0);
}

static void quick_is_said(void **state)
{
    (void)state;
    counter c = { 0 };
    wrote("net.yaml", TINY "name: net\nexperiment: {seeds: 5}\n");
    CHECK_OK(lab_as("net", "out", &c, 4, true));
    assert_int_equal(c.finished, 2);
    assert_asked("out", "SELECT value FROM note WHERE key = 'quick'", "yes");
    CHECK_OK(lab_as("net", "real", &c, 4, false));
    assert_int_equal(c.finished, 2 + 5);
    assert_asked("real", "SELECT value FROM note WHERE key = 'quick'", "no");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_run_is_recorded_whole, clear_folder),
        cmocka_unit_test_setup(a_run_that_diverges_is_a_result, clear_folder),
        cmocka_unit_test_setup(what_the_store_has_is_not_trained_again, clear_folder),
        cmocka_unit_test_setup(experiments_that_ask_for_the_same_share_it, clear_folder),
        cmocka_unit_test_setup(a_stop_at_any_moment_changes_nothing, clear_folder),
        cmocka_unit_test_setup(what_was_finished_before_a_stop_is_linked, clear_folder),
        cmocka_unit_test_setup(a_search_goes_through_its_steps, clear_folder),
        cmocka_unit_test_setup(two_axes_start_from_two_experiments, clear_folder),
        cmocka_unit_test_setup(those_within_the_error_go_on, clear_folder),
        cmocka_unit_test_setup(references_that_cannot_be_are_refused_before_anything_runs, clear_folder),
        cmocka_unit_test_setup(names_are_used_once, clear_folder),
        cmocka_unit_test_setup(a_folder_that_cannot_be, clear_folder),
        cmocka_unit_test_setup(a_model_that_cannot_be_saved_ends_it, clear_folder),
        cmocka_unit_test_setup(gradients_are_checked_once, clear_folder),
        cmocka_unit_test_setup(a_wrong_gradient_fails_at_the_end, clear_folder),
        cmocka_unit_test_setup(work_adds_up_when_the_cost_varies, clear_folder),
        cmocka_unit_test_setup(quick_is_said, clear_folder),
    };
    return cmocka_run_group_tests(tests, make_folder, clear_and_remove);
}
