/*
 * Rows that strata predict puts to a model, and what it says of them. predict_rows.c reads them from files of data and from pictures,
 * predict_write.c writes classes and probabilities.
 */
#ifndef STRATA_CLI_PREDICT_H
#define STRATA_CLI_PREDICT_H

#include "cli.h"

/* ---- predict_rows.c ------------------------------------------------------------------------------------------------------------------ */

/* What to read. */
typedef struct {
    const char *const *path; /* [paths]: one file of data or name, or pictures */
    size_t paths;
    const char *label;       /* the column of a table to leave out; NULL: none was named */
} predict_inputs;

/* Rows of the model's own form. */
typedef struct {
    long count;
    const void *values;      /* [count * features] */
    const char *const *file; /* [count]: the picture that a row is; NULL: rows have numbers */
    strata_data *data;       /* whose the values are, or NULL */
    void *own;               /* or they lie here */
} predict_rows;

/* STRATA_ERR_DATA where the files are not for this model: another width, another shape, floats that are no bytes. */
strata_status predict_rows_read(const strata_model *model, const predict_inputs *inputs, predict_rows *out);
void predict_rows_free(predict_rows *rows);

/* ---- predict_write.c ----------------------------------------------------------------------------------------------------------------- */

/* CSV to a file, or to stdout for path NULL; or an array of NumPy, float32 [rows, classes]. */
strata_status predict_write_csv(const strata_model *model, const predict_rows *rows, int threads, const char *path);
strata_status predict_write_npy(const strata_model *model, const predict_rows *rows, int threads, const char *path);

#endif
