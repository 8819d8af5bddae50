/*
 * Is the second opinion right itself? Its gradients against centred differences of its own cost, for nets of every kind; its numbers of six
 * nets against those that PyTorch 1.13 computed in double precision from the same formulas of parameters and inputs; its optimisers,
 * schedules and augmentation against numbers that follow by hand. Nothing of src/ is looked at.
 */
#include "cmocka_strata.h"

#include <math.h>
#include <stdlib.h>

#include "oracle_family.h"
#include "oracle_steps.h"

enum { N = 5, MOST = 4096 };

/* Numbers without a seed: what another program can make again in one line. Their cosines are of no particular sign or size. */
static double number(int tensor, int e)
{
    return cos(37.0 * tensor + 1.3 * e + 0.01 * e * e);
}

/* A net whose tensors are number(10 l + which, e), those of W divided by the root of its columns, gamma around 1. */
static family_net *filled(const family_recipe *recipe)
{
    family_net *net = family_new(recipe);
    for (int l = 1; l <= recipe->k; l++)
        for (int which = 0; which < FAMILY_PARAMETERS; which++)
            for (int e = 0; e < family_elements(net, (family_which)which, l); e++) {
                double x = number(10 * l + which, e);
                if (which == FAMILY_W) x /= sqrt(net->inputs[l]);
                net->tensor[which][l][e] = which == FAMILY_GAMMA ? 1 + x / 2 : x;
            }
    return net;
}

/* A mini-batch of N examples with all that chance may bring, and its arrays. */
typedef struct {
    double X[MOST], noise[MOST], mask[FAMILY_MAX_LAYERS + 1][MOST];
    int y[N];
    family_batch batch;
} chance;

static const family_batch *drawn(chance *c, const family_net *net, double smoothing)
{
    const family_recipe *is = &net->is;
    c->batch = (family_batch){ .n = N, .X = c->X, .y = c->y, .smoothing = smoothing };
    for (int e = 0; e < is->d * N; e++) c->X[e] = number(5, e), c->noise[e] = number(6, e);
    for (int j = 0; j < N; j++) c->y[j] = j * j % is->units[is->k];
    if (is->noise > 0) c->batch.noise = c->noise;
    for (int l = 0; l < is->k; l++) {
        int count = family_rows(net, l) * family_columns(net, l, N);
        assert_true(count <= MOST);
        for (int e = 0; e < count; e++) c->mask[l][e] = number(7 + l, e) > -0.6;
        if ((l == 0 ? is->input_dropout : is->dropout) > 0) c->batch.mask[l] = c->mask[l];
    }
    return &c->batch;
}

/* ---- centred differences ---- */

static double difference(const family_net *net, const family_batch *batch, double *theta, double h)
{
    double up, down, at = *theta;
    *theta = at + h;
    family_gradient(net, batch, NULL, &up, NULL, NULL);
    *theta = at - h;
    family_gradient(net, batch, NULL, &down, NULL, NULL);
    *theta = at;
    return (up - down) / (2 * h);
}

/* A kink of a ReLU or a hinge that lies within h is outside a smaller one. */
static void check_differences(const family_recipe *recipe, double smoothing)
{
    static chance c;
    family_net *net = filled(recipe), *gradient = family_new(recipe);
    const family_batch *batch = drawn(&c, net, smoothing);
    family_gradient(net, batch, NULL, NULL, NULL, gradient);
    for (int l = 1; l <= recipe->k; l++)
        for (int which = 0; which < FAMILY_PARAMETERS; which++)
            for (int e = 0; e < family_elements(net, (family_which)which, l); e += 1 + e / 20) {
                double *theta = &net->tensor[which][l][e], g = gradient->tensor[which][l][e], wrong = INFINITY;
                for (double h = 1e-5; h > 1e-7 && !(wrong <= 1e-7 * (1 + fabs(g))); h /= 10)
                    wrong = fabs(difference(net, batch, theta, h) - g);
                if (wrong <= 1e-7 * (1 + fabs(g))) continue;
                fail_msg("activation %d, norm %d, after %d, skip %d, patch %d, loss %d: layer %d, tensor %d, element %d: %.12g, off by %g",
                         recipe->activation, recipe->norm, recipe->after, recipe->skip, recipe->patch, recipe->loss, l, which, e, g, wrong);
            }
    family_free(net);
    family_free(gradient);
}

