/* See crew_ranks.h. One thread does all that is said to ranks and to people; others record. Nobody waits for anybody: what has come is
 * read, what is free gets work, and then there is a short rest. */
#include "crew_table.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alloc.h"
#include "clock.h"
#include "data_bytes.h"
#include "fit.h"
#include "run.h"

/* ---- the work ------------------------------------------------------------------------------------------------------------------------ */

static strata_status prepare_run(table *t, size_t number)
{
    const split *part;
    strata_config resolved = fit_resolved(t->work->configs[number], t->work->data);
    TRY(splits_find(&t->parts, t->work->data, &resolved, &part));
    TRY(run_create(&resolved, part, &t->runs[number]));
    dealt_run *one = &t->run[number];
    memcpy(one->id, t->runs[number]->id, TABLE_ID);
    one->loss = (double)NAN;
    for (int r = 1; r < t->w.t->size; r++) {
        for (size_t q = 0; q < t->hand[r].begun_count; q++) {
            if (strcmp(t->hand[r].begun[q], one->id) == 0) one->owner = r;
        }
    }
    return STRATA_OK;
}

static strata_status prepare(table *t, const crew_work *work, strata_run **runs)
{
    void *made;
    TRY(alloc_zero(&made, work->count, sizeof(dealt_run), "runs to be dealt"));
    t->run = made;
    t->work = work;
    t->runs = runs;
    t->next = t->dealt = t->arrived = 0;
    t->open = work->count;
    t->status = STRATA_OK;
    const strata_checkpoints *kept = work->how->checkpoints;
    t->asked = kept->requests != NULL ? kept->requests(kept->self) : 0;
    for (t->dataset = 0; t->dataset < t->sets && t->set[t->dataset].data != work->data;) t->dataset++;
    REQUIRE(t->dataset < t->sets);
    for (size_t number = 0; number < work->count; number++) TRY(prepare_run(t, number));
    return recorders_open(work, &t->parts, &t->recorders);
}

static void answer(table *t, const arrival *one, bool recorded)
{
    table_send(t, one->from, &(wire_message){ .kind = WIRE_ANSWER, .number = t->first + (uint32_t)one->number, .first = recorded });
}

/* One that has ended is over, whether it could be recorded or not: the laboratory knows. */
static void end_run(table *t, const arrival *one)
{
    const strata_observer *observer = t->work->how->observer;
    strata_run *run = one->run;
    bool ended = run->facts.outcome == STRATA_OK || run->facts.outcome == STRATA_ERR_DIVERGED;
    if (t->run[one->number].alone && run->facts.outcome == STRATA_STOPPED) run->facts.updates = 0; /* without checkpoints it begins anew */
    strata_run_free(t->runs[one->number]);
    t->runs[one->number] = run;
    t->run[one->number].state = RUN_ENDED;
    answer(t, one, ended && t->work->recorded(observer->self, one->number));
    bool done = run->facts.outcome == STRATA_OK && observer->update != NULL; /* all its updates: its rank told of some alone */
    long updates = run->facts.updates;
    if (done && !observer->update(observer->self, one->number, updates, updates, t->run[one->number].loss)) table_stop(t);
    if (observer->finished != NULL) observer->finished(observer->self, one->number, run);
    run_drop_results(run);
}

/* What is not the run that was asked for says that its rank cannot be believed. One that its rank has stopped, though nobody wants the work
 * stopped, was dropped for another rank's. */
static void take_one(table *t, arrival *one)
{
    bool stopped = one->run != NULL && one->run->facts.outcome == STRATA_STOPPED;
    if (one->status == STRATA_OK && (!stopped || t->stopping)) {
        end_run(t, one);
        return;
    }
    strata_run_free(one->run);
    table_reopen(t, one->number); /* its rank holds the lock of its folder until it has the answer */
    answer(t, one, false);
    if (one->status == STRATA_OK) return;
    status_sentence_load(one->sentence);
    if (one->status == STRATA_ERR_MEMORY) table_fail(t, one->status);
    else table_put_out(t, one->from, one->status, one->sentence);
}

