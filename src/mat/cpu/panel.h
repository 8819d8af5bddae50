/*
 * What the products in float share: the panel, the register tile that multiplies it, and how a matrix is packed into it.
 *
 * A processor fetches by itself what lies side by side in memory. The rows of a panel are short pieces of many columns, which it does not
 * foresee; so a tile fetches ahead, line by line between its terms, what is packed or stored after it. That is most of the speed of
 * matrices that no second-level cache holds (docs/decisions/0138).
 */
#ifndef STRATA_MAT_CPU_PANEL_H
#define STRATA_MAT_CPU_PANEL_H

#include "epilogue.h"

enum {
    PANEL = TILE_VECTORS * V,          /* rows */
    DEPTH = 128,                       /* terms of the sum */
    COLUMNS = 128,                     /* of the right factor; and those that whole tiles have: */
    WIDTH = COLUMNS / TILE_COLUMNS * TILE_COLUMNS,
    LINE = 16,                         /* floats of a cache line */
    LINES = (PANEL + LINE - 1) / LINE, /* lines that the rows of a panel take in a column of a matrix */
    BEAT = 4,                          /* terms from one line that is fetched ahead to the next */
    STEP = COLUMNS + LINE              /* of a packed right factor: not a power of two, whose terms would share few places of a cache */
};

typedef struct {
    _Alignas(64) float panel[DEPTH * PANEL], T[COLUMNS * PANEL];
} workspace;

/* The right factor: element (k, c) is at[k step + c stride]. */
typedef struct {
    const float *at;
    size_t step, stride;
} factor;

/* What is fetched ahead: `count` pieces of LINES cache lines, `stride` floats apart; then the pieces beside them, `runs` times in all. */
typedef struct {
    const float *from;
    size_t stride;
    int count, runs;
} ahead;

/* ---- the tile ------------------------------------------------------------------------------------------------------------------------ */

/* sum += panel right, `count` terms: nv vectors of rows, half a vector more if `half`, nc columns. They are constants in every call, so
 * that sums stay in registers. */
INLINE void terms(vec sum[TILE_COLUMNS][TILE_VECTORS + 1], vec_half rest[TILE_COLUMNS], const float *panel, factor right, int count, int nv,
                  bool half, int nc)
{
    UNROLL
    for (int k = 0; k < count; k++) {
        vec x[TILE_VECTORS + 1];
        vec_half y = { 0 };
        UNROLL
        for (int v = 0; v < nv; v++) x[v] = vec_load(panel + k * PANEL + v * V);
        if (half) y = vec_half_load(panel + k * PANEL + nv * V);
        UNROLL
        for (int c = 0; c < nc; c++) {
            vec by = vec_all(right.at[(size_t)k * right.step + (size_t)c * right.stride]);
            UNROLL
            for (int v = 0; v < nv; v++) sum[c][v] = vec_fma(x[v], by, sum[c][v]);
            if (half) rest[c] = vec_half_fma(y, vec_low(by), rest[c]);
            if (half) vec_half_keep(vec_low(by));
            else vec_keep(by);
        }
        UNROLL
        for (int v = 0; v < nv; v++) vec_keep(x[v]);
        if (half) vec_half_keep(y);
    }
}

/* T += panel right, `depth` terms. Pieces `apart` floats apart are fetched from `from` on, as long as there are terms; a small tile
 * has no time for it. */
INLINE void tile(float *T, const float *panel, factor right, int depth, const float *from, size_t apart, int nv, bool half, int nc)
{
    vec sum[TILE_COLUMNS][TILE_VECTORS + 1];
    vec_half rest[TILE_COLUMNS];
    UNROLL
    for (int c = 0; c < nc; c++) {
        UNROLL
        for (int v = 0; v < nv; v++) sum[c][v] = vec_load(T + c * PANEL + v * V);
        if (half) rest[c] = vec_half_load(T + c * PANEL + nv * V);
    }
    int k = 0, line = 0;
    for (; k + BEAT <= depth; k += BEAT, panel += BEAT * PANEL, right.at += BEAT * right.step) {
        if (nv * nc >= 8) __builtin_prefetch(from + line * LINE, 0, 2);
        if (++line == LINES) line = 0, from += apart;
        terms(sum, rest, panel, right, BEAT, nv, half, nc);
    }
    for (; k < depth; k++, panel += PANEL, right.at += right.step) terms(sum, rest, panel, right, 1, nv, half, nc);
    UNROLL
    for (int c = 0; c < nc; c++) {
        UNROLL
        for (int v = 0; v < nv; v++) vec_store(T + c * PANEL + v * V, sum[c][v]);
        if (half) vec_half_store(T + c * PANEL + nv * V, rest[c]);
    }
}

