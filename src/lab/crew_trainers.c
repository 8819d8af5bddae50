/* See crew_trainers.h. The folder of a run is locked until rank 0 has recorded it: nobody finds it neither locked nor recorded. */
#include "crew_trainers.h"

#include <stdlib.h>
#include <string.h>

#include "checkpoint.h"
#include "config.h"
#include "run_bytes.h"
#include "run_numbers.h"
#include "train_with.h"

/* ---- letters ------------------------------------------------------------------------------------------------------------------------- */

static void put_letter(trainers *t, uint8_t *bytes, size_t size)
{
    (void)pthread_mutex_lock(&t->lock);
    if (t->letters == t->room) {
        size_t room = 2 * t->room + 64;
        encoded *more = realloc(t->letter, room * sizeof *more);
        t->letter = more != NULL ? more : t->letter;
        t->room = more != NULL ? room : t->room;
    }
    bool fits = t->letters < t->room;
    if (fits) t->letter[t->letters++] = (encoded){ bytes, size };
    t->unsaid = t->unsaid || !fits;
    (void)pthread_cond_broadcast(&t->changed);
    (void)pthread_mutex_unlock(&t->lock);
    if (!fits) free(bytes);
}

/* Without memory for a message rank 0 would wait for ever: then the rank gives up. */
static void say(trainers *t, const wire_message *m)
{
    size_t size;
    uint8_t *bytes;
    if (wire_encode(m, &bytes, &size) == STRATA_OK) {
        put_letter(t, bytes, size);
        return;
    }
    (void)pthread_mutex_lock(&t->lock);
    t->unsaid = true;
    (void)pthread_mutex_unlock(&t->lock);
}

/* Asks rank 0 and waits for the answer; no where none comes. */
static bool ask(seat *s, const wire_message *m)
{
    trainers *t = s->all;
    (void)pthread_mutex_lock(&t->lock);
    s->asks = true;
    s->yes = false;
    (void)pthread_mutex_unlock(&t->lock);
    say(t, m);
    (void)pthread_mutex_lock(&t->lock);
    while (s->asks && !t->over && !t->unsaid) (void)pthread_cond_wait(&t->changed, &t->lock);
    bool yes = s->yes;
    (void)pthread_mutex_unlock(&t->lock);
    return yes;
}

/* ---- what a training tells ----------------------------------------------------------------------------------------------------------- */

static bool may_go_on(seat *s)
{
    trainers *t = s->all;
    (void)pthread_mutex_lock(&t->lock);
    bool stops = t->stop || t->over || s->dropped;
    (void)pthread_mutex_unlock(&t->lock);
    return !stops && !t->service->stopped();
}

static bool on_go_on(void *self, size_t member)
{
    (void)member;
    return may_go_on(self);
}

static bool on_update(void *self, size_t member, long done, long all, double loss)
{
    seat *s = self;
    (void)member;
    (void)pthread_mutex_lock(&s->all->lock);
    s->done = done;
    s->whole = all;
    s->loss = loss;
    (void)pthread_mutex_unlock(&s->all->lock);
    return may_go_on(s);
}

static void on_point(void *self, size_t member, const strata_point *p)
{
    seat *s = self;
    uint8_t block[CHECKPOINT_POINT];
    (void)member;
    (void)run_numbers_put_point(block, p);
    say(s->all, &(wire_message){ .kind = WIRE_POINT, .number = s->number, .block = block, .size = sizeof block });
}

static void say_failed(seat *s, strata_status status)
{
    say(s->all, &(wire_message){ .kind = WIRE_FAILED, .number = s->number, .first = status, .text = strata_error() });
}

/* Its folder is locked still. When rank 0 has it, its checkpoint has done its duty. */
static void on_record(void *self, size_t member, const strata_run *run)
{
    seat *s = self;
    uint8_t *bytes;
    size_t size;
    (void)member;
    if (strata_run_facts(run)->outcome == STRATA_ERR_BUSY) {
        say(s->all, &(wire_message){ .kind = WIRE_BUSY, .number = s->number });
        return;
    }
    strata_status status = run_pack(run, &bytes, &size);
    if (status != STRATA_OK) {
        say_failed(s, status);
        return;
    }
    bool recorded = ask(s, &(wire_message){ .kind = WIRE_DONE, .number = s->number, .block = bytes, .size = size });
    free(bytes);
    if (recorded && !s->alone) (void)strata_checkpoint_remove(s->all->service->folder, s->id); /* the next call removes what stays */
}

