/*
 * Pictures that are read: what image_png wrote and what libpng writes of every kind comes back pixel by pixel or is refused with what to
 * do; cut anywhere, and with any bit changed, it is refused.
 */
#include <stdlib.h>
#include <string.h>

#include "folder.h"
#include "image.h"

#if STRATA_PNG
#include <png.h>

enum { WIDTH = 5, HEIGHT = 4, MOST = 8192 };

typedef struct {
    int width, height, depth, type, interlace;
    bool key, texts; /* a transparent colour; a text and a profile of more bytes than a reader keeps */
} kind;

static uint8_t file[MOST], pixels[WIDTH * HEIGHT * 8];
static size_t size;

static void put_bytes(png_structp png, png_bytep bytes, size_t count)
{
    (void)png;
    assert_true(size + count <= MOST);
    memcpy(file + size, bytes, count);
    size += count;
}

static void flush(png_structp png)
{
    (void)png;
}

static void put_extras(png_structp png, png_infop info, const kind *k)
{
    static png_color palette[2] = { { 0, 0, 0 }, { 255, 255, 255 } };
    static char words[200], key[] = "Comment";
    if (k->type == PNG_COLOR_TYPE_PALETTE) png_set_PLTE(png, info, palette, 2);
    if (k->key) png_set_tRNS(png, info, NULL, 0, &(png_color_16){ .gray = 3, .red = 3, .green = 3, .blue = 3 });
    if (!k->texts) return;
    memset(words, 'w', sizeof words - 1);
    png_text texts[12];
    for (int t = 0; t < 12; t++) texts[t] = (png_text){ .compression = PNG_TEXT_COMPRESSION_NONE, .key = key, .text = words };
    png_set_text(png, info, texts, 12);
    png_set_gAMA(png, info, 0.5);
}

