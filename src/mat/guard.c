/* See guard.h. */
#include "guard.h"

static const double CREDIT = 2e-3, DEBT = 1e-3;      /* seconds: the balance is at most CREDIT; below -DEBT the guard shuts */
static const double SHUT_LEAST = 0.05, SHUT_MOST = 2; /* seconds; a stall, a time slice of another process, is 1 to 8 ms: 0.4 % of 2 s */

guard guard_start(void)
{
    return (guard){ .shut = SHUT_LEAST / 2 };
}

bool guard_open(const guard *g, double now)
{
    return now >= g->until;
}

void guard_weigh(guard *g, double now, double saved, double waited)
{
    g->balance += saved - 2 * waited;
    if (g->balance > CREDIT) g->balance = CREDIT;
    if (g->balance >= -DEBT) return;
    bool soon = now - g->until < 8 * g->shut; /* it has been open for less than that */
    g->shut = soon ? 2 * g->shut : SHUT_LEAST;
    if (g->shut > SHUT_MOST) g->shut = SHUT_MOST;
    g->until = now + g->shut;
    g->balance = 0;
}
