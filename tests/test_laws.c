/*
 * Laws that hold for every network and need no oracle (style: "laws as tests"): batch normalisation hides the scale of W, columns of P sum
 * to one, a permutation of the batch permutes P and leaves the gradients alone, and so on. All in ref64; the tolerances are a few hundred
 * roundings of numbers of size one, 1e-13, unless a law says more.
 */
#include "cmocka_strata.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "evaluate.h"
#include "small.h"

enum { INPUTS = 30, IMAGES = 24, CLASSES = 10 };

static const char hidden[] = "[20,15]";
static const double tiny = 1e-13;

typedef struct {
    network *net;
    net_work *w;
    minibatch batch;
} world;

static world open_world(bool bn)
{
    world x = { .net = small_net(&mat_ref64, INPUTS, hidden, bn, 21) };
    x.w = small_work(x.net, IMAGES);
    x.batch = small_batch(0, IMAGES, INPUTS);
    return x;
}

static void close_world(world *x)
{
    net_work_free(x->w);
    net_free(x->net);
}

static double *probabilities(world *x)
{
    net_forward(x->net, x->w, &x->batch, NET_TRAINING);
    return small_numbers(x->net->ops, x->w->trace[x->net->shape.k].X);
}

static void multiply(const network *net, mat M, double factor)
{
    for (size_t e = 0; e < mat_elements(M); e++) {
        mat one = mat_at(net->ops, M, e);
        net->ops->put(one, (double[]){ factor * net_real(net->ops, one) });
    }
}

static void near_all(const double *a, const double *b, size_t count, double tolerance)
{
    for (size_t e = 0; e < count; e++) CHECK_NEAR(a[e], b[e], tolerance);
}

/* eps keeps the law from being exact: v becomes 9 v, so eps counts a ninth; the change of P is below eps / v. */
static void bn_hides_the_scale_of_W(void **state)
{
    (void)state;
    world x = open_world(true);
    double *before = probabilities(&x);
    multiply(x.net, x.net->theta[1].W, 3);
    multiply(x.net, x.net->theta[1].b, 3);
    double *after = probabilities(&x);
    near_all(before, after, CLASSES * IMAGES, 1e-4);
    free(before);
    free(after);
    close_world(&x);
}

/* Euler: a function that does not change along W has no derivative along W. <W, dW> = 0 but for eps, lambda = 0. */
static void gradient_is_orthogonal_to_W_under_bn(void **state)
{
    (void)state;
    world x = open_world(true);
    double sum = 0, size = 0;
    free(probabilities(&x));
    net_backward(x.net, x.w, &x.batch, 0);
    for (size_t e = 0; e < mat_elements(x.net->theta[1].W); e++) {
        const backend *ops = x.net->ops;
        double product = net_real(ops, mat_at(ops, x.net->theta[1].W, e)) * net_real(ops, mat_at(ops, x.w->gradient[1].W, e));
        sum += product;
        size += fabs(product);
    }
    assert_true(size > 1e-3);
    CHECK_NEAR(sum, 0, 1e-5 * size);
    close_world(&x);
}

static void db_is_zero_before_bn(void **state)
{
    (void)state;
    world x = open_world(true);
    free(probabilities(&x));
    net_backward(x.net, x.w, &x.batch, 0.01);
    for (int l = 1; l < x.net->shape.k; l++) {
        double *db = small_numbers(x.net->ops, x.w->gradient[l].b);
        for (int i = 0; i < x.net->shape.width[l]; i++) CHECK_NEAR(db[i], 0, 2e-14);
        free(db);
    }
    close_world(&x);
}

static void columns_of_P_sum_to_one(void **state)
{
    (void)state;
    for (int bn = 0; bn < 2; bn++) {
        world x = open_world(bn == 1);
        double *P = probabilities(&x);
        for (int j = 0; j < IMAGES; j++) {
            double sum = 0;
            for (int i = 0; i < CLASSES; i++) sum += P[i + CLASSES * j];
            CHECK_NEAR(sum, 1, tiny);
        }
        free(P);
        close_world(&x);
    }
}

/* The same constant added to every logit changes nothing. */
static void a_constant_on_all_logits_changes_nothing(void **state)
{
    (void)state;
    world x = open_world(true);
    double *before = probabilities(&x);
    mat b = x.net->theta[x.net->shape.k].b;
    for (size_t e = 0; e < mat_elements(b); e++) x.net->ops->perturb(b, e, 100);
    double *after = probabilities(&x);
    near_all(before, after, CLASSES * IMAGES, 100 * tiny); /* logits of size 100 round at 100 u */
    free(before);
    free(after);
    close_world(&x);
}

