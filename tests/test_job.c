/*
 * Trainings and laboratories in the background (strata/job.h): the same bits as in the foreground, events in their order, stops that keep
 * what was done, and a store as the program leaves it.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "resumed.h"


enum { MOST_EVENTS = 4000, MEMBERS = 3 };

static const char *const quick[] = { SHORT, "name=background", NULL };
/* Hours, if nobody stops it. */
static const char *const endless[] = { "n_batch=50", "n_s=1000000", "cycles=50", "evals=2", "hidden=[3,2]", NULL };

/* ---- what came ----------------------------------------------------------------------------------------------------------------------- */

typedef struct {
    strata_job_event event;
    char text[STATUS_SENTENCE], experiment[STRATA_LAB_NAME];
} arrived;

static arrived came[MOST_EVENTS];
static size_t arrivals;

static strata_job_event next(strata_job *job, double seconds)
{
    strata_job_event event = { .size = sizeof event };
    CHECK_OK(strata_job_next(job, seconds, &event));
    assert_int_equal(event.size, sizeof event);
    assert_non_null(event.text);
    return event;
}

/* Up to the end of the job, or to the first event of this kind of this member. */
static void gather_until(strata_job *job, strata_job_kind kind, size_t member)
{
    for (bool more = true; more;) {
        assert_true(arrivals < MOST_EVENTS);
        arrived *a = &came[arrivals++];
        a->event = next(job, INFINITY);
        assert_true(a->event.kind != STRATA_JOB_NOTHING);
        (void)snprintf(a->text, sizeof a->text, "%s", a->event.text);
        const char *experiment = a->event.progress.experiment;
        (void)snprintf(a->experiment, sizeof a->experiment, "%s", experiment != NULL ? experiment : "");
        more = a->event.kind != STRATA_JOB_ENDED && !(a->event.kind == kind && a->event.member == member);
    }
}

static void gather(strata_job *job)
{
    arrivals = 0;
    gather_until(job, STRATA_JOB_ENDED, 0);
}

/* The events of one member, oldest first, as letters: S, P, F, and s for a sentence. */
static const char *story(size_t member)
{
    static char letters[2][MOST_EVENTS + 1];
    static int turn;
    char *at = letters[turn = !turn];
    for (size_t q = 0; q < arrivals; q++) {
        if (came[q].event.member == member && came[q].event.kind != STRATA_JOB_ENDED) *at++ = "-SPFs"[came[q].event.kind];
    }
    *at = '\0';
    return letters[turn];
}

static const arrived *found(strata_job_kind kind, size_t member)
{
    for (size_t q = 0; q < arrivals; q++) {
        if (came[q].event.kind == kind && came[q].event.member == member) return &came[q];
    }
    fail_msg("no event %d of member %zu came", (int)kind, member);
    return NULL;
}

/* ---- jobs ---------------------------------------------------------------------------------------------------------------------------- */

/* Configurations of one kind with the seeds 1, 2, ... */
static strata_config **seeds(const char *const *words, size_t members)
{
    static strata_config *all[MEMBERS];
    for (size_t m = 0; m < members; m++) {
        char seed[24];
        all[m] = small_config(words);
        (void)snprintf(seed, sizeof seed, "%zu", m + 1);
        CHECK_OK(strata_config_set(all[m], "seed", seed));
    }
    return all;
}

static void free_configs(strata_config **configs, size_t members)
{
    for (size_t m = 0; m < members; m++) strata_config_free(configs[m]);
}

static strata_job *begun(const char *const *words, size_t members, const char *out)
{
    strata_job *job;
    strata_config **configs = seeds(words, members);
    char folder[PATH] = "";
    if (out != NULL) (void)snprintf(folder, sizeof folder, "%s", in_folder(out));
    const strata_job_request how = { .size = sizeof how, .threads = 2, .out = out != NULL ? folder : NULL };
    CHECK_OK(strata_job_train(members, (const strata_config *const *)configs, small_data(), &how, &job));
    free_configs(configs, members); /* they are copied */
    return job;
}

