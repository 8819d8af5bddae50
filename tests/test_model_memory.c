/*
 * Models in memory: the bytes of the file, a model that is the same from either, and every cut and every changed bit refused.
 */
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "folder.h"

enum { ROWS = 40, WIDTH = 3 };

static strata_run *run;
static uint8_t *bytes;
static size_t size;

/* A model of a table, so small that each of its bits can be changed. */
static int train(void **state)
{
    static const char *const words[][2] = { { "hidden", "[2]" }, { "n_batch", "10" }, { "n_s", "2" }, { "cycles", "1" }, { "evals", "1" } };
    static const char *const names[] = { "a cat", "\xc3\xa9t\xc3\xa9" };
    float x[ROWS * WIDTH];
    uint16_t y[ROWS];
    strata_data *data;
    strata_config *config;
    for (int j = 0; j < ROWS; j++) {
        y[j] = (uint16_t)(j % 2);
        for (int t = 0; t < WIDTH; t++) x[j * WIDTH + t] = (float)(j * (t + 3) % 11 + 5 * y[j]);
    }
    const strata_arrays a = { .size = sizeof a, .form = { STRATA_FLOATS, WIDTH, 0, 0, 0, 2 }, .train = ROWS, .examples = x, .labels = y,
                              .test_share = 0.25, .class_names = names };
    CHECK_OK(strata_data_from_arrays(&a, &data));
    CHECK_OK(strata_config_new(&config));
    for (size_t w = 0; w < sizeof words / sizeof *words; w++) CHECK_OK(strata_config_set(config, words[w][0], words[w][1]));
    CHECK_OK(strata_train(1, (const strata_config *const[]){ config }, data, 1, NULL, &run));
    strata_config_free(config);
    strata_data_free(data);
    CHECK_OK(strata_model_to_memory(strata_run_model(run), &bytes, &size));
    return make_folder(state);
}

static int tidy(void **state)
{
    strata_model_free_memory(bytes);
    strata_run_free(run);
    return remove_folder(state);
}

/* The bytes are gone before the model is used. */
static strata_model *copied(void)
{
    strata_model *model;
    uint8_t *copy = malloc(size);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    CHECK_OK(strata_model_from_memory(copy, size, &model));
    memset(copy, 0xff, size);
    free(copy);
    return model;
}

static void memory_has_the_bytes_of_the_file(void **state)
{
    (void)state;
    uint8_t *file, *again;
    size_t file_size, again_size;
    strata_model *opened, *model = copied();
    CHECK_OK(strata_model_save(strata_run_model(run), in_folder("m")));
    CHECK_OK(file_read_all(in_folder("m"), 1 << 20, &file, &file_size));
    assert_int_equal(file_size, size);
    assert_memory_equal(file, bytes, size);
    CHECK_OK(strata_model_open(in_folder("m"), &opened));
    CHECK_OK(strata_model_to_memory(opened, &again, &again_size));
    assert_int_equal(again_size, size);
    assert_memory_equal(again, bytes, size);
    strata_model_free_memory(again);
    CHECK_OK(strata_model_to_memory(model, &again, &again_size));
    assert_int_equal(again_size, size);
    assert_memory_equal(again, bytes, size);
    strata_model_free_memory(again);
    strata_model_free(opened);
    strata_model_free(model);
    free(file);
}

static void a_model_from_memory_is_the_model(void **state)
{
    (void)state;
    static const float x[2 * WIDTH] = { 1, 2, 3, -4, 5, 60 };
    float P[2][4];
    strata_model *model = copied();
    const strata_model *all[] = { strata_run_model(run), model };
    const strata_rows rows = { .size = sizeof rows, .element = STRATA_FLOATS, .values = x, .count = 2 };
    for (int q = 0; q < 2; q++) CHECK_OK(strata_model_predict_rows(all[q], &rows, 1, P[q]));
    assert_memory_equal(P[0], P[1], sizeof P[0]);
    assert_string_equal(strata_model_digest(model), strata_model_digest(all[0]));
    assert_string_equal(strata_model_data_digest(model), strata_model_data_digest(all[0]));
    assert_string_equal(strata_model_class_names(model)[0], "a cat");
    assert_string_equal(strata_model_class_names(model)[1], "\xc3\xa9t\xc3\xa9");
    assert_true(strata_model_verified(model));
    strata_model_free(model);
}

/* A block of just these bytes, so that a read behind them is seen. */
static void assert_refused(size_t count, size_t bit)
{
    strata_model *model = (strata_model *)1;
    uint8_t *cut = malloc(count > 0 ? count : 1);
    assert_non_null(cut);
    memcpy(cut, bytes, count);
    if (bit < 8 * count) cut[bit / 8] ^= (uint8_t)(1 << bit % 8);
    assert_failed(strata_model_from_memory(cut, count, &model), STRATA_ERR_DATA, "a model in memory: ");
    assert_null(model);
    free(cut);
}

static void every_cut_is_refused(void **state)
{
    (void)state;
    for (size_t count = 0; count < size; count++) assert_refused(count, SIZE_MAX);
}

static void every_changed_bit_is_refused(void **state)
{
    (void)state;
    for (size_t bit = 0; bit < 8 * size; bit += bit % 8 == 0 ? 5 : 3) assert_refused(size, bit); /* two of each byte */
}

static void wrong_calls_are_refused(void **state)
{
    (void)state;
    strata_model *model;
    uint8_t *made = bytes;
    size_t made_size = 1;
    assert_failed(strata_model_to_memory(NULL, &made, &made_size), STRATA_ERR_ARGUMENT, "model");
    assert_true(made == NULL && made_size == 0);
    assert_failed(strata_model_to_memory(strata_run_model(run), NULL, &made_size), STRATA_ERR_ARGUMENT, "bytes");
    assert_failed(strata_model_to_memory(strata_run_model(run), &made, NULL), STRATA_ERR_ARGUMENT, "size");
    assert_failed(strata_model_from_memory(NULL, 5, &model), STRATA_ERR_ARGUMENT, "bytes");
    assert_failed(strata_model_from_memory(bytes, size, NULL), STRATA_ERR_ARGUMENT, "out");
    strata_model_free_memory(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_has_the_bytes_of_the_file), cmocka_unit_test(a_model_from_memory_is_the_model),
        cmocka_unit_test(every_cut_is_refused),             cmocka_unit_test(every_changed_bit_is_refused),
        cmocka_unit_test(wrong_calls_are_refused),
    };
    return cmocka_run_group_tests(tests, train, tidy);
}
