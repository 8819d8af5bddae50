/*
 * Optimisers, (37) to (42): laws that need no oracle, and each equation once more in plain doubles, over several updates of a net with and
 * without batch normalisation. What is to be the same bits is so in every backend that trains; the rest is in ref64, where tolerances are a
 * few hundred roundings of numbers of size one.
 */
#include "cmocka_strata.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "small.h"

enum { INPUTS = 30, IMAGES = 24, UPDATES = 5, MOST = 4096 };

static const double lambda = 0.01, eta = 0.05, tiny = 1e-13;

/* A net that is trained, its moments, and the gradients of its last step. */
typedef struct {
    network *net, *moment[NET_MOMENTS];
    net_work *w;
    minibatch batch;
} world;

static world open_world(const backend *ops, const char *hidden)
{
    world x = { .net = small_net(ops, INPUTS, hidden, true, 21), .batch = small_batch(0, IMAGES, INPUTS) };
    x.w = small_work(x.net, IMAGES);
    for (int q = 0; q < NET_MOMENTS; q++) {
        CHECK_OK(net_create(ops, &x.net->shape, &x.moment[q]));
        for (net_walk t = net_each_tensor(x.moment[q], NET_PARAMETER); net_next_tensor(&t);) ops->fill(t.M, 0);
    }
    return x;
}

static void close_world(world *x)
{
    for (int q = 0; q < NET_MOMENTS; q++) net_free(x->moment[q]);
    net_work_free(x->w);
    net_free(x->net);
}

static void step(world *x, const net_optimiser *how, long t)
{
    net_forward(x->net, x->w, &x->batch, NET_TRAINING);
    net_step(x->net, x->moment, x->w, &x->batch, lambda, how, eta, t);
}

/* All parameters, or all their gradients, or their moments, one after the other. */
static size_t gather(const world *x, const network *which, double *out)
{
    size_t count = 0;
    for (net_walk t = net_each_tensor(x->net, NET_PARAMETER); net_next_tensor(&t);) {
        mat M = which != NULL ? net_same_tensor(which, &t) : net_tensor(&x->w->gradient[t.l], t.which);
        assert_true(count + mat_elements(M) <= MOST);
        net_reals(x->net->ops, M, out + count);
        count += mat_elements(M);
    }
    return count;
}

/* Gradients of the parameters as they are. */
static size_t gradients(world *x, double *out)
{
    net_forward(x->net, x->w, &x->batch, NET_TRAINING);
    net_backward(x->net, x->w, &x->batch, lambda);
    return gather(x, NULL, out);
}

static double norm(const double *x, size_t count)
{
    double sum = 0;
    for (size_t e = 0; e < count; e++) sum += x[e] * x[e];
    return sqrt(sum);
}

static void near_all(const double *a, const double *b, size_t count, double tolerance)
{
    for (size_t e = 0; e < count; e++) CHECK_NEAR(a[e], b[e], tolerance);
}

static void same_parameters(const world *a, const world *b)
{
    for (net_walk t = net_each_tensor(a->net, NET_PARAMETER); net_next_tensor(&t);) {
        assert_memory_equal(t.M.p, net_same_tensor(b->net, &t).p, mat_elements(t.M) * a->net->ops->element);
    }
}

/* Two ways that must leave the same bits, in every backend. */
static void same_bits(const net_optimiser *one, const net_optimiser *other)
{
    for (size_t b = 0; b < MAT_BACKENDS; b++) {
        const backend *ops = mat_backend_at(b).table;
        if (ops == NULL || ops->parts != 1) continue;
        world x = open_world(ops, "[20,15]"), y = open_world(ops, "[20,15]");
        for (long t = 0; t < UPDATES; t++) {
            step(&x, one, t);
            step(&y, other, t);
            same_parameters(&x, &y);
        }
        close_world(&x);
        close_world(&y);
    }
}

static const net_optimiser sgd = { .kind = NET_SGD }, adam = { .kind = NET_ADAM, .beta1 = 0.9, .beta2 = 0.99, .eps = 1e-8 };

static void without_momentum_it_is_sgd(void **state)
{
    (void)state;
    same_bits(&sgd, &(net_optimiser){ .kind = NET_MOMENTUM });
    same_bits(&sgd, &(net_optimiser){ .kind = NET_NESTEROV });
}

static void without_decay_adamw_is_adam(void **state)
{
    (void)state;
    net_optimiser w = adam;
    w.kind = NET_ADAMW;
    same_bits(&adam, &w);
}

static void a_limit_that_is_not_met_changes_nothing(void **state)
{
    (void)state;
    same_bits(&sgd, &(net_optimiser){ .kind = NET_SGD, .clip = 1e6 });
    same_bits(&sgd, &(net_optimiser){ .kind = NET_SGD, .max_norm = 1e6 });
}

