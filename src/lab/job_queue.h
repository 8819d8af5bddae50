/* The events of a job (strata/job.h), oldest first, from its threads to who fetches them. Internal to the module. */
#ifndef STRATA_LAB_JOB_QUEUE_H
#define STRATA_LAB_JOB_QUEUE_H

#include <pthread.h>

#include "status.h"
#include "strata/job.h"

enum { JOB_ID = 16 }; /* bytes for the id of a run */

/* One event. Its texts lie behind it, in the same block. A reserved one belongs to whoever made it, and has an id for its text. */
typedef struct job_event job_event;
struct job_event {
    job_event *next;
    bool reserved;
    strata_job_event what;
    char id[JOB_ID];
};

typedef struct {
    pthread_mutex_t lock; /* of everything here */
    pthread_cond_t came;
    job_event *first, *last;
    job_event *shown;     /* whose texts the caller has */
    long lost;            /* events for which there was no memory */
    char told[96];        /* the sentence about them */
    bool ended;
    strata_status outcome;
    char sentence[STATUS_SENTENCE];
} job_queue;

/* STRATA_ERR_MEMORY when the system has no more of what it takes to wait. */
strata_status job_queue_open(job_queue *q);

/* Frees all events but the reserved ones. */
void job_queue_close(job_queue *q);

/* Adds a copy of an event with its texts. Without memory it counts as lost. Any thread. */
void job_queue_put(job_queue *q, const strata_job_event *what);

/* Adds an event for which there is memory already, with a copy of this id. It stays there until the queue is closed. Any thread. */
void job_queue_put_reserved(job_queue *q, job_event *one, const strata_job_event *what, const char *id);

/* No event comes any more. The sentence of a failure is that of this thread. */
void job_queue_end(job_queue *q, strata_status outcome);

/* The oldest event, after at most so many seconds. */
void job_queue_next(job_queue *q, double seconds, strata_job_event *out);

/* Waits for the end, and returns its outcome with its sentence. Any thread. */
strata_status job_queue_wait(job_queue *q);

#endif
