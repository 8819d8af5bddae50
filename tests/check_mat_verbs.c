/*
 * What check_mat knows of each verb. The formulas are those of docs/math.md, element by element in long double: they share no code and no
 * order of summation with src/mat. Every tolerance is counted, not tuned.
 *
 * u is the unit roundoff of the table under test plus that of what it is compared with; both errors are at most linear-convex in u, so one
 * bound at the sum covers the two. roundings(k, u) = k u / (1 - k u) bounds k relative errors of u one after another (Higham, Accuracy and
 * Stability, lemma 3.1). A sum of K terms in any order, fused or not, in blocks or not, passes each term through K - 1 additions at most.
 */
#include "check_mat_truth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static long double size(const task *k, int a, int i, int j)
{
    return k->size[a][(size_t)j * (size_t)k->M[a].rows + (size_t)i];
}

/* ---- numbers ------------------------------------------------------------------------------------------------------------------ */

static void fill_call(const task *k, const mat *a) { k->ops->fill(a[0], k->scalar); }

static estimate fill_truth(const task *k, place at, double u)
{
    (void)at;
    return rounded(k->scalar, 1, fabs(k->scalar), u);
}

static void copy_call(const task *k, const mat *a) { k->ops->copy(a[0], a[1]); }

static estimate copy_truth(const task *k, place at, double u)
{
    return rounded(x(k, 1, at.i, at.j), 0, 0, u);
}

/* ---- forward ------------------------------------------------------------------------------------------------------------------ */

/* (0)  size = (p/255 + |mean|) inv_std. Folded, scale p + shift: scale, shift, the product and the sum are rounded, 3 on a path; the
 * definition's division, subtraction, product and last rounding are 4.
 * Of floats size = |x| + |mean| inv_std: the shift is rounded once and then taken from x; that difference, scale and the product are
 * rounded, 3 of the result. The definition has no more. */
static void load_minibatch_call(const task *k, const mat *a) { k->ops->load_minibatch(a[0], &k->batch); }

static estimate load_minibatch_truth(const task *k, place at, double u)
{
    long double value = x(k, 0, at.i, at.j), all = size(k, 0, at.i, at.j);
    if (k->batch.table == NULL) return rounded(value, 4, all, u);
    return (estimate){ value, roundings(3, u) * fabsl(value) + u * (all - fabsl(value)) * (1 + roundings(3, u)) };
}

/* (1)(5)  d products and b: a product is rounded once and added at most d times. Pixels bring 4 roundings of their own size along,
 * and a coarse table one of W. */
static void affine_call(const task *k, const mat *a) { k->ops->affine(a[0], a[1], a[2], a[3]); }
static void affine_input_call(const task *k, const mat *a) { k->ops->affine_input(a[0], a[1], a[2], a[3]); }

static estimate affine_of(const task *k, place at, double u, int terms, double coarse)
{
    long double sum = x(k, 3, at.i, 0), magnitude = fabsl(sum);
    for (int t = 0; t < k->M[2].rows; t++) {
        sum += x(k, 1, at.i, t) * x(k, 2, t, at.j);
        magnitude += fabsl(x(k, 1, at.i, t)) * size(k, 2, t, at.j);
    }
    estimate e = rounded(sum, terms, magnitude, u);
    e.tolerance += coarse * magnitude;
    return e;
}

static estimate affine_truth(const task *k, place at, double u) { return affine_of(k, at, u, k->d + 1, 0); }
static estimate affine_input_truth(const task *k, place at, double u)
{
    return affine_of(k, at, u, k->M[2].rows + 1 + 4, k->ops->input_unit);
}

/* mu: n - 1 additions and a division (or a product with a rounded 1/n: one more). v: the deviations are from a mu that is off by
 * e <= roundings(n + 1) mean|s|, which adds exactly e^2 to the mean of their squares; each is rounded once, squared, added n - 1 times,
 * divided: 2 + 1 + n - 1 + 2. */
static void moments_call(const task *k, const mat *a) { k->ops->moments(a[0], a[1], a[2]); }

