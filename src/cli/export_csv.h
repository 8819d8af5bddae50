/* Runs as tables: what strata export --to csv does. */
#ifndef STRATA_CLI_EXPORT_CSV_H
#define STRATA_CLI_EXPORT_CSV_H

#include "cli.h"

typedef struct {
    const char *folder;      /* of the store */
    const char *file;        /* ends in .csv, with the results; the curves have -curves.csv there. NULL: runs.csv */
    const char *const *run;  /* [runs] ids, or beginnings of ids; none: all that are chosen */
    size_t runs;
    const char *experiment, *sort; /* as strata runs ls has them */
    option_list where;
    long limit;
} export_csv_request;

strata_status export_csv(const export_csv_request *r);

#endif
