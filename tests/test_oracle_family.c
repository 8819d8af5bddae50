/*
 * A second opinion on the wider family: ref64 against tests/oracle_family.c, which was written from docs/math.md alone. For a table of
 * settings with every kind of layer, norm, activation and loss: P, loss, cost and every gradient with the masks and the noise of an update,
 * a few whole updates with their running averages, and an evaluation, agree to 1e-10 of the largest element of each tensor. The masks are
 * those of the rule in docs/math.md, taken from the streams here once more. All of it on bytes, and on floats.
 */
#include "cmocka_strata.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "oracle_family.h"
#include "oracle_steps.h"
#include "random.h"
#include "small.h"

/* Images of 3 channels, 4 x 8 pixels: no two of the numbers that (21) takes are equal. */
enum { HEIGHT = 4, WIDTH = 8, CHANNELS = 3, INPUTS = HEIGHT * WIDTH * CHANNELS, IMAGES = 20, UPDATES = 6, SEED = 77 };

static const double agreement = 1e-10;

static const char *const cases[] = {
    "hidden=[13,9] bn=false activation=leaky_relu",
    "hidden=[13,9] bn=false activation=gelu",
    "hidden=[13,9] bn=false activation=tanh loss=hinge",
    "hidden=[13,9] bn=false activation=sigmoid loss=sigmoid",
    "hidden=[13,9] bn=true activation=leaky_relu norm_place=after label_smoothing=0.1",
    "hidden=[13,9] bn=true activation=gelu norm_place=after loss=hinge",
    "hidden=[13,9] norm=batch activation=tanh loss=sigmoid label_smoothing=0.2",
    "hidden=[13,9] norm=batch norm_place=after",
    "hidden=[13,9] norm=layer",
    "hidden=[13,9] norm=layer norm_place=after",
    "hidden=[13,9] norm=layer activation=gelu label_smoothing=0.1",
    "hidden=[13,9] norm=layer norm_place=after activation=sigmoid loss=sigmoid",
    "hidden=[] loss=hinge",
    "hidden=[] loss=sigmoid label_smoothing=0.3 input_dropout=0.2",
    "hidden=[] label_smoothing=0.1 noise=0.3",
    "hidden=[8,5,8] skip=true bn=false",
    "hidden=[8,5,8,6] skip=true bn=true",
    "hidden=[8,5,8,6,8,7] skip=true norm=layer activation=gelu",
    "hidden=[8,5,8,6,8] skip=true norm=batch norm_place=after activation=leaky_relu",
    "hidden=[8,5,8,6,8] skip=true norm=layer norm_place=after activation=tanh",
    "patch=2 filters=3 hidden=[7] bn=false",
    "patch=2 filters=3 hidden=[7] bn=true",
    "patch=4 filters=5 hidden=[7,6] norm=layer",
    "patch=4 filters=5 hidden=[] bn=true norm_place=after activation=gelu",
    "patch=2 filters=3 hidden=[] norm=layer norm_place=after activation=sigmoid loss=sigmoid",
    "patch=1 filters=2 hidden=[7] bn=true activation=leaky_relu loss=hinge",
    "patch=2 filters=1 hidden=[5,8] skip=true bn=true",
    "patch=4 filters=5 hidden=[6,10,4,10] skip=true norm=layer activation=gelu label_smoothing=0.1",
    "hidden=[13,9] bn=false dropout=0.3",
    "hidden=[13,9] bn=true dropout=0.5 input_dropout=0.1 activation=tanh",
    "hidden=[13,9] norm=layer norm_place=after dropout=0.2 noise=0.3 activation=sigmoid",
    "hidden=[13,9] bn=true norm_place=after dropout=0.2 activation=gelu",
    "hidden=[8,5,8,6,8] skip=true norm=batch dropout=0.3 input_dropout=0.2 noise=0.5",
    "patch=2 filters=3 hidden=[7] bn=true dropout=0.3",
    "patch=4 filters=5 hidden=[7] bn=false dropout=0.3 input_dropout=0.2 noise=0.5 activation=leaky_relu",
    "patch=4 filters=5 hidden=[6,10] skip=true norm=layer norm_place=after dropout=0.3 input_dropout=0.2 noise=0.5 loss=sigmoid",
};

enum { CASES = sizeof cases / sizeof *cases };

