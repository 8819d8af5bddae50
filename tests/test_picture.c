/*
 * Pictures, read back by libpng's own reader and compared pixel by pixel: exact bytes for images of any size, the tiles of a trained
 * model's weights, of test images and of a contact sheet at their places, images of any shape, and every failure. realloc is wrapped, so
 * that memory can run out inside libpng.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmocka_strata.h"
#include "contact.h"
#include "dataset.h"
#include "image.h"
#include "picture.h"
#include "small.h"
#include "stored.h"

static bool realloc_fails;

void *__real_realloc(void *at, size_t size);
void *__wrap_realloc(void *at, size_t size);

void *__wrap_realloc(void *at, size_t size)
{
    return realloc_fails ? NULL : __real_realloc(at, size);
}

static const strata_mistake first_image = { 0, 0, 1, 0.5 };

#if STRATA_PNG
#include <png.h>

typedef struct {
    int width, height;
    uint8_t *rgb;
} picture;

/* ---- reading back -------------------------------------------------------------------------------------------------------------------- */

static picture decoded(const void *bytes, size_t size)
{
    png_image header = { .version = PNG_IMAGE_VERSION };
    if (png_image_begin_read_from_memory(&header, bytes, size) == 0) fail_msg("no PNG: %s", header.message);
    assert_int_equal(header.format, PNG_FORMAT_RGB); /* neither alpha nor grey nor a palette nor 16 bits */
    picture p = { (int)header.width, (int)header.height, malloc(PNG_IMAGE_SIZE(header)) };
    assert_non_null(p.rgb);
    if (png_image_finish_read(&header, NULL, p.rgb, 0, NULL) == 0) fail_msg("a damaged PNG: %s", header.message);
    return p;
}

static picture decoded_file(const char *path)
{
    static uint8_t bytes[1 << 24];
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    size_t size = fread(bytes, 1, sizeof bytes, f);
    assert_true(size < sizeof bytes && fclose(f) == 0);
    return decoded(bytes, size);
}

static int at(const picture *p, int x, int y, int colour)
{
    return p->rgb[3 * (y * p->width + x) + colour];
}

/* ---- image_png ----------------------------------------------------------------------------------------------------------------------- */

static void assert_round_trip(int width, int height)
{
    size_t count = (size_t)width * (size_t)height * 3, size = 0, again_size = 0;
    void *bytes = NULL, *again = NULL;
    uint8_t *rgb = malloc(count);
    assert_non_null(rgb);
    for (size_t e = 0; e < count; e++) rgb[e] = (uint8_t)(e * e * 2654435761u >> 7);
    CHECK_OK(image_png(rgb, width, height, &bytes, &size));
    CHECK_OK(image_png(rgb, width, height, &again, &again_size));
    assert_int_equal(size, again_size);
    assert_memory_equal(bytes, again, size);
    picture p = decoded(bytes, size);
    assert_int_equal(p.width, width);
    assert_int_equal(p.height, height);
    assert_memory_equal(p.rgb, rgb, count);
    free(p.rgb), free(bytes), free(again), free(rgb);
}

static void any_size_comes_back_as_it_was(void **state)
{
    static const int sizes[][2] = { { 1, 1 }, { 1, 7 }, { 7, 1 }, { 3, 2 }, { 13, 11 }, { 255, 257 }, { 32767, 1 }, { 1, 32767 } };
    (void)state;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) assert_round_trip(sizes[s][0], sizes[s][1]);
}

/* The chunks by hand: the length, the name and the check of each, and none that tells when or by what it was made. */
static void only_what_a_picture_needs(void **state)
{
    static const uint8_t rgb[6] = { 255, 0, 0, 0, 0, 255 };
    static const uint8_t head[33] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R', 0, 0, 0, 2,
                                      0, 0, 0, 1, 8, 2, 0, 0, 0, 0x7b, 0x40, 0xe8, 0xdd };
    void *bytes;
    size_t size;
    char names[64] = "";
    (void)state;
    CHECK_OK(image_png(rgb, 2, 1, &bytes, &size));
    const uint8_t *b = bytes;
    assert_memory_equal(b, head, sizeof head);
    for (size_t place = 8; place < size;) {
        size_t length = (size_t)b[place + 2] << 8 | b[place + 3];
        (void)snprintf(names + strlen(names), sizeof names - strlen(names), "%.4s ", (const char *)b + place + 4);
        place += 12 + length;
    }
    assert_string_equal(names, "IHDR IDAT IEND ");
    free(bytes);
}