/* Waits for the end of a job, and compares its runs with those of strata_train. */
static void assert_same_runs(strata_job *job, const char *const *words, size_t members)
{
    strata_run *runs[MEMBERS], *due[MEMBERS];
    strata_config **configs = seeds(words, members);
    CHECK_OK(strata_job_wait(job, runs));
    CHECK_OK(strata_train(members, (const strata_config *const *)configs, small_data(), 2, NULL, due));
    free_configs(configs, members);
    for (size_t m = 0; m < members; m++) {
        assert_same_bits(runs[m], due[m]);
        strata_run_free(runs[m]);
        strata_run_free(due[m]);
    }
}

/* ---- trainings ----------------------------------------------------------------------------------------------------------------------- */

/* Of the run that the job has; its points are those of its curve. */
static void assert_told(strata_job *job, size_t members)
{
    strata_run *runs[MEMBERS];
    CHECK_OK(strata_job_wait(job, runs));
    for (size_t m = 0; m < members; m++) {
        size_t points, q = 0;
        const strata_point *curve = strata_run_curve(runs[m], &points);
        assert_string_equal(story(m), "SPPPPF");
        assert_string_equal(found(STRATA_JOB_FINISHED, m)->text, strata_run_facts(runs[m])->id);
        assert_int_equal(found(STRATA_JOB_FINISHED, m)->event.outcome, STRATA_OK);
        for (size_t a = 0; a < arrivals; a++) {
            if (came[a].event.kind != STRATA_JOB_POINT || came[a].event.member != m) continue;
            assert_memory_equal(&came[a].event.point, &curve[q++], sizeof *curve);
        }
        assert_int_equal(q, points);
        strata_run_free(runs[m]);
    }
}

static void the_bits_are_those_of_the_foreground(void **state)
{
    (void)state;
    for (size_t members = 1; members <= MEMBERS; members += MEMBERS - 1) {
        strata_job *job = begun(quick, members, NULL);
        assert_same_runs(job, quick, members);
        gather(job); /* they wait for who comes late */
        assert_int_equal(arrivals, 6 * members + 1);
        strata_job_free(job);
    }
}

static void events_come_in_order(void **state)
{
    (void)state;
    strata_job *job = begun(quick, MEMBERS, NULL);
    gather(job);
    assert_told(job, MEMBERS);
    assert_int_equal(came[arrivals - 1].event.outcome, STRATA_OK);
    assert_string_equal(came[arrivals - 1].text, "");
    for (int again = 0; again < 2; again++) assert_int_equal(next(job, 0).kind, STRATA_JOB_ENDED);
    strata_run *runs[MEMBERS];
    CHECK_OK(strata_job_wait(job, runs)); /* they were taken */
    for (size_t m = 0; m < MEMBERS; m++) assert_null(runs[m]);
    strata_job_free(job);
}

static double seconds_now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void nothing_comes_within_the_time(void **state)
{
    (void)state;
    strata_job *job = begun(endless, 1, NULL);
    arrivals = 0;
    gather_until(job, STRATA_JOB_POINT, 0); /* the next is a million updates away */
    double before = seconds_now();
    assert_int_equal(next(job, 0).kind, STRATA_JOB_NOTHING);
    assert_int_equal(next(job, 0.05).kind, STRATA_JOB_NOTHING);
    assert_true(seconds_now() - before >= 0.05);
    strata_job_free(job); /* stops it */
}

static void jobs_run_side_by_side(void **state)
{
    (void)state;
    strata_job *other = begun(endless, 1, NULL), *job = begun(quick, 2, NULL), *third = begun(quick, 1, NULL);
    assert_same_runs(job, quick, 2);
    assert_same_runs(third, quick, 1);
    strata_job_free(other);
    strata_job_free(job);
    strata_job_free(third);
}

/* ---- stops --------------------------------------------------------------------------------------------------------------------------- */

static void a_job_stops_at_once(void **state)
{
    (void)state;
    strata_run *runs[MEMBERS];
    strata_job *job = begun(endless, MEMBERS, "out");
    strata_job_stop(job);
    CHECK_OK(strata_job_wait(job, runs));
    gather(job);
    for (size_t m = 0; m < MEMBERS; m++) {
        const strata_run_facts_t *f = strata_run_facts(runs[m]);
        assert_int_equal(f->outcome, STRATA_STOPPED);
        assert_int_equal(found(STRATA_JOB_FINISHED, m)->event.outcome, STRATA_STOPPED);
        if (f->updates > 0) assert_int_equal(f->checkpoint, f->updates);
        strata_run_free(runs[m]);
    }
    strata_job_free(job);
}