/* No structs here: they would be copied in memory for each tile. */
typedef void tile_function(float *T, const float *panel, const float *right, size_t step, size_t stride, int depth, const float *from,
                           size_t apart);

#define TILE(nv, half, nc)                                                                                              \
    static void tile_##nv##_##half##_##nc(float *T, const float *panel, const float *right, size_t step, size_t stride, \
                                          int depth, const float *from, size_t apart)                                   \
    {                                                                                                                   \
        tile(T, panel, (factor){ right, step, stride }, depth, from, apart, nv, half, nc);                              \
    }
#define TILES(nv, half) TILE_WIDTHS(TILE, nv, half)
#define TILE_NAME(nv, half, nc) tile_##nv##_##half##_##nc,
#define TILE_NAMES(nv, half) { TILE_WIDTHS(TILE_NAME, nv, half) },

TILE_HEIGHTS(TILES)

/* tiles[halves of vectors - 1][columns - 1] */
static tile_function *const tiles[2 * TILE_VECTORS][TILE_COLUMNS] = { TILE_HEIGHTS(TILE_NAMES) };

static tile_function *const *tiles_of(int rows)
{
    return tiles[(rows + V / 2 - 1) / (V / 2) - 1];
}

/* T += panel right, for `rows` rows and `cols` columns. */
static void multiply_ahead(workspace *w, int rows, const float *right, size_t step, size_t stride, int depth, int cols, ahead next)
{
    tile_function *const *widths = tiles_of(rows);
    const float *from = next.from;
    int each = depth / BEAT / LINES, left = next.count;
    for (int c = 0; c < cols; c += TILE_COLUMNS, right += TILE_COLUMNS * stride) {
        bool more = left > 0;
        widths[least(TILE_COLUMNS, cols - c) - 1](w->T + c * PANEL, w->panel, right, step, stride, depth, more ? from : w->panel,
                                                  more ? next.stride : 0);
        from += (size_t)each * next.stride;
        left -= each;
        if (left <= 0 && --next.runs > 0) from = next.from += LINES * LINE, left = next.count;
    }
}

static void multiply(workspace *w, int rows, const float *right, size_t step, size_t stride, int depth, int cols)
{
    multiply_ahead(w, rows, right, step, stride, depth, cols, (ahead){ w->panel, 0, 0, 0 });
}

/* ---- panels -------------------------------------------------------------------------------------------------------------------------- */

/* panel[k, r] = from[k stride + r] */
static void pack(workspace *w, const float *from, size_t stride, int rows, int depth)
{
    if (rows == PANEL) {
        for (int k = 0; k < depth; k++, from += stride) {
            UNROLL
            for (int v = 0; v < TILE_VECTORS; v++) vec_store(w->panel + k * PANEL + v * V, vec_load(from + v * V));
        }
        return;
    }
    for (int k = 0; k < depth; k++) {
        for (int r = 0; r < rows; r += V) {
            vec_store(w->panel + k * PANEL + r, vec_load_some(from + (size_t)k * stride + r, least(V, rows - r)));
        }
    }
}

/* panel[k, r] = from[r stride + k] */
static void pack_transposed(workspace *w, const float *from, size_t stride, int rows, int depth)
{
    for (int r = 0; r < rows; r += V) {
        for (int k = 0; k < depth; k += V) {
            vec q[V];
            UNROLL
            for (int y = 0; y < V; y++) {
                q[y] = r + y < rows ? vec_load_some(from + (size_t)(r + y) * stride + k, least(V, depth - k)) : (vec){ 0 };
            }
            vec_transpose(q);
            UNROLL
            for (int y = 0; y < V; y++) vec_store(w->panel + (k + y) * PANEL + r, q[y]);
        }
    }
}

#endif
