/*
 * What people change in a store: notes beside runs, and runs that go. Everything that store.h says of calls holds of these.
 */
#ifndef STRATA_STORE_STORE_CHANGE_H
#define STRATA_STORE_STORE_CHANGE_H

#include "store.h"

/* Adds a note on a run that is in the store, behind those that are there; removes all of them; shows each: when it was written, and its
 * words. */
strata_status store_note_run(store *s, const char *run, const char *note);
strata_status store_drop_run_notes(store *s, const char *run);
strata_status store_each_run_note(store *s, const char *run, store_pair_visitor *visit, void *self);

/* Ids of runs, or of experiments. */
typedef struct {
    const char *const *at;
    size_t count;
} store_names;

/* From now on the store says nothing of the files of these runs. */
strata_status store_forget_files(store *s, const store_names *runs);

/* Removes experiments and runs with all that belongs to them, links and notes too, and the data sets that no run is left of. One that is
 * not there is fine. */
strata_status store_drop(store *s, const store_names *runs, const store_names *experiments);

/* The experiments that were quick looks: their ids. */
strata_status store_each_quick_look(store *s, store_pair_visitor *visit, void *self);

/* The runs of laboratories to which no experiment has a link but quick looks, and nobody has written a note; and one of these, or "". */
strata_status store_each_superfluous(store *s, store_pair_visitor *visit, void *self);

#endif
