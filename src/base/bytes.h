/* Whole numbers as bytes in a file, the least significant first. Pure; any thread. */
#ifndef STRATA_BASE_BYTES_H
#define STRATA_BASE_BYTES_H

#include <stddef.h>
#include <stdint.h>

/* The number in the first 1 to 8 bytes. */
static inline uint64_t bytes_get(const uint8_t *at, size_t bytes)
{
    uint64_t x = 0;
    for (size_t e = bytes; e-- > 0;) x = x << 8 | at[e];
    return x;
}

/* Puts x there and returns where it ends. */
static inline uint8_t *bytes_put(uint8_t *at, uint64_t x, size_t bytes)
{
    for (size_t e = 0; e < bytes; e++) at[e] = (uint8_t)(x >> 8 * e);
    return at + bytes;
}

#endif