static void memory_may_run_out(void **state)
{
    static uint8_t rgb[3 * 100 * 100];
    void *bytes = rgb;
    size_t size = 7;
    (void)state;
    realloc_fails = true;
    strata_status status = image_png(rgb, 100, 100, &bytes, &size);
    realloc_fails = false;
    assert_failed(status, STRATA_ERR_MEMORY, "100 x 100");
    assert_true(bytes == rgb && size == 7);
}

/* ---- weights ------------------------------------------------------------------------------------------------------------------------- */

static strata_run *trained(const char *hidden)
{
    const char *words[] = { hidden, "cycles=1", "n_s=2", "threads=1", NULL };
    strata_run *run = NULL;
    strata_config *config = small_config(words);
    CHECK_OK(strata_train(1, (const strata_config *const *)&config, small_data(), 1, NULL, &run));
    strata_config_free(config);
    return run;
}

/* Is this pixel of the sheet where tile (column, row) shows something? Then its place in that image. */
static int pixel_of(int x, int y, int gap, int *column, int *row)
{
    int tile = 96 + gap;
    *column = (x - gap) / tile;
    *row = (y - gap) / tile;
    if (x < gap || y < gap || (x - gap) % tile >= 96 || (y - gap) % tile >= 96) return -1;
    return (y - gap) % tile / 3 * 32 + (x - gap) % tile / 3;
}

static float largest_of(const float *w)
{
    float largest = 0;
    for (int e = 0; e < 3072; e++) largest = fmaxf(largest, fabsf(w[e]));
    return largest;
}

/* Every pixel of the picture of these weights, by the words of picture.h. */
static void assert_shows_weights(const picture *p, const float *W, int units)
{
    float largest[100];
    int seen_least = 0, seen_most = 0;
    for (int u = 0; u < units; u++) largest[u] = largest_of(W + (size_t)u * 3072);
    for (int y = 0; y < p->height; y++) {
        for (int x = 0; x < p->width; x++) {
            int column, row, place = pixel_of(x, y, 4, &column, &row), unit = 10 * row + column;
            for (int colour = 0; colour < 3; colour++) {
                int found = at(p, x, y, colour);
                if (place < 0 || unit >= units) {
                    assert_int_equal(found, 255);
                    continue;
                }
                double due = 128 + 127 * (double)W[unit * 3072 + colour * 1024 + place] / (double)largest[unit];
                if (!(fabs(found - due) <= 0.5001)) fail_msg("unit %d pixel %d colour %d: %d for %g", unit, place, colour, found, due);
                seen_least += found == 1;
                seen_most += found == 255;
            }
        }
    }
    assert_true(seen_least + seen_most >= 9 * units);
}

static void assert_picture_of(const char *hidden, int units, int width, int height)
{
    int rows = 0, cols = 0;
    strata_run *run = trained(hidden);
    const strata_model *model = strata_run_model(run);
    CHECK_OK(strata_model_tensor(model, "layer1.W", &rows, &cols, NULL));
    float *W = calloc((size_t)rows * (size_t)cols, sizeof *W);
    assert_non_null(W);
    CHECK_OK(strata_model_tensor(model, "layer1.W", &rows, &cols, W));
    CHECK_OK(picture_weights(model, in_folder("weights.png")));
    picture p = decoded_file(in_folder("weights.png"));
    assert_int_equal(p.width, width);
    assert_int_equal(p.height, height);
    assert_shows_weights(&p, W, units);
    free(p.rgb), free(W);
    strata_run_free(run);
}

static void weights_are_drawn_unit_by_unit(void **state)
{
    (void)state;
    assert_picture_of("hidden=[3]", 3, 4 + 3 * 100, 4 + 100);
    assert_picture_of("hidden=[13,5]", 13, 4 + 10 * 100, 4 + 2 * 100);
    assert_picture_of("hidden=[]", 10, 4 + 10 * 100, 4 + 100);
}

