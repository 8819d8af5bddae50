/*
 * The report: a folder of runs becomes CSV files, figures, results.json and one page, index.html, that needs no other file. It computes no
 * result: every number is the answer to a query over the store. docs/outputs.md describes the files.
 */
#ifndef STRATA_REPORT_H
#define STRATA_REPORT_H

#include "strata/core.h"

typedef struct {
    size_t size;                /* sizeof(strata_report_request) */
    const char *out;            /* the folder that everything is written to */
    const char *from;           /* the folder with runs.sqlite and runs/; it is only read. NULL: out */
    const char *templates;      /* the folder with page.html, style.css, figures.yaml, queries/ and figures/: the installed
                                   share/strata/report, or the folder report of the sources */
    const char *const *formats; /* formats of the figures beside SVG: "png", "pdf"; the list ends with NULL. NULL: none */
    void *self;                 /* passed to warn and wrote */
    /* Receives a sentence for people, for example about a figure that could not be drawn. In the calling thread. May be NULL. */
    void (*warn)(void *self, const char *sentence);
    /* Not 0: the page of a laboratory that is at work. It loads itself anew every 10 seconds and says how far the laboratory is. Drawings
     * whose data are as before stay as they are, and not every page of the store is looked at. */
    int live;
    /* The page of these runs alone, in place of that of the whole store: ids, or beginnings that are those of one run. It is written to
     * OUT/pages/NAME/index.html, its data and figures beside it: NAME is the id of one run; of several that of the first, how many more,
     * and a digest. NULL and 0: the whole store. Not with live. */
    const char *const *runs;
    size_t run_count;
    const char *page; /* the file that the page becomes; data and figures lie where they would. NULL: index.html there */
    /* Receives the path of the page when it is written. In the calling thread. May be NULL. */
    void (*wrote)(void *self, const char *path);
} strata_report_request;

/* A figure with the curves of some runs. */
typedef struct {
    size_t size;             /* sizeof(strata_plot_request) */
    const char *from;        /* the folder with runs.sqlite; it is only read */
    const char *templates;   /* as of strata_report_request */
    const char *const *runs; /* ids, or beginnings that are those of one run; the list ends with NULL */
    const char *file;        /* what it becomes; its end says what it is: ".svg", ".png" (300 dots an inch) or ".pdf" */
} strata_plot_request;

STRATA_BEGIN

/*
 * Writes OUT/data/NAME.csv, OUT/figures/NAME.svg, OUT/results.json and, last, OUT/index.html; of some runs OUT/pages/NAME/ in the place
 * of OUT, without results.json. Each file is written whole or not at all. The report shows one moment of the store, also while other
 * processes write to it. Two reports of the same store are the same bytes, PNG and PDF figures excepted. Starts gnuplot for the figures;
 * without it, the page shows the numbers alone and warn() says so. STRATA_ERR_STORAGE
 * when there is no store or a file cannot be written. STRATA_ERR_DATA, with file and line, when the store or a template is not what it
 * should be. STRATA_ERR_ARGUMENT, also for a run that is not in the store, or a beginning of several; STRATA_ERR_MEMORY. Not for two
 * threads at once with one folder.
 */
strata_status strata_report_write(const strata_report_request *request);

/*
 * Draws the curves of the runs over each other into one file, which appears whole or not at all: training and validation loss, training and
 * validation accuracy, a line for each run, named by what differs in their settings. Starts gnuplot. STRATA_ERR_ARGUMENT for a run that
 * is not
 * in the store, a beginning of several, and another end of the file; STRATA_ERR_STORAGE when there is no store, no gnuplot, or the file
 * cannot be
 * written; STRATA_ERR_DATA when the store or a template is not what it should be, or the runs have no curves; STRATA_ERR_MEMORY.
 */
strata_status strata_plot_write(const strata_plot_request *request);

STRATA_END

#endif
