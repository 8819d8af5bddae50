/* See packed.h. The layouts are those of RFC 1952, of PKWARE's note on zip, and of NumPy's and MNIST's own pages. */
#include "packed.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "bytes.h"
#include "folder.h"

void made_add(made *m, const void *bytes, size_t size)
{
    m->at = realloc(m->at, m->size + size + 1);
    assert_non_null(m->at);
    if (size > 0) memcpy(m->at + m->size, bytes, size);
    m->size += size;
}

void made_free(made *m)
{
    free(m->at);
    *m = (made){ 0 };
}

/* windowBits of zlib: 31 makes gzip's member, -15 what zip has. */
static void deflate_to(made *m, const void *bytes, size_t size, int bits)
{
    z_stream z = { 0 };
    uint8_t *out = malloc(size + size / 100 + 256);
    assert_non_null(out);
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, bits, 9, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)(uintptr_t)bytes;
    z.avail_in = (uInt)size;
    z.next_out = out;
    z.avail_out = (uInt)(size + size / 100 + 256);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    made_add(m, out, z.total_out);
    (void)deflateEnd(&z);
    free(out);
}

void made_add_gzip(made *m, const void *bytes, size_t size)
{
    deflate_to(m, bytes, size, 31);
}

void made_add_idx(made *m, uint8_t type, int rank, const uint32_t *dim)
{
    const uint8_t magic[] = { 0, 0, type, (uint8_t)rank };
    made_add(m, magic, sizeof magic);
    for (int r = 0; r < rank; r++) {
        const uint8_t d[] = { (uint8_t)(dim[r] >> 24), (uint8_t)(dim[r] >> 16), (uint8_t)(dim[r] >> 8), (uint8_t)dim[r] };
        made_add(m, d, sizeof d);
    }
}

void made_add_npy(made *m, int major, const char *dict)
{
    uint8_t head[12] = "\x93NUMPY";
    size_t width = major == 1 ? 2 : 4, length = strlen(dict);
    head[6] = (uint8_t)major;
    (void)bytes_put(head + 8, length, width);
    made_add(m, head, 8 + width);
    made_add(m, dict, length);
}

typedef struct {
    made packed;
    uint32_t crc, size, at;
} zipped;

/* What the head before a member and its entry in the directory have in common: 26 bytes. */
static void add_common(made *m, const made_member *from, const zipped *z)
{
    uint8_t b[26] = { 20 };
    (void)bytes_put(b + 2, (uint64_t)from->flags, 2);
    (void)bytes_put(b + 4, (uint64_t)from->method, 2);
    b[8] = 0x21; /* the first day that there is */
    (void)bytes_put(b + 10, z->crc, 4);
    (void)bytes_put(b + 14, z->packed.size, 4);
    (void)bytes_put(b + 18, z->size, 4);
    (void)bytes_put(b + 22, strlen(from->name), 2);
    made_add(m, b, sizeof b);
}

static void add_member(made *m, const made_member *from, zipped *z)
{
    z->at = (uint32_t)m->size;
    z->size = from->claimed > 0 ? from->claimed : (uint32_t)from->data.size;
    z->crc = (uint32_t)crc32(0, from->data.at, (uInt)from->data.size);
    if (from->method == 8)
        deflate_to(&z->packed, from->data.at, from->data.size, -15);
    else
        made_add(&z->packed, from->data.at, from->data.size);
    made_add(m, "PK\x03\x04", 4);
    add_common(m, from, z);
    made_add(m, from->name, strlen(from->name));
    made_add(m, z->packed.at, z->packed.size);
}

static void add_entry(made *m, const made_member *from, const zipped *z)
{
    uint8_t rest[14] = { 0 };
    (void)bytes_put(rest + 10, z->at, 4);
    made_add(m, "PK\x01\x02\x14\x00", 6);
    add_common(m, from, z);
    made_add(m, rest, sizeof rest);
    made_add(m, from->name, strlen(from->name));
}

made made_zip(const made_member *members, int count)
{
    made m = { 0 };
    zipped z[80] = { 0 };
    uint8_t end[22] = "PK\x05\x06";
    assert_true(count <= 80);
    for (int q = 0; q < count; q++) add_member(&m, &members[q], &z[q]);
    size_t directory = m.size;
    for (int q = 0; q < count; q++) add_entry(&m, &members[q], &z[q]);
    (void)bytes_put(end + 8, (uint64_t)count, 2);
    (void)bytes_put(end + 10, (uint64_t)count, 2);
    (void)bytes_put(end + 12, m.size - directory, 4);
    (void)bytes_put(end + 16, directory, 4);
    made_add(&m, end, sizeof end);
    for (int q = 0; q < count; q++) made_free(&z[q].packed);
    return m;
}

const char *made_file(const char *name, const made *m)
{
    const char *path = in_folder(name);
    FILE *f = fopen(path, "wb"); /* durable it need not be: tests write thousands */
    assert_non_null(f);
    assert_int_equal(m->size > 0 ? fwrite(m->at, 1, m->size, f) : 0, m->size);
    assert_int_equal(fclose(f), 0);
    return path;
}