/* Images in another order: columns of P move along, gradients stay. */
static void a_permutation_of_the_batch(void **state)
{
    (void)state;
    for (int bn = 0; bn < 2; bn++) {
        world x = open_world(bn == 1);
        uint32_t order[IMAGES];
        double *before = probabilities(&x);
        net_backward(x.net, x.w, &x.batch, 0.01);
        double *dW = small_numbers(x.net->ops, x.w->gradient[1].W);
        for (int j = 0; j < IMAGES; j++) order[j] = (uint32_t)((5 * j + 3) % IMAGES);
        x.batch.index = order;
        double *after = probabilities(&x);
        net_backward(x.net, x.w, &x.batch, 0.01);
        double *dW_after = small_numbers(x.net->ops, x.w->gradient[1].W);
        for (int j = 0; j < IMAGES; j++) near_all(after + CLASSES * j, before + CLASSES * order[j], CLASSES, tiny);
        near_all(dW, dW_after, mat_elements(x.w->gradient[1].W), tiny);
        free(before);
        free(after);
        free(dW);
        free(dW_after);
        close_world(&x);
    }
}

/* A batch that holds every image twice has the moments, the loss and the gradients of the batch itself: all are means. */
static void a_doubled_batch_is_the_batch(void **state)
{
    (void)state;
    world x = open_world(true);
    uint32_t twice[IMAGES];
    for (int j = 0; j < IMAGES; j++) twice[j] = (uint32_t)(j / 2);
    x.batch = small_batch(0, IMAGES / 2, INPUTS);
    free(probabilities(&x));
    net_cost(x.net, x.w, &x.batch, 0.01);
    net_backward(x.net, x.w, &x.batch, 0.01);
    double J = net_real(x.net->ops, x.w->J), *dW = small_numbers(x.net->ops, x.w->gradient[2].W);
    x.batch.index = twice;
    x.batch.n = IMAGES;
    free(probabilities(&x));
    net_cost(x.net, x.w, &x.batch, 0.01);
    net_backward(x.net, x.w, &x.batch, 0.01);
    double *dW_twice = small_numbers(x.net->ops, x.w->gradient[2].W);
    CHECK_NEAR(net_real(x.net->ops, x.w->J), J, 10 * tiny);
    near_all(dW, dW_twice, mat_elements(x.w->gradient[2].W), tiny);
    free(dW);
    free(dW_twice);
    close_world(&x);
}

/* With mean and variance of the batch as running averages, evaluation equals training; and an image is then judged on its own. */
static void evaluation_uses_the_averages_alone(void **state)
{
    (void)state;
    world x = open_world(true);
    double *training = probabilities(&x);
    net_average(x.net, x.w); /* the first mini-batch: averages = its moments (17) */
    net_forward(x.net, x.w, &x.batch, NET_EVALUATION);
    double *evaluation = small_numbers(x.net->ops, x.w->trace[3].X);
    near_all(training, evaluation, CLASSES * IMAGES, 0);
    for (int j = 0; j < IMAGES; j++) {
        minibatch one = small_batch(j, 1, INPUTS);
        net_forward(x.net, x.w, &one, NET_EVALUATION);
        double *alone = small_numbers(x.net->ops, x.w->trace[3].X);
        near_all(alone, evaluation + CLASSES * j, CLASSES, 0);
        free(alone);
    }
    free(training);
    free(evaluation);
    close_world(&x);
}

/* (17) by hand over three mini-batches: 0.9 (0.9 mu1 + 0.1 mu2) + 0.1 mu3, and the same for the biased variance. */
static void averages_by_hand(void **state)
{
    (void)state;
    world x = open_world(true);
    double mu[3], v[3];
    for (int q = 0; q < 3; q++) {
        x.batch = small_batch(50 * q, IMAGES, INPUTS);
        free(probabilities(&x));
        double *S = small_numbers(x.net->ops, x.w->trace[1].S), sum = 0, squares = 0;
        for (int j = 0; j < IMAGES; j++) sum += S[4 + 20 * j];
        mu[q] = sum / IMAGES;
        for (int j = 0; j < IMAGES; j++) squares += (S[4 + 20 * j] - mu[q]) * (S[4 + 20 * j] - mu[q]);
        v[q] = squares / IMAGES;
        net_average(x.net, x.w);
        free(S);
    }
    CHECK_NEAR(net_real(x.net->ops, mat_at(x.net->ops, x.net->mu_av[1], 4)), 0.9 * (0.9 * mu[0] + 0.1 * mu[1]) + 0.1 * mu[2], tiny);
    CHECK_NEAR(net_real(x.net->ops, mat_at(x.net->ops, x.net->v_av[1], 4)), 0.9 * (0.9 * v[0] + 0.1 * v[1]) + 0.1 * v[2], tiny);
    close_world(&x);
}

