/*
 * Pictures of what a network has learnt and where it errs, as PNG files: what text and curves cannot show. A failure leaves the path as it
 * was; a build without libpng fails with STRATA_ERR_INTERNAL, which callers take as a warning.
 */
#ifndef STRATA_LAB_PICTURE_H
#define STRATA_LAB_PICTURE_H

#include <stddef.h>

#include "status.h"
#include "strata/train.h"

enum {
    PICTURE_UNITS = 100,           /* drawn at most; fewer of images of more than 160,000 pixels: */
    PICTURE_WEIGHTS = 1 << 24,     /* so many weights at most */
    PICTURE_UNITS_ACROSS = 10,
    PICTURE_UNITS_GAP = 4,         /* white pixels between the images and around them */
    PICTURE_MISTAKES = 600,        /* drawn at most */
    PICTURE_MISTAKES_ACROSS = 6,   /* so that a phone shows them large enough */
    PICTURE_MISTAKES_GAP = 6,
};

/* The weights of the first layer as images of the data's shape, one for each unit: 0 is mid-grey (128), the largest absolute weight of that
 * unit 1 or 255. STRATA_ERR_DATA for a model whose weights are not finite, or whose data are no images. */
strata_status picture_weights(const strata_model *model, const char *path);

/* The test images that the list names, in its order. count >= 1. STRATA_ERR_DATA for data that are no images. */
strata_status picture_mistakes(const strata_data *data, const strata_mistake *list, size_t count, const char *path);

#endif
