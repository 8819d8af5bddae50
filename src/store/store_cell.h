/* Values of the question marks of a statement, for the files of this module that write rows. Texts are borrowed. */
#ifndef STRATA_STORE_STORE_CELL_H
#define STRATA_STORE_STORE_CELL_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "store.h"

/* NULL is the empty text. */
static inline store_value words(const char *value)
{
    return (store_value){ .type = STORE_TEXT, .text = value != NULL ? value : "" };
}

static inline store_value whole(int64_t value)
{
    return (store_value){ .type = STORE_INTEGER, .integer = value };
}

/* SQL's NULL when it is not finite; where a column must not be NULL, the schema refuses it. */
static inline store_value real(double value)
{
    return isfinite(value) ? (store_value){ .type = STORE_REAL, .real = value } : (store_value){ .type = STORE_NULL };
}

/* Which number that is not finite a NULL stands for: the column beside it. */
static inline store_value kind(double value)
{
    return whole(isfinite(value) ? 0 : isnan(value) ? 1 : value > 0 ? 2 : 3);
}

#endif
