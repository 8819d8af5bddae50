/* What the files that know the verbs share: the operands in long double, and how rounding errors are counted (check_mat_verbs.c). */
#ifndef TESTS_CHECK_MAT_TRUTH_H
#define TESTS_CHECK_MAT_TRUTH_H

#include <math.h>

#include "check_mat.h"

static inline long double roundings(long double k, double u)
{
    return k * (long double)u / (1 - k * (long double)u);
}

static inline long double x(const task *k, int a, int i, int j)
{
    return k->x[a][(size_t)j * (size_t)k->M[a].rows + (size_t)i];
}

/* A result that differs from value by k roundings of terms whose absolute values add up to magnitude. */
static inline estimate rounded(long double value, long double k, long double magnitude, double u)
{
    return (estimate){ value, roundings(k, u) * magnitude };
}

/* The unit roundoff of the sums that the definition keeps in the wide type, in both tables that are compared. */
#define WIDE 0x1p-52

/* One call of exp or log: glibc stays below 1 ulp = 2 u; a vectorised or complex one may take 4 ulp. */
#define ELEMENTARY 8

static inline int label(const task *k, int j)
{
    return k->batch.label[k->batch.index[j]];
}

/* A column of logits after the shift by its maximum M: sum exp(s - M), and the mean of |s - M| under P, by which the rounding of the
 * shifted logits enlarges the error of the sum. check_mat_verbs.c. */
typedef struct {
    long double most, sum, spread;
} column;

column column_of(const task *k, int j);

/* check_mat_update.c: calls and truths of the verbs of (37) to (42). */
#define CALL_AND_TRUTH(verb) \
    void verb##_call(const task *k, const mat *a); \
    estimate verb##_truth(const task *k, place at, double u)
CALL_AND_TRUTH(accumulate);
CALL_AND_TRUTH(average_squares);
CALL_AND_TRUTH(adam_step);
CALL_AND_TRUTH(shrink);
CALL_AND_TRUTH(scale);
CALL_AND_TRUTH(limit_rows);

/* check_mat_family.c: of (22) to (36). */
CALL_AND_TRUTH(column_moments);
CALL_AND_TRUTH(standardise_columns);
CALL_AND_TRUTH(add);
CALL_AND_TRUTH(leaky_relu);
CALL_AND_TRUTH(gelu);
CALL_AND_TRUTH(hyperbolic_tangent);
CALL_AND_TRUTH(sigmoid);
CALL_AND_TRUTH(drop);
CALL_AND_TRUTH(add_noise);
CALL_AND_TRUTH(smoothed_mean_loss);
CALL_AND_TRUTH(sigmoid_loss);
CALL_AND_TRUTH(smoothed_sigmoid_loss);
CALL_AND_TRUTH(hinge_loss);
CALL_AND_TRUTH(smoothed_minus_labels);
CALL_AND_TRUTH(sigmoid_minus_labels);
CALL_AND_TRUTH(smoothed_sigmoid_minus_labels);
CALL_AND_TRUTH(hinge_back);
CALL_AND_TRUTH(leaky_relu_back);
CALL_AND_TRUTH(gelu_back);
CALL_AND_TRUTH(hyperbolic_tangent_back);
CALL_AND_TRUTH(sigmoid_back);
CALL_AND_TRUTH(standardise_columns_back);
#undef CALL_AND_TRUTH

#endif
