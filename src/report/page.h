/*
 * The page: its template (template.h) filled from the store, drawn, and added up. Each placeholder becomes a piece for every time that
 * it is
 * shown: within {{each}} once for each row. Internal to the module.
 */
#ifndef STRATA_REPORT_PAGE_H
#define STRATA_REPORT_PAGE_H

#include "ask.h"
#include "draw.h"
#include "page_path.h"
#include "strata/report.h"
#include "template.h"

enum { PAGE_NAME = FIGURES_NAME + ASK_ANCHOR };

typedef struct {
    const template_mark *mark;   /* whose piece this is */
    char name[PAGE_NAME];        /* of its files and its id: the mark's, and within {{each}} behind it the row's anchor */
    text words;                  /* of {{cell}} and {{anchor}} */
    text csv;                    /* the answer of its query */
    char absent[200];            /* of a figure or picture without rows: why */
    table rows;
    bool as_before;              /* the CSV is what an earlier report wrote */
    draw_outcome drawn;          /* a figure that has rows */
    uint8_t *image;              /* an SVG, or a PNG; NULL: there is none */
    size_t image_size;
    long width, height;
} page_piece;

typedef struct {
    figures_list figures;
    template_marks from;
    ask_words words;
    page_piece *piece;
    size_t count, room;
} page;

/* Reads figures.yaml, words.yaml and the template. STRATA_ERR_DATA, with file and line, for what is wrong with them. */
strata_status page_read(const strata_report_request *request, const char *path, page *out);
void page_free(page *p);

/* Makes the pieces, runs their queries, writes data/NAME.csv and fetches the pictures. */
strata_status page_fill(page *p, store *s, const strata_report_request *request);

/* Draws the figures of a filled page. */
strata_status page_draw(page *p, const strata_report_request *request);

/* Adds the finished page to html. */
strata_status page_add_html(const page *p, const strata_report_request *request, text *html);

/* "page.html:12: " before the sentence about a wrong query, name or file of the templates. */
strata_status page_blame(const page *p, const template_mark *mark, strata_status status);

/* Takes away what an earlier report drew of a figure. */
strata_status page_remove_drawings(const page_piece *piece, const strata_report_request *request);

/* Takes away the files of rows of {{each}} that are no longer on the page. */
strata_status page_remove_leftovers(const page *p, const strata_report_request *request);

/* Tells the caller a sentence. */
void page_warn(const strata_report_request *request, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The folder that the store and the files of its runs are in. */
const char *report_from(const strata_report_request *request);

#endif
