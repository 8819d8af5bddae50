/*
 * A run that has ended as bytes, for a process that asked another one to train it. Both know the settings and the data, so the bytes have
 * only what nobody can know beforehand:
 *
 *     strata run 1
 *     64 hexadecimal digits       SHA-256 of every byte behind this line
 *     8 bytes each                which parts there are, updates, seconds, threads, checkpoint, outcome (0 OK, 1 diverged, 2 stopped),
 *                                 cores of the machine, then how many points, layer points, lines of the log, mistakes and variants, then
 *                                 loss, cost, accuracy of training, validation and test part
 *     8 bytes and a text each     its length; version, id, digest of the data, backend, digest of the model, sentence, then the machine:
 *                                 compiler, flags, commit, level, blas, cpu, host, what backend = auto means there
 *     72 and 32 bytes each        points and layer points, as in a checkpoint (checkpoint.h)
 *     40 bytes each               the lines of the log: update, epoch, eta, loss, updates
 *     8 bytes each                if the test part was diagnosed: the confusion (as many as diagnose_confusion says), certain and right,
 *                                 certain and wrong
 *     32 bytes each               mistakes: image, truth, guess, probability
 *     56 bytes each               variants: number of the name, then the scores of validation and test part
 *     the rest                    the tensors of the net, as in a checkpoint
 *
 * A run that was stopped, or whose results were dropped, is its facts alone: everything up to the texts.
 */
#ifndef STRATA_TRAIN_RUN_BYTES_H
#define STRATA_TRAIN_RUN_BYTES_H

#include "run.h"

/* *bytes: to be freed by the caller. Changes nothing. STRATA_ERR_ARGUMENT for a run that another process trains; STRATA_ERR_MEMORY. */
strata_status run_pack(const strata_run *run, uint8_t **bytes, size_t *size);

/*
 * The run of these bytes. resolved: the settings that were asked for (fit_resolved); part: the reader's own split of the same data for
 * them. The run is what was packed, to the bit, for all that include/strata/train.h asks it; run_machine says where it was made. Nothing in
 * the bytes is believed: digests, ranges and sizes are checked before memory is taken, which is then what the settings imply. On failure
 * *out is NULL. STRATA_ERR_DATA when they are no whole run, that of another version, or not the run that was asked for; STRATA_ERR_MEMORY.
 */
strata_status run_unpack(const uint8_t *bytes, size_t size, const strata_config *resolved, const split *part, strata_run **out);

#endif
