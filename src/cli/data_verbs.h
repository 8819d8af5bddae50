/* Verbs of strata data that look at the catalogue, and where its sets lie on this machine: one file each. */
#ifndef STRATA_CLI_DATA_VERBS_H
#define STRATA_CLI_DATA_VERBS_H

#include <stdbool.h>

#include "cli.h"

/* ---- data_home.c --------------------------------------------------------------------------------------------------------------------- */

/* The folder of fetched data sets: $STRATA_HOME, else $XDG_DATA_HOME/strata, else ~/.local/share/strata. *home is out->at, or NULL where
 * none of the three is set. */
strata_status data_home(text *out, const char **home);

/* ---- data_ls.c ----------------------------------------------------------------------------------------------------------------------- */

/* strata data ls: every set of the catalogue, its form and licence, and where it lies or how it comes. */
strata_status data_ls(bool json);

/* ---- data_verify.c ------------------------------------------------------------------------------------------------------------------- */

/* When `what` names a set of the catalogue, *taken: compares all its files with the catalogue's sizes and digests. CIFAR-10 is not taken,
 * which strata data verify knows by more than its digests, nor is what lies here under that name. STRATA_ERR_DATA when a file is missing or
 * has other bytes, and when the set is not on this machine. */
strata_status data_verify_set(const char *what, bool json, bool *taken);

/* ---- data_info.c --------------------------------------------------------------------------------------------------------------------- */

/* Prints what a data set is; whole: also what is known only when every value was looked at. */
strata_status data_tell(const strata_data *data, bool json, bool whole);

/* strata data info: opens it and tells all; picture: a PNG file to draw its images into, or NULL. */
strata_status data_info(const data_words *words, bool json, const char *picture);

/* ---- data_fetch.c -------------------------------------------------------------------------------------------------------------------- */

typedef struct {
    const char *what; /* a set of the catalogue, or a description NAME.yaml */
    const char *from; /* the archive, or the folder with the files, that lies here; NULL: the network */
    const char *home; /* NULL: as data_home says */
    long stall;       /* seconds without data, after which an address is given up; 0: as download.h says */
    bool json;
} data_fetch_request;

/* strata data fetch: the set, whole, in HOME/NAME, whose path goes to stdout. STRATA_STOPPED by a signal: the same command goes on. */
strata_status data_fetch(const data_fetch_request *r);

#endif
