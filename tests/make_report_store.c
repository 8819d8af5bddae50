/*
 * make_report_store DIR [all|other]: writes DIR/runs.sqlite, a store of plausible numbers that nobody measured, to look at a page without
 * training: the assignment's, these and some on other data, or those on other data alone.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "other_data.h"
#include "reported.h"

static strata_status make(const char *folder, const char *what)
{
    char path[4096];
    store *s;
    (void)snprintf(path, sizeof path, "%.4000s/runs.sqlite", folder);
    (void)unlink(path);
    TRY(store_open(path, STORE_READ_WRITE, &s));
    strata_status status = strcmp(what, "other") != 0 ? reported_fill(s, REPORTED_SEEDS) : STRATA_OK;
    if (status == STRATA_OK && what[0] != '\0') status = other_data_fill(s);
    store_close(s);
    return status;
}

int main(int argc, char **argv)
{
    const char *what = argc == 3 ? argv[2] : "";
    bool known = what[0] == '\0' || strcmp(what, "all") == 0 || strcmp(what, "other") == 0;
    if (argc < 2 || argc > 3 || !known) return (void)fprintf(stderr, "usage: make_report_store DIR [all|other]\n"), 2;
    if (make(argv[1], what) == STRATA_OK) return 0;
    (void)fprintf(stderr, "make_report_store: %s\n", strata_error());
    return 1;
}
