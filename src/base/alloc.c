/* Allocation: the one place that multiplies sizes and says that memory is out. */
#include "alloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 };

static strata_status out_of_memory(size_t count, size_t size, const char *what)
{
    return status_fail(STRATA_ERR_MEMORY, "no memory for %s: %zu items of %zu bytes", what, count, size);
}

strata_status alloc_zero(void **out, size_t count, size_t size, const char *what)
{
    *out = calloc(count > 0 ? count : 1, size > 0 ? size : 1);
    return *out != NULL ? STRATA_OK : out_of_memory(count, size, what);
}

strata_status alloc_aligned(void **out, size_t count, size_t size, const char *what)
{
    *out = NULL;
    if (size != 0 && count > (SIZE_MAX - ALIGNMENT) / size) return out_of_memory(count, size, what);
    size_t bytes = (count * size / ALIGNMENT + 1) * ALIGNMENT;
    *out = aligned_alloc(ALIGNMENT, bytes);
    if (*out == NULL) return out_of_memory(count, size, what);
    memset(*out, 0, bytes);
    return STRATA_OK;
}
