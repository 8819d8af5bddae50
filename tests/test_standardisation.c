/*
 * The ways to standardise (docs/math.md, "Standardisation"): means and deviations of channels against plain sums over the training part, of
 * bytes and of floats, none at all, what a layer of patches reads of it, and that a model has the same numbers.
 */
#include "cmocka_strata.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fit.h"
#include "model.h"
#include "random.h"
#include "small.h"

enum { H = 6, W = 9, CHANNELS = 3, PLANE = H * W, FEATURES = PLANE * CHANNELS };
enum { TRAIN = 60, VALID = 15, TEST = 5, ALL = TRAIN + VALID + TEST };

/* An own data set of images, in file order, whose last training examples and test examples are far from the others. */
static strata_data *images(strata_element element, int channels)
{
    const strata_form form = { element, PLANE * channels, H, W, channels, 2 };
    size_t size = element == STRATA_FLOATS ? sizeof(float) : 1;
    strata_data *data;
    CHECK_OK(data_new(&form, TRAIN + VALID, TEST, &data));
    void *values = calloc((size_t)ALL * (size_t)form.features, size);
    assert_non_null(values);
    if (element == STRATA_FLOATS) data->table = values;
    else data->image = values;
    for (int e = 0; e < ALL * form.features; e++) {
        int j = e / form.features, q = e % form.features / PLANE;
        double u = random_uniform(random_named(1, "images"), 0, (uint64_t)e), x = j < TRAIN ? 20 + 50 * q + u * u * (100 - 30 * q) : 255;
        if (element == STRATA_FLOATS) data->table[e] = (float)(x + 1e4 * q);
        else data->image[e] = (uint8_t)x;
    }
    return data;
}

static split *parts_of(const strata_data *data, standardisation_kind kind, int patch)
{
    split *s;
    CHECK_OK(split_create(data, TRAIN, VALID, (standardisation_how){ kind, patch }, &s));
    return s;
}

/* Nearest float, up to roundings in double before it. */
static void assert_near(const char *what, int q, double got, long double due)
{
    assert_true((double)(float)got == got);
    if (!(fabsl(got - due) <= 0x1.0001p-24L * fabsl(due))) fail_msg("%s of channel %d: %.17g where %.17Lg is due", what, q, got, due);
}

/* One element as (0) takes it. */
static long double input(const strata_data *data, int j, int t)
{
    size_t e = (size_t)j * (size_t)data->form.features + (size_t)t;
    return data->table != NULL ? (long double)data->table[e] : data->image[e] / 255.0L;
}

static void a_channel_has_the_moments_of_all_its_pixels(void **state)
{
    (void)state;
    for (int form = 0; form < 4; form++) {
        strata_data *data = images(form % 2 == 0 ? STRATA_BYTES : STRATA_FLOATS, form < 2 ? 3 : 1);
        split *s = parts_of(data, STANDARDISATION_OF_CHANNELS, 0);
        for (int q = 0; q < data->form.channels; q++) {
            long double mean = 0, squares = 0;
            for (int j = 0; j < TRAIN; j++) {
                for (int t = 0; t < PLANE; t++) mean += input(data, j, q * PLANE + t) / (TRAIN * PLANE);
            }
            for (int j = 0; j < TRAIN; j++) {
                for (int t = 0; t < PLANE; t++) squares += (input(data, j, q * PLANE + t) - mean) * (input(data, j, q * PLANE + t) - mean);
            }
            for (int t = q * PLANE; t < (q + 1) * PLANE; t++) {
                assert_near("the mean", q, s->inputs.mean[t], mean);
                assert_near("the deviation", q, s->inputs.std[t], sqrtl(squares / (TRAIN * PLANE)));
                assert_true(s->inputs.inv_std[t] == 1 / s->inputs.std[t]);
            }
        }
        assert_null(s->inputs.patch_scale);
        free(s);
        strata_data_free(data);
    }
}

