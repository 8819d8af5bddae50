/*
 * Examples as a data set: parts that have the classes in their shares, an order that is the same on every machine, a digest that Python
 * computes too, what is refused, and what an inspection finds.
 */
#include "cmocka_strata.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "split.h"
#include "strata.h"

enum { ROWS = 500, FEATURES = 3, CLASSES = 4 };

static float table[ROWS * FEATURES];
static uint16_t label[ROWS];

/* Row j is (j, 7, -j): its number tells where it went. Classes have 250, 150, 75 and 25 rows, one class after the other. */
static strata_arrays prepared(void)
{
    static const int ends[CLASSES] = { 250, 400, 475, 500 };
    for (int j = 0, c = 0; j < ROWS; j++) {
        if (j == ends[c]) c++;
        label[j] = (uint16_t)c;
        table[j * FEATURES] = (float)j;
        table[j * FEATURES + 1] = 7;
        table[j * FEATURES + 2] = (float)-j;
    }
    return (strata_arrays){ .size = sizeof(strata_arrays), .form = { STRATA_FLOATS, FEATURES, 0, 0, 0, CLASSES }, .train = ROWS,
                            .examples = table, .labels = label, .test_share = 0.2 };
}

static strata_data *made(const strata_arrays *arrays)
{
    strata_data *data;
    CHECK_OK(strata_data_from_arrays(arrays, &data));
    return data;
}

/* Row number of example j of the data set, which must have its label and all its features. */
static int row_of(const strata_data *data, int j)
{
    const float *x = data->table + j * FEATURES;
    int row = (int)x[0];
    assert_true(row >= 0 && row < ROWS && x[1] == 7 && x[2] == -x[0]);
    assert_int_equal(data->label[j], label[row]);
    return row;
}

static void every_row_goes_somewhere_once(void **state)
{
    (void)state;
    bool seen[ROWS] = { false };
    const strata_arrays arrays = prepared();
    strata_data *data = made(&arrays);
    assert_int_equal(data->train_images, 400);
    assert_int_equal(data->test_images, 100);
    for (int j = 0; j < ROWS; j++) {
        int row = row_of(data, j);
        assert_false(seen[row]);
        seen[row] = true;
    }
    strata_data_free(data);
}

/* Example r of the n of a class has the place (r + 1/2) / n. So m examples from an end have x n + 1/2 of the class at most, and x is m / N
 * up to 1/2 for each class, over N. */
static void every_part_has_the_classes_in_their_shares(void **state)
{
    (void)state;
    static const double size[CLASSES] = { 250, 150, 75, 25 };
    const strata_arrays arrays = prepared();
    strata_data *data = made(&arrays);
    for (int from_end = 0; from_end < 2; from_end++) {
        int count[CLASSES] = { 0 };
        for (int m = 1; m <= ROWS; m++) {
            count[data->label[from_end ? ROWS - m : m - 1]]++;
            for (int c = 0; c < CLASSES; c++) {
                double bound = 0.5 + size[c] * CLASSES / (2.0 * ROWS);
                if (!(fabs(count[c] - size[c] * m / ROWS) <= bound)) fail_msg("%d of class %d in %d examples", count[c], c, m);
            }
        }
    }
    strata_data_free(data);
}

static void the_order_is_the_same_everywhere(void **state)
{
    (void)state;
    static const int due[] = { 4, 289, 43, 470, 244, 393, 23, 372, 248, 450, 477, 133 };
    const strata_arrays arrays = prepared();
    strata_data *data = made(&arrays);
    for (size_t j = 0; j < sizeof due / sizeof *due; j++) {
        if (row_of(data, (int)j) != due[j]) fail_msg("example %zu is row %d", j, row_of(data, (int)j));
    }
    strata_data_free(data);
}

/* The same by Python:
 *   import hashlib, struct
 *   hashlib.sha256(b"strata data 1\nelement byte\nfeatures 2\nimage 0 0 0\ntrain 2\ntest 1\nclasses 2\n2 no\n3 yes\n"
 *                  + bytes([1, 2, 3, 4, 5, 6]) + struct.pack("<3H", 0, 1, 1)).hexdigest() */
static void the_digest_is_of_what_is_trained_on(void **state)
{
    (void)state;
    static const char due[] = "85d6df1432f2b7f8db577bf360c599b68f938a9e4c1fae7fc7d86119bb412eb8";
    static const uint8_t bytes[] = { 1, 2, 3, 4 }, test[] = { 5, 6 };
    static const uint16_t train_label[] = { 0, 1 }, test_label[] = { 1 };
    static const char *const names[] = { "no", "yes" };
    strata_arrays a = { .size = sizeof a, .form = { STRATA_BYTES, 2, 0, 0, 0, 2 }, .train = 2, .test = 1, .examples = bytes,
                        .test_examples = test, .labels = train_label, .test_labels = test_label, .class_names = names };
    strata_data *data = made(&a);
    assert_string_equal(strata_data_describe(data)->digest, due);
    strata_data_free(data);
    static const char *const others[] = { "no", "yea" };
    a.class_names = others;
    data = made(&a);
    assert_string_not_equal(strata_data_describe(data)->digest, due);
    strata_data_free(data);
}

