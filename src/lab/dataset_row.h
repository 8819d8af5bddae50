/* What a data set is, as the store and run.json have it. Internal to the laboratory and the program. */
#ifndef STRATA_LAB_DATASET_ROW_H
#define STRATA_LAB_DATASET_ROW_H

#include "store.h"
#include "strata/data.h"

/* All texts belong to the data set. */
void dataset_row_of(const strata_data *data, store_dataset *out);

#endif
