/* The display of the laboratory, for lab and reproduce. */
#ifndef STRATA_CLI_LAB_WATCH_H
#define STRATA_CLI_LAB_WATCH_H

#include "lab.h"
#include "store.h"

typedef struct {
    double start, drawn; /* seconds; start: when the first update was done, 0 before */
    bool quiet, live;
} lab_display;

/* A watch that shows progress on stderr and stops at the first signal; it borrows d. */
lab_watch lab_display_start(lab_display *d, bool quiet);
void lab_display_end(const lab_display *d);

/* The mean, spread and interval of every setting of every experiment in OUT/runs.sqlite, on stdout. */
strata_status lab_print_figures(const char *out);

#endif
