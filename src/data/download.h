/*
 * A file from the network (the one user of libcurl is download.c), from the first of several addresses that has it. It arrives as PATH.part
 * and gets its name when size and digest are right; what was interrupted goes on where it was. Only https is taken, and plain http where
 * the digest is known, or from this machine itself, where nobody is on the way; https never leads to http. Certificates are verified; a
 * proxy is what the environment says (https_proxy, no_proxy). Not for two callers with one path.
 */
#ifndef STRATA_DATA_DOWNLOAD_H
#define STRATA_DATA_DOWNLOAD_H

#include <stdbool.h>

#include "going.h"
#include "part.h"

/* Bytes that are there and, unless 0, that there will be: some times a second, one call at a time. */
typedef void download_watcher(void *self, const char *name, uint64_t done, uint64_t all);

/* A sentence about an address that did not have it, when another is tried. */
typedef void download_teller(void *self, const char *sentence);

/* What downloads have in common. All zero will do. */
typedef struct {
    double connect_seconds; /* for a connection; 0: 20 */
    long stall_seconds;     /* after so many without 1000 bytes each, an address is given up; 0: 60 */
    going go;               /* STRATA_STOPPED soon after it says no; what has come is kept */
    download_watcher *watch;
    download_teller *tell;
    void *self; /* of these two */
} download_how;

typedef struct {
    const char *const *address; /* tried in this order */
    size_t addresses;
    const char *path;
    part_due due;
} download_request;

/* Where nobody knows the size: what is longer is refused. */
#define DOWNLOAD_MOST ((uint64_t)64 << 30)

/* STRATA_ERR_NETWORK: no address had it; STRATA_ERR_DATA: what the last one had is not what is due; STRATA_ERR_ARGUMENT: it is an
 * address from which nothing is taken; STRATA_ERR_STORAGE; STRATA_STOPPED. */
strata_status download(const download_request *r, const download_how *how);

/* false: this program was built without libcurl, or it is not on this machine. */
bool download_available(void);

#endif
