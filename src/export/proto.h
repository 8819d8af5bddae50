/*
 * Protocol buffers, written by hand: fields of the four kinds that ONNX has, and messages inside of messages. The bytes grow in memory.
 * https://protobuf.dev/programming-guides/encoding
 */
#ifndef STRATA_EXPORT_PROTO_H
#define STRATA_EXPORT_PROTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zero is an empty one. After a failed allocation it stays as it was and `failed` is set. */
typedef struct {
    uint8_t *at;
    size_t length, capacity;
    bool failed;
} proto;

/* Room for so many more bytes, so that they need not be moved. */
void proto_reserve(proto *p, size_t bytes);
void proto_free(proto *p);

/* Field number `field`, 1 or more, gets one more value. */
void proto_whole(proto *p, int field, uint64_t value);
void proto_float(proto *p, int field, float value);
void proto_text(proto *p, int field, const char *value);

/* count floats as bytes, little-endian: value[0], value[step], value[2 step], ... */
void proto_floats(proto *p, int field, const float *value, size_t step, size_t count);

/* A message as the value of a field: what is added between the two calls is in it. */
size_t proto_begin(proto *p, int field);
void proto_end(proto *p, size_t begun);

#endif
