/*
 * Laws of the wider family, as test_laws.c has those of the first nets: a layer of patches is a dense layer with tied blocks, labels smooth
 * linearly, dropout keeps means, a skip over nothing is the identity. All in ref64; the tolerances are a few hundred roundings of numbers
 * of size one, 1e-13, unless a law says more.
 */
#include "cmocka_strata.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fit.h"
#include "random.h"
#include "small.h"

enum { IMAGES = 8, CLASSES = 10 };

static const double tiny = 1e-13;

typedef struct {
    network *net;
    net_work *w;
    split *part;
    minibatch batch;
} world;

/* A net of these settings, without a norm, its b drawn too; and whole images. */
static world open_world(const char *const *words)
{
    world x;
    strata_config *config = small_config(words);
    CHECK_OK(strata_config_set(config, "bn", "false"));
    net_shape shape = config_shape(config);
    CHECK_OK(fit_split(config, small_data(), &x.part));
    x.batch = split_batch(small_data(), &x.part->inputs, small_data()->identity, IMAGES, STRATA_PIXELS);
    CHECK_OK(net_create(&mat_ref64, &shape, &x.net));
    CHECK_OK(net_init(x.net, NET_INIT_HE, 0, 11, NULL));
    for (int l = 1; l <= shape.k; l++) {
        double *b = x.net->theta[l].b.p;
        for (int i = 0; i < shape.layer[l].units; i++) b[i] = random_uniform(random_named(4, "b"), (uint64_t)l, (uint64_t)i) - 0.5;
    }
    CHECK_OK(net_work_create(x.net, IMAGES, NET_WITH_GRADIENTS, &x.w));
    strata_config_free(config);
    return x;
}

static void close_world(world *x)
{
    net_work_free(x->w);
    net_free(x->net);
    free(x->part);
}

static double learn(world *x)
{
    net_forward(x->net, x->w, &x->batch, NET_TRAINING);
    net_loss(x->net, x->w, &x->batch);
    net_backward(x->net, x->w, &x->batch, 0);
    return net_real(x->net->ops, x->w->J);
}

static double *at(mat M, int i, int j)
{
    return (double *)M.p + (size_t)j * (size_t)M.rows + (size_t)i;
}

static void near_all(mat a, mat b, double tolerance)
{
    assert_int_equal(mat_elements(a), mat_elements(b));
    for (size_t e = 0; e < mat_elements(a); e++) CHECK_NEAR(((double *)a.p)[e], ((double *)b.p)[e], tolerance);
}

/* ---- patches ------------------------------------------------------------------------------------------------------------------------ */

enum { SIDE = 16, WHOLE = 32, FILTERS = 3, CUT = (WHOLE / SIDE) * (WHOLE / SIDE), NUMBERS = 3 * SIDE * SIDE };

/* The input of a dense layer that number t of patch p is: (21). */
static int feature(int p, int t)
{
    int row = p / (WHOLE / SIDE) * SIDE + t / SIDE % SIDE, at_column = p % (WHOLE / SIDE) * SIDE + t % SIDE;
    return t / (SIDE * SIDE) * WHOLE * WHOLE + row * WHOLE + at_column;
}

/* Row p FILTERS + i of the dense W has filter i at the pixels of patch p, and 0 elsewhere. */
static void tie_blocks(network *dense, const network *cut)
{
    mat W = dense->theta[1].W, F = cut->theta[1].W;
    dense->ops->fill(W, 0);
    for (int p = 0; p < CUT; p++) {
        for (int i = 0; i < FILTERS; i++) {
            for (int t = 0; t < NUMBERS; t++) *at(W, p * FILTERS + i, feature(p, t)) = *at(F, i, t);
            *at(dense->theta[1].b, p * FILTERS + i, 0) = *at(cut->theta[1].b, i, 0);
        }
    }
    for (int l = 2; l <= cut->shape.k; l++) {
        dense->ops->copy(dense->theta[l].W, cut->theta[l].W);
        dense->ops->copy(dense->theta[l].b, cut->theta[l].b);
    }
}

