/*
 * Nets on mini-batches of floats: their gradients by every method and in every backend, the memory that is counted for them, and the step
 * of layer 1, which has the bits of gradient and step. Features have means of up to a thousand deviations.
 */
#include "cmocka_strata.h"

#include <math.h>
#include <stdlib.h>

#include "gradcheck.h"
#include "random.h"
#include "small.h"

enum { INPUTS = 12, IMAGES = 20, STRIDE = INPUTS + 3 };

static float table[IMAGES * STRIDE], scale[INPUTS], shift[INPUTS];
static double mean[INPUTS], inv_std[INPUTS];
static uint16_t label[IMAGES];
static uint32_t index_of[IMAGES];

static int draw(void **state)
{
    double normal[IMAGES * STRIDE];
    (void)state;
    random_normals(random_named(1, "floats"), 0, IMAGES * STRIDE, normal);
    for (int t = 0; t < INPUTS; t++) {
        mean[t] = t % 3 == 0 ? 1000.1 * (t + 1) : 0.3 * t;
        inv_std[t] = 1 / (1 + t % 4 * 3.7);
        scale[t] = (float)inv_std[t];
        shift[t] = (float)mean[t];
    }
    for (int e = 0; e < IMAGES * STRIDE; e++) {
        int t = e % STRIDE;
        table[e] = t < INPUTS ? (float)(mean[t] + normal[e] / inv_std[t]) : NAN; /* nobody reads what lies between examples */
    }
    for (uint32_t j = 0; j < IMAGES; j++) index_of[j] = 7 * j % IMAGES, label[j] = (uint16_t)(3 * j % 10);
    return 0;
}

static minibatch floats(void)
{
    return (minibatch){ .table = table, .label = label, .stride = STRIDE, .index = index_of, .n = IMAGES, .d = INPUTS, .mean = mean,
                        .inv_std = inv_std, .scale = scale, .shift = shift };
}

/* Errors of a check of net's table, or of `other` against it. Every entry is checked, but for few kinks. */
static long errors_of(const backend *ops, const backend *other, bool bn, strata_method method)
{
    strata_gradcheck_layer layer[NET_MAX_LAYERS];
    minibatch batch = floats();
    network *net = small_net(ops, INPUTS, "[20,10]", bn, 31);
    gradcheck_task task = { .net = net, .batch = &batch, .lambda = 0.005, .seed = 1, .options = STRATA_GRADCHECK_DEFAULTS, .other = other };
    task.options.method = method;
    task.options.threads = 1;
    CHECK_OK(gradcheck_run(&task, layer));
    long errors = 0;
    for (int l = 0; l < net->shape.k; l++) {
        for (int which = 0; which < layer[l].tensors; which++) {
            const strata_gradcheck_tensor *t = &layer[l].tensor[which];
            errors += t->errors;
            assert_int_equal(t->checked + t->kinks, t->entries);
            assert_true(t->kinks * 100 <= t->entries);
        }
    }
    net_free(net);
    return errors;
}

static void gradients_are_confirmed(void **state)
{
    (void)state;
    const backend *ref64 = mat_backend_floats(&mat_ref64);
    for (int bn = 0; bn < 2; bn++) {
        assert_int_equal(errors_of(ref64, NULL, bn == 1, STRATA_CENTRAL), 0);
        assert_int_equal(errors_of(ref64, NULL, bn == 1, STRATA_COMPLEX_STEP), 0);
    }
}

/* A backend may be named by any of its tables. */
static void every_backend_agrees_with_ref64(void **state)
{
    (void)state;
    const backend *ref64 = mat_backend_floats(&mat_ref64), *ref32 = mat_backend_floats(&mat_ref32);
    const backend *others[] = { &mat_ref32, ref32, &mat_refc64, mat_blas() };
    for (int bn = 0; bn < 2; bn++) {
        for (size_t b = 0; b < sizeof others / sizeof *others; b++) {
            if (others[b] != NULL) assert_int_equal(errors_of(ref64, others[b], bn == 1, STRATA_AGAINST_REF64), 0);
        }
        for (size_t l = 0; mat_cpu_level_at(l) != NULL; l++) {
            CHECK_OK(mat_cpu_limit(mat_cpu_level_at(l)));
            assert_int_equal(errors_of(ref64, mat_cpu(), bn == 1, STRATA_AGAINST_REF64), 0);
            assert_int_equal(errors_of(ref64, mat_backend_bf16(mat_cpu()), bn == 1, STRATA_AGAINST_REF64), 0);
        }
    }
}

