/*
 * Jobs: trainings and laboratories in the background. A job runs in threads of its own and calls no function of the program. What happens
 * there becomes events, which wait until the program fetches them: nothing that trains ever waits for who fetches, or for another member.
 *
 *     strata_job *job;  strata_run *run;
 *     strata_job_event event = { .size = sizeof event };
 *     strata_job_train(1, (const strata_config *const[]){ config }, data, NULL, &job);
 *     do strata_job_next(job, 0.1, &event);
 *     while (event.kind != STRATA_JOB_ENDED);
 *     strata_job_wait(job, &run);
 *     strata_job_free(job);
 *
 * Several jobs may run at once. Their threads block all signals. Until strata_job_free has returned, a job counts as a call of the library
 * (strata.h, fork). One thread at a time may call strata_job_next of a job, and one thread frees it, when no other uses it any more; the
 * other functions may be called by any threads at any time.
 */
#ifndef STRATA_JOB_H
#define STRATA_JOB_H

#include "strata/lab.h"

typedef struct strata_job strata_job;

/* What happened. Of each member of a training STARTED comes first, then a POINT after each evaluation, then FINISHED; SAID may come
 * anywhere. A member that was stopped before it began has FINISHED alone. A laboratory has SAID and FINISHED. ENDED is the last. */
typedef enum {
    STRATA_JOB_NOTHING,  /* the time has passed without an event */
    STRATA_JOB_STARTED,  /* a member begins */
    STRATA_JOB_POINT,    /* a point of its curve was computed */
    STRATA_JOB_FINISHED, /* a run has ended, whatever its outcome, and is recorded if it is to be */
    STRATA_JOB_SAID,     /* a sentence for people: of checkpoints, of what begins, of events that were lost for want of memory */
    STRATA_JOB_ENDED     /* the job has ended; there is nothing behind it but ENDED again */
} strata_job_kind;

typedef struct {
    size_t size;                  /* sizeof(strata_job_event), set by the caller */
    strata_job_kind kind;
    size_t member;                /* of a training, in STARTED, POINT, FINISHED and SAID: an index into the population; else 0 */
    strata_point point;           /* POINT */
    strata_status outcome;        /* FINISHED: of the run, as in strata_run_facts_t; ENDED: of the job, as strata_job_wait returns it */
    const char *text;             /* FINISHED: the id of the run; SAID: the sentence; ENDED: why outcome is not STRATA_OK; else "". Valid
                                     until the next strata_job_next or strata_job_free of this job */
    strata_lab_progress progress; /* FINISHED of a laboratory, else zero; its texts live as long as `text` */
} strata_job_event;

/* How a job trains. With all fields but size zero: all cores, and nothing is written. */
typedef struct {
    size_t size;               /* sizeof(strata_job_request) */
    int threads;               /* 0: all cores */
    const char *out;           /* a folder, made when it does not exist, that gets what `strata train --out` writes: checkpoints and files
                                  of runs in OUT/runs, rows in OUT/runs.sqlite. Runs with a checkpoint there go on from it. Copied.
                                  NULL: none */
    bool files_alone;          /* leaves OUT/runs.sqlite alone */
    long checkpoint_updates;   /* as strata_checkpoints.updates; has no meaning without `out`, as the next */
    double checkpoint_seconds; /* as strata_checkpoints.seconds */
} strata_job_request;

STRATA_BEGIN

/*
 * Begins to train configs[0 .. members-1], as strata_train_as does and with the same bits. request may be NULL. The configurations are
 * copied; data are borrowed until strata_job_free. The caller owns *out.
 * - STRATA_ERR_ARGUMENT for a wrong call; STRATA_ERR_MEMORY when there is no memory, or no thread, to begin. What the training itself
 *   refuses or cannot do is the outcome of the job.
 * - A run that ended well or diverged is recorded in request->out before its FINISHED, and its checkpoint is removed then. A run that was
 *   recorded before is trained and recorded again. One that another process, or another job, trains has the outcome STRATA_ERR_BUSY.
 */
strata_status strata_job_train(size_t members, const strata_config *const *configs, const strata_data *data,
                               const strata_job_request *request, strata_job **out);

/* Begins strata_lab_run in the background. paths, request, its folder and its settings are copied; data and request->data_self are borrowed
 * until strata_job_free. request->watch must be NULL. request->open_data, where it is not NULL, is the one function that the job calls: in
 * its own thread, before anything trains. The caller owns *out. Two laboratories of one process may not have the same folder at once.
 * STRATA_ERR_ARGUMENT for a wrong call; STRATA_ERR_MEMORY when there is no memory, or no thread. */
strata_status strata_job_lab(const char *const *paths, size_t count, const strata_data *data, const strata_lab_request *request,
                             strata_job **out);

/* Fetches the next event, the oldest first. Waits `seconds` at most for it; 0: not at all; INFINITY: as long as it takes. *out is an event
 * of kind NOTHING when none came. Events that nobody fetched take memory: a few hundred bytes for each point of all curves. When there is
 * no memory for an event, that event is lost, SAID tells later how many were, and the training is what it would be; STARTED and FINISHED of
 * a training, and ENDED, are never lost. STRATA_ERR_ARGUMENT for a wrong call. */
strata_status strata_job_next(strata_job *job, double seconds, strata_job_event *out);

/* Asks the job to stop, and returns at once. Each member stops at the update that it has done, with a checkpoint if checkpoints are
 * written; one that has not begun does not begin. A laboratory stops as its watch would stop it. Stopping twice, or after the end, changes
 * nothing. */
void strata_job_stop(strata_job *job);

/* The same for one member of a training. For any other number, and for a laboratory, it does nothing. */
void strata_job_stop_member(strata_job *job, size_t member);

/*
 * Waits until the job has ended, and returns its outcome; strata_error() of the calling thread then has its sentence. It fetches no event.
 * - Of a training, runs[0 .. members-1] receive the runs, which the caller owns from then on; NULL each when the training failed, and when
 *   an earlier call has taken them. They are there also when they could not be recorded. With runs = NULL they stay with the job.
 * - The outcome of a training: that of strata_train_as, STRATA_OK also when members diverged or were stopped. STRATA_ERR_STORAGE and the
 *   other failures of the store when a run could not be recorded, and when a stopped member has no checkpoint of its last update.
 * - The outcome of a laboratory: that of strata_lab_run.
 */
strata_status strata_job_wait(strata_job *job, strata_run **runs);

/* Stops the job if it still runs, waits for its end, and frees it with its events and with the runs that nobody took. NULL is allowed. */
void strata_job_free(strata_job *job);

STRATA_END

#endif
