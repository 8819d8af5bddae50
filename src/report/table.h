/* The answer of a query, as typed cells, as CSV and as an HTML table. Internal to the module. */
#ifndef STRATA_REPORT_TABLE_H
#define STRATA_REPORT_TABLE_H

#include "store.h"

/* A cell says in `words` what people are shown: a number as the shortest text that reads back, NULL as "". */
typedef struct {
    int type;     /* of store_value */
    size_t words; /* where they begin in the table's words */
} table_cell;

typedef struct {
    text words;       /* all cells and names, each with its zero */
    table_cell *cell; /* row after row; the first row are the names of the columns */
    size_t count, room;   /* of the cells */
    size_t columns, rows; /* rows without that first one */
} table;

/* Asks the store, and keeps the rows: 256 MB of them at most. */
strata_status table_ask(store *s, const store_question *question, table *out);
void table_free(table *t);

const char *table_name(const table *t, size_t column);
const char *table_at(const table *t, size_t row, size_t column);

/* The cell as the store gave it; a text lives as long as the table. */
store_value table_value(const table *t, size_t row, size_t column);

/* Adds the table as CSV: RFC 4180 with \n, NULL an empty cell, the empty text "" (csv.h). */
void table_add_csv(const table *t, text *csv);

/* Is the text a number, with a unit or its uncertainty perhaps: "53.5", "-1e-9", "52.1 ± 0.3 %", "3 of 5"? */
bool table_is_number(const char *words);

/* Adds the table to the page: every row and digit, or, brief, the first 200 rows with five digits. Columns of numbers have the class n. */
strata_status table_add_html(const table *t, bool brief, text *page);

#endif
