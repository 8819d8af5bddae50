/* The page of a laboratory at work, strata lab --page: written by strata report in a process of its own, beside the trainings. */
#ifndef STRATA_CLI_LAB_PAGE_H
#define STRATA_CLI_LAB_PAGE_H

#include <stdbool.h>
#include <sys/types.h>

#include "status.h"

/* How often: never sooner than 10 s after the one before, and so seldom that all pages take less than 2 % of the processor time that the
 * trainings can take. All zero but for `out` and `threads` at the beginning. */
typedef struct {
    const char *out;       /* NULL: no page is wanted */
    const char *templates; /* the folder with the page's template */
    int threads;          /* that train */
    pid_t child;          /* that writes a page; 0: none */
    double begun, last;   /* seconds of the clock: the first call; when the last page was begun */
    double looked;        /* when the child was last asked for */
    double spent, latest; /* processor seconds of all pages, and of the latest */
    bool failed;          /* one could not be written, which is said once */
} lab_page;

/* Begins a page when one is due; looks whether the one before is done. Returns at once; for whoever is called after every update. */
void lab_page_tend(lab_page *p);

/* Waits for a page that is being written, and writes the last one, which no longer loads itself anew. STRATA_ERR_STORAGE when it cannot. */
strata_status lab_page_end(lab_page *p);

#endif
