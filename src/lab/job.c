/* See strata/job.h and job.h. The thread of a job lives until the job is freed; everything that it made is then in the job. */
#include "job.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "sized.h"

enum { JOB_STACK = 8 << 20 }; /* bytes: what a program's first thread has most often, in which all of this runs elsewhere */

/* ---- a job that has not begun -------------------------------------------------------------------------------------------------------- */

static strata_status take_members(strata_job *job, size_t members)
{
    void *member, *runs;
    if (members == 0) return STRATA_OK;
    TRY(alloc_zero(&member, members, sizeof(job_member), "a job"));
    job->member = member;
    TRY(alloc_zero(&runs, members, sizeof(strata_run *), "a job"));
    job->runs = runs;
    job->members = members;
    for (size_t m = 0; m < members; m++) atomic_init(&job->member[m].stop, false);
    return STRATA_OK;
}

strata_status job_new(size_t members, size_t bytes, strata_job **out)
{
    void *made;
    *out = NULL;
    TRY(alloc_zero(&made, 1, sizeof(strata_job), "a job"));
    strata_job *job = made;
    atomic_init(&job->stop, false);
    strata_status status = job_queue_open(&job->events);
    if (status != STRATA_OK) {
        free(job);
        return status;
    }
    status = take_members(job, members);
    if (status == STRATA_OK) status = alloc_zero(&job->work, 1, bytes, "a job");
    if (status == STRATA_OK) *out = job;
    else job_drop(job);
    return status;
}

void job_drop(strata_job *job)
{
    if (job == NULL) return;
    for (size_t m = 0; m < job->members; m++) strata_run_free(job->runs[m]);
    if (job->drop != NULL && job->work != NULL) job->drop(job->work);
    free(job->work);
    free(job->runs);
    job_queue_close(&job->events);
    free(job->member); /* some events lie in it */
    free(job);
}

/* ---- its thread ---------------------------------------------------------------------------------------------------------------------- */

static void *work(void *self)
{
    strata_job *job = self;
    job_queue_end(&job->events, job->run(job, job->work));
    return NULL;
}

/* Signals go to other threads. */
strata_status job_start(strata_job *job)
{
    pthread_attr_t how;
    sigset_t all, before;
    bool begun = pthread_attr_init(&how) == 0;
    if (begun) {
        (void)pthread_attr_setstacksize(&how, JOB_STACK);
        (void)sigfillset(&all);
        (void)pthread_sigmask(SIG_SETMASK, &all, &before);
        begun = pthread_create(&job->thread, &how, work, job) == 0;
        (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
        (void)pthread_attr_destroy(&how);
    }
    return begun ? STRATA_OK : status_fail(STRATA_ERR_MEMORY, "the system gives no thread for a job; ulimit -u and -v may limit them");
}

/* After every update of every member, and several times a second between two: one or two reads. */
bool job_is_stopped(strata_job *job, size_t member)
{
    if (atomic_load_explicit(&job->stop, memory_order_relaxed)) return true;
    return member < job->members && atomic_load_explicit(&job->member[member].stop, memory_order_relaxed);
}

void job_say(strata_job *job, size_t member, const char *sentence)
{
    const strata_job_event said = { .kind = STRATA_JOB_SAID, .member = member, .text = sentence };
    job_queue_put(&job->events, &said);
}

void job_say_lines(strata_job *job, size_t member, text *lines)
{
    for (char *line = lines->at, *end; line != NULL && (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        job_say(job, member, line);
    }
    text_free(lines);
}

/* ---- what its owner calls ------------------------------------------------------------------------------------------------------------ */

strata_status strata_job_next(strata_job *job, double seconds, strata_job_event *out)
{
    strata_job_event event = { .size = sizeof event, .text = "" };
    REQUIRE(job != NULL && seconds >= 0); /* NaN is not */
    GIVE_SIZED(strata_job_event, out, &event); /* before an event is taken: this can fail */
    job_queue_next(&job->events, seconds, &event);
    GIVE_SIZED(strata_job_event, out, &event);
    return STRATA_OK;
}

void strata_job_stop(strata_job *job)
{
    if (job != NULL) atomic_store(&job->stop, true);
}

void strata_job_stop_member(strata_job *job, size_t member)
{
    if (job != NULL && member < job->members) atomic_store(&job->member[member].stop, true);
}

strata_status strata_job_wait(strata_job *job, strata_run **runs)
{
    REQUIRE(job != NULL);
    strata_status status = job_queue_wait(&job->events);
    if (runs == NULL) return status;
    (void)pthread_mutex_lock(&job->events.lock);
    for (size_t m = 0; m < job->members; m++) {
        runs[m] = job->runs[m];
        job->runs[m] = NULL;
    }
    (void)pthread_mutex_unlock(&job->events.lock);
    return status;
}

void strata_job_free(strata_job *job)
{
    if (job == NULL) return;
    strata_job_stop(job);
    (void)pthread_join(job->thread, NULL);
    job_drop(job);
}