/* A linear classifier of zero weights: every probability 1/10, loss log 10, and the gradients by hand. */
static void a_zero_classifier_by_hand(void **state)
{
    (void)state;
    network *net = small_net(&mat_ref64, INPUTS, "[]", false, 1);
    net_work *w = small_work(net, IMAGES);
    minibatch batch = small_batch(0, IMAGES, INPUTS);
    multiply(net, net->theta[1].W, 0);
    multiply(net, net->theta[1].b, 0);
    net_forward(net, w, &batch, NET_TRAINING);
    net_cost(net, w, &batch, 0.5);
    CHECK_NEAR(net_real(net->ops, w->J), log(10), 1e-14);
    net_backward(net, w, &batch, 0.5);
    double *db = small_numbers(net->ops, w->gradient[1].b);
    for (int c = 0; c < CLASSES; c++) {
        int count = 0;
        for (int j = 0; j < IMAGES; j++) count += batch.label[batch.index[j]] == c;
        CHECK_NEAR(db[c], 0.1 - (double)count / IMAGES, 1e-15);
    }
    free(db);
    net_work_free(w);
    net_free(net);
}

/* The penalty by hand: J(lambda) - J(0) = lambda times the sum of all squared weights, and of nothing else. */
static void the_penalty_by_hand(void **state)
{
    (void)state;
    world x = open_world(true);
    double squares = 0;
    for (int l = 1; l <= x.net->shape.k; l++) {
        double *W = small_numbers(x.net->ops, x.net->theta[l].W);
        for (size_t e = 0; e < mat_elements(x.net->theta[l].W); e++) squares += W[e] * W[e];
        free(W);
    }
    free(probabilities(&x));
    net_loss(x.net, x.w, &x.batch);
    double loss = net_real(x.net->ops, x.w->J);
    net_cost(x.net, x.w, &x.batch, 0.25);
    CHECK_NEAR(net_real(x.net->ops, x.w->J) - loss, 0.25 * squares, 1e-12 * squares);
    close_world(&x);
}

/* Whole-set evaluation does not depend on the chunk it is cut into: one image at a time gives the same counts and, to rounding, loss. */
static void evaluation_does_not_depend_on_chunks(void **state)
{
    (void)state;
    network *net = small_net(&mat_ref64, STRATA_PIXELS, hidden, false, 5);
    net_work *w = small_work(net, EVALUATE_CHUNK);
    strata_score score;
    double loss = 0;
    long correct = 0;
    evaluate_part(net, w, small_data(), &small_split()->inputs, SMALL_TRAIN, SMALL_VAL, STRATA_VALIDATION_PART, 0, NULL, &score);
    for (int j = 0; j < SMALL_VAL; j++) {
        minibatch one = small_batch(small_data()->train_images - SMALL_VAL + j, 1, STRATA_PIXELS);
        net_forward(net, w, &one, NET_EVALUATION);
        net_loss(net, w, &one);
        loss += net_real(net->ops, w->J);
        correct += net->ops->correct(w->trace[3].S, &one);
    }
    CHECK_NEAR(score.loss, loss / SMALL_VAL, 1e-12);
    assert_true(score.accuracy == (double)correct / SMALL_VAL);
    assert_true(score.cost == score.loss);
    net_work_free(w);
    net_free(net);
}

/* Learning is a step down the gradients that net_backward leaves, to the last bit, in every backend that trains: a fused verb rounds as the
 * plain ones do. */
static void learning_steps_down_the_gradients(void **state)
{
    (void)state;
    const double eta = 0.07, lambda = 0.01;
    for (size_t b = 0; b < MAT_BACKENDS; b++) {
        const backend *ops = mat_backend_at(b).table;
        if (ops == NULL || ops->parts != 1) continue;
        network *net = small_net(ops, 100, hidden, true, 3), *learned = small_net(ops, 100, hidden, true, 3);
        net_work *w = small_work(net, IMAGES);
        minibatch batch = small_batch(0, IMAGES, 100);
        net_forward(net, w, &batch, NET_TRAINING);
        net_learn(learned, w, &batch, lambda, eta);
        net_forward(net, w, &batch, NET_TRAINING);
        net_backward(net, w, &batch, lambda);
        for (int l = 1; l <= net->shape.k; l++) {
            for (net_which which = 0; which < NET_PARAMETERS; which++) {
                mat theta = net_tensor(&net->theta[l], which), other = net_tensor(&learned->theta[l], which);
                ops->sgd_step(theta, eta, net_tensor(&w->gradient[l], which));
                assert_memory_equal(theta.p, other.p, mat_elements(theta) * ops->element);
            }
        }
        net_work_free(w);
        net_free(learned);
        net_free(net);
    }
}

