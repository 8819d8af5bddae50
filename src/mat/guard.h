/*
 * Do helper threads run at all? On a busy machine the system may leave a helper waiting for some milliseconds, and all others wait for the
 * part that it has begun. A guard compares the seconds that helpers saved with the seconds spent waiting for them. When more than half of
 * what was saved is lost in waiting, the guard is shut: no helpers for a while. The while doubles each time this comes again soon. A guard
 * knows nothing of threads, and its caller tells it the time.
 */
#ifndef STRATA_MAT_GUARD_H
#define STRATA_MAT_GUARD_H

#include <stdbool.h>

typedef struct {
    double balance;  /* seconds saved, less twice those waited */
    double until;    /* shut until then */
    double shut;     /* seconds that it was shut the last time */
} guard;

guard guard_start(void);
bool guard_open(const guard *g, double now);

/* Helpers saved `saved` seconds of work, and were waited for for `waited` seconds. */
void guard_weigh(guard *g, double now, double saved, double waited);

#endif
