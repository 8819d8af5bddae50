/*
 * What diagnose = true measures of each layer, against a second computation: the forward pass of docs/math.md in scalar double, with a
 * bound of its rounding for every number, and the gradients of tests/oracle.c. And that it changes nothing: not a bit of the model, the
 * curves or the results.
 */
#include "cmocka_strata.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diagnosed.h"
#include "fit.h"
#include "oracle.h"
#include "small.h"

/* ---- it changes nothing -------------------------------------------------------------------------------------------------------------- */

static void same_training(const strata_run *a, const strata_run *b)
{
    size_t points_a, points_b;
    const strata_point *x = strata_run_curve(a, &points_a), *y = strata_run_curve(b, &points_b);
    const strata_run_facts_t *f = strata_run_facts(a), *g = strata_run_facts(b);
    assert_string_equal(strata_model_digest(strata_run_model(a)), strata_model_digest(strata_run_model(b)));
    assert_int_equal(points_a, points_b);
    assert_memory_equal(x, y, points_a * sizeof *x);
    assert_memory_equal(&f->train, &g->train, sizeof f->train);
    assert_memory_equal(&f->validation, &g->validation, sizeof f->validation);
    assert_memory_equal(&f->test, &g->test, sizeof f->test);
    assert_int_equal(f->updates, g->updates);
    assert_int_equal(f->outcome, g->outcome);
}

static void diagnosing_changes_no_bit(void **state)
{
    (void)state;
    for (int b = 0; b < 4; b++) {
        for (int n = 0; n < NETS && available(backends[b]); n++) {
            size_t layers, mistakes;
            strata_run *with = train(nets[n], backends[b], "diagnose=true", 2, NULL), *without = train(nets[n], backends[b], NULL, 2, NULL);
            same_training(with, without);
            assert_string_not_equal(strata_run_facts(with)->id, strata_run_facts(without)->id);
            (void)strata_run_layers(without, &layers);
            (void)strata_run_mistakes(without, &mistakes);
            assert_true(layers == 0 && mistakes == 0 && strata_run_confusion(without) == NULL && strata_run_certainty(without) == NULL);
            strata_run_free(with);
            strata_run_free(without);
        }
    }
}

/* Without an update the model's averages are those of the first mini-batch, which the diagnosis forwards again. */
static void diagnosing_changes_no_untrained_model(void **state)
{
    (void)state;
    strata_run *with = train(nets[0], "cycles=0", "diagnose=true", 1, NULL), *without = train(nets[0], "cycles=0", NULL, 1, NULL);
    same_training(with, without);
    strata_run_free(with);
    strata_run_free(without);
}

static void same_layers(const strata_run *a, const strata_run *b, size_t due)
{
    size_t count_a, count_b;
    const strata_layer_point *x = strata_run_layers(a, &count_a), *y = strata_run_layers(b, &count_b);
    assert_true(due <= count_a && due <= count_b);
    for (size_t p = 0; p < due; p++) {
        assert_true(x[p].update == y[p].update && x[p].layer == y[p].layer && strcmp(x[p].what, y[p].what) == 0);
        assert_memory_equal(&x[p].value, &y[p].value, sizeof x[p].value);
    }
}

/* D0, for measurements as for everything else. */
static void threads_change_no_measurement(void **state)
{
    (void)state;
    for (int b = 0; b < 4; b++) {
        const char *words[] = { "hidden=[12,8]", "n_batch=300", "diagnose=true", NULL };
        if (!available(backends[b])) continue;
        strata_run *one = train(words, backends[b], NULL, 1, NULL), *three = train(words, backends[b], NULL, 3, NULL);
        same_layers(one, three, 3 * 11);
        assert_memory_equal(strata_run_confusion(one), strata_run_confusion(three), 100 * sizeof(long));
        assert_memory_equal(strata_run_certainty(one), strata_run_certainty(three), sizeof(strata_certainty));
        strata_run_free(one);
        strata_run_free(three);
    }
}

/* ---- the order ----------------------------------------------------------------------------------------------------------------------- */

static void points_come_in_order(void **state)
{
    (void)state;
    static const char *const what[] = { "dead_share", "gradient_norm", "preactivation_mean", "preactivation_variance" };
    for (int n = 0; n < NETS; n++) {
        size_t count, points, at = 0;
        strata_run *run = train(nets[n], "diagnose=true", NULL, 1, NULL);
        int k = run->model->net->shape.k;
        const strata_layer_point *p = strata_run_layers(run, &count);
        const strata_point *curve = strata_run_curve(run, &points);
        assert_int_equal(points, 3);
        assert_int_equal(count, points * (size_t)(4 * k - 1));
        for (size_t c = 0; c < points; c++) {
            for (int e = 0; e < 4 * k; e++) {
                if (e == 4 * k - 4) continue; /* dead_share of the output layer */
                assert_int_equal(p[at].update, curve[c].update);
                assert_int_equal(p[at].layer, e / 4 + 1);
                assert_string_equal(p[at].what, what[e % 4]);
                assert_true(isfinite(p[at].value) && (e % 4 == 2 || p[at].value >= 0));
                at++;
            }
        }
        strata_run_free(run);
    }
}

