/*
 * Import: a network that was trained in PyTorch becomes a model.
 *
 * What is read is a state dict of an nn.Sequential as a safetensors file: NUMBER.weight and NUMBER.bias of each nn.Linear, and of each
 * nn.BatchNorm1d or nn.LayerNorm, with running_mean and running_var of the former. Which numbers they have does not matter, their order
 * does: modules without tensors (activations, nn.Flatten, nn.Dropout) may stand anywhere. docs/import.md describes the file.
 */
#ifndef STRATA_IMPORT_H
#define STRATA_IMPORT_H

#include "strata/model.h"

/* What running_var in the file is. PyTorch averages the unbiased variance of its mini-batches and divides by that average when it
 * evaluates. STRATA_VARIANCE_STORED takes it as it is, so the model gives the probabilities that PyTorch gives. STRATA_VARIANCE_UNBIASED
 * makes it the biased one of docs/math.md, times (N - 1)/N, N the examples of a mini-batch (in a patch layer, their patches); that is what
 * Strata would have averaged, and not what PyTorch evaluates with. */
typedef enum { STRATA_VARIANCE_STORED, STRATA_VARIANCE_UNBIASED } strata_variance;

/* How a state dict is to be understood. With all fields but size zero: as the file itself says, which one of strata export does. */
typedef struct {
    size_t size;               /* sizeof(strata_import_as) */
    const strata_config *like; /* the settings: which net it is, and standardise; NULL: those that the file carries */
    const strata_data *data;   /* the data that it was trained on: their form and class names, and the standardisation where the file has
                                  none; NULL: the file says them */
    strata_variance variance;
} strata_import_as;

STRATA_BEGIN

/*
 * Reads a state dict and makes a model of it, which strata_model_save saves. The caller owns *out. Elements may be F32, F64, F16 or BF16;
 * all become floats. `num_batches_tracked` is left out. A missing bias is 0, a missing weight of nn.BatchNorm1d is 1.
 *
 * The standardisation (0) is that of the vectors input.mean and input.std where the file has them; none (0 and 1) with standardise=none;
 * else that of the training part of `data`, by the settings n_train and standardise.
 *
 * STRATA_ERR_DATA when the file is no such state dict, or is no net of these settings; STRATA_ERR_ARGUMENT when the form of its data or
 * their standardisation is said nowhere, or the settings do not fit the data; STRATA_ERR_STORAGE; STRATA_ERR_MEMORY. Nothing that the file
 * says is believed: sizes are compared with its length before memory is taken. Any thread.
 */
strata_status strata_model_import(const char *path, const strata_import_as *how, strata_model **out);

STRATA_END

#endif
