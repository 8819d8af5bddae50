/* What check_mat knows of the verbs of the wider family, (22) to (36): as check_mat_verbs.c, whose table has their rows. */
#include "check_mat_truth.h"

#include "random.h"

/* ---- forward ------------------------------------------------------------------------------------------------------------------ */

/* As moments, of columns: here n are the numbers of a column, so that means of whole numbers are exact. */
void column_moments_call(const task *k, const mat *a) { k->ops->column_moments(a[0], a[1], a[2]); }

estimate column_moments_truth(const task *k, place at, double u)
{
    long double sum = 0, magnitude = 0, square = 0;
    for (int i = 0; i < k->n; i++) {
        sum += x(k, 2, i, at.i);
        magnitude += fabsl(x(k, 2, i, at.i));
    }
    long double mu = sum / k->n, error = roundings(k->n + 1, u) * magnitude / k->n;
    if (at.operand == 0) return (estimate){ mu, error };
    for (int i = 0; i < k->n; i++) square += (x(k, 2, i, at.i) - mu) * (x(k, 2, i, at.i) - mu);
    long double v = square / k->n;
    return (estimate){ v, error * error + roundings(k->n + 4, u) * (v + error * error) };
}

/* (27)  5 relative ones, as (2) */
void standardise_columns_call(const task *k, const mat *a) { k->ops->standardise_columns(a[0], a[1], a[2], a[3], k->scalar); }

estimate standardise_columns_truth(const task *k, place at, double u)
{
    long double value = (x(k, 1, at.i, at.j) - x(k, 2, at.j, 0)) / sqrtl(x(k, 3, at.j, 0) + k->scalar);
    return rounded(value, 5, fabsl(value), u);
}

/* (29)(30)  the sum */
void add_call(const task *k, const mat *a) { k->ops->add(a[0], a[1]); }

estimate add_truth(const task *k, place at, double u)
{
    long double value = x(k, 0, at.i, at.j) + x(k, 1, at.i, at.j);
    return rounded(value, 1, fabsl(value), u);
}

/* (23)  0.01 and the product */
void leaky_relu_call(const task *k, const mat *a) { k->ops->leaky_relu(a[0], a[1]); }

estimate leaky_relu_truth(const task *k, place at, double u)
{
    long double t = x(k, 1, at.i, at.j), value = t > 0 ? t : 0.01L * t;
    return rounded(value, t > 0 ? 0 : 2, fabsl(value), u);
}

/* h = tanh(sqrt(2/pi) (t + 0.044715 t^3)) and how far it may be off. The inner number has two terms of one sign, whose roundings are the
 * two constants, three products, the sum and a product: 7. The slope of tanh changes by no more than 4 d over such a distance d. */
typedef struct {
    long double h, off, slope; /* slope: of the inner number */
} tangent;

static tangent tangent_of(long double t, double u)
{
    static const long double root = 0.797884560802865355879892119868763737L, cube = 0.044715L;
    long double inner = root * (t + cube * t * t * t), h = tanhl(inner), d = roundings(7, u) * fabsl(inner);
    return (tangent){ h, (1 - h * h) * d * (1 + 4 * d) + 2 * d * d + roundings(ELEMENTARY, u) * fabsl(h), root * (1 + 3 * cube * t * t) };
}

/* (24)  t/2 is exact; 1 + h may be small, and has the whole error of h; the sum and the product round */
void gelu_call(const task *k, const mat *a) { k->ops->gelu(a[0], a[1]); }

estimate gelu_truth(const task *k, place at, double u)
{
    long double t = x(k, 1, at.i, at.j);
    tangent g = tangent_of(t, u);
    return (estimate){ t / 2 * (1 + g.h), fabsl(t / 2) * (g.off * (1 + roundings(2, u)) + roundings(2, u) * (1 + g.h)) };
}

/* (25) */
void hyperbolic_tangent_call(const task *k, const mat *a) { k->ops->hyperbolic_tangent(a[0], a[1]); }

estimate hyperbolic_tangent_truth(const task *k, place at, double u)
{
    long double h = tanhl(x(k, 1, at.i, at.j));
    return rounded(h, ELEMENTARY, fabsl(h), u);
}

