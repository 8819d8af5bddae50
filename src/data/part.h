/*
 * A file that is coming: NAME.part grows piece by piece, over several processes if need be, and becomes NAME when it has the size and the
 * digest that are due. Whoever has the folder locked may use it.
 */
#ifndef STRATA_DATA_PART_H
#define STRATA_DATA_PART_H

#include <stdint.h>

#include "status.h"
#include "text.h"

/* The file that is due. */
typedef struct {
    const char *name;   /* as sentences call it */
    uint64_t size;      /* 0: nobody knows */
    const char *sha256; /* NULL: nobody knows */
} part_due;

typedef struct {
    const char *path; /* the caller's: that it will have */
    text beside;      /* path.part */
    uint64_t size;    /* bytes that are there */
    int fd;
} part_file;

/* Opens path.part, which may hold bytes already, or makes it. Close it, whatever happens to it; after a failure there is nothing to close.
 * One without bytes is removed when it is closed. */
strata_status part_open(const char *path, part_file *out);
void part_close(part_file *p);

/* Forgets all bytes. */
strata_status part_begin_anew(part_file *p);

strata_status part_add(part_file *p, const void *bytes, size_t size);

/* Has it the size and the digest that are due? Then it is written through to the disk and gets its name. STRATA_ERR_DATA: it has not, and
 * stays as it is. It is closed either way. */
strata_status part_finish(part_file *p, const part_due *due);

/* Is the file of this path what is due? */
strata_status part_check(const char *path, const part_due *due);

#endif
