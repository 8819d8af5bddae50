/* Scores of several nets together and of mirror images, and estimated statistics: by hand, in plain loops, and by laws. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_strata.h"

#include "moments.h"
#include "small.h"
#include "together.h"

enum { CLASSES = 10 };

/* ---- several nets -------------------------------------------------------------------------------------------------------------------- */

/* A net on all inputs of the small data, in its evaluation phase at once. */
static network *started(const backend *ops, bool bn, uint64_t seed)
{
    network *net = small_net(ops, STRATA_PIXELS, "[5]", bn, seed);
    for (net_walk t = net_each_tensor(net, NET_AVERAGE); net_next_tensor(&t);) ops->fill(t.M, t.which == NET_VAR ? 2 : 0.1);
    net->started = true;
    return net;
}

static together taken(const network *net, int members, bool mirrored)
{
    together t;
    CHECK_OK(together_create(&net->shape, &small_data()->form, members, mirrored, &t));
    return t;
}

static void one_net_together_is_the_net(void **state)
{
    (void)state;
    const backend *const tables[] = { &mat_ref64, &mat_ref32, mat_cpu() };
    const split *s = small_split();
    for (size_t q = 0; q < sizeof tables / sizeof *tables; q++) {
        network *net = started(tables[q], true, 3);
        net_work *w = small_work(net, EVALUATE_CHUNK);
        together t = taken(net, 1, false);
        strata_score alone, mean, votes;
        for (strata_part p = STRATA_TRAIN_PART; p <= STRATA_TEST_PART; p++) {
            assert_true(evaluate_part(net, w, s->data, &s->inputs, s->n_train, s->n_val, p, 0, NULL, &alone));
            assert_true(together_score(&t, &(together_member){ net, false }, 1, w, s, p, NULL, &mean, &votes));
            assert_true(mean.accuracy == alone.accuracy && votes.accuracy == alone.accuracy);
            CHECK_NEAR(mean.loss, alone.loss, 20 * tables[q]->unit * alone.loss);
            assert_true(isnan(mean.cost) && isnan(votes.cost) && isnan(votes.loss));
        }
        together_drop(&t);
        net_work_free(w);
        net_free(net);
    }
}

/* P of the nets as the backend says them, their mean and its loss in plain loops. */
static void the_mean_is_that_of_the_probabilities(void **state)
{
    (void)state;
    enum { NETS = 3 };
    const split *s = small_split();
    network *net[NETS];
    together_member member[NETS];
    strata_score score;
    for (int q = 0; q < NETS; q++) net[q] = started(&mat_ref64, true, 10 + (uint64_t)q);
    for (int q = 0; q < NETS; q++) member[q] = (together_member){ net[q], false };
    net_work *w = small_work(net[0], EVALUATE_CHUNK);
    together t = taken(net[0], NETS, false);
    assert_true(together_score(&t, member, NETS, w, s, STRATA_VALIDATION_PART, NULL, &score, NULL));
    double P[SMALL_VAL][CLASSES] = { { 0 } }, loss = 0;
    int correct = 0;
    minibatch batch = split_images(s->data, &s->inputs, s->n_val, STRATA_VALIDATION_PART, 0, s->n_val);
    for (int q = 0; q < NETS; q++) {
        net_forward(net[q], w, &batch, NET_EVALUATION);
        double *p = small_numbers(&mat_ref64, w->trace[2].X);
        for (int e = 0; e < SMALL_VAL * CLASSES; e++) P[e / CLASSES][e % CLASSES] += p[e] / NETS;
        free(p);
    }
    for (int j = 0; j < SMALL_VAL; j++) {
        int best = 0, y = batch.label[batch.index[j]];
        for (int i = 1; i < CLASSES; i++) best = P[j][i] > P[j][best] ? i : best;
        correct += best == y;
        loss -= log(P[j][y]) / SMALL_VAL;
    }
    CHECK_NEAR(score.loss, loss, 1e-12);
    CHECK_NEAR(score.accuracy, (double)correct / SMALL_VAL, 0);
    together_drop(&t);
    net_work_free(w);
    for (int q = 0; q < NETS; q++) net_free(net[q]);
}

/* A net without inputs, so to speak: the logits of every example are these. */
static network *saying(const double logit[CLASSES], net_loss_kind loss)
{
    network *net = small_net(&mat_ref64, STRATA_PIXELS, "[]", false, 1);
    net->shape.loss = loss;
    net->ops->fill(net->theta[1].W, 0);
    net->ops->put(net->theta[1].b, logit);
    net->started = true;
    return net;
}

