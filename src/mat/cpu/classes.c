/*
 * The verbs of the output layer: softmax (5) and the loss (6). Ten classes are less than a vector, so exponentials are taken of all images
 * of a block at once, one number after the other down the columns, by a loop that the compiler turns into vectors; the C library's would be
 * called number by number. Everything around them is the definition.
 */
#include "invariant.h"
#include "kernels.h"

#include <math.h>

enum { ROOM = 1024 }; /* numbers of a block, on the stack */

static uint32_t bits_of(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* 2^n for -126 <= n <= 127. */
static float power_of_two(int32_t n)
{
    uint32_t bits = (uint32_t)(n + 127) << 23;
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/*
 * x = exp(x) for count numbers <= 0, to two roundings: n = round(x / log 2), r = x - n log 2 in two parts, the first of which has so few
 * bits that n times it is exact, and the series of exp(r) up to r^7, whose rest is below 6e-9 for |r| <= 0.35. Adding 3 2^22 rounds to a
 * whole number and leaves it in the last bits. 2^n is multiplied in twice, as it may be less than the smallest float. A NaN stays one.
 */
static void exponentials(float *restrict x, size_t count)
{
    const float ROUNDER = 0x1.8p23F, HIGH = 0x1.62e4p-1F, LOW = 0x1.7f7d1cp-20F;
    for (size_t e = 0; e < count; e++) {
        float y = x[e] < -110 ? -110 : x[e];
        float whole = y * 0x1.715476p0F + ROUNDER, n = whole - ROUNDER;
        int32_t k = (int32_t)(bits_of(whole) - bits_of(ROUNDER));
        float r = (y - n * HIGH) - n * LOW;
        float p = 1 / 5040.0F;
        p = p * r + 1 / 720.0F;
        p = p * r + 1 / 120.0F;
        p = p * r + 1 / 24.0F;
        p = p * r + 1 / 6.0F;
        p = p * r + 0.5F;
        p = p * r + 1;
        p = p * r + 1;
        x[e] = p * power_of_two(k / 2) * power_of_two(k - k / 2);
    }
}

/* Of the columns of S from first on: to = exp(s - the column's largest), one column after the other. */
static void relative(float *to, float *shift, mat S, int first, int cols)
{
    for (int j = 0; j < cols; j++) {
        const float *s = column(S, first + j);
        shift[j] = s[0];
        for (int i = 1; i < S.rows; i++) shift[j] = s[i] > shift[j] ? s[i] : shift[j];
        for (int i = 0; i < S.rows; i++) to[(size_t)j * (size_t)S.rows + (size_t)i] = s[i] - shift[j];
    }
    exponentials(to, (size_t)cols * (size_t)S.rows);
}

static int block(mat S, int first)
{
    return least(ROOM / S.rows, S.cols - first);
}

static float sum_of(const float *x, int count)
{
    float sum = 0;
    for (int i = 0; i < count; i++) sum += x[i];
    return sum;
}

/* (5) */
static void softmax(mat P, mat S)
{
    INVARIANT(P.rows == S.rows && P.cols == S.cols);
    if (S.rows > ROOM) {
        mat_ref32.softmax(P, S);
        return;
    }
    for (int first = 0, cols; first < S.cols; first += cols) {
        float shift[ROOM];
        cols = block(S, first);
        relative(column(P, first), shift, S, first, cols);
        for (int j = first; j < first + cols; j++) {
            float sum = sum_of(column(P, j), P.rows);
            for (int i = 0; i < P.rows; i++) column(P, j)[i] /= sum;
        }
    }
}

/* (6)  summed in double, as the definition does */
static void mean_loss(mat J, mat S, const minibatch *batch)
{
    INVARIANT(J.rows == 1 && J.cols == 1 && S.cols == batch->n);
    if (S.rows > ROOM) {
        mat_ref32.mean_loss(J, S, batch);
        return;
    }
    double total = 0;
    for (int first = 0, cols; first < S.cols; first += cols) {
        float shift[ROOM], e[ROOM];
        cols = block(S, first);
        relative(e, shift, S, first, cols);
        for (int j = 0; j < cols; j++) {
            int label = batch->label[batch->index[first + j]];
            total += logf(sum_of(e + (size_t)j * (size_t)S.rows, S.rows)) - (column(S, first + j)[label] - shift[j]);
        }
    }
    *at(J) = (float)(total / S.cols);
}

void LEVEL(classes)(backend *table)
{
    table->softmax = softmax;
    table->mean_loss = mean_loss;
}
