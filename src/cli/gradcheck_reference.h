/* strata gradcheck --reference FILE.npz. */
#ifndef STRATA_CLI_GRADCHECK_REFERENCE_H
#define STRATA_CLI_GRADCHECK_REFERENCE_H

#include "cli.h"

/* Compares and prints; STRATA_ERR_CHECK where an array disagrees. */
strata_status gradcheck_reference(const char *path, bool json);

#endif
