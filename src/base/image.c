/*
 * PNG by libpng, into memory and out of it. libpng leaves by longjmp when it fails: everything that must be freed hangs on one struct that
 * its caller owns, and the function that calls setjmp has no other variables than its parameters.
 */
#include "image.h"

#include <stdlib.h>
#include <string.h>

/* ---- what a file says before libpng is asked ----------------------------------------------------------------------------------------- */

static const uint8_t magic[IMAGE_MAGIC] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };

enum { WIDTH_AT = IMAGE_MAGIC + 8, HEIGHT_AT = WIDTH_AT + 4, DEPTH_AT = HEIGHT_AT + 4, COLOUR_AT, INTERLACE_AT = COLOUR_AT + 3, HEAD };

bool image_is_png(const uint8_t *bytes, size_t size)
{
    return size >= IMAGE_MAGIC && memcmp(bytes, magic, IMAGE_MAGIC) == 0;
}

/* PNG's types of colour; NULL: there is none. */
static const char *colour_words(int type)
{
    static const char *const words[] = { "grey", NULL, "RGB", "a palette", "grey with transparency", NULL, "RGB with transparency" };
    return type < (int)(sizeof words / sizeof *words) ? words[type] : NULL;
}

static strata_status check_kind(const char *path, const uint8_t *head, int channels)
{
    int depth = head[DEPTH_AT], type = head[COLOUR_AT];
    const char *due = channels == 1 ? "grey" : "RGB", *words = colour_words(type);
    if (words == NULL) return status_fail(STRATA_ERR_DATA, "%.200s: byte %d, its kind of colour, is %d: none", path, COLOUR_AT, type);
    if (depth != 8 || type != (channels == 1 ? 0 : 2)) {
        return status_fail(STRATA_ERR_DATA, "%.200s: is %s of %d bits, where %s of 8 bits is due; save it as 8-bit %s without transparency",
                           path, words, depth, due, due);
    }
    if (head[INTERLACE_AT] == 0) return STRATA_OK;
    return status_fail(STRATA_ERR_DATA, "%.200s: is interlaced, which is not read; save it without", path);
}

static uint32_t number_at(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static strata_status check_head(const char *path, const uint8_t *bytes, size_t size, image_shape due)
{
    static const uint8_t first[8] = { 0, 0, 0, 13, 'I', 'H', 'D', 'R' };
    if (!image_is_png(bytes, size)) return status_fail(STRATA_ERR_DATA, "%.200s: is no PNG: it does not begin as one", path);
    if (size < HEAD || memcmp(bytes + IMAGE_MAGIC, first, sizeof first) != 0) {
        return status_fail(STRATA_ERR_DATA, "%.200s: is a PNG without its head, IHDR, at byte %d: is it cut off?", path, IMAGE_MAGIC);
    }
    uint32_t width = number_at(bytes + WIDTH_AT), height = number_at(bytes + HEIGHT_AT);
    if (width != (uint32_t)due.width || height != (uint32_t)due.height) {
        return status_fail(STRATA_ERR_DATA, "%.200s: is %u x %u pixels (width x height), where %d x %d are due; scale or cut it to that",
                           path, width, height, due.width, due.height);
    }
    return check_kind(path, bytes, due.channels);
}

#if STRATA_PNG
#include <png.h>

enum { WHY = 128 };

/* libpng's own words into the char[WHY] that it was given. */
static void on_error(png_structp png, png_const_charp words)
{
    char *why = png_get_error_ptr(png);
    size_t length = strnlen(words, WHY - 1);
    memcpy(why, words, length);
    why[length] = '\0';
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp why)
{
    (void)png, (void)why; /* the library prints nothing */
}

/* ---- writing ------------------------------------------------------------------------------------------------------------------------- */

typedef struct {
    png_structp png;
    png_infop info;
    uint8_t *bytes;
    size_t size, room;
    bool no_memory;
    char why[WHY];
} writer;

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
    w.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, w.why, on_error, on_warning);
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

/* ---- reading ------------------------------------------------------------------------------------------------------------------------- */

typedef struct {
    png_structp png;
    png_infop info;
    const uint8_t *bytes;
    size_t size, at;
    bool transparent, no_memory;
    char why[WHY];
} reader;

