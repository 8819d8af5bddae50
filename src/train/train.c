/*
 * A population: many trainings over one data set, members over threads. A member is trained start to end by one thread and shares nothing
 * that is written, so it is bit for bit what it would be alone. A member without company gets all threads for its products, which split
 * outputs and never sums, so their number changes nothing either.
 */
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cores.h"
#include "mat_team.h"
#include "sized.h"
#include "train_with.h"
#include "training.h"

/* ---- one observer for all threads ---------------------------------------------------------------------------------------------------- */

/* Observers are called one at a time in the whole process, but for those that allow more. */
static pthread_mutex_t observers = PTHREAD_MUTEX_INITIALIZER;

static void take_turn(const strata_observer *to)
{
    if (!to->at_once) (void)pthread_mutex_lock(&observers);
}

static void end_turn(const strata_observer *to)
{
    if (!to->at_once) (void)pthread_mutex_unlock(&observers);
}

static bool start_in_turn(void *self, size_t member)
{
    const strata_observer *to = self;
    if (to->start == NULL) return true;
    take_turn(to);
    bool go_on = to->start(to->self, member);
    end_turn(to);
    return go_on;
}

static bool update_in_turn(void *self, size_t member, long done, long all, double loss)
{
    const strata_observer *to = self;
    if (to->update == NULL) return true;
    take_turn(to);
    bool go_on = to->update(to->self, member, done, all, loss);
    end_turn(to);
    return go_on;
}

static void point_in_turn(void *self, size_t member, const strata_point *point)
{
    const strata_observer *to = self;
    if (to->point == NULL) return;
    take_turn(to);
    to->point(to->self, member, point);
    end_turn(to);
}

static void finished_in_turn(void *self, size_t member, const strata_run *run)
{
    const strata_observer *to = self;
    if (to->finished == NULL) return;
    take_turn(to);
    to->finished(to->self, member, run);
    end_turn(to);
}

/* Writing a run to disk takes as long as many updates: other members need not wait for it. */
static void record_of(void *self, size_t member, const strata_run *run)
{
    const strata_observer *to = self;
    if (to->record != NULL) to->record(to->self, member, run);
}

/* What only looks need not wait. */
static bool go_on_of(void *self, size_t member)
{
    const strata_observer *to = self;
    return to->go_on == NULL || to->go_on(to->self, member);
}

static void tell_serially(void *self, size_t member, const char *sentence)
{
    const strata_checkpoints *to = self;
    if (to->tell == NULL) return;
    (void)pthread_mutex_lock(&observers);
    to->tell(to->self, member, sentence);
    (void)pthread_mutex_unlock(&observers);
}

static long asked_of(void *self)
{
    const strata_checkpoints *to = self;
    return to->requests != NULL ? to->requests(to->self) : 0;
}

static bool needed_of(void *self, size_t member)
{
    const strata_checkpoints *to = self;
    return to->needed == NULL || to->needed(to->self, member);
}

/* ---- the population ------------------------------------------------------------------------------------------------------------------ */

typedef struct {
    size_t members;
    strata_run **runs;
    const split **part;             /* [members], of the cache */
    strata_observer observer;
    const strata_checkpoints *checkpoints;
    int threads_each;               /* for the products of one member */
    bool forget;
    pthread_mutex_t lock;           /* of the two below */
    strata_status status;
    char sentence[STATUS_SENTENCE]; /* of the first failure, whichever thread it was in */
} population;

static bool has_failed(population *all)
{
    (void)pthread_mutex_lock(&all->lock);
    bool failed = all->status != STRATA_OK;
    (void)pthread_mutex_unlock(&all->lock);
    return failed;
}

static void fail_all(population *all, strata_status status)
{
    (void)pthread_mutex_lock(&all->lock);
    if (all->status == STRATA_OK) {
        all->status = status;
        status_sentence_save(all->sentence);
    }
    (void)pthread_mutex_unlock(&all->lock);
}

static void train_member(void *self, int member)
{
    population *all = self;
    mat_team mine;
    if (has_failed(all)) return; /* another member's failure has ended the call */
    mat_team_begin_adapting(&mine, all->threads_each);
    all->runs[member]->facts.threads = all->threads_each;
    strata_status status = training_run(all->runs[member], all->part[member], (size_t)member, &all->observer,
                                        all->checkpoints);
    mat_team_end(&mine);
    if (all->forget) run_drop_results(all->runs[member]);
    if (status != STRATA_OK) fail_all(all, status);
}