static const family_recipe forms[] = {
    { .k = 3, .d = 6, .units = { 0, 4, 5, 3 } },
    { .k = 6, .d = 6, .units = { 0, 4, 3, 4, 3, 4, 3 }, .skip = 1 },
    { .k = 3, .d = 48, .height = 4, .width = 6, .channels = 2, .patch = 2, .units = { 0, 3, 4, 3 } },
    { .k = 5, .d = 48, .height = 4, .width = 6, .channels = 2, .patch = 2, .units = { 0, 2, 3, 12, 4, 3 }, .skip = 1 },
};

static void every_kind_agrees_with_its_differences(void **state)
{
    (void)state;
    int nets = 0;
    for (size_t form = 0; form < sizeof forms / sizeof *forms; form++)
        for (int a = 0; a < FAMILY_ACTIVATIONS; a++)
            for (int norm = FAMILY_PLAIN; norm <= FAMILY_LAYER; norm++)
                for (int after = 0; after <= (norm != FAMILY_PLAIN); after++, nets++) {
                    family_recipe r = forms[form];
                    r.activation = (family_activation)a, r.norm = (family_norm)norm, r.after = after, r.eps = 1e-3, r.lambda = 0.02;
                    r.loss = (family_loss)(nets % 3);
                    if (nets % 2 == 1) r.dropout = 0.3, r.input_dropout = 0.2, r.noise = 0.5;
                    check_differences(&r, nets % 5 == 0 ? 0 : 0.1);
                }
    assert_int_equal(nets, 4 * 5 * 5);
}

/* ---- another program ---- */

/* What PyTorch got: the loss, the cost, and the sum of all gradients times numbers that leave no permutation unseen. */
static const struct {
    const char *what;
    family_recipe recipe;
    double smoothing, loss, cost, gradients;
} elsewhere[] = {
    { "gelu, layer norm, smoothed softmax", { .k = 3, .d = 6, .units = { 0, 7, 5, 4 }, .activation = FAMILY_GELU, .norm = FAMILY_LAYER },
      0.1, 3.40697553728193, 3.40697553728193, 3.53409258409218 },
    { "patches, batch norm, decay", { .k = 3, .d = 48, .height = 4, .width = 6, .channels = 2, .patch = 2, .units = { 0, 3, 6, 4 },
      .norm = FAMILY_BATCH, .lambda = 0.02 }, 0, 3.43027159369325, 3.55767243905794, 4.34889731736298 },
    { "tanh, skips, batch norm after, hinge", { .k = 6, .d = 6, .units = { 0, 5, 3, 5, 4, 5, 4 }, .activation = FAMILY_TANH,
      .norm = FAMILY_BATCH, .after = 1, .skip = 1, .loss = FAMILY_HINGE }, 0, 4.50317957998534, 4.50317957998534, 6.23395842923392 },
    { "leaky patches, skip, layer norm after, sigmoids", { .k = 5, .d = 48, .height = 4, .width = 6, .channels = 2, .patch = 2,
      .units = { 0, 2, 3, 12, 4, 3 }, .activation = FAMILY_LEAKY_RELU, .norm = FAMILY_LAYER, .after = 1, .skip = 1,
      .loss = FAMILY_SIGMOIDS, .lambda = 0.02 }, 0.2, 1.00699043545266, 1.24787599307452, -0.232369455662836 },
    { "sigmoid, batch norm, dropout and noise", { .k = 3, .d = 6, .units = { 0, 7, 5, 4 }, .activation = FAMILY_SIGMOID,
      .norm = FAMILY_BATCH, .dropout = 0.3, .input_dropout = 0.2, .noise = 0.5 }, 0, 3.4724762365286, 3.4724762365286, 3.63812506205286 },
    { "gelu patches, dropout and noise, hinge", { .k = 3, .d = 48, .height = 6, .width = 4, .channels = 2, .patch = 2,
      .units = { 0, 3, 6, 4 }, .activation = FAMILY_GELU, .loss = FAMILY_HINGE, .dropout = 0.3, .input_dropout = 0.2, .noise = 0.5,
      .lambda = 0.01 }, 0, 8.92138792281069, 8.98508834549303, 23.9114971485755 },
};

