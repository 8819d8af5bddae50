/*
 * The page: a template with placeholders {{word name}}, read into pieces; the pieces are filled from the store, drawn, and added up to the
 * page. Internal to the module.
 */
#ifndef STRATA_REPORT_PAGE_H
#define STRATA_REPORT_PAGE_H

#include "draw.h"
#include "figures.h"
#include "strata/report.h"
#include "table.h"

typedef enum { PAGE_TEXT, PAGE_STYLE, PAGE_VALUE, PAGE_TABLE, PAGE_FIGURE, PAGE_PICTURE } page_kind;

typedef struct {
    page_kind kind;
    const char *at; /* PAGE_TEXT: its first character */
    size_t length;
    size_t line;    /* of the placeholder */
    char name[FIGURES_NAME];
    const figures_entry *figure; /* of a figure or picture */
    text csv;                    /* the answer of its query */
    char absent[64];             /* of a figure or picture without rows: why */
    table rows;
    draw_outcome drawn;          /* a figure that has rows */
    uint8_t *image;              /* an SVG, or a PNG; NULL: there is none */
    size_t image_size;
    long width, height;
} page_piece;

typedef struct {
    const char *path; /* of the template */
    uint8_t *words;
    figures_list figures;
    page_piece *piece;
    size_t count;
} page;

/* Reads page.html and figures.yaml. STRATA_ERR_DATA, with file and line, for a placeholder that is none or names an unknown figure. */
strata_status page_read(const strata_report_request *request, const char *path, page *out);
void page_free(page *p);

/* Runs the queries of all pieces, writes data/NAME.csv and fetches the pictures. */
strata_status page_fill(page *p, store *s, const strata_report_request *request);

/* Draws the figures of a filled page. */
strata_status page_draw(page *p, const strata_report_request *request);

/* Adds the finished page to html. */
strata_status page_add_html(const page *p, const strata_report_request *request, text *html);

/* "FOLDER/middle/NAMEend" as a text; the caller frees it. */
strata_status page_path(text *path, const char *folder, const char *middle, const char *name, const char *end);

/* Tells the caller a sentence. */
void page_warn(const strata_report_request *request, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The folder that the store and the files of its runs are in. */
const char *report_from(const strata_report_request *request);

#endif
