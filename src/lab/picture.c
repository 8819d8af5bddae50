/*
 * Pictures are sheets of tiles: images of 32 x 32 enlarged by whole pixels, row after row with gaps between and around them, on white.
 *
 *     +--------------------
 *     | gap
 *     |    +----+     +----+
 *     |    | 96 | gap | 96 | gap
 */
#include "picture.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "image.h"
#include "model.h"

enum { SIDE = 32, PLANE = SIDE * SIDE, TILE = PICTURE_ZOOM * SIDE, WHITE = 255 };

/* ---- sheets ------------------------------------------------------------------------------------------------------------------------- */

typedef struct {
    int across, gap, width, height;
    uint8_t *rgb; /* [height x width x 3] */
} sheet;

static strata_status sheet_new(int tiles, int most_across, int gap, sheet *s)
{
    void *rgb;
    int across = tiles < most_across ? tiles : most_across, down = (tiles + across - 1) / across;
    *s = (sheet){ across, gap, gap + across * (TILE + gap), gap + down * (TILE + gap), NULL };
    size_t bytes = (size_t)s->width * (size_t)s->height * 3;
    TRY(alloc_zero(&rgb, bytes, 1, "a picture"));
    memset(rgb, WHITE, bytes);
    s->rgb = rgb;
    return STRATA_OK;
}

/* Draws an image, planes R, G, B, as tile number `tile`. */
static void sheet_draw(const sheet *s, int tile, const uint8_t *planes)
{
    int left = s->gap + tile % s->across * (TILE + s->gap), top = s->gap + tile / s->across * (TILE + s->gap);
    for (int y = 0; y < TILE; y++) {
        uint8_t *to = s->rgb + ((size_t)(top + y) * (size_t)s->width + (size_t)left) * 3;
        const uint8_t *from = planes + y / PICTURE_ZOOM * SIDE;
        for (int x = 0; x < TILE; x++) {
            for (int colour = 0; colour < 3; colour++) *to++ = from[colour * PLANE + x / PICTURE_ZOOM];
        }
    }
}

static strata_status sheet_save(const sheet *s, const char *path)
{
    void *bytes;
    size_t size;
    TRY(image_png(s->rgb, s->width, s->height, &bytes, &size));
    strata_status status = file_write(path, bytes, size);
    free(bytes);
    return status;
}

/* ---- weights ------------------------------------------------------------------------------------------------------------------------ */

/* The weights of one unit as pixels. */
static strata_status unit_input(const float *w, int unit, uint8_t *planes)
{
    float largest = 0;
    for (int e = 0; e < STRATA_PIXELS; e++) {
        if (!isfinite(w[e])) {
            return status_fail(STRATA_ERR_DATA, "unit %d has a weight that is %g: no picture shows that; train with a smaller eta_max",
                               unit + 1, (double)w[e]);
        }
        largest = fmaxf(largest, fabsf(w[e]));
    }
    for (int e = 0; e < STRATA_PIXELS; e++) planes[e] = (uint8_t)lroundf(128 + 127 * (largest > 0 ? w[e] / largest : 0));
    return STRATA_OK;
}

static strata_status draw_units(const sheet *s, const float *W, int units)
{
    uint8_t planes[STRATA_PIXELS];
    for (int u = 0; u < units; u++) {
        TRY(unit_input(W + (size_t)u * STRATA_PIXELS, u, planes));
        sheet_draw(s, u, planes);
    }
    return STRATA_OK;
}

strata_status picture_weights(const strata_model *model, const char *path)
{
    static const char tensor[] = "layer1.W";
    int rows, cols;
    void *W;
    sheet s;
    REQUIRE(model != NULL && path != NULL);
    TRY(strata_model_tensor(model, tensor, &rows, &cols, NULL));
    if (cols != STRATA_PIXELS) return status_fail(STRATA_ERR_DATA, "%s has %d columns where an image has %d", tensor, cols, STRATA_PIXELS);
    int units = rows < PICTURE_UNITS ? rows : PICTURE_UNITS;
    TRY(alloc_zero(&W, (size_t)units * STRATA_PIXELS, sizeof(float), tensor));
    strata_status status = model_tensor_rows(model, tensor, units, &rows, &cols, W);
    if (status == STRATA_OK) status = sheet_new(units, PICTURE_UNITS_ACROSS, PICTURE_UNITS_GAP, &s);
    if (status == STRATA_OK) {
        status = draw_units(&s, W, units);
        if (status == STRATA_OK) status = sheet_save(&s, path);
        free(s.rgb);
    }
    free(W);
    return status;
}

/* ---- mistakes ----------------------------------------------------------------------------------------------------------------------- */

static strata_status draw_mistakes(const sheet *s, const strata_data *data, const strata_mistake *list, int count)
{
    for (int m = 0; m < count; m++) {
        const uint8_t *planes;
        int label;
        TRY(strata_data_test_image(data, list[m].image, &planes, &label));
        sheet_draw(s, m, planes);
    }
    return STRATA_OK;
}

strata_status picture_mistakes(const strata_data *data, const strata_mistake *list, size_t count, const char *path)
{
    sheet s;
    REQUIRE(data != NULL && list != NULL && count >= 1 && path != NULL);
    int drawn = count < PICTURE_MISTAKES ? (int)count : PICTURE_MISTAKES;
    TRY(sheet_new(drawn, PICTURE_MISTAKES_ACROSS, PICTURE_MISTAKES_GAP, &s));
    strata_status status = draw_mistakes(&s, data, list, drawn);
    if (status == STRATA_OK) status = sheet_save(&s, path);
    free(s.rgb);
    return status;
}
