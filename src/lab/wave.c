/* See wave.h. Longest first, so that all cores are busy to the end. */
#include "wave.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alloc.h"
#include "crew.h"
#include "record.h"
#include "shard.h"
#include "text.h"

strata_status wave_start(wave *w, const lab_request *wanted, store *s, experiment *const *experiments)
{
    *w = (wave){ .wanted = wanted, .s = s, .experiments = experiments, .recording = PTHREAD_MUTEX_INITIALIZER };
    int length = snprintf(w->folder, sizeof w->folder, "%s/runs", wanted->out);
    bool fits = length > 0 && (size_t)length < sizeof w->folder;
    return fits ? STRATA_OK : status_fail(STRATA_ERR_STORAGE, "the path of the folder is too long");
}

/* ---- what there is to do ------------------------------------------------------------------------------------------------------------- */

static void expect(wave *w, experiment *e, long runs, double work)
{
    w->now.runs_all += runs;
    headway_expect(&w->way, work);
    e->runs += runs;
    e->work += work;
}

void wave_foresee(wave *w, experiment *e, long most)
{
    expect(w, e, most, plan_work(e, plan_seeds(w->wanted, e), most));
}

/* So much of what it was to come to is not needed, or was found. */
static void skip(wave *w, long runs, double work)
{
    w->now.runs_found += runs;
    headway_skip(&w->way, work);
}

/* What is known to be too much is over; what was too little, because members of one experiment differ in work, is more to do. */
void wave_expect(wave *w, run_list *all, size_t number, long most)
{
    experiment *e = w->experiments[number];
    long runs = 0;
    double work = plan_work(e, plan_seeds(w->wanted, e), most);
    for (size_t m = 0; m < all->count; m++) {
        if (all->list[m].experiment != number) continue;
        all->list[m].counted = runs++ < e->counted; /* a further round lists those of the rounds before it first */
        work += all->list[m].work;
    }
    e->counted = runs;
    runs += most;
    if (runs > e->runs) expect(w, e, runs - e->runs, 0);
    if (work > e->work) expect(w, e, 0, work - e->work);
    skip(w, e->runs - runs, e->work - work);
    e->runs = runs;
    e->work = work;
}

void wave_settle(wave *w, experiment *e)
{
    double rest = plan_work(e, plan_seeds(w->wanted, e), e->runs - e->counted);
    skip(w, e->runs - e->counted, rest);
    e->runs = e->counted;
    e->work -= rest;
}

/* What is to be done about one planned run; a twin, the same run in another experiment, is trained once. */
static strata_status look_up_one(wave *w, planned_run *one, bool twin)
{
    bool found, ended, lost_files = false;
    TRY(store_find_run(w->s, one->id, &found, &ended));
    one->there = ended;
    if (ended && !one->counted && !twin) TRY(lost_look(w->s, w->wanted->out, one->id, &w->lost, &lost_files));
    ended = ended && !(lost_files && w->wanted->remake);
    /* A kill may have come between recording it and this. But another process may remake it, or the twin before it is to be. */
    if (ended && !twin) TRY(strata_checkpoint_remove_idle(w->folder, one->id));
    one->train = !ended && !twin && shard_has(w->wanted, one->id);
    if (!one->train && !one->counted) skip(w, 1, one->work);
    return STRATA_OK;
}

static strata_status look_up(wave *w, run_list *all, size_t *missing)
{
    void *made;
    *missing = 0;
    TRY(alloc_zero(&made, all->count, sizeof(size_t), "a list of trainings"));
    size_t *first = made;
    strata_status status = run_list_twins(all, 0, first);
    for (size_t m = 0; m < all->count && status == STRATA_OK; m++) {
        status = look_up_one(w, &all->list[m], first[m] < m);
        *missing += all->list[m].train;
    }
    free(first);
    if (status == STRATA_OK) lost_tell(&w->lost, w->wanted);
    return status;
}

/* ---- watching ------------------------------------------------------------------------------------------------------------------------ */

