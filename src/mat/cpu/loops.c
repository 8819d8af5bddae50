/*
 * The verbs between the products, element by element or row by row: batch normalisation (2)(3)(12)-(15), ReLU (4)(11), means over images
 * (9)(13) and the updates (16)(17)(37)-(41). They are plain loops down a column, [m] units, which the compiler turns into vectors of the
 * level. A value that belongs to a row, as (v + eps)^-1/2 or a sum over images, is kept for BLOCK rows at a time on the stack. Sums over
 * images go from the first image to the last, row by row, at every level and with any number of threads.
 */
#include "invariant.h"
#include "kernels.h"

#include <math.h>

enum { BLOCK = 256 };

static float *part(mat M, int j, int i)
{
    return column(M, j) + i;
}

static void moments(mat mu, mat v, mat S)
{
    INVARIANT(mu.rows == S.rows && v.rows == S.rows && S.cols >= 1);
    float n = (float)S.cols;
    for (int first = 0; first < S.rows; first += BLOCK) {
        int rows = least(BLOCK, S.rows - first);
        float sum[BLOCK] = { 0 }, squares[BLOCK] = { 0 };
        for (int j = 0; j < S.cols; j++) {
            const float *restrict s = part(S, j, first);
            for (int i = 0; i < rows; i++) sum[i] += s[i];
        }
        for (int i = 0; i < rows; i++) sum[i] /= n;
        for (int j = 0; j < S.cols; j++) {
            const float *restrict s = part(S, j, first);
            for (int i = 0; i < rows; i++) squares[i] += (s[i] - sum[i]) * (s[i] - sum[i]);
        }
        float *restrict m = at(mu) + first, *restrict var = at(v) + first;
        for (int i = 0; i < rows; i++) {
            m[i] = sum[i];
            var[i] = squares[i] / n;
        }
    }
}

/* out = (v + eps)^-1/2 */
static void inverse_roots(float *restrict out, const float *restrict v, int rows, double eps)
{
    for (int i = 0; i < rows; i++) out[i] = 1 / sqrtf(v[i] + (float)eps);
}

/* (2) */
static void standardise(mat Shat, mat S, mat mu, mat v, double eps)
{
    INVARIANT(Shat.rows == S.rows && Shat.cols == S.cols && mu.rows == S.rows && v.rows == S.rows);
    for (int first = 0; first < S.rows; first += BLOCK) {
        int rows = least(BLOCK, S.rows - first);
        const float *restrict m = at(mu) + first;
        float inverse[BLOCK];
        inverse_roots(inverse, at(v) + first, rows, eps);
        for (int j = 0; j < S.cols; j++) {
            float *restrict to = part(Shat, j, first);
            const float *restrict s = part(S, j, first);
            for (int i = 0; i < rows; i++) to[i] = (s[i] - m[i]) * inverse[i];
        }
    }
}

/* (3) */
static void scale_shift(mat T, mat gamma, mat Shat, mat beta)
{
    INVARIANT(T.rows == Shat.rows && T.cols == Shat.cols && gamma.rows == T.rows && beta.rows == T.rows);
    const float *restrict g = at(gamma), *restrict b = at(beta);
    for (int j = 0; j < T.cols; j++) {
        float *restrict to = part(T, j, 0);
        const float *restrict s = part(Shat, j, 0);
        for (int i = 0; i < T.rows; i++) to[i] = g[i] * s[i] + b[i];
    }
}

/* (4)  in place too, so no restrict; a NaN is not <= 0 and stays */
static void relu(mat X, mat T)
{
    INVARIANT(X.rows == T.rows && X.cols == T.cols);
    float *x = at(X);
    const float *t = at(T);
    for (size_t e = 0; e < mat_elements(X); e++) x[e] = t[e] <= 0 ? 0 : t[e];
}

/* (11) */
static void relu_back(mat G, mat X)
{
    INVARIANT(G.rows == X.rows && G.cols == X.cols);
    float *restrict g = at(G);
    const float *restrict x = at(X);
    for (size_t e = 0; e < mat_elements(G); e++) g[e] = x[e] > 0 ? g[e] : 0;
}

/* (9)(13)  and (12), where Shat is not NULL: means over images, row by row, of G or of G . Shat */
static void means(float *restrict to, mat G, const mat *Shat)
{
    float n = (float)G.cols;
    for (int first = 0; first < G.rows; first += BLOCK) {
        int rows = least(BLOCK, G.rows - first);
        float sum[BLOCK] = { 0 };
        for (int j = 0; j < G.cols; j++) {
            const float *restrict g = part(G, j, first), *restrict s = Shat != NULL ? part(*Shat, j, first) : NULL;
            if (s == NULL) {
                for (int i = 0; i < rows; i++) sum[i] += g[i];
            } else {
                for (int i = 0; i < rows; i++) sum[i] += g[i] * s[i];
            }
        }
        for (int i = 0; i < rows; i++) to[first + i] = sum[i] / n;
    }
}

