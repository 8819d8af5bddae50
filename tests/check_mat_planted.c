/*
 * The checker checked: each row is a verb with one fault in a copy of a table, and the checker must report it in the words it has for that
 * fault. A row that goes unreported is a failure of check_mat itself. The unharmed copy must pass.
 */
#include "check_mat.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static float *at(mat M)
{
    return M.p;
}

/* ---- faults of memory --------------------------------------------------------------------------------------------------------- */

static void copy_past_the_end(mat to, mat from)
{
    mat_ref32.copy(to, from);
    at(to)[mat_elements(to)] = 0;
}

static void copy_before_the_start(mat to, mat from)
{
    mat_ref32.copy(to, from);
    at(to)[-1] = NAN;
}

static void affine_but_the_last(mat S, mat W, mat X, mat b)
{
    size_t last = mat_elements(S) - 1;
    float kept = at(S)[last];
    mat_ref32.affine(S, W, X, b);
    at(S)[last] = kept;
}

static void row_mean_products_in_its_input(mat dgamma, mat G, mat Shat)
{
    mat_ref32.row_mean_products(dgamma, G, Shat);
    if (mat_elements(G) > 0) at(G)[mat_elements(G) - 1] *= at(Shat)[mat_elements(G) - 1];
}

static void mul_tn_added_to_what_was_there(mat Gbelow, mat W, mat G)
{
    float before = at(Gbelow)[0];
    mat_ref32.mul_tn(Gbelow, W, G);
    at(Gbelow)[0] += before;
}

static void relu_twice_over(mat X, mat T)
{
    mat_ref32.fill(X, 0);
    mat_ref32.relu(X, T);
}

/* ---- faults of numbers -------------------------------------------------------------------------------------------------------- */

static void scale_shift_to_a_nan(mat T, mat gamma, mat Shat, mat beta)
{
    mat_ref32.scale_shift(T, gamma, Shat, beta);
    if (mat_elements(T) > 0) at(T)[mat_elements(T) / 2] = NAN;
}

/* One rounding is at most half an ulp; what is allowed is u |value|, half an ulp to one. */
static void scale_rows_two_ulp_off(mat G, mat gamma)
{
    mat_ref32.scale_rows(G, gamma);
    if (mat_elements(G) > 0) at(G)[0] = nextafterf(nextafterf(at(G)[0], INFINITY), INFINITY);
}

static void affine_one_ulp_off(mat S, mat W, mat X, mat b)
{
    mat_ref32.affine(S, W, X, b);
    at(S)[0] = nextafterf(at(S)[0], INFINITY);
}

/* Within the tolerance, and different with three threads. */
static void row_means_by_threads(mat db, mat G)
{
    int threads = mat_threads();
    mat_ref32.row_means(db, G);
    if (threads == 3 && db.rows > 0 && G.cols > 100) at(db)[0] = nextafterf(at(db)[0], 0);
}

static void relu_without_nan(mat X, mat T)
{
    for (size_t e = 0; e < mat_elements(X); e++) at(X)[e] = fmaxf(0, at(T)[e]);
}

static void relu_back_one_at_zero(mat G, mat X)
{
    for (size_t e = 0; e < mat_elements(G); e++) at(G)[e] = at(X)[e] >= 0 ? at(G)[e] : 0;
}

static void softmax_without_shift(mat P, mat S)
{
    for (int j = 0; j < S.cols; j++) {
        const float *s = at(S) + (size_t)j * (size_t)S.rows;
        float *p = at(P) + (size_t)j * (size_t)S.rows, sum = 0;
        for (int i = 0; i < S.rows; i++) sum += p[i] = expf(s[i]);
        for (int i = 0; i < S.rows; i++) p[i] /= sum;
    }
}

static void minus_labels_in_order(mat G, mat P, const minibatch *batch)
{
    static const uint32_t in_order[1024] = { 0, 1, 2, 3, 4, 5, 6, 7 };
    minibatch wrong = *batch;
    wrong.index = in_order;
    mat_ref32.minus_labels(G, P, &wrong);
}

static void descend_uphill(mat theta, double eta, mat dtheta)
{
    mat_ref32.sgd_step(theta, -eta, dtheta);
}

static void adam_step_with_eps_inside(mat theta, double rate, mat m, mat v, double part, double eps)
{
    for (size_t e = 0; e < mat_elements(theta); e++) at(theta)[e] -= (float)rate * at(m)[e] / sqrtf(at(v)[e] / (float)part + (float)eps);
}

static void limit_rows_but_the_last_column(mat W, double most)
{
    mat_ref32.limit_rows((mat){ W.p, W.rows, W.cols - 1 }, most);
}