/* ---- the two descriptions of a net ---- */

static strata_config *configured(const char *words)
{
    char list[300];
    const char *word[16] = { NULL };
    int count = 0;
    (void)snprintf(list, sizeof list, "%s", words);
    for (char *save = NULL, *w = strtok_r(list, " ", &save); w != NULL; w = strtok_r(NULL, " ", &save)) {
        assert_in_range(count, 0, 14);
        word[count++] = w;
    }
    strata_config *config = small_config(word);
    config->form = (strata_form){ STRATA_BYTES, INPUTS, HEIGHT, WIDTH, CHANNELS, 10 };
    CHECK_OK(config_check_net(config));
    return config;
}

static family_norm norm_of(const strata_config *c)
{
    static const family_norm norms[] = { [NORM_NONE] = FAMILY_PLAIN, [NORM_BATCH] = FAMILY_BATCH, [NORM_LAYER] = FAMILY_LAYER };
    return c->norm == NORM_AUTO ? c->bn ? FAMILY_BATCH : FAMILY_PLAIN : norms[c->norm];
}

static family_recipe recipe_of(const strata_config *c, double lambda)
{
    static const family_activation activations[] = { [NET_RELU] = FAMILY_RELU, [NET_LEAKY_RELU] = FAMILY_LEAKY_RELU,
                                                     [NET_GELU] = FAMILY_GELU, [NET_TANH] = FAMILY_TANH, [NET_SIGMOID] = FAMILY_SIGMOID };
    static const family_loss losses[] = { [NET_SOFTMAX] = FAMILY_SOFTMAX, [NET_SIGMOIDS] = FAMILY_SIGMOIDS, [NET_HINGE] = FAMILY_HINGE };
    family_recipe r = { .d = INPUTS, .height = HEIGHT, .width = WIDTH, .channels = CHANNELS, .patch = (int)c->patch,
                        .activation = activations[c->activation], .norm = norm_of(c), .after = c->norm_place == NET_AFTER, .skip = c->skip,
                        .loss = losses[c->loss], .dropout = c->dropout, .input_dropout = c->input_dropout, .noise = c->noise,
                        .eps = 1e-5, .alpha = 0.9, .lambda = lambda };
    if (r.patch > 0) r.units[++r.k] = (int)c->filters;
    for (int l = 0; l < c->hidden.count; l++) r.units[++r.k] = c->hidden.unit[l];
    r.units[++r.k] = 10;
    return r;
}

/* ---- the two mini-batches ---- */

/* The n examples from `first` on in update t, of bytes or of floats. */
static minibatch mini_batch(const strata_config *c, int first, int n, bool floats, uint64_t t)
{
    static float table[(SMALL_TRAIN + SMALL_VAL) * INPUTS];
    minibatch b = small_batch(first, n, INPUTS);
    for (size_t e = 0; floats && e < sizeof table / sizeof *table; e++)
        table[e] = (float)(b.image[e / INPUTS * b.stride + e % INPUTS] / 255.0);
    if (floats) b.image = NULL, b.table = table, b.stride = INPUTS;
    int side = (int)c->patch;
    if (side > 0) {
        b.patch.side = side, b.patch.height = HEIGHT, b.patch.width = WIDTH, b.patch.channels = CHANNELS;
        b.patch.count = (HEIGHT / side) * (WIDTH / side);
    }
    b.smoothing = c->label_smoothing, b.seed = SEED, b.draw = t;
    return b;
}

/* What the oracle takes for a mini-batch. */
typedef struct {
    double X[INPUTS * IMAGES], *noise, *mask[FAMILY_MAX_LAYERS + 1];
    int y[IMAGES];
    family_batch batch;
} chance;

/* M of (31): element e is 0 where word e mod 4 of the block (t, floor(e/4)) of the stream is below r 2^32. */
static double *mask_of(int l, double r, uint64_t t, int elements)
{
    char name[20];
    double *mask = calloc((size_t)elements, sizeof *mask);
    assert_non_null(mask);
    (void)snprintf(name, sizeof name, "dropout/%d", l);
    for (int e = 0; e < elements; e++) {
        uint32_t word[4];
        random_words(random_named(SEED, name), t, (uint64_t)(e / 4), word);
        mask[e] = (double)word[e % 4] < r * 4294967296.0 ? 0 : 1;
    }
    return mask;
}

