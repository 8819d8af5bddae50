/*
 * A file of CSV as a table: its columns, with or without names, and how many rows. What the first line is, is found by content: names
 * where one of them stands above a number and is none, or where a column that was asked for by name is among them; scikit-learn's own
 * first line (rows, features, names of classes); else data. One thread.
 */
#ifndef STRATA_DATA_CSV_TABLE_H
#define STRATA_DATA_CSV_TABLE_H

#include "csv_rows.h"
#include "digest.h"

typedef struct {
    const char *path;      /* borrowed */
    char digest[DIGEST_TEXT];
    csv_rows rows;         /* before the first row of data, after csv_table_open and csv_table_rewind */
    size_t columns, count; /* count: rows of data */
    csv_field *head;       /* [columns] the names; NULL where the first line is data */
    uint8_t *text;         /* [columns] 1: what the first row has there is a word, see csv_table_word */
    size_t classes;        /* in scikit-learn's form, where the last column is the class; else 0 */
    csv_field *class_name; /* [classes] */
    char *bytes;           /* of the file; fields point into them */
    csv_mark first;
} csv_table;

/* Names of columns that somebody has asked for. */
typedef struct {
    const char *const *name;
    size_t count;
} csv_names;

/* Reads the file and looks at every row: *t is before the first one of data. On failure it is empty. STRATA_ERR_DATA, STRATA_ERR_STORAGE,
 * STRATA_ERR_MEMORY. */
strata_status csv_table_open(const char *path, csv_names asked, csv_table *t);

/* Back to the first row of data. */
void csv_table_rewind(csv_table *t);

void csv_table_free(csv_table *t);

/* Is that field a number? It may be infinite. */
bool csv_table_number(const csv_field *f, float *x);

/* Is it a word: not empty, no number, and nothing that is written in the place of a number that is missing or none (NA, ?, nan, 0x10)? */
bool csv_table_word(const csv_field *f);

/* The column of this name; `columns` where there is none. STRATA_ERR_DATA where two have it. */
strata_status csv_table_named(const csv_table *t, const char *name, size_t *column);

/* The same, or else the column of this number, from 1. */
strata_status csv_table_find(const csv_table *t, const char *word, size_t *column);

/* A column in a sentence: "column 3 (petal_length)". */
enum { CSV_COLUMN_TEXT = 96, CSV_LIST_TEXT = 360 };
void csv_table_column(const csv_table *t, size_t column, char out[CSV_COLUMN_TEXT]);

/* The columns in a sentence, as many as it has room for: "1 sepal_length, 2 sepal_width, ...". Those of `chosen` alone, if it is not
 * NULL. */
void csv_table_list(const csv_table *t, const uint8_t *chosen, char out[CSV_LIST_TEXT]);

/* Does a file that begins with these bytes look like CSV? */
bool csv_table_looks(const char *bytes, size_t size, bool cut);

#endif