static estimate moments_truth(const task *k, place at, double u)
{
    long double sum = 0, magnitude = 0, square = 0;
    for (int j = 0; j < k->n; j++) {
        sum += x(k, 2, at.i, j);
        magnitude += fabsl(x(k, 2, at.i, j));
    }
    long double mu = sum / k->n, error = roundings(k->n + 1, u) * magnitude / k->n;
    if (at.operand == 0) return (estimate){ mu, error };
    for (int j = 0; j < k->n; j++) square += (x(k, 2, at.i, j) - mu) * (x(k, 2, at.i, j) - mu);
    long double v = square / k->n;
    return (estimate){ v, error * error + roundings(k->n + 4, u) * (v + error * error) };
}

/* (2)  the difference 1; eps and v + eps 2, halved by the root: 1; root 1; quotient 1, or inverse and product 2: 5 relative ones. */
static void standardise_call(const task *k, const mat *a) { k->ops->standardise(a[0], a[1], a[2], a[3], k->scalar); }

static estimate standardise_truth(const task *k, place at, double u)
{
    long double value = (x(k, 1, at.i, at.j) - x(k, 2, at.i, 0)) / sqrtl(x(k, 3, at.i, 0) + k->scalar);
    return rounded(value, 5, fabsl(value), u);
}

/* (3)  product and sum */
static void scale_shift_call(const task *k, const mat *a) { k->ops->scale_shift(a[0], a[1], a[2], a[3]); }

static estimate scale_shift_truth(const task *k, place at, double u)
{
    long double product = x(k, 1, at.i, 0) * x(k, 2, at.i, at.j), beta = x(k, 3, at.i, 0);
    return rounded(product + beta, 2, fabsl(product) + fabsl(beta), u);
}

/* (4)  exact; a NaN is not <= 0 */
static void relu_call(const task *k, const mat *a) { k->ops->relu(a[0], a[1]); }

static estimate relu_truth(const task *k, place at, double u)
{
    long double t = x(k, 1, at.i, at.j);
    return rounded(t <= 0 ? 0 : t, 0, 0, u);
}

column column_of(const task *k, int j)
{
    column c = { x(k, 1, 0, j), 0, 0 };
    for (int i = 1; i < k->m; i++) c.most = x(k, 1, i, j) > c.most ? x(k, 1, i, j) : c.most;
    for (int i = 0; i < k->m; i++) {
        long double s = x(k, 1, i, j) - c.most, e = expl(s);
        c.sum += e;
        c.spread += e * fabsl(s);
    }
    c.spread /= c.sum;
    return c;
}

/* (5)  exp(s - M): |s - M| + ELEMENTARY; the sum: spread + ELEMENTARY + m - 1; the quotient 1, or inverse and product 2. */
static void softmax_call(const task *k, const mat *a) { k->ops->softmax(a[0], a[1]); }

static estimate softmax_truth(const task *k, place at, double u)
{
    column c = column_of(k, at.j);
    long double s = x(k, 1, at.i, at.j) - c.most, p = expl(s) / c.sum;
    return rounded(p, fabsl(s) + c.spread + 2 * ELEMENTARY + k->m + 1, p, u);
}

/* (6)  log sum: spread + ELEMENTARY + m - 1 from the sum, ELEMENTARY |log sum| from log; the label's logit |s - M|; their difference
 * |log sum| + |s - M|. The mean over images is kept wide (n + 1 roundings of it), and rounded once at the end. */
static void mean_loss_call(const task *k, const mat *a) { k->ops->mean_loss(a[0], a[1], &k->batch); }

static estimate mean_loss_truth(const task *k, place at, double u)
{
    long double total = 0, magnitude = 0, terms = 0;
    (void)at;
    for (int j = 0; j < k->n; j++) {
        column c = column_of(k, j);
        long double log_sum = logl(c.sum), s = x(k, 1, label(k, j), j) - c.most;
        total += log_sum - s;
        magnitude += fabsl(log_sum) + fabsl(s);
        terms += c.spread + ELEMENTARY + k->m + (ELEMENTARY + 1) * fabsl(log_sum) + 2 * fabsl(s);
    }
    long double J = total / k->n;
    return (estimate){ J, roundings(terms / k->n, u) + roundings(k->n + 1, WIDE) * magnitude / k->n + roundings(1, u) * fabsl(J) };
}

