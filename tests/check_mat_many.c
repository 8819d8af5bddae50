/*
 * Laws of sizes that the assignment does not have: 65,536 classes, more bytes than the sums of int8 products can hold, and floats whose mean is
 * far larger than their deviation.
 */
#include "check_mat.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double ELEMENTARY = 8; /* roundings of an exp or a log, as in check_mat_verbs.c */

static mat taken(const backend *ops, int rows, int cols)
{
    mat M = { NULL, rows, cols };
    M.p = memory(mat_elements(M) * ops->element + ops->input_extra);
    return M;
}

static void put_reals(const backend *ops, mat M, const double *reals)
{
    size_t parts = (size_t)ops->parts;
    double *all = memory(mat_elements(M) * parts * sizeof *all);
    for (size_t e = 0; e < mat_elements(M) * parts; e++) all[e] = e % parts == 0 ? reals[e / parts] : 0;
    ops->put(M, all);
    free(all);
}

static double *reals_of(const backend *ops, mat M, bool input)
{
    size_t parts = (size_t)ops->parts;
    double *all = memory(mat_elements(M) * parts * sizeof *all);
    if (input) ops->get_input(all, M);
    else ops->get(all, M);
    for (size_t e = 0; e < mat_elements(M); e++) all[e] = all[e * parts];
    return all;
}

/* ---- many classes --------------------------------------------------------------------------------------------------------------------- */

enum { IMAGES = 3 };

/* Image 0 is surely of the last class, image 1 surely of the first class behind a block of 1024, and image 2 of no class. */
static double logit(int classes, int i, int j)
{
    int sure = j == 0 ? classes - 1 : classes > 1024 ? 1024 : 7;
    if (j == 2) return i * 37 % 101 / 16.0;
    return i == sure ? 12 : -8 + i % 7 / 8.0;
}

/* A column of logits in long double: what its loss and probabilities are made of. */
typedef struct {
    long double most, sum, spread;
    int best;
} distribution;

static distribution distribution_of(int classes, int j)
{
    distribution d = { .most = logit(classes, 0, j) };
    for (int i = 1; i < classes; i++) {
        if (!(logit(classes, i, j) > d.most)) continue;
        d.most = logit(classes, i, j);
        d.best = i;
    }
    for (int i = 0; i < classes; i++) {
        long double s = logit(classes, i, j) - d.most;
        d.sum += expl(s);
        d.spread += expl(s) * fabsl(s);
    }
    d.spread /= d.sum;
    return d;
}

static const char *wrong_probabilities(const double *P, const double *G, int classes, int j, int label, double u)
{
    distribution d = distribution_of(classes, j);
    for (int i = 0; i < classes; i++) {
        long double s = logit(classes, i, j) - d.most, p = expl(s) / d.sum;
        size_t e = (size_t)j * (size_t)classes + (size_t)i;
        if (!near(P[e], p, (fabsl(s) + d.spread + 2 * ELEMENTARY + classes + 1) * u * p + 0x1p-140L)) return "a probability of many classes";
        if (!near(G[e], P[e] - (i == label ? 1 : 0), u)) return "P - Y of many classes";
    }
    return NULL;
}

/* (6), with the tolerance of mean_loss in check_mat_verbs.c. */
static bool right_loss(double J, int classes, const int *label, double u)
{
    long double total = 0, terms = 0;
    for (int j = 0; j < IMAGES; j++) {
        distribution d = distribution_of(classes, j);
        long double log_sum = logl(d.sum), s = logit(classes, label[j], j) - d.most;
        total += log_sum - s;
        terms += d.spread + ELEMENTARY + classes + (ELEMENTARY + 1) * fabsl(log_sum) + 2 * fabsl(s);
    }
    return near(J, total / IMAGES, u * (terms / IMAGES + fabsl(total)));
}

static const char *wrong_with(const backend *ops, int classes)
{
    const uint32_t index[IMAGES] = { 2, 0, 1 };
    const int label[IMAGES] = { classes - 1, 0, classes / 2 };
    const uint16_t stored[IMAGES] = { (uint16_t)label[1], (uint16_t)label[2], (uint16_t)label[0] };
    const minibatch batch = { .label = stored, .index = index, .n = IMAGES };
    mat S = taken(ops, classes, IMAGES), P = taken(ops, classes, IMAGES), J = taken(ops, 1, 1);
    double *s = memory(mat_elements(S) * sizeof *s), u = ops->unit + mat_ref64.unit;
    long hits = 0;
    for (size_t e = 0; e < mat_elements(S); e++) s[e] = logit(classes, (int)(e % (size_t)classes), (int)(e / (size_t)classes));
    for (int j = 0; j < IMAGES; j++) hits += distribution_of(classes, j).best == label[j];
    put_reals(ops, S, s);
    ops->softmax(P, S);
    ops->mean_loss(J, S, &batch);
    double *p = reals_of(ops, P, false), *loss = reals_of(ops, J, false);
    ops->minus_labels(P, P, &batch);
    double *g = reals_of(ops, P, false);
    const char *wrong = ops->correct(S, &batch) == hits ? NULL : "the largest logit of many classes";
    if (wrong == NULL && !right_loss(*loss, classes, label, u)) wrong = "the loss of many classes";
    for (int j = 0; j < IMAGES && wrong == NULL; j++) wrong = wrong_probabilities(p, g, classes, j, label[j], u);
    free(S.p), free(P.p), free(J.p), free(s), free(p), free(g), free(loss);
    return wrong;
}

