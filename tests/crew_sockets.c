/* See crew_sockets.h. A message goes as 8 bytes of its size and itself, and waits in a list while the socket is full. */
#include "crew_sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

enum { HEAD = 8 };

static void rest(void)
{
    (void)nanosleep(&(struct timespec){ .tv_nsec = 100000 }, NULL);
}

struct socket_parcel {
    socket_parcel *next;
    int from;
    double when;      /* it came */
    size_t size, done; /* bytes, the head among them */
    uint8_t bytes[];
};

static socket_parcel *parcel_of(size_t size)
{
    socket_parcel *p = calloc(1, sizeof *p + HEAD + size);
    if (p == NULL) return NULL;
    p->size = HEAD + size;
    for (int q = 0; q < HEAD; q++) p->bytes[q] = (uint8_t)((uint64_t)size >> (8 * q));
    return p;
}

static void append(socket_parcel **list, socket_parcel *p)
{
    while (*list != NULL) list = &(*list)->next;
    *list = p;
}

static void drop(socket_parcel **list)
{
    for (socket_parcel *p = *list, *after; p != NULL; p = after) {
        after = p->next;
        free(p);
    }
    *list = NULL;
}

void sockets_shut(sockets *s, int rank)
{
    if (s->end[rank] >= 0) (void)close(s->end[rank]);
    s->end[rank] = -1;
    drop(&s->out[rank]);
}

/* ---- sending ------------------------------------------------------------------------------------------------------------------------- */

static void write_out(sockets *s, int to)
{
    while (s->out[to] != NULL && s->end[to] >= 0) {
        socket_parcel *p = s->out[to];
        ssize_t wrote = send(s->end[to], p->bytes + p->done, p->size - p->done, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (wrote < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (wrote < 0) {
            drop(&s->out[to]); /* what has come from there may still be read */
            return;
        }
        p->done += (size_t)wrote;
        if (p->done < p->size) continue;
        s->out[to] = p->next;
        free(p);
    }
}

static int send_to(void *self, int to, const void *bytes, size_t size)
{
    sockets *s = self;
    s->sent++;
    if (s->failing > 0 && (s->sent == s->failing || (s->failing_on && s->sent > s->failing))) return -1;
    if (s->cut[to] || s->end[to] < 0) return 0;
    socket_parcel *p = parcel_of(size);
    if (p == NULL) return -1;
    memcpy(p->bytes + HEAD, bytes, size);
    if (s->spoil != NULL) s->spoil(p->bytes + HEAD, size);
    append(&s->out[to], p);
    write_out(s, to);
    return 0;
}

/* ---- receiving ----------------------------------------------------------------------------------------------------------------------- */

/* All of it, waiting a moment for the rest: whoever wrote its beginning is at it. False: the other end is closed. */
static bool read_whole(int from, uint8_t *to, size_t size)
{
    for (size_t at = 0; at < size;) {
        ssize_t got = recv(from, to + at, size - at, 0);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return false;
        if (got < 0) rest();
        else at += (size_t)got;
    }
    return true;
}

static bool has_come(int from)
{
    uint8_t one;
    ssize_t got = recv(from, &one, 1, MSG_PEEK | MSG_DONTWAIT);
    return got >= 0 || (errno != EAGAIN && errno != EINTR);
}

static void read_in(sockets *s, int from)
{
    while (s->end[from] >= 0 && has_come(s->end[from])) {
        uint8_t head[HEAD];
        size_t size = 0;
        socket_parcel *p = NULL;
        bool there = read_whole(s->end[from], head, HEAD);
        for (int q = HEAD - 1; q >= 0; q--) size = size << 8 | head[q];
        if (there) p = parcel_of(size);
        if (p == NULL || !read_whole(s->end[from], p->bytes + HEAD, size)) {
            free(p);
            sockets_shut(s, from);
            return;
        }
        p->from = from;
        p->when = clock_seconds();
        if (s->cut[from]) free(p);
        else append(&s->in, p);
    }
}

static int receive(void *self, int *from, void **bytes, size_t *size)
{
    sockets *s = self;
    bool open = false;
    for (int r = 0; r < s->size; r++) {
        write_out(s, r);
        read_in(s, r);
        open = open || s->end[r] >= 0;
    }
    socket_parcel *p = s->in;
    if (p == NULL) return s->closed_ends && !open ? -1 : 0;
    if (s->delay > 0 && clock_seconds() - p->when < s->delay) return 0;
    *bytes = malloc(p->size - HEAD + 1);
    if (*bytes == NULL) return -1;
    *from = p->from;
    *size = p->size - HEAD;
    memcpy(*bytes, p->bytes + HEAD, *size);
    s->in = p->next;
    free(p);
    return 1;
}

static void end(void *self, int all, int code)
{
    (void)self, (void)all, (void)code;
}

/* ---- opening ------------------------------------------------------------------------------------------------------------------------- */

bool sockets_open(int size, sockets *s)
{
    *s = (sockets){ .size = size };
    s->pair = calloc((size_t)size, sizeof *s->pair);
    for (int r = 1; r < size; r++) {
        if (s->pair == NULL || socketpair(AF_UNIX, SOCK_STREAM, 0, s->pair[r]) != 0) return false;
    }
    return true;
}

void sockets_take(sockets *s, int rank, crew_transport *out)
{
    s->rank = rank;
    s->end[0] = -1;
    for (int r = 1; r < s->size; r++) {
        bool mine = rank == 0 || rank == r;
        if (!mine || rank == 0) (void)close(s->pair[r][1]);
        if (!mine || rank != 0) (void)close(s->pair[r][0]);
        s->end[r] = rank == 0 ? s->pair[r][0] : -1;
        if (rank == r) s->end[0] = s->pair[r][1];
    }
    free(s->pair);
    s->pair = NULL;
    *out = (crew_transport){ .version = CREW_TRANSPORT, .self = s, .rank = rank, .size = s->size, .send = send_to,
                             .receive = receive, .end = end };
}

void sockets_close(sockets *s)
{
    for (int r = 0; r < s->size; r++) {
        for (int turn = 0; turn < 100 && s->out[r] != NULL; turn++) {
            write_out(s, r);
            rest();
        }
        sockets_shut(s, r);
    }
    drop(&s->in);
}