/* ---- the outputs of a layer, once more ----------------------------------------------------------------------------------------------- */

/* One layer's parameters as doubles, and S with a bound of its error, image after image. */
typedef struct {
    int m, d;
    bool bn;
    double eps, u; /* u: of the backend */
    double *W, *b, *gamma, *beta, *mu, *v;
    double S[WIDEST][MEASURED], error[WIDEST][MEASURED];
    bool alive[WIDEST], perhaps[WIDEST]; /* some output is surely, may be above zero */
} layer;

static layer *layers_of(const network *net)
{
    layer *all = calloc((size_t)net->shape.k, sizeof *all);
    assert_true(all != NULL && net->shape.k <= LAYERS);
    for (int l = 1; l <= net->shape.k; l++) {
        const net_tensors *t = &net->theta[l];
        const mat from[] = { t->W, t->b, t->gamma, t->beta, net->mu_av[l], net->v_av[l] };
        double **const to[] = { &all[l - 1].W, &all[l - 1].b, &all[l - 1].gamma, &all[l - 1].beta, &all[l - 1].mu, &all[l - 1].v };
        for (int which = 0; which < 6; which++) *to[which] = small_numbers(net->ops, from[which]);
        all[l - 1].m = net->shape.width[l];
        all[l - 1].d = net->shape.width[l - 1];
        all[l - 1].bn = t->gamma.rows > 0;
        all[l - 1].eps = net->shape.eps;
        all[l - 1].u = net->ops->unit;
    }
    return all;
}

static void free_layers(layer *all, int k)
{
    for (int l = 0; l < k; l++) {
        double *const from[] = { all[l].W, all[l].b, all[l].gamma, all[l].beta, all[l].mu, all[l].v };
        for (int which = 0; which < 6; which++) free(from[which]);
    }
    free(all);
}

/* Image j through one layer: x with the bound ex becomes the layer's output with its bound. A sum of d + 1 terms is off by (d + 1) u of the
 * sum of their sizes, on each of the two sides. */
static void through(layer *y, int j, double *x, double *ex)
{
    double s[WIDEST], e[WIDEST];
    for (int i = 0; i < y->m; i++) {
        double sum = y->b[i], size = fabs(y->b[i]), carried = 0;
        for (int t = 0; t < y->d; t++) {
            double w = y->W[(size_t)t * (size_t)y->m + (size_t)i];
            sum += w * x[t];
            size += fabs(w * x[t]);
            carried += fabs(w) * ex[t];
        }
        y->S[i][j] = s[i] = sum;
        y->error[i][j] = e[i] = carried + 2 * (y->d + 2) * y->u * size;
    }
    for (int i = 0; i < y->m; i++) {
        if (y->bn) {
            double r = y->gamma[i] / sqrt(y->v[i] + y->eps);
            e[i] = fabs(r) * e[i] + 16 * y->u * (fabs(r) * (fabs(s[i]) + fabs(y->mu[i])) + fabs(y->beta[i]));
            s[i] = r * (s[i] - y->mu[i]) + y->beta[i];
        }
        y->alive[i] = y->alive[i] || s[i] > e[i];
        y->perhaps[i] = y->perhaps[i] || s[i] > -e[i];
        x[i] = s[i] > 0 ? s[i] : 0;
        ex[i] = e[i];
    }
}

/* The first `images` training images through all layers. */
static layer *forward(const strata_model *model, const strata_data *from, int images)
{
    static double x[STRATA_PIXELS], ex[STRATA_PIXELS];
    float mean[STRATA_PIXELS], std[STRATA_PIXELS];
    layer *all = layers_of(model->net);
    CHECK_OK(strata_model_tensor(model, "input.mean", NULL, NULL, mean));
    CHECK_OK(strata_model_tensor(model, "input.std", NULL, NULL, std));
    for (int j = 0; j < images; j++) {
        const uint8_t *p = from->image + (size_t)j * STRATA_PIXELS;
        for (int t = 0; t < STRATA_PIXELS; t++) {
            x[t] = (p[t] / 255.0 - (double)mean[t]) / (double)std[t];
            ex[t] = 8 * all[0].u * (p[t] / 255.0 + (double)mean[t]) / (double)std[t];
        }
        for (int l = 0; l < model->net->shape.k; l++) through(&all[l], j, x, ex);
    }
    return all;
}

