/*
 * The vocabulary of AMX: eight tiles of up to 16 rows of 64 bytes, and the product of two of them in whole numbers,
 *
 *     C[r, lane] += sum over k < 16 of (four unsigned bytes A[r, k]) . (four signed bytes B[k, lane])          all int32, exact
 *
 * Tiles 0 to 3 are sums C, 4 and 5 A, 6 and 7 B. Their numbers are part of the instruction, so these are macros. Without them the
 * same words are plain C on memory of the thread's own: tests run the kernels of AMX so on processors that have no tiles, and whole
 * numbers leave no room for another result.
 */
#ifndef STRATA_MAT_CPU_TILES_H
#define STRATA_MAT_CPU_TILES_H

#include "vec.h"

enum { TILE_ROWS = 16, TILE_FOURS = 16 };

#ifndef __AMX_INT8__

static _Thread_local struct {
    int rows[8];
    int32_t tile[8][TILE_ROWS][TILE_FOURS];
} emulated;

/* Tiles of sums and of A have this many rows; all B have 16. Whatever they held is gone. */
static inline void tiles_begin(int rows)
{
    memset(&emulated, 0x55, sizeof emulated);
    for (int n = 0; n < 8; n++) emulated.rows[n] = n < 6 ? rows : TILE_ROWS;
}

static inline void tiles_end(void)
{
    memset(&emulated, 0xaa, sizeof emulated);
}

/* Rows lie `step` bytes apart. */
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
        for (int lane = 0; lane < TILE_FOURS; lane++) {
            int32_t sum = emulated.tile[c][r][lane];
            for (int k = 0; k < TILE_FOURS; k++) {
                uint8_t bytes[4];
                int8_t digits[4];
                memcpy(bytes, &emulated.tile[a][r][k], sizeof bytes);
                memcpy(digits, &emulated.tile[b][k][lane], sizeof digits);
                for (int q = 0; q < 4; q++) sum += bytes[q] * digits[q];
            }
            emulated.tile[c][r][lane] = sum;
        }
    }
}

#else

/* Compilers take an instruction on tiles for one that reads no memory of theirs, so whatever is to be read must have been written. */
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