/* Refused with this word, and nothing is made. */
static void assert_refused(const strata_arrays *arrays, const char *word)
{
    strata_data *data = (strata_data *)(uintptr_t)&word;
    assert_int_equal(strata_data_from_arrays(arrays, &data), STRATA_ERR_ARGUMENT);
    assert_null(data);
    if (strstr(strata_error(), word) == NULL) fail_msg("no '%s' in '%s'", word, strata_error());
}

static void what_is_no_data_is_refused(void **state)
{
    (void)state;
    const strata_arrays good = prepared();
    strata_arrays a = good;
    label[3] = CLASSES;
    assert_refused(&a, "training example 4 has the label 4");
    label[3] = 0;
    table[5 * FEATURES + 1] = NAN;
    assert_refused(&a, "training example 6, feature 2, is not a number");
    table[5 * FEATURES + 1] = -INFINITY;
    assert_refused(&a, "is infinite");
    table[5 * FEATURES + 1] = 7;
    a.test_share = 0;
    assert_refused(&a, "no test data");
    a.test_share = 0.0005;
    assert_refused(&a, "leaves none for the test");
    a.test_share = 0.9999;
    assert_refused(&a, "leaves none for training");
    a = good;
    a.form.classes = 1;
    assert_refused(&a, "classes = 1");
    a = good;
    a.form.height = a.form.width = a.form.channels = 1;
    assert_refused(&a, "is not 3 features");
    a = good;
    a.form.features = STRATA_FEATURES_MAX + 1;
    assert_refused(&a, "features");
    a = good;
    a.stride = FEATURES - 1;
    assert_refused(&a, "stride");
    strata_data_free(made(&good));
}

/* A constant feature has the deviation 1, not 0. A mean far from zero costs the deviation nothing. */
static void a_constant_feature_costs_nothing(void **state)
{
    (void)state;
    split *part;
    strata_arrays a = prepared();
    for (int j = 0; j < ROWS; j++) {
        table[j * FEATURES + 1] = 0.1f;
        table[j * FEATURES + 2] = 1e6f + (float)(j % 2);
    }
    strata_data *data = made(&a);
    CHECK_OK(split_create(data, 360, 40, (standardisation_how){ 0 }, &part));
    assert_true(part->inputs.std[1] == 1 && part->inputs.mean[1] == (double)0.1f);
    assert_true(fabs(part->inputs.std[2] - 0.5) < 0.01 && fabs(part->inputs.mean[2] - 1000000.5) < 0.1);
    assert_true(part->inputs.shift[2] == (float)part->inputs.mean[2] && part->inputs.scale[2] == (float)(1 / part->inputs.std[2]));
    free(part);
    strata_data_free(data);
}

static void an_inspection_finds_what_is_there(void **state)
{
    (void)state;
    strata_arrays a = prepared();
    strata_data_inspection seen = { .size = sizeof seen };
    memcpy(table + 9 * FEATURES, table + 8 * FEATURES, FEATURES * sizeof *table);     /* one twin of its class */
    memcpy(table + 499 * FEATURES, table + 10 * FEATURES, FEATURES * sizeof *table);  /* and one of another */
    a.test_share = 0.01;
    strata_data *data = made(&a);
    CHECK_OK(strata_data_inspect(data, &seen));
    assert_true(seen.least == -498 && seen.most == 498);
    assert_true(seen.constant_features == 1 && seen.first_constant == 1);
    assert_int_equal(seen.twins_in_training + seen.twins_of_training + seen.twins_in_test, 2);
    assert_int_equal(seen.twins_of_another_class, 1);
    strata_data_free(data);
    a = prepared();
    a.test = 1; /* row 10 again */
    a.test_examples = table + 10 * FEATURES;
    a.test_labels = label + 10;
    data = made(&a);
    CHECK_OK(strata_data_inspect(data, &seen));
    assert_true(seen.twins_of_training == 1 && seen.twins_in_training == 0 && seen.twins_in_test == 0 && seen.twins_of_another_class == 0);
    strata_data_free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_goes_somewhere_once),
        cmocka_unit_test(every_part_has_the_classes_in_their_shares),
        cmocka_unit_test(the_order_is_the_same_everywhere),
        cmocka_unit_test(the_digest_is_of_what_is_trained_on),
        cmocka_unit_test(what_is_no_data_is_refused),
        cmocka_unit_test(a_constant_feature_costs_nothing),
        cmocka_unit_test(an_inspection_finds_what_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
