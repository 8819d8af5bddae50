/*
 * Data sets from arrays in memory: what is trained on them has the bits of the same numbers from a file, whatever lies between the rows,
 * and what is wrong with arrays is said. Predictions of their rows do not depend on company, place, order or threads.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "folder.h"
#include "npy.h"

enum { ROWS = 90, TEST = 30, WIDTH = 300, CLASSES = 3, APART = WIDTH + 5 };

static uint8_t byte[(ROWS + TEST) * WIDTH], far_byte[(ROWS + TEST) * APART];
static float number[(ROWS + TEST) * WIDTH], far_number[(ROWS + TEST) * APART];
static uint16_t label[ROWS + TEST];
static const strata_form bytes_form = { STRATA_BYTES, WIDTH, 10, 10, 3, CLASSES }, floats_form = { STRATA_FLOATS, WIDTH, 0, 0, 0, CLASSES };

static int draw(void **state)
{
    uint32_t x = 1;
    for (size_t j = 0; j < ROWS + TEST; j++) {
        label[j] = (uint16_t)(j * 7 % CLASSES);
        for (size_t t = 0; t < WIDTH; t++) {
            x = x * 1664525 + 1013904223;
            byte[j * WIDTH + t] = (uint8_t)(x >> 25 | (uint32_t)label[j] << (t % 3 + 5));
            number[j * WIDTH + t] = (float)(x >> 8) / 3e7f + (float)label[j] * (float)(t % 4);
        }
    }
    memset(far_byte, 77, sizeof far_byte);
    for (size_t e = 0; e < sizeof far_number / sizeof *far_number; e++) far_number[e] = NAN; /* what lies between is nobody's */
    for (size_t j = 0; j < ROWS + TEST; j++) {
        memcpy(far_byte + j * APART, byte + j * WIDTH, WIDTH);
        memcpy(far_number + j * APART, number + j * WIDTH, WIDTH * sizeof *number);
    }
    return make_folder(state);
}

/* With a test part of their own. */
static strata_arrays arrays(strata_element element)
{
    bool floats = element == STRATA_FLOATS;
    return (strata_arrays){ .size = sizeof(strata_arrays), .form = floats ? floats_form : bytes_form, .train = ROWS, .test = TEST,
                            .examples = floats ? (const void *)number : byte, .labels = label, .test_labels = label + ROWS,
                            .test_examples = floats ? (const void *)(number + ROWS * WIDTH) : byte + ROWS * WIDTH };
}

static strata_data *made(const strata_arrays *a)
{
    strata_data *data;
    CHECK_OK(strata_data_from_arrays(a, &data));
    return data;
}

/* ---- arrays and files ---------------------------------------------------------------------------------------------------------------- */

static void write_files(strata_element element)
{
    uint8_t y[ROWS];
    const array x = { .type = element == STRATA_FLOATS ? ARRAY_F4 : ARRAY_U1, .big = array_machine_is_big(), .rank = 2,
                      .dim = { ROWS, WIDTH }, .bytes = element == STRATA_FLOATS ? (const uint8_t *)number : byte };
    const array labels = { .type = ARRAY_U1, .rank = 1, .dim = { ROWS }, .bytes = y };
    for (int j = 0; j < ROWS; j++) y[j] = (uint8_t)label[j];
    CHECK_OK(npy_write(in_folder("X.npy"), &x));
    CHECK_OK(npy_write(in_folder("y.npy"), &labels));
}

static strata_data *from_file(void)
{
    strata_data *data;
    const strata_data_source source = { .size = sizeof source, .path = in_folder("X.npy"), .test_share = 0.2 };
    CHECK_OK(strata_data_open_as(&source, &data));
    return data;
}

static strata_run *trained(const strata_data *data, const char *backend)
{
    static const char *const words[][2] = { { "hidden", "[50,5]" }, { "n_batch", "10" }, { "n_s", "10" }, { "cycles", "1" },
                                            { "evals", "1" } };
    strata_config *config;
    strata_run *run;
    CHECK_OK(strata_config_new(&config));
    for (size_t w = 0; w < sizeof words / sizeof *words; w++) CHECK_OK(strata_config_set(config, words[w][0], words[w][1]));
    CHECK_OK(strata_config_set(config, "backend", backend));
    CHECK_OK(strata_train(1, (const strata_config *const[]){ config }, data, 1, NULL, &run));
    CHECK_OK(strata_run_facts(run)->outcome);
    strata_config_free(config);
    return run;
}

