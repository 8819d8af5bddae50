/* See sheet.h. */
#include "sheet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "image.h"

enum { WHITE = 255 };

strata_status sheet_new(const strata_form *form, int tiles, int most_across, int gap, sheet *s)
{
    void *rgb;
    if (form->channels == 0) {
        return status_fail(STRATA_ERR_DATA, "examples of %d feature%s are no images: there is nothing to draw", form->features,
                           form->features == 1 ? "" : "s");
    }
    int longer = form->width > form->height ? form->width : form->height;
    int zoom = longer < SHEET_SIDE ? SHEET_SIDE / longer : 1, shrink = (longer + SHEET_SIDE_MOST - 1) / SHEET_SIDE_MOST;
    int wide = (form->width + shrink - 1) / shrink * zoom, tall = (form->height + shrink - 1) / shrink * zoom;
    int across = tiles < most_across ? tiles : most_across, down = (tiles + across - 1) / across;
    *s = (sheet){ *form, zoom, shrink, wide, tall, across, gap, gap + across * (wide + gap), gap + down * (tall + gap), NULL };
    size_t bytes = (size_t)s->width * (size_t)s->height * 3;
    TRY(alloc_zero(&rgb, bytes, 1, "a picture"));
    memset(rgb, WHITE, bytes);
    s->rgb = rgb;
    return STRATA_OK;
}

/* The mean of the pixels of the image that become this one of the tile: one, unless the image is made smaller. */
static uint8_t pixel(const sheet *s, const uint8_t *plane, int x, int y)
{
    const strata_form *f = &s->form;
    int left = x / s->zoom * s->shrink, top = y / s->zoom * s->shrink, count = 0;
    long sum = 0;
    for (int v = top; v < top + s->shrink && v < f->height; v++) {
        for (int u = left; u < left + s->shrink && u < f->width; u++) {
            sum += plane[(size_t)v * (size_t)f->width + (size_t)u];
            count++;
        }
    }
    return (uint8_t)((sum + count / 2) / count);
}

void sheet_draw(const sheet *s, int tile, const uint8_t *planes)
{
    const strata_form *f = &s->form;
    size_t plane = (size_t)f->height * (size_t)f->width;
    int left = s->gap + tile % s->across * (s->wide + s->gap), top = s->gap + tile / s->across * (s->tall + s->gap);
    for (int y = 0; y < s->tall; y++) {
        uint8_t *to = s->rgb + ((size_t)(top + y) * (size_t)s->width + (size_t)left) * 3;
        if (y % s->zoom != 0) { /* as the row before */
            memcpy(to, to - (size_t)s->width * 3, (size_t)s->wide * 3);
            continue;
        }
        for (int x = 0; x < s->wide; x++) {
            for (size_t colour = 0; colour < 3; colour++) *to++ = pixel(s, planes + (f->channels == 3 ? colour * plane : 0), x, y);
        }
    }
}

static void find_range(const sheet *s, const float *const *values, size_t count, float *low, float *high)
{
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t j = 0; j < count; j++) {
        for (int e = 0; e < s->form.features; e++) {
            *low = fminf(*low, values[j][e]);
            *high = fmaxf(*high, values[j][e]);
        }
    }
}

static void draw_floats(const sheet *s, const float *const *values, const int *tile, size_t count, uint8_t *planes)
{
    float low, high;
    find_range(s, values, count, &low, &high);
    double range = (double)high - (double)low;
    for (size_t j = 0; j < count; j++) {
        for (int e = 0; e < s->form.features; e++) {
            planes[e] = (uint8_t)lround(range > 0 ? 255 * ((double)values[j][e] - (double)low) / range : 128);
        }
        sheet_draw(s, tile[j], planes);
    }
}

strata_status sheet_draw_examples(const sheet *s, const void *const *values, const int *tile, size_t count)
{
    void *planes;
    if (s->form.element == STRATA_BYTES) {
        for (size_t j = 0; j < count; j++) sheet_draw(s, tile[j], values[j]);
        return STRATA_OK;
    }
    TRY(alloc_zero(&planes, (size_t)s->form.features, 1, "an image"));
    draw_floats(s, (const float *const *)values, tile, count, planes);
    free(planes);
    return STRATA_OK;
}

strata_status sheet_save(const sheet *s, const char *path)
{
    void *bytes;
    size_t size;
    TRY(image_png(s->rgb, s->width, s->height, &bytes, &size));
    strata_status status = file_write(path, bytes, size);
    free(bytes);
    return status;
}

void sheet_free(sheet *s)
{
    free(s->rgb);
    s->rgb = NULL;
}
