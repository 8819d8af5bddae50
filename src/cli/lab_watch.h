/* The display of the laboratory, for lab and reproduce. */
#ifndef STRATA_CLI_LAB_WATCH_H
#define STRATA_CLI_LAB_WATCH_H

#include "lab.h"
#include "lab_page.h"
#include "live.h"
#include "runs_table.h"

typedef struct {
    bool quiet;
    live_line line;
    lab_page page;
    size_t names; /* of the experiments that were asked for, and those they start from */
    char name[STRATA_LAB_EXPERIMENTS][STRATA_LAB_NAME];
} lab_display;

/* A watch that shows progress on stderr, and on a page if d->page is set behind this call, and stops at the first signal; it borrows d. */
strata_lab_watch lab_display_start(lab_display *d, bool quiet);
void lab_display_end(lab_display *d);

/* The table of the experiments that d has seen, from OUT/runs.sqlite, on stdout; or their document. What else is in the store was not asked
 * for. */
strata_status lab_print_table(const lab_display *d, const char *out, runs_table_format format);
strata_status lab_print_json(const lab_display *d, const char *out);

/* Is there something to be shown, however a laboratory ended? What a gradient check says, or an experiment that could not run, keeps
 * nobody from seeing the rest. */
bool lab_has_results(strata_status outcome);

#endif