static void arrays_are_what_a_file_of_them_is(void **state)
{
    (void)state;
    for (strata_element element = STRATA_BYTES; element <= STRATA_FLOATS; element++) {
        strata_arrays a = arrays(element);
        if (element == STRATA_BYTES) a.form.height = a.form.width = a.form.channels = 0; /* an array of two dimensions does not say */
        a.test = 0;
        a.test_share = 0.2;
        write_files(element);
        strata_data *data[] = { from_file(), made(&a) };
        char id[2][13];
        strata_run *run[2];
        for (int q = 0; q < 2; q++) {
            const strata_config *config;
            run[q] = trained(data[q], "auto");
            config = strata_model_config(strata_run_model(run[q]));
            CHECK_OK(strata_run_id(config, data[q], id[q]));
        }
        assert_string_equal(strata_data_describe(data[0])->digest, strata_data_describe(data[1])->digest);
        assert_string_equal(id[0], id[1]);
        assert_string_equal(strata_model_digest(strata_run_model(run[0])), strata_model_digest(strata_run_model(run[1])));
        assert_string_equal(strata_data_describe(data[1])->source, "memory");
        for (int q = 0; q < 2; q++) strata_run_free(run[q]), strata_data_free(data[q]);
    }
}

static void what_lies_between_rows_is_not_seen(void **state)
{
    (void)state;
    for (strata_element element = STRATA_BYTES; element <= STRATA_FLOATS; element++) {
        bool floats = element == STRATA_FLOATS;
        strata_arrays a = arrays(element), apart = a;
        apart.stride = APART;
        apart.examples = floats ? (const void *)far_number : far_byte;
        apart.test_examples = floats ? (const void *)(far_number + ROWS * APART) : far_byte + ROWS * APART;
        strata_data *together = made(&a), *data = made(&apart);
        assert_string_equal(strata_data_describe(data)->digest, strata_data_describe(together)->digest);
        strata_data_free(together);
        strata_data_free(data);
    }
}

/* The caller may do anything with what it gave. */
/* Example number j of the training pool is row `row` of the arrays. */
static void assert_row(const strata_data *data, long j, long row)
{
    const void *values;
    int y;
    CHECK_OK(strata_data_train_example(data, j, &values, &y));
    assert_int_equal(y, label[row]);
    assert_memory_equal(values, number + row * WIDTH, WIDTH * sizeof *number);
}

/* The pool of file_order is the arrays' own, row by row; without it, it is another order, and a validation part stays at its end. */
static void parts_of_their_own_keep_their_place(void **state)
{
    enum { HELD = 12 };
    (void)state;
    for (int order = 0; order < 2; order++) {
        strata_arrays a = arrays(STRATA_FLOATS);
        a.file_order = order == 1;
        a.train = ROWS - HELD;
        a.validation = HELD;
        a.validation_examples = far_number + (ROWS - HELD) * APART; /* with a stride of their own */
        a.validation_stride = APART;
        a.validation_labels = label + ROWS - HELD;
        strata_data *data = made(&a);
        assert_int_equal(strata_data_describe(data)->train_examples, ROWS);
        assert_int_equal(strata_data_describe(data)->test_examples, TEST);
        for (long j = 0; j < ROWS; j++) {
            if (order == 1 || j >= ROWS - HELD) assert_row(data, j, j);
        }
        const void *first;
        CHECK_OK(strata_data_train_example(data, 0, &first, NULL));
        assert_int_equal(memcmp(first, number, WIDTH * sizeof *number) == 0, order == 1);
        strata_data_free(data);
    }
}

