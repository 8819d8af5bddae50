/* Whole updates, timed from outside: a training's own observer looks at the clock, and stops it when enough have been seen. */
#include "profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "clock.h"
#include "recipe.h"
#include "strata/train.h"

enum { PILOT = 4 }; /* updates that tell how many can be timed */

typedef struct {
    double last;
    long count; /* intervals, the first of them between the first two updates */
} stopwatch;

typedef struct {
    long each;         /* intervals to time of every member */
    double *seconds;   /* [members * each] */
    stopwatch *member; /* [members] */
} timing;

static bool on_update(void *self, size_t member, long done, long all, double loss)
{
    timing *t = self;
    stopwatch *w = &t->member[member];
    (void)all;
    (void)loss;
    double now = clock_seconds();
    if (done > 1) t->seconds[(long)member * t->each + w->count++] = now - w->last;
    w->last = now;
    return w->count < t->each;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double profile_median(double *seconds, long count)
{
    qsort(seconds, (size_t)count, sizeof *seconds, ascending);
    return seconds[count / 2];
}

/* Moves what was seen after each member's first tenth to the front; returns how many. */
static long keep(timing *t, long members)
{
    long kept = 0;
    for (long i = 0; i < members; i++) {
        long count = t->member[i].count, warm = count / 10;
        memmove(t->seconds + kept, t->seconds + i * t->each + warm, (size_t)(count - warm) * sizeof *t->seconds);
        kept += count - warm;
    }
    return kept;
}

static strata_status train(const strata_config *const *configs, const strata_data *data, const profile_bounds *b, timing *t,
                           strata_run **runs)
{
    const strata_observer observer = { .size = sizeof observer, .self = t, .update = on_update };
    TRY(strata_train((size_t)b->members, configs, data, b->threads, &observer, runs));
    for (int i = 0; i < b->members; i++) {
        const strata_run_facts_t *facts = strata_run_facts(runs[i]);
        if (facts->outcome == STRATA_ERR_DIVERGED) return status_fail(STRATA_ERR_DIVERGED, "%s", facts->sentence);
    }
    return STRATA_OK;
}

static void report(timing *t, const profile_bounds *b, const strata_run *run, profile_timing *out)
{
    long kept = keep(t, b->members);
    int at_once = b->members < b->threads ? b->members : b->threads;
    out->timed = kept;
    out->median = profile_median(t->seconds, kept);
    out->best = t->seconds[0];
    out->per_second = at_once / out->median;
    (void)strata_config_get(strata_run_config(run), "backend", out->backend, sizeof out->backend);
    (void)strata_config_get(strata_run_config(run), "precision", out->precision, sizeof out->precision);
}

/* Times so many updates of each member. `config` is an array of them. */
static strata_status time_some(strata_config *config, const strata_data *data, const profile_bounds *b, long updates, profile_timing *out)
{
    void *seconds = NULL, *members = NULL, *configs = NULL, *runs = NULL;
    size_t count = (size_t)b->members;
    strata_status status = alloc_zero(&seconds, count * (size_t)updates, sizeof(double), "timings");
    if (status == STRATA_OK) status = alloc_zero(&members, count, sizeof(stopwatch), "timings");
    if (status == STRATA_OK) status = alloc_zero(&configs, count, sizeof(strata_config *), "a population");
    if (status == STRATA_OK) status = alloc_zero(&runs, count, sizeof(strata_run *), "a population");
    timing t = { updates, seconds, members };
    const strata_config **each = configs;
    strata_run **trained = runs;
    for (size_t i = 0; i < count && status == STRATA_OK; i++) {
        recipe_shorten(&config[i], data, updates + 2);
        each[i] = &config[i];
    }
    if (status == STRATA_OK) status = train(each, data, b, &t, runs);
    if (status == STRATA_OK) report(&t, b, trained[0], out);
    for (size_t i = 0; i < count && runs != NULL; i++) strata_run_free(trained[i]);
    free(seconds);
    free(members);
    free(configs);
    free(runs);
    return status;
}

strata_status profile_time(const strata_config *config, const strata_data *data, const profile_bounds *bounds, profile_timing *out)
{
    void *made;
    REQUIRE(config != NULL && data != NULL && bounds->members >= 1 && bounds->threads >= 1 && bounds->updates >= PROFILE_UPDATES_LEAST);
    TRY(alloc_zero(&made, (size_t)bounds->members, sizeof(strata_config), "a population"));
    strata_config *each = made;
    for (int i = 0; i < bounds->members; i++) {
        each[i] = *config;
        each[i].seed = config->seed + i;
    }
    strata_status status = time_some(each, data, bounds, PILOT, out);
    if (status == STRATA_OK) {
        double fit = bounds->seconds / out->median;
        long updates = fit < (double)bounds->updates ? (long)fit : bounds->updates;
        status = time_some(each, data, bounds, updates > PROFILE_UPDATES_LEAST ? updates : PROFILE_UPDATES_LEAST, out);
    }
    free(made);
    return status;
}
