/*
 * shaken: ref64 with a random error in every result, as large as rounding may make it in a backend of unit roundoff u. A net that runs in
 * shaken shows how far rounding may move its gradients, cancellation included: where (15) subtracts numbers that agree in all but their
 * last digits, the difference has the errors of both. The gradient check derives its tolerances from that (net/gradspread.h).
 *
 * To first order, delta being uniform in [-1, 1] and drawn anew for every use:
 *
 *     a result of q roundings        x + q u |x| delta
 *     a sum of K terms               each term times 1 + bound(K) delta (backward error), which is, in variance, one delta for all of them:
 *                                    sum + bound(K) sqrt(sum of the squares of the terms) delta
 *     bound(K)                       min(K + 2, 6 sqrt(K + 8)) u: K roundings of any sum, one of its terms and one of a division, or
 *                                    the probabilistic bound (Higham and Mary, SIAM J. Sci. Comput. 41(5), 2019) where it is less
 *     a factor that a pixel verb
 *     rounds to bf16 first           bound(K) + its unit for that: one more rounding of each term
 *     underflow                      + the smallest normal number of the type, as subnormal ones may be flushed to zero
 *
 * When a verb's roundings change in any backend, these lines must still cover them. Only verbs that a gradient depends on have errors.
 */
#include <math.h>

#include "mat.h"
#include "patches.h"
#include "random.h"

/* Of the calling thread: several check gradients at once. */
static _Thread_local struct {
    double unit, input_unit, least;
    random_stream stream;
    uint64_t draw, count;
} shaking;

void mat_shake(const backend *like, uint64_t seed, uint64_t draw)
{
    shaking.unit = like != NULL ? like->unit : 0;
    shaking.input_unit = like != NULL ? like->input_unit : 0;
    shaking.least = like == NULL ? 0 : like->unit > mat_ref64.unit ? 0x1p-126 : 0x1p-1022;
    shaking.stream = random_named(seed, "shaken");
    shaking.draw = draw;
    shaking.count = 0;
}

static double *at(mat M)
{
    return M.p;
}

static double *column(mat M, int j)
{
    return (double *)M.p + (size_t)j * (size_t)M.rows;
}

static double delta_at(uint64_t number)
{
    return 2 * random_uniform(shaking.stream, shaking.draw, number) - 1;
}

static double delta(void)
{
    return delta_at(shaking.count++);
}

/* x moved by at most `size`. */
static double moved(double x, double size)
{
    return x + (size + shaking.least) * delta();
}

static double bound(int terms)
{
    return fmin(terms + 2.0, 6 * sqrt(terms + 8.0)) * shaking.unit;
}

static void move_all(mat M, double roundings)
{
    for (size_t e = 0; e < mat_elements(M); e++) at(M)[e] = moved(at(M)[e], roundings * shaking.unit * fabs(at(M)[e]));
}

/* ---- forward ----------------------------------------------------------------------------------------------------------------------- */

/* (0)  Backends compute p scale + shift, and some keep the two apart until the end of (1): what cancels counts in full. */
static void load_minibatch(mat X, const minibatch *batch)
{
    mat_ref64.load_minibatch(X, batch);
    for (int j = 0; j < X.cols; j++) {
        const uint8_t *p = batch->image + batch->index[patches_image(batch, j)] * batch->stride;
        for (int t = 0; t < X.rows; t++) {
            size_t f = patches_feature(batch, j, t);
            double size = (p[f] / 255.0 + fabs(batch->mean[f])) * batch->inv_std[f];
            column(X, j)[t] = moved(column(X, j)[t], bound(X.rows) * size);
        }
    }
}

/* (0) for floats. What rounding the mean to a float leaves is one error for all examples; difference, scale and product are three more. */
static void load_floats(mat X, const minibatch *batch)
{
    mat_backend_floats(&mat_ref64)->load_minibatch(X, batch);
    for (int t = 0; t < X.rows; t++) {
        double off = moved(0, shaking.unit * fabs(batch->mean[t]) * batch->inv_std[t]);
        for (int j = 0; j < X.cols; j++) {
            double *x = &column(X, j)[t];
            *x = moved(*x, 3 * shaking.unit * fabs(*x)) + off;
        }
    }
}