/* A validation part in which no two of the classes 2, 3, 5 and 7 are as many. */
static split uneven(void)
{
    split s = *small_split();
    s.n_val = 45;
    return s;
}

static double share_of(int label)
{
    split s = uneven();
    int count = 0;
    minibatch batch = split_images(s.data, &s.inputs, s.n_val, STRATA_VALIDATION_PART, 0, s.n_val);
    for (int j = 0; j < s.n_val; j++) count += batch.label[batch.index[j]] == label;
    return (double)count / s.n_val;
}

/* Scores of nets that say these logits: [nets][CLASSES]. */
static void score_saying(int nets, const double logit[][CLASSES], net_loss_kind loss, strata_score *mean, strata_score *votes)
{
    network *net[4];
    together_member member[4];
    split part = uneven();
    for (int q = 0; q < nets; q++) net[q] = saying(logit[q], loss);
    for (int q = 0; q < nets; q++) member[q] = (together_member){ net[q], false };
    net_work *w = small_work(net[0], EVALUATE_CHUNK);
    together t = taken(net[0], nets, false);
    assert_true(together_score(&t, member, nets, w, &part, STRATA_VALIDATION_PART, NULL, mean, votes));
    together_drop(&t);
    net_work_free(w);
    for (int q = 0; q < nets; q++) net_free(net[q]);
}

/* By hand: two of three name class 5, but the mean is the third's, which is sure of class 2; on a tie the smallest class has it. */
static void votes_by_hand(void **state)
{
    (void)state;
    static const double three[][CLASSES] = { { [5] = 0.1 }, { [2] = 9 }, { [5] = 0.1 } };
    static const double tie[][CLASSES] = { { [7] = 5 }, { [3] = 1 }, { [3] = 1 }, { [7] = 5 } };
    strata_score mean, votes;
    assert_true(share_of(2) != share_of(5) && share_of(3) != share_of(7));
    score_saying(3, three, NET_SOFTMAX, &mean, &votes);
    CHECK_NEAR(votes.accuracy, share_of(5), 0);
    CHECK_NEAR(mean.accuracy, share_of(2), 0);
    score_saying(4, tie, NET_SOFTMAX, &mean, &votes);
    CHECK_NEAR(votes.accuracy, share_of(3), 0);
    CHECK_NEAR(mean.accuracy, share_of(7), 0);
}

static double sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

/* The mean of K sigmoids has the loss of (35); the hinge loss is of no probabilities; nothing takes the logarithm of 0. */
static void other_losses_together(void **state)
{
    (void)state;
    static const double two[][CLASSES] = { { 0.5, -1, 2, 0, 0, 0, 0, 0, 0, -3 }, { 1, 1, -2, 0, 0, 0, 0, 4, 0, 0 } };
    static const double far[][CLASSES] = { { 2000 }, { 3000 } };
    strata_score mean, votes;
    double due = 0;
    for (int y = 0; y < CLASSES; y++) {
        for (int i = 0; i < CLASSES; i++) {
            double p = (sigmoid(two[0][i]) + sigmoid(two[1][i])) / 2;
            due -= share_of(y) * log(i == y ? p : 1 - p) / CLASSES;
        }
    }
    score_saying(2, two, NET_SIGMOIDS, &mean, &votes);
    CHECK_NEAR(mean.loss, due, 1e-12);
    CHECK_NEAR(mean.accuracy, share_of(7), 0);
    score_saying(2, two, NET_HINGE, &mean, &votes);
    assert_true(isnan(mean.loss));
    CHECK_NEAR(mean.accuracy, share_of(7), 0);
    score_saying(2, far, NET_SOFTMAX, &mean, &votes);
    CHECK_NEAR(mean.loss, (1 - share_of(0)) * (2000 + log(2)), 1e-9);
}

/* ---- mirror images ------------------------------------------------------------------------------------------------------------------- */

enum { HEIGHT = 3, WIDTH = 4, CHANNELS = 3, PIXELS = HEIGHT * WIDTH * CHANNELS, EXAMPLES = 60, TEST = 20 };

typedef struct {
    uint8_t bytes[EXAMPLES + TEST][PIXELS];
    float floats[EXAMPLES + TEST][PIXELS];
    uint16_t label[EXAMPLES + TEST];
} pictures;

