/* Verbs of strata data that look at the catalogue, and where its sets lie on this machine: one file each. */
#ifndef STRATA_CLI_DATA_VERBS_H
#define STRATA_CLI_DATA_VERBS_H

#include <stdbool.h>

#include "status.h"
#include "text.h"

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

#endif