/* The file, by libpng. */
static void draw(const kind *k)
{
    size = 0;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    assert_non_null(info);
    png_set_write_fn(png, NULL, put_bytes, flush);
    png_set_IHDR(png, info, (png_uint_32)k->width, (png_uint_32)k->height, k->depth, k->type, k->interlace, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    put_extras(png, info, k);
    png_write_info(png, info);
    size_t row = png_get_rowbytes(png, info);
    png_bytep rows[HEIGHT + 1];
    for (int y = 0; y < k->height; y++) rows[y] = pixels + (size_t)y * row % (sizeof pixels - row);
    png_write_image(png, rows);
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
}

static int colours(void **state)
{
    (void)state;
    for (size_t e = 0; e < sizeof pixels; e++) pixels[e] = (uint8_t)(e * 37 + e / 7);
    return 0;
}

/* A block of just these bytes, so that a read behind them is seen. */
static strata_status read_first(size_t count, int channels, uint8_t *out)
{
    uint8_t *copy = malloc(count > 0 ? count : 1);
    assert_non_null(copy);
    memcpy(copy, file, count);
    strata_status status = image_read("a.png", copy, count, (image_shape){ WIDTH, HEIGHT, channels }, out);
    free(copy);
    return status;
}

static const kind grey = { WIDTH, HEIGHT, 8, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, false, false },
                  rgb = { WIDTH, HEIGHT, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, false, false };

static void pixels_come_back(void **state)
{
    (void)state;
    uint8_t out[WIDTH * HEIGHT * 3];
    for (int texts = 0; texts < 2; texts++) {
        for (int channels = 1; channels <= 3; channels += 2) {
            kind k = channels == 1 ? grey : rgb;
            k.texts = texts;
            draw(&k);
            memset(out, 0, sizeof out);
            CHECK_OK(read_first(size, channels, out));
            assert_memory_equal(out, pixels, (size_t)(WIDTH * HEIGHT * channels));
        }
    }
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    void *bytes;
    size_t count;
    uint8_t out[WIDTH * HEIGHT * 3];
    CHECK_OK(image_png(pixels, WIDTH, HEIGHT, &bytes, &count));
    assert_true(image_is_png(bytes, count) && !image_is_png(bytes, IMAGE_MAGIC - 1));
    CHECK_OK(image_read("b", bytes, count, (image_shape){ WIDTH, HEIGHT, 3 }, out));
    assert_memory_equal(out, pixels, sizeof out);
    free(bytes);
}

static void assert_refused(const kind *k, int channels, const char *word)
{
    uint8_t out[WIDTH * HEIGHT * 3];
    draw(k);
    assert_failed(read_first(size, channels, out), STRATA_ERR_DATA, word);
    assert_non_null(strstr(strata_error(), "a.png: "));
}

static void other_kinds_are_refused(void **state)
{
    (void)state;
    kind k = grey;
    assert_refused(&grey, 3, "is grey of 8 bits, where RGB of 8 bits is due");
    assert_refused(&rgb, 1, "is RGB of 8 bits, where grey of 8 bits is due");
    k.depth = 16, assert_refused(&k, 1, "grey of 16 bits");
    k.depth = 1, assert_refused(&k, 1, "grey of 1 bits");
    k = rgb, k.depth = 16, assert_refused(&k, 3, "RGB of 16 bits");
    k = rgb, k.type = PNG_COLOR_TYPE_RGB_ALPHA, assert_refused(&k, 3, "RGB with transparency of 8 bits");
    k.type = PNG_COLOR_TYPE_GRAY_ALPHA, assert_refused(&k, 1, "grey with transparency");
    k.type = PNG_COLOR_TYPE_PALETTE, k.depth = 1, assert_refused(&k, 3, "a palette of 1 bits");
    k = rgb, k.interlace = PNG_INTERLACE_ADAM7, assert_refused(&k, 3, "interlaced");
    k = rgb, k.key = true, assert_refused(&k, 3, "transparent");
    k = grey, k.width = WIDTH - 1, assert_refused(&k, 1, "is 4 x 4 pixels (width x height), where 5 x 4 are due");
    k = grey, k.width = HEIGHT, k.height = WIDTH, assert_refused(&k, 1, "is 4 x 5 pixels");
    k = grey, k.height = HEIGHT - 1, assert_refused(&k, 1, "is 5 x 3 pixels");
}

static void every_cut_is_refused(void **state)
{
    (void)state;
    uint8_t out[WIDTH * HEIGHT * 3];
    draw(&rgb);
    for (size_t count = 0; count < size; count++) assert_failed(read_first(count, 3, out), STRATA_ERR_DATA, "a.png: ");
    file[size] = 'x';
    assert_failed(read_first(size + 1, 3, out), STRATA_ERR_DATA, "1 bytes follow its end");
}

/* The check of each chunk sees every one. */
static void every_changed_bit_is_refused(void **state)
{
    (void)state;
    uint8_t out[WIDTH * HEIGHT * 3];
    kind k = rgb;
    k.texts = true;
    draw(&k);
    for (size_t bit = 0; bit < 8 * size; bit++) {
        file[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_failed(read_first(size, 3, out), STRATA_ERR_DATA, "a.png: ");
        file[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    CHECK_OK(read_first(size, 3, out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pixels_come_back),     cmocka_unit_test(what_is_written_is_read),      cmocka_unit_test(other_kinds_are_refused),
        cmocka_unit_test(every_cut_is_refused), cmocka_unit_test(every_changed_bit_is_refused),
    };
    return cmocka_run_group_tests(tests, colours, NULL);
}

#else

static void pictures_are_refused_with_what_is_missing(void **state)
{
    (void)state;
    uint8_t out[1];
    static const uint8_t head[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R',
                                    0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0 };
    assert_failed(image_read("a", head, sizeof head, (image_shape){ 1, 1, 1 }, out), STRATA_ERR_INTERNAL, "libpng-dev");
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(pictures_are_refused_with_what_is_missing) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
#endif
