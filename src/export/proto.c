/* See proto.h. A message's length stands before it, in as few bytes as it takes: proto_end moves what is there to make room. */
#include "proto.h"

#include <stdlib.h>
#include <string.h>

enum { VARINT = 0, LENGTH = 2, FIXED32 = 5, VARINT_MOST = 10, FIRST_CAPACITY = 4096 };

void proto_reserve(proto *p, size_t bytes)
{
    if (p->failed || bytes <= p->capacity - p->length) return;
    size_t needed = p->length + bytes, twice = 2 * p->capacity, capacity = needed > twice ? needed : twice;
    if (capacity < FIRST_CAPACITY) capacity = FIRST_CAPACITY;
    uint8_t *at = needed < bytes ? NULL : realloc(p->at, capacity);
    if (at == NULL) {
        p->failed = true;
        return;
    }
    p->at = at;
    p->capacity = capacity;
}

void proto_free(proto *p)
{
    free(p->at);
    *p = (proto){ 0 };
}

static void add(proto *p, const void *bytes, size_t size)
{
    proto_reserve(p, size);
    if (p->failed || size == 0) return;
    memcpy(p->at + p->length, bytes, size);
    p->length += size;
}

/* Seven bits a byte, the lowest first; the top bit says that more follow. */
static size_t varint(uint64_t value, uint8_t out[VARINT_MOST])
{
    size_t length = 0;
    do {
        out[length++] = (uint8_t)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
        value >>= 7;
    } while (value > 0);
    return length;
}

static void add_varint(proto *p, uint64_t value)
{
    uint8_t bytes[VARINT_MOST];
    add(p, bytes, varint(value, bytes));
}

static void add_key(proto *p, int field, unsigned kind)
{
    add_varint(p, (uint64_t)field << 3 | kind);
}

void proto_whole(proto *p, int field, uint64_t value)
{
    add_key(p, field, VARINT);
    add_varint(p, value);
}

static void add_float(proto *p, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    const uint8_t bytes[] = { (uint8_t)bits, (uint8_t)(bits >> 8), (uint8_t)(bits >> 16), (uint8_t)(bits >> 24) };
    add(p, bytes, sizeof bytes);
}

void proto_float(proto *p, int field, float value)
{
    add_key(p, field, FIXED32);
    add_float(p, value);
}

void proto_text(proto *p, int field, const char *value)
{
    add_key(p, field, LENGTH);
    add_varint(p, strlen(value));
    add(p, value, strlen(value));
}

void proto_floats(proto *p, int field, const float *value, size_t step, size_t count)
{
    add_key(p, field, LENGTH);
    add_varint(p, sizeof(float) * (uint64_t)count);
    proto_reserve(p, sizeof(float) * count);
    for (size_t e = 0; e < count; e++) add_float(p, value[e * step]);
}

size_t proto_begin(proto *p, int field)
{
    add_key(p, field, LENGTH);
    return p->length;
}

void proto_end(proto *p, size_t begun)
{
    uint8_t bytes[VARINT_MOST];
    size_t inside = p->length - begun, length = varint(inside, bytes);
    proto_reserve(p, length);
    if (p->failed) return;
    memmove(p->at + begun + length, p->at + begun, inside);
    memcpy(p->at + begun, bytes, length);
    p->length += length;
}
