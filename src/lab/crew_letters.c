/* What the ranks say to rank 0, and what follows from it. See crew_wire.h for the messages. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "checkpoint.h"
#include "clock.h"
#include "crew_table.h"
#include "data_bytes.h"
#include "run_numbers.h"

enum { PIECE = 1 << 24 };

/* ---- a rank comes -------------------------------------------------------------------------------------------------------------------- */

/* A bit for each level, so that many ranks may be asked about at once. */
static unsigned level_bit(table *t, const char *level)
{
    unsigned q = 0;
    while (q < TABLE_LEVELS - 1 && t->level[q][0] != '\0' && strcmp(t->level[q], level) != 0) q++;
    (void)snprintf(t->level[q], sizeof t->level[q], "%s", level);
    return 1u << q;
}

/* Ids with a blank behind each. */
static strata_status take_begun(hand *h, const wire_message *m)
{
    void *made;
    size_t count = m->size / TABLE_ID;
    TRY(alloc_zero(&made, count, TABLE_ID, "the checkpoints of a rank"));
    free(h->begun);
    h->begun = made;
    h->begun_count = count;
    for (size_t q = 0; q < count; q++) memcpy(h->begun[q], m->block + q * TABLE_ID, TABLE_ID - 1);
    return STRATA_OK;
}

/* Ranks of a machine that may use the same cores divide them; the first to come get what is over. */
static void divide_cores(table *t, const hand *newest)
{
    int sharers = 0, number = 0;
    for (int r = 1; r < t->w.t->size; r++) sharers += t->hand[r].came && hello_shares(&t->hand[r].is, &newest->is);
    for (int r = 1; r < t->w.t->size; r++) {
        hand *h = &t->hand[r];
        bool shares = h->came && hello_shares(&h->is, &newest->is);
        if (!shares && h != newest) continue;
        int own = shares ? (h->is.threads + sharers - 1 - number++) / sharers : h->is.threads;
        h->threads = own > 1 ? own : 1;
    }
}

static strata_status greet(table *t, int rank, const wire_message *m)
{
    char reason[STATUS_SENTENCE];
    hand *h = &t->hand[rank];
    h->came = true;
    bool understood = hello_read(m->text, &h->is);
    hello_judge(&h->is, understood, t->rules.mixed_kernels, reason);
    h->level = level_bit(t, h->is.level);
    h->state = HAND_OPENING;
    if (reason[0] != '\0') {
        table_put_out(t, rank, STRATA_ERR_ARGUMENT, reason);
        return STRATA_OK;
    }
    TRY(take_begun(h, m));
    divide_cores(t, h);
    for (size_t q = 0; t->work != NULL && q < h->begun_count; q++) {
        for (size_t d = 0; d < t->work->count; d++) {
            if (strcmp(t->run[d].id, h->begun[q]) == 0) t->run[d].owner = rank;
        }
    }
    double pause = t->w.t->size / 2000.0;
    table_send(t, rank, &(wire_message){ .kind = WIRE_WELCOME, .real = pause > 0.2 ? pause : 0.2 });
    for (size_t s = 0; s < t->sets; s++) table_send_set(t, rank, s);
    return STRATA_OK;
}

/* ---- data ---------------------------------------------------------------------------------------------------------------------------- */

static void take_opened(table *t, int rank, const wire_message *m)
{
    char why[STATUS_SENTENCE];
    hand *h = &t->hand[rank];
    if (m->number >= t->sets || h->state == HAND_OUT) return;
    const strata_data_facts *facts = strata_data_describe(t->set[m->number].data);
    if (m->real == 0) {
        (void)snprintf(why, sizeof why, "cannot read the data: %.900s", m->text);
        table_put_out(t, rank, STRATA_ERR_DATA, why);
    } else if (strcmp(m->text, facts->digest) != 0) {
        (void)snprintf(why, sizeof why, "has other data (digest %.12s) than rank 0 (%s, digest %.12s): give it the same, or --share-data",
                       m->text, facts->title, facts->digest);
        table_put_out(t, rank, STRATA_ERR_DATA, why);
    } else if (!h->has[m->number]) {
        h->has[m->number] = true;
        h->opened++;
        if (h->opened == t->sets) h->state = HAND_READY;
    }
}

/* The next piece of what a rank wants of the data. It asks for one at a time, so that memory for few is taken here. */
static void give_piece(table *t, int rank, const wire_message *m)
{
    data_block blocks[DATA_BLOCKS];
    if (m->number >= t->sets || m->first < 0 || m->first >= DATA_BLOCKS || m->second < 0) return;
    data_blocks(t->set[m->number].data, blocks);
    const data_block *b = &blocks[m->first];
    size_t at = (size_t)m->second;
    if (at > b->size) return;
    size_t size = b->size - at < PIECE ? b->size - at : PIECE;
    table_send(t, rank, &(wire_message){ .kind = WIRE_PIECE, .number = m->number, .first = m->first, .second = m->second,
                                         .block = (const uint8_t *)b->at + at, .size = size });
}

