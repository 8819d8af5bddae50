/* Mean and spread in two passes, the second about the mean, as the views of the store compute them. */
#include "statistics.h"

#include <math.h>

statistics statistics_of(const double *x, size_t n)
{
    statistics s = { .mean = NAN, .sd = NAN, .min = NAN, .max = NAN, .n = n };
    if (n == 0) return s;
    double sum = 0;
    s.min = s.max = x[0];
    for (size_t q = 0; q < n; q++) {
        sum += x[q];
        s.min = fmin(s.min, x[q]);
        s.max = fmax(s.max, x[q]);
    }
    s.mean = sum / (double)n;
    for (size_t q = 0; q < n; q++) s.squares += (x[q] - s.mean) * (x[q] - s.mean);
    if (n > 1) s.sd = sqrt(s.squares / (double)(n - 1));
    return s;
}

double statistics_pooled_variance(const statistics *samples, size_t count)
{
    double squares = 0;
    size_t freedom = 0;
    for (size_t q = 0; q < count; q++) {
        squares += samples[q].squares;
        freedom += samples[q].n > 0 ? samples[q].n - 1 : 0;
    }
    return freedom > 0 ? squares / (double)freedom : (double)NAN;
}
