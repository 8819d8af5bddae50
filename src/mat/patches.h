/*
 * Patches of images as columns of X0, (21) of docs/math.md: column j count + p is patch p of image j. A patch is channels * side runs of
 * `side` pixels that lie side by side in the image, so a loader copies runs. Without patches a column is a whole example.
 */
#ifndef STRATA_MAT_PATCHES_H
#define STRATA_MAT_PATCHES_H

#include "mat.h"

/* Of images of this size, cut into patches of this side, which divides it; 0: they are not cut. */
static inline mat_patches patches_of_images(int side, int height, int width, int channels)
{
    if (side == 0) return (mat_patches){ .count = 1 };
    return (mat_patches){ side, height, width, channels, (height / side) * (width / side) };
}

/* Columns and rows of X0 for this mini-batch. */
static inline int patches_columns(const minibatch *batch)
{
    return batch->patch.side > 0 ? batch->n * batch->patch.count : batch->n;
}

static inline int patches_rows(const minibatch *batch)
{
    return batch->patch.side > 0 ? batch->patch.channels * batch->patch.side * batch->patch.side : batch->d;
}

/* Where run `run` (channel after channel, in it row after row) of the patch of this column begins among the features of its image. */
static inline size_t patches_run(const minibatch *batch, int column, int run)
{
    int side = batch->patch.side, across = batch->patch.width / side, p = column % batch->patch.count;
    size_t channel = (size_t)(run / side), row = (size_t)(p / across * side + run % side), first = (size_t)(p % across * side);
    return (channel * (size_t)batch->patch.height + row) * (size_t)batch->patch.width + first;
}

/* The feature of the image that is element t of this column. */
static inline size_t patches_feature(const minibatch *batch, int column, int t)
{
    int side = batch->patch.side;
    return side > 0 ? patches_run(batch, column, t / side) + (size_t)(t % side) : (size_t)t;
}

/* The number of the image of a column, as index counts. */
static inline int patches_image(const minibatch *batch, int column)
{
    return batch->patch.side > 0 ? column / batch->patch.count : column;
}

/* (0) in float for features first .. first + count - 1 of one example. Of bytes one multiplication and one addition: 1/(255 std) and
 * -mean/std are folded beforehand. Of floats the difference first, see mat.h. */
static inline void patches_load_features(float *restrict to, const minibatch *batch, int image, size_t first, int count)
{
    const float *restrict scale = batch->scale + first, *restrict shift = batch->shift + first;
    size_t begin = batch->index[image] * batch->stride + first;
    if (batch->table != NULL) {
        const float *restrict from = batch->table + begin;
        for (int t = 0; t < count; t++) to[t] = (from[t] - shift[t]) * scale[t];
    } else {
        const uint8_t *restrict from = batch->image + begin;
        for (int t = 0; t < count; t++) to[t] = (float)from[t] * scale[t] + shift[t];
    }
}

/* (0)(21) in float for one column of X0. */
static inline void patches_load_column(float *to, const minibatch *batch, int column, int rows)
{
    int side = batch->patch.side;
    if (side == 0) patches_load_features(to, batch, column, 0, rows);
    for (int run = 0; side > 0 && run < rows / side; run++, to += side) {
        patches_load_features(to, batch, patches_image(batch, column), patches_run(batch, column, run), side);
    }
}

#endif
