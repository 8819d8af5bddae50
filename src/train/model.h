/* A model: a net, the standardisation of its inputs, and where it came from. */
#ifndef STRATA_TRAIN_MODEL_H
#define STRATA_TRAIN_MODEL_H

#include "config.h"
#include "net.h"
#include "split.h"
#include "strata/model.h"
#include "tensorfile.h"

struct strata_model {
    network *net; /* NULL: it has no parameters, as yet or any more */
    standardisation *inputs; /* NULL when net is */
    strata_config config; /* resolved; its form is that of the data */
    char **class_name;    /* [config.form.classes]; NULL where it does not say, as of CIFAR-10's form */
    char data_digest[DIGEST_TEXT];
    char digest[DIGEST_TEXT]; /* of all parameters, as the file keeps them */
    bool verified;            /* it comes from a file that has a digest of all it says */
};

/* A model of a resolved, checked configuration, as yet without parameters. */
strata_status model_create(const strata_config *config, const char *data_digest, strata_model **out);

/* Gives it class names, which are copied: [config.form.classes]. */
strata_status model_name_classes(strata_model *model, const char *const *names);

/* STRATA_ERR_ARGUMENT, with both forms, for data whose examples are not of the model's form. */
strata_status model_takes(const strata_model *model, const strata_form *form);

/* Takes memory for the parameters, zero, and for the standardisation of the inputs, a copy (NULL: zero). Giving it back leaves a model that
 * still says what it was. */
strata_status model_take_parameters(strata_model *model, const standardisation *inputs);
void model_drop_parameters(strata_model *model);

/* STRATA_ERR_ARGUMENT for a model without parameters, or whose running averages are empty: it cannot be used, nor saved. */
strata_status model_check_started(const strata_model *model);

/* What no training makes, and a file may have: a deviation that inputs cannot be divided by, a negative variance, a digest of data that is
 * none. STRATA_ERR_DATA. */
strata_status model_check_numbers(const strata_model *model);
strata_status model_check_data_digest(const char *digest);

/* Computes the digest, once the parameters are final. */
strata_status model_finish(strata_model *model);

/* Puts all that a file of the model says into a writer, and calls `write` with it. */
typedef strata_status model_writing(const tensorwriter *writer, void *self);
strata_status model_write(const strata_model *model, model_writing *write, void *self);

/* A model of a file's contents. On failure *out is NULL. */
strata_status model_read(const tensorfile *file, strata_model **out);

/* As strata_model_tensor, of its first `most` rows alone. */
strata_status model_tensor_rows(const strata_model *model, const char *name, int most, int *rows, int *cols, float *out);

#endif