static const char *const longer[] = { "n_batch=50", "n_s=1500", "cycles=1", "evals=30", "hidden=[3,2]", NULL };

/* Stopped after its second point. False when the machine was so busy that it had ended by then. */
static bool stops_in_the_middle(void)
{
    strata_run *run;
    arrivals = 0;
    strata_job *job = begun(longer, 1, "out");
    for (int points = 0; points < 2; points++) gather_until(job, STRATA_JOB_POINT, 0);
    strata_job_stop(job);
    CHECK_OK(strata_job_wait(job, &run));
    const strata_run_facts_t *f = strata_run_facts(run);
    bool stopped = f->outcome == STRATA_STOPPED;
    if (stopped) assert_true(f->updates >= 100 && f->updates < 3000 && f->checkpoint == f->updates);
    gather_until(job, STRATA_JOB_ENDED, 0);
    assert_int_equal(found(STRATA_JOB_FINISHED, 0)->event.outcome, f->outcome);
    strata_run_free(run);
    strata_job_free(job);
    return stopped;
}

/* Another job goes on, to the bits of a run that was never stopped. */
static void a_stopped_job_goes_on(void **state)
{
    (void)state;
    bool stopped = false;
    for (int attempt = 0; attempt < 10 && !stopped; attempt++) stopped = stops_in_the_middle();
    assert_true(stopped);
    strata_job *job = begun(longer, 1, "out");
    gather(job);
    assert_non_null(strstr(found(STRATA_JOB_SAID, 0)->text, "goes on from update"));
    assert_same_runs(job, longer, 1);
    strata_job_free(job);
}

static void one_member_stops_alone(void **state)
{
    (void)state;
    strata_job *job;
    strata_run *runs[2];
    strata_config *configs[2] = { small_config(endless), small_config(quick) };
    const strata_job_request how = { .size = sizeof how, .threads = 2 };
    CHECK_OK(strata_job_train(2, (const strata_config *const *)configs, small_data(), &how, &job));
    free_configs(configs, 2);
    arrivals = 0;
    gather_until(job, STRATA_JOB_STARTED, 0);
    strata_job_stop_member(job, 2); /* there is none */
    strata_job_stop_member(job, 0);
    for (strata_job_event event = { .kind = STRATA_JOB_NOTHING }; event.kind != STRATA_JOB_ENDED;) {
        event = next(job, 20);
        assert_int_not_equal(event.kind, STRATA_JOB_NOTHING); /* member 0 would go on for hours */
    }
    CHECK_OK(strata_job_wait(job, runs));
    assert_int_equal(strata_run_facts(runs[0])->outcome, STRATA_STOPPED);
    assert_int_equal(strata_run_facts(runs[1])->outcome, STRATA_OK);
    for (size_t m = 0; m < 2; m++) strata_run_free(runs[m]);
    strata_job_free(job);
}

/* ---- records ------------------------------------------------------------------------------------------------------------------------- */

static void runs_are_recorded(void **state)
{
    (void)state;
    strata_job *job = begun(quick, 2, "out");
    gather(job);
    assert_same_runs(job, quick, 2);
    assert_asked("out", "SELECT count(*), min(maker), max(maker), min(name), min(status) FROM run", "2,train,train,background,done");
    assert_asked("out", "SELECT count(*), min(upd), max(upd) FROM point", "8,0,24");
    strata_store *opened_store;
    CHECK_OK(strata_store_open(in_folder("out"), &opened_store));
    for (size_t m = 0; m < 2; m++) {
        strata_stored *stored;
        size_t points;
        CHECK_OK(strata_stored_find(opened_store, found(STRATA_JOB_FINISHED, m)->text, &stored));
        const strata_point *curve = strata_stored_curve(stored, &points);
        assert_int_equal(points, 4);
        for (size_t a = 0, q = 0; a < arrivals; a++) {
            if (came[a].event.kind != STRATA_JOB_POINT || came[a].event.member != m) continue;
            assert_true(curve[q].update == came[a].event.point.update);
            assert_true(curve[q++].validation.cost == came[a].event.point.validation.cost);
        }
        strata_stored_free(stored);
    }
    strata_store_free(opened_store);
    strata_job_free(job);
    job = begun(quick, 2, "out"); /* again: without a checkpoint, from the start */
    assert_same_runs(job, quick, 2);
    gather(job);
    assert_string_equal(story(0), "SPPPPF");
    strata_job_free(job);
}