/* A training without a test part is that with one, but for the test scores, which are NaN. */
static void a_test_part_may_be_missing(void **state)
{
    (void)state;
    strata_arrays a = arrays(STRATA_FLOATS), alone = a;
    strata_score score;
    alone.test = 0;
    alone.untested = true;
    strata_data *data[] = { made(&a), made(&alone) };
    strata_run *run[] = { trained(data[0], "auto"), trained(data[1], "auto") };
    assert_string_equal(strata_model_digest(strata_run_model(run[0])), strata_model_digest(strata_run_model(run[1])));
    const strata_run_facts_t *facts = strata_run_facts(run[1]);
    assert_true(isfinite(strata_run_facts(run[0])->test.loss) && isfinite(facts->validation.loss));
    assert_true(isnan(facts->test.loss) && isnan(facts->test.cost) && isnan(facts->test.accuracy));
    assert_int_equal(strata_model_evaluate(strata_run_model(run[1]), data[1], STRATA_TEST_PART, 1, &score), STRATA_ERR_ARGUMENT);
    assert_non_null(strstr(strata_error(), "no test part"));
    CHECK_OK(strata_model_evaluate(strata_run_model(run[1]), data[1], STRATA_VALIDATION_PART, 1, &score));
    for (int q = 0; q < 2; q++) strata_run_free(run[q]), strata_data_free(data[q]);
    alone.untested = false;
    assert_int_equal(strata_data_from_arrays(&alone, &data[0]), STRATA_ERR_ARGUMENT); /* nobody asked for that */
}