/* What one digit would make of W: 8 bits of the largest number of its unit, where bf16 has 8 of every number. */
static void affine_input_of_one_digit(mat S, mat W, mat X, mat b)
{
    mat rough = { memory(mat_elements(W) * sizeof(float)), W.rows, W.cols };
    for (int i = 0; i < W.rows; i++) {
        float most = 0;
        for (int t = 0; t < W.cols; t++) most = fmaxf(most, fabsf(at(W)[t * W.rows + i]));
        for (int t = 0; t < W.cols; t++) {
            float x = at(W)[t * W.rows + i];
            at(rough)[t * W.rows + i] = most > 0 && isfinite(most) ? roundf(x / most * 127) * most / 127 : x;
        }
    }
    mat_ref32.affine_input(S, rough, X, b);
    free(rough.p);
}

/* scale x + shift, as it is right for bytes. */
static void load_minibatch_folded(mat X, const minibatch *batch)
{
    if (batch->table == NULL) {
        mat_ref32.load_minibatch(X, batch);
        return;
    }
    for (int j = 0; j < X.cols; j++) {
        const float *x = batch->table + batch->index[j] * batch->stride;
        for (int t = 0; t < X.rows; t++) at(X)[j * X.rows + t] = x[t] * batch->scale[t] - batch->shift[t] * batch->scale[t];
    }
}

static void load_minibatch_in_order(mat X, const minibatch *batch)
{
    if (batch->table == NULL) {
        mat_ref32.load_minibatch(X, batch);
        return;
    }
    for (int j = 0; j < X.cols; j++) {
        const float *x = batch->table + (size_t)j * batch->stride;
        for (int t = 0; t < X.rows; t++) at(X)[j * X.rows + t] = (x[t] - batch->shift[t]) * batch->scale[t];
    }
}

/* All but the last piece of 1024 classes. */
static void softmax_of_whole_pieces(mat P, mat S)
{
    mat_ref32.softmax(P, S);
    if (S.rows <= 1024) return;
    int some = (S.rows - 1) / 1024 * 1024;
    for (int j = 0; j < S.cols; j++) {
        float *p = at(P) + (size_t)j * (size_t)S.rows, sum = 0;
        for (int i = 0; i < some; i++) sum += p[i];
        for (int i = 0; i < S.rows; i++) p[i] /= sum;
    }
}

/* Of refc64: the real part is right. */
static void relu_real(mat X, mat T)
{
    double *x = X.p;
    mat_refc64.relu(X, T);
    for (size_t e = 0; e < mat_elements(X); e++) x[2 * e + 1] = 0;
}

static void softmax_of_half_a_slope(mat P, mat S)
{
    double *p = P.p;
    mat_refc64.softmax(P, S);
    for (size_t e = 0; e < mat_elements(P); e++) p[2 * e + 1] /= 2;
}

/* ---- faults of the wider family --------------------------------------------------------------------------------------------------- */

static float *column(mat M, int j)
{
    return at(M) + (size_t)j * (size_t)M.rows;
}

static void column_moments_without_bias(mat mu, mat v, mat S)
{
    mat_ref32.column_moments(mu, v, S);
    for (int j = 0; j < S.cols && S.rows > 1; j++) at(v)[j] *= (float)S.rows / (float)(S.rows - 1);
}

static void standardise_columns_without_eps(mat Shat, mat S, mat mu, mat v, double eps)
{
    mat_ref32.standardise_columns(Shat, S, mu, v, eps / 2);
}

/* The product with Shat forgotten. */
static void standardise_columns_back_of_one_mean(mat G, mat Shat, mat v, double eps)
{
    for (int j = 0; j < G.cols; j++) {
        float mean = 0;
        for (int i = 0; i < G.rows; i++) mean += column(G, j)[i] / (float)G.rows;
        for (int i = 0; i < G.rows; i++) column(G, j)[i] = (column(G, j)[i] - mean) / sqrtf(at(v)[j] + (float)eps);
    }
    (void)Shat;
}

static void add_the_first_column(mat S, mat X)
{
    for (int j = 0; j < S.cols; j++) mat_ref32.add((mat){ column(S, j), S.rows, 1 }, mat_first(X, 1));
}

static void leaky_relu_of_a_tenth(mat X, mat T)
{
    for (size_t e = 0; e < mat_elements(X); e++) at(X)[e] = at(T)[e] > 0 ? at(T)[e] : 0.1F * at(T)[e];
}

