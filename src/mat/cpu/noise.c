/*
 * Noise (33): normal numbers by Box and Muller, as random_normals has them (random.h), but with logarithm, sine and cosine of floats in a
 * loop that the compiler turns into vectors; those of the C library are one call a number. Of a block's 52 bits for the radius and 52 for
 * the angle none is lost where it counts: what is small is taken out of the whole number first and becomes a float then.
 *
 * No step is fused, so all levels have the same bits. A number's own error is 15 roundings at most, 7 of the radius, 7 of sine or cosine
 * and their product (docs/decisions/0143); 6 is the most that was found.
 */
#include "invariant.h"
#include "kernels.h"
#include "vec.h"
#include "words.h"

#include <math.h>

enum { BLOCKS = 256 }; /* taken at once: their words and numbers lie on the stack */

INLINE uint32_t bits_of(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

INLINE float float_of(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* a where mask is all ones, b where it is 0. Words, since a choice of floats is a jump for a compiler that heeds traps. */
INLINE float choice(uint32_t mask, float a, float b)
{
    return float_of((bits_of(a) & mask) | (bits_of(b) & ~mask));
}

/* (high 2^20 + low + 1/2) / 2^52, low < 2^20, to two roundings however small it is: 24 bits are exact, 28 follow. */
INLINE float fraction(uint32_t high, uint32_t low)
{
    float first = (float)(int32_t)(high >> 8), then = (float)(int32_t)((high & 255) << 20 | low);
    return first * 0x1p-24F + (then + 0.5F) * 0x1p-52F;
}

/*
 * sqrt(-2 log u) for the u of two words. log u = n log 2 + log m = n log 2 + 2 atanh(f / (2 + f)), f = m - 1, with u = 2^n m and m between
 * sqrt(1/2) and sqrt(2). An u above sqrt(1/2) has n = 0, and -f = 1 - u from the complement of its bits: so a logarithm near 0 is as exact
 * as any. 2 atanh(s) is its series up to s^9, the rest below 3e-9 of it. HIGH + LOW is log 2; n HIGH is exact.
 */
INLINE float radius(uint32_t high, uint32_t low)
{
    const float HIGH = 0x1.62e4p-1F, LOW = 0x1.7f7d1cp-20F;
    const uint32_t ROOT = 0xb504f334, ROOT_OF_FLOATS = 0x3f3504f3; /* sqrt(1/2), of words and as a float's bits */
    uint32_t above = high >= ROOT ? 0xffffffff : 0;
    float v = fraction(high ^ above, (low ^ above) >> 12);
    int32_t power = (int32_t)(bits_of(v) - ROOT_OF_FLOATS) >> 23;
    float m = float_of(bits_of(v) - ((uint32_t)power << 23));
    float n = choice(above, 0, (float)power), f = choice(above, -v, m - 1);
    float s = f / (2 + f), z = s * s;
    float p = 1 / 9.0F;
    p = p * z + 1 / 7.0F;
    p = p * z + 0.2F;
    p = p * z + 1 / 3.0F;
    p = p * z + 1;
    return sqrtf(-2 * (n * HIGH + (n * LOW + 2 * s * p)));
}

/*
 * The cosine and the sine of 2 pi u for the u of two words. u = q / 4 + g, -1/8 <= g < 1/8: q and g are taken out of the whole number, and
 * |g| is the complement where g is negative. The series end with powers 9 and 10, the rest below 3e-9 and 2e-10.
 */
INLINE void cosine_and_sine(uint32_t high, uint32_t low, float *cosine, float *sine)
{
    const float TWO_PI = 6.28318530717958648F;
    uint32_t q = (high + 0x20000000) >> 30, rest = high - (q << 30), negative = 0 - (rest >> 31);
    float t = TWO_PI * fraction(rest ^ negative, (low ^ negative) >> 12), z = t * t;
    float s = 1 / 362880.0F, c = -1 / 3628800.0F;
    s = s * z - 1 / 5040.0F;
    s = s * z + 1 / 120.0F;
    s = s * z - 1 / 6.0F;
    s = s * z * t + t;
    c = c * z + 1 / 40320.0F;
    c = c * z - 1 / 720.0F;
    c = c * z + 1 / 24.0F;
    c = c * z - 0.5F;
    c = c * z + 1;
    s = float_of(bits_of(s) ^ (negative & 0x80000000));
    uint32_t odd = 0 - (q & 1); /* of a quarter turn more: cosine and sine change places */
    *cosine = float_of(bits_of(choice(odd, s, c)) ^ ((q + 1) & 2) << 30);
    *sine = float_of(bits_of(choice(odd, c, s)) ^ (q & 2) << 30);
}

/* The normal numbers 2 first to 2 (first + BLOCKS) - 1 of the stream; first is a multiple of V, so that no block's low half carries. */
static void normals(float *restrict out, random_stream s, uint64_t first)
{
    uint32_t word[4][BLOCKS];
    for (int b = 0; b < BLOCKS; b += V) {
        vec_word block, c[4];
        for (int e = 0; e < V; e++) block[e] = (uint32_t)first + (uint32_t)(b + e);
        words_of(c, s, 0, block, (uint32_t)(first >> 32));
        for (int k = 0; k < 4; k++) memcpy(&word[k][b], &c[k], sizeof c[k]);
    }
    for (int b = 0; b < BLOCKS; b++) {
        float r = radius(word[0][b], word[1][b]), cosine, sine;
        cosine_and_sine(word[2][b], word[3][b], &cosine, &sine);
        out[2 * b] = r * cosine;
        out[2 * b + 1] = r * sine;
    }
}

/* (33)  X = X + sigma E: element e has number draw * all + e of the stream, which may be the second of its block. */
void LEVEL(add_noise)(mat X, double sigma, random_stream s, uint64_t draw)
{
    float normal[2 * BLOCKS], by = (float)sigma;
    size_t all = mat_elements(X);
    for (size_t done = 0, count; done < all; done += count) {
        uint64_t number = draw * all + done;
        size_t within = number % (2 * BLOCKS);
        count = all - done < 2 * BLOCKS - within ? all - done : 2 * BLOCKS - within;
        normals(normal, s, (number - within) / 2);
        float *restrict x = at(X) + done;
        for (size_t e = 0; e < count; e++) x[e] += by * normal[within + e];
    }
}
