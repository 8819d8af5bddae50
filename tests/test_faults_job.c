/*
 * Jobs in a world that fails: see faulty.h. A job that cannot begin says so; one that begins comes to its end with the bits of the
 * foreground, or with a sentence; an event for which there is no memory is lost, and that is said.
 */
#include <string.h>

#include "faulty.h"
#include "resumed.h"

#include "job_queue.h"

static const char *const words[] = { SHORT, NULL };
enum { POINTS = 4 };

static strata_config *config;
static strata_job *job;
static strata_run *run;
static const char *out;

static void without_folder(void)
{
    out = NULL;
}

static void with_folder(void)
{
    static char folder[PATH];
    (void)clear_folder(NULL);
    (void)snprintf(folder, sizeof folder, "%s", in_folder("out"));
    out = folder;
}

static strata_status train(void)
{
    const strata_job_request how = { .size = sizeof how, .threads = 1, .out = out };
    strata_status status = strata_job_train(1, (const strata_config *const[]){ config }, small_data(), &how, &job);
    return status == STRATA_OK ? strata_job_wait(job, &run) : status;
}

/* Counts the points that came; *lost: a sentence says that some did not. */
static long count_points(bool *lost, strata_status status)
{
    long points = 0;
    strata_job_event event = { .size = sizeof event };
    *lost = false;
    do {
        CHECK_OK(strata_job_next(job, 0, &event)); /* it has ended */
        assert_int_not_equal(event.kind, STRATA_JOB_NOTHING);
        points += event.kind == STRATA_JOB_POINT;
        *lost = *lost || (event.kind == STRATA_JOB_SAID && strstr(event.text, "lost for want of memory") != NULL);
    } while (event.kind != STRATA_JOB_ENDED);
    assert_int_equal(event.outcome, status);
    return points;
}

static void look(strata_status status, char *result)
{
    bool lost = false;
    if (job == NULL) {
        assert_null(run);
        return;
    }
    long points = count_points(&lost, status);
    if (run != NULL) {
        assert_int_equal(strata_run_facts(run)->outcome, STRATA_OK);
        assert_true(points == POINTS || (points < POINTS && lost));
        (void)snprintf(result, FAULTY_RESULT, "%s %.17g", strata_model_digest(strata_run_model(run)), strata_run_facts(run)->test.loss);
    }
    strata_run_free(run);
    strata_job_free(job);
    run = NULL;
    job = NULL;
}

static void jobs(void **state)
{
    (void)state;
    static const faulty_operation alone = { "strata_job_train", without_folder, train, look, 6 };
    static const faulty_operation recorded = { "strata_job_train, recorded", with_folder, train, look, 1 };
    config = small_config(words);
    faulty(&alone);
    faulty(&recorded);
    strata_config_free(config);
    faulty_sum();
}

static void lost_events_are_told(void **state)
{
    (void)state;
    job_queue q;
    strata_job_event got;
    const strata_job_event point = { .kind = STRATA_JOB_POINT, .text = "" };
    CHECK_OK(job_queue_open(&q));
    for (int put = 0; put < 3; put++) {
        if (put < 2) fault_arm(FAULT_MEMORY, 1, false);
        job_queue_put(&q, &point);
        if (put < 2) assert_true(fault_disarm());
    }
    job_queue_next(&q, 0, &got);
    assert_int_equal(got.kind, STRATA_JOB_POINT);
    job_queue_next(&q, 0, &got);
    assert_int_equal(got.kind, STRATA_JOB_SAID);
    assert_string_equal(got.text, "2 events of this job were lost for want of memory");
    job_queue_next(&q, 0, &got);
    assert_int_equal(got.kind, STRATA_JOB_NOTHING);
    job_queue_close(&q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lost_events_are_told),
        cmocka_unit_test(jobs),
    };
    return cmocka_run_group_tests(tests, faulty_set_up, clear_and_remove);
}
