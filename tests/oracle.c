/* The second opinion, see oracle.h: every equation of docs/math.md as a loop over scalars, in the order of that page.
 *
 * It refuses to be clever and it refuses to be a transcription where the chain rule offers another way to the same number, since a
 * copied mistake would agree with itself. So the backward pass carries D = dJ/d(quantity), 1/n included from the start, where
 * math.md carries G = n D; it keeps no Shat; batch normalisation goes back through dJ/dv and dJ/dmu (Ioffe and Szegedy, 2015)
 * instead of (15); the schedule (18) is a distance to the nearest minimum; the deviations in (0) come from integer sums.
 */
#include "oracle.h"
#include "oracle_scalars.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* What one forward pass leaves for the backward pass. */
typedef struct {
    int n;
    double *X[ORACLE_MAX_LAYERS + 1];  /* [width[l] x n], l = 0 .. k-1; X[0] is a copy of the images */
    double *S[ORACLE_MAX_LAYERS + 1];  /* [width[l] x n], l = 1 .. k; S[k] are the logits            */
    double *mu[ORACLE_MAX_LAYERS + 1]; /* [width[l]], as v; only where there is BN                   */
    double *v[ORACLE_MAX_LAYERS + 1];
    double *P;                         /* [C x n]                                                    */
} pass;

typedef enum { BATCH_MOMENTS, RUNNING_AVERAGES } moments_from;

static int has_bn(const oracle_net *net, int l)
{
    return net->bn && l < net->k;
}

/* ---- construction ---- */

oracle_net *oracle_new(int k, const int *width, int bn, double eps, double alpha, double lambda)
{
    require(k >= 1 && k <= ORACLE_MAX_LAYERS, "the number of layers is out of range");
    for (int l = 0; l <= k; l++) require(width[l] >= 1, "a width is below 1");
    oracle_net *net = calloc(1, sizeof *net);
    require(net != NULL, "no memory");
    net->k = k;
    net->bn = bn;
    net->eps = eps;
    net->alpha = alpha;
    net->lambda = lambda;
    net->width[0] = width[0];
    for (int l = 1; l <= k; l++) {
        net->width[l] = width[l];
        net->W[l] = zeros(width[l], width[l - 1]);
        net->b[l] = zeros(width[l], 1);
        if (!has_bn(net, l)) continue;
        net->gamma[l] = zeros(width[l], 1);
        net->beta[l] = zeros(width[l], 1);
        net->mean[l] = zeros(width[l], 1);
        net->var[l] = zeros(width[l], 1);
        for (int i = 0; i < width[l]; i++) net->gamma[l][i] = 1;
    }
    return net;
}

void oracle_free(oracle_net *net)
{
    if (net == NULL) return;
    for (int l = 1; l <= net->k; l++) {
        free(net->W[l]);
        free(net->b[l]);
        free(net->gamma[l]);
        free(net->beta[l]);
        free(net->mean[l]);
        free(net->var[l]);
    }
    free(net);
}

static pass pass_new(const oracle_net *net, int n, const double *X)
{
    require(n >= 1, "a mini-batch has no image");
    pass p = { .n = n };
    p.X[0] = zeros(net->width[0], n);
    for (int j = 0; j < n; j++)
        for (int t = 0; t < net->width[0]; t++) p.X[0][at(t, j, net->width[0])] = X[at(t, j, net->width[0])];
    for (int l = 1; l <= net->k; l++) {
        p.S[l] = zeros(net->width[l], n);
        if (l < net->k) p.X[l] = zeros(net->width[l], n);
        if (has_bn(net, l)) p.mu[l] = zeros(net->width[l], 1);
        if (has_bn(net, l)) p.v[l] = zeros(net->width[l], 1);
    }
    p.P = zeros(net->width[net->k], n);
    return p;
}

static void pass_free(pass *p)
{
    for (int l = 0; l <= ORACLE_MAX_LAYERS; l++) {
        free(p->X[l]);
        free(p->S[l]);
        free(p->mu[l]);
        free(p->v[l]);
    }
    free(p->P);
}

/* ---- forward ---- */

static void affine(const oracle_net *net, pass *p, int l)
{
    int m = net->width[l], d = net->width[l - 1];
    for (int j = 0; j < p->n; j++)
        for (int i = 0; i < m; i++) {
            double s = net->b[l][i];
            for (int t = 0; t < d; t++) s += net->W[l][at(i, t, m)] * p->X[l - 1][at(t, j, d)]; /* (1) */
            p->S[l][at(i, j, m)] = s;
        }
}