/* A channel without a deviation, and one where a single pixel differs, by 1. */
static void an_even_channel_costs_nothing(void **state)
{
    (void)state;
    for (int form = 0; form < 2; form++) {
        strata_data *data = images(form == 0 ? STRATA_BYTES : STRATA_FLOATS, 3);
        for (int e = 0; e < ALL * FEATURES; e++) {
            int odd = e == 37 * FEATURES + 2 * PLANE + 11;
            if (e % FEATURES < PLANE) continue;
            if (form == 0) data->image[e] = (uint8_t)(177 + odd);
            else data->table[e] = 0.1f;
            if (form == 1 && e % FEATURES >= 2 * PLANE) data->table[e] = (float)(177 + odd);
        }
        split *s = parts_of(data, STANDARDISATION_OF_CHANNELS, 0);
        long double n = TRAIN * PLANE, unit = form == 0 ? 255 : 1;
        assert_true(s->inputs.std[PLANE] == 1 && s->inputs.mean[PLANE] == (form == 0 ? (double)(float)(177 / 255.0) : (double)0.1f));
        assert_near("the deviation", 2, s->inputs.std[2 * PLANE], sqrtl((1 - 1 / n) / n) / unit);
        assert_near("the mean", 2, s->inputs.mean[2 * PLANE], (177 + 1 / n) / unit);
        free(s);
        strata_data_free(data);
    }
}

/* As many pixels as need more than 64 bits for n^2 times their variance: 36 million, half of them 0, half 255. */
static void many_pixels_do_not_overflow(void **state)
{
    (void)state;
    enum { SIDE = 1000, IMAGES = 36 };
    const strata_form form = { STRATA_BYTES, SIDE * SIDE, SIDE, SIDE, 1, 2 };
    strata_data *data;
    split *s;
    CHECK_OK(data_new(&form, IMAGES + 1, 1, &data));
    data->image = calloc(IMAGES + 2, SIDE * SIDE);
    assert_non_null(data->image);
    memset(data->image, 255, (size_t)IMAGES / 2 * SIDE * SIDE);
    CHECK_OK(split_create(data, IMAGES, 1, (standardisation_how){ STANDARDISATION_OF_CHANNELS, 0 }, &s));
    assert_true(s->inputs.mean[0] == 0.5 && s->inputs.std[0] == 0.5 && s->inputs.std[SIDE * SIDE - 1] == 0.5);
    free(s);
    strata_data_free(data);
}

/* Bytes are added up four examples at a time, and 512 at most in 32 bits. */
static void any_number_of_examples_has_its_moments(void **state)
{
    (void)state;
    enum { SIDE = 5, MOST = 1030, D = SIDE * SIDE };
    static const int counts[] = { 1, 2, 3, 4, 5, 6, 7, 8, 511, 512, 513, 514, 515, 1027 };
    const strata_form form = { STRATA_BYTES, D, SIDE, SIDE, 1, 2 };
    strata_data *data;
    CHECK_OK(data_new(&form, MOST, 1, &data));
    data->image = calloc(MOST + 1, D);
    assert_non_null(data->image);
    for (int e = 0; e < MOST * D; e++) {
        data->image[e] = e % D == 0 ? 255 : (uint8_t)(256 * random_uniform(random_named(2, "bytes"), 0, (uint64_t)e));
    }
    for (size_t q = 0; q < sizeof counts / sizeof *counts; q++) {
        split *s;
        CHECK_OK(split_create(data, counts[q], 1, (standardisation_how){ 0 }, &s));
        for (int t = 0; t < D; t++) {
            long double n = counts[q], sum = 0, squares = 0;
            for (int j = 0; j < counts[q]; j++) {
                sum += data->image[j * D + t];
                squares += data->image[j * D + t] * data->image[j * D + t];
            }
            long double spread = n * squares - sum * sum;
            assert_near("the mean", t, s->inputs.mean[t], sum / (255 * n));
            assert_near("the deviation", t, s->inputs.std[t], spread == 0 ? 1 : sqrtl(spread) / (255 * n));
        }
        free(s);
    }
    strata_data_free(data);
}