/* (6)  squares and their sum are kept wide: one rounding at the end */
static void add_penalty_call(const task *k, const mat *a) { k->ops->add_penalty(a[0], k->scalar, a[1]); }

static estimate add_penalty_truth(const task *k, place at, double u)
{
    long double J = x(k, 0, 0, 0), sum = 0;
    (void)at;
    for (int j = 0; j < k->n; j++) {
        for (int i = 0; i < k->m; i++) sum += x(k, 1, i, j) * x(k, 1, i, j);
    }
    long double value = J + k->scalar * sum, terms = (long double)mat_elements(k->M[1]) + 3;
    return (estimate){ value, roundings(1, u) * fabsl(value) + roundings(terms, WIDE) * (fabsl(J) + fabsl(k->scalar) * sum) };
}

/* A whole number, handed to the engine as a 1 x 1 output. */
static void correct_call(const task *k, const mat *a) { k->ops->fill(a[0], (double)k->ops->correct(a[1], &k->batch)); }

static estimate correct_truth(const task *k, place at, double u)
{
    int count = 0;
    (void)at;
    for (int j = 0; j < k->n; j++) {
        int best = k->m - 1;
        for (int i = k->m - 1; i >= 0; i--) best = x(k, 1, i, j) >= x(k, 1, best, j) ? i : best;
        if (best == label(k, j)) count++;
    }
    return rounded(count, 0, 0, u);
}

/* ---- backward ----------------------------------------------------------------------------------------------------------------- */

/* (7)  one subtraction, in one element of a column */
static void minus_labels_call(const task *k, const mat *a) { k->ops->minus_labels(a[0], a[1], &k->batch); }

static estimate minus_labels_truth(const task *k, place at, double u)
{
    bool hit = at.i == label(k, at.j);
    long double value = x(k, 1, at.i, at.j) - (hit ? 1 : 0);
    return rounded(value, hit ? 1 : 0, fabsl(value), u);
}

/* (8)  n products, each added n - 1 times, 1/n rounded and multiplied 2, the penalty added 1: n + 3; lambda, its product, the sum or, in
 * blocks of a BLAS, up to n sums: at most n + 3 too (n >= 1). Pixels bring 4. */
static void weight_gradient_call(const task *k, const mat *a) { k->ops->weight_gradient(a[0], a[1], a[2], k->scalar, a[3]); }
static void weight_gradient_input_call(const task *k, const mat *a) { k->ops->weight_gradient_input(a[0], a[1], a[2], k->scalar, a[3]); }

static estimate weight_gradient_of(const task *k, place at, double u, int terms, double coarse)
{
    long double sum = 0, magnitude = 0, penalty = 2 * k->scalar * x(k, 3, at.i, at.j);
    int n = k->M[2].cols;
    for (int j = 0; j < n; j++) {
        sum += x(k, 1, at.i, j) * x(k, 2, at.j, j);
        magnitude += fabsl(x(k, 1, at.i, j)) * size(k, 2, at.j, j);
    }
    estimate e = rounded(sum / n + penalty, terms, magnitude / n + fabsl(penalty), u);
    e.tolerance += coarse * magnitude / n;
    return e;
}

static estimate weight_gradient_truth(const task *k, place at, double u) { return weight_gradient_of(k, at, u, k->n + 3, 0); }
static estimate weight_gradient_input_truth(const task *k, place at, double u)
{
    return weight_gradient_of(k, at, u, k->M[2].cols + 3 + 4, k->ops->input_unit);
}

/* The mean over images of row i of input 1, times the same of input `other` where that is not -1. */
static estimate row_mean_of(const task *k, int i, int other, double u, int terms)
{
    long double sum = 0, magnitude = 0;
    for (int j = 0; j < k->n; j++) {
        long double term = x(k, 1, i, j) * (other < 0 ? 1 : x(k, other, i, j));
        sum += term;
        magnitude += fabsl(term);
    }
    return rounded(sum / k->n, terms, magnitude / k->n, u);
}

/* (9)(13)  n - 1 additions, a division or a rounded inverse and a product */
static void row_means_call(const task *k, const mat *a) { k->ops->row_means(a[0], a[1]); }
static estimate row_means_truth(const task *k, place at, double u) { return row_mean_of(k, at.i, -1, u, k->n + 1); }

