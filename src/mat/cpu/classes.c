/*
 * The verbs of the output layer: softmax (5) and the loss (6), as ref32 defines them but for the exponentials. Ten classes are less than a
 * vector. So one loop takes the exponentials of all images of a block, column after column, and the compiler turns it into vectors. The C
 * library's expf would be one call a number. More classes than a block has room for are taken ROOM at a time, and so are their sums.
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
 * x = exp(x) for count numbers <= 0, with an error of about two roundings: exp(x) = 2^n exp(r), n = round(x / log 2), r = x - n log 2.
 *
 *   - log 2 is HIGH + LOW, and HIGH has so few bits that n HIGH is exact.
 *   - exp(r) is its series up to r^7. The rest is below 6e-9 for |r| <= 0.35.
 *   - Adding ROUNDER, 3 2^22, rounds to an integer and leaves it in the lowest bits.
 *   - 2^n may be less than the smallest float, so it is multiplied in as two powers.
 *
 * A NaN stays a NaN.
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

static float largest(const float *s, int count)
{
    float most = s[0];
    for (int i = 1; i < count; i++) most = s[i] > most ? s[i] : most;
    return most;
}

/* to [rows x cols] = exp(S - shift), for `cols` columns of S from `first` on; shift [cols]: the largest element of each. */
static void relative(float *to, float *shift, mat S, int first, int cols)
{
    for (int j = 0; j < cols; j++) {
        const float *s = column(S, first + j);
        shift[j] = largest(s, S.rows);
        for (int i = 0; i < S.rows; i++) to[(size_t)j * (size_t)S.rows + (size_t)i] = s[i] - shift[j];
    }
    exponentials(to, (size_t)cols * (size_t)S.rows);
}

static int block(mat S, int first)
{
    return S.rows > ROOM ? 1 : least(ROOM / S.rows, S.cols - first);
}

/* A sum of sums of ROOM terms, which rounds less than one chain of 65,536. */
static float sum_of(const float *x, int count)
{
    float sum = 0;
    for (int first = 0; first < count; first += ROOM) {
        float some = 0;
        for (int i = first, last = least(first + ROOM, count); i < last; i++) some += x[i];
        sum += some;
    }
    return sum;
}

/* The same of exp(s - shift), for a column of more than ROOM classes. */
static float sum_of_exponentials(const float *s, float shift, int count)
{
    float sum = 0;
    for (int first = 0; first < count; first += ROOM) {
        float e[ROOM];
        int some = least(ROOM, count - first);
        for (int i = 0; i < some; i++) e[i] = s[first + i] - shift;
        exponentials(e, (size_t)some);
        sum += sum_of(e, some);
    }
    return sum;
}

/* (5) */
static void softmax(mat P, mat S)
{
    INVARIANT(P.rows == S.rows && P.cols == S.cols);
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

/* total + the losses of `cols` images from `first` on, which fit in a block; and the loss of one image of many classes. */
static double with_losses(double total, mat S, const minibatch *batch, int first, int cols)
{
    float shift[ROOM], e[ROOM];
    relative(e, shift, S, first, cols);
    for (int j = 0; j < cols; j++) {
        int label = batch->label[batch->index[first + j]];
        total += logf(sum_of(e + (size_t)j * (size_t)S.rows, S.rows)) - (column(S, first + j)[label] - shift[j]);
    }
    return total;
}

static double loss_of_many_classes(mat S, const minibatch *batch, int j)
{
    const float *s = column(S, j);
    float shift = largest(s, S.rows);
    return logf(sum_of_exponentials(s, shift, S.rows)) - (s[batch->label[batch->index[j]]] - shift);
}

/* (6)  summed in double, as the definition does */
static void mean_loss(mat J, mat S, const minibatch *batch)
{
    INVARIANT(J.rows == 1 && J.cols == 1 && S.cols == batch->n);
    double total = 0;
    if (batch->smoothing > 0) { /* once a mini-batch: no loop of its own is worth it */
        mat_ref32.mean_loss(J, S, batch);
        return;
    }
    for (int first = 0, cols; first < S.cols; first += cols) {
        cols = block(S, first);
        total = S.rows > ROOM ? total + loss_of_many_classes(S, batch, first) : with_losses(total, S, batch, first, cols);
    }
    *at(J) = (float)(total / S.cols);
}

void LEVEL(classes)(backend *table)
{
    table->softmax = softmax;
    table->mean_loss = mean_loss;
}
