/* Tables of CSV, plain or compressed by gzip: one row an example, one column the label, all others numbers or taken one-hot. */
#ifndef STRATA_DATA_READ_CSV_H
#define STRATA_DATA_READ_CSV_H

#include "reader.h"

bool read_csv_recognises(const char *path);
strata_status read_csv(const data_request *request, examples *out);

#endif
