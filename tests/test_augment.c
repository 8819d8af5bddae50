/*
 * Augmentation, (50) of docs/math.md: small images by hand, images of many forms against the definition pixel by pixel, laws, the shares
 * of what is drawn, and the mini-batches of a sampler, which are a function of the seed and the update.
 */
#include "cmocka_strata.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fit.h"
#include "small.h"

/* ---- by hand ------------------------------------------------------------------------------------------------------------------------- */

static const strata_form three = { STRATA_BYTES, 9, 3, 3, 1, 10 };

/* What becomes of the image 1 2 3, 4 5 6, 7 8 9. */
static const struct {
    augment_change change;
    uint8_t due[9];
} by_hand[] = {
    { { .zeros = false }, { 1, 2, 3, 4, 5, 6, 7, 8, 9 } },
    { { .zeros = true }, { 1, 2, 3, 4, 5, 6, 7, 8, 9 } },
    { { .mirrored = true }, { 3, 2, 1, 6, 5, 4, 9, 8, 7 } },
    { { .down = 1 }, { 1, 2, 3, 1, 2, 3, 4, 5, 6 } },
    { { .down = -1 }, { 4, 5, 6, 7, 8, 9, 7, 8, 9 } },
    { { .across = 1 }, { 1, 1, 2, 4, 4, 5, 7, 7, 8 } },
    { { .across = -1 }, { 2, 3, 3, 5, 6, 6, 8, 9, 9 } },
    { { .across = 3 }, { 1, 1, 1, 4, 4, 4, 7, 7, 7 } },
    { { .across = -3 }, { 3, 3, 3, 6, 6, 6, 9, 9, 9 } },
    { { .mirrored = true, .across = 3 }, { 3, 3, 3, 6, 6, 6, 9, 9, 9 } },
    { { .down = 3, .zeros = true }, { 0 } },
    { { .across = -3, .zeros = true }, { 0 } },
    { { .down = 1, .across = 1, .zeros = true }, { 0, 0, 0, 0, 1, 2, 0, 4, 5 } },
    { { .down = -1, .across = -2, .zeros = true }, { 6, 0, 0, 9, 0, 0, 0, 0, 0 } },
    { { .mirrored = true, .across = 1 }, { 3, 3, 2, 6, 6, 5, 9, 9, 8 } },
    { { .mirrored = true, .down = 2, .across = -1, .zeros = true }, { 0, 0, 0, 0, 0, 0, 2, 1, 0 } },
    { { .top = 0, .bottom = 1, .left = 0, .right = 1 }, { 0, 2, 3, 4, 5, 6, 7, 8, 9 } },
    { { .top = 1, .bottom = 3, .left = 2, .right = 3 }, { 1, 2, 3, 4, 5, 0, 7, 8, 0 } },
    { { .down = 1, .top = 0, .bottom = 2, .left = 0, .right = 3 }, { 0, 0, 0, 0, 0, 0, 4, 5, 6 } },
};

static void a_small_image_by_hand(void **state)
{
    (void)state;
    static const uint8_t image[9] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
    for (size_t q = 0; q < sizeof by_hand / sizeof *by_hand; q++) {
        uint8_t out[9];
        memset(out, 77, sizeof out);
        augment_image(&three, &by_hand[q].change, image, out);
        if (memcmp(out, by_hand[q].due, sizeof out) != 0) fail_msg("case %zu", q);
    }
}

/* ---- the definition, pixel by pixel -------------------------------------------------------------------------------------------------- */

/* Pixel (channel q, row r, column s) of example j of update t, by the words of (50). */
static double pixel_due(const augmentation *a, const strata_form *f, random_stream u, uint64_t t, uint64_t j, const double *x, int q, int r,
                        int s)
{
    int D = a->translate, H = f->height, B = f->width;
    int top = (int)floor(random_uniform(u, t, 8 * j + 3) * H) - a->cutout / 2;
    int left = (int)floor(random_uniform(u, t, 8 * j + 4) * B) - a->cutout / 2;
    if (r >= top && r < top + a->cutout && s >= left && s < left + a->cutout) return 0;
    r -= (int)floor(random_uniform(u, t, 8 * j + 1) * (2 * D + 1)) - D;
    s -= (int)floor(random_uniform(u, t, 8 * j + 2) * (2 * D + 1)) - D;
    if (a->zeros && (r < 0 || r >= H || s < 0 || s >= B)) return 0;
    r = r < 0 ? 0 : r >= H ? H - 1 : r;
    s = s < 0 ? 0 : s >= B ? B - 1 : s;
    if (random_uniform(u, t, 8 * j) < a->flip) s = B - 1 - s;
    return x[(q * H + r) * B + s];
}