static void arrays_are_copied(void **state)
{
    (void)state;
    float x[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    uint16_t y[4] = { 0, 1, 0, 1 };
    char first[] = "one", second[] = "two";
    const char *names[] = { first, second };
    const void *values;
    int test_label;
    const strata_arrays a = { .size = sizeof a, .form = { STRATA_FLOATS, 2, 0, 0, 0, 2 }, .train = 3, .test = 1, .examples = x, .labels = y,
                              .test_examples = x + 6, .test_labels = y + 3, .class_names = names, .name = "mine" };
    strata_data *data = made(&a);
    memset(x, 0, sizeof x), memset(y, 0, sizeof y), first[0] = second[0] = '?', names[0] = names[1] = NULL;
    CHECK_OK(strata_data_test_example(data, 0, &values, &test_label));
    assert_true(((const float *)values)[0] == 7 && ((const float *)values)[1] == 8 && test_label == 1);
    const strata_data_facts *facts = strata_data_describe(data);
    assert_string_equal(facts->class_names[0], "one");
    assert_string_equal(facts->class_names[1], "two");
    assert_string_equal(facts->kind, "mine");
    strata_data_free(data);
}

/* ---- refusals ------------------------------------------------------------------------------------------------------------------------ */

static void assert_refused(const strata_arrays *a, const char *word)
{
    strata_data *data = (strata_data *)1;
    assert_failed(strata_data_from_arrays(a, &data), STRATA_ERR_ARGUMENT, word);
    assert_null(data);
}

static void wrong_arrays_are_refused(void **state)
{
    (void)state;
    static const char *const nameless[CLASSES] = { "a", NULL, "c" };
    strata_arrays good = arrays(STRATA_FLOATS), a;
#define REFUSED(word, ...) a = good, (__VA_ARGS__), assert_refused(&a, word)
    REFUSED("strata_arrays", a.size = 0);
    REFUSED("train", a.train = 0);
    REFUSED("test", a.test = -1);
    REFUSED("examples", a.examples = NULL);
    REFUSED("labels", a.labels = NULL);
    REFUSED("test_labels", a.test_labels = NULL);
    REFUSED("test_examples", a.test_examples = NULL);
    REFUSED("stride", a.stride = WIDTH - 1);
    REFUSED("classes = 1", a.form.classes = 1);
    REFUSED("classes = 65537", a.form.classes = STRATA_CLASSES_MAX + 1);
    REFUSED("features", a.form.features = 0);
    REFUSED("element", a.form.element = (strata_element)7);
    REFUSED("test_share = 1", a.test_share = 1);
    REFUSED("test_share = nan", a.test_share = NAN);
    REFUSED("no test data", a.test = 0);
    REFUSED("NULL", a.class_names = nameless);
    REFUSED("label 2", a.form.classes = 2);
    a = good, a.form.height = 5;
    assert_refused(&a, "");
    assert_refused(NULL, "arrays");
}

static void features_that_are_no_numbers_are_refused(void **state)
{
    (void)state;
    static const float odd[] = { NAN, INFINITY, -INFINITY };
    strata_arrays a = arrays(STRATA_FLOATS);
    for (size_t q = 0; q < 3; q++) {
        float *at = &number[4 * WIDTH + 2], was = *at;
        *at = odd[q];
        assert_refused(&a, "training example 5, feature 3");
        *at = was;
        at = &number[(ROWS + 1) * WIDTH];
        was = *at;
        *at = odd[q];
        assert_refused(&a, "test example 2, feature 1");
        *at = was;
    }
}

/* ---- rows do not know of each other -------------------------------------------------------------------------------------------------- */

enum { MANY = 4 * (ROWS + TEST), REAL_THREADS = 3 };

/* All of them at once. */
static void predict(const strata_model *model, const void *values, size_t stride, long count, int threads, float *P)
{
    const strata_rows rows = { .size = sizeof rows, .element = strata_model_form(model)->element, .values = values, .stride = stride,
                               .count = count };
    CHECK_OK(strata_model_predict_rows(model, &rows, threads, P));
}

static void assert_independent(const strata_model *model, const char *backend)
{
    static float P[MANY * CLASSES], other[MANY * CLASSES], backwards[MANY * WIDTH];
    static char x[MANY * WIDTH * sizeof(float)];
    bool floats = strata_model_form(model)->element == STRATA_FLOATS;
    size_t row = WIDTH * (floats ? sizeof(float) : 1), all = sizeof number / 4 * (floats ? sizeof(float) : 1);
    for (size_t q = 0; q < 4; q++) memcpy(x + q * all, floats ? (const void *)number : byte, all);
    predict(model, x, 0, MANY, 1, P);
    for (size_t j = ROWS + TEST; j < MANY; j++) assert_memory_equal(P + j * CLASSES, P + j % (ROWS + TEST) * CLASSES, CLASSES * sizeof *P);
    predict(model, x, 0, MANY, REAL_THREADS, other);
    assert_memory_equal(P, other, sizeof P);
    predict(model, floats ? (const void *)far_number : far_byte, APART, ROWS + TEST, 2, other);
    assert_memory_equal(P, other, (ROWS + TEST) * CLASSES * sizeof *P);
    for (size_t j = 0; j < MANY; j++) memcpy((char *)backwards + (MANY - 1 - j) * row, x + j * row, row);
    predict(model, backwards, 0, MANY, 2, other);
    for (size_t j = 0; j < MANY; j++) {
        if (memcmp(P + j * CLASSES, other + (MANY - 1 - j) * CLASSES, CLASSES * sizeof *P) == 0) continue;
        fail_msg("%s: row %zu depends on its place", backend, j);
    }
    for (size_t j = 0; j < ROWS; j++) {
        size_t few = 1 + j % 7;
        predict(model, x + j * row, 0, (long)few, 1 + (int)(j % 2), other);
        if (memcmp(P + j * CLASSES, other, few * CLASSES * sizeof *P) == 0) continue;
        fail_msg("%s: row %zu depends on its company of %zu", backend, j, few);
    }
}

static void rows_are_independent(void **state)
{
    static const char *const backends[] = { "auto", "blas", "ref32", "ref64" };
    (void)state;
    for (size_t b = 0; b < sizeof backends / sizeof *backends; b++) {
        for (strata_element element = STRATA_BYTES; element <= STRATA_FLOATS; element++) {
            const strata_arrays a = arrays(element);
            strata_data *data = made(&a);
            strata_run *run = trained(data, backends[b]);
            assert_independent(strata_run_model(run), backends[b]);
            strata_run_free(run);
            strata_data_free(data);
        }
    }
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup(name, empty_folder)
    const struct CMUnitTest tests[] = {
        CASE(arrays_are_what_a_file_of_them_is),
        CASE(what_lies_between_rows_is_not_seen),
        CASE(parts_of_their_own_keep_their_place),
        CASE(a_test_part_may_be_missing),
        CASE(arrays_are_copied),
        CASE(wrong_arrays_are_refused),
        CASE(features_that_are_no_numbers_are_refused),
        CASE(rows_are_independent),
    };
    return cmocka_run_group_tests(tests, draw, remove_folder);
}
