/*
 * The checkpoints of one run in its folder FOLDER/ID: `checkpoint`, and `checkpoint.previous`, which was the newest until that one was
 * safe. The folder is locked while a checkpointer is open, so that two processes cannot train one run at once.
 */
#ifndef STRATA_TRAIN_CHECKPOINTER_H
#define STRATA_TRAIN_CHECKPOINTER_H

#include "run.h"

typedef struct checkpointer checkpointer;

/*
 * Locks the run's folder, takes all memory that checkpoints need, and puts the run where its newest whole checkpoint was, if there is
 * one; a damaged one is renamed to *.damaged, one that cannot be read to *.unreadable, and that is said. Without any, the one of update
 * 0 is written, last of all: whoever opens it has then all other memory that the run needs to begin. how NULL: *out is NULL, and so it
 * may be below. Fails when the folder cannot be used (STRATA_ERR_BUSY: it is locked), memory is out, checkpoints are there of which none
 * can be read, or the checkpoint is one that cannot go on here.
 */
strata_status checkpointer_open(strata_run *run, const strata_checkpoints *how, size_t member, checkpointer **out);

/* After an update: writes a checkpoint when one is due, or when it must be. A failure is said and is no failure of the training. seconds:
 * that the run has taken so far. */
void checkpointer_after_update(checkpointer *k, strata_run *run, double seconds, bool must);

/* Unlocks the folder, and removes it when nothing is in it. */
void checkpointer_close(checkpointer *k);

#endif