/* (26)  exp(-|t|), of which the result has a factor no larger than itself; the sum and the quotient */
void sigmoid_call(const task *k, const mat *a) { k->ops->sigmoid(a[0], a[1]); }

estimate sigmoid_truth(const task *k, place at, double u)
{
    long double value = 1 / (1 + expl(-x(k, 1, at.i, at.j)));
    return rounded(value, ELEMENTARY + 2, value, u);
}

/* The element of the operand that a place is, counted down the columns. */
static size_t number_of(const task *k, place at)
{
    return (size_t)at.j * (size_t)k->M[at.operand].rows + (size_t)at.i;
}

/* (31)(32)  1 - rate, its inverse, that in the type, and the product. Half the scalar is the rate: one half where all is exact. */
enum { DRAW = 7 };

static double rate_of(const task *k) { return k->scalar / 2; }
static random_stream stream_of(void) { return random_named(5, "dropout/3"); }

void drop_call(const task *k, const mat *a) { k->ops->drop(a[0], rate_of(k), stream_of(), DRAW); }

estimate drop_truth(const task *k, place at, double u)
{
    uint32_t word[4];
    size_t e = number_of(k, at);
    random_words(stream_of(), DRAW, e / 4, word);
    long double value = word[e % 4] < rate_of(k) * 0x1p32 ? 0 : x(k, 0, at.i, at.j) / (1 - (long double)rate_of(k));
    return rounded(value, 4, fabsl(value), u);
}

/* (33)  a normal number by logarithm, root, sine and cosine of floats (cpu/noise.c: 15), sigma in the type, sigma E, the sum */
void add_noise_call(const task *k, const mat *a) { k->ops->add_noise(a[0], k->scalar, stream_of(), DRAW); }

estimate add_noise_truth(const task *k, place at, double u)
{
    double normal;
    random_normals(stream_of(), DRAW * mat_elements(k->M[0]) + number_of(k, at), 1, &normal);
    long double noise = (long double)k->scalar * normal, value = x(k, 0, at.i, at.j) + noise;
    return (estimate){ value, roundings(17, u) * fabsl(noise) * (1 + u) + roundings(1, u) * fabsl(value) };
}

/* ---- losses ------------------------------------------------------------------------------------------------------------------- */

/* The label of (34), smoothed by e. */
static const double SMOOTHING = 0.3;

static minibatch smoothed(const task *k)
{
    minibatch batch = k->batch;
    batch.smoothing = SMOOTHING;
    return batch;
}

static long double target(const task *k, int i, int j, double e)
{
    if (i == label(k, j)) return 1 - (long double)e;
    return e == 0 ? 0 : (long double)e / (k->m - 1);
}

/* (34)  as (6), with the mean of s - M by the labels in the place of one: each is rounded twice, s - M once, the product once, and added
 * m - 1 times. */
void smoothed_mean_loss_call(const task *k, const mat *a)
{
    minibatch batch = smoothed(k);
    k->ops->mean_loss(a[0], a[1], &batch);
}

estimate smoothed_mean_loss_truth(const task *k, place at, double u)
{
    long double total = 0, magnitude = 0, terms = 0;
    (void)at;
    for (int j = 0; j < k->n; j++) {
        column c = column_of(k, j);
        long double log_sum = logl(c.sum), mean = 0;
        for (int i = 0; i < k->m; i++) mean += target(k, i, j, SMOOTHING) * (x(k, 1, i, j) - c.most); /* no term is positive */
        total += log_sum - mean;
        magnitude += fabsl(log_sum) + fabsl(mean);
        terms += c.spread + ELEMENTARY + k->m + (ELEMENTARY + 1) * fabsl(log_sum) + (k->m + 4) * fabsl(mean);
    }
    long double J = total / k->n;
    return (estimate){ J, roundings(terms / k->n, u) + roundings(k->n + 1, WIDE) * magnitude / k->n + roundings(1, u) * fabsl(J) };
}

/* (35)  of log(1 + e), e = exp(-|s|) <= 1: ELEMENTARY of e, of which half counts at most, one of the sum, ELEMENTARY of the logarithm
 * itself. Y s: the label twice, the product once. Two sums, m - 1 more, the division. The mean over images is kept wide. */
