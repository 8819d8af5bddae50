/*
 * The most that a level's instructions can do: loops that mat_peak.c times. The arithmetic ones load nothing. Each of their accumulators
 * depends on itself alone, and there are enough of them to hide the latency of an instruction. A further loop only reads. No verb is here.
 */
#include "kernels.h"
#include "tiles.h"
#include "vec.h"

/* Accumulators. 8 hide a latency of 4 cycles at two instructions a cycle; on the generic level a multiplication and an addition have 8.
 * These and the two factors fit 16 registers. NEON has 32, and up to four units of latency 4. */
#if defined(STRATA_NEON)
enum { CHAINS = 16 };
#else
enum { CHAINS = 12 };
#endif

/* x = x a + b, which stays a number for ever where |a| < 1. The factors come from memory so that no compiler knows them. */
static double multiply_add(long rounds, float *numbers)
{
    vec x[CHAINS], a = vec_load(numbers), b = vec_load(numbers + V);
    UNROLL
    for (int c = 0; c < CHAINS; c++) x[c] = vec_all((float)c);
    for (long r = 0; r < rounds; r++) {
        UNROLL
        for (int c = 0; c < CHAINS; c++) x[c] = vec_fma(x[c], a, b);
    }
    UNROLL
    for (int c = 1; c < CHAINS; c++) x[0] += x[c];
    vec_store(numbers + 2 * V, x[0]);
    return 2.0 * (double)rounds * CHAINS * V;
}

#if defined(__AMX_INT8__)
/* Four tiles of 16 x 16 sums, 64 products of bytes each; what the bytes are makes no difference. */
static double products_of_bytes(long rounds, float *numbers)
{
    enum { SUMS = 4 };
    int32_t sink[TILE_ROWS * TILE_QUADS];
    tiles_begin(TILE_ROWS);
    tile_load(0, numbers, 0);
    tile_load(1, numbers, 0);
    tile_load(2, numbers, 0);
    tile_load(3, numbers, 0);
    tile_load(4, numbers, 0);
    tile_load(6, numbers, 0);
    for (long r = 0; r < rounds; r++) {
        tile_dot(0, 4, 6);
        tile_dot(1, 4, 6);
        tile_dot(2, 4, 6);
        tile_dot(3, 4, 6);
    }
    tile_store(0, sink, 64);
    tiles_end();
    return 2.0 * (double)rounds * SUMS * TILE_ROWS * TILE_QUADS * 64;
}
#elif INT8_DOTS
/* Four products of bytes, added in one step. */
static double products_of_bytes(long rounds, float *numbers)
{
    vec_int x[CHAINS], a, b;
    memcpy(&a, numbers, sizeof a);
    memcpy(&b, numbers + V, sizeof b);
    UNROLL
    for (int c = 0; c < CHAINS; c++) x[c] = (vec_int){ 0 } + c; /* different ones, or one would do for all */
    for (long r = 0; r < rounds; r++) {
        UNROLL
        for (int c = 0; c < CHAINS; c++) x[c] = vec_dot(x[c], a, b);
    }
    UNROLL
    for (int c = 1; c < CHAINS; c++) x[0] += x[c];
    memcpy(numbers + 2 * V, x, sizeof x[0]);
    return 2.0 * (double)rounds * CHAINS * V * 4;
}
#else
#define products_of_bytes NULL
#endif

/* Sums what it reads, so that it must be read. count: a multiple of CPU_PEAK_READ. */
static void read_block(const float *from, size_t count, float *numbers)
{
    enum { AT_ONCE = 8 };
    vec sum[AT_ONCE] = { { 0 } };
    for (size_t e = 0; e < count; e += AT_ONCE * V) {
        UNROLL
        for (int v = 0; v < AT_ONCE; v++) sum[v] += vec_load(from + e + v * V);
    }
    for (int v = 1; v < AT_ONCE; v++) sum[0] += sum[v];
    vec_store(numbers + 2 * V, sum[0]);
}

const cpu_peak LEVEL(peak) = { { [MAT_FLOAT] = multiply_add, [MAT_BYTES] = products_of_bytes }, read_block };
