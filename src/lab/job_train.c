/* Trainings in the background: strata_train_as in the thread of a job, with an observer that makes events of what it is told. */
#include <limits.h>
#include <stdlib.h>

#include "alloc.h"
#include "job.h"
#include "recording.h"
#include "sized.h"

typedef struct {
    strata_job *job;
    strata_config **configs; /* [members], copies */
    size_t members;
    const strata_data *data;
    strata_job_request how;  /* its `out` is the caller's, and gone */
    text runs, database;     /* OUT/runs, OUT/runs.sqlite; empty: nothing is written */
    recording kept;
} training_job;

/* ---- what the training tells --------------------------------------------------------------------------------------------------------- */

static bool on_start(void *self, size_t member)
{
    training_job *t = self;
    const strata_job_event what = { .kind = STRATA_JOB_STARTED, .member = member };
    if (job_is_stopped(t->job, member)) return false;
    job_queue_put_reserved(&t->job->events, &t->job->member[member].started, &what, "");
    return true;
}

static bool on_update(void *self, size_t member, long done, long all, double loss)
{
    (void)done;
    (void)all;
    (void)loss;
    return !job_is_stopped(((const training_job *)self)->job, member);
}

static bool on_go_on(void *self, size_t member)
{
    return !job_is_stopped(((const training_job *)self)->job, member);
}

static void on_point(void *self, size_t member, const strata_point *point)
{
    const strata_job_event what = { .kind = STRATA_JOB_POINT, .member = member, .point = *point };
    job_queue_put(&((training_job *)self)->job->events, &what);
}

static void on_record(void *self, size_t member, const strata_run *run)
{
    training_job *t = self;
    text unsaid = { 0 };
    if (t->runs.length > 0) (void)recording_keep(&t->kept, "train", run, &unsaid);
    job_say_lines(t->job, member, &unsaid);
}

static void on_finished(void *self, size_t member, const strata_run *run)
{
    training_job *t = self;
    const strata_run_facts_t *f = strata_run_facts(run);
    const strata_job_event what = { .kind = STRATA_JOB_FINISHED, .member = member, .outcome = f->outcome };
    job_queue_put_reserved(&t->job->events, &t->job->member[member].finished, &what, f->id);
}

static void on_tell(void *self, size_t member, const char *sentence)
{
    job_say(((training_job *)self)->job, member, sentence);
}

/* ---- its thread ---------------------------------------------------------------------------------------------------------------------- */

static strata_status train(training_job *t)
{
    const strata_observer observer = { .size = sizeof observer, .self = t, .start = on_start, .update = on_update, .point = on_point,
                                       .record = on_record, .finished = on_finished, .go_on = on_go_on, .at_once = true };
    const strata_checkpoints checkpoints = { .size = sizeof checkpoints, .folder = t->runs.at, .updates = t->how.checkpoint_updates,
                                             .seconds = t->how.checkpoint_seconds, .owner = "train", .self = t, .tell = on_tell };
    const strata_training how = { .size = sizeof how, .threads = t->how.threads, .observer = &observer,
                                  .checkpoints = t->runs.length > 0 ? &checkpoints : NULL };
    return strata_train_as(t->members, (const strata_config *const *)t->configs, t->data, &how, t->job->runs);
}

/* Runs that nobody could keep are the caller's all the same. */
static strata_status outcome_of(const training_job *t)
{
    TRY(recording_outcome(&t->kept));
    for (size_t m = 0; m < t->members; m++) TRY(recording_check_stopped(strata_run_facts(t->job->runs[m])));
    return STRATA_OK;
}

static strata_status run(strata_job *job, void *work)
{
    training_job *t = work;
    t->job = job;
    if (t->runs.length == 0) return train(t);
    strata_status status = recording_open(&t->kept, t->runs.at, t->how.files_alone ? NULL : t->database.at, t->data);
    if (status == STRATA_OK && t->kept.s != NULL && store_warning(t->kept.s)[0] != '\0') job_say(job, 0, store_warning(t->kept.s));
    if (status == STRATA_OK) status = train(t);
    if (status == STRATA_OK) status = outcome_of(t);
    recording_close(&t->kept);
    return status;
}

/* ---- beginning ----------------------------------------------------------------------------------------------------------------------- */

static void drop(void *work)
{
    training_job *t = work;
    for (size_t m = 0; m < t->members && t->configs != NULL; m++) strata_config_free(t->configs[m]);
    free(t->configs);
    text_free(&t->runs);
    text_free(&t->database);
}

static strata_status fill(training_job *t, size_t members, const strata_config *const *configs, const strata_data *data)
{
    void *made;
    TRY(alloc_zero(&made, members, sizeof(strata_config *), "a job"));
    t->configs = made;
    t->members = members;
    t->data = data;
    for (size_t m = 0; m < members; m++) TRY(strata_config_copy(configs[m], &t->configs[m]));
    if (t->how.out == NULL) return STRATA_OK;
    text_add(&t->runs, "%s/runs", t->how.out);
    text_add(&t->database, "%s/runs.sqlite", t->how.out);
    t->how.out = NULL;
    return t->runs.failed || t->database.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a path") : STRATA_OK;
}

static strata_status begin(training_job *t, strata_job *job, size_t members, const strata_config *const *configs, const strata_data *data,
                           const strata_job_request *how)
{
    t->how = *how;
    job->run = run;
    job->drop = drop;
    TRY(fill(t, members, configs, data));
    return job_start(job);
}

strata_status strata_job_train(size_t members, const strata_config *const *configs, const strata_data *data,
                               const strata_job_request *request, strata_job **out)
{
    strata_job *job;
    strata_job_request how = { .size = sizeof how };
    REQUIRE(out != NULL);
    *out = NULL;
    REQUIRE(members >= 1 && members <= INT_MAX && configs != NULL && data != NULL);
    for (size_t m = 0; m < members; m++) REQUIRE(configs[m] != NULL);
    if (request != NULL) TAKE_SIZED(strata_job_request, request, &how);
    REQUIRE(how.threads >= 0 && how.threads <= STRATA_THREADS_MAX && how.checkpoint_updates >= 0 && how.checkpoint_seconds >= 0);
    TRY(job_new(members, sizeof(training_job), &job));
    strata_status status = begin(job->work, job, members, configs, data, &how);
    if (status == STRATA_OK) *out = job;
    else job_drop(job);
    return status;
}
