/* See wave.h. Longest first, so that all cores are busy to the end. */
#include "wave.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "record.h"

/* ---- what there is to do ------------------------------------------------------------------------------------------------------------- */

void wave_foresee(wave *w, experiment *e, long size)
{
    e->runs = size;
    e->work = (double)size * members_work(e->config);
    w->now.runs_all += e->runs;
    w->now.work_all += e->work;
}

void wave_expect(wave *w, members *all, size_t number)
{
    experiment *e = w->experiments[number];
    long runs = 0;
    double work = 0;
    for (size_t m = 0; m < all->count; m++) {
        if (all->list[m].experiment != number) continue;
        all->list[m].counted = runs++ < e->counted; /* a further round lists those of the rounds before it first */
        work += all->list[m].work;
    }
    w->now.runs_all += runs - e->runs;
    w->now.work_all += work - e->work;
    e->runs = e->counted = runs;
    e->work = work;
}

/* The same run in two experiments is trained once. */
static bool is_twin(const members *all, size_t m)
{
    for (size_t q = 0; q < m; q++) {
        if (strcmp(all->list[q].id, all->list[m].id) == 0) return true;
    }
    return false;
}

static strata_status look_up(wave *w, members *all, size_t *missing)
{
    *missing = 0;
    for (size_t m = 0; m < all->count; m++) {
        member *one = &all->list[m];
        bool found, ended;
        TRY(store_find_run(w->s, one->id, &found, &ended));
        one->there = ended;
        one->train = !ended && !is_twin(all, m);
        *missing += one->train;
        if (one->train || one->counted) continue;
        w->now.runs_found++;
        w->now.work_found += one->work;
    }
    return STRATA_OK;
}

/* ---- watching ------------------------------------------------------------------------------------------------------------------------ */

static void show(wave *w, const trainee *t)
{
    w->now.experiment = w->experiments[t->m->experiment]->id;
    w->now.label = t->m->label;
    w->now.seed = t->m->seed;
    w->now.loss = t->loss;
    w->now.validation = t->validation;
}

static bool may_go_on(const wave *w)
{
    return w->status == STRATA_OK && (w->wanted->watch.go_on == NULL || w->wanted->watch.go_on(w->wanted->watch.self));
}

static bool on_start(void *self, size_t number)
{
    (void)number;
    return may_go_on(self);
}

/* So much of it is done now. */
static void advance(wave *w, trainee *t, double share)
{
    w->now.work_done += (share - t->done) * t->m->work;
    t->done = share;
}

static bool on_update(void *self, size_t number, long done, long all, double loss)
{
    wave *w = self;
    trainee *t = &w->trainees[number];
    t->loss = loss;
    advance(w, t, (double)done / (double)all);
    show(w, t);
    if (w->wanted->watch.progress != NULL) w->wanted->watch.progress(w->wanted->watch.self, &w->now);
    return may_go_on(w);
}

static void on_point(void *self, size_t number, const strata_point *point)
{
    wave *w = self;
    w->trainees[number].validation = point->validation.accuracy;
}

static void on_finished(void *self, size_t number, const strata_run *run)
{
    wave *w = self;
    trainee *t = &w->trainees[number];
    const lab_watch *watch = &w->wanted->watch;
    if (strata_run_facts(run)->outcome == STRATA_STOPPED || w->status != STRATA_OK) return;
    w->status = record_run(w->s, w->wanted->out, w->experiments[t->m->experiment]->id, w->data, run, watch->say, watch->self);
    if (w->status != STRATA_OK) {
        status_sentence_save(w->sentence);
        return;
    }
    w->now.runs_done++;
    advance(w, t, 1); /* a run that diverged is over, too */
    show(w, t);
    if (watch->finished != NULL) watch->finished(watch->self, &w->now, run);
}

/* ---- training ------------------------------------------------------------------------------------------------------------------------ */

static int by_work(const void *a, const void *b)
{
    const member *x = ((const trainee *)a)->m, *y = ((const trainee *)b)->m;
    if (x->work != y->work) return x->work < y->work ? 1 : -1;
    return (x > y) - (x < y); /* as listed: qsort alone keeps no order */
}

static strata_status train(wave *w, size_t count, const strata_config **configs, strata_run **runs)
{
    const strata_observer observer = { w, on_start, on_update, on_point, on_finished };
    for (size_t q = 0; q < count; q++) configs[q] = w->trainees[q].m->config;
    TRY(strata_train(count, configs, w->data, w->wanted->threads, &observer, runs));
    bool stopped = false;
    for (size_t q = 0; q < count; q++) {
        stopped = stopped || strata_run_facts(runs[q])->outcome == STRATA_STOPPED;
        strata_run_free(runs[q]);
    }
    if (w->status != STRATA_OK) {
        status_sentence_load(w->sentence);
        return w->status;
    }
    return stopped ? status_fail(STRATA_STOPPED, "stopped; what was finished is kept: the same command goes on") : STRATA_OK;
}

static void list_trainees(trainee *list, const members *all)
{
    size_t count = 0;
    for (size_t m = 0; m < all->count; m++) {
        if (all->list[m].train) list[count++] = (trainee){ .m = &all->list[m], .loss = NAN, .validation = NAN };
    }
    qsort(list, count, sizeof *list, by_work);
}

static strata_status train_missing(wave *w, const members *all, size_t missing)
{
    void *trainees = NULL, *configs = NULL, *runs = NULL;
    strata_status status = alloc_zero(&trainees, missing, sizeof(trainee), "a population");
    if (status == STRATA_OK) status = alloc_zero(&configs, missing, sizeof(strata_config *), "a population");
    if (status == STRATA_OK) status = alloc_zero(&runs, missing, sizeof(strata_run *), "a population");
    if (status == STRATA_OK) {
        list_trainees(trainees, all);
        w->trainees = trainees;
        status = train(w, missing, configs, runs);
        w->trainees = NULL;
    }
    free(trainees);
    free(configs);
    free(runs);
    return status;
}

strata_status wave_run(wave *w, members *all)
{
    size_t missing;
    TRY(look_up(w, all, &missing));
    return missing > 0 ? train_missing(w, all, missing) : STRATA_OK;
}

strata_status wave_link(const wave *w, const members *all, size_t number, const char *id)
{
    void *made;
    size_t count = 0;
    TRY(alloc_zero(&made, all->count, sizeof(store_link_row), "the runs of an experiment"));
    store_link_row *rows = made;
    strata_status status = STRATA_OK;
    for (size_t m = 0; m < all->count && status == STRATA_OK; m++) {
        const member *one = &all->list[m];
        bool found, ended = one->there;
        if (one->experiment != number) continue;
        if (!ended) status = store_find_run(w->s, one->id, &found, &ended);
        if (ended) rows[count++] = (store_link_row){ one->id, one->ord, one->label };
    }
    if (status == STRATA_OK) status = store_put_links(w->s, id, rows, count);
    free(made);
    return status;
}