static void gelu_without_cube(mat X, mat T)
{
    for (size_t e = 0; e < mat_elements(X); e++) at(X)[e] = at(T)[e] / 2 * (1 + tanhf(0.7978846F * at(T)[e]));
}

/* The slope of the inner number without its 3. */
static void gelu_back_of_one_cube(mat G, mat T)
{
    for (size_t e = 0; e < mat_elements(G); e++) {
        float t = at(T)[e], h = tanhf(0.7978846F * (t + 0.044715F * t * t * t));
        at(G)[e] *= (1 + h) / 2 + t / 2 * (1 - h * h) * 0.7978846F * (1 + 0.044715F * t * t);
    }
}

static void tangent_back_as_sigmoid(mat G, mat X) { mat_ref32.sigmoid_back(G, X); }
static void sigmoid_back_as_tangent(mat G, mat X) { mat_ref32.hyperbolic_tangent_back(G, X); }
static void leaky_relu_back_as_relu(mat G, mat X) { mat_ref32.relu_back(G, X); }
static void sigmoid_of_minus(mat X, mat T)
{
    mat_ref32.sigmoid(X, T);
    for (size_t e = 0; e < mat_elements(X); e++) at(X)[e] = 1 - at(X)[e];
}

static void drop_of_the_next_update(mat X, double rate, random_stream s, uint64_t draw) { mat_ref32.drop(X, rate, s, draw + 1); }
static void drop_without_its_factor(mat X, double rate, random_stream s, uint64_t draw)
{
    mat_ref32.drop(X, rate, s, draw);
    for (size_t e = 0; e < mat_elements(X); e++) at(X)[e] *= (float)(1 - rate);
}

static void noise_of_every_update(mat X, double sigma, random_stream s, uint64_t draw)
{
    mat_ref32.add_noise(X, sigma, s, 0);
    (void)draw;
}

static minibatch smoothed_by(const minibatch *batch, double e)
{
    minibatch other = *batch;
    other.smoothing = e;
    return other;
}

static void mean_loss_without_smoothing(mat J, mat S, const minibatch *batch)
{
    minibatch other = smoothed_by(batch, 0);
    mat_ref32.mean_loss(J, S, &other);
}

/* e/C in the place of e/(C - 1). */
static void smoothing_by_all_classes(mat G, mat P, const minibatch *batch)
{
    minibatch other = smoothed_by(batch, batch->smoothing * (G.rows - 1) / G.rows);
    mat_ref32.minus_labels(G, P, &other);
}

static void sigmoid_minus_labels_not_shared(mat G, mat P, const minibatch *batch) { mat_ref32.minus_labels(G, P, batch); }

/* From the probabilities: what is lost near 1 is most of the loss. */
static void sigmoid_loss_of_probabilities(mat J, mat S, const minibatch *batch)
{
    double total = 0;
    for (int j = 0; j < S.cols; j++) {
        for (int i = 0; i < S.rows; i++) {
            float p = 1 / (1 + expf(-column(S, j)[i]));
            total -= (i == batch->label[batch->index[j]] ? logf(p) : logf(1 - p)) / (float)S.rows;
        }
    }
    at(J)[0] = (float)(total / S.cols);
}

static void hinge_loss_of_its_own_class(mat J, mat S, const minibatch *batch)
{
    mat_ref32.hinge_loss(J, S, batch);
    at(J)[0] += 1;
}

static void hinge_back_at_zero_too(mat G, mat S, const minibatch *batch)
{
    for (int j = 0; j < S.cols; j++) {
        int y = batch->label[batch->index[j]];
        float sum = 0;
        for (int i = 0; i < S.rows; i++) {
            column(G, j)[i] = i != y && column(S, j)[i] - column(S, j)[y] + 1 >= 0 ? 1 : 0;
            sum += column(G, j)[i];
        }
        column(G, j)[y] = -sum;
    }
}

/* The pixels of a patch column after column. */
static void load_patches_turned(mat X, const minibatch *batch)
{
    mat_ref32.load_minibatch(X, batch);
    int f = batch->patch.side;
    for (int j = 0; f > 0 && j < X.cols; j++) {
        for (float *square = column(X, j), *end = square + X.rows; square < end; square += f * f) {
            for (int r = 0; r < f; r++) {
                for (int s = 0; s < r; s++) {
                    float kept = square[r * f + s];
                    square[r * f + s] = square[s * f + r], square[s * f + r] = kept;
                }
            }
        }
    }
}

/* ---- the table ---------------------------------------------------------------------------------------------------------------- */

typedef void (*anything)(void);