/* The value at the end of a run. */
static double measured(const strata_run *run, int l, const char *what)
{
    size_t count, points;
    const strata_layer_point *p = strata_run_layers(run, &count);
    long last = strata_run_curve(run, &points)[points - 1].update;
    for (size_t q = 0; q < count; q++) {
        if (p[q].update == last && p[q].layer == l && strcmp(p[q].what, what) == 0) return p[q].value;
    }
    fail_msg("no %s of layer %d", what, l);
    return NAN;
}

/* With |S' - S| <= e in a row, its mean moves by the mean of e, and its variance by 4 e sd + 4 e^2 at most (a deviation moves by 2 e). Sums
 * of n terms in double add a little. */
static void check_spread(const strata_run *run, int l, const layer *y, int n)
{
    double mean = 0, mean_off = 0, size = 0, variance = 0, variance_off = 0;
    for (int i = 0; i < y->m; i++) {
        double mu = 0, v = 0, e = 0;
        for (int j = 0; j < n; j++) {
            mu += y->S[i][j] / n;
            size += fabs(y->S[i][j]) / n;
            mean_off += y->error[i][j] / n;
            e = fmax(e, y->error[i][j]);
        }
        for (int j = 0; j < n; j++) v += (y->S[i][j] - mu) * (y->S[i][j] - mu) / n;
        mean += mu;
        variance += v;
        variance_off += 4 * e * sqrt(v) + 4 * e * e;
    }
    double slack = 4 * (n + y->m) * 0x1p-53;
    CHECK_NEAR(measured(run, l, "preactivation_mean"), mean / y->m, (mean_off + slack * size) / y->m);
    CHECK_NEAR(measured(run, l, "preactivation_variance"), variance / y->m, (variance_off + slack * variance) / y->m);
}

static void check_outputs(const strata_run *run, const strata_data *from, int images)
{
    int k = run->model->net->shape.k;
    layer *all = forward(run->model, from, images);
    for (int l = 1; l <= k; l++) {
        const layer *y = &all[l - 1];
        int least = 0, most = 0;
        check_spread(run, l, y, images);
        for (int i = 0; i < y->m; i++) {
            least += !y->perhaps[i];
            most += !y->alive[i];
        }
        if (l == k) continue;
        double dead = measured(run, l, "dead_share") * y->m;
        assert_true(dead > least - 1e-9 && dead < most + 1e-9);
    }
    free_layers(all, k);
}

/* ---- the gradient, once more --------------------------------------------------------------------------------------------------------- */

static void check_gradients(const strata_run *run, const split *part, long t)
{
    const network *net = run->model->net;
    const net_shape *s = &net->shape;
    double *X = calloc((size_t)N_BATCH * STRATA_PIXELS, sizeof *X);
    int y[N_BATCH];
    sampler *batches;
    layer *all = layers_of(net);
    oracle_net *theta = oracle_new(s->k, s->width, s->bn, s->eps, s->alpha, run->config.lambda);
    oracle_net *d = oracle_new(s->k, s->width, s->bn, s->eps, s->alpha, run->config.lambda);
    CHECK_OK(fit_sampler(&run->config, part, &batches));
    minibatch batch = sampler_at(batches, t);
    for (int j = 0; j < N_BATCH; j++) {
        const uint8_t *p = batch.image + batch.index[j] * batch.stride;
        for (int i = 0; i < STRATA_PIXELS; i++) X[j * STRATA_PIXELS + i] = (p[i] / 255.0 - part->inputs.mean[i]) / part->inputs.std[i];
        y[j] = batch.label[batch.index[j]];
    }
    for (int l = 1; l <= s->k; l++) {
        const layer *from = &all[l - 1];
        memcpy(theta->W[l], from->W, (size_t)(from->m * from->d) * sizeof(double));
        memcpy(theta->b[l], from->b, (size_t)from->m * sizeof(double));
        if (from->bn) memcpy(theta->gamma[l], from->gamma, (size_t)from->m * sizeof(double));
        if (from->bn) memcpy(theta->beta[l], from->beta, (size_t)from->m * sizeof(double));
    }
    oracle_gradient(theta, N_BATCH, X, y, NULL, NULL, NULL, d);
    double agreement = net->ops->unit < 1e-10 ? 1e-10 : 4096 * net->ops->unit; /* of a float's gradients: as the curves in test_train.c */
    for (int l = 1; l <= s->k; l++) {
        double sum = 0;
        for (int e = 0; e < s->width[l] * s->width[l - 1]; e++) sum += d->W[l][e] * d->W[l][e];
        CHECK_NEAR(measured(run, l, "gradient_norm"), sqrt(sum), agreement * sqrt(sum));
    }
    oracle_free(theta);
    oracle_free(d);
    sampler_free(batches);
    free_layers(all, s->k);
    free(X);
}

