/*
 * The standardisation of the inputs, (0): mean and deviation of each pixel, of each channel of an image, or none (docs/math.md,
 * "Standardisation"). Whatever shares them, every feature has its own entry in the arrays, so that a model file and a backend need not know
 * which it was. A layer of patches reads those of one patch besides, where all patches share them.
 */
#ifndef STRATA_DATA_STANDARDISATION_H
#define STRATA_DATA_STANDARDISATION_H

#include "dataset.h"

typedef enum { STANDARDISATION_OF_PIXELS, STANDARDISATION_OF_CHANNELS, STANDARDISATION_OF_NOTHING } standardisation_kind;

/* How the inputs are standardised, and the side of the patches of (21) that they are for; 0: there are none. */
typedef struct {
    standardisation_kind kind;
    int patch;
} standardisation_how;

/* Of `features` numbers each. mean and std are rounded to float, which is what a model file keeps, so that a model read back standardises
 * with the same numbers. */
typedef struct {
    int features;
    strata_element element;
    standardisation_kind kind;
    double *mean, *std;   /* of bytes / 255, or of floats; std 1 where all training examples are equal */
    double *inv_std;
    float *scale, *shift; /* of bytes: (0) as one multiplication and one addition; of floats: 1 / std, and the mean */
    float *patch_scale, *patch_shift; /* [c f^2], in the order of (21); NULL where patches do not share them, or there are none */
    mat_patches patch;
} standardisation;

/* Bytes of its arrays, and where they lie: at `memory`, aligned for doubles, mean first. All are zero as yet. */
size_t standardisation_bytes(const strata_form *form, standardisation_how how);
void standardisation_place(standardisation *s, const strata_form *form, standardisation_how how, void *memory);

/* mean and std, from the first n_train examples of the data. STRATA_ERR_ARGUMENT for channels of what is no image. */
strata_status standardisation_find(standardisation *s, const strata_data *data, int n_train);

/* mean and std given (found, or from a model file): derives the rest. */
void standardisation_complete(standardisation *s);

/* Its arrays and its patches, as members of a mini-batch; the other members stay. */
void standardisation_give(const standardisation *s, minibatch *batch);

#endif