/* Any pictures; symmetric: each is its own mirror image; mirrored: those of the same without, the other way round. */
static void draw(pictures *p, bool symmetric, bool mirrored)
{
    for (int j = 0; j < EXAMPLES + TEST; j++) {
        p->label[j] = (uint16_t)(j % 3);
        for (int e = 0; e < PIXELS; e++) {
            int x = e % WIDTH, row = e / WIDTH, from = mirrored || (symmetric && x >= WIDTH / 2) ? WIDTH - 1 - x : x;
            p->bytes[j][e] = (uint8_t)((j * 37 + row * 91 + from * 53 + j * row * from) % 256);
            p->floats[j][e] = (float)p->bytes[j][e] / 16 - 7;
        }
    }
}

static strata_data *data_of(const pictures *p, strata_element element)
{
    strata_data *data;
    bool floats = element == STRATA_FLOATS;
    const strata_arrays arrays = {
        .size = sizeof arrays, .form = { element, PIXELS, HEIGHT, WIDTH, CHANNELS, 3 }, .train = EXAMPLES, .test = TEST,
        .examples = floats ? (const void *)p->floats : p->bytes,
        .test_examples = floats ? (const void *)p->floats[EXAMPLES] : p->bytes[EXAMPLES],
        .labels = p->label, .test_labels = p->label + EXAMPLES,
    };
    CHECK_OK(strata_data_from_arrays(&arrays, &data));
    return data;
}

static network *net_for(const strata_data *data)
{
    network *net;
    strata_config *c = small_config((const char *const[]){ "hidden=[6]", "bn=false", NULL });
    CHECK_OK(strata_config_fit(c, data));
    net_shape shape = config_shape(c);
    const backend *ops = data->form.element == STRATA_FLOATS ? mat_backend_floats(&mat_ref64) : &mat_ref64;
    CHECK_OK(net_create(ops, &shape, &net));
    CHECK_OK(net_init(net, NET_INIT_HE, 0, 5, NULL));
    net->started = true;
    strata_config_free(c);
    return net;
}

/* Scores the test part by these members of one net. */
static strata_score flipped(const strata_data *data, const standardisation *inputs, int members, const bool *mirrored)
{
    strata_score score;
    together t;
    together_member member[2];
    split part = { .data = data, .n_train = 40, .n_val = 20, .inputs = *inputs };
    network *net = net_for(data);
    net_work *w = small_work(net, EVALUATE_CHUNK);
    for (int q = 0; q < members; q++) member[q] = (together_member){ net, mirrored[q] };
    CHECK_OK(together_create(&net->shape, &data->form, members, true, &t));
    assert_true(together_score(&t, member, members, w, &part, STRATA_TEST_PART, NULL, &score, NULL));
    together_drop(&t);
    net_work_free(w);
    net_free(net);
    return score;
}

static void mirror_images_are_seen(void **state)
{
    (void)state;
    static const bool plain[] = { false }, mirror[] = { true }, both[] = { false, true };
    static pictures p, other;
    for (strata_element element = STRATA_BYTES; element <= STRATA_FLOATS; element++) {
        split *s;
        draw(&p, true, false);
        strata_data *data = data_of(&p, element);
        CHECK_OK(split_create(data, 40, 20, (standardisation_how){ 0 }, &s));
        strata_score once = flipped(data, &s->inputs, 1, plain), twice = flipped(data, &s->inputs, 2, both);
        assert_true(once.accuracy == twice.accuracy);
        CHECK_NEAR(once.loss, twice.loss, 1e-13);
        strata_data_free(data);
        draw(&p, false, false);
        draw(&other, false, true);
        data = data_of(&p, element);
        strata_data *turned = data_of(&other, element);
        strata_score seen = flipped(data, &s->inputs, 1, mirror), due = flipped(turned, &s->inputs, 1, plain);
        assert_true(seen.loss == due.loss && seen.accuracy == due.accuracy);
        assert_true(seen.loss != flipped(data, &s->inputs, 1, plain).loss);
        strata_data_free(data);
        strata_data_free(turned);
        free(s);
    }
}

/* ---- statistics ---------------------------------------------------------------------------------------------------------------------- */

/* The statistics of the hidden layer, from so many examples of a part. */
static void estimated(network *net, strata_part which, int count, int n_batch, double mean[5], double var[5])
{
    double *room = calloc(moments_room(&net->shape), sizeof *room);
    net_work *w = small_work(net, n_batch);
    assert_non_null(room);
    assert_true(moments_estimate(net, w, small_split(), which, count, n_batch, room, NULL));
    net->ops->get(mean, net->mu_av[1]);
    net->ops->get(var, net->v_av[1]);
    net_work_free(w);
    free(room);
}

