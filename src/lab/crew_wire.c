/* See crew_wire.h. A message is a head of fixed size, the text with its final zero, and the block. On its way it may be cut into parts,
 * each with one byte before it: is it the last? */
#include "crew_wire.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alloc.h"
#include "bytes.h"

enum { HEAD = 4 + 4 + 8 + 8 + 8 + 8 + 8, PART = 1 << 26 };
enum { REST_LEAST = 50, REST_MOST = 2000 }; /* microseconds */

strata_status wire_open(const crew_transport *t, wire *w)
{
    void *made;
    *w = (wire){ .t = t };
    TRY(alloc_zero(&made, (size_t)t->size, sizeof *w->part, "the ranks of a crew"));
    w->part = made;
    return STRATA_OK;
}

void wire_close(wire *w)
{
    for (int r = 0; w->part != NULL && r < w->t->size; r++) free(w->part[r].bytes);
    free(w->part);
    w->part = NULL;
}

strata_status wire_encode(const wire_message *m, uint8_t **bytes, size_t *size)
{
    void *made;
    uint64_t real;
    size_t text = m->text != NULL ? strlen(m->text) : 0;
    *size = HEAD + text + 1 + m->size;
    TRY(alloc_zero(&made, 1, *size, "a message to another rank"));
    memcpy(&real, &m->real, sizeof real);
    uint8_t *at = *bytes = made;
    at = bytes_put(at, (uint64_t)m->kind, 4);
    at = bytes_put(at, m->number, 4);
    at = bytes_put(at, (uint64_t)m->first, 8);
    at = bytes_put(at, (uint64_t)m->second, 8);
    at = bytes_put(at, real, 8);
    at = bytes_put(at, text, 8);
    at = bytes_put(at, m->size, 8);
    if (text > 0) memcpy(at, m->text, text);
    if (m->size > 0) memcpy(at + text + 1, m->block, m->size);
    return STRATA_OK;
}

strata_status wire_decode(const uint8_t *bytes, size_t size, wire_message *out)
{
    if (size < HEAD + 1) return status_fail(STRATA_ERR_DATA, "a message of %zu bytes, which is too short for one", size);
    uint64_t kind = bytes_get(bytes, 4), real = bytes_get(bytes + 24, 8), text = bytes_get(bytes + 32, 8), block = bytes_get(bytes + 40, 8);
    size_t rest = size - HEAD - 1;
    bool whole = kind < WIRE_KINDS && text <= rest && block == rest - text && bytes[HEAD + text] == 0
                 && memchr(bytes + HEAD, 0, (size_t)text) == NULL;
    if (!whole) return status_fail(STRATA_ERR_DATA, "a message of %zu bytes that is none", size);
    *out = (wire_message){ .kind = (wire_kind)kind, .number = (uint32_t)bytes_get(bytes + 4, 4), .text = (const char *)bytes + HEAD,
                           .first = (int64_t)bytes_get(bytes + 8, 8), .second = (int64_t)bytes_get(bytes + 16, 8),
                           .block = bytes + HEAD + text + 1, .size = (size_t)block };
    memcpy(&out->real, &real, sizeof real);
    return STRATA_OK;
}

strata_status wire_send_bytes(wire *w, int to, const uint8_t *bytes, size_t size)
{
    uint8_t *part = malloc(1 + (size < PART ? size : PART));
    if (part == NULL) return status_fail(STRATA_ERR_MEMORY, "no memory for a message to rank %d", to);
    bool sent = true;
    for (size_t at = 0; at < size && sent;) {
        size_t now = size - at < PART ? size - at : PART;
        part[0] = at + now == size;
        memcpy(part + 1, bytes + at, now);
        sent = w->t->send(w->t->self, to, part, 1 + now) == 0;
        at += now;
    }
    free(part);
    return sent ? STRATA_OK : status_fail(STRATA_ERR_STORAGE, "no message reaches rank %d any more", to);
}

strata_status wire_send(wire *w, int to, const wire_message *m)
{
    uint8_t *bytes;
    size_t size;
    TRY(wire_encode(m, &bytes, &size));
    strata_status status = wire_send_bytes(w, to, bytes, size);
    free(bytes);
    return status;
}

/* One more part of what comes from there. *whole: it was the last, and *bytes is the caller's. */
static strata_status join(struct wire_part *of, const uint8_t *part, size_t size, uint8_t **bytes, size_t *total, bool *whole)
{
    if (size == 0) return status_fail(STRATA_ERR_DATA, "an empty message");
    uint8_t *more = realloc(of->bytes, of->size + size);
    if (more == NULL) return status_fail(STRATA_ERR_MEMORY, "no memory for a message of another rank");
    memcpy(more + of->size, part + 1, size - 1);
    of->bytes = more;
    of->size += size - 1;
    *whole = part[0] != 0;
    if (!*whole) return STRATA_OK;
    *bytes = of->bytes;
    *total = of->size;
    *of = (struct wire_part){ NULL, 0 };
    return STRATA_OK;
}

strata_status wire_receive(wire *w, wire_letter *out, bool *any)
{
    void *part = NULL;
    uint8_t *bytes = NULL;
    size_t size = 0, total = 0;
    bool whole = false;
    *any = false;
    while (!whole) {
        int came = w->t->receive(w->t->self, &out->from, &part, &size);
        if (came == 0) return STRATA_OK;
        if (came < 0) return status_fail(STRATA_ERR_STORAGE, "no message of another rank comes any more");
        strata_status status = join(&w->part[out->from], part, size, &bytes, &total, &whole);
        free(part);
        TRY(status);
    }
    strata_status status = wire_decode(bytes, total, &out->what);
    if (status != STRATA_OK) free(bytes);
    out->bytes = status == STRATA_OK ? bytes : NULL;
    *any = status == STRATA_OK;
    return status;
}

void wire_drop(wire_letter *one)
{
    free(one->bytes);
    one->bytes = NULL;
}

void wire_rest(bool any, long *microseconds)
{
    *microseconds = any || *microseconds == 0 ? REST_LEAST : 2 * *microseconds;
    if (*microseconds > REST_MOST) *microseconds = REST_MOST;
    if (!any) (void)nanosleep(&(struct timespec){ .tv_nsec = 1000 * *microseconds }, NULL);
}
