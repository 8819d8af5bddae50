/* What check_mat knows of the verbs of the optimisers, (37) to (42): as check_mat_verbs.c, whose table has their rows. */
#include "check_mat_truth.h"

/* (38)(39)  momentum, product, sum */
void accumulate_call(const task *k, const mat *a) { k->ops->accumulate(a[0], k->scalar, a[1]); }

estimate accumulate_truth(const task *k, place at, double u)
{
    long double before = k->scalar * x(k, 0, at.i, at.j), g = x(k, 1, at.i, at.j);
    return rounded(before + g, 3, fabsl(before) + fabsl(g), u);
}

/* (40)  1 - beta, square, product, sum */
void average_squares_call(const task *k, const mat *a) { k->ops->average_squares(a[0], k->scalar, a[1]); }

estimate average_squares_truth(const task *k, place at, double u)
{
    long double g = x(k, 1, at.i, at.j), before = k->scalar * x(k, 0, at.i, at.j), now = (1 - (long double)k->scalar) * g * g;
    return rounded(before + now, 4, fabsl(before) + fabsl(now), u);
}

/* (40)  of the step: rate and its product 2; part and the quotient, or its inverse and the product, 2, halved by the root: 1; root 1; eps
 * and the sum 2, of terms >= 0; the quotient 1: 7. The difference 1. */
static const double PART = 0.75;
static double eps_of(const task *k) { return 8 * k->scalar; }

void adam_step_call(const task *k, const mat *a) { k->ops->adam_step(a[0], k->scalar, a[1], a[2], PART, eps_of(k)); }

estimate adam_step_truth(const task *k, place at, double u)
{
    long double theta = x(k, 0, at.i, at.j), root = sqrtl(x(k, 2, at.i, at.j) / PART);
    long double step = k->scalar * x(k, 1, at.i, at.j) / (root + eps_of(k));
    return rounded(theta - step, 8, fabsl(theta) + fabsl(step), u);
}

/* (41)  the factor, product, difference */
void shrink_call(const task *k, const mat *a) { k->ops->shrink(a[0], k->scalar); }

estimate shrink_truth(const task *k, place at, double u)
{
    long double theta = x(k, 0, at.i, at.j), step = k->scalar * theta;
    return rounded(theta - step, 3, fabsl(theta) + fabsl(step), u);
}

/* (37)  the factor, product */
void scale_call(const task *k, const mat *a) { k->ops->scale(a[0], k->scalar); }

estimate scale_truth(const task *k, place at, double u)
{
    long double value = k->scalar * x(k, 0, at.i, at.j);
    return rounded(value, 2, fabsl(value), u);
}

/* (42)  the norm is kept wide: n squares 1 and their sum n - 1, halved by the root: n; root 1, quotient 1. It is rounded once, the product
 * once. Rows of n normal numbers have about sqrt(n) as their norm, so some are shortened and others not; who is in doubt is scaled by
 * nearly one. */
void limit_rows_call(const task *k, const mat *a) { k->ops->limit_rows(a[0], sqrt(k->n)); }

estimate limit_rows_truth(const task *k, place at, double u)
{
    long double w = x(k, 0, at.i, at.j), most = sqrtl(k->n), sum = 0;
    for (int j = 0; j < k->n; j++) sum += x(k, 0, at.i, j) * x(k, 0, at.i, j);
    long double value = sqrtl(sum) > most ? w * (most / sqrtl(sum)) : w;
    return (estimate){ value, (roundings(2, u) + roundings(k->n + 4, WIDE)) * fabsl(value) };
}