/* Every filter's gradient is the sum of those of its blocks. */
static void gradients_add_up(const world *cut, const world *dense)
{
    mat dF = cut->w->gradient[1].W, dW = dense->w->gradient[1].W, db = cut->w->gradient[1].b, all = dense->w->gradient[1].b;
    for (int i = 0; i < FILTERS; i++) {
        double bias = 0;
        for (int p = 0; p < CUT; p++) bias += *at(all, p * FILTERS + i, 0);
        CHECK_NEAR(*at(db, i, 0), bias, tiny);
        for (int t = 0; t < NUMBERS; t++) {
            double sum = 0;
            for (int p = 0; p < CUT; p++) sum += *at(dW, p * FILTERS + i, feature(p, t));
            CHECK_NEAR(*at(dF, i, t), sum, tiny);
        }
    }
}

static void a_layer_of_patches_is_a_dense_layer_of_tied_blocks(void **state)
{
    (void)state;
    world cut = open_world((const char *const[]){ "patch=16", "filters=3", "hidden=[6]", NULL });
    world dense = open_world((const char *const[]){ "hidden=[12,6]", "standardise=channel", NULL });
    tie_blocks(dense.net, cut.net);
    double J = learn(&cut), J_dense = learn(&dense);
    CHECK_NEAR(J, J_dense, tiny);
    near_all(cut.w->trace[1].X, dense.w->trace[1].X, tiny);
    near_all(cut.w->trace[3].X, dense.w->trace[3].X, tiny);
    gradients_add_up(&cut, &dense);
    for (int l = 2; l <= 3; l++) near_all(cut.w->gradient[l].W, dense.w->gradient[l].W, tiny);
    close_world(&cut);
    close_world(&dense);
}

/* One patch is the image: the layer is dense, to the last bit. */
static void a_patch_of_the_whole_image_is_a_dense_layer(void **state)
{
    (void)state;
    world cut = open_world((const char *const[]){ "patch=32", "filters=7", "hidden=[6]", NULL });
    world dense = open_world((const char *const[]){ "hidden=[7,6]", "standardise=channel", NULL });
    double J = learn(&cut);
    assert_true(J == learn(&dense));
    near_all(cut.w->gradient[1].W, dense.w->gradient[1].W, 0);
    near_all(cut.w->trace[3].X, dense.w->trace[3].X, 0);
    close_world(&cut);
    close_world(&dense);
}

/* ---- labels, dropout, skips --------------------------------------------------------------------------------------------------------- */

/* J(e) = (1 - e) J + e/9 times the losses by each of the other labels; without smoothing it is the cross-entropy. So are P and G. */
static void smoothed_labels_mix_the_losses_of_all_labels(void **state)
{
    (void)state;
    const char *const losses[] = { "loss=softmax", "loss=sigmoid" };
    for (int q = 0; q < 2; q++) {
        world x = open_world((const char *const[]){ "hidden=[6]", losses[q], NULL });
        const uint16_t *truth = x.batch.label;
        uint16_t label[SMALL_TRAIN];
        const double e = 0.3;
        double mixed = 0, G = 0;
        for (int c = 0; c < CLASSES; c++) {
            for (int j = 0; j < IMAGES; j++) label[j] = (uint16_t)((truth[j] + c) % CLASSES);
            x.batch.label = label;
            double share = c == 0 ? 1 - e : e / (CLASSES - 1);
            mixed += share * learn(&x);
            G += share * *at(x.w->gradient[1].W, 2, 77);
        }
        x.batch.label = truth;
        x.batch.smoothing = e;
        CHECK_NEAR(learn(&x), mixed, tiny);
        CHECK_NEAR(*at(x.w->gradient[1].W, 2, 77), G, tiny);
        x.batch.smoothing = 0;
        double J = learn(&x);
        x.batch.smoothing = 1e-14;
        CHECK_NEAR(learn(&x), J, tiny);
        close_world(&x);
    }
}

