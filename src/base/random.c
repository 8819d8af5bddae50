/*
 * Named random streams: the only file that knows Random123. A stream is a Philox key; a number is the block at a counter. Box-Muller
 * uses log, cos and sin of the C library, so normal numbers repeat bit for bit with one C library, and to rounding with another.
 */
#include "random.h"

#include <Random123/philox.h>
#include <math.h>

static philox4x32_ctr_t block(const uint32_t key[2], uint64_t a, uint64_t b)
{
    philox4x32_ctr_t counter = { { (uint32_t)b, (uint32_t)(b >> 32), (uint32_t)a, (uint32_t)(a >> 32) } };
    philox4x32_key_t k = { { key[0], key[1] } };
    return philox4x32(counter, k);
}

/* FNV-1a, 64 bits: a fixed public function, so that stream names mean the same for ever. */
static uint64_t hash(const char *name)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (; *name != '\0'; name++) h = (h ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
    return h;
}

random_stream random_named(uint64_t seed, const char *name)
{
    const uint32_t key[2] = { (uint32_t)seed, (uint32_t)(seed >> 32) };
    philox4x32_ctr_t w = block(key, hash(name), 0);
    return (random_stream){ { w.v[0], w.v[1] } };
}

void random_words(random_stream s, uint64_t a, uint64_t b, uint32_t word[4])
{
    philox4x32_ctr_t w = block(s.key, a, b);
    for (int q = 0; q < 4; q++) word[q] = w.v[q];
}

static uint64_t word64(random_stream s, uint64_t a, uint64_t b)
{
    philox4x32_ctr_t w = block(s.key, a, b);
    return (uint64_t)w.v[1] << 32 | w.v[0];
}

uint64_t random_below(random_stream s, uint64_t a, uint64_t b, uint64_t bound)
{
    /* The high half of a 64 x 64 bit product, by halves: C17 has no 128-bit integer. */
    uint64_t x = word64(s, a, b), lo = (x & 0xffffffff) * (bound & 0xffffffff);
    uint64_t m1 = (x >> 32) * (bound & 0xffffffff) + (lo >> 32), m2 = (x & 0xffffffff) * (bound >> 32) + (m1 & 0xffffffff);
    return (x >> 32) * (bound >> 32) + (m1 >> 32) + (m2 >> 32);
}

/* 52 bits and a half: strictly inside (0, 1), so that a logarithm of it is finite. A 53rd bit would let the half round up to 1. */
static double unit(uint32_t hi, uint32_t lo)
{
    uint64_t bits = ((uint64_t)hi << 32 | lo) >> 12;
    return ((double)bits + 0.5) * 0x1p-52;
}

double random_uniform(random_stream s, uint64_t a, uint64_t b)
{
    philox4x32_ctr_t w = block(s.key, a, b);
    return unit(w.v[0], w.v[1]);
}

/* The two normal numbers of a block, the even one first. */
static void two_normals(random_stream s, uint64_t b, double out[2])
{
    const double two_pi = 6.283185307179586476925286766559;
    philox4x32_ctr_t w = block(s.key, 0, b);
    double radius = sqrt(-2 * log(unit(w.v[0], w.v[1]))), angle = two_pi * unit(w.v[2], w.v[3]);
    out[0] = radius * cos(angle);
    out[1] = radius * sin(angle);
}

void random_normals(random_stream s, uint64_t first, size_t count, double *out)
{
    double two[2] = { 0 };
    for (size_t e = 0; e < count; e++) {
        uint64_t number = first + e;
        if (e == 0 || number % 2 == 0) two_normals(s, number / 2, two);
        out[e] = two[number % 2];
    }
}

void random_permutation(random_stream s, uint64_t epoch, size_t n, uint32_t *order)
{
    for (size_t j = 0; j < n; j++) order[j] = (uint32_t)j;
    for (size_t j = n; j > 1; j--) {
        size_t other = random_below(s, epoch, j, j);
        uint32_t kept = order[j - 1];
        order[j - 1] = order[other];
        order[other] = kept;
    }
}