enum { MOST_FEATURES = 3 * 33 * 40, BATCH = 6, POOL = 11, FENCE = 64 };

static uint8_t bytes[POOL * MOST_FEATURES];
static float floats[POOL * MOST_FEATURES];
static uint16_t labels[POOL];

/* Every number is another, so that no pixel can be taken for its neighbour. */
static void draw_pool(const strata_form *f)
{
    for (int e = 0; e < POOL * f->features; e++) {
        bytes[e] = (uint8_t)(1 + (e * 37 + e / 251) % 255);
        floats[e] = (float)(e + 1) / 8;
    }
    for (int j = 0; j < POOL; j++) labels[j] = (uint16_t)(j + 3);
}

static minibatch pool_batch(const strata_form *f)
{
    static const uint32_t index[BATCH] = { 3, 10, 0, 7, 3, 5 };
    bool of_floats = f->element == STRATA_FLOATS;
    return (minibatch){ .image = of_floats ? NULL : bytes, .table = of_floats ? floats : NULL, .label = labels,
                        .stride = (size_t)f->features, .index = index, .n = BATCH, .d = f->features, .smoothing = 0.25, .draw = 9 };
}

static double value_of(const minibatch *b, int j, int e)
{
    size_t at = b->index[j] * b->stride + (size_t)e;
    return b->image != NULL ? b->image[at] : (double)b->table[at];
}

static void check_batch(const strata_form *f, const augmentation *a, uint64_t t)
{
    double x[MOST_FEATURES];
    random_stream u = random_named(5, "augment");
    augment_room *room;
    minibatch in = pool_batch(f);
    CHECK_OK(augment_room_create(f, BATCH, &room));
    minibatch out = augment_batch(room, &in, a, u, t);
    assert_true(out.n == in.n && out.d == in.d && out.smoothing == in.smoothing && out.draw == in.draw);
    for (int j = 0; j < BATCH; j++) {
        assert_int_equal(out.label[out.index[j]], labels[in.index[j]]);
        for (int e = 0; e < f->features; e++) x[e] = value_of(&in, j, e);
        for (int e = 0; e < f->features; e++) {
            int q = e / (f->height * f->width), r = e / f->width % f->height, s = e % f->width;
            double due = pixel_due(a, f, u, t, (uint64_t)j, x, q, r, s), got = value_of(&out, j, e);
            if (got == due) continue;
            fail_msg("%d x %d, flip %g translate %d cutout %d zeros %d, image %d, channel %d row %d column %d: %g where %g is due",
                     f->height, f->width, a->flip, a->translate, a->cutout, a->zeros, j, q, r, s, got, due);
        }
    }
    augment_room_free(room);
}

static void images_of_any_form_are_those_of_the_definition(void **state)
{
    (void)state;
    static const int sides[][2] = { { 32, 32 }, { 1, 1 }, { 1, 9 }, { 9, 1 }, { 5, 8 }, { 7, 17 }, { 33, 40 }, { 4, 3 } };
    static const augmentation all[] = { { 0.5, 0, 0, false }, { 0, 1, 0, false }, { 0, 1, 0, true },  { 1, 0, 0, false },
                                        { 0, 0, 1, false },   { 0.5, 3, 2, false }, { 0.5, 3, 5, true }, { 0.3, 9, 8, false },
                                        { 0.3, 9, 32, true } };
    for (size_t q = 0; q < sizeof sides / sizeof *sides; q++) {
        int least = sides[q][0] < sides[q][1] ? sides[q][0] : sides[q][1];
        for (int form = 0; form < 4; form++) {
            int channels = form % 2 == 0 ? 1 : 3;
            strata_form f = { form < 2 ? STRATA_BYTES : STRATA_FLOATS, sides[q][0] * sides[q][1] * channels, sides[q][0], sides[q][1],
                              channels, 20 };
            draw_pool(&f);
            for (size_t c = 0; c < sizeof all / sizeof *all; c++) {
                augmentation a = all[c];
                if (a.translate > least) a.translate = least;
                if (a.cutout > least) a.cutout = least;
                for (uint64_t t = 0; t < 3; t++) check_batch(&f, &a, t << (t * 20)); /* 0, 2^20, 2^41 */
            }
        }
    }
}

