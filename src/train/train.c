/*
 * A population: many trainings over one data set, members over threads. A member is trained start to end by one thread and shares nothing
 * that is written, so it is bit for bit what it would be alone. A member without company gets all threads for its products, which split
 * outputs and never sums, so their number changes nothing either.
 */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "member.h"

/* Members with the same n_train and n_val share one standardisation. */
typedef struct {
    split **distinct;     /* [members], the first `splits` used */
    size_t splits;
    const split **of;     /* [members], borrowed from distinct */
} split_table;

static strata_status find_split(split_table *table, const strata_data *data, const strata_config *c, size_t member)
{
    for (size_t s = 0; s < table->splits; s++) {
        if (table->distinct[s]->n_train == c->n_train && table->distinct[s]->n_val == c->n_val) {
            table->of[member] = table->distinct[s];
            return STRATA_OK;
        }
    }
    TRY(split_create(data, (int)c->n_train, (int)c->n_val, &table->distinct[table->splits]));
    table->of[member] = table->distinct[table->splits++];
    return STRATA_OK;
}

static void free_splits(split_table *table)
{
    for (size_t s = 0; s < table->splits; s++) free(table->distinct[s]);
    free(table->distinct);
    free(table->of);
}

/* ---- one observer for all threads ---------------------------------------------------------------------------------------------------- */

static bool start_serially(void *self, size_t member)
{
    const strata_observer *to = self;
    bool go_on = true;
#pragma omp critical(strata_observer)
    if (to->start != NULL) go_on = to->start(to->self, member);
    return go_on;
}

static bool update_serially(void *self, size_t member, long done, long all, double loss)
{
    const strata_observer *to = self;
    bool go_on = true;
#pragma omp critical(strata_observer)
    if (to->update != NULL) go_on = to->update(to->self, member, done, all, loss);
    return go_on;
}

static void point_serially(void *self, size_t member, const strata_point *point)
{
    const strata_observer *to = self;
#pragma omp critical(strata_observer)
    if (to->point != NULL) to->point(to->self, member, point);
}

static void finished_serially(void *self, size_t member, const strata_run *run)
{
    const strata_observer *to = self;
#pragma omp critical(strata_observer)
    if (to->finished != NULL) to->finished(to->self, member, run);
}

static void tell_serially(void *self, size_t member, const char *sentence)
{
    const strata_checkpoints *to = self;
#pragma omp critical(strata_observer)
    if (to->tell != NULL) to->tell(to->self, member, sentence);
}

static long asked_of(void *self)
{
    const strata_checkpoints *to = self;
    return to->asked != NULL ? to->asked(to->self) : 0;
}

/* ---- the population ------------------------------------------------------------------------------------------------------------------ */

typedef struct {
    size_t members;
    strata_run **runs;
    const split_table *splits;
    strata_observer observer;
    const strata_checkpoints *checkpoints;
    strata_status status;
    char sentence[STATUS_SENTENCE]; /* of the first failure, whichever thread it was in */
} population;

static void train_member(population *all, size_t member, int threads)
{
    bool lost;
#pragma omp critical(strata_population)
    lost = all->status != STRATA_OK;
    if (lost) return; /* another member's failure has ended the call */
    int before = mat_set_threads(threads);
    all->runs[member]->facts.threads = threads;
    strata_status status = run_train(all->runs[member], all->splits->of[member], member, &all->observer, all->checkpoints);
    (void)mat_set_threads(before);
    if (status == STRATA_OK) return;
#pragma omp critical(strata_population)
    if (all->status == STRATA_OK) {
        all->status = status;
        status_sentence_save(all->sentence);
    }
}

static strata_status train_all(population *all, int threads)
{
    long members = (long)all->members;
    if (members == 1) {
        train_member(all, 0, threads);
    } else {
        int workers = threads < members ? threads : (int)members;
        (void)workers; /* without OpenMP, one */
#pragma omp parallel for schedule(dynamic, 1) num_threads(workers)
        for (long member = 0; member < members; member++) train_member(all, (size_t)member, 1);
    }
    if (all->status != STRATA_OK) status_sentence_load(all->sentence);
    return all->status;
}

static strata_status prepare(population *all, split_table *splits, const strata_config *const *configs, const strata_data *data)
{
    for (size_t member = 0; member < all->members; member++) {
        REQUIRE(configs[member] != NULL);
        strata_config resolved = *configs[member];
        TRY(strata_config_check(&resolved));
        config_resolve(&resolved);
        TRY(find_split(splits, data, &resolved, member));
        TRY(run_create(&resolved, splits->of[member], &all->runs[member]));
    }
    return STRATA_OK;
}

static strata_status train_population(population *all, split_table *splits, const strata_config *const *configs, const strata_data *data,
                                      int threads)
{
    void *distinct = NULL, *of = NULL;
    strata_status status = alloc_zero(&distinct, all->members, sizeof(split *), "a population");
    if (status == STRATA_OK) status = alloc_zero(&of, all->members, sizeof(split *), "a population");
    *splits = (split_table){ distinct, 0, of };
    if (status == STRATA_OK) status = prepare(all, splits, configs, data);
    if (status == STRATA_OK) status = train_all(all, threads > 0 ? threads : mat_cores());
    free_splits(splits);
    if (status == STRATA_OK) return STRATA_OK;
    for (size_t member = 0; member < all->members; member++) {
        strata_run_free(all->runs[member]);
        all->runs[member] = NULL;
    }
    return status;
}

strata_status strata_train_as(size_t members, const strata_config *const *configs, const strata_data *data, const strata_training *how,
                              strata_run **runs)
{
    static const strata_observer nobody = { 0 };
    split_table splits;
    REQUIRE(members >= 1 && configs != NULL && data != NULL && how != NULL && runs != NULL);
    REQUIRE(how->threads >= 0 && how->threads <= STRATA_THREADS_MAX);
    const strata_checkpoints *kept = how->checkpoints;
    REQUIRE(kept == NULL || (kept->folder != NULL && kept->updates >= 0 && kept->seconds >= 0));
    memset(runs, 0, members * sizeof *runs);
    const strata_observer *observer = how->observer != NULL ? how->observer : &nobody;
    strata_checkpoints checkpoints = { .self = (void *)(uintptr_t)kept, .asked = asked_of, .tell = tell_serially };
    population all = { .members = members, .runs = runs, .splits = &splits };
    all.observer = (strata_observer){ (void *)(uintptr_t)observer, start_serially, update_serially, point_serially, finished_serially };
    if (kept != NULL) {
        checkpoints.folder = kept->folder;
        checkpoints.updates = kept->updates;
        checkpoints.seconds = kept->seconds;
        all.checkpoints = &checkpoints;
    }
    return train_population(&all, &splits, configs, data, how->threads);
}

strata_status strata_train(size_t members, const strata_config *const *configs, const strata_data *data, int threads,
                           const strata_observer *observer, strata_run **runs)
{
    REQUIRE(threads >= 0 && threads <= STRATA_THREADS_MAX);
    return strata_train_as(members, configs, data, &(strata_training){ .threads = threads, .observer = observer }, runs);
}
