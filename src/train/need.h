/*
 * What trainings ask of memory and of files, added up before anything is taken. The sizes are those that the modules take, by the functions
 * that take them; tests/test_need.c compares the sum with what is really taken. And the one place that knows how large a file may become
 * and still be read again.
 */
#ifndef STRATA_TRAIN_NEED_H
#define STRATA_TRAIN_NEED_H

#include "config.h"
#include "memory.h"
#include "strata/gradcheck.h"
#include "strata/train.h"

/* Could the model and the checkpoints of this configuration be read again? STRATA_ERR_ARGUMENT when one would be too large for that. */
strata_status need_check_files(const strata_config *config);

/* Bytes of a model file and of the largest checkpoint of a run, at least. */
uint64_t need_model_file(const strata_config *config);
uint64_t need_checkpoint_file(const strata_config *config);

typedef struct {
    strata_need all;   /* but for its size */
    uint64_t taken;    /* of all.memory, in this process already */
    uint64_t reserved; /* addresses beyond what is used: stacks of threads, the edges of large blocks */
    bool batch;        /* a good part of it grows with n_batch */
    const char *what;  /* "the training" */
} need_sum;

/* What so many trainings take; data NULL: the set is not read yet. Each thread trains one member at a time. */
strata_status need_training(size_t members, const strata_config *const *configs, const strata_data *data, const strata_training *how,
                            need_sum *out);

/* What a gradient check takes. */
void need_gradcheck(const strata_config *config, const strata_gradcheck_options *options, need_sum *out);

/* Fills in all.left, all.limit and all.fits, from what there is. */
void need_compare(const memory_left *there, need_sum *need);

/* STRATA_ERR_MEMORY where it does not fit: what is needed, what there is and whose limit that is, and what to do. */
strata_status need_refuse(const need_sum *need);

/* For so many trainings: how many may train at once so that they fit, `threads` at most; 0: not even one. need: of so many, or of one. */
strata_status need_most_at_once(size_t members, const strata_config *const *configs, const strata_data *data, const strata_training *how,
                                int *most, need_sum *need);

#endif
