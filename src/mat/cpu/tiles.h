/*
 * The instructions of AMX by name: eight tiles of up to 16 rows of 64 bytes, and the product of two of them,
 *
 *     C[r, lane] += sum over k < 16 of A[r, k] . B[k, lane]          A: quads of unsigned bytes, B: quads of signed bytes, C: int32, exact
 *
 * Tiles 0 to 3 are C, 4 and 5 are A, 6 and 7 are B. A tile's number is part of the instruction, so these are macros. Without AMX the same
 * names are plain C on memory of the thread's own, so that tests run the kernels of AMX on processors that have no tiles. Sums of integers
 * have one result, so both have the same bits.
 */
#ifndef STRATA_MAT_CPU_TILES_H
#define STRATA_MAT_CPU_TILES_H

#include "vec.h"

enum { TILE_ROWS = 16, TILE_QUADS = 16 };

#ifndef __AMX_INT8__

static _Thread_local struct {
    int rows[8];
    int32_t tile[8][TILE_ROWS][TILE_QUADS];
} emulated;

/* Tiles C and A get this many rows, tiles B 16. Their contents are lost. */
static inline void tiles_begin(int rows)
{
    memset(&emulated, 0x55, sizeof emulated);
    for (int n = 0; n < 8; n++) emulated.rows[n] = n < 6 ? rows : TILE_ROWS;
}

static inline void tiles_end(void)
{
    memset(&emulated, 0xaa, sizeof emulated);
}

/* Rows in memory are `step` bytes apart. */
static inline void tile_load(int n, const void *from, size_t step)
{
    for (int r = 0; r < emulated.rows[n]; r++) memcpy(emulated.tile[n][r], (const char *)from + (size_t)r * step, 64);
}

static inline void tile_store(int n, void *to, size_t step)
{
    for (int r = 0; r < emulated.rows[n]; r++) memcpy((char *)to + (size_t)r * step, emulated.tile[n][r], 64);
}

static inline void tile_dot(int c, int a, int b)
{
    for (int r = 0; r < emulated.rows[c]; r++) {
        for (int lane = 0; lane < TILE_QUADS; lane++) {
            int32_t sum = emulated.tile[c][r][lane];
            for (int k = 0; k < TILE_QUADS; k++) {
                uint8_t bytes[4];
                int8_t limbs[4];
                memcpy(bytes, &emulated.tile[a][r][k], sizeof bytes);
                memcpy(limbs, &emulated.tile[b][k][lane], sizeof limbs);
                for (int q = 0; q < 4; q++) sum += bytes[q] * limbs[q];
            }
            emulated.tile[c][r][lane] = sum;
        }
    }
}

#else

/* To the compiler an instruction on tiles reads no variable. So this makes it write first to memory what it holds in registers. */
INLINE void tiles_settle(const void *escaped)
{
    __asm__ volatile("" : : "r"(escaped) : "memory");
}

INLINE void tiles_begin(int rows)
{
    struct {
        uint8_t palette, start_row, reserved[14];
        uint16_t row_bytes[16];
        uint8_t rows[16];
    } shape = { .palette = 1 };
    for (int n = 0; n < 8; n++) {
        shape.row_bytes[n] = 64;
        shape.rows[n] = (uint8_t)(n < 6 ? rows : TILE_ROWS);
    }
    tiles_settle(&shape);
    _tile_loadconfig(&shape);
}

INLINE void tiles_end(void)
{
    _tile_release();
    tiles_settle(NULL);
}

#define tile_load(n, from, step) _tile_loadd(n, from, step)
#define tile_store(n, to, step) _tile_stored(n, to, step)
#define tile_dot(c, a, b) _tile_dpbusd(c, a, b)

#endif
#endif
