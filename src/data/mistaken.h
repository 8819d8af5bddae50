/* What somebody has in the place of CIFAR-10's binary files. Internal to the module. */
#ifndef STRATA_DATA_MISTAKEN_H
#define STRATA_DATA_MISTAKEN_H

#include "status.h"

/* For who could not read a data set: adds to this thread's sentence what lies at `folder` instead, where that can be told (the Python
 * version, an archive, CIFAR-100, a web page, the wrong folder), and what to do. Passes `status` on. */
strata_status data_explain(strata_status status, const char *folder);

#endif
