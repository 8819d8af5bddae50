/*
 * Structs of the public interface that begin with their size, so that a program and a library of another version understand each other
 * (docs/decisions/0079). sized_take reads a struct that a caller filled; sized_give fills a struct of a caller.
 */
#ifndef STRATA_BASE_SIZED_H
#define STRATA_BASE_SIZED_H

#include "status.h"

/* Copies the caller's struct `given` into `known`, which has known_size bytes; both begin with a size_t, their size. Fields that an older
 * caller does not have become zero. STRATA_ERR_ARGUMENT when given is NULL, its size is not set, or a newer caller has set a field that
 * is not known here. type names the struct in the sentence. */
strata_status sized_take(const char *type, const void *given, void *known, size_t known_size);

/* Copies `known` into the caller's struct `given`, as far as that has room; given keeps its size, and fields that are not known here become
 * zero. STRATA_ERR_ARGUMENT when given is NULL or its size is not set; *given is then unchanged. */
strata_status sized_give(const char *type, void *given, const void *known, size_t known_size);

/* Of a struct type: TAKE_SIZED(strata_training, how, &mine). They pass a failure on, as TRY does. */
#define TAKE_SIZED(type, given, known) TRY(sized_take(#type, given, known, sizeof(type)))
#define GIVE_SIZED(type, given, known) TRY(sized_give(#type, given, known, sizeof(type)))

#endif
