/*
 * Export: a trained model as a file that other programs take. docs/export.md describes the files.
 */
#ifndef STRATA_EXPORT_H
#define STRATA_EXPORT_H

#include "strata/model.h"

/* One kind of file. The struct stays as it is: an array of it is returned. */
typedef struct {
    const char *name; /* "onnx", "c", ... */
    const char *end;  /* of the file's name: ".onnx" */
    const char *also; /* of a second file beside it, ".h" of the C source; NULL: there is none */
    const char *help; /* one line */
} strata_export_kind;

/* What is written, and where. */
typedef struct {
    size_t size;      /* sizeof(strata_export_request) */
    const char *kind; /* the name of one of strata_export_kinds */
    const char *file; /* must end in the kind's `end`. The second file, if the kind has one, has the kind's `also` there */
    const char *name; /* of kind c: what the names in the source begin with; of kind onnx: the name of the graph. Letters, digits and '_',
                         a letter first, 40 at most. NULL: "net" */
} strata_export_request;

STRATA_BEGIN

/* All kinds; *count receives their number. The array is static. Any thread. */
const strata_export_kind *strata_export_kinds(size_t *count);

/* Writes the model as a file of another kind. Every file appears whole or not at all; of two files the one with `also` appears first. The
 * probabilities that the file gives are those of strata_model_predict_rows but for roundings, and the class is that of
 * strata_model_classify_rows. STRATA_ERR_ARGUMENT for an unknown kind (the sentence suggests the nearest), a file that does not end as the
 * kind's, a name that is none, and a model that was never trained or that this kind cannot hold; STRATA_ERR_STORAGE; STRATA_ERR_MEMORY. */
strata_status strata_export(const strata_model *model, const strata_export_request *request);

STRATA_END

#endif
