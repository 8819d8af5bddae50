/* Two folders, a and b, as two shards of one laboratory leave them, and what merges them into the folder out. */
#ifndef STRATA_TESTS_MERGING_H
#define STRATA_TESTS_MERGING_H

#include "foldered.h"

#include "merge.h"

extern const char *const merging_ids[4], *const merging_both[2], *const merging_turned[2]; /* of their runs; "a", "b"; "b", "a" */

/* Puts run 0 .. 3, with rows in every table; an experiment as each shard writes it; its gradient checks; a link. */
void merging_put(store *s, const char *dir, int which);
void merging_define(store *s, const char *id);
void merging_check_gradients(store *s, const char *id);
void merging_link(store *s, const char *experiment, int which);

/* Runs 0 and 1 of experiment e in a, runs 2 and 3 in b, where experiment f has the last one, too. */
void merging_two_folders(void);

strata_status merging_with(const char *const *dirs, size_t count, bool dry, runs_merged *out);
strata_status merging_run(void); /* a and b, without a word */
bool merging_out_is_there(void);

#endif
