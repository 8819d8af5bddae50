/* See crew_serve.h. This thread alone speaks to rank 0; crew_trainers.c trains meanwhile. */
#include "crew_serve.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "clock.h"
#include "config.h"
#include "cores.h"
#include "crew_hello.h"
#include "crew_trainers.h"
#include "data_bytes.h"
#include "file.h"
#include "text.h"

enum { SETS = STRATA_LAB_EXPERIMENTS + 1, ID = 13 };

typedef struct {
    const crew_service *service;
    wire w;
    trainers trainers;
    strata_data *set[SETS];
    size_t filled[SETS][DATA_BLOCKS]; /* bytes that have come of data that rank 0 shares */
    int threads;
    double heard, spoken, told;  /* when rank 0 was heard, was last sent a message, and was told how far runs are */
    double pause;                /* between two of the last */
    bool stopping;
    bool unheard;                /* a message was lost, and rank 0 would wait for it for ever: then the rank gives up */
    bool over, all;
} server;

static void say(server *s, const wire_message *m)
{
    s->spoken = clock_seconds();
    if (wire_send(&s->w, 0, m) != STRATA_OK) s->unheard = true;
}

/* ---- hello --------------------------------------------------------------------------------------------------------------------------- */

/* Ids of runs with a checkpoint on this rank's own disk. A folder that is not there has none. */
static strata_status list_begun(const crew_service *service, text *ids)
{
    DIR *folder = opendir(service->folder);
    for (const struct dirent *e; folder != NULL && (e = readdir(folder)) != NULL;) {
        text path = { 0 };
        bool is_id = strlen(e->d_name) == ID - 1 && text_is_hex(e->d_name);
        if (is_id) text_add(&path, "%s/%s/checkpoint", service->folder, e->d_name);
        if (is_id && !path.failed && file_exists(path.at)) text_add(ids, "%s ", e->d_name);
        text_free(&path);
    }
    if (folder != NULL) (void)closedir(folder);
    return ids->failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a list of checkpoints") : STRATA_OK;
}

static strata_status come(server *s)
{
    text words = { 0 }, ids = { 0 };
    strata_status status = STRATA_OK;
    if (s->service->own_disk) status = list_begun(s->service, &ids);
    hello_say(&words, s->service->threads);
    if (words.failed) status = status_fail(STRATA_ERR_MEMORY, "no memory to speak to rank 0");
    if (status == STRATA_OK) {
        status = wire_send(&s->w, 0, &(wire_message){ .kind = WIRE_HELLO, .text = words.at, .block = (const uint8_t *)ids.at,
                                                      .size = ids.length });
    }
    text_free(&words);
    text_free(&ids);
    return status;
}

/* ---- data ---------------------------------------------------------------------------------------------------------------------------- */

static void say_opened(server *s, uint32_t number, strata_status status)
{
    bool there = status == STRATA_OK;
    const char *words = there ? strata_data_describe(s->set[number])->digest : strata_error();
    say(s, &(wire_message){ .kind = WIRE_OPENED, .number = number, .real = there, .text = words });
}

/* Asks for the next piece of shared data, or ends them when all is there. */
static void want_more(server *s, uint32_t number)
{
    data_room rooms[DATA_BLOCKS];
    data_blocks_to_fill(s->set[number], rooms);
    for (int b = 0; b < DATA_BLOCKS; b++) {
        if (s->filled[number][b] == rooms[b].size) continue;
        say(s, &(wire_message){ .kind = WIRE_WANT, .number = number, .first = b, .second = (int64_t)s->filled[number][b] });
        return;
    }
    strata_status status = data_unpack_end(s->set[number]);
    if (status != STRATA_OK) {
        strata_data_free(s->set[number]);
        s->set[number] = NULL;
    }
    say_opened(s, number, status);
}

static void take_piece(server *s, const wire_message *m)
{
    data_room rooms[DATA_BLOCKS];
    if (m->number >= SETS || s->set[m->number] == NULL || m->first < 0 || m->first >= DATA_BLOCKS) return;
    data_blocks_to_fill(s->set[m->number], rooms);
    size_t *filled = &s->filled[m->number][m->first];
    const data_room *r = &rooms[m->first];
    if ((size_t)m->second != *filled || m->size == 0 || m->size > r->size - *filled) return;
    memcpy((uint8_t *)r->at + *filled, m->block, m->size);
    *filled += m->size;
    want_more(s, m->number);
}

static void open_set(server *s, const wire_message *m)
{
    if (m->number >= SETS || s->set[m->number] != NULL) return;
    strata_data **set = &s->set[m->number];
    if (m->size > 0) {
        strata_status status = data_unpack_head(m->block, m->size, set);
        if (status == STRATA_OK) want_more(s, m->number);
        else say_opened(s, m->number, status);
        return;
    }
    strata_status status = s->service->open_data(s->service->data_self, m->first != 0 ? m->text : NULL, set);
    if (status != STRATA_OK) *set = NULL;
    say_opened(s, m->number, status);
}

/* ---- runs ---------------------------------------------------------------------------------------------------------------------------- */

static strata_status read_settings(const char *lines, const strata_data *data, strata_config **out)
{
    TRY(strata_config_new(out));
    TRY(strata_config_fit(*out, data));
    return config_read(*out, lines);
}

