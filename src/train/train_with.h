/* strata_train_as for a caller who trains one run after the other, from several threads perhaps, and has their data standardised once. */
#ifndef STRATA_TRAIN_TRAIN_WITH_H
#define STRATA_TRAIN_TRAIN_WITH_H

#include "splits.h"
#include "strata/train.h"

/* As strata_train_as, with the splits of a cache of the caller, who keeps it. Several calls may share it at once. */
strata_status train_with(splits *cache, size_t members, const strata_config *const *configs, const strata_data *data,
                         const strata_training *how, strata_run **runs);

#endif
