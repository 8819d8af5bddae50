/*
 * Arrays, data sets as bytes, models in memory and pictures in a world that fails: see faulty.h. Whichever call fails it is said, no
 * memory is lost, and there is nothing half made.
 */
#include <stdlib.h>
#include <string.h>

#include "data_bytes.h"
#include "dataset.h"
#include "faulty.h"
#include "folder.h"
#include "image.h"

enum { ROWS = 12, WIDTH = 2, SIDE = 3 };

static const char *const names[] = { "one", "two" };
static const float number[ROWS * WIDTH] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 7 };
static const uint16_t label[ROWS] = { 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1 };
static const strata_arrays arrays = { .size = sizeof arrays, .form = { STRATA_FLOATS, WIDTH, 0, 0, 0, 2 }, .train = ROWS,
                                      .examples = number, .labels = label, .test_share = 0.25, .class_names = names };

/* ---- arrays -------------------------------------------------------------------------------------------------------------------------- */

static strata_data *data;

static strata_status take_arrays(void)
{
    return strata_data_from_arrays(&arrays, &data);
}

static void look_at_data(strata_status status, char *result)
{
    assert_true((status == STRATA_OK) == (data != NULL));
    if (data != NULL) (void)snprintf(result, FAULTY_RESULT, "%s", strata_data_describe(data)->digest);
    strata_data_free(data);
    data = NULL;
}

/* ---- data sets as bytes -------------------------------------------------------------------------------------------------------------- */

static strata_data *sender;

/* To bytes and back. */
static strata_status send_data(void)
{
    uint8_t *head;
    size_t head_size;
    data_block block[DATA_BLOCKS];
    data_room room[DATA_BLOCKS];
    strata_status status = data_pack_head(sender, &head, &head_size);
    if (status != STRATA_OK) return status;
    status = data_unpack_head(head, head_size, &data);
    free(head);
    if (status != STRATA_OK) return status;
    data_blocks(sender, block);
    data_blocks_to_fill(data, room);
    for (int q = 0; q < DATA_BLOCKS; q++) memcpy(room[q].at, block[q].at, block[q].size);
    status = data_unpack_end(data);
    if (status == STRATA_OK) return status;
    strata_data_free(data);
    data = NULL;
    return status;
}

/* ---- models -------------------------------------------------------------------------------------------------------------------------- */

static strata_run *run;
static uint8_t *whole, *bytes;
static size_t whole_size, size;
static strata_model *model;

static int train(void **state)
{
    static const char *const words[][2] = { { "hidden", "[2]" }, { "n_batch", "3" }, { "n_s", "2" }, { "cycles", "1" }, { "evals", "1" } };
    strata_config *config;
    if (faulty_set_up(state) != 0) return 1;
    CHECK_OK(take_arrays());
    CHECK_OK(strata_config_new(&config));
    for (size_t w = 0; w < sizeof words / sizeof *words; w++) CHECK_OK(strata_config_set(config, words[w][0], words[w][1]));
    CHECK_OK(strata_train(1, (const strata_config *const[]){ config }, data, 1, NULL, &run));
    CHECK_OK(strata_model_to_memory(strata_run_model(run), &whole, &whole_size));
    strata_config_free(config);
    strata_data_free(data);
    data = NULL;
    return 0;
}

static strata_status write_model(void)
{
    return strata_model_to_memory(strata_run_model(run), &bytes, &size);
}

static void look_at_bytes(strata_status status, char *result)
{
    assert_true((status == STRATA_OK) == (bytes != NULL) && (bytes != NULL || size == 0));
    if (bytes != NULL) assert_true(size == whole_size && memcmp(bytes, whole, size) == 0);
    (void)snprintf(result, FAULTY_RESULT, "%zu", size);
    strata_model_free_memory(bytes);
    bytes = NULL;
}

static strata_status read_model(void)
{
    return strata_model_from_memory(whole, whole_size, &model);
}

static void look_at_model(strata_status status, char *result)
{
    assert_true((status == STRATA_OK) == (model != NULL));
    if (model != NULL) {
        assert_true(strata_model_verified(model));
        (void)snprintf(result, FAULTY_RESULT, "%s %s", strata_model_digest(model), strata_model_class_names(model)[1]);
    }
    strata_model_free(model);
    model = NULL;
}

/* ---- pictures ------------------------------------------------------------------------------------------------------------------------ */

static uint8_t rgb[SIDE * SIDE * 3] = { 1, 2, 3, 200, 100, 50 }, seen[SIDE * SIDE * 3];
static void *png;
static size_t png_size;

static strata_status read_picture(void)
{
    memset(seen, 0, sizeof seen);
    return image_read("a.png", png, png_size, (image_shape){ SIDE, SIDE, 3 }, seen);
}

static void look_at_pixels(strata_status status, char *result)
{
    if (status == STRATA_OK) assert_memory_equal(seen, rgb, sizeof rgb);
    else assert_int_equal(status, STRATA_ERR_MEMORY); /* the file is sound */
    (void)snprintf(result, FAULTY_RESULT, "%d", seen[3]);
}

/* ---- all ----------------------------------------------------------------------------------------------------------------------------- */

static void arrays_and_models_survive(void **state)
{
    (void)state;
    faulty(&(faulty_operation){ "strata_data_from_arrays", NULL, take_arrays, look_at_data, 0 });
    faulty(&(faulty_operation){ "strata_model_to_memory", NULL, write_model, look_at_bytes, 0 });
    fault_spares_json = true; /* the header is read */
    faulty(&(faulty_operation){ "strata_model_from_memory", NULL, read_model, look_at_model, 0 });
    fault_spares_json = false;
}

/* A table with names of its own, and six files' worth of images that several threads digest. */
static void data_sets_as_bytes_survive(void **state)
{
    (void)state;
    CHECK_OK(strata_data_from_arrays(&arrays, &sender));
    faulty(&(faulty_operation){ "data_unpack_head of a table", NULL, send_data, look_at_data, 0 });
    strata_data_free(sender);
    CHECK_OK(data_draw(1, 1000, 1, &sender));
    faulty(&(faulty_operation){ "data_unpack_head of images", NULL, send_data, look_at_data, 0 });
    strata_data_free(sender);
}

static void pictures_survive(void **state)
{
    (void)state;
#if STRATA_PNG
    CHECK_OK(image_png(rgb, SIDE, SIDE, &png, &png_size));
    faulty(&(faulty_operation){ "image_read", NULL, read_picture, look_at_pixels, 0 });
    free(png);
#else
    (void)read_picture, (void)look_at_pixels;
#endif
}

static int tidy(void **state)
{
    faulty_sum();
    strata_model_free_memory(whole);
    strata_run_free(run);
    return remove_folder(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(arrays_and_models_survive), cmocka_unit_test(data_sets_as_bytes_survive),
                                        cmocka_unit_test(pictures_survive) };
    return cmocka_run_group_tests(tests, train, tidy);
}
