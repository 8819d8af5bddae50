/*
 * Sheets of tiles: images of one shape, row after row with gaps between and around them, on white. Small images are enlarged by whole
 * pixels until their longer side has about 96, those of more than 192 are made smaller. Internal to the pictures of the laboratory.
 *
 *     +--------------------
 *     | gap
 *     |    +----+     +----+
 *     |    | 96 | gap | 96 | gap
 */
#ifndef STRATA_LAB_SHEET_H
#define STRATA_LAB_SHEET_H

#include <stdint.h>

#include "status.h"
#include "strata/data.h"

enum { SHEET_SIDE = 96, SHEET_SIDE_MOST = 192 };

typedef struct {
    strata_form form;
    int zoom, shrink;  /* pixels for one of the image, or pixels of the image for one, each way; one of them is 1 */
    int wide, tall;    /* a tile */
    int across, gap, width, height;
    uint8_t *rgb; /* [height x width x 3] */
} sheet;

/* An empty sheet for images of this form; sheet_free frees it. STRATA_ERR_DATA where examples are no images. */
strata_status sheet_new(const strata_form *form, int tiles, int most_across, int gap, sheet *s);

/* Draws an image, [channels][height][width] bytes, as tile number `tile`. */
void sheet_draw(const sheet *s, int tile, const uint8_t *planes);

/* The same of examples of a data set. Floats are drawn from the smallest value of all these images, black, to the largest. tile[j] is where
 * values[j] goes. */
strata_status sheet_draw_examples(const sheet *s, const void *const *values, const int *tile, size_t count);

strata_status sheet_save(const sheet *s, const char *path);
void sheet_free(sheet *s);

#endif
