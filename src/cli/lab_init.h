/* strata lab --init. */
#ifndef STRATA_CLI_LAB_INIT_H
#define STRATA_CLI_LAB_INIT_H

#include <stddef.h>

#include "status.h"

/* Writes NAME.yaml here: an experiment to begin with, which runs as it is. Never over a file that is there. others: words beside it on the
 * command line, which nobody needs. */
strata_status lab_init(const char *name, size_t others);

#endif