static void take_recorded(table *t, bool *any)
{
    for (arrival *one; (one = recorders_take(t->recorders)) != NULL;) {
        *any = true;
        t->arrived--;
        take_one(t, one);
        free(one);
    }
}

/* Has somebody asked rank 0 for checkpoints, or to stop? */
static void look_at_people(table *t)
{
    const strata_checkpoints *kept = t->work->how->checkpoints;
    const strata_observer *observer = t->work->how->observer;
    long asked = kept->requests != NULL ? kept->requests(kept->self) : 0;
    if (asked != t->asked) table_send_all(t, &(wire_message){ .kind = WIRE_KEEP });
    t->asked = asked;
    if (observer->go_on != NULL && !observer->go_on(observer->self, 0)) table_stop(t);
}

/* While it stops, ranks that are lost are not waited for, and runs that come whole are recorded still. */
static bool is_over(const table *t)
{
    size_t left = t->dealt + t->arrived;
    return left == 0 && (t->open == 0 || t->stopping);
}

static void show_crew(table *t)
{
    char sentence[STATUS_SENTENCE];
    int ranks = 0, threads = 0;
    bool waits = false;
    for (int r = 1; r < t->w.t->size; r++) {
        const hand *h = &t->hand[r];
        waits = waits || h->state == HAND_SILENT || h->state == HAND_OPENING;
        ranks += h->state == HAND_READY;
        threads += h->state == HAND_READY ? h->threads : 0;
    }
    if (t->introduced || waits) return;
    t->introduced = true;
    if (t->work->say == NULL || ranks == 0) return;
    (void)snprintf(sentence, sizeof sentence, "%d rank%s train%s %d run%s at once", ranks, ranks == 1 ? "" : "s", ranks == 1 ? "s" : "",
                   threads, threads == 1 ? "" : "s");
    t->work->say(t->work->say_self, sentence);
}

static void work_on(table *t)
{
    long pause = 0;
    while (!is_over(t)) {
        bool any = false;
        strata_status status = table_read_letters(t, &any);
        if (status != STRATA_OK) table_fail(t, status);
        if (status == STRATA_ERR_STORAGE || status == STRATA_ERR_MEMORY) return; /* what was lost is waited for by nobody */
        take_recorded(t, &any);
        status = table_look_at_hands(t);
        if (status != STRATA_OK) table_fail(t, status);
        look_at_people(t);
        if (!t->stopping) table_deal(t);
        show_crew(t);
        wire_rest(any, &pause);
    }
}

/* What was not trained was stopped. Checkpoints of earlier calls are what they were. */
static void mark_stopped(const table *t)
{
    for (size_t q = 0; q < t->work->count; q++) {
        strata_run_facts_t *f = &t->runs[q]->facts;
        if (t->run[q].state == RUN_ENDED) continue;
        f->outcome = STRATA_STOPPED;
        f->updates = 0;
    }
}

static strata_status train(crew *self, const crew_work *work, strata_run **runs)
{
    table *t = (table *)self;
    REQUIRE(work->how->observer != NULL && work->how->checkpoints != NULL && work->count < UINT32_MAX - t->first);
    memset(runs, 0, work->count * sizeof *runs);
    strata_status status = prepare(t, work, runs);
    if (status == STRATA_OK) work_on(t);
    recorders_close(t->recorders);
    t->recorders = NULL;
    if (status == STRATA_OK) mark_stopped(t);
    if (status == STRATA_OK && t->status != STRATA_OK) {
        status_sentence_load(t->sentence);
        status = t->status;
    }
    for (size_t q = 0; q < work->count && status != STRATA_OK; q++) {
        strata_run_free(runs[q]);
        runs[q] = NULL;
    }
    t->first += (uint32_t)work->count;
    free(t->run);
    t->run = NULL;
    t->work = NULL;
    return status;
}

/* ---- the heart ----------------------------------------------------------------------------------------------------------------------- */

/* Rank 0 may check gradients for minutes, wait for another process for hours, or draw a page between two runs. Ranks hear meanwhile that it
 * lives, also those that it has not heard yet: else they could not tell it from one that died. What cannot be sent the other thread finds
 * out, which knows what follows. */
