/*
 * The cycles of a run: cycle c = 0, 1, ... has L_c = 2 round(n_s growth^c) updates, one cycle after the other, also beyond the end of the
 * run (docs/math.md, Schedules). growth^c is the product of c factors, from the left. Pure; any thread may call them.
 */
#ifndef STRATA_SETTINGS_CYCLES_H
#define STRATA_SETTINGS_CYCLES_H

#include <stdbool.h>

enum { CYCLES_MOST = 100000 };  /* of a run */
#define CYCLES_LONGEST 1e12     /* updates of half a cycle: times 10^6 points a cycle they are counted in 64 bits */

typedef struct {
    long number, begin, updates; /* counted from 0, the update that it begins with, how many it has */
} run_cycle;

/* Are so many cycles countable? The others ask this first. */
bool cycles_fit(long n_s, double growth, long cycles);

/* The cycle that update t is in, n_s >= 1; but none behind the one that is numbered CYCLES_MOST. */
run_cycle cycles_at(long n_s, double growth, long t);

/* Updates of so many cycles together. */
long cycles_updates(long n_s, double growth, long cycles);

/* A cycle has `evals` points of the curves, evenly spread, the last at its end; one after every update where it has fewer of those. Is
 * there one after its first r updates, 1 <= r <= cycle->updates? */
bool cycles_point_at(const run_cycle *cycle, long evals, long r);

/* Points after the first update of a run of so many updates: those of its cycles, and one at its end. */
long cycles_points(long n_s, double growth, long evals, long updates);

#endif
