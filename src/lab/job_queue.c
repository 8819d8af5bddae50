/* See job_queue.h. The lock is held for some memory accesses at a time, and never while anything is computed, written or freed. */
#include "job_queue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const double LONGEST = 1e9; /* seconds; more is for ever */

strata_status job_queue_open(job_queue *q)
{
    pthread_condattr_t how;
    *q = (job_queue){ .first = NULL };
    bool made = pthread_condattr_init(&how) == 0;
    if (made) {
        made = pthread_condattr_setclock(&how, CLOCK_MONOTONIC) == 0 && pthread_cond_init(&q->came, &how) == 0;
        (void)pthread_condattr_destroy(&how);
    }
    if (!made) return status_fail(STRATA_ERR_MEMORY, "no memory for the events of a job");
    if (pthread_mutex_init(&q->lock, NULL) == 0) return STRATA_OK;
    (void)pthread_cond_destroy(&q->came);
    return status_fail(STRATA_ERR_MEMORY, "no memory for the events of a job");
}

static void drop(job_event *one)
{
    if (one != NULL && !one->reserved) free(one);
}

void job_queue_close(job_queue *q)
{
    drop(q->shown);
    for (job_event *one = q->first, *next; one != NULL; one = next) {
        next = one->next;
        drop(one);
    }
    (void)pthread_cond_destroy(&q->came);
    (void)pthread_mutex_destroy(&q->lock);
}

/* ---- adding -------------------------------------------------------------------------------------------------------------------------- */

/* Copies a text to *at, and moves that behind it. */
static const char *keep(char **at, const char *words)
{
    char *begin = *at;
    size_t bytes = strlen(words) + 1;
    memcpy(begin, words, bytes);
    *at += bytes;
    return begin;
}

/* The event with its texts behind it; NULL: no memory. */
static job_event *copy(const strata_job_event *what)
{
    const char *const words[] = { what->text != NULL ? what->text : "",
                                  what->progress.experiment != NULL ? what->progress.experiment : "",
                                  what->progress.label != NULL ? what->progress.label : "" };
    size_t bytes = 0;
    for (size_t q = 0; q < sizeof words / sizeof *words; q++) bytes += strlen(words[q]) + 1;
    job_event *one = malloc(sizeof *one + bytes);
    if (one == NULL) return NULL;
    char *at = (char *)(one + 1);
    *one = (job_event){ .what = *what };
    one->what.text = keep(&at, words[0]);
    if (what->progress.experiment != NULL) one->what.progress.experiment = keep(&at, words[1]);
    if (what->progress.label != NULL) one->what.progress.label = keep(&at, words[2]);
    return one;
}

static void append(job_queue *q, job_event *one)
{
    (void)pthread_mutex_lock(&q->lock);
    if (one == NULL) {
        q->lost++;
    } else {
        if (q->last == NULL) q->first = one;
        else q->last->next = one;
        q->last = one;
    }
    (void)pthread_cond_broadcast(&q->came);
    (void)pthread_mutex_unlock(&q->lock);
}

void job_queue_put(job_queue *q, const strata_job_event *what)
{
    append(q, copy(what));
}

void job_queue_put_reserved(job_queue *q, job_event *one, const strata_job_event *what, const char *id)
{
    *one = (job_event){ .reserved = true, .what = *what };
    (void)snprintf(one->id, sizeof one->id, "%.*s", JOB_ID - 1, id);
    one->what.text = one->id;
    append(q, one);
}

void job_queue_end(job_queue *q, strata_status outcome)
{
    (void)pthread_mutex_lock(&q->lock);
    q->outcome = outcome;
    if (outcome != STRATA_OK) status_sentence_save(q->sentence);
    q->ended = true;
    (void)pthread_cond_broadcast(&q->came);
    (void)pthread_mutex_unlock(&q->lock);
}

/* ---- fetching ------------------------------------------------------------------------------------------------------------------------ */

static struct timespec after(double seconds)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    if (seconds > LONGEST) seconds = LONGEST;
    time_t whole = (time_t)seconds;
    t.tv_sec += whole;
    t.tv_nsec += (long)((seconds - (double)whole) * 1e9);
    if (t.tv_nsec >= 1000000000) {
        t.tv_nsec -= 1000000000;
        t.tv_sec++;
    }
    return t;
}

/* Everything but an event of the list: what was lost, the end, or nothing. */
static strata_job_event other(job_queue *q)
{
    if (q->lost > 0) {
        (void)snprintf(q->told, sizeof q->told, "%ld event%s of this job %s lost for want of memory", q->lost, q->lost > 1 ? "s" : "",
                       q->lost > 1 ? "were" : "was");
        q->lost = 0;
        return (strata_job_event){ .kind = STRATA_JOB_SAID, .text = q->told };
    }
    if (q->ended) return (strata_job_event){ .kind = STRATA_JOB_ENDED, .outcome = q->outcome, .text = q->sentence };
    return (strata_job_event){ .kind = STRATA_JOB_NOTHING, .text = "" };
}

void job_queue_next(job_queue *q, double seconds, strata_job_event *out)
{
    struct timespec until = { 0 };
    bool wait = seconds > 0;
    if (wait) until = after(seconds);
    (void)pthread_mutex_lock(&q->lock);
    while (wait && q->first == NULL && q->lost == 0 && !q->ended) wait = pthread_cond_timedwait(&q->came, &q->lock, &until) == 0;
    job_event *before = q->shown, *one = q->first;
    q->shown = one;
    if (one != NULL) {
        q->first = one->next;
        if (q->first == NULL) q->last = NULL;
        *out = one->what;
    } else {
        *out = other(q);
    }
    (void)pthread_mutex_unlock(&q->lock);
    drop(before);
}

strata_status job_queue_wait(job_queue *q)
{
    (void)pthread_mutex_lock(&q->lock);
    while (!q->ended) (void)pthread_cond_wait(&q->came, &q->lock);
    (void)pthread_mutex_unlock(&q->lock);
    if (q->outcome != STRATA_OK) status_sentence_load(q->sentence); /* nobody changes it after the end */
    return q->outcome;
}
