/* Facts about a backend that fit no row of check_mat_verbs.c: numbers in and out, and answers that must come out exactly. */
#include "check_mat.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "random.h"

static const double ELEMENTARY = 8; /* roundings of an exp, as in check_mat_verbs.c */

enum { SMALL = 64, PARTS_MOST = 2 }; /* elements of a mat in a law */
typedef struct { _Alignas(64) unsigned char memory[SMALL * PARTS_MOST * sizeof(double)]; } room;

static mat made(const backend *ops, room *r, int rows, int cols, const double *reals)
{
    double parts[SMALL * PARTS_MOST] = { 0 };
    mat M = { r->memory, rows, cols };
    memset(r->memory, 0xff, sizeof r->memory);
    if (reals == NULL) return M;
    for (size_t e = 0; e < mat_elements(M); e++) parts[e * (size_t)ops->parts] = reals[e];
    ops->put(M, parts);
    return M;
}

static double element(const backend *ops, mat M, size_t e)
{
    double parts[SMALL * PARTS_MOST];
    ops->get(parts, M);
    return parts[e * (size_t)ops->parts];
}

/* get(put(x)) is x rounded to the element type, every part of it, and get stays in its bounds. */
static const char *put_and_get_broken(const backend *ops)
{
    const double x[8] = { 0.1, -1.0 / 3, 1e-300, -0.0, INFINITY, NAN, 1 + 0x1p-24, -12345.6789 };
    double back[10] = { [0] = 77, [9] = 77 };
    room r;
    mat M = made(ops, &r, 4 / ops->parts, 2, NULL);
    ops->put(M, x);
    ops->get(back + 1, M);
    if (back[0] != 77 || back[9] != 77) return "get wrote outside";
    for (int e = 0; e < 8; e++) {
        double want = ops->unit > 0x1p-53 ? (double)(float)x[e] : x[e];
        bool same = isnan(want) ? isnan(back[1 + e]) : back[1 + e] == want && signbit(back[1 + e]) == signbit(want);
        if (!same) return "get(put(x)) is not x";
    }
    return NULL;
}

/* h goes to the real part of one element, or to the imaginary part where there is one, and nowhere else. */
static const char *perturb_broken(const backend *ops)
{
    const double x[4] = { 1, 2, 3, 4 };
    double after[8];
    room r;
    mat M = made(ops, &r, 2, 2, x);
    ops->perturb(M, 2, 0.25);
    ops->get(after, M);
    for (size_t e = 0; e < 4; e++) {
        double real = x[e] + (e == 2 && ops->parts == 1 ? 0.25 : 0);
        if (!(after[e * (size_t)ops->parts] == real)) return "a real part is wrong";
        if (ops->parts == 2 && !(after[e * 2 + 1] == (e == 2 ? 0.25 : 0))) return "an imaginary part is wrong";
    }
    return NULL;
}

/* Logits of +-1e4 give 0 and 1, equal ones 1/m, and -Inf is a class that cannot be. */
static const char *softmax_broken(const backend *ops)
{
    const double s[12] = { 1e4, -1e4, 0, 1e4, 1e4, 1e4, -1e4, -1e4, -1e4, -INFINITY, 0, -INFINITY };
    const double p[12] = { 1, 0, 0, 1.0 / 3, 1.0 / 3, 1.0 / 3, 1.0 / 3, 1.0 / 3, 1.0 / 3, 0, 1, 0 };
    room r, q;
    mat S = made(ops, &r, 3, 4, s), P = made(ops, &q, 3, 4, NULL);
    ops->softmax(P, S);
    for (size_t e = 0; e < 12; e++) {
        if (!(fabs(element(ops, P, e) - p[e]) <= (3 + 2 * ELEMENTARY + 2) * ops->unit)) return "softmax of extreme logits";
    }
    return NULL;
}

/* -log of a probability that no float can hold is the distance of the logits; a sure and right answer costs 0; and the sum is kept wide:
 * 2^24 + 4 101 + 2 102, of which a float would lose every 1. All exact. */
static const char *mean_loss_broken(const backend *ops)
{
    const double s[16] = { 0, 0x1p24, -1e4, 1e4, 0, 101, 101, 0, 0, 101, 101, 0, 0, 102, 102, 0 };
    const uint16_t labels[2] = { 0, 1 };
    const uint32_t index[8] = { 0, 1, 0, 1, 0, 1, 0, 1 };
    room r, q;
    mat S = made(ops, &r, 2, 8, s), J = made(ops, &q, 1, 1, NULL);
    minibatch batch = { .label = labels, .index = index, .n = 8 };
    ops->mean_loss(J, S, &batch);
    return element(ops, J, 0) == 2097228 ? NULL : "mean_loss of very unlikely labels is not (2^24 + 608) / 8";
}

