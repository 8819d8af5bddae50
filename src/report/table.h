/* The answer of a query, as cells and as an HTML table. Internal to the module. */
#ifndef STRATA_REPORT_TABLE_H
#define STRATA_REPORT_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "text.h"

typedef struct {
    char *words;       /* all cells, one after the other */
    const char **cell; /* row after row; the first row are the names of the columns */
    size_t columns, rows; /* rows without that first one */
} table;

/* Takes the CSV of store_query_csv apart. The apostrophe that guards a spreadsheet from a formula is left out. */
strata_status table_read(const char *csv, table *out);
void table_free(table *t);

const char *table_name(const table *t, size_t column);
const char *table_at(const table *t, size_t row, size_t column);

/* Is the text a number, with a unit or its uncertainty perhaps: "53.5", "-1e-9", "52.1 ± 0.3 %", "3 of 5"? */
bool table_is_number(const char *words);

/* Adds the table to the page: every row and digit, or, brief, the first 200 rows with five digits. Columns of numbers have the class n. */
strata_status table_add_html(const table *t, bool brief, text *page);

#endif
