/*
 * The gradient check where gradients cancel: batch normalisation of two images, of units that hardly vary, of one unit, with a large or a
 * tiny eps. Right gradients are no false alarm there, and wrong ones are still found, in double and, where a float can see them, in float.
 */
#include "cmocka_strata.h"

#include <math.h>
#include <string.h>

#include "gradcheck.h"
#include "small.h"

enum { INPUTS = 10 };

/* ---- right gradients ---------------------------------------------------------------------------------------------------------------- */

/* Does the check of this net pass? Prints what does not. */
static bool passes(const strata_gradcheck_options *options, const char *const *words)
{
    strata_gradcheck *result;
    strata_config *config = small_config(words);
    CHECK_OK(strata_gradcheck_run(config, small_data(), options, &result));
    bool passed = strata_gradcheck_passed(result);
    if (!passed) {
        print_error("method %d, %s, %d images:", (int)options->method, options->backend, options->images);
        for (; *words != NULL; words++) print_error(" %s", *words);
        print_error("\n");
    }
    strata_gradcheck_free(result);
    strata_config_free(config);
    return passed;
}

static const char *const nets[] = { "hidden=[5]", "hidden=[1]", "hidden=[5,5]", "hidden=[3,1,4]", "hidden=[4,4,4,4,4,4]" };
static const char *const seeds[] = { "seed=1", "seed=2", "seed=3" };

/* Every net of the list by 2 to 4 images, with three more settings. */
static long alarms(strata_gradcheck_options options, const char *init, const char *eps, const char *lambda)
{
    long count = 0;
    for (size_t n = 0; n < sizeof nets / sizeof *nets; n++) {
        for (size_t s = 0; s < sizeof seeds / sizeof *seeds; s++) {
            const char *words[] = { nets[n], seeds[s], init, eps, lambda, "bn=true", NULL };
            options.images = 2 + (int)(n + s) % 3;
            count += !passes(&options, words);
            options.images = 2;
            count += !passes(&options, words);
        }
    }
    return count;
}

static void few_images_are_no_false_alarm(void **state)
{
    (void)state;
    static const char *const names[] = { "ref32", "blas", "cpu", "refc64" };
    strata_gradcheck_options options = STRATA_GRADCHECK_DEFAULTS;
    long count = 0;
    options.method = STRATA_AGAINST_REF64;
    options.threads = 1;
    for (int b = 0; b < 4; b++) {
        if (mat_backend_named(names[b]) == NULL) continue;
        options.backend = names[b];
        count += alarms(options, "init=he", "eps=1e-05", "lambda=0");
        count += alarms(options, "init=sigma:0.001", "eps=1e-05", "lambda=0.005");
        count += alarms(options, "init=xavier", "eps=1", "lambda=0");
        count += alarms(options, "init=sigma:10", "eps=1e-12", "lambda=100");
    }
    assert_int_equal(count, 0);
}

/* (v + eps)^-1/2 is large here: a cost of size one says nothing of the roundings of gradients. The last net has two images alike in their
 * first three dimensions, and units that hardly vary. */
static void steep_gradients_are_no_false_alarm(void **state)
{
    (void)state;
    strata_gradcheck_options options = STRATA_GRADCHECK_DEFAULTS;
    long count = 0;
    options.threads = 1;
    for (int method = STRATA_CENTRAL; method <= STRATA_COMPLEX_STEP; method++) {
        options.method = (strata_method)method;
        count += alarms(options, "init=sigma:0.000001", "eps=1e-300", "lambda=0");
        count += alarms(options, "init=sigma:0.0001", "eps=1e-12", "lambda=0.005");
        count += alarms(options, "init=he", "eps=1e-300", "lambda=0");
        options.inputs = 3;
        options.images = 2;
        count += !passes(&options, (const char *const[]){ "hidden=[50,50]", "bn=true", "eps=1e-300", "lambda=0", NULL });
        options.inputs = INPUTS;
    }
    assert_int_equal(count, 0);
}

/* precision = bf16 rounds W and G of the first layer: other gradients, by a tolerance of its own. */
static void bf16_is_no_false_alarm(void **state)
{
    (void)state;
    static const char *const precisions[] = { "precision=float", "precision=bf16" };
    strata_gradcheck_options options = STRATA_GRADCHECK_DEFAULTS;
    double most[2] = { 0 };
    options.method = STRATA_AGAINST_REF64;
    options.backend = "cpu";
    options.inputs = 3072;
    options.images = 100;
    for (int p = 0; p < 2; p++) {
        int layers;
        strata_gradcheck *result;
        strata_config *config = small_config((const char *const[]){ "hidden=[50]", precisions[p], NULL });
        CHECK_OK(strata_gradcheck_run(config, small_data(), &options, &result));
        most[p] = strata_gradcheck_layers(result, &layers)[0].tensor[0].max_abs;
        assert_true(strata_gradcheck_passed(result));
        strata_gradcheck_free(result);
        strata_config_free(config);
    }
    if (mat_cpu_bf16() != mat_cpu()) assert_true(most[1] > 10 * most[0]); /* it was bf16 that was checked */
}