/* ---- laws ---------------------------------------------------------------------------------------------------------------------------- */

static void mirrored_twice_is_as_before(void **state)
{
    (void)state;
    for (int element = 0; element < 2; element++) {
        strata_form f = { element == 0 ? STRATA_BYTES : STRATA_FLOATS, 3 * 5 * 11, 5, 11, 3, 20 };
        augment_room *one, *two;
        draw_pool(&f);
        minibatch in = pool_batch(&f);
        CHECK_OK(augment_room_create(&f, BATCH, &one));
        CHECK_OK(augment_room_create(&f, BATCH + 3, &two));
        minibatch once = augment_mirrored(one, &in), twice = augment_mirrored(two, &once);
        for (int j = 0; j < BATCH; j++) {
            int moved = 0;
            for (int e = 0; e < f.features; e++) {
                assert_true(value_of(&twice, j, e) == value_of(&in, j, e));
                assert_true(value_of(&once, j, e) == value_of(&in, j, e / 11 * 11 + 10 - e % 11));
                moved += value_of(&once, j, e) != value_of(&in, j, e);
            }
            assert_int_equal(moved, 3 * 5 * 10);
            assert_int_equal(twice.label[twice.index[j]], labels[in.index[j]]);
        }
        augment_room_free(one);
        augment_room_free(two);
    }
    augment_room_free(NULL);
}

static void nothing_is_written_beyond_an_image(void **state)
{
    (void)state;
    strata_form f = { STRATA_BYTES, 3 * 7 * 13, 7, 13, 3, 10 };
    const augmentation a = { 0.5, 7, 7, false };
    uint8_t out[3 * 7 * 13 + 2 * FENCE];
    draw_pool(&f);
    for (int j = 0; j < 500; j++) {
        augment_change change = augment_drawn(&a, &f, random_named(2, "augment"), 4, j);
        change.zeros = j % 2 == 0;
        memset(out, 0, sizeof out);
        augment_image(&f, &change, bytes, out + FENCE);
        for (int e = 0; e < FENCE; e++) assert_true(out[e] == 0 && out[FENCE + f.features + e] == 0);
    }
}

/* Of so many draws, each of `values` equal shares has its part, but for 5 standard deviations. */
static void check_shares(const char *what, const int *count, int values, int draws)
{
    double share = 1.0 / values, away = 5 * sqrt(draws * share * (1 - share));
    for (int v = 0; v < values; v++) {
        if (!(fabs(count[v] - draws * share) <= away)) fail_msg("%s: value %d of %d came %d times in %d", what, v, values, count[v], draws);
    }
}

static void what_is_drawn_has_its_shares(void **state)
{
    (void)state;
    enum { IMAGES = 100, UPDATES = 300, DRAWS = IMAGES * UPDATES, D = 3 };
    const strata_form f = { STRATA_BYTES, 20, 4, 5, 1, 10 };
    const augmentation a = { 0.3, D, 1, false };
    int down[2 * D + 1] = { 0 }, across[2 * D + 1] = { 0 }, row[4] = { 0 }, column[5] = { 0 }, both[9] = { 0 }, mirrored = 0;
    for (int t = 0; t < UPDATES; t++) {
        for (int j = 0; j < IMAGES; j++) {
            augment_change c = augment_drawn(&a, &f, random_named(8, "augment"), (uint64_t)t, j);
            assert_true(abs(c.down) <= D && abs(c.across) <= D && c.bottom == c.top + 1 && c.right == c.left + 1);
            mirrored += c.mirrored;
            down[c.down + D]++;
            across[c.across + D]++;
            row[c.top]++;
            column[c.left]++;
            both[(c.down + D) % 3 * 3 + (c.across + D) % 3]++; /* residues 0, 0, 0, 1, 1, 2, 2 of 7 */
        }
    }
    assert_true(fabs(mirrored - 0.3 * DRAWS) <= 5 * sqrt(DRAWS * 0.3 * 0.7));
    check_shares("down", down, 2 * D + 1, DRAWS);
    check_shares("across", across, 2 * D + 1, DRAWS);
    check_shares("row", row, 4, DRAWS);
    check_shares("column", column, 5, DRAWS);
    for (int v = 0; v < 9; v++) { /* the two do not depend on each other */
        double share = (v / 3 == 0 ? 3 : 2) * (v % 3 == 0 ? 3 : 2) / 49.0;
        assert_true(fabs(both[v] - share * DRAWS) <= 5 * sqrt(DRAWS * share * (1 - share)));
    }
}