/* Mean and biased variance of row i of S_l. Two passes over the row: the sum of squares minus the square of the sum cancels. */
static void batch_moments(const oracle_net *net, pass *p, int l, int i)
{
    int m = net->width[l];
    double sum = 0, squares = 0;
    for (int j = 0; j < p->n; j++) sum += p->S[l][at(i, j, m)];
    double mu = sum / p->n;
    for (int j = 0; j < p->n; j++) {
        double from_mean = p->S[l][at(i, j, m)] - mu;
        squares += from_mean * from_mean;
    }
    p->mu[l][i] = mu;
    p->v[l][i] = squares / p->n;
}

/* T of one element, from s = S[i,j]. */
static double normalised(const oracle_net *net, const pass *p, int l, int i, double s)
{
    double shat = (s - p->mu[l][i]) / sqrt(p->v[l][i] + net->eps); /* (2) */
    return net->gamma[l][i] * shat + net->beta[l][i];              /* (3) */
}

static void hidden_layer(const oracle_net *net, pass *p, int l, moments_from from)
{
    int m = net->width[l];
    affine(net, p, l);
    for (int i = 0; i < m; i++) {
        if (has_bn(net, l) && from == BATCH_MOMENTS) batch_moments(net, p, l, i);
        if (has_bn(net, l) && from == RUNNING_AVERAGES) {
            p->mu[l][i] = net->mean[l][i];
            p->v[l][i] = net->var[l][i];
        }
        for (int j = 0; j < p->n; j++) {
            double s = p->S[l][at(i, j, m)];
            double t = has_bn(net, l) ? normalised(net, p, l, i, s) : s;
            p->X[l][at(i, j, m)] = t < 0 ? 0 : t; /* (4), written so that a NaN stays one */
        }
    }
}

static double largest(const double *column, int rows)
{
    double max = column[0];
    for (int i = 1; i < rows; i++)
        if (column[i] > max) max = column[i];
    return max;
}

static double sum_of_exp(const double *column, int rows, double shift)
{
    double sum = 0;
    for (int i = 0; i < rows; i++) sum += exp(column[i] - shift);
    return sum;
}

static void softmax(const oracle_net *net, pass *p)
{
    int C = net->width[net->k];
    for (int j = 0; j < p->n; j++) {
        const double *s = p->S[net->k] + at(0, j, C);
        double max = largest(s, C);
        double sum = sum_of_exp(s, C, max);
        for (int i = 0; i < C; i++) p->P[at(i, j, C)] = exp(s[i] - max) / sum; /* (5) */
    }
}

static void forward(const oracle_net *net, pass *p, moments_from from)
{
    for (int l = 1; l < net->k; l++) hidden_layer(net, p, l, from);
    affine(net, p, net->k);
    softmax(net, p);
}

/* ---- cost ---- */

/* From the logits, shifted as in (5): log sum exp(s) - s[y] = log sum exp(s - max) - (s[y] - max). */
static double loss_of(const oracle_net *net, const pass *p, const int *y)
{
    int C = net->width[net->k];
    double sum = 0;
    for (int j = 0; j < p->n; j++) {
        const double *s = p->S[net->k] + at(0, j, C);
        require(y[j] >= 0 && y[j] < C, "a label is not a class");
        double max = largest(s, C);
        sum += log(sum_of_exp(s, C, max)) - (s[y[j]] - max);
    }
    return sum / p->n;
}

static double penalty(const oracle_net *net)
{
    double squares = 0;
    for (int l = 1; l <= net->k; l++)
        for (int t = 0; t < net->width[l - 1]; t++)
            for (int i = 0; i < net->width[l]; i++) {
                double w = net->W[l][at(i, t, net->width[l])];
                squares += w * w;
            }
    return net->lambda * squares;
}

/* Loss, cost and P into whichever of the three is wanted. */
static void hand_out(const oracle_net *net, const pass *p, const int *y, double *loss, double *cost, double *P)
{
    double value = loss_of(net, p, y);
    int C = net->width[net->k];
    if (loss != NULL) *loss = value;
    if (cost != NULL) *cost = value + penalty(net); /* (6) */
    if (P == NULL) return;
    for (int j = 0; j < p->n; j++)
        for (int i = 0; i < C; i++) P[at(i, j, C)] = p->P[at(i, j, C)];
}

static int correct_of(const oracle_net *net, const pass *p, const int *y)
{
    int C = net->width[net->k], correct = 0;
    for (int j = 0; j < p->n; j++) {
        int best = 0;
        for (int i = 1; i < C; i++)
            if (p->P[at(i, j, C)] > p->P[at(best, j, C)]) best = i; /* the first such row on a tie */
        if (best == y[j]) correct++;
    }
    return correct;
}