static void *beat(void *self)
{
    table *t = self;
    (void)pthread_mutex_lock(&t->speaking);
    while (!t->closing) {
        struct timespec until;
        (void)clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec++;
        (void)pthread_cond_timedwait(&t->closes, &t->speaking, &until);
        for (int r = 1; r < t->w.t->size && !t->closing; r++) (void)wire_send(&t->w, r, &(wire_message){ .kind = WIRE_ALIVE });
    }
    (void)pthread_mutex_unlock(&t->speaking);
    return NULL;
}

static strata_status start_heart(table *t)
{
    (void)pthread_mutex_init(&t->speaking, NULL);
    (void)pthread_cond_init(&t->closes, NULL);
    if (pthread_create(&t->heart, NULL, beat, t) == 0) return STRATA_OK;
    (void)pthread_mutex_destroy(&t->speaking);
    (void)pthread_cond_destroy(&t->closes);
    return status_fail(STRATA_ERR_MEMORY, "the system gives no thread to speak to ranks");
}

static void stop_heart(table *t)
{
    (void)pthread_mutex_lock(&t->speaking);
    t->closing = true;
    (void)pthread_cond_signal(&t->closes);
    (void)pthread_mutex_unlock(&t->speaking);
    (void)pthread_join(t->heart, NULL);
    (void)pthread_mutex_destroy(&t->speaking);
    (void)pthread_cond_destroy(&t->closes);
}

/* ---- the crew ------------------------------------------------------------------------------------------------------------------------ */

static strata_status expect(crew *self, const strata_data *data, const char *what)
{
    table *t = (table *)self;
    REQUIRE(t->sets < TABLE_SETS);
    shared_set *set = &t->set[t->sets];
    *set = (shared_set){ .data = data };
    if (what != NULL && (set->what = strdup(what)) == NULL) return status_fail(STRATA_ERR_MEMORY, "no memory for the name of data");
    strata_status status = t->rules.share_data ? data_pack_head(data, &set->head, &set->head_size) : STRATA_OK;
    if (status != STRATA_OK) {
        free(set->what);
        return status;
    }
    t->sets++;
    for (int r = 1; r < t->w.t->size; r++) {
        hand *h = &t->hand[r];
        if (h->state != HAND_OPENING && h->state != HAND_READY) continue;
        h->state = HAND_OPENING;
        table_send_set(t, r, t->sets - 1);
    }
    return STRATA_OK;
}

strata_status crew_ranks_open(const crew_transport *transport, const crew_rules *rules, crew **out)
{
    void *made;
    *out = NULL;
    REQUIRE(transport->version == CREW_TRANSPORT && transport->rank == 0 && transport->size > 1 && rules->patience > 1);
    TRY(alloc_zero(&made, 1, sizeof(table), "a crew"));
    table *t = made;
    t->base = (crew){ .train = train, .expect = expect };
    t->rules = *rules;
    t->begun = clock_seconds();
    splits_begin(&t->parts);
    strata_status status = wire_open(transport, &t->w);
    if (status == STRATA_OK) status = alloc_zero(&made, (size_t)transport->size, sizeof(hand), "a crew");
    if (status == STRATA_OK) {
        t->hand = made;
        status = start_heart(t);
    }
    if (status == STRATA_OK) {
        *out = &t->base;
        return STRATA_OK;
    }
    free(t->hand);
    wire_close(&t->w);
    splits_end(&t->parts);
    free(t);
    return status;
}

bool crew_ranks_close(crew *c)
{
    table *t = (table *)c;
    bool all = true;
    stop_heart(t);
    for (int r = 1; r < t->w.t->size; r++) {
        all = all && t->hand[r].state != HAND_LOST && !t->hand[r].unreached; /* who still reads data comes to the end, too */
    }
    for (int r = 1; r < t->w.t->size; r++) {
        (void)wire_send(&t->w, r, &(wire_message){ .kind = WIRE_END, .first = all });
        free(t->hand[r].begun);
    }
    for (size_t s = 0; s < t->sets; s++) {
        free(t->set[s].what);
        free(t->set[s].head);
    }
    wire_close(&t->w);
    splits_end(&t->parts);
    free(t->hand);
    free(t);
    return all;
}