/* eta g/(|g| + eps): eta times the sign of g, but for eps/|g|. */
static void the_first_step_of_adam_is_eta(void **state)
{
    (void)state;
    double g[MOST], before[MOST], after[MOST];
    int seen[2] = { 0, 0 };
    world x = open_world(&mat_ref64, "[20,15]");
    size_t count = gradients(&x, g);
    gather(&x, x.net, before);
    step(&x, &(net_optimiser){ .kind = NET_ADAM, .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-12 }, 0);
    gather(&x, x.net, after);
    for (size_t e = 0; e < count; e++) {
        if (fabs(g[e]) < 1e-6) continue; /* the biases below batch normalisation have none */
        CHECK_NEAR(before[e] - after[e], g[e] > 0 ? eta : -eta, eta * 1e-12 / fabs(g[e]) + tiny);
        seen[g[e] > 0]++;
    }
    assert_true(seen[0] > 100 && seen[1] > 100);
    close_world(&x);
}

/* A step of eta c along the gradient. */
static void a_clipped_step_has_the_norm_of_the_limit(void **state)
{
    (void)state;
    double g[MOST], before[MOST], after[MOST];
    world x = open_world(&mat_ref64, "[20,15]");
    size_t count = gradients(&x, g);
    double s = norm(g, count), c = s / 7;
    gather(&x, x.net, before);
    step(&x, &(net_optimiser){ .kind = NET_SGD, .clip = c }, 0);
    gather(&x, x.net, after);
    for (size_t e = 0; e < count; e++) g[e] = before[e] - eta * g[e] * c / s;
    near_all(g, after, count, tiny);
    for (size_t e = 0; e < count; e++) after[e] -= before[e];
    CHECK_NEAR(norm(after, count), eta * c, tiny);
    close_world(&x);
}

/* A gradient that is no number reaches the parameters, and an infinite one: neither is clipped away. */
static void clipping_hides_no_divergence(void **state)
{
    (void)state;
    for (int infinite = 0; infinite < 2; infinite++) {
        double before[MOST], after[MOST];
        int lost = 0;
        world x = open_world(&mat_ref64, "[20,15]");
        mat one = mat_at(x.net->ops, x.net->theta[3].W, 5);
        x.net->ops->put(one, (double[]){ infinite == 1 ? 1e200 : NAN }); /* whose square is infinite */
        gather(&x, x.net, before);
        step(&x, &(net_optimiser){ .kind = NET_SGD, .clip = 1 }, 0);
        size_t count = gather(&x, x.net, after);
        for (size_t e = 0; e < count; e++) lost += fabs(before[e]) < 1e100 && !(fabs(after[e]) < 1e100);
        assert_true(lost > 0);
        close_world(&x);
    }
}

/* Rows that are longer come to the limit, and the others keep their bits. */
static void no_row_is_longer_than_max_norm(void **state)
{
    (void)state;
    const double most = 1.2;
    int shortened = 0, kept = 0;
    world x = open_world(&mat_ref64, "[20,15]"), y = open_world(&mat_ref64, "[20,15]");
    step(&x, &(net_optimiser){ .kind = NET_SGD, .max_norm = most }, 0);
    step(&y, &sgd, 0);
    for (int l = 1; l <= x.net->shape.k; l++) {
        mat W = x.net->theta[l].W;
        double *w = small_numbers(x.net->ops, W), *before = small_numbers(x.net->ops, y.net->theta[l].W);
        for (int i = 0; i < W.rows; i++) {
            double sum = 0, was = 0;
            for (int j = 0; j < W.cols; j++) sum += w[i + j * W.rows] * w[i + j * W.rows];
            for (int j = 0; j < W.cols; j++) was += before[i + j * W.rows] * before[i + j * W.rows];
            assert_true(sqrt(sum) <= most * (1 + 1e-15 * (W.cols + 4)));
            if (sqrt(was) > most) CHECK_NEAR(sqrt(sum), most, tiny);
            for (int j = 0; j < W.cols && sqrt(was) < most; j++) assert_true(w[i + j * W.rows] == before[i + j * W.rows]);
            shortened += sqrt(was) > most;
            kept += sqrt(was) < most;
        }
        free(w);
        free(before);
    }
    assert_true(shortened > 3 && kept > 3);
    close_world(&x);
    close_world(&y);
}

/* ---- the equations once more --------------------------------------------------------------------------------------------------------- */

/* (38) to (41) for one number in update u = 1, 2, ...; decay: of W only. */
static double stepped(const net_optimiser *how, double theta, double g, double *m, double *v, double u, bool decay)
{
    if (how->kind == NET_MOMENTUM || how->kind == NET_NESTEROV) {
        *m = how->momentum * *m + g;
        return theta - eta * (how->kind == NET_MOMENTUM ? *m : g + how->momentum * *m);
    }
    *m = how->beta1 * *m + (1 - how->beta1) * g;
    *v = how->beta2 * *v + (1 - how->beta2) * g * g;
    if (how->kind == NET_ADAMW && decay) theta = theta - eta * how->weight_decay * theta;
    double mean = *m / (1 - pow(how->beta1, u)), square = *v / (1 - pow(how->beta2, u));
    return theta - eta * mean / (sqrt(square) + how->eps);
}