/* (0)(21) for floats. The one error is of a feature, or of a row of X where patches share their means. */
static void load_float_patches(mat X, const minibatch *batch)
{
    uint64_t first = shaking.count;
    mat_backend_floats(&mat_ref64)->load_minibatch(X, batch);
    shaking.count += (uint64_t)batch->d;
    for (int j = 0; j < X.cols; j++) {
        for (int t = 0; t < X.rows; t++) {
            size_t f = patches_feature(batch, j, t), mean = batch->patch_shift != NULL ? (size_t)t : f;
            double *x = &column(X, j)[t], size = shaking.unit * fabs(batch->mean[f]) * batch->inv_std[f];
            *x = moved(*x, 3 * shaking.unit * fabs(*x)) + size * delta_at(first + mean);
        }
    }
}

/* (1)(5) */
static void affine_by(mat S, mat W, mat X, mat b, double relative)
{
    mat_ref64.affine(S, W, X, b);
    for (int j = 0; j < S.cols; j++) {
        for (int i = 0; i < S.rows; i++) {
            double squares = at(b)[i] * at(b)[i];
            for (int t = 0; t < W.cols; t++) {
                double term = column(W, t)[i] * column(X, j)[t];
                squares += term * term;
            }
            column(S, j)[i] = moved(column(S, j)[i], relative * sqrt(squares));
        }
    }
}

static void affine(mat S, mat W, mat X, mat b)
{
    affine_by(S, W, X, b, bound(W.cols));
}

static void affine_input(mat S, mat W, mat X, mat b)
{
    affine_by(S, W, X, b, bound(W.cols) + shaking.input_unit);
}

/* An error e of the mean adds e^2 to the variance. */
static void moments(mat mu, mat v, mat S)
{
    mat_ref64.moments(mu, v, S);
    for (int i = 0; i < S.rows; i++) {
        double squares = 0, mean = at(mu)[i], relative = bound(S.cols) + 2 * shaking.unit;
        for (int j = 0; j < S.cols; j++) squares += column(S, j)[i] * column(S, j)[i];
        at(mu)[i] = moved(mean, bound(S.cols) * sqrt(squares) / S.cols);
        at(v)[i] = fmax(0, moved(at(v)[i], relative * at(v)[i])) + (at(mu)[i] - mean) * (at(mu)[i] - mean);
    }
}

/* (2)  The root is of the row; its sum, itself and the division are three roundings. */
static void standardise(mat Shat, mat S, mat mu, mat v, double eps)
{
    mat_ref64.standardise(Shat, S, mu, v, eps);
    for (int i = 0; i < S.rows; i++) {
        double root = 1 + 3 * shaking.unit * delta();
        for (int j = 0; j < S.cols; j++) {
            double *s = &column(Shat, j)[i];
            *s = moved(*s * root, 2 * shaking.unit * fabs(*s));
        }
    }
}

/* (3) */
static void scale_shift(mat T, mat gamma, mat Shat, mat beta)
{
    for (int j = 0; j < T.cols; j++) {
        for (int i = 0; i < T.rows; i++) {
            double product = at(gamma)[i] * column(Shat, j)[i], sum = product + at(beta)[i];
            column(T, j)[i] = moved(sum, shaking.unit * (fabs(product) + fabs(sum)));
        }
    }
}

/* (5)  exp(s - shift): its argument is rounded, and it itself errs by two more units; then a sum of classes and a division. */
static void softmax(mat P, mat S)
{
    mat_ref64.softmax(P, S);
    for (int j = 0; j < S.cols; j++) {
        double most = column(S, j)[0];
        for (int i = 1; i < S.rows; i++) most = fmax(most, column(S, j)[i]);
        for (int i = 0; i < S.rows; i++) {
            double *p = &column(P, j)[i], argument = most - column(S, j)[i];
            *p = moved(*p, (bound(S.rows) + (argument + 2) * shaking.unit) * *p);
        }
    }
}

/* ---- backward ---------------------------------------------------------------------------------------------------------------------- */

/* (7)(34)  a smoothed label is no number of the type: it is rounded, at most as one is */
static void minus_labels(mat G, mat P, const minibatch *batch)
{
    mat_ref64.minus_labels(G, P, batch);
    if (batch->smoothing > 0) {
        for (size_t e = 0; e < mat_elements(G); e++) at(G)[e] = moved(at(G)[e], shaking.unit * fabs(at(P)[e] - at(G)[e]));
    }
    move_all(G, 1);
}

