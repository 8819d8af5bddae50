/*
 * INVARIANT(condition): our own mistake, checked in debug builds (-DSTRATA_DEBUG), where it stops the program with place and condition;
 * in release builds it is gone and its condition is not evaluated.
 */
#ifndef STRATA_BASE_INVARIANT_H
#define STRATA_BASE_INVARIANT_H

#ifdef STRATA_DEBUG
#include <stdio.h>
#include <stdlib.h>
#define INVARIANT(condition)                                                                     \
    do {                                                                                         \
        if (!(condition)) {                                                                      \
            (void)fprintf(stderr, "%s:%d: invariant broken: %s\n", __FILE__, __LINE__, #condition); \
            abort();                                                                             \
        }                                                                                        \
    } while (0)
#else
#define INVARIANT(condition) ((void)sizeof(condition))
#endif

#endif