/* ---- mini-batches -------------------------------------------------------------------------------------------------------------------- */

static sampler *sampler_of(const char *first, const char *second, const char *third)
{
    const char *words[] = { "n_batch=7", first, second, third, NULL };
    strata_config *config = small_config(words);
    sampler *b;
    CHECK_OK(fit_sampler(config, small_split(), &b));
    strata_config_free(config);
    return b;
}

/* Image j of update t is augmented by the numbers of update t. */
static void check_augmented(const uint8_t *image, const minibatch *window, long t, int j)
{
    uint8_t due[STRATA_PIXELS];
    const augmentation a = { 0.5, 3, 8, false };
    augment_change change = augment_drawn(&a, &data_cifar10_form, random_named(1, "augment"), (uint64_t)t, j);
    augment_image(&data_cifar10_form, &change, window->image + window->index[j] * window->stride, due);
    assert_memory_equal(image, due, sizeof due);
}

static void update_t_has_its_images_in_any_order_of_asking(void **state)
{
    (void)state;
    enum { UPDATES = 120, N = 7 }; /* 57 an epoch */
    static uint8_t straight[UPDATES][N * STRATA_PIXELS];
    static uint16_t label[UPDATES][N];
    sampler *b = sampler_of("flip=0.5", "translate=3", "cutout=8"), *again = sampler_of("flip=0.5", "translate=3", "cutout=8");
    sampler *other = sampler_of("flip=0.5", "translate=3", "seed=2"), *plain = sampler_of("label_smoothing=0.1", NULL, NULL);
    const uint32_t *next = NULL;
    int as_it_is = 0;
    for (long t = 0; t < UPDATES; t++) {
        minibatch batch = sampler_at(b, t), window = sampler_at(plain, t);
        assert_true(batch.image != small_data()->image && window.image == small_data()->image);
        assert_true(batch.smoothing == 0 && window.smoothing == 0.1 && batch.seed == 1 && batch.draw == (uint64_t)t);
        assert_true(window.seed == 1 && window.draw == (uint64_t)t && batch.mean == window.mean);
        assert_int_equal(window.after, t % 57 < 56 ? N : 0); /* what is wanted next stands behind it, but at the end of an epoch */
        assert_true(t % 57 == 0 || window.index == next);
        next = window.index + N;
        assert_true(batch.n == N && batch.d == STRATA_PIXELS && batch.after == 0);
        memcpy(straight[t], batch.image, sizeof straight[t]);
        for (int j = 0; j < N; j++) {
            label[t][j] = batch.label[batch.index[j]];
            assert_int_equal(label[t][j], window.label[window.index[j]]);
            check_augmented(straight[t] + j * STRATA_PIXELS, &window, t, j);
            as_it_is += memcmp(straight[t] + j * STRATA_PIXELS, window.image + window.index[j] * window.stride, STRATA_PIXELS) == 0;
        }
    }
    assert_int_equal(as_it_is, 0); /* each has a hole at least */
    for (long q = 0; q < UPDATES; q++) {
        long t = (q * 77 + 40) % UPDATES; /* 77 and 120 have no common factor: every t */
        assert_memory_equal(sampler_at(again, t).image, straight[t], sizeof straight[t]);
        assert_memory_equal(sampler_at(again, t).label, label[t], sizeof label[t]);
        assert_memory_not_equal(sampler_at(other, t).image, straight[t], sizeof straight[t]);
    }
    sampler_free(b);
    sampler_free(again);
    sampler_free(other);
    sampler_free(plain);
}

