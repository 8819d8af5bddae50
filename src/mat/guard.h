/*
 * Are helpers run at all? A machine that is busy with other things may not run a helper for some milliseconds, and everybody waits for the
 * part that it has begun. A guard weighs what helpers saved against the time that was spent waiting for them. Where waiting is more than
 * half of it, it is shut for a while, which doubles each time that this comes soon again. It knows nothing of threads and is told the time.
 */
#ifndef STRATA_MAT_GUARD_H
#define STRATA_MAT_GUARD_H

#include <stdbool.h>

typedef struct {
    double balance;  /* seconds saved, less twice those waited */
    double until;    /* shut until then */
    double shut;     /* for how long, the last time */
} guard;

guard guard_start(void);
bool guard_open(const guard *g, double now);

/* Helpers did work of `saved` seconds, and were waited for. */
void guard_weigh(guard *g, double now, double saved, double waited);

#endif
