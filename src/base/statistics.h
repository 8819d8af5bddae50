/*
 * Mean and spread of a sample: the one implementation in C, for trainings that are in no store and for spreads that are pooled. The
 * statistics of stored runs are the views of the store (src/store/schema3.sql); tests/test_statistics.c compares the two.
 */
#ifndef STRATA_BASE_STATISTICS_H
#define STRATA_BASE_STATISTICS_H

#include <stddef.h>

typedef struct {
    double mean, sd; /* sd: of the sample, n - 1; NaN for n = 1 */
    double min, max;
    double squares; /* the sum of the squared deviations from the mean */
    size_t n;       /* 0: the four are NaN */
} statistics;

statistics statistics_of(const double *x, size_t n);

/* The variance within several samples together: their squares over their degrees of freedom. NaN when no sample has two numbers. */
double statistics_pooled_variance(const statistics *samples, size_t count);

#endif