/* Those of S = W x + b over n examples of a part from `first` on, in plain loops, added to both with weight 1/parts. */
static void add_naive(const network *net, strata_part which, int first, int n, int parts, double mean[5], double var[5])
{
    const split *s = small_split();
    minibatch batch = split_images(s->data, &s->inputs, s->n_val, which, first, n);
    double *W = small_numbers(net->ops, net->theta[1].W), *b = small_numbers(net->ops, net->theta[1].b);
    for (int i = 0; i < 5; i++) {
        double S[SMALL_TRAIN], mu = 0, v = 0;
        for (int j = 0; j < n; j++) {
            const uint8_t *p = batch.image + batch.index[j] * batch.stride;
            S[j] = b[i];
            for (int t = 0; t < STRATA_PIXELS; t++) S[j] += W[t * 5 + i] * ((p[t] / 255.0 - batch.mean[t]) * batch.inv_std[t]);
            mu += S[j] / n;
        }
        for (int j = 0; j < n; j++) v += (S[j] - mu) * (S[j] - mu) / n;
        mean[i] += mu / parts;
        var[i] += v / parts;
    }
    free(W);
    free(b);
}

static void statistics_are_means_of_moments(void **state)
{
    (void)state;
    static const struct {
        strata_part which;
        int count, n_batch, batches, n; /* what is asked for, and the mini-batches that it makes */
    } cases[] = {
        { STRATA_TRAIN_PART, 50, 50, 1, 50 },   { STRATA_TRAIN_PART, 200, 50, 4, 50 }, { STRATA_TRAIN_PART, 119, 40, 2, 40 },
        { STRATA_TRAIN_PART, 30, 50, 1, 30 },   { STRATA_VALIDATION_PART, 100, 40, 2, 40 }, { STRATA_TEST_PART, 100, 25, 4, 25 },
    };
    for (size_t q = 0; q < sizeof cases / sizeof *cases; q++) {
        network *net = small_net(&mat_ref64, STRATA_PIXELS, "[5]", true, 4);
        double mean[5], var[5], mean_due[5] = { 0 }, var_due[5] = { 0 };
        estimated(net, cases[q].which, cases[q].count, cases[q].n_batch, mean, var);
        for (int b = 0; b < cases[q].batches; b++) {
            add_naive(net, cases[q].which, b * cases[q].n, cases[q].n, cases[q].batches, mean_due, var_due);
        }
        for (int i = 0; i < 5; i++) {
            CHECK_NEAR(mean[i], mean_due[i], 1e-11);
            CHECK_NEAR(var[i], var_due[i], 1e-11 * var_due[i]);
        }
        assert_true(net->started);
        net_free(net);
    }
}

/* Of one mini-batch they are what the forward pass found, to the bit, in every backend; who stops leaves them. */
static void statistics_of_one_mini_batch_are_its_moments(void **state)
{
    (void)state;
    const backend *const tables[] = { &mat_ref64, &mat_ref32, mat_cpu() };
    for (size_t q = 0; q < sizeof tables / sizeof *tables; q++) {
        network *net = small_net(tables[q], STRATA_PIXELS, "[5]", true, 4);
        net_work *w = small_work(net, 50);
        double mean[5], var[5], mu[5], v[5];
        estimated(net, STRATA_TRAIN_PART, 50, 50, mean, var);
        minibatch batch = small_batch(0, 50, STRATA_PIXELS);
        net_forward(net, w, &batch, NET_TRAINING);
        tables[q]->get(mu, w->trace[1].mu);
        tables[q]->get(v, w->trace[1].v);
        assert_memory_equal(mean, mu, sizeof mu);
        assert_memory_equal(var, v, sizeof v);
        net_work_free(w);
        net_free(net);
    }
    net_shape calm, shape = { .k = 3, .noise = 1, .input_dropout = 0.5, .layer[1].dropout = 0.5, .layer[2].dropout = 0.25 };
    calm = moments_shape(&shape);
    assert_true(calm.noise == 0 && calm.input_dropout == 0 && calm.layer[1].dropout == 0 && calm.layer[2].dropout == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_net_together_is_the_net),
        cmocka_unit_test(the_mean_is_that_of_the_probabilities),
        cmocka_unit_test(votes_by_hand),
        cmocka_unit_test(other_losses_together),
        cmocka_unit_test(mirror_images_are_seen),
        cmocka_unit_test(statistics_are_means_of_moments),
        cmocka_unit_test(statistics_of_one_mini_batch_are_its_moments),
    };
    return cmocka_run_group_tests(tests, NULL, small_tear_down);
}
