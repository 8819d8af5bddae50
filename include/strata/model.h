/*
 * Models: trained networks, to save, open, evaluate and use.
 */
#ifndef STRATA_MODEL_H
#define STRATA_MODEL_H

#include "strata/data.h"
#include "strata/settings.h"

typedef struct strata_model strata_model;

/* The result of an evaluation. NaN where there is none. The struct stays as it is: arrays and other structs hold it. */
typedef struct {
    double loss;     /* mean cross-entropy, natural logarithm */
    double cost;     /* loss + lambda sum ||W||^2 */
    double accuracy; /* fraction, 0 .. 1, of the images whose largest probability is that of their label */
} strata_score;

/* Examples in memory for a model: rows of its own form. Borrowed for the call. */
typedef struct {
    size_t size;            /* sizeof(strata_rows) */
    strata_element element; /* of the model's form (strata_model_form) */
    const void *values;     /* [count] rows of form.features bytes or floats */
    size_t stride;          /* elements from one row to the next; 0: form.features */
    long count;             /* 1 or more */
} strata_rows;

STRATA_BEGIN

/* Saves the model as a safetensors file (docs/model-file.md). At every moment, a power failure included, the path holds the old file or the
 * whole new file. STRATA_ERR_STORAGE; STRATA_ERR_ARGUMENT for a model without parameters: one that was never trained, or whose parameters
 * were given back. */
strata_status strata_model_save(const strata_model *model, const char *path);

/* Opens a model file. The reader checks every number in the file before it uses it. The caller owns *out. STRATA_ERR_DATA when the file is
 * no model, or differs from the file that was saved: a file carries a digest of its whole contents. STRATA_ERR_STORAGE;
 * STRATA_ERR_MEMORY. */
strata_status strata_model_open(const char *path, strata_model **out);

/* Writes the model into memory: *bytes receives the *size bytes of the file that strata_model_save writes, which the caller frees with
 * strata_model_free_memory. Failures as of strata_model_save; *bytes is NULL then. */
strata_status strata_model_to_memory(const strata_model *model, uint8_t **bytes, size_t *size);

/* Frees what strata_model_to_memory made. NULL is allowed. */
void strata_model_free_memory(uint8_t *bytes);

/* Opens a model of the `size` bytes of a model file in memory, which are borrowed for the call. The caller owns *out. The checks and
 * failures are those of strata_model_open. */
strata_status strata_model_from_memory(const uint8_t *bytes, size_t size, strata_model **out);

/* Frees a model that strata_model_open or strata_model_from_memory made. NULL is allowed. A run's model belongs to the run
 * (strata_run_model). */
void strata_model_free(strata_model *model);

/* The form of the data that the model was trained on and takes. Belongs to the model. */
const strata_form *strata_model_form(const strata_model *model);

/* The names of its classes, [form->classes]; NULL where nobody knows them. A model of CIFAR-10's form does not say them itself: those of
 * the data set that it was trained on, where this version knows that (strata_model_data_digest). They belong to the model. */
const char *const *strata_model_class_names(const strata_model *model);

/* Computes the class probabilities of rows. P [count * form->classes] is the caller's: those of row j start at P[j * form->classes]. Batch
 * normalisation uses its running averages, so a row has the same bits alone and in company, for any number of threads.
 * STRATA_ERR_ARGUMENT, also for a feature that is not finite; STRATA_ERR_MEMORY. */
strata_status strata_model_predict_rows(const strata_model *model, const strata_rows *rows, int threads, float *P);

/* Classifies rows: guess [count] receives the class of the largest output (the first of several), which is what an accuracy counts, and
 * probability [count] the probability of that class. P, unless it is NULL, receives the probabilities of all classes, as by
 * strata_model_predict_rows, whose failures this has. */
strata_status strata_model_classify_rows(const strata_model *model, const strata_rows *rows, int threads, int *guess, float *probability,
                                         float *P);

/* Computes the class probabilities of n examples of bytes, on one thread: example j starts at images[j * form->features], and its
 * probabilities at P[j * form->classes]. STRATA_ERR_ARGUMENT; STRATA_ERR_MEMORY. */
strata_status strata_model_predict(const strata_model *model, int n, const uint8_t *images, float *P);

/* strata_model_classify_rows of n examples of bytes, one behind the other. */
strata_status strata_model_classify(const strata_model *model, int n, const uint8_t *images, int threads, int *guess, float *probability);

/* Evaluates the model on one part of a data set, split by the model's own n_train and n_val. Uses `threads` threads; the result does not
 * depend on them. STRATA_ERR_ARGUMENT; STRATA_ERR_MEMORY. */
strata_status strata_model_evaluate(const strata_model *model, const strata_data *data, strata_part part, int threads,
                                    strata_score *out);

/* The configuration of the training; strata_config_get reads it. Belongs to the model. */
const strata_config *strata_model_config(const strata_model *model);

/* The digest of the data set that the model was trained on (strata_data_facts); "" when its file does not say. Belongs
 * to the model. */
const char *strata_model_data_digest(const strata_model *model);

/* A digest of all parameters: SHA-256, 64 hexadecimal digits. Belongs to the model. */
const char *strata_model_digest(const strata_model *model);

/* Was the model opened from a file that carries a digest? Files of format version 1 carry none; damage in them goes unnoticed. Also false
 * for a model that was trained in this process. */
bool strata_model_verified(const strata_model *model);

/* Reads the tensor with this name, for example "layer1.W" or "input.mean" (docs/model-file.md lists all names), with the numbers that a
 * model file stores. *rows and *cols receive its shape; cols is 1 for a vector. out, the caller's [rows * cols], receives the elements row
 * after row. Each of the three pointers may be NULL. STRATA_ERR_ARGUMENT when the model has no such tensor (the sentence lists those it
 * has), or was never trained on a mini-batch. */
strata_status strata_model_tensor(const strata_model *model, const char *name, int *rows, int *cols, float *out);

STRATA_END

#endif