static estimate sigmoid_loss_of(const task *k, double e, double u)
{
    long double total = 0, magnitude = 0;
    for (int j = 0; j < k->n; j++) {
        for (int i = 0; i < k->m; i++) {
            long double s = x(k, 1, i, j), above = s > 0 ? s : 0, shared = target(k, i, j, e) * s, rest = logl(1 + expl(-fabsl(s)));
            total += (above - shared + rest) / k->m;
            magnitude += (above + fabsl(shared) + rest) / k->m;
        }
    }
    long double J = total / k->n, off = roundings(ELEMENTARY + k->m + 5, u) * magnitude / k->n + roundings(ELEMENTARY + 1, u);
    return (estimate){ J, off + roundings(k->n + 1, WIDE) * magnitude / k->n + roundings(1, u) * fabsl(J) };
}

void sigmoid_loss_call(const task *k, const mat *a) { k->ops->sigmoid_loss(a[0], a[1], &k->batch); }
estimate sigmoid_loss_truth(const task *k, place at, double u) { return (void)at, sigmoid_loss_of(k, 0, u); }

void smoothed_sigmoid_loss_call(const task *k, const mat *a)
{
    minibatch batch = smoothed(k);
    k->ops->sigmoid_loss(a[0], a[1], &batch);
}

estimate smoothed_sigmoid_loss_truth(const task *k, place at, double u) { return (void)at, sigmoid_loss_of(k, SMOOTHING, u); }

/* (36)  a margin has two roundings; the sum of all is kept wide, and rounded once. max(0, .) hides no jump. */
static long double margin(const task *k, int i, int j)
{
    return x(k, 1, i, j) - x(k, 1, label(k, j), j) + 1;
}

static long double margin_size(const task *k, int i, int j)
{
    return fabsl(x(k, 1, i, j)) + fabsl(x(k, 1, label(k, j), j)) + 1;
}

void hinge_loss_call(const task *k, const mat *a) { k->ops->hinge_loss(a[0], a[1], &k->batch); }

estimate hinge_loss_truth(const task *k, place at, double u)
{
    long double total = 0, magnitude = 0, terms = (long double)k->m * k->n + 1;
    (void)at;
    for (int j = 0; j < k->n; j++) {
        for (int i = 0; i < k->m; i++) {
            if (i == label(k, j)) continue;
            total += margin(k, i, j) <= 0 ? 0 : margin(k, i, j); /* a NaN stays */
            magnitude += margin_size(k, i, j);
        }
    }
    long double J = total / k->n;
    return (estimate){ J, (roundings(2, u) + roundings(terms, WIDE)) * magnitude / k->n + roundings(1, u) * fabsl(J) };
}

/* ---- backward ----------------------------------------------------------------------------------------------------------------- */

/* (34)(35)  the label twice, the difference; the quotient, where all is divided by m */
static estimate minus_labels_of(const task *k, place at, double e, int by, double u)
{
    long double y = target(k, at.i, at.j, e), value = (x(k, 1, at.i, at.j) - y) / by;
    return (estimate){ value, (e > 0 ? roundings(2, u) * y / by * (1 + roundings(2, u)) : 0) + roundings(2, u) * fabsl(value) };
}

void smoothed_minus_labels_call(const task *k, const mat *a)
{
    minibatch batch = smoothed(k);
    k->ops->minus_labels(a[0], a[1], &batch);
}

estimate smoothed_minus_labels_truth(const task *k, place at, double u) { return minus_labels_of(k, at, SMOOTHING, 1, u); }

void sigmoid_minus_labels_call(const task *k, const mat *a) { k->ops->sigmoid_minus_labels(a[0], a[1], &k->batch); }
estimate sigmoid_minus_labels_truth(const task *k, place at, double u) { return minus_labels_of(k, at, 0, k->m, u); }

void smoothed_sigmoid_minus_labels_call(const task *k, const mat *a)
{
    minibatch batch = smoothed(k);
    k->ops->sigmoid_minus_labels(a[0], a[1], &batch);
}