/* A row of equal images: v = 0, Shat = 0, and (15) takes the mean out of G and divides by sqrt(eps), all exact in these numbers. */
static const char *constant_row_broken(const backend *ops)
{
    const double s[8] = { 3, -7, 3, -7, 3, -7, 3, -7 }, g[8] = { 1, 4, 2, 4, 3, 4, 6, 4 }, back[8] = { -4, 0, -2, 0, 0, 0, 6, 0 };
    const double eps = 0.25;
    room r[5];
    mat S = made(ops, &r[0], 2, 4, s), mu = made(ops, &r[1], 2, 1, NULL), v = made(ops, &r[2], 2, 1, NULL);
    mat Shat = made(ops, &r[3], 2, 4, NULL), G = made(ops, &r[4], 2, 4, g);
    ops->moments(mu, v, S);
    if (!(element(ops, mu, 0) == 3 && element(ops, mu, 1) == -7)) return "the mean of a constant row is not the constant";
    if (!(element(ops, v, 0) == 0 && element(ops, v, 1) == 0)) return "the variance of a constant row is not 0";
    ops->standardise(Shat, S, mu, v, eps);
    ops->standardise_back(G, Shat, v, eps);
    for (size_t e = 0; e < 8; e++) {
        if (!(element(ops, Shat, e) == 0)) return "a constant row does not standardise to 0";
        if (!(element(ops, G, e) == back[e])) return "standardise_back of a constant row";
    }
    return NULL;
}

/* ---- coarse products ---------------------------------------------------------------------------------------------------------------- */

enum { COARSE_UNITS = 4, COARSE_IMAGES = 64, COARSE_INPUTS = 768 };

/* x rounded to the 8 significant bits of bf16, halves away from 0. */
static double to_bf16(double x)
{
    int e;
    double part = frexp(x, &e);
    return ldexp(round(ldexp(part, 8)), e - 8);
}

/* The sum of squares of a[e] - b[e]. */
static double off(const double *a, const double *b, int count)
{
    double sum = 0;
    for (int e = 0; e < count; e++) sum += (a[e] - b[e]) * (a[e] - b[e]);
    return sum;
}

/* What ops makes of a factor and the mini-batch: S, or dW without a penalty. */
static void coarse_product(const backend *ops, const minibatch *batch, const double *factor, bool gradient, double *out)
{
    int inner = gradient ? COARSE_IMAGES : COARSE_INPUTS, outer = gradient ? COARSE_INPUTS : COARSE_IMAGES;
    size_t element = ops->element, x = (size_t)COARSE_INPUTS * COARSE_IMAGES * element + ops->input_extra;
    mat X = { memory(x), COARSE_INPUTS, COARSE_IMAGES }, F = { memory((size_t)(COARSE_UNITS * inner) * element), COARSE_UNITS, inner };
    mat P = { memory((size_t)(COARSE_UNITS * outer) * element), COARSE_UNITS, outer };
    mat b = { memory(COARSE_UNITS * element), COARSE_UNITS, 1 };
    ops->load_minibatch(X, batch);
    ops->put(F, factor);
    ops->fill(b, 0);
    ops->fill(P, 0);
    if (gradient) ops->weight_gradient_input(P, F, X, 0, P);
    else ops->affine_input(P, F, X, b);
    ops->get(out, P);
    free(X.p), free(F.p), free(P.p), free(b.p);
}

/* A table that may be coarse errs no more, in the mean square over a product, than operands rounded to bf16 do: pixels are bytes, which
 * bf16 holds, so the other operand alone. Its numbers have heavy tails, as gradients have: cubes of normal ones. */
