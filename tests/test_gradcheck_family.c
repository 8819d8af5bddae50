/*
 * The gradient check over the wider family, (21) to (36): layers of patches, norms and their places, activations, losses, skips, dropout
 * and noise, one by one and together. Each is confirmed by both methods and in every backend, and each of the wrong gradients below, a verb
 * with one fault, is found.
 */
#include "cmocka_strata.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "fit.h"
#include "gradcheck.h"
#include "small.h"

/* ---- right gradients ---------------------------------------------------------------------------------------------------------------- */

#define PATCHES "patch=8", "filters=3", "hidden=[6]"

static const char *const nets[][14] = {
    { PATCHES, "bn=false" },
    { PATCHES, "norm=batch" },
    { PATCHES, "standardise=pixel", "bn=false" },
    { PATCHES, "norm=batch", "norm_place=after" },
    { PATCHES, "norm=layer" },
    { "patch=32", "filters=5", "hidden=[]", "bn=false" },
    { "hidden=[6,5]", "norm=layer", "norm_place=after" },
    { "hidden=[6,5]", "norm=batch", "norm_place=after", "activation=sigmoid" },
    { "hidden=[6,5,6,4]", "skip=true", "bn=false" },
    { "hidden=[6,5,6,5,6]", "skip=true", "norm=batch", "activation=tanh" },
    { "hidden=[6]", "activation=leaky_relu", "bn=false" },
    { "hidden=[6,5]", "activation=gelu", "bn=false" },
    { "hidden=[6,5]", "activation=gelu", "norm=layer", "norm_place=before" },
    { "hidden=[6]", "loss=sigmoid", "label_smoothing=0.2", "bn=false" },
    { "hidden=[6]", "loss=hinge", "bn=false" },
    { "hidden=[6]", "label_smoothing=0.1", "bn=false" },
    { "hidden=[6,5]", "dropout=0.3", "norm=batch" },
    { "hidden=[6]", "input_dropout=0.2", "noise=0.3", "bn=false" },
    { PATCHES, "dropout=0.3", "input_dropout=0.2", "noise=0.1", "label_smoothing=0.1", "norm=batch", "flip=0.5", "translate=3",
      "cutout=8" },
    { "patch=16", "filters=3", "hidden=[12,12,12,12]", "skip=true", "norm=layer", "activation=leaky_relu", "loss=hinge", "dropout=0.2" },
    { "patch=16", "filters=3", "hidden=[8,12]", "skip=true", "norm=batch", "norm_place=after", "activation=gelu", "loss=sigmoid",
      "dropout=0.2" },
};

enum { NETS = sizeof nets / sizeof *nets };

/* Does the check of this net pass? Prints what does not. */
static bool passes(const char *const *words, const strata_gradcheck_options *options)
{
    strata_gradcheck *result;
    strata_config *config = small_config(words);
    CHECK_OK(strata_gradcheck_run(config, small_data(), options, &result));
    bool passed = strata_gradcheck_passed(result);
    if (!passed) {
        print_error("method %d, %s:", (int)options->method, options->backend);
        for (; *words != NULL; words++) print_error(" %s", *words);
        print_error("\n");
    }
    strata_gradcheck_free(result);
    strata_config_free(config);
    return passed;
}

/* A sample of each tensor by six images. */
static strata_gradcheck_options sample(strata_method method, const char *name)
{
    strata_gradcheck_options options = STRATA_GRADCHECK_DEFAULTS;
    options.method = method;
    options.backend = name;
    options.images = 6;
    options.sample = method == STRATA_AGAINST_REF64 ? 0 : 12;
    options.threads = 1;
    return options;
}

static void every_kind_is_confirmed(void **state)
{
    (void)state;
    long alarms = 0;
    for (int q = 0; q < NETS; q++) {
        for (int method = STRATA_CENTRAL; method <= STRATA_COMPLEX_STEP; method++) {
            strata_gradcheck_options options = sample((strata_method)method, "ref64");
            alarms += !passes(nets[q], &options);
        }
    }
    assert_int_equal(alarms, 0);
}

static void every_backend_agrees(void **state)
{
    (void)state;
    static const char *const names[] = { "ref32", "blas", "cpu" };
    long alarms = 0;
    for (int b = 0; b < 3; b++) {
        if (mat_backend_named(names[b]) == NULL) continue;
        for (int q = 0; q < NETS; q++) {
            strata_gradcheck_options options = sample(STRATA_AGAINST_REF64, names[b]);
            alarms += !passes(nets[q], &options);
        }
    }
    assert_int_equal(alarms, 0);
}