typedef struct {
    const char *verb, *expect; /* expect: words of the report */
    const backend *table;
    size_t entry;
    anything fault;
    bool floats;               /* of the table for floats */
} plant;

#define ENTRY(verb, fault) offsetof(backend, verb), (anything)fault, false
#define FLOATS_ENTRY(verb, fault) offsetof(backend, verb), (anything)fault, true

static const plant plants[] = {
    { "copy", "wrote outside, after", &mat_ref32, ENTRY(copy, copy_past_the_end) },
    { "copy", "wrote outside, before", &mat_ref32, ENTRY(copy, copy_before_the_start) },
    { "affine", "left unwritten", &mat_ref32, ENTRY(affine, affine_but_the_last) },
    { "row_mean_products", "changed an input", &mat_ref32, ENTRY(row_mean_products, row_mean_products_in_its_input) },
    { "mul_tn", "left unwritten", &mat_ref32, ENTRY(mul_tn, mul_tn_added_to_what_was_there) },
    { "relu", "in place: value", &mat_ref32, ENTRY(relu, relu_twice_over) },
    { "scale_shift", "value at", &mat_ref32, ENTRY(scale_shift, scale_shift_to_a_nan) },
    { "scale_rows", "value at", &mat_ref32, ENTRY(scale_rows, scale_rows_two_ulp_off) },
    { "affine", "not exact", &mat_ref32, ENTRY(affine, affine_one_ulp_off) },
    { "row_means", "bits depend on the threads", &mat_ref32, ENTRY(row_means, row_means_by_threads) },
    { "relu", "special value", &mat_ref32, ENTRY(relu, relu_without_nan) },
    { "relu_back", "value at", &mat_ref32, ENTRY(relu_back, relu_back_one_at_zero) },
    { "column_moments", "value at", &mat_ref32, ENTRY(column_moments, column_moments_without_bias) },
    { "standardise_columns", "value at", &mat_ref32, ENTRY(standardise_columns, standardise_columns_without_eps) },
    { "standardise_columns_back", "value at", &mat_ref32, ENTRY(standardise_columns_back, standardise_columns_back_of_one_mean) },
    { "add", "value at", &mat_ref32, ENTRY(add, add_the_first_column) },
    { "leaky_relu", "value at", &mat_ref32, ENTRY(leaky_relu, leaky_relu_of_a_tenth) },
    { "leaky_relu_back", "value at", &mat_ref32, ENTRY(leaky_relu_back, leaky_relu_back_as_relu) },
    { "gelu", "value at", &mat_ref32, ENTRY(gelu, gelu_without_cube) },
    { "gelu_back", "value at", &mat_ref32, ENTRY(gelu_back, gelu_back_of_one_cube) },
    { "hyperbolic_tangent", "value at", &mat_ref32, ENTRY(hyperbolic_tangent, gelu_without_cube) },
    { "hyperbolic_tangent_back", "not exact", &mat_ref32, ENTRY(hyperbolic_tangent_back, tangent_back_as_sigmoid) },
    { "sigmoid", "value at", &mat_ref32, ENTRY(sigmoid, sigmoid_of_minus) },
    { "sigmoid_back", "value at", &mat_ref32, ENTRY(sigmoid_back, sigmoid_back_as_tangent) },
    { "drop", "value at", &mat_ref32, ENTRY(drop, drop_of_the_next_update) },
    { "drop", "not exact", &mat_ref32, ENTRY(drop, drop_without_its_factor) },
    { "add_noise", "value at", &mat_ref32, ENTRY(add_noise, noise_of_every_update) },
    { "smoothed_mean_loss", "value at", &mat_ref32, ENTRY(mean_loss, mean_loss_without_smoothing) },
    { "smoothed_minus_labels", "value at", &mat_ref32, ENTRY(minus_labels, smoothing_by_all_classes) },
    { "sigmoid_minus_labels", "value at", &mat_ref32, ENTRY(sigmoid_minus_labels, sigmoid_minus_labels_not_shared) },
    { "sigmoid_loss", "value at", &mat_ref32, ENTRY(sigmoid_loss, sigmoid_loss_of_probabilities) },
    { "hinge_loss", "not exact", &mat_ref32, ENTRY(hinge_loss, hinge_loss_of_its_own_class) },
    { "hinge_back", "not exact", &mat_ref32, ENTRY(hinge_back, hinge_back_at_zero_too) },
    { "load_patches", "value at", &mat_ref32, ENTRY(load_minibatch, load_patches_turned) },
    { "load_patches", "not exact", &mat_ref32, FLOATS_ENTRY(load_minibatch, load_patches_turned) },
    { "affine_patches", "value at", &mat_ref32, ENTRY(load_minibatch, load_patches_turned) },
    { "softmax", "law: softmax of extreme", &mat_ref32, ENTRY(softmax, softmax_without_shift) },
    { "minus_labels", "value at", &mat_ref32, ENTRY(minus_labels, minus_labels_in_order) },
    { "sgd_step", "value at", &mat_ref32, ENTRY(sgd_step, descend_uphill) },
    { "adam_step", "value at", &mat_ref32, ENTRY(adam_step, adam_step_with_eps_inside) },
    { "limit_rows", "value at", &mat_ref32, ENTRY(limit_rows, limit_rows_but_the_last_column) },
    { "affine_input", "errs more than operands rounded to bf16", &mat_ref32, ENTRY(affine_input, affine_input_of_one_digit) },
    { "softmax", "law: a probability of many classes", &mat_ref32, ENTRY(softmax, softmax_of_whole_pieces) },
    { "load_minibatch", "law: what tells floats", &mat_ref32, FLOATS_ENTRY(load_minibatch, load_minibatch_folded) },
    { "load_minibatch", "for floats, random", &mat_ref32, FLOATS_ENTRY(load_minibatch, load_minibatch_folded) },
    { "load_minibatch", "not exact", &mat_ref32, FLOATS_ENTRY(load_minibatch, load_minibatch_in_order) },
    { "relu", "derivative", &mat_refc64, ENTRY(relu, relu_real) },
    { "softmax", "derivative", &mat_refc64, ENTRY(softmax, softmax_of_half_a_slope) },
};