/* He, Xavier and sigma: the standard deviation of 50 x 3072 draws is within 5 standard errors, 5 / sqrt(2 N), of what is due. */
static void initial_weights_have_the_due_deviation(void **state)
{
    (void)state;
    static const struct {
        net_init_kind kind;
        double sigma, due;
    } kinds[] = { { NET_INIT_HE, 0, 0.025515518153991442 /* sqrt(2/3072) */ },
                  { NET_INIT_XAVIER, 0, 0.018042195912175804 /* sqrt(1/3072) */ },
                  { NET_INIT_SIGMA, 1e-3, 1e-3 } };
    network *net = small_net(&mat_ref64, STRATA_PIXELS, "[50]", true, 1);
    for (int c = 0; c < 3; c++) {
        double squares = 0, count = 50 * 3072;
        CHECK_OK(net_init(net, kinds[c].kind, kinds[c].sigma, 3, NULL));
        double *W = small_numbers(net->ops, net->theta[1].W), *b = small_numbers(net->ops, net->theta[1].b);
        double *gamma = small_numbers(net->ops, net->theta[1].gamma);
        for (size_t e = 0; e < 50 * 3072; e++) squares += W[e] * W[e];
        CHECK_NEAR(sqrt(squares / count) / kinds[c].due, 1, 5 / sqrt(2 * count));
        for (int i = 0; i < 50; i++) assert_true(b[i] == 0 && gamma[i] == 1);
        free(W);
        free(b);
        free(gamma);
    }
    net_free(net);
}

typedef struct {
    size_t tensors, elements;
} seen;

static seen walk(const network *net, unsigned roles)
{
    seen all = { 0 };
    int order = -1;
    for (net_walk t = net_each_tensor(net, roles); net_next_tensor(&t); all.tensors++, all.elements += mat_elements(t.M)) {
        net_tensor_shape of = net_shape_of(&net->shape, t.l, t.which);
        assert_true(t.l * NET_TENSORS + (int)t.which > order); /* none twice, and in order */
        order = t.l * NET_TENSORS + (int)t.which;
        assert_int_equal(t.M.rows, of.rows);
        assert_int_equal(t.M.cols, of.cols);
        assert_true(t.M.rows > 0 && t.M.p == net_same_tensor(net, &t).p);
        if (t.which < NET_PARAMETERS) assert_true(t.M.p == net_tensor(&net->theta[t.l], t.which).p);
        else assert_true(t.M.p == (t.which == NET_MEAN ? net->mu_av[t.l].p : net->v_av[t.l].p));
    }
    assert_int_equal(all.elements, net_elements(&net->shape, roles));
    return all;
}

static void one_walk_meets_every_tensor_once(void **state)
{
    (void)state;
    for (int bn = 0; bn < 2; bn++) {
        world x = open_world(bn == 1);
        size_t k = (size_t)x.net->shape.k, normalised = bn == 1 ? k - 1 : 0;
        seen parameters = walk(x.net, NET_PARAMETER), averages = walk(x.net, NET_AVERAGE), all = walk(x.net, NET_EVERY_ROLE);
        assert_int_equal(parameters.tensors, 2 * k + 2 * normalised);
        assert_int_equal(averages.tensors, 2 * normalised);
        assert_int_equal(all.tensors, parameters.tensors + averages.tensors);
        assert_int_equal(all.elements, parameters.elements + averages.elements);
        close_world(&x);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bn_hides_the_scale_of_W),
        cmocka_unit_test(one_walk_meets_every_tensor_once),
        cmocka_unit_test(gradient_is_orthogonal_to_W_under_bn),
        cmocka_unit_test(db_is_zero_before_bn),
        cmocka_unit_test(columns_of_P_sum_to_one),
        cmocka_unit_test(a_constant_on_all_logits_changes_nothing),
        cmocka_unit_test(a_permutation_of_the_batch),
        cmocka_unit_test(a_doubled_batch_is_the_batch),
        cmocka_unit_test(evaluation_uses_the_averages_alone),
        cmocka_unit_test(averages_by_hand),
        cmocka_unit_test(a_zero_classifier_by_hand),
        cmocka_unit_test(the_penalty_by_hand),
        cmocka_unit_test(evaluation_does_not_depend_on_chunks),
        cmocka_unit_test(learning_steps_down_the_gradients),
        cmocka_unit_test(initial_weights_have_the_due_deviation),
    };
    return cmocka_run_group_tests(tests, NULL, small_tear_down);
}
