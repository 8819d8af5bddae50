/* The values of an axis. Internal to the module. */
#ifndef STRATA_LAB_VALUES_H
#define STRATA_LAB_VALUES_H

#include "plan.h"

/* Fills the values of an axis that needs no other experiment. */
strata_status values_make(const experiment *e, axis *a);

/* `count` numbers (2 or more), evenly spaced on a logarithmic scale and rounded to three digits, added to the values unless one is there
 * that is nearer than a quarter of the space. */
strata_status values_add_grid(const experiment *e, axis *a, double from, double to, long count);

/* The values of an AXIS_DRAWN: number n is a pure function of the axis's seed, its key and n, between from and to on an even scale, or on a
 * logarithmic one; rounded to three digits, or to a whole number where the setting is one. */
strata_status values_draw(const experiment *e, axis *a, bool logarithmic);

/* The same, each one of the values of `choices`. */
void values_choose(axis *a, const axis *choices);

double values_three_digits(double value);

/* Adds one number, as it is, unless it is there. */
strata_status values_add(const experiment *e, axis *a, double value);

#endif