/* (12)  n products, each rounded once, and as row_means */
static void row_mean_products_call(const task *k, const mat *a) { k->ops->row_mean_products(a[0], a[1], a[2]); }
static estimate row_mean_products_truth(const task *k, place at, double u) { return row_mean_of(k, at.i, 2, u, k->n + 2); }

/* (10)  m products, each rounded once and added m - 1 times */
static void mul_tn_call(const task *k, const mat *a) { k->ops->mul_tn(a[0], a[1], a[2]); }

static estimate mul_tn_truth(const task *k, place at, double u)
{
    long double sum = 0, magnitude = 0;
    for (int i = 0; i < k->m; i++) {
        sum += x(k, 1, i, at.i) * x(k, 2, i, at.j);
        magnitude += fabsl(x(k, 1, i, at.i) * x(k, 2, i, at.j));
    }
    return rounded(sum, k->m, magnitude, u);
}

/* (11)  exact; 0 at 0, and where X is a NaN */
static void relu_back_call(const task *k, const mat *a) { k->ops->relu_back(a[0], a[1]); }

static estimate relu_back_truth(const task *k, place at, double u)
{
    return rounded(x(k, 1, at.i, at.j) > 0 ? x(k, 0, at.i, at.j) : 0, 0, 0, u);
}

/* (14)  one product */
static void scale_rows_call(const task *k, const mat *a) { k->ops->scale_rows(a[0], a[1]); }

static estimate scale_rows_truth(const task *k, place at, double u)
{
    long double value = x(k, 1, at.i, 0) * x(k, 0, at.i, at.j);
    return rounded(value, 1, fabsl(value), u);
}

/* (15)  the longest path is the mean of products: n + 2 as in (12), times Shat 1, two differences 2, times (v + eps)^-1/2 1 with its own
 * 3 (half of 2, root, inverse): n + 9. */
static void standardise_back_call(const task *k, const mat *a) { k->ops->standardise_back(a[0], a[1], a[2], k->scalar); }

static estimate standardise_back_truth(const task *k, place at, double u)
{
    long double g = x(k, 0, at.i, at.j), shat = x(k, 1, at.i, at.j), root = sqrtl(x(k, 2, at.i, 0) + k->scalar);
    long double mean = 0, mean_size = 0, product = 0, product_size = 0;
    for (int j = 0; j < k->n; j++) {
        mean += x(k, 0, at.i, j) / k->n;
        mean_size += fabsl(x(k, 0, at.i, j)) / k->n;
        product += x(k, 0, at.i, j) * x(k, 1, at.i, j) / k->n;
        product_size += fabsl(x(k, 0, at.i, j) * x(k, 1, at.i, j)) / k->n;
    }
    return rounded((g - mean - shat * product) / root, k->n + 9, (fabsl(g) + mean_size + fabsl(shat) * product_size) / root, u);
}

/* ---- update ------------------------------------------------------------------------------------------------------------------- */

/* (16)  eta, product, difference */
static void sgd_step_call(const task *k, const mat *a) { k->ops->sgd_step(a[0], k->scalar, a[1]); }

static estimate sgd_step_truth(const task *k, place at, double u)
{
    long double theta = x(k, 0, at.i, at.j), step = k->scalar * x(k, 1, at.i, at.j);
    return rounded(theta - step, 3, fabsl(theta) + fabsl(step), u);
}

/* (8)(16)  as (8), with eta, its product and the difference on top: n + 7 + 3 roundings of the step, and as (16) 3 of W. 4 fewer
 * where X is no mini-batch. */
static void sgd_step_input_call(const task *k, const mat *a)
{
    mat room = { memory(mat_elements(a[0]) * k->ops->element), a[0].rows, a[0].cols };
    k->ops->sgd_step_input(a[0], k->scalar, a[1], a[2], k->scalar, room);
    free(room.p);
}

static void sgd_step_weights_call(const task *k, const mat *a)
{
    mat room = { memory(mat_elements(a[0]) * k->ops->element), a[0].rows, a[0].cols };
    k->ops->sgd_step_weights(a[0], k->scalar, a[1], a[2], k->scalar, room);
    free(room.p);
}

