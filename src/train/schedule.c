/*
 * The triangular learning rate (18):        eta_max    /\      /\
 *                                           eta_min   /  \    /  \      t = 0 is a minimum, and so is the end of a run,
 *                                                    0  n_s 2n_s        because a run has whole cycles.
 */
#include "schedule.h"

double schedule_eta(long t, long n_s, double eta_min, double eta_max)
{
    long r = t % (2 * n_s);
    double share = r <= n_s ? (double)r / (double)n_s : (double)(2 * n_s - r) / (double)n_s;
    return eta_min + share * (eta_max - eta_min);
}

bool schedule_has_point(long t, long n_s, long evals)
{
    long cycle = 2 * n_s, r = t % cycle;
    if (r == 0) return true;
    /* Points lie at floor(q cycle / evals), q = 1 .. evals; the only q that can give r is the smallest with q cycle / evals >= r. */
    long q = (r * evals + cycle - 1) / cycle;
    return q * cycle / evals == r;
}