/* Another job has its folder locked, as another process would. */
static void a_run_in_other_hands_is_busy(void **state)
{
    (void)state;
    strata_run *run;
    strata_job *job = begun(endless, 1, "out"), *second;
    arrivals = 0;
    gather_until(job, STRATA_JOB_POINT, 0);
    second = begun(endless, 1, "out");
    CHECK_OK(strata_job_wait(second, &run));
    assert_int_equal(strata_run_facts(run)->outcome, STRATA_ERR_BUSY);
    gather(second);
    assert_int_equal(found(STRATA_JOB_FINISHED, 0)->event.outcome, STRATA_ERR_BUSY);
    strata_run_free(run);
    strata_job_free(second);
    strata_job_free(job);
}

/* Where the store is to be, a folder is. */
static void a_folder_that_cannot_be_is_the_outcome(void **state)
{
    (void)state;
    strata_run *run = NULL;
    (void)wrote("out/runs.sqlite/file", "");
    strata_job *job = begun(quick, 1, "out");
    assert_failed(strata_job_wait(job, &run), STRATA_ERR_STORAGE, "runs.sqlite");
    assert_null(run);
    gather(job);
    assert_int_equal(came[arrivals - 1].event.outcome, STRATA_ERR_STORAGE);
    assert_non_null(strstr(came[arrivals - 1].text, "runs.sqlite"));
    strata_job_free(job);
}

/* ---- laboratories -------------------------------------------------------------------------------------------------------------------- */

static strata_job *lab_begun(const char *file, const char *out)
{
    strata_job *job;
    char path[PATH], folder[PATH];
    const char *paths[] = { path };
    (void)snprintf(path, sizeof path, "%s", in_folder(file));
    (void)snprintf(folder, sizeof folder, "%s", in_folder(out));
    const strata_lab_request how = { .size = sizeof how, .out = folder, .seeds = 2, .threads = 2 };
    CHECK_OK(strata_job_lab(paths, 1, small_data(), &how, &job));
    memset(path, 'x', sizeof path); /* they are copied */
    memset(folder, 'x', sizeof folder);
    return job;
}

static void a_laboratory_is_that_of_the_foreground(void **state)
{
    (void)state;
    counter c = { 0 };
    long finished = 0;
    (void)wrote("x.yaml", TINY "name: x\nexperiment: {vary: {lambda: [0, 0.1]}}\n");
    strata_job *job = lab_begun("x.yaml", "background");
    gather(job);
    CHECK_OK(strata_job_wait(job, NULL));
    for (size_t q = 0; q < arrivals; q++) {
        const strata_job_event *event = &came[q].event;
        if (event->kind != STRATA_JOB_FINISHED) continue;
        assert_int_equal(event->progress.runs_done, ++finished);
        assert_int_equal(event->progress.runs_all, 4);
        assert_string_equal(came[q].experiment, "x");
        assert_int_equal(strlen(came[q].text), 12);
    }
    assert_int_equal(finished, 4);
    strata_job_free(job);
    CHECK_OK(lab("x", "foreground", &c));
    char *one = everything("background"), *other = everything("foreground");
    assert_string_equal(one, other);
    free(one);
    free(other);
}

static void a_laboratory_stops(void **state)
{
    (void)state;
    (void)wrote("x.yaml", "n_train: 400\nn_val: 100\nn_batch: 50\nn_s: 1000000\ncycles: 9\nevals: 1\nhidden: [5]\nname: x\n"
                          "experiment: {vary: {lambda: [0, 0.1]}}\n");
    strata_job *job = lab_begun("x.yaml", "out");
    strata_job_stop_member(job, 0); /* of a training alone */
    assert_int_equal(next(job, 0.05).kind, STRATA_JOB_NOTHING);
    strata_job_stop(job);
    assert_failed(strata_job_wait(job, NULL), STRATA_STOPPED, "stopped");
    gather(job);
    assert_int_equal(came[arrivals - 1].event.outcome, STRATA_STOPPED);
    strata_job_free(job);
}

/* ---- calls --------------------------------------------------------------------------------------------------------------------------- */

