/*
 * Pictures: the first three bytes of the input say the shape that is due and whether every chunk gets the right checksum, without which
 * nothing behind it is reached; the others are the file. What is taken fills all of its pixels, twice the same.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "image.h"

enum { MAGIC = 8, CHUNK = 12, MOST = 1 << 16 };

static uint32_t number(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint32_t checksum(const uint8_t *at, size_t count)
{
    uint32_t x = 0xffffffff;
    for (size_t e = 0; e < count; e++) {
        x ^= at[e];
        for (int bit = 0; bit < 8; bit++) x = x >> 1 ^ (x & 1 ? 0xedb88320 : 0);
    }
    return ~x;
}

static void sign(uint8_t *file, size_t size)
{
    for (size_t at = MAGIC; at + CHUNK <= size;) {
        size_t length = number(file + at);
        if (length > size - at - CHUNK) return;
        uint32_t x = checksum(file + at + 4, length + 4);
        for (int q = 0; q < 4; q++) file[at + 8 + length + (size_t)q] = (uint8_t)(x >> (24 - 8 * q));
        at += CHUNK + length;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3 || size > MOST) return 0;
    const image_shape due = { 1 + data[0] % 40, 1 + data[1] % 40, data[2] % 2 == 0 ? 1 : 3 };
    size_t count = (size_t)due.width * (size_t)due.height * (size_t)due.channels;
    uint8_t *a = malloc(count), *b = malloc(count), *file = malloc(size - 3 + (size == 3));
    PROMISE(a != NULL && b != NULL && file != NULL);
    (void)memset(a, 0, count);
    (void)memset(b, 0xff, count);
    (void)memcpy(file, data + 3, size - 3);
    if (data[2] & 2) sign(file, size - 3);
    if (fuzz_taken(image_read("a.png", file, size - 3, due, a))) {
        PROMISE(image_is_png(file, size - 3));
        PROMISE(image_read("a.png", file, size - 3, due, b) == STRATA_OK);
        PROMISE(memcmp(a, b, count) == 0);
    }
    free(a);
    free(b);
    free(file);
    return 0;
}
