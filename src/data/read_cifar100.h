/* CIFAR-100 in its binary layout: a folder with train.bin and test.bin, records of a coarse label, a fine label and 32 x 32 x 3 bytes. */
#ifndef STRATA_DATA_READ_CIFAR100_H
#define STRATA_DATA_READ_CIFAR100_H

#include "reader.h"

bool read_cifar100_recognises(const char *path);
strata_status read_cifar100(const data_request *request, examples *out);

#endif
