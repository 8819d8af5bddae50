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
#undef CALL_AND_TRUTH

#endif
