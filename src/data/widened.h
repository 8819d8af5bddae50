/* Tables that take more memory than the files that they come from. Any thread. */
#ifndef STRATA_DATA_WIDENED_H
#define STRATA_DATA_WIDENED_H

#include <stddef.h>

#include "status.h"

/* Refuses rows of so many floats, before they are taken, when they would be more bytes than `most` or than this process may still have.
 * Says both. STRATA_ERR_DATA for the first, STRATA_ERR_MEMORY for the second. */
strata_status widened_check(const char *path, size_t rows, size_t features, size_t most);

/* The most bytes that a file of so many may become. */
size_t widened_most(size_t bytes);

#endif
