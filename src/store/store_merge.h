/*
 * Rows of one store that are to be in another, too: runs with all that belongs to them, data sets, experiments. Everything that store.h
 * says of calls holds of these. The store that is read may be of any version that we know, and stays as it is.
 */
#ifndef STRATA_STORE_STORE_MERGE_H
#define STRATA_STORE_STORE_MERGE_H

#include "store.h"
#include "store_change.h"

/* The tables whose rows are merged, NULL behind the last: all that a store has. */
const char *store_merge_table(size_t index);

/* Every run that has reached its end, as they were recorded: its id, and "". */
strata_status store_each_ended(store *s, store_pair_visitor *visit, void *self);

/* The experiments' ids, and "". */
strata_status store_each_experiment_id(store *s, store_pair_visitor *visit, void *self);

/* Has the store runs of experiments that were quick looks; or, with quick false, of others? */
strata_status store_has_looks(store *s, bool quick, bool *out);

/* In what the definitions of the experiment of this id differ first, as "its title, 'a' here and 'b' there", added to `out`; nothing where
 * they are the same. Definition is what its file, the call and the data say; not how far it came, nor what it found. Of two of which one
 * alone could not run (it had no data), what depends on the data is no difference. */
strata_status store_compare_experiments(store *a, store *b, const char *id, text *out);

/* What store_merge is to take: `fresh` are runs that `to` does not have, `shared` runs that it has. */
typedef struct {
    const store_names *fresh, *shared;
} store_merging;

/* In one transaction of `to`, all of it or nothing: the fresh runs with every row of theirs; the notes of people on the shared ones, and
 * the settings that an experiment of `from` filled in for them; data sets that `to` does not have; experiments. An experiment that `to`
 * has, too, gets the links that it lacks; its definition stays unless it could not run there and could in `from`; and what it found (the
 * best of a search, gradient checks) stays where there is something. A link to a run that is in neither list is left out. Call it within
 * store_read(from). STRATA_ERR_BUSY when a fresh run is in `to` by now. */
strata_status store_merge(store *to, store *from, const store_merging *what);

#endif
