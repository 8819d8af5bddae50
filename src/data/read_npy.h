/* The reader of NumPy's files: see reader.h for what its two functions do. Internal to the module. */
#ifndef STRATA_DATA_READ_NPY_H
#define STRATA_DATA_READ_NPY_H

#include "reader.h"

bool npy_recognises(const char *path);
strata_status npy_examples(const data_request *request, examples *out);

#endif
