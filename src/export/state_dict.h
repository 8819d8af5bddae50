/*
 * The state dict of an nn.Sequential of PyTorch in a safetensors file: its modules that have tensors, in the order of their numbers. A
 * tensor is called [PREFIX.]NUMBER.ROLE; the prefix is the same of all. input.mean and input.std, which strata export writes, are no
 * module.
 */
#ifndef STRATA_EXPORT_STATE_DICT_H
#define STRATA_EXPORT_STATE_DICT_H

#include "tensorfile.h"

typedef enum { STATE_WEIGHT, STATE_BIAS, STATE_MEAN, STATE_VAR, STATE_ROLES } state_role;

typedef struct {
    long number;
    const char *name[STATE_ROLES]; /* the file's; NULL: it has none */
    bool matrix;                   /* its weight is one: an nn.Linear. Else a norm */
    int rows, cols;                /* of the weight; cols 0: a vector, or no weight */
} state_module;

typedef struct {
    state_module module[TENSORFILE_MOST]; /* by number */
    int count;
} state_dict;

/* STRATA_ERR_DATA for a tensor that is none of an nn.Sequential. The names belong to the file. */
strata_status state_dict_read(const tensorfile *file, state_dict *out);

#endif
