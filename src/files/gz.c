/*
 * Files that may be gzip's, by zlib, into memory. A file is as many members, one behind the other, as somebody has joined; what they
 * unpack to comes one behind the other, too. Memory for it grows with what has come, never with what the file says of itself, and ends
 * at the limit.
 */
#include "gz.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

enum { GZ_HEAD = 4096 }; /* bytes of a file that are looked at to know it */

/* What compression may cost at most: gzip stores what it cannot press, with five bytes for every 16,384 or more, and a head with
 * names. */
static size_t packed_limit(size_t limit)
{
    return limit + limit / 1024 + (1 << 16);
}

static bool is_packed(const uint8_t *bytes, size_t size)
{
    return size >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

#if STRATA_ZLIB
#define ZLIB_CONST
#include <zlib.h>

enum { GZ_FIRST = 1 << 16, GZ_PIECE = 1 << 30, GZ_WINDOW = 15 + 16 }; /* window bits, + 16: gzip's head and checksum, nothing else */

typedef struct {
    const char *path;
    const uint8_t *in; /* borrowed */
    size_t in_size, taken;
    uint8_t *out; /* [room + 2]: a byte by which too much is seen, and the final zero */
    size_t size, room, limit;
} unpacker;

static strata_status too_much(const unpacker *u)
{
    return status_fail(STRATA_ERR_DATA, "%.200s: unpacks to more than the %zu bytes allowed; it is not what it claims to be", u->path,
                       u->limit);
}

/* Twice the room, up to the limit. */
static strata_status grow(unpacker *u)
{
    if (u->out != NULL && u->room == u->limit) return too_much(u);
    size_t more = u->out == NULL ? GZ_FIRST : 2 * u->room;
    if (more > u->limit) more = u->limit;
    uint8_t *out = realloc(u->out, more + 2);
    if (out == NULL) return status_fail(STRATA_ERR_MEMORY, "no memory for %zu bytes that %.200s unpacks to", more, u->path);
    u->out = out;
    u->room = more;
    return STRATA_OK;
}

static uInt piece_of(size_t left)
{
    return left < GZ_PIECE ? (uInt)left : GZ_PIECE;
}

/* One call of zlib. */
static int step(unpacker *u, z_stream *z)
{
    uInt in = piece_of(u->in_size - u->taken), out = piece_of(u->room + 1 - u->size);
    z->next_in = u->in + u->taken;
    z->avail_in = in;
    z->next_out = u->out + u->size;
    z->avail_out = out;
    int result = inflate(z, Z_NO_FLUSH);
    u->taken += in - z->avail_in;
    u->size += out - z->avail_out;
    return result;
}

static strata_status explain(const unpacker *u, const z_stream *z, int result)
{
    if (result == Z_MEM_ERROR) return status_fail(STRATA_ERR_MEMORY, "no memory to unpack %.200s", u->path);
    if (result == Z_BUF_ERROR) {
        return status_fail(STRATA_ERR_DATA, "%.200s: the compressed data are cut off at byte %zu; fetch the file again", u->path,
                           u->taken);
    }
    return status_fail(STRATA_ERR_DATA, "%.200s: the compressed data are damaged before byte %zu: %s; fetch the file again", u->path,
                       u->taken, z->msg != NULL ? z->msg : "no gzip data");
}

/* One member, to its checksum. */
static strata_status unpack_member(unpacker *u, z_stream *z)
{
    for (int result = Z_OK; result != Z_STREAM_END;) {
        if (u->out == NULL || u->size > u->room) TRY(grow(u));
        result = step(u, z);
        if (u->size > u->limit) return too_much(u);
        bool on = result == Z_OK && (u->taken < u->in_size || u->size > u->room);
        if (!on && result != Z_STREAM_END) return explain(u, z, result == Z_OK ? Z_BUF_ERROR : result);
    }
    return STRATA_OK;
}

static strata_status unpack_members(unpacker *u, z_stream *z)
{
    while (u->taken < u->in_size) {
        if (!is_packed(u->in + u->taken, u->in_size - u->taken)) {
            return status_fail(STRATA_ERR_DATA,
                               "%.200s: %zu bytes at byte %zu lie behind the end of the compressed data; fetch the file "
                               "again",
                               u->path, u->in_size - u->taken, u->taken);
        }
        if (inflateReset(z) != Z_OK) return status_fail(STRATA_ERR_INTERNAL, "%.200s: zlib cannot begin again", u->path);
        TRY(unpack_member(u, z));
    }
    return STRATA_OK;
}

/* What was left over of the room goes back; a system that cannot take it back loses nothing. */
static void fit(unpacker *u)
{
    u->out[u->size] = 0;
    uint8_t *out = realloc(u->out, u->size + 1);
    if (out != NULL) u->out = out;
}

static strata_status unpack(const char *path, const uint8_t *in, size_t in_size, size_t limit, uint8_t **bytes, size_t *size)
{
    unpacker u = { .path = path, .in = in, .in_size = in_size, .limit = limit };
    z_stream z = { .next_in = in };
    if (inflateInit2(&z, GZ_WINDOW) != Z_OK) return status_fail(STRATA_ERR_MEMORY, "no memory to unpack %.200s", path);
    strata_status status = unpack_members(&u, &z);
    (void)inflateEnd(&z);
    if (status != STRATA_OK) {
        free(u.out);
        return status;
    }
    fit(&u);
    *bytes = u.out;
    *size = u.size;
    return STRATA_OK;
}

static size_t unpack_head(const uint8_t *in, size_t in_size, uint8_t *out, size_t room)
{
    z_stream z = { .next_in = in, .avail_in = piece_of(in_size), .next_out = out, .avail_out = piece_of(room) };
    if (inflateInit2(&z, GZ_WINDOW) != Z_OK) return 0;
    (void)inflate(&z, Z_SYNC_FLUSH); /* however it ends: what came has come */
    (void)inflateEnd(&z);
    return (size_t)(z.next_out - out);
}

#else

static size_t unpack_head(const uint8_t *in, size_t in_size, uint8_t *out, size_t room)
{
    (void)in, (void)in_size, (void)out, (void)room;
    return 0;
}

static strata_status unpack(const char *path, const uint8_t *in, size_t in_size, size_t limit, uint8_t **bytes, size_t *size)
{
    (void)in, (void)in_size, (void)limit, (void)bytes, (void)size;
    return status_fail(STRATA_ERR_INTERNAL,
                       "%.200s: is compressed, and this build unpacks nothing; gunzip it, or install zlib1g-dev and "
                       "build again",
                       path);
}

#endif

strata_status gz_read_all(const char *path, size_t limit, uint8_t **bytes, size_t *size, char digest[DIGEST_TEXT])
{
    uint8_t *file = NULL;
    size_t length;
    REQUIRE(path != NULL && bytes != NULL && size != NULL && limit < SIZE_MAX / 4);
    *bytes = NULL;
    *size = 0;
    TRY(file_read_all(path, packed_limit(limit), &file, &length));
    strata_status status = digest != NULL ? digest_sha256(file, length, digest) : STRATA_OK;
    bool packed = is_packed(file, length);
    if (status == STRATA_OK && packed) status = unpack(path, file, length, limit, bytes, size);
    if (status == STRATA_OK && !packed && length > limit) {
        status = status_fail(STRATA_ERR_DATA, "%.200s: has %zu bytes, more than the %zu allowed", path, length, limit);
    }
    if (status == STRATA_OK && !packed) {
        *bytes = file;
        *size = length;
        return STRATA_OK;
    }
    free(file);
    return status;
}

/* Up to `room` bytes, in as many pieces as the system gives them in. */
static size_t read_head(const char *path, uint8_t *out, size_t room)
{
    struct stat s;
    size_t size = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK); /* a FIFO must not make us wait for a writer */
    if (fd < 0) return 0;
    ssize_t got = fstat(fd, &s) == 0 && S_ISREG(s.st_mode) ? 1 : 0;
    while (got > 0 && size < room) {
        got = read(fd, out + size, room - size);
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got > 0)
            size += (size_t)got;
    }
    close(fd);
    return size;
}

size_t gz_head(const char *path, uint8_t *out, size_t room)
{
    uint8_t head[GZ_HEAD];
    size_t size = read_head(path, head, sizeof head);
    if (is_packed(head, size)) return unpack_head(head, size, out, room);
    if (size > room) size = room;
    memcpy(out, head, size);
    return size;
}