static estimate sgd_step_truth_of(const task *k, place at, double u, int terms, double coarse)
{
    long double W = x(k, 0, at.i, at.j), sum = 0, magnitude = 0, penalty = 2 * k->scalar * W;
    int n = k->M[2].cols;
    for (int j = 0; j < n; j++) {
        sum += x(k, 1, at.i, j) * x(k, 2, at.j, j);
        magnitude += fabsl(x(k, 1, at.i, j)) * size(k, 2, at.j, j);
    }
    long double step = k->scalar * (sum / n + penalty), steps = fabs(k->scalar) * (magnitude / n + fabsl(penalty));
    return (estimate){ W - step, (roundings(n + terms, u) + coarse) * steps + roundings(3, u) * fabsl(W) };
}

static estimate sgd_step_weights_truth(const task *k, place at, double u) { return sgd_step_truth_of(k, at, u, 3 + 3, 0); }
static estimate sgd_step_input_truth(const task *k, place at, double u)
{
    return sgd_step_truth_of(k, at, u, 3 + 4 + 3, k->ops->input_unit);
}

/* (17)  alpha or 1 - alpha, product, sum */
static void average_call(const task *k, const mat *a) { k->ops->average(a[0], k->scalar, a[1]); }

static estimate average_truth(const task *k, place at, double u)
{
    long double before = k->scalar * x(k, 0, at.i, at.j), now = (1 - (long double)k->scalar) * x(k, 1, at.i, at.j);
    return rounded(before + now, 3, fabsl(before) + fabsl(now), u);
}

/* ---- the table ---------------------------------------------------------------------------------------------------------------- */

#define CALLS(verb) verb##_call, verb##_truth
#define OUTPUT(name, rows, cols) { name, OUT, rows, cols, NUMBERS }
#define INPUT(name, rows, cols) { name, IN, rows, cols, NUMBERS }
#define UPDATED(name, rows, cols) { name, CHANGED, rows, cols, NUMBERS }

