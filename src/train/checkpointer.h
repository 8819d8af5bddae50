/*
 * The checkpoints of one run in its folder FOLDER/ID. `checkpoint` is the newest. `checkpoint.previous` was the newest until the next was
 * safely on disk; it serves if that one is damaged. The folder is locked while a checkpointer is open: two processes cannot train one run
 * at once.
 */
#ifndef STRATA_TRAIN_CHECKPOINTER_H
#define STRATA_TRAIN_CHECKPOINTER_H

#include "run.h"

typedef struct checkpointer checkpointer;

/*
 * Locks the run's folder, takes all memory that checkpoints need, and gives the run the state of its newest intact checkpoint.
 *
 * A damaged checkpoint is renamed to *.damaged, one that cannot be read to *.unreadable, with a message. If there is none, this writes the
 * checkpoint of update 0 as its last act: the caller must already have all other memory that the run needs to begin.
 *
 * how NULL: there are no checkpoints, *out is NULL, and the functions below take NULL and do nothing.
 *
 * Fails when the folder cannot be used (STRATA_ERR_BUSY: it is locked), when memory is out, when there are checkpoints and none can be
 * read, and when this program on this machine cannot continue the run (checkpoint_portable).
 */
strata_status checkpointer_open(strata_run *run, const strata_checkpoints *how, size_t member, checkpointer **out);

/* After an update: writes a checkpoint when one is due, or if `must`. A failure gives a message, and the training goes on. seconds: the
 * time that the run has taken so far. */
void checkpointer_after_update(checkpointer *k, strata_run *run, double seconds, bool must);

/* Unlocks the folder, and removes it if it is empty. */
void checkpointer_close(checkpointer *k);

#endif
