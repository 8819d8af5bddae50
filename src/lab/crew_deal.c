/* Which rank trains which run: dealing, ranks that are lost or put out, and stopping. See crew_table.h. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "config.h"
#include "crew_table.h"

enum { GATHERING = 3 }; /* seconds that the first ranks wait for the last */
enum { READING = 10 }; /* times the patience, for those that read data */
enum { LOOK_EVERY = 100, STOP_PATIENCE = 10 }; /* milliseconds; seconds: who stops does not wait long for a rank that hangs */

/* ---- messages ------------------------------------------------------------------------------------------------------------------------ */

void table_send(table *t, int rank, const wire_message *m)
{
    hand *h = &t->hand[rank];
    (void)pthread_mutex_lock(&t->speaking);
    strata_status sent = wire_send(&t->w, rank, m);
    (void)pthread_mutex_unlock(&t->speaking);
    if (sent == STRATA_OK || h->unreached) return;
    h->unreached = true;
    table_put_out(t, rank, STRATA_STOPPED, "cannot be reached");
}

void table_send_all(table *t, const wire_message *m)
{
    for (int r = 1; r < t->w.t->size; r++) {
        if (t->hand[r].state != HAND_SILENT) table_send(t, r, m);
    }
}

void table_tell(const table *t, int rank, const char *format, ...)
{
    char words[STATUS_SENTENCE];
    text whole = { 0 };
    va_list list;
    if (t->rules.tell == NULL) return;
    va_start(list, format);
    (void)vsnprintf(words, sizeof words, format, list);
    va_end(list);
    text_add(&whole, "rank %d on %s %s", rank, t->hand[rank].is.host[0] != '\0' ? t->hand[rank].is.host : "an unknown machine", words);
    t->rules.tell(t->rules.self, whole.failed ? words : whole.at);
    text_free(&whole);
}

void table_send_set(table *t, int rank, size_t number)
{
    const shared_set *set = &t->set[number];
    table_send(t, rank, &(wire_message){ .kind = WIRE_OPEN, .number = (uint32_t)number, .text = set->what, .first = set->what != NULL,
                                         .block = set->head, .size = set->head_size });
}

/* ---- stopping ------------------------------------------------------------------------------------------------------------------------ */

void table_stop(table *t)
{
    if (t->stopping) return;
    t->stopping = true;
    table_send_all(t, &(wire_message){ .kind = WIRE_STOP });
}

void table_fail(table *t, strata_status status)
{
    if (t->status == STRATA_OK) {
        t->status = status;
        status_sentence_save(t->sentence);
    }
    table_stop(t);
}

/* ---- ranks that go ------------------------------------------------------------------------------------------------------------------- */

void table_reopen(table *t, size_t number)
{
    dealt_run *one = &t->run[number];
    t->dealt -= one->state == RUN_DEALT;
    t->open++;
    one->state = RUN_OPEN;
    one->orphan = true;
    if (number < t->next) t->next = number;
}

void table_take_back(table *t, int rank)
{
    for (size_t q = 0; t->work != NULL && q < t->work->count; q++) {
        dealt_run *one = &t->run[q];
        if (one->state != RUN_DEALT || one->rank != rank) continue;
        table_reopen(t, q);
        one->taken = t->hand[rank].state == HAND_LOST;
        one->owner = one->owner == rank ? 0 : one->owner;
    }
}

void table_give_back(table *t, int rank)
{
    for (size_t q = 0; t->work != NULL && q < t->work->count; q++) {
        dealt_run *one = &t->run[q];
        if (one->state != RUN_OPEN || !one->taken || one->rank != rank) continue;
        one->state = RUN_DEALT;
        one->taken = false;
        t->open--;
        t->dealt++;
    }
}

void table_put_out(table *t, int rank, strata_status status, const char *why)
{
    hand *h = &t->hand[rank];
    if (h->state == HAND_OUT) return;
    h->state = HAND_OUT;
    table_tell(t, rank, "%s; it does not train", why);
    if (t->refusal[0] == '\0') {
        t->refused = status;
        (void)snprintf(t->refusal, sizeof t->refusal, "rank %d on %s %.800s", rank, h->is.host[0] != '\0' ? h->is.host : "?", why);
    }
    table_take_back(t, rank);
}

static void lose(table *t, int rank, double silent)
{
    hand *h = &t->hand[rank];
    bool came = h->state != HAND_SILENT;
    h->state = HAND_LOST;
    size_t before = t->open;
    table_take_back(t, rank);
    size_t runs = t->open - before;
    const char *are = runs == 1 ? "is" : "are";
    if (came) table_tell(t, rank, "has not been heard for %.0f s and is lost; %zu of its runs %s dealt again", silent, runs, are);
    else table_tell(t, rank, "has not come within %.0f s", silent);
}