/* (8) */
static void weight_gradient_by(mat dW, mat G, mat X, double lambda, mat W, double relative)
{
    mat_ref64.weight_gradient(dW, G, X, lambda, W);
    for (int t = 0; t < dW.cols; t++) {
        for (int i = 0; i < dW.rows; i++) {
            double squares = 0, penalty = 2 * lambda * column(W, t)[i];
            for (int j = 0; j < G.cols; j++) {
                double term = column(G, j)[i] * column(X, j)[t];
                squares += term * term;
            }
            double size = relative * sqrt(squares) / G.cols + shaking.unit * (2 * fabs(penalty) + fabs(column(dW, t)[i]));
            column(dW, t)[i] = moved(column(dW, t)[i], size);
        }
    }
}

static void weight_gradient(mat dW, mat G, mat X, double lambda, mat W)
{
    weight_gradient_by(dW, G, X, lambda, W, bound(G.cols));
}

static void weight_gradient_input(mat dW, mat G, mat X, double lambda, mat W)
{
    weight_gradient_by(dW, G, X, lambda, W, bound(G.cols) + shaking.input_unit);
}

/* The mean of a row of G, or of G . Shat, with its roundings. */
static double mean_of(mat G, const mat *Shat, int i)
{
    double sum = 0, squares = 0;
    for (int j = 0; j < G.cols; j++) {
        double term = column(G, j)[i] * (Shat != NULL ? column(*Shat, j)[i] : 1);
        sum += term;
        squares += term * term;
    }
    return moved(sum / G.cols, bound(G.cols) * sqrt(squares) / G.cols);
}

/* (9)(13) */
static void row_means(mat db, mat G)
{
    for (int i = 0; i < G.rows; i++) at(db)[i] = mean_of(G, NULL, i);
}

/* (10) */
static void mul_tn(mat Gbelow, mat W, mat G)
{
    mat_ref64.mul_tn(Gbelow, W, G);
    for (int j = 0; j < G.cols; j++) {
        for (int t = 0; t < W.cols; t++) {
            double squares = 0;
            for (int i = 0; i < W.rows; i++) {
                double term = column(W, t)[i] * column(G, j)[i];
                squares += term * term;
            }
            column(Gbelow, j)[t] = moved(column(Gbelow, j)[t], bound(W.rows) * sqrt(squares));
        }
    }
}

/* (12) */
static void row_mean_products(mat dgamma, mat G, mat Shat)
{
    for (int i = 0; i < G.rows; i++) at(dgamma)[i] = mean_of(G, &Shat, i);
}

/* (14) */
static void scale_rows(mat G, mat gamma)
{
    mat_ref64.scale_rows(G, gamma);
    move_all(G, 1);
}

/* (15)  With two images G - mean and Shat . product agree but for a part eps / (v + eps): the roundings of the means, of both sides and of
 * Shat are all that a float sees of the difference when that part is small. */
static void standardise_back(mat G, mat Shat, mat v, double eps)
{
    double u = shaking.unit;
    for (int i = 0; i < G.rows; i++) {
        double mean = mean_of(G, NULL, i), product = mean_of(G, &Shat, i);
        double inverse = (1 + 3 * u * delta()) / sqrt(at(v)[i] + eps);
        for (int j = 0; j < G.cols; j++) {
            double *g = &column(G, j)[i], left = *g - mean, right = column(Shat, j)[i] * product;
            double difference = moved(left - right, u * (fabs(left) + fabs(right) + fabs(left - right)));
            *g = moved(inverse * difference, u * fabs(inverse * difference));
        }
    }
}

#include "mat_shaken_family.inc"

/* ---- the table --------------------------------------------------------------------------------------------------------------------- */

backend mat_shaken(const minibatch *batch)
{
    backend table = *mat_backend_for(&mat_ref64, batch);
    table.name = "shaken";
    table.description = "ref64 with rounding errors of another precision";
    table.load_minibatch = batch->table == NULL ? load_minibatch : batch->patch.side > 0 ? load_float_patches : load_floats;
    table.affine_input = affine_input;
    table.affine = affine;
    table.moments = moments;
    table.standardise = standardise;
    table.scale_shift = scale_shift;
    table.softmax = softmax;
    table.minus_labels = minus_labels;
    table.weight_gradient_input = weight_gradient_input;
    table.weight_gradient = weight_gradient;
    table.row_means = row_means;
    table.mul_tn = mul_tn;
    table.row_mean_products = row_mean_products;
    table.scale_rows = scale_rows;
    table.standardise_back = standardise_back;
    add_family(&table);
    return table;
}