static void take_chance(chance *c, const family_net *o, const minibatch *b, uint64_t t)
{
    memset(c, 0, sizeof *c);
    c->batch = (family_batch){ .n = b->n, .X = c->X, .y = c->y, .smoothing = b->smoothing };
    for (int j = 0; j < b->n; j++) {
        c->y[j] = b->label[b->index[j]];
        for (int e = 0; e < b->d; e++) {
            size_t at = b->index[j] * b->stride + (size_t)e;
            double x = b->table != NULL ? b->table[at] : b->image[at] / 255.0;
            c->X[j * b->d + e] = (x - b->mean[e]) / small_split()->inputs.std[e]; /* (0) */
        }
    }
    for (int l = 0; l < o->is.k; l++) {
        double r = l == 0 ? o->is.input_dropout : o->is.dropout;
        if (r > 0) c->batch.mask[l] = c->mask[l] = mask_of(l, r, t, family_rows(o, l) * family_columns(o, l, b->n));
    }
    if (o->is.noise == 0) return;
    c->batch.noise = c->noise = calloc(INPUTS * IMAGES, sizeof *c->noise);
    assert_non_null(c->noise);
    random_normals(random_named(SEED, "noise"), t * (uint64_t)(b->d * b->n), (size_t)(b->d * b->n), c->noise);
}

static void leave_chance(chance *c)
{
    for (int l = 0; l <= FAMILY_MAX_LAYERS; l++) free(c->mask[l]);
    free(c->noise);
}

/* ---- comparison ---- */

static const char *const tensor_names[] = { "W", "b", "gamma", "beta", "mean", "var" };

static void same(const network *net, const char *what, mat M, const double *oracle, const char *name, int l, bool zero)
{
    double *x = small_numbers(net->ops, M), size = 0;
    for (size_t e = 0; e < mat_elements(M); e++) size = fmax(size, fabs(oracle[e]));
    double tolerance = zero ? 1e-12 : agreement * size;
    for (size_t e = 0; e < mat_elements(M); e++) {
        if (fabs(x[e] - oracle[e]) <= tolerance) continue;
        fail_msg("%s: layer %d %s[%zu]: net.c %.17g, oracle %.17g, tolerance %g", what, l, name, e, x[e], oracle[e], tolerance);
    }
    free(x);
}

static mat tensor_of(const network *net, const net_tensors *mine, family_which which, int l)
{
    if (which == FAMILY_MEAN) return net->mu_av[l];
    if (which == FAMILY_VAR) return net->v_av[l];
    return net_tensor(&mine[l], (net_which)which);
}

/* Parameters, and where `averages` the running averages too; or gradients. b before batch normalisation has a gradient of zero. */
static void same_tensors(const network *net, const char *what, const net_tensors *mine, const family_net *o, bool averages)
{
    for (int l = 1; l <= net->shape.k; l++)
        for (family_which which = 0; which < (averages ? FAMILY_TENSORS : FAMILY_PARAMETERS); which++) {
            bool zero = which == FAMILY_B && mine != net->theta && o->tensor[FAMILY_MEAN][l] != NULL && !o->is.after;
            mat M = tensor_of(net, mine, which, l);
            assert_int_equal(mat_elements(M), family_elements(o, which, l));
            same(net, what, M, o->tensor[which][l], tensor_names[which], l, zero);
        }
}

static void take_parameters(const network *net, family_net *o)
{
    for (int l = 1; l <= net->shape.k; l++)
        for (family_which which = 0; which < FAMILY_PARAMETERS; which++) {
            mat M = tensor_of(net, net->theta, which, l);
            double *x = small_numbers(net->ops, M);
            assert_int_equal(mat_elements(M), family_elements(o, which, l));
            for (size_t e = 0; e < mat_elements(M); e++) o->tensor[which][l][e] = x[e];
            free(x);
        }
}

/* A net of a case, and the oracle's. */
typedef struct {
    strata_config *config;
    const backend *ops;
    network *net;
    net_work *work;
    family_net *oracle;
    double lambda;
} pair;