/* A step so large that signs change: of what activations take, with dropout and a norm behind them, and of the margins. */
static void kinks_of_every_kind_are_recognised(void **state)
{
    (void)state;
    static const char *const kinked[][6] = {
        { "hidden=[30]", "dropout=0.3", "bn=false" },
        { "hidden=[30]", "norm=batch", "norm_place=after" },
        { "hidden=[30]", "activation=leaky_relu", "bn=false" },
        { "patch=8", "filters=3", "hidden=[]", "bn=false" },
        { "hidden=[30]", "activation=tanh", "loss=hinge", "seed=2", "bn=false" },
    };
    for (size_t q = 0; q < sizeof kinked / sizeof *kinked; q++) {
        strata_gradcheck *result;
        int layers;
        long kinks = 0;
        strata_gradcheck_options options = sample(STRATA_CENTRAL, "ref64");
        options.images = 20;
        options.sample = 60;
        options.h = 3e-2;
        strata_config *config = small_config(kinked[q]);
        CHECK_OK(strata_gradcheck_run(config, small_data(), &options, &result));
        const strata_gradcheck_layer *layer = strata_gradcheck_layers(result, &layers);
        for (int l = 0; l < layers; l++) {
            for (int which = 0; which < layer[l].tensors; which++) kinks += layer[l].tensor[which].kinks;
        }
        if (!strata_gradcheck_passed(result) || kinks == 0) fail_msg("%s %s: %ld kinks", kinked[q][0], kinked[q][1], kinks);
        strata_gradcheck_free(result);
        strata_config_free(config);
    }
}

/* Patches need whole images, whatever `inputs` says. */
static void patches_are_of_whole_images(void **state)
{
    (void)state;
    strata_gradcheck *result;
    int layers;
    strata_gradcheck_options options = sample(STRATA_COMPLEX_STEP, "ref64");
    strata_config *config = small_config((const char *const[]){ "patch=4", "filters=3", "hidden=[10]", NULL });
    options.inputs = 10;
    options.sample = 1;
    CHECK_OK(strata_gradcheck_run(config, small_data(), &options, &result));
    const strata_gradcheck_layer *layer = strata_gradcheck_layers(result, &layers);
    assert_int_equal(layers, 3);
    assert_int_equal(layer[0].tensor[0].entries, 3 * 48);
    assert_int_equal(layer[1].tensor[0].entries, 10 * 64 * 3);
    strata_gradcheck_free(result);
    strata_config_free(config);
}

/* ---- wrong ones --------------------------------------------------------------------------------------------------------------------- */

static double *at(mat M)
{
    return M.p;
}

/* Forwards it adds, backwards not: the sums of (29) come first. */
static int adds;
static void added_once(mat S, mat X)
{
    if (adds++ == 0) mat_ref64.add(S, X);
}

static void not_scaled(mat G, double by) { (void)G, (void)by; }
static void relu_for_leaky(mat G, mat X) { mat_ref64.relu_back(G, X); }
static void sigmoid_for_tangent(mat G, mat X) { mat_ref64.sigmoid_back(G, X); }
static void tangent_for_sigmoid(mat G, mat X) { mat_ref64.hyperbolic_tangent_back(G, X); }

/* As of exact GELU: the normal distribution, which the approximation nearly has. */
static void exact_gelu_back(mat G, mat T)
{
    for (size_t e = 0; e < mat_elements(G); e++) {
        double t = at(T)[e];
        at(G)[e] *= (1 + erf(t / sqrt(2))) / 2 + t * exp(-t * t / 2) / sqrt(2 * 3.14159265358979323846);
    }
}

static void labels_not_smoothed(mat G, mat P, const minibatch *batch)
{
    minibatch sharp = *batch;
    sharp.smoothing = 0;
    mat_ref64.minus_labels(G, P, &sharp);
}

static void shared_by_nobody(mat G, mat P, const minibatch *batch) { mat_ref64.minus_labels(G, P, batch); }

/* The own class keeps the gradient of the others. */
static void hinge_of_others_alone(mat G, mat S, const minibatch *batch)
{
    mat_ref64.hinge_back(G, S, batch);
    for (int j = 0; j < G.cols; j++) at(G)[(size_t)j * (size_t)G.rows + batch->label[batch->index[j]]] = 0;
}

