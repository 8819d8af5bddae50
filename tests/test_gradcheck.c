/*
 * The gradient check itself: it confirms right gradients by both methods, and it is not fooled: a gradient that is wrong in one entry is an
 * error, whatever excuse is near. The wrong gradients come from a backend whose table has one verb replaced.
 */
#include "cmocka_strata.h"

#include <math.h>
#include <string.h>

#include "gradcheck.h"
#include "small.h"

enum { INPUTS = 10, IMAGES = 20 };

static const char *const report_nets[] = { "[50]", "[50,50]", "[50,50,10]" };

/* The check over the public interface, on 10 inputs unless told otherwise. */
static strata_gradcheck *check(const char *hidden, bool bn, double lambda, const strata_gradcheck_options *options)
{
    char list[600], penalty[64];
    (void)snprintf(list, sizeof list, "hidden=%s", hidden);
    (void)snprintf(penalty, sizeof penalty, "lambda=%g", lambda);
    const char *words[] = { list, penalty, bn ? "bn=true" : "bn=false", NULL };
    strata_config *config = small_config(words);
    strata_gradcheck *result;
    CHECK_OK(strata_gradcheck_run(config, small_data(), options, &result));
    strata_config_free(config);
    return result;
}

/* All tensors of a passed check: every entry checked or a kink, errors below `most`, and as many tensors as the net has. */
static void expect_all_below(const strata_gradcheck *result, bool bn, double most)
{
    int layers;
    const strata_gradcheck_layer *layer = strata_gradcheck_layers(result, &layers);
    assert_true(strata_gradcheck_passed(result));
    for (int l = 0; l < layers; l++) {
        assert_int_equal(layer[l].tensors, bn && l < layers - 1 ? 4 : 2);
        for (int which = 0; which < layer[l].tensors; which++) {
            const strata_gradcheck_tensor *t = &layer[l].tensor[which];
            assert_int_equal(t->checked + t->kinks, t->entries);
            assert_int_equal(t->below_1e_6, t->checked);
            assert_true(t->kinks * 1000 <= t->entries); /* 0.1 % */
            assert_true(t->max_abs <= most);
            assert_int_equal(t->structural_zeros, bn && l < layers - 1 && which == 1 ? t->entries : 0);
        }
    }
}

static void check_report_nets(strata_method method, double most)
{
    strata_gradcheck_options options = STRATA_GRADCHECK_DEFAULTS;
    options.method = method;
    for (int q = 0; q < 3; q++) {
        for (int bn = 0; bn < 2; bn++) {
            for (int penalty = 0; penalty < 2; penalty++) {
                strata_gradcheck *result = check(report_nets[q], bn == 1, penalty * 0.005, &options);
                expect_all_below(result, bn == 1, most);
                strata_gradcheck_free(result);
            }
        }
    }
}

static void central_differences_confirm_every_gradient(void **state)
{
    (void)state;
    check_report_nets(STRATA_CENTRAL, 1e-7);
}

static void the_complex_step_confirms_every_gradient(void **state)
{
    (void)state;
    check_report_nets(STRATA_COMPLEX_STEP, 1e-12);
}

static void other_backends_agree_with_ref64(void **state)
{
    (void)state;
    static const char *const names[] = { "ref32", "blas", "cpu", "refc64" };
    for (int b = 0; b < 4; b++) {
        if (mat_backend_named(names[b]) == NULL) continue;
        for (int bn = 0; bn < 2; bn++) {
            strata_gradcheck_options options = STRATA_GRADCHECK_DEFAULTS;
            options.method = STRATA_AGAINST_REF64;
            options.backend = names[b];
            strata_gradcheck *result = check("[50,50]", bn == 1, 0.005, &options);
            assert_true(strata_gradcheck_passed(result));
            strata_gradcheck_free(result);
        }
    }
}

static void a_sample_of_a_full_size_net(void **state)
{
    (void)state;
    int layers;
    strata_gradcheck_options options = STRATA_GRADCHECK_DEFAULTS;
    options.inputs = 3072;
    options.sample = 12;
    for (int method = STRATA_CENTRAL; method <= STRATA_COMPLEX_STEP; method++) {
        options.method = (strata_method)method;
        strata_gradcheck *result = check("[50,50]", true, 0.005, &options);
        const strata_gradcheck_layer *layer = strata_gradcheck_layers(result, &layers);
        assert_true(strata_gradcheck_passed(result));
        assert_int_equal(layer[0].tensor[0].entries, 50 * 3072);
        assert_int_equal(layer[0].tensor[0].checked + layer[0].tensor[0].kinks, 12);
        strata_gradcheck_free(result);
    }
}