static pair pair_of(const char *words, bool floats)
{
    pair p = { .config = configured(words), .lambda = 0.01 };
    net_shape shape = config_shape(p.config);
    minibatch batch = mini_batch(p.config, 0, IMAGES, floats, 0);
    family_recipe recipe = recipe_of(p.config, p.lambda);
    p.net = small_net_of(mat_backend_for(&mat_ref64, &batch), &shape, 11);
    p.work = small_work(p.net, IMAGES);
    p.oracle = family_new(&recipe);
    take_parameters(p.net, p.oracle);
    assert_true(p.net->shape.eps == 1e-5 && p.net->shape.alpha == 0.9);
    return p;
}

static void pair_free(pair *p)
{
    net_work_free(p->work);
    net_free(p->net);
    family_free(p->oracle);
    strata_config_free(p->config);
}

static void gradient_of(const char *words, bool floats)
{
    static chance c;
    pair p = pair_of(words, floats);
    family_net *d = family_new(&p.oracle->is);
    double loss, cost, P[10 * IMAGES];
    minibatch batch = mini_batch(p.config, 3, IMAGES, floats, 5);
    take_chance(&c, p.oracle, &batch, 5);
    net_forward(p.net, p.work, &batch, NET_TRAINING);
    net_loss(p.net, p.work, &batch);
    double my_loss = net_real(p.net->ops, p.work->J);
    net_cost(p.net, p.work, &batch, p.lambda);
    double my_cost = net_real(p.net->ops, p.work->J);
    family_gradient(p.oracle, &c.batch, &loss, &cost, P, d);
    same(p.net, words, p.work->trace[p.net->shape.k].X, P, "P", p.net->shape.k, false);
    net_backward(p.net, p.work, &batch, p.lambda);
    CHECK_NEAR(my_loss, loss, agreement * loss);
    CHECK_NEAR(my_cost, cost, agreement * cost);
    same_tensors(p.net, words, p.work->gradient, d, false);
    leave_chance(&c);
    family_free(d);
    pair_free(&p);
}

static void gradients_of_the_family_agree(void **state)
{
    (void)state;
    for (int c = 0; c < CASES; c++) gradient_of(cases[c], false), gradient_of(cases[c], true);
}

static void evaluations_agree(pair *p, const char *words, bool floats)
{
    static chance c;
    double loss, cost, P[10 * IMAGES];
    int correct;
    minibatch batch = mini_batch(p->config, 377, IMAGES, floats, 0);
    batch.smoothing = 0;
    take_chance(&c, p->oracle, &batch, 0);
    family_evaluate(p->oracle, &c.batch, P, &loss, &cost, &correct);
    leave_chance(&c);
    net_forward(p->net, p->work, &batch, NET_EVALUATION);
    net_cost(p->net, p->work, &batch, p->lambda);
    CHECK_NEAR(net_real(p->net->ops, p->work->J), cost, agreement * cost);
    same(p->net, words, p->work->trace[p->net->shape.k].X, P, "P", 0, false);
    assert_int_equal(p->net->ops->correct(p->work->trace[p->net->shape.k].S, &batch), correct);
}

static void updates_of(const char *words, bool floats)
{
    static chance c;
    pair p = pair_of(words, floats);
    family_net *d = family_new(&p.oracle->is);
    steps_optimiser sgd = { .kind = STEPS_SGD };
    for (int t = 0; t < UPDATES; t++) {
        minibatch batch = mini_batch(p.config, t * 7, IMAGES, floats, (uint64_t)t);
        double eta = 0.002 * (1 + t % 3);
        take_chance(&c, p.oracle, &batch, (uint64_t)t);
        net_forward(p.net, p.work, &batch, NET_TRAINING);
        net_average(p.net, p.work);
        net_learn(p.net, p.work, &batch, p.lambda, eta);
        family_gradient(p.oracle, &c.batch, NULL, NULL, NULL, d);
        family_average(p.oracle, &c.batch);
        steps_take(&sgd, p.oracle, d, eta);
        leave_chance(&c);
        same_tensors(p.net, words, p.net->theta, p.oracle, true);
    }
    evaluations_agree(&p, words, floats);
    steps_forget(&sgd);
    family_free(d);
    pair_free(&p);
}

static void updates_of_the_family_agree(void **state)
{
    (void)state;
    for (int c = 0; c < CASES; c++) updates_of(cases[c], c % 2 == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients_of_the_family_agree),
        cmocka_unit_test(updates_of_the_family_agree),
    };
    return cmocka_run_group_tests(tests, NULL, small_tear_down);
}
