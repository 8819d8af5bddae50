/* Laboratories in the background: lab_run in the thread of a job, with a watch that makes events of what it is told. */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "job.h"
#include "lab.h"

typedef struct {
    char **paths, **settings; /* copies, NULL behind the last; one block each */
    char **out;               /* of one text */
    size_t count;
    const strata_data *data;
    lab_request wanted;
} lab_job;

/* ---- what the laboratory tells ------------------------------------------------------------------------------------------------------- */

static bool on_go_on(void *self)
{
    return !job_is_stopped(self, 0);
}

static void on_finished(void *self, const strata_lab_progress *now, const strata_run *run)
{
    const strata_run_facts_t *f = strata_run_facts(run);
    const strata_job_event what = { .kind = STRATA_JOB_FINISHED, .outcome = f->outcome, .text = f->id, .progress = *now };
    job_queue_put(&((strata_job *)self)->events, &what);
}

static void on_say(void *self, const char *sentence)
{
    job_say(self, 0, sentence);
}

static strata_status run(strata_job *job, void *work)
{
    lab_job *l = work;
    l->wanted.watch = (strata_lab_watch){ .size = sizeof l->wanted.watch, .self = job, .go_on = on_go_on, .train_on = on_go_on,
                                          .finished = on_finished, .say = on_say, .tell = on_say };
    return lab_run((const char *const *)l->paths, l->count, l->data, &l->wanted);
}

/* ---- beginning ----------------------------------------------------------------------------------------------------------------------- */

/* A list of texts, and all that they hold, as one block with NULL behind the last. */
static strata_status copy_texts(const char *const *list, size_t count, char ***out)
{
    void *made;
    size_t bytes = (count + 1) * sizeof(char *);
    for (size_t q = 0; q < count; q++) bytes += strlen(list[q]) + 1;
    TRY(alloc_zero(&made, 1, bytes, "the texts of a job"));
    char **copy = *out = made;
    char *at = (char *)(copy + count + 1);
    for (size_t q = 0; q < count; q++) {
        size_t length = strlen(list[q]) + 1;
        copy[q] = memcpy(at, list[q], length);
        at += length;
    }
    return STRATA_OK;
}

static void drop(void *work)
{
    lab_job *l = work;
    free(l->paths);
    free(l->settings);
    free(l->out);
}

static strata_status begin(lab_job *l, strata_job *job, const char *const *paths, size_t count, const strata_data *data,
                           const lab_request *wanted)
{
    size_t settings = 0;
    job->run = run;
    job->drop = drop;
    l->wanted = *wanted;
    l->count = count;
    l->data = data;
    TRY(copy_texts(paths, count, &l->paths));
    TRY(copy_texts(&wanted->out, 1, &l->out));
    l->wanted.out = l->out[0];
    while (wanted->settings != NULL && wanted->settings[settings] != NULL) settings++;
    if (wanted->settings != NULL) TRY(copy_texts(wanted->settings, settings, &l->settings));
    l->wanted.settings = (const char *const *)l->settings;
    return job_start(job);
}

strata_status strata_job_lab(const char *const *paths, size_t count, const strata_data *data, const strata_lab_request *request,
                             strata_job **out)
{
    strata_job *job;
    lab_request wanted = { 0 };
    REQUIRE(out != NULL);
    *out = NULL;
    TRY(lab_request_take(request, &wanted));
    REQUIRE(wanted.watch.size == 0 && paths != NULL && count > 0 && (data != NULL || wanted.open_data != NULL) && wanted.seeds >= 1);
    for (size_t q = 0; q < count; q++) REQUIRE(paths[q] != NULL);
    TRY(job_new(0, sizeof(lab_job), &job));
    strata_status status = begin(job->work, job, paths, count, data, &wanted);
    if (status == STRATA_OK) *out = job;
    else job_drop(job);
    return status;
}