/* ---- measurements against both ------------------------------------------------------------------------------------------------------- */

static bool stop_at_4(void *self, size_t member, long done, long all, double loss)
{
    (void)self;
    (void)member;
    (void)all;
    (void)loss;
    return done < 4;
}

/* Before the first update, after four of eight updates (the run is stopped there, so its model is that of the point), and at the end. */
static void measurements_agree_with_a_second_computation(void **state)
{
    (void)state;
    static const strata_observer stopper = { .size = sizeof stopper, .update = stop_at_4 };
    for (int b = 0; b < 4; b++) {
        const char *words[] = { NULL, NULL, NULL, NULL, "diagnose=true", NULL };
        for (int n = 0; n < (b == 0 ? NETS : 2) && available(backends[b]); n++) {
            for (int w = 0; w < 4; w++) words[w] = nets[n][w] != NULL ? nets[n][w] : "seed=5";
            strata_run *before = train(words, "cycles=0", backends[b], 2, NULL), *stopped = train(words, backends[b], NULL, 2, &stopper);
            strata_run *whole = train(words, backends[b], NULL, 2, NULL);
            const strata_run *const runs[] = { before, stopped, whole };
            for (int r = 0; r < 3; r++) {
                assert_int_equal(strata_run_facts(runs[r])->updates, 4 * r);
                check_outputs(runs[r], data, MEASURED);
                check_gradients(runs[r], parts, 4 * r);
            }
            size_t per_point = 4 * (size_t)whole->model->net->shape.k - 1;
            same_layers(before, whole, per_point);
            same_layers(stopped, whole, 2 * per_point);
            assert_null(strata_run_confusion(stopped)); /* it never came to the test part */
            strata_run_free(before);
            strata_run_free(stopped);
            strata_run_free(whole);
        }
    }
}

/* The end of an epoch, where the next mini-batch is the first of another order; and fewer training images than a chunk holds. */
static void a_run_that_ends_with_its_epoch(void **state)
{
    (void)state;
    const char *words[] = { "hidden=[12,8]", "n_train=400", "backend=ref64", "diagnose=true", NULL };
    split *few;
    strata_run *run = train(words, NULL, NULL, 1, NULL);
    CHECK_OK(split_create(data, 400, N_VAL, (standardisation_how){ 0 }, &few));
    check_outputs(run, data, 400);
    check_gradients(run, few, 8);
    strata_run_free(run);
    free(few);
}

/* A net whose units 2 and 7 of 16 can never fire, and whose unit 3 has lost its numbers. */
static void dead_units_are_counted(void **state)
{
    (void)state;
    const backend *ops = mat_backend_named("ref64");
    network *net = small_net(ops, STRATA_PIXELS, "[16,8]", false, 1);
    net_work *w = small_work(net, 50);
    minibatch batch = small_batch(0, 50, STRATA_PIXELS);
    diagnosis *d;
    const double never = -1e6, lost = NAN;
    CHECK_OK(diagnose_create(net, 2, &d));
    for (int round = 0; round < 2; round++) {
        ops->put(mat_at(ops, net->theta[1].b, 2), &never);
        ops->put(mat_at(ops, net->theta[1].b, 7), &never);
        if (round == 1) ops->put(mat_at(ops, net->theta[1].b, 3), &lost);
        net_forward(net, w, &batch, NET_TRAINING);
        net_backward(net, w, &batch, 0.01);
        diagnose_layers(d, round, net, w, w);
    }
    assert_int_equal(d->points, 22);
    assert_true(d->point[0].value == 2.0 / 16 && d->point[11].value == 2.0 / 16);
    assert_true(isnan(d->point[13].value) && isnan(d->point[14].value)); /* mean and variance of layer 1 */
    assert_true(d->point[15].value == 0 && isnan(d->point[16].value) && isnan(d->point[17].value)); /* NaN is not dead */
    diagnose_free(d);
    net_work_free(w);
    net_free(net);
    small_free();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(diagnosing_changes_no_bit),
        cmocka_unit_test(diagnosing_changes_no_untrained_model),
        cmocka_unit_test(threads_change_no_measurement),
        cmocka_unit_test(points_come_in_order),
        cmocka_unit_test(measurements_agree_with_a_second_computation),
        cmocka_unit_test(a_run_that_ends_with_its_epoch),
        cmocka_unit_test(dead_units_are_counted),
    };
    return cmocka_run_group_tests(tests, draw_data, free_data);
}