static void row_means(mat db, mat G)
{
    INVARIANT(db.rows == G.rows);
    means(at(db), G, NULL);
}

static void row_mean_products(mat dgamma, mat G, mat Shat)
{
    INVARIANT(dgamma.rows == G.rows && Shat.rows == G.rows && Shat.cols == G.cols);
    means(at(dgamma), G, &Shat);
}

/* (14) */
static void scale_rows(mat G, mat gamma)
{
    INVARIANT(gamma.rows == G.rows);
    const float *restrict by = at(gamma);
    for (int j = 0; j < G.cols; j++) {
        float *restrict g = part(G, j, 0);
        for (int i = 0; i < G.rows; i++) g[i] *= by[i];
    }
}

/* (15) */
static void standardise_back(mat G, mat Shat, mat v, double eps)
{
    INVARIANT(Shat.rows == G.rows && Shat.cols == G.cols && v.rows == G.rows);
    float n = (float)G.cols;
    for (int first = 0; first < G.rows; first += BLOCK) {
        int rows = least(BLOCK, G.rows - first);
        float mean[BLOCK] = { 0 }, product[BLOCK] = { 0 }, inverse[BLOCK];
        inverse_roots(inverse, at(v) + first, rows, eps);
        for (int j = 0; j < G.cols; j++) {
            const float *restrict g = part(G, j, first), *restrict s = part(Shat, j, first);
            for (int i = 0; i < rows; i++) {
                mean[i] += g[i];
                product[i] += g[i] * s[i];
            }
        }
        for (int i = 0; i < rows; i++) {
            mean[i] /= n;
            product[i] /= n;
        }
        for (int j = 0; j < G.cols; j++) {
            float *restrict g = part(G, j, first);
            const float *restrict s = part(Shat, j, first);
            for (int i = 0; i < rows; i++) g[i] = inverse[i] * (g[i] - mean[i] - s[i] * product[i]);
        }
    }
}

/* (16) */
static void sgd_step(mat theta, double eta, mat dtheta)
{
    INVARIANT(theta.rows == dtheta.rows && theta.cols == dtheta.cols);
    float *restrict t = at(theta), rate = (float)eta;
    const float *restrict d = at(dtheta);
    for (size_t e = 0; e < mat_elements(theta); e++) t[e] -= rate * d[e];
}

/* (17)(40) */
static void average(mat av, double alpha, mat now)
{
    INVARIANT(av.rows == now.rows && av.cols == now.cols);
    float *restrict a = at(av), before = (float)alpha, share = (float)(1 - alpha);
    const float *restrict x = at(now);
    for (size_t e = 0; e < mat_elements(av); e++) a[e] = before * a[e] + share * x[e];
}

/* (38)(39) */
static void accumulate(mat u, double momentum, mat g)
{
    INVARIANT(u.rows == g.rows && u.cols == g.cols);
    float *restrict to = at(u), by = (float)momentum;
    const float *restrict x = at(g);
    for (size_t e = 0; e < mat_elements(u); e++) to[e] = by * to[e] + x[e];
}

/* (40) */
static void average_squares(mat v, double beta, mat g)
{
    INVARIANT(v.rows == g.rows && v.cols == g.cols);
    float *restrict to = at(v), before = (float)beta, share = (float)(1 - beta);
    const float *restrict x = at(g);
    for (size_t e = 0; e < mat_elements(v); e++) to[e] = before * to[e] + share * (x[e] * x[e]);
}

/* (40) */
static void adam_step(mat theta, double rate, mat m, mat v, double part, double eps)
{
    INVARIANT(theta.rows == m.rows && theta.cols == m.cols && v.rows == m.rows && v.cols == m.cols);
    float *restrict t = at(theta), by = (float)rate, inverse = (float)(1 / part), more = (float)eps;
    const float *restrict mean = at(m), *restrict square = at(v);
    for (size_t e = 0; e < mat_elements(theta); e++) t[e] -= by * mean[e] / (sqrtf(square[e] * inverse) + more);
}

/* (41) */
static void shrink(mat theta, double by)
{
    float *restrict t = at(theta), share = (float)by;
    for (size_t e = 0; e < mat_elements(theta); e++) t[e] -= share * t[e];
}

/* (37) */
static void scale(mat g, double by)
{
    float *restrict x = at(g), share = (float)by;
    for (size_t e = 0; e < mat_elements(g); e++) x[e] *= share;
}

void LEVEL(loops)(backend *table)
{
    table->moments = moments;
    table->standardise = standardise;
    table->scale_shift = scale_shift;
    table->relu = relu;
    table->relu_back = relu_back;
    table->row_means = row_means;
    table->row_mean_products = row_mean_products;
    table->scale_rows = scale_rows;
    table->standardise_back = standardise_back;
    table->sgd_step = sgd_step;
    table->average = average;
    table->accumulate = accumulate;
    table->average_squares = average_squares;
    table->adam_step = adam_step;
    table->shrink = shrink;
    table->scale = scale;
    table->drop = LEVEL(drop);
    table->add_noise = LEVEL(add_noise);
}
