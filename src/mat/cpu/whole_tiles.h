/*
 * The product of whole.inc by AMX: two tiles of rows times two of lanes, 32 x 32 sums, for 16 fours at a time. Rows that are images are
 * read where they lie; inputs come from a panel that is turned over (pack), so that a row's fours are neighbours. What reaches beyond an
 * image in its last sixteen fours is multiplied by digits that are 0.
 */
#ifndef STRATA_MAT_CPU_WHOLE_TILES_H
#define STRATA_MAT_CPU_WHOLE_TILES_H

#include "tiles.h"

/* Rows row .., lanes from vector v on: both of what is `pair` side by side, or one. Constants where this is called. */
INLINE void tiles_at(const product *p, int row, int v, bool row_pair, bool lane_pair)
{
    const size_t step = LANES * sizeof(int32_t);
    int32_t *T = p->T + row * LANES + v * V, *below = T + TILE_ROWS * LANES;
    const uint8_t *a = p->bytes + (size_t)row * p->row;
    const int32_t *b = p->digit + v * V;
    tile_load(0, T, step);
    if (lane_pair) tile_load(1, T + V, step);
    if (row_pair) tile_load(2, below, step);
    if (row_pair && lane_pair) tile_load(3, below + V, step);
    for (int k = 0; k < p->fours; k += TILE_FOURS, a += TILE_FOURS * 4, b += TILE_FOURS * LANES) {
        tile_load(4, a, p->row);
        tile_load(6, b, step);
        tile_dot(0, 4, 6);
        if (lane_pair) {
            tile_load(7, b + V, step);
            tile_dot(1, 4, 7);
        }
        if (row_pair) {
            tile_load(5, a + TILE_ROWS * p->row, p->row);
            tile_dot(2, 5, 6);
            if (lane_pair) tile_dot(3, 5, 7);
        }
    }
    tile_store(0, T, step);
    if (lane_pair) tile_store(1, T + V, step);
    if (row_pair) tile_store(2, below, step);
    if (row_pair && lane_pair) tile_store(3, below + V, step);
}

/* All lanes of one or two tiles of rows. */
INLINE void tiles_across(const product *p, int row, bool row_pair)
{
    int v = 0;
    for (; v + 1 < p->vectors; v += 2) tiles_at(p, row, v, row_pair, true);
    if (v < p->vectors) tiles_at(p, row, v, row_pair, false);
}

static void multiply(const product *p, int rows)
{
    for (int r = 0; r < rows; r++) {
        for (int v = 0; v < p->vectors; v++) {
            int32_t *T = p->T + r * LANES + v * V;
            store(T, (p->fresh ? (vec_whole){ 0 } : load(T)) - load(p->middle + v * V));
        }
    }
    int row = 0;
    if (rows >= TILE_ROWS) {
        tiles_begin(TILE_ROWS);
        for (; row + 2 * TILE_ROWS <= rows; row += 2 * TILE_ROWS) tiles_across(p, row, true);
        for (; row + TILE_ROWS <= rows; row += TILE_ROWS) tiles_across(p, row, false);
    }
    if (row < rows) {
        tiles_begin(rows - row);
        tiles_across(p, row, false);
    }
    tiles_end();
}

/* Fours in which a sum of depth terms is done: whole tiles. */
INLINE int whole_steps(int depth)
{
    return (depth + 4 * TILE_FOURS - 1) / (4 * TILE_FOURS) * TILE_FOURS;
}

/* panel[t - t0, j / 4]: 16 fours of images by 16 inputs at a time, turned over. Behind the last image their digits are 0. */
static void pack(int32_t *panel, mat X, int t0, int inputs, int fours)
{
    for (int k = 0; k < fours; k += V) {
        const uint8_t *image[4 * V];
        for (int j = 0; j < 4 * V; j++) image[j] = image_bytes(X, least(4 * k + j, X.cols - 1)) + t0;
        for (int t = 0; t < inputs; t += V) {
            vec q[V];
            UNROLL
            for (int y = 0; y < V; y++) {
                const uint8_t *const *four = image + 4 * y;
                vec_whole x = vec_fours(four[0] + t, four[1] + t, four[2] + t, four[3] + t);
                memcpy(&q[y], &x, sizeof q[y]);
            }
            vec_transpose(q);
            UNROLL
            for (int y = 0; y < V; y++) vec_store((float *)(panel + (t + y) * fours + k), q[y]);
        }
    }
}

INLINE const uint8_t *panel_row(const int32_t *panel, int row, int fours)
{
    return (const uint8_t *)(panel + row * fours);
}

INLINE size_t panel_row_step(int fours)
{
    return (size_t)fours * sizeof(int32_t);
}

INLINE size_t panel_four_step(void)
{
    return sizeof(int32_t);
}

#endif