static bool on_needed(void *self, size_t member)
{
    seat *s = self;
    (void)member;
    return ask(s, &(wire_message){ .kind = WIRE_NEEDED, .number = s->number });
}

static void on_tell(void *self, size_t member, const char *sentence)
{
    seat *s = self;
    (void)member;
    say(s->all, &(wire_message){ .kind = WIRE_TELL, .number = s->number, .text = sentence });
}

static long on_asked(void *self)
{
    trainers *t = ((seat *)self)->all;
    (void)pthread_mutex_lock(&t->lock);
    long asked = t->asked;
    (void)pthread_mutex_unlock(&t->lock);
    return asked + (t->service->requests != NULL ? t->service->requests(NULL) : 0);
}

/* ---- one run ------------------------------------------------------------------------------------------------------------------------- */

/* Can these kernels go on from its checkpoint? Not knowing is no reason: the training says what is wrong. */
static bool suits(const seat *s)
{
    strata_config *config = NULL;
    strata_checkpoint_facts facts = { .size = sizeof facts };
    if (s->alone || strata_checkpoint_peek(s->all->service->folder, s->id, &facts, &config) != STRATA_OK) return true;
    strata_config_free(config);
    if (facts.obstacle[0] == '\0') return true;
    say(s->all, &(wire_message){ .kind = WIRE_UNFIT, .number = s->number, .text = facts.obstacle });
    return false;
}

/* The same settings and data must be the same run here and there. */
static strata_status check_id(const seat *s)
{
    char id[sizeof s->id];
    TRY(strata_run_id(s->config, s->data, id));
    if (strcmp(id, s->id) == 0) return STRATA_OK;
    return status_fail(STRATA_ERR_ARGUMENT, "run %s is %s here: settings or data differ", s->id, id);
}

static void train_one(seat *s)
{
    strata_run *run = NULL;
    const crew_service *service = s->all->service;
    const strata_config *config = s->config;
    const strata_observer observer = { .size = sizeof observer, .self = s, .start = on_go_on, .update = on_update, .point = on_point,
                                       .record = on_record, .go_on = on_go_on, .at_once = true };
    const strata_checkpoints kept = { .size = sizeof kept, .folder = service->folder, .updates = service->checkpoint_updates,
                                      .seconds = service->checkpoint_seconds, .owner = "laboratory", .self = s, .requests = on_asked,
                                      .tell = on_tell, .needed = on_needed };
    const strata_training how = { .size = sizeof how, .threads = s->threads, .observer = &observer, .checkpoints = s->alone ? NULL : &kept,
                                  .forget = true };
    strata_status status = check_id(s);
    if (status == STRATA_OK && !suits(s)) return;
    if (status == STRATA_OK) status = train_with(&s->all->parts, 1, &config, s->data, &how, &run);
    if (status != STRATA_OK) say_failed(s, status);
    strata_run_free(run);
}

/* ---- threads ------------------------------------------------------------------------------------------------------------------------- */

static void free_seat(seat *s)
{
    strata_config_free(s->config);
    free(s);
}

/* With the lock held. NULL: none will come. */
static seat *next_seat(trainers *t)
{
    while (t->first == NULL && !t->over) (void)pthread_cond_wait(&t->changed, &t->lock);
    seat *s = t->over ? NULL : t->first;
    if (s != NULL) t->first = s->next;
    return s;
}

static int my_place(const trainers *t)
{
    int q = 0;
    while (t->busy[q] != NULL) q++;
    return q;
}

static void *work(void *self)
{
    trainers *t = self;
    (void)pthread_mutex_lock(&t->lock);
    for (seat *s; (s = next_seat(t)) != NULL;) {
        int place = my_place(t);
        t->busy[place] = s;
        (void)pthread_mutex_unlock(&t->lock);
        train_one(s);
        (void)pthread_mutex_lock(&t->lock);
        t->busy[place] = NULL;
        free_seat(s);
    }
    (void)pthread_mutex_unlock(&t->lock);
    return NULL;
}