/* (28) with one mean. */
static void one_mean_of_columns(mat G, mat Shat, mat v, double eps)
{
    for (int j = 0; j < G.cols; j++) {
        double *g = at(G) + (size_t)j * (size_t)G.rows, mean = 0;
        for (int i = 0; i < G.rows; i++) mean += g[i] / G.rows;
        for (int i = 0; i < G.rows; i++) g[i] = (g[i] - mean) / sqrt(at(v)[j] + eps);
    }
    (void)Shat;
}

/* Another mask backwards: a small matrix is dropped for the second time. */
static int drops;
static void another_mask_backwards(mat X, double rate, random_stream s, uint64_t draw)
{
    mat_ref64.drop(X, rate, s, draw + (uint64_t)(drops++ > 0));
}

/* A batch with the settings of a mini-batch of training, and a net of these words. Errors that the check finds with this table. */
static long errors_with(const backend *wrong, const char *const *words)
{
    strata_gradcheck_layer layer[NET_MAX_LAYERS];
    network *net;
    strata_config *config = small_config(words);
    CHECK_OK(strata_config_set(config, "bn", "false"));
    net_shape shape = config_shape_of(config, config->patch > 0 ? 3072 : 10);
    split *part;
    CHECK_OK(fit_split(config, small_data(), &part));
    minibatch batch = split_batch(small_data(), &part->inputs, small_data()->identity, 6, shape.width[0]);
    batch.smoothing = config->label_smoothing;
    batch.seed = 3;
    CHECK_OK(net_create(wrong, &shape, &net));
    CHECK_OK(net_init(net, NET_INIT_HE, 0, 1, NULL));
    gradcheck_task task = { .net = net, .batch = &batch, .lambda = 0.01, .seed = 1, .options = sample(STRATA_COMPLEX_STEP, "ref64") };
    drops = adds = 0;
    CHECK_OK(gradcheck_run(&task, layer));
    long errors = 0;
    for (int l = 0; l < shape.k; l++) {
        for (int which = 0; which < layer[l].tensors; which++) errors += layer[l].tensor[which].errors;
    }
    net_free(net);
    free(part);
    strata_config_free(config);
    return errors;
}

typedef void anything(void);

static void a_wrong_gradient_of_every_kind_is_found(void **state)
{
    (void)state;
#define WRONG(verb, fault) offsetof(backend, verb), (anything *)fault
    static const struct {
        size_t entry;
        anything *fault;
        const char *words[6];
    } wrong[] = {
        { WRONG(scale, not_scaled), { "patch=8", "filters=3", "hidden=[6]" } },
        { WRONG(standardise_columns_back, one_mean_of_columns), { "hidden=[6]", "norm=layer" } },
        { WRONG(standardise_columns_back, one_mean_of_columns), { "hidden=[6]", "norm=layer", "norm_place=after" } },
        { WRONG(add, added_once), { "hidden=[6,5,6]", "skip=true" } },
        { WRONG(leaky_relu_back, relu_for_leaky), { "hidden=[6]", "activation=leaky_relu" } },
        { WRONG(gelu_back, exact_gelu_back), { "hidden=[6]", "activation=gelu" } },
        { WRONG(hyperbolic_tangent_back, sigmoid_for_tangent), { "hidden=[6]", "activation=tanh" } },
        { WRONG(sigmoid_back, tangent_for_sigmoid), { "hidden=[6]", "activation=sigmoid" } },
        { WRONG(minus_labels, labels_not_smoothed), { "hidden=[6]", "label_smoothing=0.1" } },
        { WRONG(sigmoid_minus_labels, shared_by_nobody), { "hidden=[6]", "loss=sigmoid" } },
        { WRONG(hinge_back, hinge_of_others_alone), { "hidden=[6]", "loss=hinge" } },
        { WRONG(drop, another_mask_backwards), { "hidden=[6]", "dropout=0.4" } },
    };
#undef WRONG
    for (size_t q = 0; q < sizeof wrong / sizeof *wrong; q++) {
        backend table = mat_ref64;
        assert_int_equal(errors_with(&table, wrong[q].words), 0);
        memcpy((char *)&table + wrong[q].entry, &wrong[q].fault, sizeof wrong[q].fault);
        if (errors_with(&table, wrong[q].words) < 5) fail_msg("%s %s: a wrong gradient passes", wrong[q].words[0], wrong[q].words[1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_is_confirmed),
        cmocka_unit_test(every_backend_agrees),
        cmocka_unit_test(kinks_of_every_kind_are_recognised),
        cmocka_unit_test(patches_are_of_whole_images),
        cmocka_unit_test(a_wrong_gradient_of_every_kind_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, small_tear_down);
}
