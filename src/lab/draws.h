/*
 * Random searches: the part `search:` of an experiment's file. A search draws configurations from all its axes at once; with successive
 * halving it trains all of them for a short time, the best of them for longer, and so on, within a budget. Internal to the module.
 */
#ifndef STRATA_LAB_DRAWS_H
#define STRATA_LAB_DRAWS_H

#include "plan.h"
#include "text.h"

/* Reads it, before the axes are read. */
strata_status draws_take(experiment *e, const yaml_node *map, bool quick);

/* Plans the rungs, once the axes have their values. STRATA_ERR_ARGUMENT where they come to more than the budget. */
strata_status draws_plan(experiment *e, const char *const *settings);

/* A combination of a search is a configuration on a rung. Has its turn come? */
bool draws_has(const experiment *e, size_t combination);
size_t draws_number(const experiment *e, size_t combination);
size_t draws_rung(const experiment *e, size_t combination);

/* Sets what its rung says. */
strata_status draws_set_length(const experiment *e, size_t combination, strata_config *config);

/* How much the trainings of so many first rungs come to at most, in the setting that grows. */
long draws_cost(const experiment *e, size_t rungs, long seeds);

/* "27 of 300 updates, 9 of 900, 3 of 2700": at most. */
void draws_describe(const experiment *e, text *out);

#endif