/* A filter of a patch layer is a picture of 8 x 8 pixels, each of them 12 wide. */
static void filters_are_drawn_patch_by_patch(void **state)
{
    static const char *const words[] = { "patch=8", "filters=3", "hidden=[2]", "cycles=1", "n_s=2", NULL };
    float W[3 * 192], largest[3] = { 0 };
    strata_run *run;
    strata_config *config = small_config(words);
    (void)state;
    CHECK_OK(strata_train(1, (const strata_config *const *)&config, small_data(), 1, NULL, &run));
    CHECK_OK(strata_model_tensor(strata_run_model(run), "layer1.W", NULL, NULL, W));
    CHECK_OK(picture_weights(strata_run_model(run), in_folder("weights.png")));
    picture p = decoded_file(in_folder("weights.png"));
    assert_true(p.width == 4 + 3 * 100 && p.height == 4 + 100);
    for (int e = 0; e < 3 * 192; e++) largest[e / 192] = fmaxf(largest[e / 192], fabsf(W[e]));
    for (int e = 0; e < 3 * 192; e++) {
        int unit = e / 192, colour = e % 192 / 64, y = e % 64 / 8, x = e % 8;
        double due = 128 + 127 * (double)W[e] / (double)largest[unit];
        assert_true(fabs(at(&p, 4 + 100 * unit + 12 * x, 4 + 12 * y, colour) - due) <= 0.5001);
        assert_true(fabs(at(&p, 4 + 100 * unit + 12 * x + 11, 4 + 12 * y + 11, colour) - due) <= 0.5001);
    }
    free(p.rgb);
    strata_config_free(config);
    strata_run_free(run);
}

static void at_most_a_hundred_units(void **state)
{
    (void)state;
    assert_picture_of("hidden=[103]", 100, 4 + 10 * 100, 4 + 10 * 100);
}

/* ---- mistakes ------------------------------------------------------------------------------------------------------------------------ */

static void mistakes_are_drawn_in_the_lists_order(void **state)
{
    static const long order[] = { 41, 0, 99, 7, 7, 63, 12 };
    strata_mistake list[7];
    (void)state;
    for (int m = 0; m < 7; m++) list[m] = (strata_mistake){ order[m], 1, 2, 0.9 };
    CHECK_OK(picture_mistakes(small_data(), list, 7, in_folder("mistakes.png")));
    picture p = decoded_file(in_folder("mistakes.png"));
    assert_int_equal(p.width, 6 + 6 * 102);
    assert_int_equal(p.height, 6 + 2 * 102);
    for (int y = 0; y < p.height; y++) {
        for (int x = 0; x < p.width; x++) {
            int column, row, label, place = pixel_of(x, y, 6, &column, &row), tile = 6 * row + column;
            const uint8_t *image = NULL;
            if (place >= 0 && tile < 7) CHECK_OK(strata_data_test_image(small_data(), order[tile], &image, &label));
            for (int colour = 0; colour < 3; colour++) {
                assert_int_equal(at(&p, x, y, colour), image != NULL ? image[colour * 1024 + place] : 255);
            }
        }
    }
    free(p.rgb);
}

static void narrow_and_long_lists(void **state)
{
    static strata_mistake list[700];
    (void)state;
    CHECK_OK(picture_mistakes(small_data(), list, 2, in_folder("two.png")));
    picture p = decoded_file(in_folder("two.png"));
    assert_true(p.width == 6 + 2 * 102 && p.height == 6 + 102);
    free(p.rgb);
    CHECK_OK(picture_mistakes(small_data(), list, 700, in_folder("many.png")));
    p = decoded_file(in_folder("many.png"));
    assert_true(p.width == 6 + 6 * 102 && p.height == 6 + 100 * 102);
    free(p.rgb);
}

/* ---- any shape ----------------------------------------------------------------------------------------------------------------------- */

enum { SOME = 30 }; /* examples of each part */

/* Images of the classes 0, 1, 2, 0, ...; all pixels of example j are 10 * (j % 3), but for the first: j. Floats are 20 less. */
static strata_data *images_of(strata_element element, int height, int width, int channels)
{
    strata_data *data = NULL;
    size_t features = (size_t)height * (size_t)width * (size_t)channels;
    examples e = { .form = { element, (int)features, height, width, channels, 3 } };
    CHECK_OK(examples_take(&e, SOME, SOME, true));
    for (size_t j = 0; j < 2 * SOME; j++) {
        for (size_t q = 0; q < features; q++) {
            size_t value = q == 0 ? j : 10 * (j % 3);
            if (element == STRATA_BYTES) e.bytes[j * features + q] = (uint8_t)value;
            else e.floats[j * features + q] = (float)value - 20;
        }
        e.label[j] = (uint16_t)(j % 3);
    }
    CHECK_OK(data_from_examples(&e, &(strata_data_source){ .size = sizeof(strata_data_source), .name = "some" }, "memory", &data));
    return data;
}

static picture sheet_of(strata_data *data, const strata_mistake *list, size_t count)
{
    if (list != NULL) CHECK_OK(picture_mistakes(data, list, count, in_folder("any.png")));
    else CHECK_OK(contact_sheet(data, in_folder("any.png")));
    return decoded_file(in_folder("any.png"));
}

