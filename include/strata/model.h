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

STRATA_BEGIN

/* Saves the model as a safetensors file (docs/model-file.md). At every moment, a power failure included, the path holds the old file or the
 * whole new file. STRATA_ERR_STORAGE; STRATA_ERR_ARGUMENT for a model without parameters: one that was never trained, or whose parameters
 * were given back. */
strata_status strata_model_save(const strata_model *model, const char *path);

/* Opens a model file. The reader checks every number in the file before it uses it. The caller owns *out. STRATA_ERR_DATA when the file is
 * no model, or differs from the file that was saved: a file carries a digest of its whole contents. STRATA_ERR_STORAGE;
 * STRATA_ERR_MEMORY. */
strata_status strata_model_open(const char *path, strata_model **out);

/* Frees a model that strata_model_open made. NULL is allowed. A run's model belongs to the run (strata_run_model). */
void strata_model_free(strata_model *model);

/* Computes the class probabilities of n images. images [n * STRATA_PIXELS] is borrowed: image j starts at images[j * STRATA_PIXELS]. P
 * [n * STRATA_CLASSES] is the caller's: the probabilities of image j start at P[j * STRATA_CLASSES]. Batch normalisation uses its running
 * averages. STRATA_ERR_ARGUMENT; STRATA_ERR_MEMORY. */
strata_status strata_model_predict(const strata_model *model, int n, const uint8_t *images, float *P);

/* Classifies n images of the same form: guess [n] receives the class of the largest output (the first of several), which is what an
 * accuracy counts, and probability [n] the probability of that class. Both are the caller's. Uses `threads` threads; the result does not
 * depend on them. STRATA_ERR_ARGUMENT; STRATA_ERR_MEMORY. */
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
