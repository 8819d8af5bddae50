/*
 * Shows what a store knows: CSV files, figures, results.json and one page, index.html, that needs no other file. It computes no result:
 * every number is the answer to a query over the store. The words, the queries and the figures are data in a folder of templates
 * (docs/outputs.md says what is in it).
 */
#ifndef STRATA_REPORT_REPORT_H
#define STRATA_REPORT_REPORT_H

#include "status.h"

typedef struct {
    const char *out;            /* the folder that everything is written to */
    const char *from;           /* the folder with runs.sqlite and runs/, which need not be one that may be written; NULL: out */
    const char *templates;      /* the folder with page.html, style.css, figures.yaml, queries/ and figures/ */
    const char *const *formats; /* of the figures beside SVG: "png", "pdf"; ends with NULL; may be NULL */
    void (*warn)(void *self, const char *sentence); /* about a figure that could not be drawn, and the like; may be NULL */
    void *self;
} report_request;

/*
 * Writes OUT/data/NAME.csv, OUT/figures/NAME.svg, OUT/results.json and, last, OUT/index.html, each whole or not at all. Fails with
 * STRATA_ERR_STORAGE when there is no store or a file cannot be written, with STRATA_ERR_DATA and file and line when the store or a
 * template is not what it should be. A missing gnuplot or picture is a warning: the page then shows the numbers alone. Two reports of
 * one store are the same bytes (PNG and PDF figures aside), and a report is of one moment of a store that others write to. Not for two
 * threads at once on one folder.
 */
strata_status report_write(const report_request *request);

#endif
