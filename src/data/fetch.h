/*
 * A public data set becomes a folder HOME/NAME: from the network or from a file that lies here already, checked byte for byte, and whole or
 * not there at all. What is in the making is in the folder HOME/NAME.fetch, which is locked meanwhile, goes on from where it was when it
 * was stopped or killed anywhere, and is gone in the end.
 */
#ifndef STRATA_DATA_FETCH_H
#define STRATA_DATA_FETCH_H

#include "download.h"

/* A file and where it is to be had. */
typedef struct {
    part_due due; /* the name is plain: no '/', no '.' at its beginning */
    const char *const *address;
    size_t addresses;
} fetch_file;

typedef struct {
    const char *name;     /* plain */
    const fetch_file *file;
    size_t files;
    fetch_file archive;   /* that holds them, so that they need no addresses; all zero: each is fetched by itself */
    const char *top;      /* the folder in the archive; NULL: none */
} fetch_set;

typedef struct {
    const char *home;
    const char *from; /* NULL: the network; else the archive, or the folder with the files */
    download_how how;
} fetch_request;

/* *path, freed by the caller, is HOME/NAME, and NULL after a failure. *new: it has just come. STRATA_ERR_BUSY: another process fetches
 * it. The other failures are those of download and unpack. */
strata_status fetch(const fetch_set *set, const fetch_request *r, char **path, bool *new_one);

#endif
