/*
 * A shared library that is loaded when it is first needed, and not with the program: libcurl brings 35 others, which would double the time
 * that every command takes to begin (docs/decisions/0096).
 */
#ifndef STRATA_DATA_LIBRARY_H
#define STRATA_DATA_LIBRARY_H

#include <stddef.h>

#include "status.h"

/* A function of it, and where in the caller's struct its pointer goes. */
typedef struct {
    const char *name;
    size_t at;
} library_call;

/* Loads the library, unless it is loaded, for as long as the process lives, and fills in the struct. STRATA_ERR_INTERNAL: it is not here,
 * or lacks a function; the sentence names the package. */
strata_status library_load(const char *file, const char *package, const library_call *call, size_t count, void *calls);

#endif
