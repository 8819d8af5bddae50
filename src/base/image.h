/*
 * Pictures as PNG (the one user of libpng is image.c). The same pixels make the same bytes: no time, no text, fixed compression.
 */
#ifndef STRATA_BASE_IMAGE_H
#define STRATA_BASE_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "status.h"

enum { IMAGE_SIDE = 32767 }; /* the most pixels of a side */

/*
 * rgb [height x width x 3], rows from the top, 8 bits each, becomes a PNG in memory: *bytes, to be freed by the caller, and *size. On
 * failure both are as they were. A build without libpng fails with STRATA_ERR_INTERNAL and says how to get it; callers whose results are
 * complete without a picture make that a warning.
 */
strata_status image_png(const uint8_t *rgb, int width, int height, void **bytes, size_t *size);

#endif