static strata_status take_seat(server *s, const wire_message *m)
{
    void *made;
    bool opened = m->first >= 0 && m->first < SETS && s->set[m->first] != NULL;
    if (!opened || m->size != ID - 1) return status_fail(STRATA_ERR_DATA, "a run of data that are not open here");
    TRY(alloc_zero(&made, 1, sizeof(seat), "a run"));
    seat *one = made;
    *one = (seat){ .number = m->number, .data = s->set[m->first], .threads = (int)m->second, .alone = m->real != 0 };
    memcpy(one->id, m->block, ID - 1);
    strata_status status = read_settings(m->text, one->data, &one->config);
    if (status == STRATA_OK) {
        trainers_give(&s->trainers, one);
        return STRATA_OK;
    }
    strata_config_free(one->config);
    free(one);
    return status;
}

static void take_task(server *s, const wire_message *m)
{
    strata_status status = take_seat(s, m);
    if (status != STRATA_OK) say(s, &(wire_message){ .kind = WIRE_FAILED, .number = m->number, .first = status, .text = strata_error() });
}

/* ---- all of it ----------------------------------------------------------------------------------------------------------------------- */

static void read_letter(server *s, const wire_message *m)
{
    switch (m->kind) {
    case WIRE_WELCOME: s->pause = m->real; break;
    case WIRE_OPEN: open_set(s, m); break;
    case WIRE_PIECE: take_piece(s, m); break;
    case WIRE_TASK: take_task(s, m); break;
    case WIRE_ANSWER: trainers_answer(&s->trainers, m->number, m->first != 0); break;
    case WIRE_DROP: trainers_drop(&s->trainers, m->number); break;
    case WIRE_KEEP: trainers_keep(&s->trainers); break;
    case WIRE_STOP: trainers_stop(&s->trainers); break;
    case WIRE_END:
        s->over = true;
        s->all = m->first != 0;
        break;
    default: break;
    }
}

static strata_status lose_rank_0(const char *how)
{
    return status_fail(STRATA_STOPPED, "rank 0 %s; what was done has checkpoints: the same command goes on", how);
}

static strata_status read_letters(server *s, bool *any)
{
    bool one = true;
    while (one && !s->over) {
        wire_letter letter = { 0 };
        strata_status status = wire_receive(&s->w, &letter, &one);
        if (status == STRATA_ERR_STORAGE) return lose_rank_0("is gone");
        TRY(status);
        if (!one) return STRATA_OK;
        *any = true;
        if (letter.from == 0) read_letter(s, &letter.what);
        s->heard = clock_seconds();
        wire_drop(&letter);
    }
    return STRATA_OK;
}

/* A signal to one process is one to the whole job. */
static void look_at_signals(server *s)
{
    if (s->stopping || !s->service->stopped()) return;
    s->stopping = true;
    say(s, &(wire_message){ .kind = WIRE_STOPPING });
}

static strata_status speak(server *s, bool *any)
{
    double now = clock_seconds();
    bool progress = now - s->told >= s->pause;
    if (progress) s->told = now;
    bool sent = false; /* what was heard is nothing that was said */
    strata_status status = trainers_send(&s->trainers, &s->w, progress, &sent);
    s->unheard = s->unheard || status == STRATA_ERR_STORAGE;
    if (status != STRATA_ERR_STORAGE) TRY(status);
    if (sent) s->spoken = now;
    *any = *any || sent;
    if (now - s->spoken > 1) say(s, &(wire_message){ .kind = WIRE_ALIVE });
    return STRATA_OK;
}

/* Rank 0 is never silent for long while it lives, whatever it does: see beat in crew_ranks.c. */
static strata_status check_heard(server *s)
{
    double now = clock_seconds();
    if (now - s->heard <= s->service->patience) return STRATA_OK;
    char how[64];
    (void)snprintf(how, sizeof how, "has not been heard for %.0f s", now - s->heard);
    return lose_rank_0(how);
}

static strata_status serve(server *s)
{
    long pause = 0;
    TRY(come(s));
    while (!s->over) {
        bool any = false;
        TRY(read_letters(s, &any));
        if (s->over) break;
        look_at_signals(s);
        TRY(speak(s, &any));
        TRY(check_heard(s));
        if (s->unheard) return lose_rank_0("cannot be reached");
        wire_rest(any, &pause);
    }
    return STRATA_OK;
}

strata_status crew_serve(const crew_transport *t, const crew_service *service, bool *all)
{
    void *made;
    *all = false;
    TRY(alloc_zero(&made, 1, sizeof(server), "a rank"));
    server *s = made;
    s->service = service;
    int threads = service->threads > 0 ? service->threads : cores_usable(); /* rank 0 deals to fewer where ranks divide them */
    s->threads = threads < STRATA_THREADS_MAX ? threads : STRATA_THREADS_MAX;
    s->heard = s->spoken = clock_seconds();
    s->pause = 1;
    strata_status status = wire_open(t, &s->w);
    if (status == STRATA_OK) {
        status = trainers_open(service, s->threads, &s->trainers);
        if (status == STRATA_OK) status = serve(s);
        trainers_close(&s->trainers);
    }
    *all = s->all;
    for (size_t q = 0; q < SETS; q++) strata_data_free(s->set[q]);
    wire_close(&s->w);
    free(s);
    return status;
}
