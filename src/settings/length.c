/*
 * How long a run is. It is as long as its cycles, or has `updates` updates, or `epochs` epochs. Whatever says it, one training has one
 * resolved configuration and so one id: epochs become updates, and updates that are whole cycles become cycles (docs/decisions/0107).
 */
#include <inttypes.h>
#include <math.h>

#include "config.h"
#include "cycles.h"

enum { CYCLES_UNSAID = 2 };         /* the default of cycles */
enum { UPDATES_MOST = 1000000000 }; /* of a run by epochs: the largest `updates` */
enum { POINTS_MOST = 100000 };      /* of a curve, and so of a checkpoint: 7 MB */
enum { EPOCHS_UP = 5, QUARTER = 4 };  /* epochs in half a cycle where n_s = 0 */

/* ---- resolved ------------------------------------------------------------------------------------------------------------------------ */

/* n_s for so many cycles in so many updates, rounded up: growing cycles are so many times as long as the first together. */
static int64_t half_cycle(const strata_config *c)
{
    double sum = 0, scale = 1;
    for (int64_t q = 0; q < c->cycles && sum < (double)c->updates; q++, scale *= c->cycle_growth) sum += scale;
    return (int64_t)ceil((double)c->updates / (2 * sum));
}

/* updates > 0: with n_s = 0 the cycles fill them. Updates that are whole cycles become those. */
static void resolve_updates(strata_config *c)
{
    if (c->n_s == 0) c->n_s = half_cycle(c);
    run_cycle next = cycles_at((long)c->n_s, c->cycle_growth, (long)c->updates);
    bool whole = next.begin == c->updates && next.number <= CYCLES_MOST;
    c->cycles = whole ? next.number : CYCLES_UNSAID;
    if (whole) c->updates = 0;
}

void config_resolve_length(strata_config *c)
{
    if (c->epochs > 0) c->updates = c->epochs * config_epoch(c);
    c->epochs = 0;
    if (c->updates > 0) resolve_updates(c);
    else if (c->n_s == 0) c->n_s = EPOCHS_UP * config_epoch(c);
    if (c->schedule != SCHEDULE_STEP || c->step_every > 0) return;
    long quarter = config_updates(c) / QUARTER;
    c->step_every = quarter < 1 ? 1 : quarter < UPDATES_MOST ? quarter : UPDATES_MOST;
}

long config_updates(const strata_config *c)
{
    return c->updates > 0 ? (long)c->updates : cycles_updates((long)c->n_s, c->cycle_growth, (long)c->cycles);
}

long config_cycles(const strata_config *c)
{
    return c->updates > 0 ? cycles_at((long)c->n_s, c->cycle_growth, (long)c->updates).number : (long)c->cycles;
}

/* With evals = 0 there is the point of the end alone, else also the one before the first update. */
size_t config_points(const strata_config *c)
{
    long updates = config_updates(c);
    if (c->evals == 0 || updates == 0) return 1;
    return 1 + (size_t)cycles_points((long)c->n_s, c->cycle_growth, (long)c->evals, updates);
}

/* ---- checked ------------------------------------------------------------------------------------------------------------------------- */

static strata_status two_lengths(const char *a, int64_t x, const char *b, int64_t y)
{
    return status_fail(STRATA_ERR_ARGUMENT, "%s = %" PRId64 " and %s = %" PRId64 ": a run has one length; leave out one of them", a, x,
                       b, y);
}

static strata_status check_one(const strata_config *c)
{
    if (c->updates > 0 && c->epochs > 0) return two_lengths("updates", c->updates, "epochs", c->epochs);
    bool cycles = c->cycles == 0 || (c->cycles != CYCLES_UNSAID && c->n_s > 0); /* else they share what there is */
    if (c->updates > 0 && cycles) return two_lengths("updates", c->updates, "cycles", c->cycles);
    if (c->epochs > 0 && cycles) return two_lengths("epochs", c->epochs, "cycles", c->cycles);
    if (c->epochs <= UPDATES_MOST / config_epoch(c)) return STRATA_OK;
    return status_fail(STRATA_ERR_ARGUMENT, "epochs = %" PRId64 " of %" PRId64 " updates each: a run by epochs has %d updates at most; use "
                       "fewer", c->epochs, config_epoch(c), (int)UPDATES_MOST);
}

/* c is resolved. */
static strata_status check_cycles(const strata_config *c)
{
    if (c->updates > 0 && cycles_at((long)c->n_s, c->cycle_growth, (long)c->updates - 1).number >= CYCLES_MOST) {
        return status_fail(STRATA_ERR_ARGUMENT, "n_s = %" PRId64 " and updates = %" PRId64 ": a run has %d cycles at most; use a larger "
                           "n_s", c->n_s, c->updates, (int)CYCLES_MOST);
    }
    if (c->updates > 0 || cycles_fit((long)c->n_s, c->cycle_growth, (long)c->cycles)) return STRATA_OK;
    return status_fail(STRATA_ERR_ARGUMENT, "n_s = %" PRId64 ", cycle_growth = %g and cycles = %" PRId64 ": half a cycle has %g updates at "
                       "most, and the last would have more; use fewer cycles, or let them grow less", c->n_s, c->cycle_growth, c->cycles,
                       CYCLES_LONGEST);
}

static strata_status check_points(const strata_config *c)
{
    bool cycles = c->updates == 0;
    if (c->evals == 0 || config_points(c) - 1 <= POINTS_MOST) return STRATA_OK;
    return status_fail(STRATA_ERR_ARGUMENT, "evals = %" PRId64 " and %s = %" PRId64 ": a curve has %d points at most", c->evals,
                       cycles ? "cycles" : "updates", cycles ? c->cycles : c->updates, (int)POINTS_MOST);
}

strata_status config_check_length(const strata_config *c)
{
    strata_config resolved = *c;
    TRY(check_one(c));
    if (c->updates == 0 && c->epochs == 0) { /* not before they are countable are they counted */
        if (resolved.n_s == 0) resolved.n_s = EPOCHS_UP * config_epoch(c);
        TRY(check_cycles(&resolved));
    }
    config_resolve_length(&resolved);
    TRY(check_cycles(&resolved));
    return check_points(&resolved);
}
