/* The display of the laboratory, for lab and reproduce. */
#ifndef STRATA_CLI_LAB_WATCH_H
#define STRATA_CLI_LAB_WATCH_H

#include "lab.h"
#include "live.h"
#include "store.h"

typedef struct {
    bool quiet;
    live_line line;
    bool told;    /* the heading of the table */
    size_t names; /* of the experiments that were asked for, and those they start from */
    char name[STRATA_LAB_EXPERIMENTS][STRATA_LAB_NAME];
} lab_display;

/* A watch that shows progress on stderr and stops at the first signal; it borrows d. */
strata_lab_watch lab_display_start(lab_display *d, bool quiet);
void lab_display_end(lab_display *d);

/* The mean, spread and interval of every setting of the experiments that d has seen, from OUT/runs.sqlite, on stdout. What else is in the
 * store was not asked for. */
strata_status lab_print_figures(lab_display *d, const char *out);

#endif