/* lambda for 2 lambda in layer 1 alone. */
static void half_penalty(mat dW, mat G, mat X, double lambda, mat W)
{
    mat_ref64.weight_gradient(dW, G, X, lambda / 2, W);
}

/* What a float backend must not do: X0 = x scale - shift scale. */
static void folded(mat X, const minibatch *batch)
{
    float *x = X.p;
    for (int j = 0; j < X.cols; j++) {
        const float *from = batch->table + batch->index[j] * batch->stride;
        for (int t = 0; t < X.rows; t++) *x++ = from[t] * batch->scale[t] - batch->shift[t] * batch->scale[t];
    }
}

/* What folding loses grows with the mean. The tolerances know what rounding the mean to a float leaves, which BN takes away again. */
static void a_wrong_table_is_noticed(void **state)
{
    (void)state;
    backend wrong = *mat_backend_floats(&mat_ref64);
    wrong.weight_gradient_input = half_penalty;
    assert_true(errors_of(&wrong, NULL, true, STRATA_COMPLEX_STEP) > 100);
    backend loses = *mat_backend_floats(&mat_ref32);
    loses.load_minibatch = folded;
    assert_true(errors_of(mat_backend_floats(&mat_ref64), &loses, true, STRATA_AGAINST_REF64) > 0);
}

/* ---- memory and the step ------------------------------------------------------------------------------------------------------------- */

static size_t work_of(const backend *ops, int inputs, net_use use)
{
    const net_shape shape = { .k = 2, .width = { inputs, 256, 10 }, .layer[1] = { .units = 256, .inputs = inputs, .norm = NET_BATCH_NORM },
                              .layer[2] = { .units = 10, .inputs = 256 }, .patches.count = 1, .bn = true, .eps = 1e-5, .alpha = 0.9 };
    return net_work_bytes(ops, &shape, 100, use);
}

/* What a wide mini-batch takes: X0 as it is, and a dW of layer 1 only where the backend writes one. */
static void wide_inputs_are_counted(void **state)
{
    (void)state;
    const size_t more = 100000 - 16, X0 = more * 100 * sizeof(float), dW = more * 256 * sizeof(float);
    const backend *cpu = mat_backend_floats(mat_cpu()), *ref32 = mat_backend_floats(&mat_ref32);
    assert_int_equal(work_of(cpu, 100000, NET_TO_LEARN) - work_of(cpu, 16, NET_TO_LEARN), X0);
    assert_int_equal(work_of(cpu, 100000, NET_WITH_GRADIENTS) - work_of(cpu, 16, NET_WITH_GRADIENTS), X0 + dW);
    assert_int_equal(work_of(ref32, 100000, NET_TO_LEARN) - work_of(ref32, 16, NET_TO_LEARN), X0 + dW);
    assert_int_equal(work_of(cpu, 16, NET_WITH_GRADIENTS), work_of(ref32, 16, NET_WITH_GRADIENTS));
}

