/* The reader of IDX files: see reader.h for what its two functions do. Internal to the module. */
#ifndef STRATA_DATA_READ_IDX_H
#define STRATA_DATA_READ_IDX_H

#include "reader.h"

bool idx_recognises(const char *path);
strata_status idx_examples(const data_request *request, examples *out);

#endif