static void none_leaves_the_numbers_as_they_are(void **state)
{
    (void)state;
    for (int form = 0; form < 2; form++) {
        strata_data *data = images(form == 0 ? STRATA_BYTES : STRATA_FLOATS, 3);
        split *s = parts_of(data, STANDARDISATION_OF_NOTHING, 0);
        for (int t = 0; t < FEATURES; t++) {
            assert_true(s->inputs.mean[t] == 0 && s->inputs.std[t] == 1 && s->inputs.inv_std[t] == 1 && s->inputs.shift[t] == 0);
            assert_true(s->inputs.scale[t] == (form == 0 ? 1 / 255.f : 1));
        }
        free(s);
        strata_data_free(data);
    }
}

/* What a mini-batch says of the patches, and of the pixels of one: channel after channel, as all patches have them. */
static void check_patches(const minibatch *b, const standardisation *s, int side, bool shared)
{
    assert_true(b->patch.side == side && b->patch.height == H && b->patch.width == W && b->patch.channels == CHANNELS);
    assert_int_equal(b->patch.count, (H / side) * (W / side));
    assert_true((b->patch_scale != NULL) == shared && (b->patch_shift != NULL) == shared);
    for (int e = 0; shared && e < CHANNELS * side * side; e++) {
        int q = e / (side * side);
        assert_true(b->patch_scale[e] == s->scale[q * PLANE] && b->patch_shift[e] == s->shift[q * PLANE]);
    }
}

static void a_patch_has_the_numbers_of_its_channels(void **state)
{
    (void)state;
    static const int sides[] = { 1, 3 };
    for (int kind = 0; kind < 3; kind++) {
        strata_data *data = images(STRATA_BYTES, CHANNELS);
        bool shared = kind != STANDARDISATION_OF_PIXELS;
        for (int q = 0; q < 2; q++) {
            split *s = parts_of(data, (standardisation_kind)kind, sides[q]);
            minibatch b = split_images(data, &s->inputs, VALID, STRATA_TEST_PART, 0, TEST);
            check_patches(&b, &s->inputs, sides[q], shared);
            assert_true(!shared || kind == STANDARDISATION_OF_NOTHING || b.patch_scale[0] != b.patch_scale[sides[q] * sides[q]]);
            free(s);
        }
        split *dense = parts_of(data, (standardisation_kind)kind, 0);
        minibatch b = split_images(data, &dense->inputs, VALID, STRATA_TEST_PART, 0, TEST);
        assert_true(b.patch.side == 0 && b.patch.count == 1 && b.patch_scale == NULL);
        free(dense);
        strata_data_free(data);
    }
}

static void what_has_no_channels_is_refused(void **state)
{
    (void)state;
    strata_data *data = images(STRATA_FLOATS, 1);
    split *s = (split *)data;
    data->form.height = data->form.width = data->form.channels = 0;
    assert_int_equal(split_create(data, TRAIN, VALID, (standardisation_how){ STANDARDISATION_OF_CHANNELS, 0 }, &s), STRATA_ERR_ARGUMENT);
    assert_null(s);
    free(parts_of(data, STANDARDISATION_OF_NOTHING, 0));
    strata_data_free(data);
}

/* Members of one call that are standardised in different ways do not share their standardisation, and those alike do. */
static void members_have_their_own(void **state)
{
    (void)state;
    static const char *const ways[] = { "standardise=pixel", "standardise=channel", "standardise=none", "standardise=auto" };
    strata_config *config[4];
    strata_run *run[4], *alone[4];
    for (int m = 0; m < 4; m++) {
        const char *words[] = { "hidden=[4]", "n_s=2", "cycles=1", "evals=1", ways[m], NULL };
        config[m] = small_config(words);
    }
    CHECK_OK(strata_train(4, (const strata_config *const *)config, small_data(), 2, NULL, run));
    for (int m = 0; m < 4; m++) {
        CHECK_OK(strata_train(1, (const strata_config *const *)&config[m], small_data(), 2, NULL, &alone[m]));
        assert_string_equal(strata_model_digest(strata_run_model(run[m])), strata_model_digest(strata_run_model(alone[m])));
        bool same = memcmp(strata_run_facts(run[m])->id, strata_run_facts(run[0])->id, 12) == 0;
        assert_true(same == (m == 0 || m == 3)); /* auto of a dense layer is pixel */
        assert_true(strata_run_model(run[m])->inputs->kind == (standardisation_kind)(m % 3));
    }
    for (int m = 0; m < 4; m++) {
        strata_run_free(run[m]);
        strata_run_free(alone[m]);
        strata_config_free(config[m]);
    }
}

