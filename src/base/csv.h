/* Texts as cells of CSV. */
#ifndef STRATA_BASE_CSV_H
#define STRATA_BASE_CSV_H

#include "text.h"

/* Adds a text as a cell by RFC 4180: one with a comma, quote, line break or outer space, or an empty one, is quoted. A text that a
 * spreadsheet would take for a formula (it starts with = + - @ tab or CR) gets an apostrophe in front, unless it is a number through and
 * through ("+0.61", "-inf"). */
void csv_add(text *csv, const char *value);

/* Adds a number as a cell: the shortest text that reads back. NaN and infinities are those words. */
void csv_add_number(text *csv, double value);

#endif
