/*
 * Shards: a laboratory divided among calls that share nothing, each with a folder of its own. A run's id says whose it is. What follows
 * from runs of several shards waits until their folders are merged. Internal to the module.
 */
#ifndef STRATA_LAB_SHARD_H
#define STRATA_LAB_SHARD_H

#include "run_list.h"

/* Is this run the call's? Every run is, without shards. */
bool shard_has(const lab_request *wanted, const char *id);

/* Does the experiment of this number lack runs that other shards train? */
bool shard_lacks(const lab_request *wanted, const run_list *all, size_t number);

/* Does it start from one that lacks such runs? */
bool shard_waits(experiment *const *list, size_t count, const experiment *e);

/* Says what waits for other shards, if anything does, and how it goes on. */
strata_status shard_say(const lab_request *wanted, experiment *const *list, size_t count);

#endif