static void another_program_got_the_same(void **state)
{
    (void)state;
    static chance c;
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++) {
        family_recipe recipe = elsewhere[i].recipe;
        double loss, cost, sum = 0;
        recipe.eps = 1e-3;
        family_net *net = filled(&recipe), *gradient = family_new(&recipe);
        family_gradient(net, drawn(&c, net, elsewhere[i].smoothing), &loss, &cost, NULL, gradient);
        for (int l = 1; l <= recipe.k; l++)
            for (int which = 0; which < FAMILY_PARAMETERS; which++)
                for (int e = 0; e < family_elements(net, (family_which)which, l); e++)
                    sum += gradient->tensor[which][l][e] * number(100 + 10 * l + which, e);
        print_message("%s\n", elsewhere[i].what);
        CHECK_NEAR(loss, elsewhere[i].loss, 1e-13);
        CHECK_NEAR(cost, elsewhere[i].cost, 1e-13);
        CHECK_NEAR(sum, elsewhere[i].gradients, 1e-12);
        family_free(net);
        family_free(gradient);
    }
}

/* ---- by hand ---- */

static const family_recipe linear = { .k = 1, .d = 2, .units = { 0, 2 }, .eps = 1e-5 };

/* W[0,0] and b[0] start at 10; their gradients are those given, the others are 0. */
static const struct {
    steps_optimiser how;
    double eta;
    int updates;
    double gradient[3], W[3], b[3];
} steps[] = {
    { { .kind = STEPS_SGD }, 0.5, 3, { 1, 2, -1 }, { 9.5, 8.5, 9 }, { 9.5, 8.5, 9 } },
    { { .kind = STEPS_MOMENTUM, .momentum = 0.9 }, 1, 3, { 1, 1, 1 }, { 9, 7.1, 4.39 }, { 9, 7.1, 4.39 } },
    { { .kind = STEPS_NESTEROV, .momentum = 0.9 }, 1, 3, { 1, 1, 1 }, { 8.1, 5.39, 1.951 }, { 8.1, 5.39, 1.951 } },
    { { .kind = STEPS_ADAM, .beta1 = 0.5, .beta2 = 0.5, .adam_eps = 1e-300 }, 1, 3, { 4, -2, 1 }, { 9, 9, 10 - 9 / 7. },
      { 9, 9, 10 - 9 / 7. } },
    { { .kind = STEPS_ADAM, .beta1 = 0.5, .beta2 = 0.5, .adam_eps = 4 }, 1, 2, { 4, -2 }, { 9.5, 9.5 }, { 9.5, 9.5 } },
    { { .kind = STEPS_ADAMW, .beta1 = 0.5, .beta2 = 0.5, .adam_eps = 1e-300, .weight_decay = 0.1 }, 0.5, 2, { 4, -2 }, { 9, 8.55 },
      { 9.5, 9.5 } },
    { { .kind = STEPS_SGD, .clip = 5 }, 1, 2, { 3, 30 }, { 7, 7 - 3.53553390593273762 }, { 7, 7 - 3.53553390593273762 } },
    { { .kind = STEPS_SGD, .max_norm = 3 }, 1, 3, { 1, 1, 0 }, { 3, 2, 2 }, { 9, 8, 8 } },
};