/* ---- wrong ones --------------------------------------------------------------------------------------------------------------------- */

static const backend *right; /* whose verbs the wrong ones are made of */

static double get(mat M, size_t e)
{
    double x[2];
    right->get(x, mat_at(right, M, e));
    return x[0];
}

static void put(mat M, size_t e, double x)
{
    right->put(mat_at(right, M, e), (double[]){ x, 0 });
}

/* (15) with factors before the mean and before the product, and another eps. */
static void back(mat G, mat Shat, mat v, double eps, double mean_factor, double product_factor)
{
    for (int i = 0; i < G.rows; i++) {
        double mean = 0, product = 0;
        for (int j = 0; j < G.cols; j++) {
            size_t e = (size_t)(i + j * G.rows);
            mean += get(G, e) / G.cols;
            product += get(G, e) * get(Shat, e) / G.cols;
        }
        for (int j = 0; j < G.cols; j++) {
            size_t e = (size_t)(i + j * G.rows);
            put(G, e, (get(G, e) - mean_factor * mean - product_factor * get(Shat, e) * product) / sqrt(get(v, (size_t)i) + eps));
        }
    }
}

static void no_mean(mat G, mat Shat, mat v, double eps) { back(G, Shat, v, eps, 0, 1); }
static void no_product(mat G, mat Shat, mat v, double eps) { back(G, Shat, v, eps, 1, 0); }
static void other_sign(mat G, mat Shat, mat v, double eps) { back(G, Shat, v, eps, 1, -1); }
static void slightly_wrong(mat G, mat Shat, mat v, double eps) { back(G, Shat, v, eps, 1, 0.999); }
static void no_eps(mat G, mat Shat, mat v, double eps) { (void)eps, back(G, Shat, v, 0, 1, 1); }

static void sums_for_means(mat dgamma, mat G, mat Shat)
{
    right->row_mean_products(dgamma, G, Shat);
    for (int i = 0; i < G.rows; i++) put(dgamma, (size_t)i, G.cols * get(dgamma, (size_t)i));
}

/* Errors that a check by two images finds: of ref64 with wrong verbs by a method, or of ref32 with wrong verbs against ref64. */
static long errors_of(const backend *wrong, strata_method method)
{
    strata_gradcheck_layer layer[NET_MAX_LAYERS];
    minibatch batch = small_batch(0, 2, INPUTS);
    bool another = method == STRATA_AGAINST_REF64;
    network *net = small_net(another ? &mat_ref64 : wrong, INPUTS, "[20,10]", true, 31);
    gradcheck_task task = { .net = net, .batch = &batch, .seed = 1, .options = STRATA_GRADCHECK_DEFAULTS,
                            .other = another ? wrong : NULL };
    task.options.method = method;
    task.options.threads = 1;
    CHECK_OK(gradcheck_run(&task, layer));
    long errors = 0;
    for (int l = 0; l < net->shape.k; l++) {
        for (int which = 0; which < layer[l].tensors; which++) errors += layer[l].tensor[which].errors;
    }
    net_free(net);
    return errors;
}

static void expect_errors(const backend *like, strata_method method, bool fine)
{
    void (*const wrong[])(mat, mat, mat, double) = { no_mean, no_product, other_sign, slightly_wrong, no_eps };
    size_t count = fine ? 5 : 4;
    right = like;
    backend table = *like;
    assert_int_equal(errors_of(&table, method), 0);
    for (size_t b = 0; b < count; b++) {
        table = *like;
        table.standardise_back = wrong[b];
        long errors = errors_of(&table, method);
        if (errors <= 20) fail_msg("method %d: wrong (15) number %zu: only %ld errors", (int)method, b, errors);
    }
    table = *like;
    table.row_mean_products = sums_for_means;
    assert_true(errors_of(&table, method) > 10);
}

static void two_images_show_a_wrong_gradient_in_double(void **state)
{
    (void)state;
    expect_errors(&mat_ref64, STRATA_CENTRAL, true);
    expect_errors(&mat_ref64, STRATA_COMPLEX_STEP, true);
}

/* eps forgotten in (15) changes gradients by eps / 2 v of themselves, which are eps / v of what a float rounds: no float can show it. A
 * thousandth of the product is a hundred times the whole gradient. */
static void two_images_show_a_wrong_gradient_in_float(void **state)
{
    (void)state;
    expect_errors(&mat_ref32, STRATA_AGAINST_REF64, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_images_are_no_false_alarm),
        cmocka_unit_test(steep_gradients_are_no_false_alarm),
        cmocka_unit_test(bf16_is_no_false_alarm),
        cmocka_unit_test(two_images_show_a_wrong_gradient_in_double),
        cmocka_unit_test(two_images_show_a_wrong_gradient_in_float),
    };
    return cmocka_run_group_tests(tests, NULL, small_tear_down);
}
