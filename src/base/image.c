/*
 * PNG by libpng, into memory. libpng leaves by longjmp when it fails: everything that must be freed hangs on one struct that its caller
 * owns, and the function that calls setjmp has no other variables than its parameters.
 */
#include "image.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#if STRATA_PNG
#include <png.h>

typedef struct {
    png_structp png;
    png_infop info;
    uint8_t *bytes;
    size_t size, room;
    bool no_memory;
    char why[128]; /* libpng's own words */
} writer;

static void on_error(png_structp png, png_const_charp why)
{
    writer *w = png_get_error_ptr(png);
    size_t length = strnlen(why, sizeof w->why - 1);
    memcpy(w->why, why, length);
    w->why[length] = '\0';
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp why)
{
    (void)png, (void)why; /* the library prints nothing */
}

static void on_bytes(png_structp png, png_bytep bytes, size_t count)
{
    writer *w = png_get_io_ptr(png);
    if (w->size + count > w->room) {
        size_t room = 2 * (w->size + count) + 4096;
        uint8_t *more = realloc(w->bytes, room);
        w->no_memory = more == NULL;
        if (w->no_memory) png_error(png, "no memory");
        w->bytes = more;
        w->room = room;
    }
    memcpy(w->bytes + w->size, bytes, count);
    w->size += count;
}

static void on_flush(png_structp png)
{
    (void)png;
}

/* Rows are written as differences to the row above: in enlarged pictures most of them are zero. */
static void write_picture(const writer *w, const uint8_t *rgb, int width, int height)
{
    png_set_IHDR(w->png, w->info, (png_uint_32)width, (png_uint_32)height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_compression_level(w->png, 9);
    png_set_filter(w->png, PNG_FILTER_TYPE_BASE, PNG_FILTER_UP);
    png_write_info(w->png, w->info);
    for (int y = 0; y < height; y++) png_write_row(w->png, rgb + (size_t)y * (size_t)width * 3);
    png_write_end(w->png, w->info);
}

/* false: libpng left. */
static bool wrote_picture(writer *w, const uint8_t *rgb, int width, int height)
{
    if (setjmp(png_jmpbuf(w->png)) != 0) return false;
    png_set_write_fn(w->png, w, on_bytes, on_flush);
    write_picture(w, rgb, width, height);
    return true;
}

strata_status image_png(const uint8_t *rgb, int width, int height, void **bytes, size_t *size)
{
    REQUIRE(rgb != NULL && bytes != NULL && size != NULL);
    REQUIRE(width >= 1 && width <= IMAGE_SIDE && height >= 1 && height <= IMAGE_SIDE);
    writer w = { .png = NULL };
    w.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &w, on_error, on_warning);
    w.info = w.png != NULL ? png_create_info_struct(w.png) : NULL;
    w.no_memory = w.info == NULL;
    bool good = !w.no_memory && wrote_picture(&w, rgb, width, height);
    png_destroy_write_struct(&w.png, &w.info);
    if (good) {
        *bytes = w.bytes;
        *size = w.size;
        return STRATA_OK;
    }
    free(w.bytes);
    if (w.no_memory) return status_fail(STRATA_ERR_MEMORY, "no memory for a picture of %d x %d pixels", width, height);
    return status_fail(STRATA_ERR_INTERNAL, "a picture of %d x %d pixels: libpng fails: %s", width, height, w.why);
}

#else

strata_status image_png(const uint8_t *rgb, int width, int height, void **bytes, size_t *size)
{
    REQUIRE(rgb != NULL && bytes != NULL && size != NULL);
    REQUIRE(width >= 1 && width <= IMAGE_SIDE && height >= 1 && height <= IMAGE_SIDE);
    return status_fail(STRATA_ERR_INTERNAL, "this build writes no pictures; install libpng-dev and build again");
}

#endif