static void optimisers_do_what_hands_do(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        family_net *net = family_new(&linear), *gradient = family_new(&linear);
        steps_optimiser how = steps[i].how;
        double *W = net->tensor[FAMILY_W][1], *b = net->tensor[FAMILY_B][1];
        W[0] = b[0] = 10, W[1] = 0.3, W[3] = 0.4; /* the second row has the norm 0.5 */
        for (int t = 0; t < steps[i].updates; t++) {
            gradient->tensor[FAMILY_W][1][0] = gradient->tensor[FAMILY_B][1][0] = steps[i].gradient[t];
            steps_take(&how, net, gradient, steps[i].eta);
            CHECK_NEAR(W[0], steps[i].W[t], 1e-14);
            CHECK_NEAR(b[0], steps[i].b[t], 1e-14);
        }
        double decayed = how.kind == STEPS_ADAMW ? 0.95 * 0.95 : 1;
        CHECK_NEAR(W[1], 0.3 * decayed, 1e-15);
        assert_true(W[2] == 0 && b[1] == 0);
        steps_forget(&how);
        family_free(net);
        family_free(gradient);
    }
}

static const struct {
    steps_schedule schedule;
    long t;
    double eta;
} rates[] = {
    { { .kind = STEPS_TRIANGLE, .eta_min = 0.5, .eta_max = 1.5, .n_s = 4, .cycle_growth = 1, .cycle_decay = 1 }, 3, 1.25 },
    { { .kind = STEPS_TRIANGLE, .eta_min = 0.5, .eta_max = 1.5, .n_s = 4, .cycle_growth = 1, .cycle_decay = 1 }, 12, 1.5 },
    { { .kind = STEPS_TRIANGLE, .eta_min = 0.5, .eta_max = 1.5, .n_s = 4, .cycle_growth = 2, .cycle_decay = 0.5 }, 4, 1.5 },
    { { .kind = STEPS_TRIANGLE, .eta_min = 0.5, .eta_max = 1.5, .n_s = 4, .cycle_growth = 2, .cycle_decay = 0.5 }, 8, 0.5 },
    { { .kind = STEPS_TRIANGLE, .eta_min = 0.5, .eta_max = 1.5, .n_s = 4, .cycle_growth = 2, .cycle_decay = 0.5 }, 16, 1 },
    { { .kind = STEPS_TRIANGLE, .eta_min = 0.5, .eta_max = 1.5, .n_s = 4, .cycle_growth = 2, .cycle_decay = 0.5 }, 20, 0.75 },
    { { .kind = STEPS_TRIANGLE, .eta_min = 0, .eta_max = 1, .n_s = 5, .cycle_growth = 1.5, .cycle_decay = 1 }, 18, 1 }, /* 7.5 is 8 */
    { { .kind = STEPS_COSINE, .eta_min = 0.5, .eta_max = 1.5, .n_s = 4, .cycle_growth = 1, .cycle_decay = 0.5 }, 0, 1.5 },
    { { .kind = STEPS_COSINE, .eta_min = 0.5, .eta_max = 1.5, .n_s = 4, .cycle_growth = 1, .cycle_decay = 0.5 }, 2, 1.35355339059327376 },
    { { .kind = STEPS_COSINE, .eta_min = 0.5, .eta_max = 1.5, .n_s = 4, .cycle_growth = 1, .cycle_decay = 0.5 }, 12, 0.75 },
    { { .kind = STEPS_CONSTANT, .eta_min = 0.5, .eta_max = 1.5 }, 7, 1.5 },
    { { .kind = STEPS_CONSTANT, .eta_max = 1.5, .warmup = 3 }, 1, 1 },
    { { .kind = STEPS_CONSTANT, .eta_max = 1.5, .warmup = 3 }, 3, 1.5 },
    { { .kind = STEPS_STEP, .eta_max = 1, .step_every = 3, .step_factor = 0.1 }, 2, 1 },
    { { .kind = STEPS_STEP, .eta_max = 1, .step_every = 3, .step_factor = 0.1 }, 6, 0.01 },
    { { .kind = STEPS_LINEAR, .eta_min = 0.5, .eta_max = 1.5, .T = 10 }, 0, 1.5 },
    { { .kind = STEPS_LINEAR, .eta_min = 0.5, .eta_max = 1.5, .T = 10 }, 9, 0.6 },
    { { .kind = STEPS_RANGE, .eta_min = 0.01, .eta_max = 1, .T = 10 }, 5, 0.1 },
};

