/*
 * The gradient check of docs/math.md: every entry of the analytic gradient of net.c against a centred difference (19), or a complex step
 * through the same net.c (20), or, for another backend, against ref64. Who disagrees is classified; nothing is excused that the complex
 * step does not confirm.
 */
#ifndef STRATA_NET_GRADCHECK_H
#define STRATA_NET_GRADCHECK_H

#include "gradspread.h"

/* layer[0 .. k-1] receive the result of layers 1 .. k. */
strata_status gradcheck_run(const gradcheck_task *task, strata_gradcheck_layer *layer);

/* Roundings on the longest way from a parameter to J: each layer's sums, those of its gradient over its columns, and about eight more for
 * norms, activation and loss. */
double gradcheck_roundings(const net_shape *shape, int n);

/* The larger of two numbers. A NaN becomes the maximum, and no number is larger than it. */
double gradcheck_larger(double most, double x);

#endif