static void the_equations_hold(const net_optimiser *how)
{
    double m[MOST] = { 0 }, v[MOST] = { 0 }, g[MOST], theta[MOST], after[MOST];
    bool decay[MOST];
    size_t count = 0;
    world x = open_world(&mat_ref64, "[20,15]");
    for (net_walk t = net_each_tensor(x.net, NET_PARAMETER); net_next_tensor(&t);) {
        for (size_t e = 0; e < mat_elements(t.M); e++) decay[count++] = t.which == NET_W;
    }
    for (long t = 0; t < UPDATES; t++) {
        gather(&x, x.net, theta);
        gradients(&x, g);
        double s = norm(g, count), by = how->clip > 0 && s > how->clip ? how->clip / s : 1;
        for (size_t e = 0; e < count; e++) theta[e] = stepped(how, theta[e], by * g[e], &m[e], &v[e], (double)t + 1, decay[e]);
        step(&x, how, t);
        gather(&x, x.net, after);
        near_all(theta, after, count, 1e-11); /* Adam divides by roots of squares, however small */
    }
    gather(&x, x.moment[0], after);
    near_all(m, after, count, tiny);
    gather(&x, x.moment[1], after);
    near_all(v, after, count, tiny);
    close_world(&x);
}

static void steps_are_those_of_the_equations(void **state)
{
    (void)state;
    the_equations_hold(&(net_optimiser){ .kind = NET_MOMENTUM, .momentum = 0.9 });
    the_equations_hold(&(net_optimiser){ .kind = NET_NESTEROV, .momentum = 0.8, .clip = 0.5 });
    the_equations_hold(&(net_optimiser){ .kind = NET_ADAM, .beta1 = 0.9, .beta2 = 0.99, .eps = 1e-3, .clip = 0.1 });
    the_equations_hold(&(net_optimiser){ .kind = NET_ADAMW, .beta1 = 0.7, .beta2 = 0.95, .eps = 1e-3, .weight_decay = 0.3 });
}

/*
 * Of images that are all zero a linear classifier has dW = 2 lambda W: W goes down a parabola, h = 2 lambda. By (38) and (39)
 *
 *     momentum    w_t+1 = (1 + mu - eta h) w_t - mu w_t-1                    w_1 = (1 - eta h) w_0
 *     nesterov    w_t+1 = (1 + mu)(1 - eta h) w_t - mu (1 - eta h) w_t-1     w_1 = (1 - eta h (1 + mu)) w_0
 *
 * so w_t = A p^t + B q^t, where p and q are the roots of the characteristic polynomial r^2 = b r - c.
 */
static void down_a_parabola_by_the_closed_form(void **state)
{
    (void)state;
    const double mu = 0.5, h = 0.4, rate = 0.05;
    static const uint8_t black[INPUTS];
    static const double zero[INPUTS], one[INPUTS] = { 1 };
    for (int nesterov = 0; nesterov < 2; nesterov++) {
        double left = 1 - rate * h, b = nesterov == 1 ? (1 + mu) * left : mu + left, c = nesterov == 1 ? mu * left : mu;
        double root = sqrt(b * b - 4 * c), p = (b + root) / 2, q = (b - root) / 2, first = nesterov == 1 ? 1 - rate * h * (1 + mu) : left;
        double A = (first - q) / (p - q), w0, w;
        world x = open_world(&mat_ref64, "[]");
        minibatch batch = { .image = black, .label = (const uint16_t[]){ 3 }, .stride = INPUTS, .index = (const uint32_t[]){ 0 }, .n = 1,
                            .d = INPUTS, .mean = zero, .inv_std = one };
        mat some = mat_at(x.net->ops, x.net->theta[1].W, 77);
        const net_optimiser how = { .kind = nesterov == 1 ? NET_NESTEROV : NET_MOMENTUM, .momentum = mu };
        x.net->ops->get(&w0, some);
        for (int t = 1; t <= 40; t++) {
            net_forward(x.net, x.w, &batch, NET_TRAINING);
            net_step(x.net, x.moment, x.w, &batch, h / 2, &how, rate, t - 1);
            x.net->ops->get(&w, some);
            CHECK_NEAR(w, w0 * (A * pow(p, t) + (1 - A) * pow(q, t)), tiny);
        }
        assert_true(fabs(w) < 0.3 * fabs(w0) && w0 != 0);
        close_world(&x);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_momentum_it_is_sgd),
        cmocka_unit_test(without_decay_adamw_is_adam),
        cmocka_unit_test(a_limit_that_is_not_met_changes_nothing),
        cmocka_unit_test(the_first_step_of_adam_is_eta),
        cmocka_unit_test(a_clipped_step_has_the_norm_of_the_limit),
        cmocka_unit_test(clipping_hides_no_divergence),
        cmocka_unit_test(no_row_is_longer_than_max_norm),
        cmocka_unit_test(steps_are_those_of_the_equations),
        cmocka_unit_test(down_a_parabola_by_the_closed_form),
    };
    return cmocka_run_group_tests(tests, NULL, small_tear_down);
}