static void schedules_and_averages_do_what_hands_do(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) CHECK_NEAR(steps_rate(&rates[i].schedule, rates[i].t), rates[i].eta, 1e-15);
    assert_int_equal(steps_length(&rates[3].schedule, 3), 8 + 16 + 32);
    family_net *now = family_new(&linear), *swa = family_new(&linear), *ema = family_new(&linear);
    for (long q = 0; q < 3; q++) {
        now->tensor[FAMILY_W][1][0] = now->tensor[FAMILY_B][1][1] = (double)(3 << q);
        steps_swa(swa, now, q);
        steps_ema(ema, now, 8 * q, 0.6);
    }
    CHECK_NEAR(swa->tensor[FAMILY_W][1][0], 7, 1e-14);
    CHECK_NEAR(swa->tensor[FAMILY_B][1][1], 7, 1e-14);
    CHECK_NEAR(ema->tensor[FAMILY_W][1][0], 0.6 * (0.5 * 3 + 0.5 * 6) + 0.4 * 12, 1e-14); /* d is 9/18, then 0.6 and not 17/26 */
    family_free(now);
    family_free(swa);
    family_free(ema);
}

/* Of two channels, 1 2 3, 4 5 6 and 7 8 9, 10 11 12; with D = 1 a number of 0.1 is one pixel back, 0.5 none, 0.9 one on. */
static const struct {
    steps_augmentation how;
    double u[5];
    unsigned char image[12];
} images[] = {
    { { 2, 3, 2, 0.5, 1, 0, 0 }, { 0.5, 0.5, 0.5, 0, 0 }, { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 } },
    { { 2, 3, 2, 0.5, 1, 0, 0 }, { 0.4, 0.5, 0.5, 0, 0 }, { 3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10 } },
    { { 2, 3, 2, 0.5, 1, 0, 0 }, { 0.5, 0.9, 0.5, 0, 0 }, { 1, 2, 3, 1, 2, 3, 7, 8, 9, 7, 8, 9 } },
    { { 2, 3, 2, 0.5, 1, 0, 0 }, { 0.5, 0.9, 0.9, 0, 0 }, { 1, 1, 2, 1, 1, 2, 7, 7, 8, 7, 7, 8 } },
    { { 2, 3, 2, 0.5, 1, 1, 0 }, { 0.5, 0.1, 0.9, 0, 0 }, { 0, 4, 5, 0, 0, 0, 0, 10, 11, 0, 0, 0 } },
    { { 2, 3, 2, 0.5, 1, 1, 0 }, { 0.4, 0.5, 0.1, 0, 0 }, { 2, 1, 0, 5, 4, 0, 8, 7, 0, 11, 10, 0 } },
    { { 2, 3, 2, 0.5, 1, 0, 1 }, { 0.5, 0.5, 0.5, 0.6, 0.9 }, { 1, 2, 3, 4, 5, 0, 7, 8, 9, 10, 11, 0 } },
    { { 2, 3, 2, 0.5, 1, 0, 2 }, { 0.4, 0.5, 0.5, 0.4, 0.4 }, { 0, 0, 1, 6, 5, 4, 0, 0, 7, 12, 11, 10 } },
    { { 2, 3, 2, 0.5, 1, 0, 3 }, { 0.5, 0.5, 0.5, 0.4, 0.9 }, { 1, 0, 0, 4, 0, 0, 7, 0, 0, 10, 0, 0 } },
};

static void images_are_changed_as_by_hand(void **state)
{
    (void)state;
    static const unsigned char image[12] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };
    for (size_t i = 0; i < sizeof images / sizeof *images; i++) {
        unsigned char out[12];
        steps_augment(&images[i].how, images[i].u, image, out);
        assert_memory_equal(out, images[i].image, sizeof out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_agrees_with_its_differences),
        cmocka_unit_test(another_program_got_the_same),
        cmocka_unit_test(optimisers_do_what_hands_do),
        cmocka_unit_test(schedules_and_averages_do_what_hands_do),
        cmocka_unit_test(images_are_changed_as_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
