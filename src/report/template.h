/*
 * The template of the page, page.html, taken apart: texts and placeholders {{word name}}, in the file's order. {{if QUERY}} and
 * {{each QUERY}} hold what stands up to their {{end}}. Internal to the module.
 */
#ifndef STRATA_REPORT_TEMPLATE_H
#define STRATA_REPORT_TEMPLATE_H

#include "figures.h"

/* With their words; those from TEMPLATE_VALUE to TEMPLATE_PICTURE ask a query. */
typedef enum {
    TEMPLATE_TEXT,
    TEMPLATE_STYLE,
    TEMPLATE_CELL,   /* a cell of the row of {{each}}, by its column */
    TEMPLATE_ANCHOR, /* the name of that row: part of ids and of names of files */
    TEMPLATE_VALUE,
    TEMPLATE_TABLE,
    TEMPLATE_FIGURE,
    TEMPLATE_PICTURE,
    TEMPLATE_IF,     /* what is inside, when the query has rows */
    TEMPLATE_EACH,   /* what is inside, once for each row */
    TEMPLATE_ELSE,   /* and what is instead, when there are none */
    TEMPLATE_END,
} template_kind;

enum { TEMPLATE_DEPTH = 8 }; /* blocks inside each other */

typedef struct {
    template_kind kind;
    const char *at; /* TEMPLATE_TEXT: its first character */
    size_t length;
    size_t line;    /* of the placeholder */
    char name[FIGURES_NAME];
    const figures_entry *figure; /* of a figure or picture */
    size_t otherwise, end;       /* of a block: its {{else}}, or else its {{end}}; and that */
} template_mark;

typedef struct {
    const char *path;
    uint8_t *words;
    template_mark *mark;
    size_t count;
} template_marks;

/* Reads the file. STRATA_ERR_DATA, with file and line, for a placeholder that is none, names an unknown figure, or is not closed. The path
 * and the figures are borrowed. */
strata_status template_read(const char *path, const figures_list *figures, template_marks *out);
void template_free(template_marks *t);

#endif