/* The examples of a training, whose digest says that nobody wrote to them. */
static void a_training_leaves_the_data_alone(void **state)
{
    (void)state;
    static const char *const words[] = { "hidden=[4]", "n_s=8", "cycles=1", "evals=1", "flip=0.5", "translate=3", "cutout=8", NULL };
    static const char *const without[] = { "hidden=[4]", "n_s=8", "cycles=1", "evals=1", NULL };
    size_t size = (size_t)(SMALL_PER_FILE * DATA_FILES) * STRATA_PIXELS;
    const strata_data *data = small_data();
    uint8_t *before = malloc(size);
    strata_config *config = small_config(words), *plain = small_config(without);
    const strata_config *both[] = { config, plain };
    strata_run *runs[2], *alone;
    assert_non_null(before);
    memcpy(before, data->image, size);
    CHECK_OK(strata_train(2, both, data, 2, NULL, runs));
    CHECK_OK(strata_train(1, both, data, 3, NULL, &alone));
    assert_memory_equal(before, data->image, size);
    assert_string_equal(strata_model_digest(strata_run_model(runs[0])), strata_model_digest(strata_run_model(alone)));
    assert_string_not_equal(strata_model_digest(strata_run_model(runs[0])), strata_model_digest(strata_run_model(runs[1])));
    for (int r = 0; r < 2; r++) strata_run_free(runs[r]);
    strata_run_free(alone);
    strata_config_free(config);
    strata_config_free(plain);
    free(before);
}

/* ---- what cannot be augmented -------------------------------------------------------------------------------------------------------- */

static void what_is_no_image_is_refused(void **state)
{
    (void)state;
    static const struct { const char *words, *sentence[3]; } cases[] = { /* of CIFAR-10, of 28 x 20 pixels, of a table */
        { "flip=0.5", { NULL, NULL, "flip = 0.5: the examples are no images" } },
        { "translate=20", { NULL, NULL, "translate = 20: the examples are no images" } },
        { "translate=21", { NULL, "translate = 21 is larger than images of 28 x 20 pixels; use 20 or less", "no images" } },
        { "cutout=32", { NULL, "cutout = 32 is larger than images of 28 x 20", "no images" } },
        { "cutout=33", { "cutout = 33 is larger than images of 32 x 32", "cutout = 33", "no images" } },
        { "test_flip=true", { NULL, NULL, "test_flip = 1: the examples are no images" } },
        { "standardise=channel", { NULL, NULL, "standardise = channel: the examples are no images" } },
        { "patch=8", { NULL, "patch = 8 does not divide images of 28 x 20", "patch = 8: the examples are no images" } },
        { "patch=7", { "patch = 7 does not divide", "patch = 7 does not divide", "no images" } },
        { "standardise=none", { NULL, NULL, NULL } },
    };
    static const strata_form forms[] = { { STRATA_BYTES, 3072, 32, 32, 3, 10 }, { STRATA_BYTES, 560, 28, 20, 1, 10 },
                                         { STRATA_FLOATS, 560, 0, 0, 0, 10 } };
    for (size_t q = 0; q < sizeof cases / sizeof *cases; q++) {
        const char *words[] = { cases[q].words, NULL };
        strata_config *config = small_config(words);
        CHECK_OK(strata_config_check(config)); /* of images that nobody knows yet */
        config->pool = 500;
        for (int f = 0; f < 3; f++) {
            const char *due = cases[q].sentence[f];
            config->form = forms[f];
            strata_status status = strata_config_check(config);
            assert_int_equal(status, due == NULL ? STRATA_OK : STRATA_ERR_ARGUMENT);
            if (due != NULL && strstr(strata_error(), due) == NULL) fail_msg("%s: %s", cases[q].words, strata_error());
        }
        strata_config_free(config);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_image_by_hand),
        cmocka_unit_test(images_of_any_form_are_those_of_the_definition),
        cmocka_unit_test(mirrored_twice_is_as_before),
        cmocka_unit_test(nothing_is_written_beyond_an_image),
        cmocka_unit_test(what_is_drawn_has_its_shares),
        cmocka_unit_test(update_t_has_its_images_in_any_order_of_asking),
        cmocka_unit_test(a_training_leaves_the_data_alone),
        cmocka_unit_test(what_is_no_image_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, small_tear_down);
}
