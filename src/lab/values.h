/* The values of an axis. Internal to the module. */
#ifndef STRATA_LAB_VALUES_H
#define STRATA_LAB_VALUES_H

#include "plan.h"

/* Fills the values of an axis that needs no other experiment. */
strata_status values_make(const experiment *e, axis *a);

/* `count` numbers (2 or more), evenly spaced on a logarithmic scale and rounded to three digits, added to the values unless one is there
 * that is nearer than a quarter of the space. */
strata_status values_add_grid(const experiment *e, axis *a, double from, double to, long count);

/* Adds one number, as it is, unless it is there. */
strata_status values_add(const experiment *e, axis *a, double value);

#endif