/* 8 x 8 in grey is enlarged twelve times, the same value in all colours. */
static void small_grey_images_are_enlarged(void **state)
{
    (void)state;
    strata_data *data = images_of(STRATA_BYTES, 8, 8, 1);
    static const strata_mistake list[] = { { 4, 0, 1, 0.5 }, { 2, 0, 1, 0.5 } };
    picture p = sheet_of(data, list, 2);
    assert_true(p.width == 6 + 2 * 102 && p.height == 6 + 102);
    for (int colour = 0; colour < 3; colour++) {
        assert_int_equal(at(&p, 5, 6, colour), 255);
        assert_int_equal(at(&p, 6 + 11, 6 + 11, colour), SOME + 4); /* the first pixel of test example 4 */
        assert_int_equal(at(&p, 6 + 12, 6 + 11, colour), 10);
        assert_int_equal(at(&p, 6 + 95, 6 + 95, colour), 10);
        assert_int_equal(at(&p, 6 + 96, 6 + 95, colour), 255);
        assert_int_equal(at(&p, 6 + 102 + 95, 6 + 95, colour), 20);
    }
    free(p.rgb);
    strata_data_free(data);
}

/* 3 x 500 pixels become 1 x 167: each is the mean of what it stands for, at the rims of fewer. */
static void large_images_are_made_smaller(void **state)
{
    (void)state;
    strata_data *data = images_of(STRATA_BYTES, 4, 500, 3);
    static const strata_mistake list[] = { { 9, 0, 1, 0.5 }, { 1, 0, 1, 0.5 } };
    picture p = sheet_of(data, list, 2);
    assert_true(p.width == 6 + 2 * (167 + 6) && p.height == 6 + 2 + 6);
    assert_int_equal(at(&p, 6, 6, 0), (39 + 4) / 9); /* one pixel of 39 among eight of 0 */
    assert_int_equal(at(&p, 6, 6, 1), 0);            /* the second plane has no such pixel */
    assert_int_equal(at(&p, 6 + 173, 6, 0), (31 + 8 * 10 + 4) / 9);
    assert_int_equal(at(&p, 6 + 173 + 166, 7, 2), 10);
    assert_int_equal(at(&p, 6 + 173 + 167, 7, 2), 255);
    free(p.rgb);
    strata_data_free(data);
}

/* Floats: the smallest value of the sheet is black, the largest white. */
static void floats_have_one_scale(void **state)
{
    (void)state;
    strata_data *data = images_of(STRATA_FLOATS, 48, 24, 1);
    static const strata_mistake list[] = { { 3, 0, 1, 0.5 }, { 5, 0, 1, 0.5 } }; /* 33 and 0; 35 and 20 */
    picture p = sheet_of(data, list, 2);
    assert_true(p.width == 6 + 2 * (48 + 6) && p.height == 6 + 96 + 6);
    assert_int_equal(at(&p, 6, 6, 0), lround(255 * 33 / 35.0));
    assert_int_equal(at(&p, 6 + 2, 6, 0), 0);
    assert_int_equal(at(&p, 6 + 54, 6, 0), 255);
    assert_int_equal(at(&p, 6 + 54 + 47, 6, 0), lround(255 * 20 / 35.0));
    free(p.rgb);
    strata_data_free(data);
}

/* A row for each class, of ten images that are each of that class. */
static void a_contact_sheet_goes_class_by_class(void **state)
{
    (void)state;
    strata_data *data = images_of(STRATA_BYTES, 28, 28, 1);
    picture p = sheet_of(data, NULL, 0);
    assert_true(p.width == 4 + 10 * 88 && p.height == 4 + 3 * 88);
    for (int tile = 0; tile < 30; tile++) {
        int x = 4 + tile % 10 * 88, y = 4 + tile / 10 * 88;
        assert_int_equal(at(&p, x + 83, y + 83, 0), 10 * (tile / 10));
        assert_int_equal(at(&p, x, y, 0) % 3, tile / 10);
        assert_int_equal(at(&p, x + 84, y, 0), 255);
    }
    free(p.rgb);
    strata_data_free(data);
    CHECK_OK(contact_sheet(small_data(), in_folder("any.png")));
    p = decoded_file(in_folder("any.png"));
    assert_true(p.width == 4 + 10 * 100 && p.height == 4 + 10 * 100);
    free(p.rgb);
}

