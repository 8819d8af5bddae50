/*
 * One line of a terminal: how many columns a text takes there, and what of a line is shown where not all of it has room. Texts are UTF-8;
 * a byte that is not takes a column, as terminals show it.
 */
#ifndef STRATA_BASE_LINE_H
#define STRATA_BASE_LINE_H

#include <stddef.h>

#include "text.h"

/* Columns of a text: 2 for wide letters (Chinese, emoji), 0 for marks that stand on another. Control characters count 1. */
size_t line_columns(const char *words);

/* A part of a line. An empty one is left out. */
typedef struct {
    const char *words;
    int rank;     /* what has no room goes by it: the highest first. Each its own */
    size_t least; /* columns that it may be shortened to, its end cut as ".."; 0: whole or not at all */
} line_part;

enum { LINE_PARTS = 12 };

/* Adds to out the parts that fit into so many columns, in their order, two spaces between. The part of the lowest rank is always there, if
 * need be cut. Control characters become '?'. */
void line_fit(const line_part *parts, size_t count, size_t columns, text *out);

#endif