strata_status trainers_open(const crew_service *service, int threads, trainers *t)
{
    *t = (trainers){ .service = service };
    splits_begin(&t->parts);
    (void)pthread_mutex_init(&t->lock, NULL);
    (void)pthread_cond_init(&t->changed, NULL);
    while (t->threads < threads && pthread_create(&t->thread[t->threads], NULL, work, t) == 0) t->threads++;
    return t->threads == threads ? STRATA_OK : status_fail(STRATA_ERR_MEMORY, "the system gives %d of %d threads", t->threads, threads);
}

/* ---- from the thread that speaks ----------------------------------------------------------------------------------------------------- */

void trainers_give(trainers *t, seat *one)
{
    one->all = t;
    one->next = NULL;
    (void)pthread_mutex_lock(&t->lock);
    seat **at = &t->first;
    while (*at != NULL) at = &(*at)->next;
    *at = one;
    (void)pthread_cond_broadcast(&t->changed);
    (void)pthread_mutex_unlock(&t->lock);
}

/* A run may be here twice: dealt again while it still goes on. The one that asks has asked about it. */
void trainers_answer(trainers *t, uint32_t number, bool yes)
{
    (void)pthread_mutex_lock(&t->lock);
    for (int q = 0; q < t->threads; q++) {
        seat *s = t->busy[q];
        if (s == NULL || s->number != number || !s->asks) continue;
        s->asks = false;
        s->yes = yes;
        break;
    }
    (void)pthread_cond_broadcast(&t->changed);
    (void)pthread_mutex_unlock(&t->lock);
}

void trainers_drop(trainers *t, uint32_t number)
{
    (void)pthread_mutex_lock(&t->lock);
    for (int q = 0; q < t->threads; q++) {
        if (t->busy[q] != NULL && t->busy[q]->number == number) t->busy[q]->dropped = true;
    }
    for (seat *s = t->first; s != NULL; s = s->next) s->dropped = s->dropped || s->number == number;
    (void)pthread_mutex_unlock(&t->lock);
}

void trainers_stop(trainers *t)
{
    (void)pthread_mutex_lock(&t->lock);
    t->stop = true;
    (void)pthread_mutex_unlock(&t->lock);
}

void trainers_keep(trainers *t)
{
    (void)pthread_mutex_lock(&t->lock);
    t->asked++;
    (void)pthread_mutex_unlock(&t->lock);
}

/* How far runs are, as far as rank 0 has not heard it. With the lock held. */
static strata_status send_progress(trainers *t, wire *w)
{
    for (int q = 0; q < t->threads; q++) {
        seat *s = t->busy[q];
        if (s == NULL || s->whole == 0) continue;
        const wire_message m = { .kind = WIRE_DID, .number = s->number, .first = s->done, .second = s->whole, .real = s->loss };
        s->whole = 0;
        TRY(wire_send(w, 0, &m));
    }
    return STRATA_OK;
}

strata_status trainers_send(trainers *t, wire *w, bool progress, bool *any)
{
    strata_status status = STRATA_OK;
    (void)pthread_mutex_lock(&t->lock);
    encoded *letter = t->letter;
    size_t letters = t->letters;
    bool unsaid = t->unsaid;
    if (progress) status = send_progress(t, w);
    t->letter = NULL;
    t->letters = t->room = 0;
    (void)pthread_mutex_unlock(&t->lock);
    *any = *any || letters > 0;
    for (size_t q = 0; q < letters; q++) {
        if (status == STRATA_OK) status = wire_send_bytes(w, 0, letter[q].bytes, letter[q].size);
        free(letter[q].bytes);
    }
    free(letter);
    return status == STRATA_OK && unsaid ? status_fail(STRATA_ERR_MEMORY, "no memory to speak to rank 0") : status;
}

void trainers_close(trainers *t)
{
    (void)pthread_mutex_lock(&t->lock);
    t->over = true;
    (void)pthread_cond_broadcast(&t->changed);
    (void)pthread_mutex_unlock(&t->lock);
    for (int q = 0; q < t->threads; q++) (void)pthread_join(t->thread[q], NULL);
    for (seat *s = t->first, *after; s != NULL; s = after) {
        after = s->next;
        free_seat(s);
    }
    for (size_t q = 0; q < t->letters; q++) free(t->letter[q].bytes);
    free(t->letter);
    splits_end(&t->parts);
    (void)pthread_cond_destroy(&t->changed);
    (void)pthread_mutex_destroy(&t->lock);
}