/* ---- runs ---------------------------------------------------------------------------------------------------------------------------- */

/* The run that a message is about, if it is of the work at hand. */
static dealt_run *run_of(table *t, const wire_message *m, size_t *number)
{
    *number = m->number - t->first;
    return t->work != NULL && *number < t->work->count ? &t->run[*number] : NULL;
}

static void answer(table *t, int rank, const wire_message *m, bool yes)
{
    table_send(t, rank, &(wire_message){ .kind = WIRE_ANSWER, .number = m->number, .first = yes });
}

static void take_progress(table *t, int rank, const wire_message *m)
{
    size_t number;
    const strata_observer *observer = t->work != NULL ? t->work->how->observer : NULL;
    dealt_run *one = run_of(t, m, &number);
    if (one == NULL || one->state != RUN_DEALT || one->rank != rank || observer->update == NULL) return;
    if (m->first < 0 || m->first > m->second || m->second < 1) return;
    one->loss = m->real;
    if (!observer->update(observer->self, number, (long)m->first, (long)m->second, m->real)) table_stop(t);
}

static void take_point(table *t, int rank, const wire_message *m)
{
    size_t number;
    dealt_run *one = run_of(t, m, &number);
    if (one == NULL || one->state != RUN_DEALT || one->rank != rank || m->size != CHECKPOINT_POINT) return;
    const strata_observer *observer = t->work->how->observer;
    const strata_point p = run_numbers_get_point(m->block);
    if (observer->point != NULL) observer->point(observer->self, number, &p);
}

static void take_sentence(table *t, const wire_message *m)
{
    size_t number;
    const strata_checkpoints *to = t->work != NULL ? t->work->how->checkpoints : NULL;
    if (run_of(t, m, &number) != NULL && to->tell != NULL) to->tell(to->self, number, m->text);
}

static void take_needed(table *t, int rank, const wire_message *m)
{
    size_t number;
    const dealt_run *one = run_of(t, m, &number);
    bool needed = one != NULL && one->state == RUN_DEALT && one->rank == rank;
    const strata_checkpoints *to = needed ? t->work->how->checkpoints : NULL;
    answer(t, rank, m, needed && (to->needed == NULL || to->needed(to->self, number)));
}

/* Open again, unless it is in other hands already. */
static void reopen(table *t, dealt_run *one, int rank, size_t number)
{
    if (one != NULL && one->state == RUN_DEALT && one->rank == rank) table_reopen(t, number);
}

/* Has a rank brought it whole, and is it in the record? */
static bool is_recorded(const table *t, size_t number)
{
    strata_status outcome = t->runs[number]->facts.outcome;
    bool whole = t->run[number].state == RUN_ENDED && (outcome == STRATA_OK || outcome == STRATA_ERR_DIVERGED);
    return whole && t->work->recorded(t->work->how->observer->self, number);
}

/* Takes the letter over. The first rank that brings a run whole has trained it, whoever else has it. */
static void take_run(table *t, wire_letter *from)
{
    size_t number;
    void *made = NULL;
    dealt_run *one = run_of(t, &from->what, &number);
    bool wanted = one != NULL && (one->state == RUN_DEALT || one->state == RUN_OPEN) && from->what.size > 0;
    if (!wanted || alloc_zero(&made, 1, sizeof(arrival), "a run that has come") != STRATA_OK) {
        if (wanted) table_fail(t, STRATA_ERR_MEMORY);
        if (wanted) reopen(t, one, one->rank, number);
        answer(t, from->from, &from->what, one != NULL && is_recorded(t, number));
        return;
    }
    if (one->state == RUN_DEALT && one->rank != from->from) {
        table_send(t, one->rank, &(wire_message){ .kind = WIRE_DROP, .number = from->what.number });
    }
    t->dealt -= one->state == RUN_DEALT;
    t->open -= one->state == RUN_OPEN;
    t->arrived++;
    one->state = RUN_ARRIVED;
    one->taken = false;
    one->rank = from->from;
    arrival *a = made;
    *a = (arrival){ .number = number, .from = from->from, .letter = from->bytes, .bytes = from->what.block, .size = from->what.size };
    from->bytes = NULL;
    recorders_give(t->recorders, a);
}

/* Another process trains it. If a rank of ours had it that is lost, that one may be whose lock it is: then it is trained without. */
static void take_busy(table *t, int rank, const wire_message *m)
{
    size_t number;
    dealt_run *one = run_of(t, m, &number);
    if (one == NULL || one->state != RUN_DEALT || one->rank != rank) return;
    if (one->orphan && !one->alone && !t->stopping) {
        one->alone = true;
        reopen(t, one, rank, number);
        return;
    }
    strata_run_facts_t *f = &t->runs[number]->facts;
    f->outcome = STRATA_ERR_BUSY;
    one->state = RUN_ENDED;
    t->dealt--;
    if (t->work->how->observer->finished != NULL) t->work->how->observer->finished(t->work->how->observer->self, number, t->runs[number]);
}

