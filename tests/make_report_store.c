/* make_report_store DIR: writes DIR/runs.sqlite, a store of plausible numbers that nobody measured, to look at a page without training. */
#include <stdio.h>
#include <unistd.h>

#include "reported.h"

static strata_status make(const char *folder)
{
    char path[4096];
    store *s;
    (void)snprintf(path, sizeof path, "%.4000s/runs.sqlite", folder);
    (void)unlink(path);
    TRY(store_open(path, STORE_READ_WRITE, &s));
    strata_status status = reported_fill(s, REPORTED_SEEDS);
    store_close(s);
    return status;
}

int main(int argc, char **argv)
{
    if (argc != 2) return (void)fprintf(stderr, "usage: make_report_store DIR\n"), 2;
    if (make(argv[1]) == STRATA_OK) return 0;
    (void)fprintf(stderr, "make_report_store: %s\n", strata_error());
    return 1;
}