estimate smoothed_sigmoid_minus_labels_truth(const task *k, place at, double u) { return minus_labels_of(k, at, SMOOTHING, k->m, u); }

/* (36)  exact, but for a margin so near 0 that its two roundings may decide its sign: it may count or not. */
void hinge_back_call(const task *k, const mat *a) { k->ops->hinge_back(a[0], a[1], &k->batch); }

estimate hinge_back_truth(const task *k, place at, double u)
{
    long double sum = 0, doubt = 0;
    int y = label(k, at.j);
    for (int i = 0; i < k->m; i++) {
        if (i == y || (at.i != y && at.i != i)) continue;
        sum += margin(k, i, at.j) > 0;
        doubt += fabsl(margin(k, i, at.j)) <= roundings(2, u) * margin_size(k, i, at.j);
    }
    return (estimate){ at.i == y ? -sum : sum, doubt };
}

/* (23)  0.01 and the product */
void leaky_relu_back_call(const task *k, const mat *a) { k->ops->leaky_relu_back(a[0], a[1]); }

estimate leaky_relu_back_truth(const task *k, place at, double u)
{
    bool above = x(k, 1, at.i, at.j) > 0;
    long double value = (above ? 1 : 0.01L) * x(k, 0, at.i, at.j);
    return rounded(value, above ? 0 : 2, fabsl(value), u);
}

/* (24)  of 1 - h^2: twice the error of h, and two roundings, which are all that is left of it where h is near 1. Of the slope: its two
 * constants, two products, another, the sum, the last product: 7, and two to multiply them; of (1 + h)/2 one; then the sum and the product
 * with G. */
void gelu_back_call(const task *k, const mat *a) { k->ops->gelu_back(a[0], a[1]); }

estimate gelu_back_truth(const task *k, place at, double u)
{
    long double t = x(k, 1, at.i, at.j), g = x(k, 0, at.i, at.j);
    tangent q = tangent_of(t, u);
    long double left = (1 + q.h) / 2, steep = fabsl(t / 2) * q.slope, right = t / 2 * (1 - q.h * q.h) * q.slope;
    long double square = (2 * fabsl(q.h) + q.off) * q.off + roundings(2, u), more = 1 + roundings(11, u);
    long double off = (q.off / 2 + steep * square) * more + roundings(3, u) * left + roundings(11, u) * fabsl(right);
    return (estimate){ g * (left + right), fabsl(g) * off };
}

/* (25)  the square, the difference, the product */
void hyperbolic_tangent_back_call(const task *k, const mat *a) { k->ops->hyperbolic_tangent_back(a[0], a[1]); }

estimate hyperbolic_tangent_back_truth(const task *k, place at, double u)
{
    long double h = x(k, 1, at.i, at.j), g = x(k, 0, at.i, at.j);
    return rounded(g * (1 - h * h), 3, fabsl(g) * (1 + h * h), u);
}

/* (26)  the difference and two products */
void sigmoid_back_call(const task *k, const mat *a) { k->ops->sigmoid_back(a[0], a[1]); }

estimate sigmoid_back_truth(const task *k, place at, double u)
{
    long double h = x(k, 1, at.i, at.j), value = x(k, 0, at.i, at.j) * h * (1 - h);
    return rounded(value, 3, fabsl(value), u);
}

/* (28)  as (15): n + 9 */
void standardise_columns_back_call(const task *k, const mat *a) { k->ops->standardise_columns_back(a[0], a[1], a[2], k->scalar); }

estimate standardise_columns_back_truth(const task *k, place at, double u)
{
    long double g = x(k, 0, at.i, at.j), shat = x(k, 1, at.i, at.j), root = sqrtl(x(k, 2, at.j, 0) + k->scalar);
    long double mean = 0, mean_size = 0, product = 0, product_size = 0;
    for (int i = 0; i < k->n; i++) {
        long double term = x(k, 0, i, at.j) / k->n;
        mean += term;
        mean_size += fabsl(term);
        product += term * x(k, 1, i, at.j);
        product_size += fabsl(term * x(k, 1, i, at.j));
    }
    return rounded((g - mean - shat * product) / root, k->n + 9, (fabsl(g) + mean_size + fabsl(shat) * product_size) / root, u);
}
