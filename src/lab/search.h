/*
 * Choosing a value by validation accuracy: from the runs of an experiment in the store to the best value of its axis, and whether the best
 * ones can be told apart. Internal to the module.
 */
#ifndef STRATA_LAB_SEARCH_H
#define STRATA_LAB_SEARCH_H

#include "plan.h"
#include "store.h"

typedef struct {
    double value;     /* of the setting, as a number */
    double mean, sd;  /* validation accuracy over the seeds that finished; sd NaN for one */
    long n;
} trial;

typedef struct {
    trial list[PLAN_VALUES]; /* by value, upwards */
    size_t count;
    size_t best;       /* the highest mean */
    double error;      /* standard error of a mean, from the spread over seeds of all values together; NaN when there is one seed */
    size_t near;       /* values whose means are within one standard error of a difference, sqrt(2) error, of the best; itself, too */
    size_t low, high;  /* the lowest and the highest of them; a worse one in between is noise, since accuracy is smooth in the setting */
} search;

/* The trials of an experiment that varies one number. STRATA_ERR_ARGUMENT when it has no finished run, or one without a number there. */
strata_status search_read(store *s, const char *id, search *out);

/* The same for an axis that needs it, which is to blame then. */
strata_status search_read_for(store *s, const experiment *e, const axis *a, const char *id, search *out);

/* Are there three values or more that cannot be told apart (or has each value one seed, so that none can)? Then more rounds would choose
 * among noise. */
bool search_is_settled(const search *found);

/* Adds the next round's values to an AXIS_AROUND: about the best of the experiment it refers to, then about its own best, narrower: its
 * span becomes that of this round. */
strata_status search_next_values(store *s, const experiment *e, axis *a);

/* Gives the axes whose values other experiments found, which are done, these values: those of AXIS_BEST, AXIS_WITHIN and the next round of
 * AXIS_AROUND. STRATA_ERR_ARGUMENT, blamed on the axis, when nothing was found. */
strata_status search_choose(store *s, experiment *e);

/* What the search found, as notes of the experiment (best, low, high, verdict, rounds) and as a sentence. */
strata_status search_conclude(store *s, const experiment *e, const axis *a, text *verdict);

#endif
