/*
 * The product of whole.inc by VNNI: a four of pixels in all lanes of a vector, times the digits of V lanes, in one step. A tile is up to
 * GROUP vectors of lanes and NC rows; its sums stay in registers. Pixels are read one four at a time, for which the loads have room.
 */
#ifndef STRATA_MAT_CPU_WHOLE_DOTS_H
#define STRATA_MAT_CPU_WHOLE_DOTS_H

enum { NC = 4 };

/* nv vectors of lanes, nc rows: both constants where this is called. */
INLINE void tile(const product *p, int row, int v0, int nv, int nc)
{
    int32_t *T = p->T + row * LANES + v0 * V;
    const int32_t *digit = p->digit + v0 * V;
    const uint8_t *bytes = p->bytes + (size_t)row * p->row;
    vec_whole sum[NC][GROUP];
    UNROLL
    for (int v = 0; v < nv; v++) {
        vec_whole middle = load(p->middle + (v0 + v) * V);
        UNROLL
        for (int c = 0; c < nc; c++) sum[c][v] = (p->fresh ? (vec_whole){ 0 } : load(T + c * LANES + v * V)) - middle;
    }
    for (int k = 0; k < p->fours; k++, digit += LANES, bytes += p->four) {
        vec_whole x[GROUP];
        UNROLL
        for (int v = 0; v < nv; v++) x[v] = load(digit + v * V);
        UNROLL
        for (int c = 0; c < nc; c++) {
            int32_t four;
            memcpy(&four, bytes + (size_t)c * p->row, sizeof four);
            vec_whole bytes4 = (vec_whole){ 0 } + four;
            UNROLL
            for (int v = 0; v < nv; v++) sum[c][v] = vec_dot(sum[c][v], bytes4, x[v]);
        }
    }
    UNROLL
    for (int c = 0; c < nc; c++) {
        UNROLL
        for (int v = 0; v < nv; v++) store(T + c * LANES + v * V, sum[c][v]);
    }
}

typedef void tile_function(const product *p, int row, int v0);

#define TILE(nv, nc)                                                   \
    static void tile_##nv##_##nc(const product *p, int row, int v0)    \
    {                                                                  \
        tile(p, row, v0, nv, nc);                                      \
    }
#define TILES_OF(X, nv) X(nv, 1) X(nv, 2) X(nv, 3) X(nv, 4)
#define TILE_NAME(nv, nc) tile_##nv##_##nc,

TILES_OF(TILE, 1) TILES_OF(TILE, 2) TILES_OF(TILE, 3) TILES_OF(TILE, 4) TILES_OF(TILE, 5)

/* By vectors of lanes and by rows, from 1. */
static tile_function *const tiles[GROUP][NC] = { { TILES_OF(TILE_NAME, 1) }, { TILES_OF(TILE_NAME, 2) }, { TILES_OF(TILE_NAME, 3) },
                                                 { TILES_OF(TILE_NAME, 4) }, { TILES_OF(TILE_NAME, 5) } };

static void multiply(const product *p, int rows)
{
    int groups = (p->vectors + GROUP - 1) / GROUP, group = (p->vectors + groups - 1) / groups;
    for (int v = 0; v < p->vectors; v += group) {
        tile_function *const *of = tiles[least(group, p->vectors - v) - 1];
        for (int r = 0; r < rows; r += NC) of[least(NC, rows - r) - 1](p, r, v);
    }
}

/* Fours in which a sum of depth terms is done. */
INLINE int whole_steps(int depth)
{
    return (depth + 3) / 4;
}

/* panel[j / 4, t - t0]: the fours of images j .. j + 3; behind the last image their digits are 0. */
static void pack(int32_t *panel, mat X, int t0, int inputs, int fours)
{
    for (int k = 0; k < fours; k++) {
        const uint8_t *image[4];
        for (int b = 0; b < 4; b++) image[b] = image_bytes(X, least(4 * k + b, X.cols - 1)) + t0;
        for (int t = 0; t < inputs; t += V) store(panel + k * PACK + t, vec_fours(image[0] + t, image[1] + t, image[2] + t, image[3] + t));
    }
}

INLINE const uint8_t *panel_row(const int32_t *panel, int row, int fours)
{
    (void)fours;
    return (const uint8_t *)(panel + row);
}

INLINE size_t panel_row_step(int fours)
{
    (void)fours;
    return sizeof(int32_t);
}

INLINE size_t panel_four_step(void)
{
    return PACK * sizeof(int32_t);
}

#endif