static void show(wave *w, const trainee *t)
{
    w->now.experiment = w->experiments[t->m->experiment]->id;
    w->now.label = t->m->label;
    w->now.seed = t->m->seed;
    w->now.loss = t->loss;
    w->now.validation = t->validation;
    w->now.share = headway_share(&w->way);
    w->now.seconds_left = headway_seconds_left(&w->way);
}

static bool may_go_on(const wave *w)
{
    return w->status == STRATA_OK && (w->wanted->watch.go_on == NULL || w->wanted->watch.go_on(w->wanted->watch.self));
}

static bool on_start(void *self, size_t number)
{
    wave *w = self;
    (void)number;
    return may_go_on(w);
}

static bool on_go_on(void *self, size_t number)
{
    const strata_lab_watch *watch = &((const wave *)self)->wanted->watch;
    (void)number;
    return watch->train_on == NULL || watch->train_on(watch->self);
}

/* A crew of several processes tells of some updates alone, and this process does nothing meanwhile. */
static void note_progress(wave *w, trainee *t, long done, long all)
{
    if (w->wanted->crew == NULL) {
        headway_part_did(&w->way, &t->part, done, all, headway_clock(&w->way));
        return;
    }
    double now = clock_seconds();
    headway_part_reached(&w->way, &t->part, (double)done / (double)all, (clock_reading){ .wall = now, .processor = now });
}

static bool on_update(void *self, size_t number, long done, long all, double loss)
{
    wave *w = self;
    trainee *t = &w->trainees[number];
    t->loss = loss;
    note_progress(w, t, done, all);
    show(w, t);
    if (w->wanted->watch.progress != NULL) w->wanted->watch.progress(w->wanted->watch.self, &w->now);
    return may_go_on(w);
}

static void on_point(void *self, size_t number, const strata_point *point)
{
    wave *w = self;
    w->trainees[number].validation = point->validation.accuracy;
}

/* The run belongs to every experiment that asked for it from now on: who looks meanwhile sees what there is. */
static strata_status link_one(wave *w, const char *id)
{
    strata_status status = STRATA_OK;
    (void)pthread_mutex_lock(&w->recording);
    for (size_t m = 0; m < w->all->count && w->experiments_stored && status == STRATA_OK; m++) {
        const planned_run *one = &w->all->list[m];
        if (strcmp(one->id, id) != 0) continue;
        status = store_link(w->s, w->experiments[one->experiment]->id, id, one->ord, one->label);
    }
    (void)pthread_mutex_unlock(&w->recording);
    return status;
}

/* Called by several threads at once, each for a trainee of its own: the others train on meanwhile. */
static void on_record(void *self, size_t number, const strata_run *run)
{
    wave *w = self;
    trainee *t = &w->trainees[number];
    strata_status outcome = strata_run_facts(run)->outcome;
    if (outcome == STRATA_STOPPED || outcome == STRATA_ERR_BUSY) return;
    const record_place to = { .s = w->s, .lock = &w->recording, .maker = "lab", .folder = w->folder, .data = t->m->data };
    t->recorded = record_run(&to, w->experiments[t->m->experiment]->id, run, &t->unsaid);
    if (t->recorded == STRATA_OK) t->recorded = link_one(w, t->m->id);
    if (t->recorded == STRATA_OK) t->recorded = strata_checkpoint_remove(w->folder, t->m->id);
    t->m->train = t->recorded != STRATA_OK;
    if (t->recorded == STRATA_OK) return;
    (void)pthread_mutex_lock(&w->recording);
    if (w->sentence[0] == '\0') status_sentence_save(w->sentence);
    (void)pthread_mutex_unlock(&w->recording);
}

static bool was_recorded(void *self, size_t number)
{
    return ((const wave *)self)->trainees[number].recorded == STRATA_OK;
}