enum { PLANTS = sizeof plants / sizeof plants[0] };

/* What the checker says of verb v of this table, in secret. */
static session hear(const session *s, const char *v, const backend *ops, const char *expect)
{
    session heard = { .program = s->program, .seed = s->seed, .cases = 8, .quiet = true, .expect = expect };
    check_verb(&heard, verb_named(v), ops);
    check_laws(&heard, v, ops);
    return heard;
}

/* NaN, infinity and a hair too much are not near; a hair less is. */
static bool near_is_strict(void)
{
    const double tolerance = 0x1p-20, hair = 0x1p-50;
    return !near(NAN, 1, tolerance) && !near(1, NAN, tolerance) && !near(1, 1, NAN) && !near(INFINITY, INFINITY, tolerance) &&
           !near(1 + tolerance + hair, 1, tolerance) && !near(1 - tolerance - hair, 1, tolerance) &&
           near(1 + tolerance - hair, 1, tolerance) && near(1 - tolerance + hair, 1, tolerance);
}

/* An output that should be all 0 is not believed, and neither is a ReLU that shows one side. */
static bool zeros_are_doubted(void)
{
    check c = { .v = verb_named("relu"), .ops = &mat_ref64, .kind = RANDOM, .shape = { 2, 4, 1 } };
    long double zeros[8] = { 0 }, ones[8] = { 1, 1, 1, 1, 1, 1, 1, 1 }, both[8] = { 1 };
    wanted dead = { .value = { zeros } }, open = { .value = { ones } }, fair = { .value = { both } };
    task k;
    task_open(&k, &c);
    bool good = !trusted(&c, &k, &dead) && !trusted(&c, &k, &open) && trusted(&c, &k, &fair);
    task_close(&k);
    return good;
}

static void require(session *s, bool good, const char *name, const char *what)
{
    if (!good) printf("FAILED self-test: %s%s%s\n", name, *name == '\0' ? "" : ": ", what);
    count(s, good);
}

void self_test(session *s)
{
    long passed = s->passed, failed = s->failed;
    require(s, near_is_strict(), "", "the comparison lets a NaN or too much through");
    require(s, zeros_are_doubted(), "", "an output that is all 0 is believed");
    for (size_t p = 0; p < PLANTS; p++) {
        const plant *now = &plants[p];
        backend broken = now->floats ? *mat_backend_floats(now->table) : *now->table;
        if (strstr(now->expect, "bf16") != NULL) broken.input_unit = 0x1p-8;
        session whole = hear(s, now->verb, &broken, "FAILED");
        memcpy((char *)&broken + now->entry, &now->fault, sizeof now->fault);
        session heard = hear(s, now->verb, &broken, now->expect);
        require(s, whole.failed == 0 && !whole.seen, now->verb, "the unharmed verb is reported");
        require(s, heard.failed > 0 && heard.seen, now->verb, now->expect);
    }
    printf("self-test, %d faults planted: %ld passed, %ld failed\n", PLANTS, s->passed - passed, s->failed - failed);
}