static void a_job_is_freed_in_the_middle(void **state)
{
    (void)state;
    strata_job_free(NULL);
    strata_job_stop(NULL);
    strata_job_free(begun(endless, MEMBERS, NULL));
    strata_job_free(begun(endless, MEMBERS, "out"));
    strata_job *job = begun(quick, 2, NULL);
    (void)next(job, INFINITY); /* the others, and the runs, are nobody's */
    CHECK_OK(strata_job_wait(job, NULL));
    strata_job_free(job);
}

static void wrong_calls_are_refused(void **state)
{
    (void)state;
    strata_job *job = NULL;
    strata_config *config = small_config(quick);
    const strata_config *const one[] = { config }, *const none[] = { NULL };
    const strata_data *data = small_data();
    strata_job_request how = { .size = sizeof how, .threads = -1 };
    assert_failed(strata_job_train(0, one, data, NULL, &job), STRATA_ERR_ARGUMENT, "members");
    assert_failed(strata_job_train(1, none, data, NULL, &job), STRATA_ERR_ARGUMENT, "configs");
    assert_failed(strata_job_train(1, one, NULL, NULL, &job), STRATA_ERR_ARGUMENT, "data");
    assert_failed(strata_job_train(1, one, data, &how, &job), STRATA_ERR_ARGUMENT, "threads");
    how = (strata_job_request){ .size = 0 };
    assert_failed(strata_job_train(1, one, data, &how, &job), STRATA_ERR_ARGUMENT, "size");
    assert_null(job);
    const strata_lab_watch watch = { .size = sizeof watch };
    const strata_lab_request lab = { .size = sizeof lab, .out = in_folder("out"), .seeds = 1, .watch = &watch };
    assert_failed(strata_job_lab((const char *const[]){ "x.yaml" }, 1, data, &lab, &job), STRATA_ERR_ARGUMENT, "watch");
    CHECK_OK(strata_job_train(1, one, data, NULL, &job)); /* all cores */
    strata_job_event event = { .size = 0 };
    assert_failed(strata_job_next(job, 1, &event), STRATA_ERR_ARGUMENT, "size");
    event.size = sizeof event;
    assert_failed(strata_job_next(job, NAN, &event), STRATA_ERR_ARGUMENT, "seconds");
    assert_failed(strata_job_next(job, -1, &event), STRATA_ERR_ARGUMENT, "seconds");
    assert_failed(strata_job_wait(NULL, NULL), STRATA_ERR_ARGUMENT, "job");
    strata_job_free(job);
    strata_config_free(config);
}

/* What the training refuses is the outcome of the job. */
static void a_refused_training_is_an_outcome(void **state)
{
    (void)state;
    strata_run *run;
    strata_job *job = begun((const char *const[]){ SHORT, "n_train=501", NULL }, 1, NULL);
    gather(job);
    assert_int_equal(arrivals, 1);
    assert_int_equal(came[0].event.outcome, STRATA_ERR_ARGUMENT);
    assert_string_not_equal(came[0].text, "");
    assert_failed(strata_job_wait(job, &run), STRATA_ERR_ARGUMENT, came[0].text);
    strata_job_free(job);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_bits_are_those_of_the_foreground, clear_folder),
        cmocka_unit_test_setup(events_come_in_order, clear_folder),
        cmocka_unit_test_setup(nothing_comes_within_the_time, clear_folder),
        cmocka_unit_test_setup(jobs_run_side_by_side, clear_folder),
        cmocka_unit_test_setup(a_job_stops_at_once, clear_folder),
        cmocka_unit_test_setup(a_stopped_job_goes_on, clear_folder),
        cmocka_unit_test_setup(one_member_stops_alone, clear_folder),
        cmocka_unit_test_setup(runs_are_recorded, clear_folder),
        cmocka_unit_test_setup(a_run_in_other_hands_is_busy, clear_folder),
        cmocka_unit_test_setup(a_folder_that_cannot_be_is_the_outcome, clear_folder),
        cmocka_unit_test_setup(a_laboratory_is_that_of_the_foreground, clear_folder),
        cmocka_unit_test_setup(a_laboratory_stops, clear_folder),
        cmocka_unit_test_setup(a_job_is_freed_in_the_middle, clear_folder),
        cmocka_unit_test_setup(wrong_calls_are_refused, clear_folder),
        cmocka_unit_test_setup(a_refused_training_is_an_outcome, clear_folder),
    };
    return cmocka_run_group_tests(tests, make_folder, clear_and_remove);
}