/* theta -= eta dtheta by hand: net_learn of the same net has its bits, though cpu never writes dW. */
static void a_step_is_the_gradient_and_the_step(void **state)
{
    (void)state;
    const backend *ops = mat_backend_floats(mat_cpu());
    minibatch batch = floats();
    network *stepped = small_net(ops, INPUTS, "[50,10]", true, 3), *by_hand = small_net(ops, INPUTS, "[50,10]", true, 3);
    net_work *w = small_work(stepped, IMAGES);
    net_forward(by_hand, w, &batch, NET_TRAINING);
    net_backward(by_hand, w, &batch, 0.005);
    for (net_walk t = net_each_tensor(by_hand, NET_PARAMETER); net_next_tensor(&t);) {
        ops->sgd_step(t.M, 0.1, net_tensor(&w->gradient[t.l], t.which));
    }
    net_forward(stepped, w, &batch, NET_TRAINING);
    net_learn(stepped, w, &batch, 0.005, 0.1);
    for (net_walk t = net_each_tensor(by_hand, NET_PARAMETER); net_next_tensor(&t);) {
        if (mat_elements(t.M) == 0) continue;
        assert_memory_equal(t.M.p, net_same_tensor(stepped, &t).p, mat_elements(t.M) * ops->element);
    }
    net_work_free(w);
    net_free(by_hand);
    net_free(stepped);
}

/* Layer 1 of floats has the bits of the dense products, on either side of the shape from which cpu multiplies another way. */
static void layer_1_has_the_bits_of_others(const backend *ops, int m, int d)
{
    enum { N = 9 };
    mat_arena arena = { 0 };
    mat M[7] = { 0 };
    const int rows[7] = { m, d, m, m, m, m, m }, cols[7] = { d, N, N, 1, N, d, d }; /* W, X, G, b, S, dW, and another dW */
    char *block = NULL;
    for (int placed = 0; placed < 2; placed++) {
        for (int a = 0; a < 7; a++) M[a] = mat_take(&arena, ops, rows[a], cols[a]);
        if (placed == 0) arena = (mat_arena){ block = aligned_alloc(64, arena.used), 0 };
        assert_non_null(block);
    }
    for (uint64_t a = 0; a < 4; a++) {
        for (size_t e = 0; e < mat_elements(M[a]); e++) {
            double x;
            random_normals(random_named(a, "bits"), e, 1, &x);
            ops->put(mat_at(ops, M[a], e), &x);
        }
    }
    mat S = M[4], again = { M[6].p, m, N };
    ops->affine_input(S, M[0], M[1], M[3]), ops->affine(again, M[0], M[1], M[3]);
    assert_memory_equal(S.p, again.p, mat_elements(S) * ops->element);
    ops->weight_gradient_input(M[5], M[2], M[1], 0.005, M[0]), ops->weight_gradient(M[6], M[2], M[1], 0.005, M[0]);
    assert_memory_equal(M[5].p, M[6].p, mat_elements(M[5]) * ops->element);
    ops->copy(M[6], M[0]), ops->sgd_step(M[6], 0.1, M[5]);
    void (*const steps[])(mat, double, mat, mat, double, mat) = { ops->sgd_step_weights, ops->sgd_step_input };
    ops->copy(M[5], M[0]);
    for (size_t s = 0; s < sizeof steps / sizeof *steps; s++) {
        mat room = { NULL, 0, 0 };
        ops->copy(M[0], M[5]), steps[s](M[0], 0.1, M[2], M[1], 0.005, room);
        assert_memory_equal(M[0].p, M[6].p, mat_elements(M[0]) * ops->element);
    }
    free(block);
}

static void both_ways_of_layer_1_have_the_same_bits(void **state)
{
    (void)state;
    for (size_t l = 0; mat_cpu_level_at(l) != NULL; l++) {
        CHECK_OK(mat_cpu_limit(mat_cpu_level_at(l)));
        const backend *ops = mat_backend_floats(mat_cpu());
        layer_1_has_the_bits_of_others(ops, 7, 100);
        layer_1_has_the_bits_of_others(ops, 130, 100);
        layer_1_has_the_bits_of_others(ops, 130, 600);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients_are_confirmed),
        cmocka_unit_test(wide_inputs_are_counted),
        cmocka_unit_test(a_step_is_the_gradient_and_the_step),
        cmocka_unit_test(a_wrong_table_is_noticed),
        cmocka_unit_test(both_ways_of_layer_1_have_the_same_bits),
        cmocka_unit_test(every_backend_agrees_with_ref64), /* last: it limits the level */
    };
    return cmocka_run_group_tests(tests, draw, small_tear_down);
}