static void take_unfit(table *t, int rank, const wire_message *m)
{
    size_t number;
    dealt_run *one = run_of(t, m, &number);
    if (one == NULL || one->state != RUN_DEALT || one->rank != rank) return;
    one->unfit |= t->hand[rank].level;
    if (one->owner == rank) one->owner = 0; /* who has no such checkpoint may begin anew */
    reopen(t, one, rank, number);
}

/* Where memory lacks while it trains others, it trains fewer at once. Any other failure is of the rank: the others go on. */
static void take_failure(table *t, int rank, const wire_message *m)
{
    size_t number;
    char why[STATUS_SENTENCE];
    hand *h = &t->hand[rank];
    dealt_run *one = run_of(t, m, &number);
    bool named = m->first > STRATA_OK && m->first <= STRATA_ERR_NETWORK;
    reopen(t, one, rank, number);
    if (m->first == STRATA_ERR_MEMORY && h->running > 0) {
        h->threads = h->running;
        table_tell(t, rank, "has memory for %d run%s at once alone", h->threads, h->threads == 1 ? "" : "s");
        return;
    }
    (void)snprintf(why, sizeof why, "cannot train: %.900s", m->text);
    table_put_out(t, rank, named ? (strata_status)m->first : STRATA_ERR_INTERNAL, why);
}

/* A message that says that a rank has one run less. */
static bool ends_run(wire_kind kind)
{
    return kind == WIRE_DONE || kind == WIRE_BUSY || kind == WIRE_UNFIT || kind == WIRE_FAILED;
}

/* ---- all of them --------------------------------------------------------------------------------------------------------------------- */

/* It goes on with what it has, unless others have that already. Data that it was not told of meanwhile it hears of now. */
static void come_back(table *t, int rank)
{
    hand *h = &t->hand[rank];
    h->state = h->opened == t->sets ? HAND_READY : HAND_OPENING;
    table_tell(t, rank, "is back");
    table_give_back(t, rank);
    for (size_t s = 0; s < t->sets; s++) {
        if (!h->has[s]) table_send_set(t, rank, s);
    }
}

static strata_status read_letter(table *t, wire_letter *one)
{
    int rank = one->from;
    hand *h = &t->hand[rank];
    const wire_message *m = &one->what;
    h->heard = clock_seconds();
    if ((m->kind == WIRE_HELLO) == h->came) return STRATA_OK; /* it comes once, and before all else */
    if (h->state == HAND_LOST && h->came) come_back(t, rank);
    if (ends_run(m->kind) && h->running > 0) h->running--;
    switch (m->kind) {
    case WIRE_HELLO: return greet(t, rank, m);
    case WIRE_OPENED: take_opened(t, rank, m); break;
    case WIRE_WANT: give_piece(t, rank, m); break;
    case WIRE_DID: take_progress(t, rank, m); break;
    case WIRE_POINT: take_point(t, rank, m); break;
    case WIRE_TELL: take_sentence(t, m); break;
    case WIRE_NEEDED: take_needed(t, rank, m); break;
    case WIRE_DONE: take_run(t, one); break;
    case WIRE_BUSY: take_busy(t, rank, m); break;
    case WIRE_UNFIT: take_unfit(t, rank, m); break;
    case WIRE_FAILED: take_failure(t, rank, m); break;
    case WIRE_STOPPING: table_stop(t); break;
    default: break; /* it lives */
    }
    return STRATA_OK;
}

/* What it says is no message: nothing that it says can be believed. */
static void put_out_liar(table *t, int rank)
{
    char why[STATUS_SENTENCE], words[STATUS_SENTENCE];
    status_sentence_save(words);
    (void)snprintf(why, sizeof why, "sends %.900s", words);
    table_put_out(t, rank, STRATA_ERR_DATA, why);
}

strata_status table_read_letters(table *t, bool *any)
{
    bool one = true;
    t->listened = clock_seconds();
    while (one) {
        wire_letter letter = { 0 };
        (void)pthread_mutex_lock(&t->speaking);
        strata_status came = wire_receive(&t->w, &letter, &one);
        (void)pthread_mutex_unlock(&t->speaking);
        bool known = letter.from > 0 && letter.from < t->w.t->size;
        if (came == STRATA_ERR_DATA) {
            one = true; /* there may be others behind it */
            if (known) put_out_liar(t, letter.from);
            continue;
        }
        TRY(came);
        if (!one) return STRATA_OK;
        *any = true;
        strata_status status = known ? read_letter(t, &letter) : STRATA_OK;
        wire_drop(&letter);
        TRY(status);
    }
    return STRATA_OK;
}
