/* See crew_recorders.h. Files are written side by side, which is what takes long; rows one run after the other, as record.c has it. */
#include "crew_recorders.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "alloc.h"
#include "cores.h"
#include "fit.h"
#include "run_bytes.h"

enum { RECORDERS = 4 }; /* more wait for one disk and one store */

struct recorders {
    const crew_work *work;
    splits *parts;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t came;
    arrival *first, **last;
    arrival *done;
    bool over;
    pthread_t thread[RECORDERS];
    int threads;
};

/* The bytes are believed when they are the run that was asked for. */
static strata_status make_run(recorders *r, arrival *one)
{
    const split *part;
    strata_config resolved = fit_resolved(r->work->configs[one->number], r->work->data);
    TRY(splits_find(r->parts, r->work->data, &resolved, &part));
    return run_unpack(one->bytes, one->size, &resolved, part, &one->run);
}

static void record(recorders *r, arrival *one)
{
    const strata_observer *observer = r->work->how->observer;
    one->status = make_run(r, one);
    if (one->status != STRATA_OK) status_sentence_save(one->sentence);
    free(one->letter);
    one->letter = NULL;
    if (one->status == STRATA_OK && observer->record != NULL) observer->record(observer->self, one->number, one->run);
}

/* Waits for one; NULL: there will be none. */
static arrival *next(recorders *r)
{
    while (r->first == NULL && !r->over) (void)pthread_cond_wait(&r->came, &r->lock);
    arrival *one = r->over ? NULL : r->first;
    if (one == NULL) return NULL;
    r->first = one->next;
    if (r->first == NULL) r->last = &r->first;
    return one;
}

static void *work(void *self)
{
    recorders *r = self;
    (void)pthread_mutex_lock(&r->lock);
    for (arrival *one; (one = next(r)) != NULL;) {
        (void)pthread_mutex_unlock(&r->lock);
        record(r, one);
        (void)pthread_mutex_lock(&r->lock);
        one->next = r->done;
        r->done = one;
    }
    (void)pthread_mutex_unlock(&r->lock);
    return NULL;
}

strata_status recorders_open(const crew_work *wanted, splits *parts, recorders **out)
{
    void *made;
    *out = NULL;
    TRY(alloc_zero(&made, 1, sizeof **out, "threads that record"));
    recorders *r = *out = made;
    r->work = wanted;
    r->parts = parts;
    r->last = &r->first;
    (void)pthread_mutex_init(&r->lock, NULL);
    (void)pthread_cond_init(&r->came, NULL);
    int most = cores_usable() < RECORDERS ? cores_usable() : RECORDERS;
    while (r->threads < most && pthread_create(&r->thread[r->threads], NULL, work, r) == 0) r->threads++;
    if (r->threads > 0) return STRATA_OK;
    recorders_close(r);
    *out = NULL;
    return status_fail(STRATA_ERR_MEMORY, "the system gives no thread to record runs");
}

void recorders_give(recorders *r, arrival *one)
{
    one->next = NULL;
    (void)pthread_mutex_lock(&r->lock);
    *r->last = one;
    r->last = &one->next;
    (void)pthread_cond_signal(&r->came);
    (void)pthread_mutex_unlock(&r->lock);
}

arrival *recorders_take(recorders *r)
{
    (void)pthread_mutex_lock(&r->lock);
    arrival *one = r->done;
    if (one != NULL) r->done = one->next;
    (void)pthread_mutex_unlock(&r->lock);
    return one;
}

static void drop(arrival *list)
{
    for (arrival *one = list, *after; one != NULL; one = after) {
        after = one->next;
        free(one->letter);
        strata_run_free(one->run);
        free(one);
    }
}

void recorders_close(recorders *r)
{
    if (r == NULL) return;
    (void)pthread_mutex_lock(&r->lock);
    r->over = true;
    (void)pthread_cond_broadcast(&r->came);
    (void)pthread_mutex_unlock(&r->lock);
    for (int q = 0; q < r->threads; q++) (void)pthread_join(r->thread[q], NULL);
    drop(r->first);
    drop(r->done);
    (void)pthread_cond_destroy(&r->came);
    (void)pthread_mutex_destroy(&r->lock);
    free(r);
}