static const char *coarseness_broken(const backend *ops, bool gradient)
{
    enum { PIXELS_ALL = COARSE_INPUTS * COARSE_IMAGES, MOST = COARSE_UNITS * COARSE_INPUTS };
    static uint8_t image[PIXELS_ALL];
    static double mean[COARSE_INPUTS], inv_std[COARSE_INPUTS], exact[MOST], rounded[MOST], got[MOST], factor[MOST], coarse[MOST];
    static float scale[COARSE_INPUTS], shift[COARSE_INPUTS];
    static uint32_t index[COARSE_IMAGES];
    if (ops->input_unit == 0) return NULL;
    int count = COARSE_UNITS * (gradient ? COARSE_INPUTS : COARSE_IMAGES);
    int numbers = COARSE_UNITS * (gradient ? COARSE_IMAGES : COARSE_INPUTS);
    random_stream s = random_named(1, "coarse");
    for (size_t e = 0; e < PIXELS_ALL; e++) image[e] = (uint8_t)random_below(s, 1, e, 256);
    for (int t = 0; t < COARSE_INPUTS; t++) mean[t] = 0.5, inv_std[t] = 4, scale[t] = 4.0F / 255, shift[t] = -2;
    for (int j = 0; j < COARSE_IMAGES; j++) index[j] = (uint32_t)j;
    random_normals(s, 2, (size_t)numbers, factor);
    for (int e = 0; e < numbers; e++) factor[e] = (double)(float)(factor[e] * factor[e] * factor[e]), coarse[e] = to_bf16(factor[e]);
    minibatch batch = { .image = image, .stride = COARSE_INPUTS, .index = index, .n = COARSE_IMAGES, .d = COARSE_INPUTS, .mean = mean,
                        .inv_std = inv_std, .scale = scale, .shift = shift };
    coarse_product(&mat_ref64, &batch, factor, gradient, exact);
    coarse_product(&mat_ref64, &batch, coarse, gradient, rounded);
    coarse_product(ops, &batch, factor, gradient, got);
    return off(got, exact, count) <= off(rounded, exact, count) ? NULL : "a product errs more than operands rounded to bf16";
}

static const char *coarse_affine_broken(const backend *ops) { return coarseness_broken(ops, false); }
static const char *coarse_gradient_broken(const backend *ops) { return coarseness_broken(ops, true); }

/* Weights that are numbers and, scaled, are none: 3e38 times 2 is infinite in float, though (0) makes all pixels but one 0. */
static const char *overflow_hidden(const backend *ops)
{
    enum { INPUTS = 40, IMAGES = 2 };
    static uint8_t image[INPUTS];
    static double mean[INPUTS], inv_std[INPUTS], numbers[INPUTS];
    static float scale[INPUTS], shift[INPUTS];
    const uint32_t index[IMAGES] = { 0, 0 };
    _Alignas(64) unsigned char memory[4096];
    if (ops->unit <= 0x1p-53) return NULL; /* a double holds 6e38 */
    for (int t = 0; t < INPUTS; t++) {
        image[t] = t == 7 ? 129 : 128;
        mean[t] = 128 / 255.0, inv_std[t] = 510, scale[t] = 2, shift[t] = -256, numbers[t] = 3e38;
    }
    const minibatch batch = { .image = image, .stride = INPUTS, .index = index, .n = IMAGES, .d = INPUTS, .mean = mean, .inv_std = inv_std,
                           .scale = scale, .shift = shift };
    mat_arena arena = { (char *)memory, 0 };
    mat W = mat_take(&arena, ops, 1, INPUTS), b = mat_take(&arena, ops, 1, 1), S = mat_take(&arena, ops, 1, IMAGES);
    mat X = mat_take_input(&arena, ops, INPUTS, IMAGES);
    ops->put(W, numbers), ops->fill(b, 0);
    ops->load_minibatch(X, &batch);
    ops->affine_input(S, W, X, b);
    return isinf(element(ops, S, 0)) && isinf(element(ops, S, 1)) ? NULL : "an infinite sum came out as a number";
}

const law laws[] = {
    { "affine_input", overflow_hidden, false },
    { "affine_input", coarse_affine_broken, false },
    { "sgd_step_input", many_inputs_broken, false },
    { "sgd_step_input", many_inputs_broken, true },
    { "affine_input", many_roundings_broken, false },
    { "affine_input", many_roundings_broken, true },
    { "weight_gradient_input", coarse_gradient_broken, false },
    { "put", put_and_get_broken, false },
    { "get", put_and_get_broken, false },
    { "perturb", perturb_broken, false },
    { "softmax", softmax_broken, false },
    { "softmax", many_classes_broken, false },
    { "mean_loss", mean_loss_broken, false },
    { "moments", constant_row_broken, false },
    { "standardise", constant_row_broken, false },
    { "standardise_back", constant_row_broken, false },
    { "load_minibatch", cancellation_broken, true },
    { "tables", tables_broken, true },
};

const size_t law_count = sizeof laws / sizeof laws[0];
