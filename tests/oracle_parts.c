/* Activations and losses of the second opinion, see oracle_family.h: (4), (23) to (26) of one number, (34) to (36) of one column.
 *
 * Each is written another way than on the page where there is one. GELU goes by the logistic function, since
 * (1 + tanh u)/2 = 1/(1 + exp(-2u)). Slopes of activations are functions of T, never of X. The loss of the sigmoids is a sum of two
 * binary terms instead of (35).
 */
#include "oracle_parts.h"

#include <math.h>

/* ---- activations ---- */

static double logistic(double x)
{
    return 1 / (1 + exp(-x));
}

static double relu(double t)
{
    return t < 0 ? 0 : t; /* (4), written so that a NaN stays one */
}

static double relu_slope(double t)
{
    return t > 0 ? 1 : 0; /* (11) */
}

static double leaky(double t)
{
    return t > 0 ? t : 0.01 * t; /* (23) */
}

static double leaky_slope(double t)
{
    return t > 0 ? 1 : 0.01; /* (23) */
}

/* 2u of (24), and its slope. */
static double twice_u(double t)
{
    return 2 * sqrt(2 / acos(-1)) * (t + 0.044715 * t * t * t);
}

static double twice_u_slope(double t)
{
    return 2 * sqrt(2 / acos(-1)) * (1 + 3 * 0.044715 * t * t);
}

static double gelu(double t)
{
    return t * logistic(twice_u(t)); /* (24) */
}

static double gelu_slope(double t)
{
    double share = logistic(twice_u(t)), rest = logistic(-twice_u(t));
    return share + t * share * rest * twice_u_slope(t); /* (24) */
}

static double tanh_slope(double t)
{
    return 1 / (cosh(t) * cosh(t)); /* (25) */
}

static double sigmoid_slope(double t)
{
    return logistic(t) * logistic(-t); /* (26) */
}

const oracle_activation oracle_activations[FAMILY_ACTIVATIONS] = {
    [FAMILY_RELU] = { relu, relu_slope },  [FAMILY_LEAKY_RELU] = { leaky, leaky_slope },  [FAMILY_GELU] = { gelu, gelu_slope },
    [FAMILY_TANH] = { tanh, tanh_slope },  [FAMILY_SIGMOID] = { logistic, sigmoid_slope },
};

/* ---- losses: of one column of logits s ---- */

static double target(int i, int y, double e, int C)
{
    return i == y ? 1 - e : e / (C - 1);
}

static double log_sum_exp(const double *s, int C)
{
    double largest = s[0], sum = 0;
    for (int i = 1; i < C; i++) largest = s[i] > largest ? s[i] : largest;
    for (int i = 0; i < C; i++) sum += exp(s[i] - largest);
    return largest + log(sum);
}

static double softmax_probability(const double *s, int C, int i)
{
    return exp(s[i] - log_sum_exp(s, C)); /* (5) */
}

static double sigmoid_probability(const double *s, int C, int i)
{
    (void)C;
    return logistic(s[i]); /* (35) */
}

static double softmax_loss(const double *s, int C, int y, double e)
{
    double loss = 0;
    for (int i = 0; i < C; i++) loss += target(i, y, e, C) * (log_sum_exp(s, C) - s[i]); /* (34) */
    return loss;
}

/* -log(1/(1 + exp(-x))) */
static double log_of_logistic(double x)
{
    return x > 0 ? -log1p(exp(-x)) : x - log1p(exp(x));
}

static double sigmoids_loss(const double *s, int C, int y, double e)
{
    double loss = 0;
    for (int i = 0; i < C; i++) {
        double Y = target(i, y, e, C);
        loss -= (Y * log_of_logistic(s[i]) + (1 - Y) * log_of_logistic(-s[i])) / C; /* (35) */
    }
    return loss;
}

static double hinge_loss(const double *s, int C, int y, double e)
{
    double loss = 0;
    (void)e;
    for (int i = 0; i < C; i++)
        if (i != y && s[i] + 1 > s[y]) loss += s[i] + 1 - s[y]; /* (36) */
    return loss;
}

static double softmax_slope(const double *s, int C, int y, double e, int i)
{
    return softmax_probability(s, C, i) - target(i, y, e, C); /* (34) */
}

static double sigmoids_slope(const double *s, int C, int y, double e, int i)
{
    return (logistic(s[i]) - target(i, y, e, C)) / C; /* (35) */
}

static double hinge_slope(const double *s, int C, int y, double e, int i)
{
    int within = 0;
    (void)e;
    for (int other = 0; other < C; other++) within += other != y && s[other] - s[y] + 1 > 0;
    return i == y ? -within : s[i] - s[y] + 1 > 0; /* (36) */
}

const oracle_loss oracle_losses[FAMILY_LOSSES] = {
    [FAMILY_SOFTMAX] = { softmax_probability, softmax_loss, softmax_slope },
    [FAMILY_SIGMOIDS] = { sigmoid_probability, sigmoids_loss, sigmoids_slope },
    [FAMILY_HINGE] = { softmax_probability, hinge_loss, hinge_slope },
};