static void a_table_has_no_pictures(void **state)
{
    (void)state;
    struct stat s;
    strata_data *data = NULL;
    examples e = { .form = { STRATA_FLOATS, 4, 0, 0, 0, 2 } };
    CHECK_OK(examples_take(&e, 20, 10, true));
    for (size_t j = 0; j < 30; j++) {
        e.label[j] = (uint16_t)(j % 2);
        e.floats[4 * j] = (float)j;
    }
    CHECK_OK(data_from_examples(&e, &(strata_data_source){ .size = sizeof(strata_data_source), .name = "some" }, "memory", &data));
    assert_failed(contact_sheet(data, in_folder("no.png")), STRATA_ERR_DATA, "4 features are no images");
    assert_failed(picture_mistakes(data, &first_image, 1, in_folder("no.png")), STRATA_ERR_DATA, "no images");
    assert_int_not_equal(stat(in_folder("no.png"), &s), 0);
    strata_data_free(data);
}

/* ---- failures ------------------------------------------------------------------------------------------------------------------------ */

static void failures_leave_no_file(void **state)
{
    static const strata_mistake list[] = { { 3, 0, 1, 0.5 }, { 100, 0, 1, 0.5 } }; /* small_data has test images 0 .. 99 */
    struct stat s;
    (void)state;
    assert_failed(picture_mistakes(small_data(), &first_image, 1, in_folder("no/such.png")), STRATA_ERR_STORAGE, "no/such.png");
    assert_failed(picture_mistakes(small_data(), list, 2, in_folder("a.png")), STRATA_ERR_ARGUMENT, "100");
    assert_int_equal(mkdir(in_folder("folder.png"), 0777), 0);
    assert_failed(picture_mistakes(small_data(), &first_image, 1, in_folder("folder.png")), STRATA_ERR_STORAGE, "folder.png");
    assert_int_equal(rmdir(in_folder("folder.png")), 0);
    realloc_fails = true;
    strata_status status = picture_mistakes(small_data(), &first_image, 1, in_folder("a.png"));
    realloc_fails = false;
    assert_failed(status, STRATA_ERR_MEMORY, "no memory");
    assert_int_not_equal(stat(in_folder("a.png"), &s), 0);
}

#else

static void without_libpng_it_says_what_to_install(void **state)
{
    (void)state;
    assert_failed(picture_mistakes(small_data(), &first_image, 1, in_folder("a.png")), STRATA_ERR_INTERNAL, "libpng-dev");
}

#endif

static void wrong_calls_are_refused(void **state)
{
    static const uint8_t rgb[3];
    void *bytes = NULL;
    size_t size;
    (void)state;
    assert_failed(image_png(rgb, 0, 1, &bytes, &size), STRATA_ERR_ARGUMENT, "width");
    assert_failed(image_png(rgb, 1, -1, &bytes, &size), STRATA_ERR_ARGUMENT, "height");
    assert_failed(image_png(rgb, 32768, 1, &bytes, &size), STRATA_ERR_ARGUMENT, "width");
    assert_failed(image_png(NULL, 1, 1, &bytes, &size), STRATA_ERR_ARGUMENT, "rgb");
    assert_failed(picture_mistakes(small_data(), &first_image, 0, in_folder("a.png")), STRATA_ERR_ARGUMENT, "count");
    assert_failed(picture_weights(NULL, in_folder("a.png")), STRATA_ERR_ARGUMENT, "model");
}

static int make(void **state)
{
    return make_folder(state);
}

static int clear(void **state)
{
    small_free();
    return remove_folder(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#if STRATA_PNG
        cmocka_unit_test(any_size_comes_back_as_it_was),
        cmocka_unit_test(only_what_a_picture_needs),
        cmocka_unit_test(memory_may_run_out),
        cmocka_unit_test(weights_are_drawn_unit_by_unit),
        cmocka_unit_test(filters_are_drawn_patch_by_patch),
        cmocka_unit_test(at_most_a_hundred_units),
        cmocka_unit_test(mistakes_are_drawn_in_the_lists_order),
        cmocka_unit_test(narrow_and_long_lists),
        cmocka_unit_test(small_grey_images_are_enlarged),
        cmocka_unit_test(large_images_are_made_smaller),
        cmocka_unit_test(floats_have_one_scale),
        cmocka_unit_test(a_contact_sheet_goes_class_by_class),
        cmocka_unit_test(a_table_has_no_pictures),
        cmocka_unit_test(failures_leave_no_file),
#else
        cmocka_unit_test(without_libpng_it_says_what_to_install),
#endif
        cmocka_unit_test(wrong_calls_are_refused),
    };
    return cmocka_run_group_tests(tests, make, clear);
}
