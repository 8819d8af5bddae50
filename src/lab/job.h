/*
 * A job (strata/job.h): one thread that does one piece of work, what stops it, and the queue of its events. job.c knows no kind of work;
 * job_train.c and job_lab.c are the two kinds. Internal to the module.
 */
#ifndef STRATA_LAB_JOB_H
#define STRATA_LAB_JOB_H

#include <stdatomic.h>

#include "job_queue.h"
#include "text.h"

/* One member of a training. Its first and last event have their memory before anything begins. */
typedef struct {
    atomic_bool stop;
    job_event started, finished;
} job_member;

struct strata_job {
    job_queue events;
    atomic_bool stop;
    size_t members;      /* 0: no training */
    job_member *member;  /* [members] */
    strata_run **runs;   /* [members]; the job's until strata_job_wait gives them away */
    void *work;          /* what kind of work, and all that it needs */
    strata_status (*run)(strata_job *job, void *work);
    void (*drop)(void *work); /* frees it; NULL is allowed for what it frees */
    pthread_t thread;
};

/* A job that has not begun, with `bytes` zero bytes for its work. Until job_start has succeeded, job_drop frees it. */
strata_status job_new(size_t members, size_t bytes, strata_job **out);
void job_drop(strata_job *job);

/* Begins. STRATA_ERR_MEMORY when the system gives no thread. */
strata_status job_start(strata_job *job);

/* Must this member stop? Any thread. */
bool job_is_stopped(strata_job *job, size_t member);

/* Adds a SAID. Any thread. */
void job_say(strata_job *job, size_t member, const char *sentence);

/* Adds one for each line, and frees the text. */
void job_say_lines(strata_job *job, size_t member, text *lines);

#endif