const char *many_classes_broken(const backend *ops)
{
    static const int classes[] = { 1000, 1025, 65536 };
    const char *wrong = NULL;
    for (size_t c = 0; c < sizeof classes / sizeof *classes && wrong == NULL; c++) wrong = wrong_with(ops, classes[c]);
    return wrong;
}

/* ---- many bytes ----------------------------------------------------------------------------------------------------------------------- */

/* White images of 140,000 bytes: a sum of int32 whose terms are all near 2^14 would be beyond 2^31. */
const char *many_bytes_broken(const backend *ops)
{
    enum { INPUTS = 140000, TWO = 2 };
    uint8_t *image = memory(INPUTS);
    double *mean = memory(INPUTS * sizeof *mean), *inv_std = memory(INPUTS * sizeof *inv_std), *weight = memory(INPUTS * sizeof *weight);
    float *scale = memory(INPUTS * sizeof *scale), *shift = memory(INPUTS * sizeof *shift);
    const uint32_t index[TWO] = { 0, 0 };
    const double zero = 0;
    memset(image, 255, INPUTS);
    for (int t = 0; t < INPUTS; t++) mean[t] = 128 / 255.0, inv_std[t] = 255, scale[t] = 1, shift[t] = -128, weight[t] = 0.96875;
    const minibatch batch = { .image = image, .stride = INPUTS, .index = index, .n = TWO, .d = INPUTS, .mean = mean, .inv_std = inv_std,
                           .scale = scale, .shift = shift };
    mat W = taken(ops, 1, INPUTS), b = taken(ops, 1, 1), S = taken(ops, 1, TWO), X = taken(ops, INPUTS, TWO);
    put_reals(ops, W, weight), put_reals(ops, b, &zero);
    ops->load_minibatch(X, &batch);
    ops->affine_input(S, W, X, b);
    double *s = reals_of(ops, S, false);
    long double each = 0.96875L, tolerance = (INPUTS + 5.0L) * ops->unit + ops->input_unit; /* of each (p/255 + |mean|) inv_std = 383 */
    bool good = near(s[0], INPUTS * each * 127, INPUTS * each * 383 * tolerance) && s[1] == s[0];
    free(image), free(mean), free(inv_std), free(weight), free(scale), free(shift), free(W.p), free(b.p), free(S.p), free(X.p), free(s);
    return good ? NULL : "a sum of very many bytes";
}

/* ---- floats --------------------------------------------------------------------------------------------------------------------------- */

/* Examples that differ in the last bits of a large mean: 2^23 + k, times 3/4, has no room for 3/4 k; (x - mean) 3/4 is exact. */
const char *cancellation_broken(const backend *ops)
{
    enum { STEPS = 8, STRIDE = 3, INPUTS = 2 };
    float table[STEPS * STRIDE];
    uint32_t index[STEPS];
    const double mean[INPUTS] = { 0x1p23, -0x1p23 }, inv_std[INPUTS] = { 0.75, 0.75 };
    const float scale[INPUTS] = { 0.75F, 0.75F }, shift[INPUTS] = { 0x1p23F, -0x1p23F };
    for (int k = 0; k < STEPS; k++) {
        index[k] = (uint32_t)(STEPS - 1 - k);
        table[k * STRIDE] = 0x1p23F + (float)k, table[k * STRIDE + 1] = -0x1p23F - (float)k, table[k * STRIDE + 2] = NAN;
    }
    const minibatch batch = { .table = table, .stride = STRIDE, .index = index, .n = STEPS, .d = INPUTS, .mean = mean, .inv_std = inv_std,
                           .scale = scale, .shift = shift };
    mat X = taken(ops, INPUTS, STEPS);
    ops->load_minibatch(X, &batch);
    double *x = reals_of(ops, X, true);
    bool good = true;
    for (int j = 0; j < STEPS; j++) {
        double want = 0.75 * (STEPS - 1 - j);
        good = good && x[j * INPUTS] == want && x[j * INPUTS + 1] == -want;
    }
    free(X.p), free(x);
    return good ? NULL : "what tells floats of a large mean apart is rounded away";
}

/* One table for floats, however it is asked for, and nothing of the pixels in it. */
const char *tables_broken(const backend *ops)
{
    const minibatch bytes = { .image = (const uint8_t *)"" }, floats = { .table = (const float[]){ 0 } };
    if (mat_backend_floats(ops) != ops || mat_backend_bf16(ops) != ops) return "the table of a table for floats is another";
    if (mat_backend_for(ops, &floats) != ops) return "the table for floats does not take them";
    if (ops->input_extra != 0 || ops->input_unit != 0) return "a table for floats keeps something of the pixels";
    const backend *plain = mat_backend_named(ops->name), *coarse = plain == NULL ? NULL : mat_backend_bf16(plain);
    if (plain == NULL || mat_backend_floats(plain) != ops) return "a backend has another table for floats";
    if (mat_backend_floats(coarse) != ops) return "bf16 has a table of its own for floats";
    return mat_backend_for(plain, &bytes) == plain && mat_backend_for(plain, &floats) == ops ? NULL : "a mini-batch has the wrong table";
}