const verb verbs[] = {
    { "fill", { OUTPUT("M", 'm', 'n') }, CALLS(fill), SMOOTH | PARAMETERS, ANY, 3 },
    { "copy", { OUTPUT("to", 'm', 'n'), INPUT("from", 'm', 'n') },
      CALLS(copy), SMOOTH | NANS | INFINITIES | PARAMETERS, ANY, 0 },
    { "load_minibatch", { { "X", OUT, 'd', 'n', PIXELS } }, CALLS(load_minibatch), SMOOTH | NEEDS_ROWS, ANY, 0 },
    { "affine_input", { OUTPUT("S", 'm', 'n'), INPUT("W", 'm', 'd'), { "X", IN, 'd', 'n', PIXELS }, INPUT("b", 'm', '1') },
      CALLS(affine_input), SMOOTH | NANS | INFINITIES | NEEDS_ROWS | PRODUCT, ANY, 0 },
    { "affine", { OUTPUT("S", 'm', 'n'), INPUT("W", 'm', 'd'), INPUT("X", 'd', 'n'), INPUT("b", 'm', '1') },
      CALLS(affine), SMOOTH | NANS | INFINITIES | NEEDS_ROWS | PRODUCT, ANY, 0 },
    { "moments", { OUTPUT("mu", 'm', '1'), OUTPUT("v", 'm', '1'), INPUT("S", 'm', 'n') },
      CALLS(moments), SMOOTH | NANS, 32, 0 },
    { "standardise", { OUTPUT("Shat", 'm', 'n'), INPUT("S", 'm', 'n'), INPUT("mu", 'm', '1'), { "v", IN, 'm', '1', VARIANCES } },
      CALLS(standardise), SMOOTH | NANS, ANY, 1 },
    { "scale_shift", { OUTPUT("T", 'm', 'n'), INPUT("gamma", 'm', '1'), INPUT("Shat", 'm', 'n'), INPUT("beta", 'm', '1') },
      CALLS(scale_shift), SMOOTH | NANS | INFINITIES, ANY, 0 },
    { "relu", { OUTPUT("X", 'm', 'n'), { "T", IN, 'm', 'n', ROUGH } },
      CALLS(relu), SMOOTH | IN_PLACE | NANS | INFINITIES | SEES_ZERO, ANY, 0 },
    { "softmax", { OUTPUT("P", 'm', 'n'), { "S", IN, 'm', 'n', LOGITS } },
      CALLS(softmax), SMOOTH | NANS | INFINITIES | NEEDS_ROWS | CLASSES, 0, 0 },
    { "mean_loss", { OUTPUT("J", '1', '1'), { "S", IN, 'm', 'n', LOGITS } },
      CALLS(mean_loss), SMOOTH | NANS | INFINITIES | NEEDS_ROWS | CLASSES, 0, 0 },
    { "add_penalty", { UPDATED("J", '1', '1'), INPUT("W", 'm', 'n') },
      CALLS(add_penalty), SMOOTH | NANS | INFINITIES | PARAMETERS, ANY, 0.25 },
    { "correct", { OUTPUT("count", '1', '1'), { "S", IN, 'm', 'n', LOGITS } },
      CALLS(correct), NEEDS_ROWS | CLASSES | MAY_VANISH, ANY, 0 },
    { "minus_labels", { OUTPUT("G", 'm', 'n'), INPUT("P", 'm', 'n') },
      CALLS(minus_labels), SMOOTH | IN_PLACE | NANS | INFINITIES | NEEDS_ROWS | CLASSES, ANY, 0 },
    { "weight_gradient_input", { OUTPUT("dW", 'm', 'd'), INPUT("G", 'm', 'n'), { "X", IN, 'd', 'n', PIXELS }, INPUT("W", 'm', 'd') },
      CALLS(weight_gradient_input), SMOOTH | NANS | INFINITIES | NEEDS_ROWS | PRODUCT, 512, 0.25 },
    { "weight_gradient", { OUTPUT("dW", 'm', 'd'), INPUT("G", 'm', 'n'), INPUT("X", 'd', 'n'), INPUT("W", 'm', 'd') },
      CALLS(weight_gradient), SMOOTH | NANS | INFINITIES | NEEDS_ROWS | PRODUCT, 512, 0.25 },
    { "sgd_step_input", { UPDATED("W", 'm', 'd'), INPUT("G", 'm', 'n'), { "X", IN, 'd', 'n', PIXELS } },
      CALLS(sgd_step_input), SMOOTH | NANS | INFINITIES | NEEDS_ROWS | PRODUCT, 512, 0.25 },
    { "sgd_step_weights", { UPDATED("W", 'm', 'd'), INPUT("G", 'm', 'n'), INPUT("X", 'd', 'n') },
      CALLS(sgd_step_weights), SMOOTH | NANS | INFINITIES | NEEDS_ROWS | PRODUCT, 512, 0.25 },
    { "row_means", { OUTPUT("db", 'm', '1'), INPUT("G", 'm', 'n') }, CALLS(row_means), SMOOTH | NANS | INFINITIES, 512, 0 },
    { "mul_tn", { OUTPUT("Gbelow", 'd', 'n'), INPUT("W", 'm', 'd'), INPUT("G", 'm', 'n') },
      CALLS(mul_tn), SMOOTH | NANS | INFINITIES | NEEDS_ROWS | PRODUCT, ANY, 0 },
    { "relu_back", { UPDATED("G", 'm', 'n'), { "X", IN, 'm', 'n', ROUGH } },
      CALLS(relu_back), SMOOTH | NANS | INFINITIES | BOTH_SIGNS | SEES_ZERO, ANY, 0 },
    { "row_mean_products", { OUTPUT("dgamma", 'm', '1'), INPUT("G", 'm', 'n'), INPUT("Shat", 'm', 'n') },
      CALLS(row_mean_products), SMOOTH | NANS | INFINITIES, 512, 0 },
    { "scale_rows", { UPDATED("G", 'm', 'n'), INPUT("gamma", 'm', '1') },
      CALLS(scale_rows), SMOOTH | NANS | INFINITIES, ANY, 0 },
    { "standardise_back", { UPDATED("G", 'm', 'n'), INPUT("Shat", 'm', 'n'), { "v", IN, 'm', '1', VARIANCES } },
      CALLS(standardise_back), SMOOTH | NANS, 512, 1 },
    { "sgd_step", { UPDATED("theta", 'm', 'n'), INPUT("dtheta", 'm', 'n') },
      CALLS(sgd_step), SMOOTH | NANS | INFINITIES | PARAMETERS, ANY, 0.25 },
    { "average", { UPDATED("av", 'm', 'n'), INPUT("now", 'm', 'n') },
      CALLS(average), SMOOTH | NANS | INFINITIES | PARAMETERS, ANY, 0.5 },
    { "accumulate", { UPDATED("u", 'm', 'n'), INPUT("g", 'm', 'n') },
      CALLS(accumulate), SMOOTH | NANS | INFINITIES | PARAMETERS, ANY, 0.5 },
    { "average_squares", { { "v", CHANGED, 'm', 'n', VARIANCES }, INPUT("g", 'm', 'n') },
      CALLS(average_squares), SMOOTH | NANS | INFINITIES | PARAMETERS, ANY, 0.5 },
    { "adam_step", { UPDATED("theta", 'm', 'n'), INPUT("m", 'm', 'n'), { "v", IN, 'm', 'n', VARIANCES } },
      CALLS(adam_step), NANS | PARAMETERS, ANY, 0.25 },
    { "shrink", { UPDATED("theta", 'm', 'n') }, CALLS(shrink), SMOOTH | NANS | INFINITIES | PARAMETERS, ANY, 0.25 },
    { "scale", { UPDATED("g", 'm', 'n') }, CALLS(scale), SMOOTH | NANS | INFINITIES | PARAMETERS, ANY, 0.25 },
    { "limit_rows", { UPDATED("W", 'm', 'n') }, CALLS(limit_rows), NANS | PARAMETERS, 0, 0 },
    { "load_patches", { { "X", OUT, 'p', 'q', PATCHES } }, CALLS(load_minibatch), NEEDS_ROWS, ANY, 0 },
    { "affine_patches", { OUTPUT("S", 'm', 'q'), INPUT("W", 'm', 'p'), { "X", IN, 'p', 'q', PATCHES }, INPUT("b", 'm', '1') },
      CALLS(affine_input), NANS | INFINITIES | NEEDS_ROWS, ANY, 0 },
    { "weight_gradient_patches", { OUTPUT("dW", 'm', 'p'), INPUT("G", 'm', 'q'), { "X", IN, 'p', 'q', PATCHES }, INPUT("W", 'm', 'p') },
      CALLS(weight_gradient_input), NANS | INFINITIES | NEEDS_ROWS, 512, 0.25 },
    { "sgd_step_patches", { UPDATED("W", 'm', 'p'), INPUT("G", 'm', 'q'), { "X", IN, 'p', 'q', PATCHES } },
      CALLS(sgd_step_input), NANS | INFINITIES | NEEDS_ROWS, 512, 0.25 },
    { "column_moments", { OUTPUT("mu", 'm', '1'), OUTPUT("v", 'm', '1'), INPUT("S", 'n', 'm') },
      CALLS(column_moments), SMOOTH | NANS, 32, 0 },
    { "standardise_columns", { OUTPUT("Shat", 'n', 'm'), INPUT("S", 'n', 'm'), INPUT("mu", 'm', '1'), { "v", IN, 'm', '1', VARIANCES } },
      CALLS(standardise_columns), SMOOTH | NANS, ANY, 1 },
    { "add", { UPDATED("S", 'm', 'n'), INPUT("X", 'm', 'n') }, CALLS(add), SMOOTH | NANS | INFINITIES, ANY, 0 },
    { "leaky_relu", { OUTPUT("X", 'm', 'n'), { "T", IN, 'm', 'n', ROUGH } },
      CALLS(leaky_relu), SMOOTH | IN_PLACE | NANS | INFINITIES | BOTH_SIGNS | SEES_ZERO, 0, 0 },
    { "gelu", { OUTPUT("X", 'm', 'n'), { "T", IN, 'm', 'n', LOGITS } }, CALLS(gelu), SMOOTH | IN_PLACE | NANS | BOTH_SIGNS, 0, 0 },
    { "hyperbolic_tangent", { OUTPUT("X", 'm', 'n'), INPUT("T", 'm', 'n') },
      CALLS(hyperbolic_tangent), SMOOTH | IN_PLACE | NANS | INFINITIES | BOTH_SIGNS, 0, 0 },
    { "sigmoid", { OUTPUT("X", 'm', 'n'), { "T", IN, 'm', 'n', LOGITS } }, CALLS(sigmoid), SMOOTH | IN_PLACE | NANS | INFINITIES, 0, 0 },
    { "drop", { UPDATED("X", 'm', 'n') }, CALLS(drop), SMOOTH | NANS | INFINITIES | MAY_VANISH, ANY, 1 },
    { "add_noise", { UPDATED("X", 'm', 'n') }, CALLS(add_noise), SMOOTH | NANS | INFINITIES, 0, 0 },
    { "smoothed_mean_loss", { OUTPUT("J", '1', '1'), { "S", IN, 'm', 'n', LOGITS } },
      CALLS(smoothed_mean_loss), SMOOTH | NANS | NEEDS_ROWS | CLASSES, 0, 0 },
    { "sigmoid_loss", { OUTPUT("J", '1', '1'), { "S", IN, 'm', 'n', LOGITS } },
      CALLS(sigmoid_loss), SMOOTH | NANS | NEEDS_ROWS | CLASSES, 0, 0 },
    { "smoothed_sigmoid_loss", { OUTPUT("J", '1', '1'), { "S", IN, 'm', 'n', LOGITS } },
      CALLS(smoothed_sigmoid_loss), SMOOTH | NANS | NEEDS_ROWS | CLASSES, 0, 0 },
    { "hinge_loss", { OUTPUT("J", '1', '1'), { "S", IN, 'm', 'n', LOGITS } },
      CALLS(hinge_loss), NANS | NEEDS_ROWS | CLASSES | MAY_VANISH, 512, 0 },
    { "smoothed_minus_labels", { OUTPUT("G", 'm', 'n'), INPUT("P", 'm', 'n') },
      CALLS(smoothed_minus_labels), SMOOTH | IN_PLACE | NANS | INFINITIES | NEEDS_ROWS | CLASSES, 0, 0 },
    { "sigmoid_minus_labels", { OUTPUT("G", 'm', 'n'), INPUT("P", 'm', 'n') },
      CALLS(sigmoid_minus_labels), SMOOTH | IN_PLACE | NANS | INFINITIES | NEEDS_ROWS | CLASSES, 0, 0 },
    { "smoothed_sigmoid_minus_labels", { OUTPUT("G", 'm', 'n'), INPUT("P", 'm', 'n') },
      CALLS(smoothed_sigmoid_minus_labels), SMOOTH | IN_PLACE | NANS | INFINITIES | NEEDS_ROWS | CLASSES, 0, 0 },
    { "hinge_back", { OUTPUT("G", 'm', 'n'), { "S", IN, 'm', 'n', LOGITS } },
      CALLS(hinge_back), NANS | INFINITIES | NEEDS_ROWS | CLASSES | MAY_VANISH, ANY, 0 },
    { "leaky_relu_back", { UPDATED("G", 'm', 'n'), { "X", IN, 'm', 'n', ROUGH } },
      CALLS(leaky_relu_back), SMOOTH | NANS | INFINITIES | BOTH_SIGNS, 0, 0 },
    { "gelu_back", { UPDATED("G", 'm', 'n'), { "T", IN, 'm', 'n', LOGITS } }, CALLS(gelu_back), SMOOTH | NANS | BOTH_SIGNS, 0, 0 },
    { "hyperbolic_tangent_back", { UPDATED("G", 'm', 'n'), INPUT("X", 'm', 'n') },
      CALLS(hyperbolic_tangent_back), SMOOTH | NANS | INFINITIES, ANY, 0 },
    { "sigmoid_back", { UPDATED("G", 'm', 'n'), INPUT("X", 'm', 'n') }, CALLS(sigmoid_back), SMOOTH | NANS | INFINITIES, ANY, 0 },
    { "standardise_columns_back", { UPDATED("G", 'n', 'm'), INPUT("Shat", 'n', 'm'), { "v", IN, 'm', '1', VARIANCES } },
      CALLS(standardise_columns_back), SMOOTH | NANS, 512, 1 },
};

const size_t verb_count = sizeof verbs / sizeof verbs[0];
