/* What the files of the second opinion have in common: a caller's mistake ends the test, memory that is all zero, and where an element
 * lies. Nothing of src/. */
#ifndef ORACLE_SCALARS_H
#define ORACLE_SCALARS_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

static inline void require(int good, const char *sentence)
{
    if (good) return;
    fprintf(stderr, "oracle: %s\n", sentence);
    abort();
}

static inline double *zeros(int rows, int columns)
{
    double *p = calloc((size_t)rows * (size_t)columns, sizeof *p);
    require(p != NULL, "no memory");
    return p;
}

/* Where element (i, j) of a matrix with the given number of rows lies. */
static inline size_t at(int i, int j, int rows)
{
    return (size_t)i + (size_t)j * (size_t)rows;
}

#endif
