/*
 * The learning rate: one function of the update for each word of the setting `schedule`, with its equation of docs/math.md.
 *
 *     triangle   /\  /\        cosine   \ \ \      step  --__      range   _/
 *               /  \/  \                 `.`.`.             --__        __/
 */
#include "schedule.h"

#include <math.h>

#include "cycles.h"

schedule schedule_of(const strata_config *c)
{
    return (schedule){ .kind = c->schedule, .updates = config_updates(c), .n_s = (long)c->n_s, .growth = c->cycle_growth,
                       .decay = c->cycle_decay, .eta_min = c->eta_min, .eta_max = c->eta_max, .warmup = (long)c->warmup,
                       .step_every = (long)c->step_every, .step_factor = c->step_factor, .evals = (long)c->evals };
}

/* The end of the run belongs to the cycle that ends there, or in which it lies. */
static run_cycle cycle_of(const schedule *s, long t)
{
    return cycles_at(s->n_s, s->growth, t == s->updates && t > 0 ? t - 1 : t);
}

/* x^n by squares, n >= 0: 1 is 1 whatever n is, and no C library decides a bit. */
static double power(double x, long n)
{
    double product = 1;
    for (; n > 0; n /= 2, x *= x) {
        if (n % 2 == 1) product *= x;
    }
    return product;
}

/* e_c - eta_min. */
static double height(const schedule *s, const run_cycle *c)
{
    return (s->eta_max - s->eta_min) * power(s->decay, c->number);
}

/* ---- the rates ----------------------------------------------------------------------------------------------------------------------- */

static double triangle(const schedule *s, long t) /* (18), (43) */
{
    run_cycle c = cycle_of(s, t);
    long r = t - c.begin, half = c.updates / 2;
    double share = r <= half ? (double)r / (double)half : (double)(c.updates - r) / (double)half;
    return s->eta_min + share * height(s, &c);
}

static double cosine(const schedule *s, long t) /* (44) */
{
    const double pi = 3.141592653589793;
    run_cycle c = cycle_of(s, t);
    return s->eta_min + height(s, &c) * (1 + cos(pi * (double)(t - c.begin) / (double)c.updates)) / 2;
}

static double constant(const schedule *s, long t) /* (45) */
{
    (void)t;
    return s->eta_max;
}

static double step(const schedule *s, long t) /* (46) */
{
    return s->eta_max * power(s->step_factor, t / s->step_every);
}

/* How much of the run is done. */
static double share_of(const schedule *s, long t)
{
    return s->updates > 0 ? (double)t / (double)s->updates : 0;
}

static double linear(const schedule *s, long t) /* (47) */
{
    return s->eta_max - (s->eta_max - s->eta_min) * share_of(s, t);
}

static double range(const schedule *s, long t) /* (48) */
{
    return s->eta_min * pow(s->eta_max / s->eta_min, share_of(s, t));
}

static double (*const rates[])(const schedule *s, long t) = {
    [SCHEDULE_TRIANGLE] = triangle, [SCHEDULE_CONSTANT] = constant, [SCHEDULE_STEP] = step,
    [SCHEDULE_LINEAR] = linear,     [SCHEDULE_COSINE] = cosine,     [SCHEDULE_RANGE] = range,
};

double schedule_eta(const schedule *s, long t)
{
    double eta = rates[s->kind](s, t);
    return t < s->warmup ? eta * ((double)(t + 1) / (double)s->warmup) : eta; /* (49) */
}

/* ---- points -------------------------------------------------------------------------------------------------------------------------- */

bool schedule_has_point(const schedule *s, long t)
{
    if (s->evals == 0 || t == s->updates) return t == s->updates;
    run_cycle c = cycles_at(s->n_s, s->growth, t);
    return t == c.begin || cycles_point_at(&c, s->evals, t - c.begin);
}

bool schedule_ends_cycle(const schedule *s, long t)
{
    return t > 0 && cycles_at(s->n_s, s->growth, t).begin == t;
}