/* Rows that a model is asked about go another way than the parts of a data set. */
static void check_guesses(const strata_model *model, const strata_data *data, double accuracy)
{
    int guess[ALL], right = 0;
    float probability[ALL];
    const uint8_t *rows = data->image + (size_t)data->train_images * FEATURES;
    CHECK_OK(strata_model_classify(model, data->test_images, rows, 1, guess, probability));
    for (int j = 0; j < data->test_images; j++) right += guess[j] == data->label[data->train_images + j];
    assert_true((double)right / data->test_images == accuracy);
}

/* Images whose sides patches of 3 divide, and not those of 32 x 32, which nothing of a model's file may be taken for. */
static void a_model_read_back_has_the_same(void **state)
{
    (void)state;
    static const char *const ways[] = { "standardise=auto", "standardise=none", "standardise=pixel" };
    strata_data *from = images(STRATA_BYTES, CHANNELS), *data;
    uint16_t labels[ALL];
    for (int j = 0; j < ALL; j++) labels[j] = (uint16_t)(j % 2);
    const strata_arrays arrays = { .size = sizeof arrays, .form = from->form, .train = ALL, .examples = from->image, .labels = labels,
                                   .test_share = 0.1 };
    CHECK_OK(strata_data_from_arrays(&arrays, &data));
    for (int way = 0; way < 3; way++) {
        const char *words[] = { "patch=3", "filters=2", "hidden=[4]", "n_train=50", "n_val=10", "n_batch=10", "n_s=3",
                                "cycles=1", ways[way], NULL };
        strata_config *config = small_config(words);
        strata_run *run;
        strata_model *model;
        strata_score score;
        uint8_t *bytes;
        size_t size;
        CHECK_OK(strata_train(1, (const strata_config *const *)&config, data, 1, NULL, &run));
        CHECK_OK(strata_model_to_memory(strata_run_model(run), &bytes, &size));
        CHECK_OK(strata_model_from_memory(bytes, size, &model));
        strata_model_free_memory(bytes);
        CHECK_OK(strata_model_evaluate(model, data, STRATA_TEST_PART, 1, &score));
        assert_true(score.loss == strata_run_facts(run)->test.loss && score.accuracy == strata_run_facts(run)->test.accuracy);
        check_guesses(model, data, score.accuracy);
        standardisation_how how = { model->inputs->kind, model->inputs->patch.side };
        assert_true(how.patch == 3 && (model->inputs->patch_scale != NULL) == (way < 2));
        assert_memory_equal(model->inputs->mean, strata_run_model(run)->inputs->mean, standardisation_bytes(&data->form, how));
        strata_model_free(model);
        strata_run_free(run);
        strata_config_free(config);
    }
    strata_data_free(data);
    strata_data_free(from);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_channel_has_the_moments_of_all_its_pixels),
        cmocka_unit_test(an_even_channel_costs_nothing),
        cmocka_unit_test(many_pixels_do_not_overflow),
        cmocka_unit_test(any_number_of_examples_has_its_moments),
        cmocka_unit_test(none_leaves_the_numbers_as_they_are),
        cmocka_unit_test(a_patch_has_the_numbers_of_its_channels),
        cmocka_unit_test(what_has_no_channels_is_refused),
        cmocka_unit_test(members_have_their_own),
        cmocka_unit_test(a_model_read_back_has_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, small_tear_down);
}