static void threads_change_nothing(void **state)
{
    (void)state;
    strata_gradcheck_options options = STRATA_GRADCHECK_DEFAULTS;
    int layers;
    options.threads = 1;
    strata_gradcheck *one = check("[50]", true, 0.005, &options);
    options.threads = 3;
    strata_gradcheck *three = check("[50]", true, 0.005, &options);
    const strata_gradcheck_layer *a = strata_gradcheck_layers(one, &layers), *b = strata_gradcheck_layers(three, &layers);
    for (int l = 0; l < layers; l++) {
        for (int which = 0; which < a[l].tensors; which++) {
            assert_true(a[l].tensor[which].max_abs == b[l].tensor[which].max_abs);
            assert_true(a[l].tensor[which].max_rel == b[l].tensor[which].max_rel);
        }
    }
    strata_gradcheck_free(one);
    strata_gradcheck_free(three);
}

/* A step so large that ReLUs change sign all the time: entries disagree, are found to be kinks, and the check passes. */
static void kinks_are_recognised(void **state)
{
    (void)state;
    int layers;
    long kinks = 0;
    strata_gradcheck_options options = STRATA_GRADCHECK_DEFAULTS;
    options.h = 1e-2;
    strata_gradcheck *result = check("[50,50]", false, 0, &options);
    const strata_gradcheck_layer *layer = strata_gradcheck_layers(result, &layers);
    for (int l = 0; l < layers; l++) kinks += layer[l].tensor[0].kinks;
    assert_true(kinks > 10);
    assert_true(strata_gradcheck_passed(result));
    strata_gradcheck_free(result);
}

/* ---- wrong gradients ---------------------------------------------------------------------------------------------------------- */

/* One entry of db is off by one part in a thousand. */
static void row_means_slightly_wrong(mat db, mat G)
{
    mat_ref64.row_means(db, G);
    double x[2];
    mat one = mat_at(&mat_ref64, db, 0);
    mat_ref64.get(x, one);
    x[0] += 1e-3 * (fabs(x[0]) + 1e-3);
    mat_ref64.put(one, x);
}

/* lambda for 2 lambda. */
static void weight_gradient_half_penalty(mat dW, mat G, mat X, double lambda, mat W)
{
    mat_ref64.weight_gradient(dW, G, X, lambda / 2, W);
}

static void mul_tn_wrong_sign(mat Gbelow, mat W, mat G)
{
    double x[2];
    mat_ref64.mul_tn(Gbelow, W, G);
    for (size_t e = 0; e < mat_elements(Gbelow); e++) {
        mat_ref64.get(x, mat_at(&mat_ref64, Gbelow, e));
        x[0] = -x[0];
        mat_ref64.put(mat_at(&mat_ref64, Gbelow, e), x);
    }
}

/* The eps of darknet: another one in the backward pass. */
static void standardise_back_other_eps(mat G, mat Shat, mat v, double eps)
{
    mat_ref64.standardise_back(G, Shat, v, 100 * eps);
}

/* Errors of a check whose analytic gradients come from this table. Steps and costs are ref64's own forward pass. */
static long errors_with(const backend *wrong, strata_method method)
{
    strata_gradcheck_layer layer[NET_MAX_LAYERS];
    minibatch batch = small_batch(0, IMAGES, INPUTS);
    network *net = small_net(wrong, INPUTS, "[20,10]", true, 31);
    gradcheck_task task = { .net = net, .batch = &batch, .lambda = 0.005, .seed = 1, .options = STRATA_GRADCHECK_DEFAULTS };
    task.options.method = method;
    CHECK_OK(gradcheck_run(&task, layer));
    long errors = 0;
    for (int l = 0; l < net->shape.k; l++) {
        for (int which = 0; which < layer[l].tensors; which++) errors += layer[l].tensor[which].errors;
    }
    net_free(net);
    return errors;
}

static void a_wrong_gradient_is_an_error(void **state)
{
    (void)state;
    for (int method = STRATA_CENTRAL; method <= STRATA_COMPLEX_STEP; method++) {
        backend table = mat_ref64;
        assert_int_equal(errors_with(&table, (strata_method)method), 0);
        table.row_means = row_means_slightly_wrong;
        assert_true(errors_with(&table, (strata_method)method) > 0);
        table = mat_ref64;
        table.weight_gradient = weight_gradient_half_penalty;
        assert_true(errors_with(&table, (strata_method)method) > 100);
        table = mat_ref64;
        table.mul_tn = mul_tn_wrong_sign;
        assert_true(errors_with(&table, (strata_method)method) > 100);
        table = mat_ref64;
        table.standardise_back = standardise_back_other_eps;
        assert_true(errors_with(&table, (strata_method)method) > 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(central_differences_confirm_every_gradient),
        cmocka_unit_test(the_complex_step_confirms_every_gradient),
        cmocka_unit_test(other_backends_agree_with_ref64),
        cmocka_unit_test(a_sample_of_a_full_size_net),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(kinks_are_recognised),
        cmocka_unit_test(a_wrong_gradient_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, small_tear_down);
}
