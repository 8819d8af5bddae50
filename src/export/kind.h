/*
 * The kinds of files that a model becomes: one function each, one row each of the table in export.c. A kind walks the steps of graph.h,
 * makes its bytes in memory, and gives them to file_write, so that a file appears whole or not at all.
 */
#ifndef STRATA_EXPORT_KIND_H
#define STRATA_EXPORT_KIND_H

#include "graph.h"

typedef struct {
    const graph *net;
    const char *file, *also; /* paths; also: NULL where the kind has one file */
    const char *name;        /* a name in C */
} export_job;

typedef strata_status export_writer(const export_job *job);

export_writer export_onnx, export_c, export_torch, export_npz;

#endif
