/*
 * load_minibatch, (0) and (21): of bytes as they are, for the products that standardise while they pack, and of bytes or floats as an
 * ordinary matrix of floats.
 */
#include "invariant.h"
#include "kernels.h"
#include "patches.h"

/* ---- bytes as they are --------------------------------------------------------------------------------------------------------------- */

/* (21)  Copies the runs of all patches. */
static void load_patches(mat X, const minibatch *batch)
{
    int side = batch->patch.side, runs = X.rows / side;
    uint8_t *to = (uint8_t *)X.p + CPU_PIXELS_HEAD;
    *(cpu_input *)X.p = (cpu_input){ batch->patch_scale, batch->patch_shift };
    for (int j = 0; j < X.cols; j++) {
        const uint8_t *from = batch->image + batch->index[patches_image(batch, j)] * batch->stride;
        for (int run = 0; run < runs; run++, to += side) memcpy(to, from + patches_run(batch, j, run), (size_t)side);
    }
}

/* (0)  Copies the bytes; the rest is done where they are packed. Images of a mini-batch are scattered in memory, so the next few are prefetched. */
void LEVEL(load_pixels)(mat X, const minibatch *batch)
{
    INVARIANT(X.rows == patches_rows(batch) && X.cols == patches_columns(batch) && batch->image != NULL);
    enum { AHEAD = 4, LINE = 64 };
    if (batch->patch.side > 0) {
        load_patches(X, batch);
        return;
    }
    *(cpu_input *)X.p = (cpu_input){ batch->scale, batch->shift };
    uint8_t *to = (uint8_t *)X.p + CPU_PIXELS_HEAD;
    for (int j = 0; j < X.cols; j++) {
        for (int t = 0; j + AHEAD < X.cols && t < X.rows; t += LINE) {
            __builtin_prefetch(batch->image + batch->index[j + AHEAD] * batch->stride + t);
        }
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
