/*
 * The form of the data in a model file (docs/model-file.md). Files of CIFAR-10's form say nothing of it but the number of classes, as they
 * always did: an older reader takes them, and no byte of them moves. Other files have these metadata beside `classes`:
 *
 *     element        byte or float
 *     image          height x width x channels, as "28 x 28 x 1", where an example is an image
 *     class_names    a JSON list of texts
 */
#ifndef STRATA_TRAIN_MODELFORM_H
#define STRATA_TRAIN_MODELFORM_H

#include "dataset.h"
#include "tensorfile.h"

/* names: [form->classes], or NULL. */
strata_status modelform_describe(const strata_form *form, char *const *names, tensorwriter *writer);

/* The form that the metadata and the shapes of input.mean and of the last of so many layers give. STRATA_ERR_DATA when they contradict each
 * other. */
strata_status modelform_read(const tensorfile *file, int layers, strata_form *out);

/* The same where so many features and classes are known. */
strata_status modelform_read_sized(const tensorfile *file, int features, int classes, strata_form *out);

/* The class names, [classes], if the file has any; else *out is NULL. examples_free_names frees them. */
strata_status modelform_read_names(const tensorfile *file, int classes, char ***out);

#endif
