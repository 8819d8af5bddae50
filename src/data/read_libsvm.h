/* LIBSVM's format, plain or compressed by gzip: a line `label index:value ...` for each example, widened to all its features. */
#ifndef STRATA_DATA_READ_LIBSVM_H
#define STRATA_DATA_READ_LIBSVM_H

#include "reader.h"

bool read_libsvm_recognises(const char *path);
strata_status read_libsvm(const data_request *request, examples *out);

#endif
