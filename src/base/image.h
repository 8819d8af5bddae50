/*
 * Pictures as PNG (the one user of libpng is image.c). The same pixels make the same bytes: no time, no text, fixed compression. What is
 * read is compared with what is due before libpng sees it.
 */
#ifndef STRATA_BASE_IMAGE_H
#define STRATA_BASE_IMAGE_H

#include <stdbool.h>
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

/* Do these first bytes of a file begin a PNG? */
enum { IMAGE_MAGIC = 8 };
bool image_is_png(const uint8_t *bytes, size_t size);

/* What a picture must be. */
typedef struct {
    int width, height;
    int channels; /* 1: grey, 3: RGB; 8 bits each */
} image_shape;

/*
 * The pixels of a whole PNG file in memory, which must be of this shape, into out [height x width x channels], rows from the top: the
 * numbers as they are stored, whatever colour space the file names. `path` is for the sentence. STRATA_ERR_DATA for another shape,
 * palettes, 16 bits, transparency, interlacing, and damage; STRATA_ERR_MEMORY; STRATA_ERR_INTERNAL by a build without libpng.
 */
strata_status image_read(const char *path, const uint8_t *bytes, size_t size, image_shape due, uint8_t *out);

#endif
