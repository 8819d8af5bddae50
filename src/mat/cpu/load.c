/*
 * load_minibatch, (0) and (21): of bytes as they are, for the products that standardise while they pack, and of bytes or floats as an
 * ordinary matrix of floats.
 */
#include "invariant.h"
#include "kernels.h"
#include "patches.h"
#include "vec.h"

/* ---- bytes as they are --------------------------------------------------------------------------------------------------------------- */

/* Images of a mini-batch are scattered in memory, so the next few are prefetched: image j + AHEAD, when image j is about to be read. */
INLINE void fetch_ahead(const minibatch *batch, int j, int features)
{
    enum { AHEAD = 4, LINE = 64 };
    for (int t = 0; j + AHEAD < batch->n && t < features; t += LINE) {
        __builtin_prefetch(batch->image + batch->index[j + AHEAD] * batch->stride + t);
    }
}

/* A row of an image is cut into one run for each patch across it: `from` is read once, from its begin to its end. side: a constant where it
 * is a usual one, so that a copy is one or two instructions. */
INLINE void cut_rows(uint8_t *to, const uint8_t *from, const minibatch *batch, int side)
{
    int across = batch->patch.width / side, down = batch->patch.height / side;
    size_t patch = (size_t)(batch->patch.channels * side * side);
    for (int q = 0; q < batch->patch.channels; q++) {
        for (int y = 0; y < down; y++) {
            uint8_t *column = to + (size_t)y * (size_t)across * patch + (size_t)(q * side * side);
            for (int r = 0; r < side; r++, column += side) {
                uint8_t *run = column;
                for (int x = 0; x < across; x++, run += patch, from += side) memcpy(run, from, (size_t)side);
            }
        }
    }
}

/* Four pixels, a row of a patch of side 4, are one element of a vector. */
typedef uint32_t fours __attribute__((vector_size(16)));

INLINE fours fours_load(const uint8_t *p)
{
    fours x;
    memcpy(&x, p, sizeof x);
    return x;
}

/* The four rows of four neighbouring patches, `width` bytes apart, go to these patches, `patch` bytes apart: a transpose of 4 x 4. */
INLINE void cut_four(uint8_t *to, size_t patch, const uint8_t *from, size_t width)
{
    fours a = fours_load(from), b = fours_load(from + width), c = fours_load(from + 2 * width), d = fours_load(from + 3 * width);
    fours ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
    fours AB = __builtin_shufflevector(a, b, 2, 6, 3, 7), CD = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    const fours cut[4] = { __builtin_shufflevector(ab, cd, 0, 1, 4, 5), __builtin_shufflevector(ab, cd, 2, 3, 6, 7),
                           __builtin_shufflevector(AB, CD, 0, 1, 4, 5), __builtin_shufflevector(AB, CD, 2, 3, 6, 7) };
    for (int x = 0; x < 4; x++) memcpy(to + (size_t)x * patch, &cut[x], sizeof cut[x]);
}

/* Patches of side 4, four across at a time. */
static void cut_in_fours(uint8_t *to, const uint8_t *from, const minibatch *batch)
{
    int across = batch->patch.width / 4, down = batch->patch.height / 4;
    size_t width = (size_t)batch->patch.width, patch = (size_t)(batch->patch.channels * 16);
    for (int q = 0; q < batch->patch.channels; q++) {
        uint8_t *first = to + (size_t)q * 16;
        for (int y = 0; y < down; y++, from += 4 * width) {
            for (int x = 0; x < across; x += 4, first += 4 * patch) cut_four(first, patch, from + 4 * x, width);
        }
    }
}

/* (21)  All patches of an image lie side by side. */
static void load_patches(mat X, const minibatch *batch)
{
    uint8_t *to = (uint8_t *)X.p + CPU_PIXELS_HEAD;
    size_t image = (size_t)X.rows * (size_t)batch->patch.count;
    *(cpu_input *)X.p = (cpu_input){ .scale = batch->patch_scale, .shift = batch->patch_shift };
    for (int j = 0; j < batch->n; j++, to += image) {
        const uint8_t *from = batch->image + batch->index[j] * batch->stride;
        fetch_ahead(batch, j, (int)image);
        switch (batch->patch.side) {
        case 2: cut_rows(to, from, batch, 2); break;
        case 4:
            if (batch->patch.width % 16 == 0) cut_in_fours(to, from, batch);
            else cut_rows(to, from, batch, 4);
            break;
        case 8: cut_rows(to, from, batch, 8); break;
        case 16: cut_rows(to, from, batch, 16); break;
        default: cut_rows(to, from, batch, batch->patch.side); break;
        }
    }
}

/* (0)  Copies the bytes; the rest is done where they are packed. */
void LEVEL(load_pixels)(mat X, const minibatch *batch)
{
    INVARIANT(X.rows == patches_rows(batch) && X.cols == patches_columns(batch) && batch->image != NULL);
    if (batch->patch.side > 0) {
        load_patches(X, batch);
        return;
    }
    *(cpu_input *)X.p = (cpu_input){ batch->scale, batch->shift, batch->image, batch->stride, batch->index + batch->n, batch->after };
    uint8_t *to = (uint8_t *)X.p + CPU_PIXELS_HEAD;
    for (int j = 0; j < X.cols; j++) {
        fetch_ahead(batch, j, X.rows);
        memcpy(to + (size_t)j * (size_t)X.rows, batch->image + batch->index[j] * batch->stride, (size_t)X.rows);
    }
}

/* ---- an ordinary matrix -------------------------------------------------------------------------------------------------------------- */

enum { LOADED = 16 }; /* columns of a part */

typedef struct {
    mat X;
    const minibatch *batch;
} load_call;

static void load_part(const void *all, int number)
{
    const load_call *q = all;
    for (int j = number * LOADED, last = least(j + LOADED, q->X.cols); j < last; j++) {
        patches_load_column(column(q->X, j), q->batch, j, q->X.rows);
    }
}

void LEVEL(load_matrix)(mat X, const minibatch *batch)
{
    INVARIANT(X.rows == patches_rows(batch) && X.cols == patches_columns(batch));
    mat_in_parts(load_part, &(load_call){ X, batch }, (X.cols + LOADED - 1) / LOADED, (double)X.cols * X.rows);
}
