/*
 * Laws of sizes that the assignment does not have: 65,536 classes, 100,000 inputs, more bytes than the sums of int8 products can hold, and
 * floats whose mean is far larger than their deviation.
 */
#include "check_mat.h"

#include <math.h>
#include <stdlib.h>
#include "random.h"

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

/* ---- many classes -------------------------------------------------------------------------------------------------------------------- */

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
        long double tolerance = (fabsl(s) + d.spread + 2 * ELEMENTARY + classes + 1) * u * p + 0x1p-140L;
        if (!near(P[e], p, tolerance)) return "a probability of many classes";
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

/* ---- many inputs --------------------------------------------------------------------------------------------------------------------- */

enum { UNITS = 2, TWO = 2 }; /* two images: a mean of whole numbers is exact */

/* A mini-batch of two examples of d features, bytes or floats, whose number (0) leaves as it is; and numbers to multiply it with. */
typedef struct {
    size_t d;
    uint8_t *image;
    float *table, *scale, *shift;
    double *mean, *inv_std, *W, G[UNITS * TWO];
    minibatch batch;
} many;

static void many_open(many *k, size_t d, bool floats)
{
    static const uint32_t in_turn[TWO] = { 1, 0 };
    *k = (many){ .d = d, .G = { 1, -2, 3, -1 } };
    k->image = memory(TWO * d), k->table = memory(TWO * d * sizeof(float));
    k->scale = memory(d * sizeof(float)), k->shift = memory(d * sizeof(float));
    k->mean = memory(d * sizeof(double)), k->inv_std = memory(d * sizeof(double)), k->W = memory(UNITS * d * sizeof(double));
    for (size_t t = 0; t < d; t++) k->mean[t] = 0, k->inv_std[t] = floats ? 1 : 255, k->scale[t] = 1, k->shift[t] = 0;
    k->batch = (minibatch){ .image = floats ? NULL : k->image, .table = floats ? k->table : NULL, .stride = d, .index = in_turn, .n = TWO,
                            .d = (int)d, .mean = k->mean, .inv_std = k->inv_std, .scale = k->scale, .shift = k->shift };
}

static void many_close(many *k)
{
    void *const all[] = { k->image, k->table, k->scale, k->shift, k->mean, k->inv_std, k->W };
    for (size_t p = 0; p < sizeof all / sizeof *all; p++) free(all[p]);
}

/* Whole numbers in every place: sums of 100,000 of them are exact. */
static void fill_with_whole_numbers(many *k, bool floats)
{
    random_stream s = random_named(1, "many inputs");
    for (size_t e = 0; e < TWO * k->d; e++) {
        k->image[e] = (uint8_t)random_below(s, 0, e, 4);
        k->table[e] = (float)k->image[e] - (floats ? 2 : 0);
    }
    for (size_t e = 0; e < UNITS * k->d; e++) k->W[e] = (double)random_below(s, 1, e, 9) - 4;
}

/* Input t of image j, as (0) has it. */
static double input(const many *k, size_t t, size_t j)
{
    size_t at = k->batch.index[j] * k->d + t;
    return k->batch.table != NULL ? k->table[at] : k->image[at];
}

/* What the input verbs make of it: S, dW, and W after a step; lambda and eta are 1/4. To be freed. */
typedef struct {
    double *S, *dW, *W;
} products;

static products products_of(const backend *ops, const many *k)
{
    const double zero[UNITS] = { 0 };
    int d = (int)k->d;
    mat W = taken(ops, UNITS, d), b = taken(ops, UNITS, 1), S = taken(ops, UNITS, TWO), X = taken(ops, d, TWO);
    mat G = taken(ops, UNITS, TWO), dW = taken(ops, UNITS, d), room = taken(ops, UNITS, d);
    put_reals(ops, W, k->W), put_reals(ops, b, zero), put_reals(ops, G, k->G);
    ops->load_minibatch(X, &k->batch);
    ops->affine_input(S, W, X, b);
    ops->weight_gradient_input(dW, G, X, 0.25, W);
    ops->sgd_step_input(W, 0.25, G, X, 0.25, room);
    products p = { reals_of(ops, S, false), reals_of(ops, dW, false), reals_of(ops, W, false) };
    free(W.p), free(b.p), free(S.p), free(X.p), free(G.p), free(dW.p), free(room.p);
    return p;
}

static const char *wrong_products(const many *k, const products *p)
{
    for (size_t i = 0; i < UNITS; i++) {
        for (size_t j = 0; j < TWO; j++) {
            double sum = 0;
            for (size_t t = 0; t < k->d; t++) sum += k->W[t * UNITS + i] * input(k, t, j);
            if (!(p->S[j * UNITS + i] == sum)) return "a sum of 100,000 whole numbers is not exact";
        }
        for (size_t t = 0; t < k->d; t++) {
            size_t e = t * UNITS + i;
            double dW = (k->G[i] * input(k, t, 0) + k->G[UNITS + i] * input(k, t, 1)) / 2 + k->W[e] / 2;
            if (!(p->dW[e] == dW)) return "a gradient of 100,000 inputs is not exact";
            if (!(p->W[e] == k->W[e] - dW / 4)) return "a step of 100,000 inputs is not exact";
        }
    }
    return NULL;
}

const char *many_inputs_broken(const backend *ops)
{
    many k;
    many_open(&k, 100000, takes_floats(ops));
    fill_with_whole_numbers(&k, takes_floats(ops));
    products p = products_of(ops, &k);
    const char *wrong = wrong_products(&k, &p);
    free(p.S), free(p.dW), free(p.W);
    many_close(&k);
    return wrong;
}

/* As many numbers that are not whole: S within the tolerance of check_mat_verbs.c, which is derived from d. And white images of 140,000
 * bytes: an int32 could not hold the sum of their products with limbs. */
const char *many_roundings_broken(const backend *ops)
{
    many k;
    bool floats = takes_floats(ops), good = true;
    size_t d = floats ? 100000 : 140000;
    many_open(&k, d, floats);
    random_normals(random_named(1, "many roundings"), 0, UNITS * d, k.W);
    for (size_t e = 0; e < TWO * d; e++) k.image[e] = 255, k.table[e] = 1000 + (float)(e % 17) / 16;
    for (size_t e = 0; e < UNITS * d; e++) k.W[e] = e % UNITS == 0 ? 0.96875 : (double)(float)k.W[e];
    for (size_t t = 0; t < d; t++) k.mean[t] = floats ? 1000.5 : 128 / 255.0, k.shift[t] = floats ? 1000.5F : -128;
    products p = products_of(ops, &k);
    for (size_t e = 0; e < UNITS * TWO; e++) {
        long double sum = 0, magnitude = 0, tolerance = (long double)(d + 5) * (ops->unit + mat_ref64.unit) * 1.01L + ops->input_unit;
        for (size_t t = 0; t < d; t++) {
            long double W = k.W[t * UNITS + e % UNITS], x = floats ? input(&k, t, e / UNITS) - 1000.5L : 127;
            sum += W * x;
            magnitude += fabsl(W) * (floats ? fabsl(x) + 1000.5L : 383);
        }
        good = good && near(p.S[e], sum, tolerance * magnitude);
    }
    free(p.S), free(p.dW), free(p.W);
    many_close(&k);
    return good ? NULL : "a sum of very many terms";
}

/* ---- floats -------------------------------------------------------------------------------------------------------------------------- */

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
