/*
 * Files out of a packed archive (the one user of libarchive is unpack.c): tar, packed by gzip or not, and zip. Nothing in it is believed:
 * only the files that are asked for are taken, each under its own plain name into one folder, and an archive with links, devices, or names
 * that lead out of a folder is refused as a whole.
 */
#ifndef STRATA_DATA_UNPACK_H
#define STRATA_DATA_UNPACK_H

#include <stdbool.h>

#include "going.h"
#include "part.h"

typedef struct {
    const char *archive;    /* the path */
    const char *top;        /* the folder in it that holds the files; "" for none */
    const part_due *file;   /* those that are due: plain names, at most once each */
    size_t files;
    uint64_t most;          /* bytes of all that is in it, whatever it is; 0: what the files have, and UNPACK_MORE */
    going go;
} unpack_request;

/* What an archive may have beside the files that are due: words for people, a licence. */
#define UNPACK_MORE ((uint64_t)16 << 20)

/* Where a file's size is not known: what it may have. */
#define UNPACK_FILE_MOST ((uint64_t)16 << 30)
enum { UNPACK_MEMBERS_MOST = 10000 };

/* Writes the files, each whole and durable, or none of that name, into the folder. STRATA_ERR_DATA: the archive is not what is due, and the
 * folder may hold some of the files; STRATA_ERR_STORAGE; STRATA_STOPPED. */
strata_status unpack(const unpack_request *r, const char *folder);

/* false: this program was built without libarchive, or it is not on this machine. */
bool unpack_available(void);

#endif