/* ---- backward: D is dJ/d(quantity), that is G/n ---- */

/* D <- dJ/d(logits). */
static void softmax_back(const oracle_net *net, const pass *p, const int *y, double *D)
{
    int C = net->width[net->k];
    for (int j = 0; j < p->n; j++)
        for (int i = 0; i < C; i++) D[at(i, j, C)] = (p->P[at(i, j, C)] - (i == y[j] ? 1 : 0)) / p->n; /* (7) */
}

/* dJ/dW_l and dJ/db_l from D = dJ/dS_l. */
static void affine_parameters(const oracle_net *net, const pass *p, int l, const double *D, oracle_net *gradient)
{
    int m = net->width[l], d = net->width[l - 1];
    for (int i = 0; i < m; i++) {
        for (int t = 0; t < d; t++) {
            double dw = 2 * net->lambda * net->W[l][at(i, t, m)];
            for (int j = 0; j < p->n; j++) dw += D[at(i, j, m)] * p->X[l - 1][at(t, j, d)];
            gradient->W[l][at(i, t, m)] = dw; /* (8) */
        }
        double db = 0;
        for (int j = 0; j < p->n; j++) db += D[at(i, j, m)];
        gradient->b[l][i] = db; /* (9) */
    }
}

/* dJ/dT_{l-1} from D = dJ/dS_l; below[t,j] reaches every s[i,j] by W[i,t], if the ReLU let it through. */
static void affine_and_relu_back(const oracle_net *net, const pass *p, int l, const double *D, double *below)
{
    int m = net->width[l], d = net->width[l - 1];
    for (int j = 0; j < p->n; j++)
        for (int t = 0; t < d; t++) {
            double sum = 0;
            for (int i = 0; i < m; i++) sum += net->W[l][at(i, t, m)] * D[at(i, j, m)]; /* (10) */
            below[at(t, j, d)] = p->X[l - 1][at(t, j, d)] > 0 ? sum : 0;                /* (11) */
        }
}

/* Row i of layer l: D[i,.] = dJ/dT becomes dJ/dS, by way of dJ/dv and dJ/dmu. v is a function of s and of mu. */
static void bn_back(const oracle_net *net, const pass *p, int l, int i, double *D, oracle_net *gradient)
{
    int m = net->width[l], n = p->n;
    double mu = p->mu[l][i], root = sqrt(p->v[l][i] + net->eps);
    double dgamma = 0, dbeta = 0, dv = 0, dmu = 0, sum_from_mean = 0;
    for (int j = 0; j < n; j++) {
        double dt = D[at(i, j, m)], from_mean = p->S[l][at(i, j, m)] - mu;
        double dshat = net->gamma[l][i] * dt;                   /* (14) */
        dgamma += dt * from_mean / root;                        /* (12) */
        dbeta += dt;                                            /* (13) */
        dv += dshat * from_mean * -0.5 / (root * root * root);  /* d shat / d v, at fixed mu  */
        dmu += -dshat / root;                                   /* d shat / d mu, at fixed v  */
        sum_from_mean += from_mean;
    }
    dmu += dv * -2 * sum_from_mean / n;                         /* d v / d mu: zero but for rounding */
    for (int j = 0; j < n; j++) {
        double from_mean = p->S[l][at(i, j, m)] - mu;
        double dshat = net->gamma[l][i] * D[at(i, j, m)];
        D[at(i, j, m)] = dshat / root + dv * 2 * from_mean / n + dmu / n; /* in place of (15) */
    }
    gradient->gamma[l][i] = dgamma;
    gradient->beta[l][i] = dbeta;
}

static void backward(const oracle_net *net, const pass *p, const int *y, oracle_net *gradient)
{
    double *D = zeros(net->width[net->k], p->n);
    softmax_back(net, p, y, D);
    for (int l = net->k; l >= 1; l--) {
        if (has_bn(net, l))
            for (int i = 0; i < net->width[l]; i++) bn_back(net, p, l, i, D, gradient);
        affine_parameters(net, p, l, D, gradient);
        if (l == 1) break;
        double *below = zeros(net->width[l - 1], p->n);
        affine_and_relu_back(net, p, l, D, below);
        free(D);
        D = below;
    }
    free(D);
}

static void require_same_shape(const oracle_net *net, const oracle_net *gradient)
{
    require(gradient != net, "a network cannot be its own gradient");
    require(net->k == gradient->k && !net->bn == !gradient->bn, "the gradient has another shape than the network");
    for (int l = 0; l <= net->k; l++) require(net->width[l] == gradient->width[l], "the gradient has another width than the network");
}