/* Those that read data have no time to speak, and large ones from a slow disk take long. */
static void look_at(table *t, int rank, double now)
{
    const hand *h = &t->hand[rank];
    double since = h->state == HAND_SILENT ? t->begun : h->heard;
    double patience = t->stopping && t->rules.patience > STOP_PATIENCE ? STOP_PATIENCE : t->rules.patience;
    bool waits = h->state == HAND_SILENT || h->state == HAND_READY || h->state == HAND_OPENING;
    if (h->state == HAND_OPENING) patience *= READING;
    if (waits && now - since > patience) lose(t, rank, now - since);
}

static bool is_left(const hand *h)
{
    return h->state == HAND_SILENT || h->state == HAND_OPENING || h->state == HAND_READY;
}

/* Is nobody left who could train this run, because every rank has kernels that cannot go on with it? */
static bool suits_nobody(const table *t, const dealt_run *one)
{
    if (one->unfit == 0) return false;
    for (int r = 1; r < t->w.t->size; r++) {
        if (is_left(&t->hand[r]) && (one->unfit & t->hand[r].level) == 0) return false;
    }
    return true;
}

static strata_status check_left(const table *t)
{
    bool any = false;
    for (int r = 1; r < t->w.t->size && !any; r++) any = is_left(&t->hand[r]);
    if (any) return STRATA_OK;
    if (t->refusal[0] != '\0') return status_fail(t->refused, "no rank is left that trains; %s", t->refusal);
    return status_fail(STRATA_STOPPED, "every rank is lost; what was done is kept: the same command goes on");
}

strata_status table_look_at_hands(table *t)
{
    double now = clock_seconds();
    if (now - t->looked < 1e-3 * LOOK_EVERY) return STRATA_OK;
    t->looked = now;
    for (int r = 1; r < t->w.t->size; r++) look_at(t, r, t->listened);
    if (t->open > 0) TRY(check_left(t));
    for (size_t q = t->next; q < t->work->count; q++) {
        if (t->run[q].state == RUN_OPEN && suits_nobody(t, &t->run[q])) {
            return status_fail(STRATA_ERR_ARGUMENT, "%s/%s/checkpoint: no rank has the kernels that wrote it; go on where they are, or "
                               "remove it", t->work->how->checkpoints->folder, t->run[q].id);
        }
    }
    return STRATA_OK;
}

/* ---- dealing ------------------------------------------------------------------------------------------------------------------------- */

/* The first open run that this rank may train; work->count: none. */
static size_t choose(table *t, int rank)
{
    const hand *h = &t->hand[rank];
    while (t->next < t->work->count && t->run[t->next].state != RUN_OPEN) t->next++;
    for (size_t q = t->next; q < t->work->count; q++) {
        const dealt_run *one = &t->run[q];
        if (one->state != RUN_OPEN || (one->unfit & h->level) != 0) continue;
        if (one->owner == 0 || one->owner == rank || !is_left(&t->hand[one->owner])) return q;
    }
    return t->work->count;
}

static void deal_one(table *t, int rank, size_t number)
{
    text lines = { 0 };
    dealt_run *one = &t->run[number];
    const strata_observer *observer = t->work->how->observer;
    if (observer->start != NULL && !observer->start(observer->self, number)) {
        table_stop(t);
        return;
    }
    config_describe(strata_run_config(t->runs[number]), &lines);
    if (lines.failed) {
        table_fail(t, status_fail(STRATA_ERR_MEMORY, "no memory to deal a run"));
    } else {
        bool single = t->work->count == 1; /* then all cores work on it, as in one process */
        one->state = RUN_DEALT;
        one->rank = rank;
        one->taken = false;
        t->open--;
        t->dealt++;
        t->hand[rank].running++;
        table_send(t, rank, &(wire_message){ .kind = WIRE_TASK, .number = t->first + (uint32_t)number, .first = (int64_t)t->dataset,
                                             .second = single ? t->hand[rank].threads : 1, .real = one->alone, .text = lines.at,
                                             .block = (const uint8_t *)one->id, .size = strlen(one->id) });
    }
    text_free(&lines);
}

/* Those that have least to do come first, so that few runs are spread over all machines. */
void table_deal(table *t)
{
    int most = 0;
    if (!t->gathered && clock_seconds() - t->begun < GATHERING) { /* who else comes decides how cores are divided */
        for (int r = 1; r < t->w.t->size; r++) {
            if (t->hand[r].state == HAND_SILENT) return;
        }
    }
    t->gathered = true;
    for (int r = 1; r < t->w.t->size; r++) most = t->hand[r].threads > most ? t->hand[r].threads : most;
    for (int depth = 0; depth < most && t->open > 0; depth++) {
        for (int r = 1; r < t->w.t->size && t->open > 0 && !t->stopping; r++) {
            const hand *h = &t->hand[r];
            if (h->state != HAND_READY || h->running != depth || depth >= h->threads || !h->has[t->dataset]) continue;
            size_t number = choose(t, r);
            if (number < t->work->count) deal_one(t, r, number);
        }
    }
}