/* N ones, each 0 with probability r or 1/(1 - r): their mean is 1, its standard deviation sqrt(r/(1 - r)/N); six of them. Kept ones are all
 * alike, so the share of zeros follows. */
static void dropout_keeps_the_mean(void **state)
{
    (void)state;
    enum { ROWS = 100, COLUMNS = 500, N = ROWS * COLUMNS };
    static double ones[N];
    const double rates[] = { 0.1, 0.5, 0.8 };
    for (int q = 0; q < 3; q++) {
        mat X = { ones, ROWS, COLUMNS };
        double sum = 0, r = rates[q];
        mat_ref64.fill(X, 1);
        mat_ref64.drop(X, r, random_named(9, "dropout/1"), (uint64_t)q);
        for (int e = 0; e < N; e++) {
            assert_true(ones[e] == 0 || fabs(ones[e] - 1 / (1 - r)) < 1e-15 / (1 - r));
            sum += ones[e];
        }
        CHECK_NEAR(sum / N, 1, 6 * sqrt(r / (1 - r) / N));
    }
}

/* Evaluation drops nothing, adds no noise, and needs no other net. */
static void an_evaluation_drops_nothing(void **state)
{
    (void)state;
    world noisy = open_world((const char *const[]){ "hidden=[6,5]", "dropout=0.5", "input_dropout=0.3", "noise=1", NULL });
    world plain = open_world((const char *const[]){ "hidden=[6,5]", NULL });
    net_forward(noisy.net, noisy.w, &noisy.batch, NET_EVALUATION);
    net_forward(plain.net, plain.w, &plain.batch, NET_EVALUATION);
    near_all(noisy.w->trace[3].X, plain.w->trace[3].X, 0);
    net_forward(noisy.net, noisy.w, &noisy.batch, NET_TRAINING);
    assert_true(fabs(*at(noisy.w->trace[3].X, 0, 0) - *at(plain.w->trace[3].X, 0, 0)) > 1e-6);
    close_world(&noisy);
    close_world(&plain);
}

/* A block of zeros adds nothing: X_3 = relu(0 + X_1) = X_1, and what comes back through it is what came in. */
static void a_skip_over_a_block_of_zeros_is_the_identity(void **state)
{
    (void)state;
    world x = open_world((const char *const[]){ "hidden=[6,5,6]", "skip=true", NULL });
    world y = open_world((const char *const[]){ "hidden=[6]", NULL });
    x.net->ops->fill(x.net->theta[3].W, 0);
    x.net->ops->fill(x.net->theta[3].b, 0);
    y.net->ops->copy(y.net->theta[1].W, x.net->theta[1].W);
    y.net->ops->copy(y.net->theta[1].b, x.net->theta[1].b);
    y.net->ops->copy(y.net->theta[2].W, x.net->theta[4].W);
    y.net->ops->copy(y.net->theta[2].b, x.net->theta[4].b);
    double J = learn(&x);
    assert_true(J == learn(&y));
    near_all(x.w->trace[3].X, x.w->trace[1].X, 0);
    near_all(x.w->gradient[1].W, y.w->gradient[1].W, tiny);
    near_all(x.w->gradient[4].W, y.w->gradient[2].W, tiny);
    close_world(&x);
    close_world(&y);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_layer_of_patches_is_a_dense_layer_of_tied_blocks),
        cmocka_unit_test(a_patch_of_the_whole_image_is_a_dense_layer),
        cmocka_unit_test(smoothed_labels_mix_the_losses_of_all_labels),
        cmocka_unit_test(dropout_keeps_the_mean),
        cmocka_unit_test(an_evaluation_drops_nothing),
        cmocka_unit_test(a_skip_over_a_block_of_zeros_is_the_identity),
    };
    return cmocka_run_group_tests(tests, NULL, small_tear_down);
}