/* What recording it had to tell, one sentence a line. */
static void say_unsaid(const strata_lab_watch *watch, text *unsaid)
{
    for (char *line = unsaid->at, *end; line != NULL && (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        if (watch->say != NULL) watch->say(watch->self, line);
    }
    text_free(unsaid);
}

static void on_finished(void *self, size_t number, const strata_run *run)
{
    wave *w = self;
    trainee *t = &w->trainees[number];
    const strata_lab_watch *watch = &w->wanted->watch;
    strata_status outcome = strata_run_facts(run)->outcome;
    say_unsaid(watch, &t->unsaid);
    if (outcome == STRATA_ERR_BUSY) headway_part_found(&w->way, &t->part, 0); /* whose work that is, look_again finds out */
    if (outcome == STRATA_STOPPED || outcome == STRATA_ERR_BUSY) return;
    if (t->recorded != STRATA_OK) {
        w->status = t->recorded; /* ends the wave */
        return;
    }
    w->now.runs_done++;
    headway_part_end(&w->way, &t->part); /* a run that diverged is over, too */
    show(w, t);
    if (watch->finished != NULL) watch->finished(watch->self, &w->now, run);
}

/* ---- checkpoints --------------------------------------------------------------------------------------------------------------------- */

static void on_tell(void *self, size_t number, const char *sentence)
{
    const wave *w = self;
    const planned_run *m = w->trainees[number].m;
    const char *id = w->experiments[m->experiment]->id;
    text whole = { 0 };
    if (w->wanted->watch.tell == NULL) return;
    text_add(&whole, "%s%s%s %s", id, m->label[0] != '\0' ? " " : "", m->label, sentence);
    w->wanted->watch.tell(w->wanted->watch.self, whole.failed ? sentence : whole.at);
    text_free(&whole);
}

/* Has another process finished it since this one looked? What is remade is in the store all the time. */
static bool on_needed(void *self, size_t number)
{
    wave *w = self;
    const planned_run *m = w->trainees[number].m;
    bool found, ended = false;
    (void)pthread_mutex_lock(&w->recording);
    strata_status status = m->there ? STRATA_OK : store_find_run(w->s, m->id, &found, &ended);
    (void)pthread_mutex_unlock(&w->recording);
    return status != STRATA_OK || !ended; /* a store that cannot be read is said when the run is recorded */
}

static long on_asked(void *self)
{
    const strata_lab_watch *watch = &((const wave *)self)->wanted->watch;
    return watch->requests != NULL ? watch->requests(watch->self) : 0;
}

/* A stop promises a checkpoint of every run that has begun. */
static strata_status stopped(const wave *w, size_t count, strata_run *const *runs)
{
    for (size_t q = 0; q < count; q++) {
        const strata_run_facts_t *f = strata_run_facts(runs[q]);
        if (f->outcome != STRATA_STOPPED || f->updates == 0 || f->checkpoint == f->updates) continue;
        return status_fail(STRATA_ERR_STORAGE, "%s: %s, and no checkpoint of it could be written; the newest is of update %ld",
                           w->experiments[w->trainees[q].m->experiment]->id, f->sentence, f->checkpoint);
    }
    return status_fail(STRATA_STOPPED, "stopped; what was done is kept: the same command goes on");
}

/* The first run with this outcome, or `count`. */
static size_t first_with(strata_status outcome, size_t count, strata_run *const *runs)
{
    size_t q = 0;
    while (q < count && strata_run_facts(runs[q])->outcome != outcome) q++;
    return q;
}

/* STRATA_ERR_BUSY: some were left to other processes. */
static strata_status outcome_of(const wave *w, size_t count, strata_run *const *runs)
{
    if (first_with(STRATA_STOPPED, count, runs) < count) return stopped(w, count, runs);
    return first_with(STRATA_ERR_BUSY, count, runs) < count ? STRATA_ERR_BUSY : STRATA_OK;
}

/* ---- training ------------------------------------------------------------------------------------------------------------------------ */

static int by_work(const void *a, const void *b)
{
    const planned_run *x = ((const trainee *)a)->m, *y = ((const trainee *)b)->m;
    if (x->work != y->work) return x->work < y->work ? 1 : -1;
    return (x > y) - (x < y); /* as listed: qsort alone keeps no order */
}

/* The trainees, all of one data set. */
static strata_status train(wave *w, size_t count, const strata_config **configs, strata_run **runs)
{
    const strata_observer observer = { .size = sizeof observer, .self = w, .start = on_start, .update = on_update, .point = on_point,
                                       .record = on_record, .finished = on_finished, .go_on = on_go_on };
    for (size_t q = 0; q < count; q++) configs[q] = w->trainees[q].m->config;
    const strata_checkpoints checkpoints = { .size = sizeof checkpoints, .folder = w->folder, .updates = w->wanted->checkpoint_updates,
                                             .seconds = w->wanted->checkpoint_seconds, .owner = "laboratory",
                                             .self = w, .requests = on_asked, .tell = on_tell, .needed = on_needed };
    const strata_training how = { .size = sizeof how, .threads = w->wanted->threads, .observer = &observer, .checkpoints = &checkpoints,
                                  .forget = true };
    const crew_work work = { .count = count, .configs = configs, .data = w->trainees[0].m->data, .how = &how,
                             .recorded = was_recorded, .say = w->wanted->watch.say, .say_self = w->wanted->watch.self };
    crew *own = w->wanted->crew != NULL ? w->wanted->crew : &crew_threads;
    TRY(own->train(own, &work, runs));
    strata_status status = outcome_of(w, count, runs);
    for (size_t q = 0; q < count; q++) strata_run_free(runs[q]);
    if (w->status == STRATA_OK) return status;
    status_sentence_load(w->sentence);
    return w->status;
}

static void list_trainees(trainee *list, run_list *all, const strata_data *data)
{
    size_t count = 0;
    for (size_t m = 0; m < all->count; m++) {
        planned_run *one = &all->list[m];
        if (!one->train || one->data != data) continue;
        list[count++] = (trainee){ .m = one, .part = { .work = one->work }, .loss = NAN, .validation = NAN };
    }
    qsort(list, count, sizeof *list, by_work);
}

/* What an earlier process has done of them. A checkpoint that cannot be read counts as none here; the training says what is wrong. */
static void look_up_checkpoints(wave *w, size_t count)
{
    for (size_t q = 0; q < count; q++) {
        strata_checkpoint_facts facts = { .size = sizeof facts };
        strata_config *config = NULL;
        trainee *t = &w->trainees[q];
        bool found = strata_checkpoint_peek(w->folder, t->m->id, &facts, &config) == STRATA_OK;
        if (found && facts.updates > 0) headway_part_found(&w->way, &t->part, (double)facts.update / (double)facts.updates);
        strata_config_free(config);
    }
}

static strata_status train_on(wave *w, run_list *all, const strata_data *data)
{
    void *trainees = NULL, *configs = NULL, *runs = NULL;
    size_t missing = run_list_missing(all, data);
    if (missing == 0) return STRATA_OK;
    strata_status status = alloc_zero(&trainees, missing, sizeof(trainee), "a population");
    if (status == STRATA_OK) status = alloc_zero(&configs, missing, sizeof(strata_config *), "a population");
    if (status == STRATA_OK) status = alloc_zero(&runs, missing, sizeof(strata_run *), "a population");
    if (status == STRATA_OK) {
        list_trainees(trainees, all, data);
        w->trainees = trainees;
        look_up_checkpoints(w, missing);
        status = train(w, missing, configs, runs);
        w->trainees = NULL;
    }
    free(trainees);
    free(configs);
    free(runs);
    return status;
}

/* One population a data set. What is left to other processes keeps no other data waiting. */
static strata_status train_missing(wave *w, run_list *all)
{
    bool busy = false;
    for (size_t m = 0; m < all->count; m++) {
        if (!run_list_brings_data(all, m)) continue;
        strata_status status = train_on(w, all, all->list[m].data);
        if (status != STRATA_OK && status != STRATA_ERR_BUSY) return status;
        busy = busy || status == STRATA_ERR_BUSY;
    }
    return busy ? STRATA_ERR_BUSY : STRATA_OK;
}

/* ---- what other processes train ------------------------------------------------------------------------------------------------------ */

/* What they have finished needs no training here. */
static strata_status look_again(wave *w, run_list *all, size_t *missing)
{
    *missing = 0;
    for (size_t m = 0; m < all->count; m++) {
        planned_run *one = &all->list[m];
        bool found, lost_files = false;
        if (!one->train) continue;
        TRY(store_find_run(w->s, one->id, &found, &one->there));
        if (one->there && w->wanted->remake) TRY(lost_look(w->s, w->wanted->out, one->id, &w->lost, &lost_files));
        one->train = !one->there || lost_files;
        *missing += one->train;
        if (one->train) continue;
        skip(w, 1, one->work);
        TRY(strata_checkpoint_remove_idle(w->folder, one->id)); /* they may have been killed before that */
    }
    w->lost = (lost){ 0 }; /* it was told before */
    return STRATA_OK;
}

/* Do other processes train all that is missing, so that there is nothing to do but wait? How many that are, and the first of them. */
static bool all_are_in_other_hands(const wave *w, const run_list *all, size_t *count, const planned_run **first)
{
    *count = 0;
    for (size_t m = 0; m < all->count; m++) {
        const planned_run *one = &all->list[m];
        if (!one->train) continue;
        if (!run_folder_is_locked(w->folder, one->id)) return false;
        if ((*count)++ == 0) *first = one;
    }
    return *count > 0;
}

static void say_waiting(const wave *w, size_t count, const planned_run *first)
{
    text words = { 0 };
    text_add(&words, "waiting for %zu training%s of other processes (%s%s%s%s seed %ld, %s/%s)", count, count > 1 ? "s" : "",
             count > 1 ? "the first: " : "", w->experiments[first->experiment]->id, first->label[0] != '\0' ? " " : "", first->label,
             first->seed, w->folder, first->id);
    if (!words.failed && w->wanted->watch.tell != NULL) w->wanted->watch.tell(w->wanted->watch.self, words.at);
    text_free(&words);
}

/* Until one of those that are missing is in nobody's hands: it was finished, or its process ended before. */
static strata_status wait_for_others(const wave *w, const run_list *all)
{
    static const struct timespec moment = { .tv_nsec = 100000000 };
    size_t count;
    const planned_run *first = NULL;
    for (bool said = false; all_are_in_other_hands(w, all, &count, &first); said = true) {
        if (!said) say_waiting(w, count, first);
        if (!may_go_on(w)) return status_fail(STRATA_STOPPED, "stopped; what was done is kept: the same command goes on");
        (void)nanosleep(&moment, NULL);
    }
    return STRATA_OK;
}

/* ---- a wave -------------------------------------------------------------------------------------------------------------------------- */

/* What there is of each experiment, and how much there will be, for who looks meanwhile. */
static strata_status show_plan(const wave *w, const run_list *all)
{
    size_t number = SIZE_MAX;
    for (size_t m = 0; m < all->count && w->experiments_stored; m++) {
        if (all->list[m].experiment == number) continue;
        number = all->list[m].experiment;
        TRY(wave_link(w, all, number, w->experiments[number]->id));
        TRY(wave_tell_planned(w, number));
    }
    return STRATA_OK;
}

strata_status wave_run(wave *w, run_list *all)
{
    size_t missing;
    w->all = all;
    TRY(look_up(w, all, &missing));
    if (missing > 0) TRY(show_plan(w, all));
    while (missing > 0) {
        strata_status status = train_missing(w, all);
        if (status != STRATA_ERR_BUSY) return status;
        TRY(wait_for_others(w, all));
        TRY(look_again(w, all, &missing));
    }
    return STRATA_OK;
}

strata_status wave_tell_planned(const wave *w, size_t number)
{
    char digits[32];
    (void)snprintf(digits, sizeof digits, "%ld", w->experiments[number]->runs);
    return store_put_note(w->s, w->experiments[number]->id, "planned", digits);
}

strata_status wave_link(const wave *w, const run_list *all, size_t number, const char *id)
{
    void *made;
    size_t count = 0;
    TRY(alloc_zero(&made, all->count, sizeof(store_link_row), "the runs of an experiment"));
    store_link_row *rows = made;
    strata_status status = STRATA_OK;
    for (size_t m = 0; m < all->count && status == STRATA_OK; m++) {
        const planned_run *one = &all->list[m];
        bool found, ended = one->there;
        if (one->experiment != number) continue;
        if (!ended) status = store_find_run(w->s, one->id, &found, &ended);
        if (ended) rows[count++] = (store_link_row){ one->id, one->ord, one->label };
    }
    if (status == STRATA_OK) status = store_put_links(w->s, id, rows, count);
    free(made);
    return status;
}