/* libpng's own, but for the remark: its words do not tell want of memory from damage. */
static png_voidp on_take(png_structp png, png_alloc_size_t size)
{
    reader *r = png_get_mem_ptr(png);
    void *block = malloc(size);
    r->no_memory = r->no_memory || block == NULL;
    return block;
}

static void on_give_back(png_structp png, png_voidp block)
{
    (void)png;
    free(block);
}

static void on_more(png_structp png, png_bytep out, size_t count)
{
    reader *r = png_get_io_ptr(png);
    if (count > r->size - r->at) png_error(png, "the file ends too early: is it cut off?");
    memcpy(out, r->bytes + r->at, count);
    r->at += count;
}

/* What is not needed for the pixels may be large: texts and profiles are not kept, and no chunk but IDAT may have 64 KiB. */
static void set_limits(const reader *r, image_shape due)
{
    png_set_user_limits(r->png, (png_uint_32)due.width, (png_uint_32)due.height);
    png_set_chunk_malloc_max(r->png, 1 << 16);
    png_set_chunk_cache_max(r->png, 1);
    png_set_crc_action(r->png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
}

static void read_pixels(reader *r, image_shape due, uint8_t *out)
{
    size_t row = (size_t)due.width * (size_t)due.channels;
    set_limits(r, due);
    png_read_info(r->png, r->info);
    if (png_get_rowbytes(r->png, r->info) != row) png_error(r->png, "its rows have another length"); /* its head was looked at: cannot be */
    r->transparent = png_get_valid(r->png, r->info, PNG_INFO_tRNS) != 0;
    for (int y = 0; y < due.height; y++) png_read_row(r->png, out + (size_t)y * row, NULL);
    png_read_end(r->png, r->info);
}

/* false: libpng left. */
static bool took_pixels(reader *r, image_shape due, uint8_t *out)
{
    if (setjmp(png_jmpbuf(r->png)) != 0) return false;
    png_set_read_fn(r->png, r, on_more);
    read_pixels(r, due, out);
    return true;
}

strata_status image_read(const char *path, const uint8_t *bytes, size_t size, image_shape due, uint8_t *out)
{
    REQUIRE(path != NULL && bytes != NULL && out != NULL);
    REQUIRE(due.width >= 1 && due.width <= IMAGE_SIDE && due.height >= 1 && due.height <= IMAGE_SIDE);
    REQUIRE(due.channels == 1 || due.channels == 3);
    TRY(check_head(path, bytes, size, due));
    reader r = { .bytes = bytes, .size = size };
    r.png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, r.why, on_error, on_warning, &r, on_take, on_give_back);
    r.info = r.png != NULL ? png_create_info_struct(r.png) : NULL;
    bool good = r.info != NULL && took_pixels(&r, due, out);
    png_destroy_read_struct(&r.png, &r.info, NULL);
    if (r.no_memory) return status_fail(STRATA_ERR_MEMORY, "no memory to read a picture");
    if (!good) return status_fail(STRATA_ERR_DATA, "%.200s: is a damaged PNG, at byte %zu or before: %s", path, r.at, r.why);
    if (r.transparent) return status_fail(STRATA_ERR_DATA, "%.200s: has a transparent colour; save it without transparency", path);
    if (r.at == size) return STRATA_OK;
    return status_fail(STRATA_ERR_DATA, "%.200s: %zu bytes follow its end", path, size - r.at);
}

#else

strata_status image_png(const uint8_t *rgb, int width, int height, void **bytes, size_t *size)
{
    REQUIRE(rgb != NULL && bytes != NULL && size != NULL);
    REQUIRE(width >= 1 && width <= IMAGE_SIDE && height >= 1 && height <= IMAGE_SIDE);
    return status_fail(STRATA_ERR_INTERNAL, "this build writes no pictures; install libpng-dev and build again");
}

strata_status image_read(const char *path, const uint8_t *bytes, size_t size, image_shape due, uint8_t *out)
{
    REQUIRE(path != NULL && bytes != NULL && out != NULL);
    TRY(check_head(path, bytes, size, due));
    return status_fail(STRATA_ERR_INTERNAL, "this build reads no pictures; install libpng-dev and build again");
}

#endif
