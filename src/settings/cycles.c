/* See cycles.h. Without growth all cycles are alike, and a division says which one it is. With growth they are counted. */
#include "cycles.h"

#include <math.h>

bool cycles_fit(long n_s, double growth, long cycles)
{
    double half = (double)n_s;
    for (long c = 1; c < cycles && growth > 1 && half <= CYCLES_LONGEST; c++) half *= growth;
    return half <= CYCLES_LONGEST;
}

/* scale: growth^c. */
static long updates_of(long n_s, double scale)
{
    return 2 * (long)floor((double)n_s * scale + 0.5);
}

run_cycle cycles_at(long n_s, double growth, long t)
{
    run_cycle c = { 0, 0, 2 * n_s };
    double scale = 1;
    if (growth == 1) {
        c.number = t / c.updates;
        c.begin = c.number * c.updates;
        return c;
    }
    while (t >= c.begin + c.updates && c.number < CYCLES_MOST) {
        c.begin += c.updates;
        c.number++;
        scale *= growth;
        c.updates = updates_of(n_s, scale);
    }
    return c;
}

long cycles_updates(long n_s, double growth, long cycles)
{
    long sum = 0;
    double scale = 1;
    if (growth == 1) return 2 * n_s * cycles;
    for (long c = 0; c < cycles; c++, scale *= growth) sum += updates_of(n_s, scale);
    return sum;
}

/* ---- points -------------------------------------------------------------------------------------------------------------------------- */

/* They lie at floor(q L / evals), q = 1 .. evals; the only q that can give r is the smallest with q L / evals >= r. */
bool cycles_point_at(const run_cycle *cycle, long evals, long r)
{
    if (evals >= cycle->updates) return true;
    long q = (r * evals + cycle->updates - 1) / cycle->updates;
    return q * cycle->updates / evals == r;
}

/* Points of a cycle up to r, where the run ends. */
static long points_up_to(const run_cycle *cycle, long evals, long r)
{
    if (evals >= cycle->updates) return r;
    return ((r + 1) * evals - 1) / cycle->updates + !cycles_point_at(cycle, evals, r);
}

static long smaller(long a, long b)
{
    return a < b ? a : b;
}

long cycles_points(long n_s, double growth, long evals, long updates)
{
    long sum = 0;
    if (updates == 0 || evals == 0) return updates > 0;
    run_cycle last = cycles_at(n_s, growth, updates - 1);
    if (growth == 1) {
        sum = last.number * smaller(evals, last.updates);
    } else {
        double scale = 1;
        for (long c = 0; c < last.number; c++, scale *= growth) sum += smaller(evals, updates_of(n_s, scale));
    }
    return sum + points_up_to(&last, evals, updates - last.begin);
}