static strata_status train_all(population *all, int threads)
{
    bool alone = all->members == 1;
    all->threads_each = alone ? threads : 1;
    (void)pthread_mutex_init(&all->lock, NULL);
    team_share(alone ? 1 : threads, (int)all->members, train_member, all);
    (void)pthread_mutex_destroy(&all->lock);
    if (all->status != STRATA_OK) status_sentence_load(all->sentence);
    return all->status;
}

/* All settings, and whether there is memory for it all, before any is taken. */
static strata_status check(size_t members, const strata_config *const *configs, const strata_data *data, const strata_training *how)
{
    strata_need need = { .size = sizeof need };
    for (size_t member = 0; member < members; member++) REQUIRE(configs[member] != NULL);
    if (data->train_images < 2) {
        return status_fail(STRATA_ERR_ARGUMENT, "the data set has %d training examples; a training needs 2 at least", data->train_images);
    }
    return strata_training_need(members, configs, data, how, &need);
}

static strata_status prepare(population *all, splits *cache, const strata_config *const *configs, const strata_data *data)
{
    for (size_t member = 0; member < all->members; member++) {
        strata_config resolved = fit_resolved(configs[member], data);
        TRY(splits_find(cache, data, &resolved, &all->part[member]));
        TRY(run_create(&resolved, all->part[member], &all->runs[member]));
    }
    return STRATA_OK;
}

static strata_status train_population(population *all, splits *cache, const strata_config *const *configs, const strata_data *data,
                                      int threads)
{
    void *part = NULL;
    strata_status status = alloc_zero(&part, all->members, sizeof(split *), "a population");
    all->part = part;
    if (status == STRATA_OK) status = prepare(all, cache, configs, data);
    if (status == STRATA_OK) status = train_all(all, threads > 0 ? threads : cores_usable());
    free(part);
    if (status == STRATA_OK) return STRATA_OK;
    for (size_t member = 0; member < all->members; member++) {
        strata_run_free(all->runs[member]);
        all->runs[member] = NULL;
    }
    return status;
}

strata_status train_with(splits *cache, size_t members, const strata_config *const *configs, const strata_data *data,
                         const strata_training *how, strata_run **runs)
{
    strata_training wanted;
    strata_observer theirs = { 0 };
    strata_checkpoints kept = { 0 }, checkpoints;
    REQUIRE(members >= 1 && members <= INT_MAX && configs != NULL && data != NULL && how != NULL && runs != NULL);
    TAKE_SIZED(strata_training, how, &wanted);
    if (wanted.observer != NULL) TAKE_SIZED(strata_observer, wanted.observer, &theirs);
    if (wanted.checkpoints != NULL) {
        TAKE_SIZED(strata_checkpoints, wanted.checkpoints, &kept);
        REQUIRE(kept.folder != NULL && kept.updates >= 0 && kept.seconds >= 0);
    }
    memset(runs, 0, members * sizeof *runs);
    TRY(check(members, configs, data, &wanted));
    population all = { .members = members, .runs = runs, .forget = wanted.forget };
    all.observer = (strata_observer){ .self = &theirs, .start = start_in_turn, .update = update_in_turn, .point = point_in_turn,
                                      .finished = finished_in_turn, .record = record_of, .go_on = go_on_of };
    checkpoints = kept;
    checkpoints.self = &kept;
    checkpoints.requests = asked_of;
    checkpoints.tell = tell_serially;
    checkpoints.needed = needed_of;
    if (wanted.checkpoints != NULL) all.checkpoints = &checkpoints;
    return train_population(&all, cache, configs, data, wanted.threads);
}

strata_status strata_train_as(size_t members, const strata_config *const *configs, const strata_data *data, const strata_training *how,
                              strata_run **runs)
{
    splits own;
    splits_begin(&own);
    strata_status status = train_with(&own, members, configs, data, how, runs);
    splits_end(&own);
    return status;
}

strata_status strata_train(size_t members, const strata_config *const *configs, const strata_data *data, int threads,
                           const strata_observer *observer, strata_run **runs)
{
    const strata_training how = { .size = sizeof how, .threads = threads, .observer = observer };
    return strata_train_as(members, configs, data, &how, runs);
}