void oracle_gradient(const oracle_net *net, int n, const double *X, const int *y, double *loss, double *cost, double *P,
                     oracle_net *gradient)
{
    pass p = pass_new(net, n, X);
    forward(net, &p, BATCH_MOMENTS);
    hand_out(net, &p, y, loss, cost, P);
    if (gradient != NULL) {
        require_same_shape(net, gradient);
        backward(net, &p, y, gradient);
    }
    pass_free(&p);
}

void oracle_evaluate(const oracle_net *net, int n, const double *X, const int *y, double *P, double *loss, double *cost, int *correct)
{
    require(net->started || !net->bn || net->k == 1, "evaluation asked for running averages that do not exist yet");
    pass p = pass_new(net, n, X);
    forward(net, &p, RUNNING_AVERAGES);
    hand_out(net, &p, y, loss, cost, P);
    if (correct != NULL) *correct = correct_of(net, &p, y);
    pass_free(&p);
}

/* ---- update ---- */

/* (17). The first mini-batch replaces whatever was there, so the arrays may hold anything until then. */
static void averages(oracle_net *net, const pass *p)
{
    double alpha = net->alpha;
    for (int l = 1; l <= net->k; l++)
        for (int i = 0; has_bn(net, l) && i < net->width[l]; i++) {
            double mu = p->mu[l][i], v = p->v[l][i];
            net->mean[l][i] = net->started ? alpha * net->mean[l][i] + (1 - alpha) * mu : mu; /* (17) */
            net->var[l][i] = net->started ? alpha * net->var[l][i] + (1 - alpha) * v : v;     /* (17) */
        }
    net->started = 1;
}

static void step(oracle_net *net, const oracle_net *gradient, double eta) /* (16) */
{
    for (int l = 1; l <= net->k; l++)
        for (int i = 0; i < net->width[l]; i++) {
            for (int t = 0; t < net->width[l - 1]; t++) {
                size_t e = at(i, t, net->width[l]);
                net->W[l][e] -= eta * gradient->W[l][e];
            }
            net->b[l][i] -= eta * gradient->b[l][i];
            if (!has_bn(net, l)) continue;
            net->gamma[l][i] -= eta * gradient->gamma[l][i];
            net->beta[l][i] -= eta * gradient->beta[l][i];
        }
}

void oracle_update(oracle_net *net, int n, const double *X, const int *y, double eta)
{
    oracle_net *gradient = oracle_new(net->k, net->width, net->bn, net->eps, net->alpha, net->lambda);
    pass p = pass_new(net, n, X);
    for (int j = 0; j < n; j++) require(y[j] >= 0 && y[j] < net->width[net->k], "a label is not a class");
    forward(net, &p, BATCH_MOMENTS);
    averages(net, &p);
    backward(net, &p, y, gradient);
    step(net, gradient, eta);
    pass_free(&p);
    oracle_free(gradient);
}

/* (18): minima lie at the multiples of 2 n_s, and eta rises by 1/n_s of the range for each update away from the nearest of them. */
double oracle_eta(long t, long n_s, double eta_min, double eta_max)
{
    require(t >= 0 && n_s >= 1, "the schedule needs t >= 0 and n_s >= 1");
    long since_minimum = t % (2 * n_s);
    long to_minimum = 2 * n_s - since_minimum;
    long distance = since_minimum < to_minimum ? since_minimum : to_minimum;
    return eta_min + (double)distance / (double)n_s * (eta_max - eta_min);
}

/* ---- input ---- */

/* (0): with N images, sum = sum p and squares = sum p^2, the variance of p/255 is (N squares - sum^2) / (255 N)^2. The numerator
 * is an exact integer below N^2 255^2 <= 2^62 for N <= 2^23. */
void oracle_moments_of_pixels(const unsigned char *train, long count, int d, double *mean, double *std)
{
    require(count >= 1 && count <= 1L << 23, "the number of training images is out of range");
    uint64_t N = (uint64_t)count;
    for (int t = 0; t < d; t++) {
        uint64_t sum = 0, squares = 0;
        for (long j = 0; j < count; j++) {
            uint64_t byte = train[(size_t)j * (size_t)d + (size_t)t];
            sum += byte;
            squares += byte * byte;
        }
        uint64_t numerator = N * squares - sum * sum;
        mean[t] = (double)sum / (255.0 * (double)count);
        std[t] = numerator == 0 ? 1 : sqrt((double)numerator) / (255.0 * (double)count);
    }
}
