/* Memory with a sentence when there is none, and sizes that cannot overflow. Freed with free(). */
#ifndef STRATA_BASE_ALLOC_H
#define STRATA_BASE_ALLOC_H

#include <stddef.h>

#include "status.h"

/* *out = count * size zero bytes, at least one. On failure *out is NULL and the sentence names `what`. */
strata_status alloc_zero(void **out, size_t count, size_t size, const char *what);

/* As alloc_zero, aligned to 64 bytes; a block of 4 MB or more to 2 MB, for large pages. */
strata_status alloc_aligned(void **out, size_t count, size_t size, const char *what);

/* As alloc_aligned, with anything in it: for a large block that is written whole, by several threads if that is faster. */
strata_status alloc_aligned_unset(void **out, size_t count, size_t size, const char *what);

/* Bytes that alloc_aligned takes for a block of so many. */
size_t alloc_aligned_bytes(size_t bytes);

#endif
