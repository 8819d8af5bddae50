/* See pace.h. */
#include "pace.h"

#include <stdlib.h>

static const long REST_LEAST = 256, REST_MOST = 8192; /* pieces between two trials: 3 % of the time of a hopeless one, then 0.1 % */
static const double FOLLOW = 0.02;                    /* how fast a typical time follows */
static const double CLEAR = 0.97;                     /* more threads must be this much faster */
static const double HOPELESS = 1.5;                   /* times the best: a trial ends early */

static int highest(const pace *p)
{
    int level = 0;
    while (level < PACE_LEVELS - 1 && 1 << level < p->most) level++;
    return level;
}

pace pace_start(int most)
{
    pace p = { .most = most > 1 ? most : 1 };
    for (int level = 0; level < PACE_LEVELS; level++) p.rest[level] = REST_LEAST;
    p.level = p.best = highest(&p);
    return p;
}

int pace_threads(const pace *p)
{
    int threads = 1 << p->level;
    return threads < p->most ? threads : p->most;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Is `level` better than the best? Fewer threads are better even at the same speed, since other processes may use the cores. */
static bool beats(const pace *p, int level)
{
    return p->typical[level] < (level > p->best ? CLEAR : 1.0) * p->typical[p->best];
}

/* The level to try next: down from the highest as long as fewer threads are as good, later those beside the best in turn. */
static int next_trial(pace *p)
{
    if (p->best > 0 && p->typical[p->best - 1] == 0) return p->best - 1;
    p->up = !p->up;
    if (p->best == highest(p)) p->up = false;
    if (p->best == 0) p->up = true;
    return p->best + (p->up ? 1 : -1);
}

static void end_trial(pace *p)
{
    bool first = p->typical[p->level] == 0, alone = p->typical[p->best] == 0;
    qsort(p->trial, (size_t)p->tried - 1, sizeof *p->trial, ascending);
    p->typical[p->level] = p->trial[(p->tried - 1) / 2];
    p->tried = 0;
    if (alone || beats(p, p->level)) {
        p->best = p->level;
        p->rest[p->level] = REST_LEAST;
    } else if (!first && p->rest[p->level] < REST_MOST) {
        p->rest[p->level] *= 2;
    }
    p->wait = p->best > 0 && p->typical[p->best - 1] == 0 ? 0 : p->rest[p->level];
    p->level = p->best;
}

/* A trial ends after two pieces that are far slower than the best. */
static bool is_hopeless(const pace *p)
{
    double bound = HOPELESS * p->typical[p->best];
    return p->tried == 3 && bound > 0 && p->trial[0] > bound && p->trial[1] > bound;
}

/* Whether a piece belongs to a trial: while a level has not been tried, or another than the best is in use. */
static bool on_trial(const pace *p)
{
    return p->level != p->best || p->typical[p->level] == 0;
}

static void follow(pace *p, double seconds)
{
    double *typical = &p->typical[p->best];
    *typical *= seconds > *typical ? 1 + FOLLOW : 1 - FOLLOW;
}

void pace_took(pace *p, double seconds, bool disturbed)
{
    if (p->most == 1) return;
    if (on_trial(p)) {
        if (disturbed) p->tried = 0;
        else if (p->tried++ > 0) p->trial[p->tried - 2] = seconds;
        if (p->tried > PACE_TRIAL || is_hopeless(p)) end_trial(p);
    } else if (!disturbed) {
        follow(p, seconds);
        if (--p->wait > 0) return;
    }
    if (!on_trial(p) && p->wait <= 0) p->level = next_trial(p);
}
