/* What becomes of each column of a table, and of the same columns of the table with the test examples. One thread. */
#ifndef STRATA_DATA_CSV_PLAN_H
#define STRATA_DATA_CSV_PLAN_H

#include "categories.h"
#include "csv_table.h"
#include "reader.h"

typedef enum { CSV_LEFT_OUT, CSV_FEATURE, CSV_ONE_HOT, CSV_LABEL } csv_kind;

typedef struct {
    csv_kind kind;
    size_t feature;    /* the first one that it becomes */
    size_t categories; /* one-hot: which of them */
    size_t there;      /* training table: the same column of the test table */
} csv_column;

enum { CSV_TABLES = 2 }; /* training and test */

typedef struct {
    csv_table table[CSV_TABLES];
    size_t tables;
    csv_column *column[CSV_TABLES]; /* [columns of the table] */
    bool by_name;                   /* columns of the test table were found by their names */
    size_t label;                   /* a column of table 0, or as many as it has: none */
    size_t features;
    categories classes;
    categories *one_hot;            /* [one_hots] */
    size_t one_hots;
} csv_plan;

/* Opens the tables of the request and decides. On failure *p is empty. STRATA_ERR_DATA, STRATA_ERR_STORAGE, STRATA_ERR_MEMORY. */
strata_status csv_plan_make(const data_request *request, csv_plan *p);
void csv_plan_free(csv_plan *p);

/* Fails for the field of this column in the row that was read last, with its place: "FILE: line 3, column 2 (width) ...". */
strata_status csv_plan_refuse(const csv_table *t, size_t column, const char *why);

/* The number of the text that stands in the field of this column, in the row that was read last. */
strata_status csv_plan_number(csv_table *t, size_t column, categories *c, size_t *number);

#endif
