/*
 * A second opinion on what moves parameters and images: every optimiser, schedule, augmentation and standardisation of src/ against
 * tests/oracle_steps.c, which was written from docs/math.md alone and remembers all gradients where src/ has moments.
 */
#include "cmocka_strata.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "augment.h"
#include "oracle.h"
#include "oracle_steps.h"
#include "paired.h"
#include "random.h"
#include "schedule.h"

/* ---- optimisers ---- */

enum { UPDATES = 12 };

/* Under batch normalisation the gradient of b is what rounding left, which Adam divides by about itself. So adam_eps is larger there. */
static const char *const optimised[] = {
    "optimiser=sgd hidden=[13,9] bn=true",
    "optimiser=sgd clip=0.3 hidden=[13,9] bn=true",
    "optimiser=sgd max_norm=1 hidden=[13,9] bn=false",
    "optimiser=sgd clip=0.5 max_norm=1.2 hidden=[7] norm=layer activation=gelu label_smoothing=0.1",
    "optimiser=momentum hidden=[13,9] bn=true",
    "optimiser=momentum momentum=0.5 clip=0.5 hidden=[] bn=false",
    "optimiser=momentum max_norm=1 hidden=[9,7] bn=false dropout=0.2",
    "optimiser=nesterov hidden=[13,9] bn=true norm_place=after",
    "optimiser=nesterov momentum=0.8 clip=0.4 max_norm=1 patch=2 filters=3 hidden=[7] bn=true",
    "optimiser=adam hidden=[13,9] bn=false",
    "optimiser=adam beta1=0.7 beta2=0.9 adam_eps=0.001 clip=0.3 hidden=[13,9] bn=true",
    "optimiser=adam beta1=0 beta2=0.5 adam_eps=0.01 hidden=[8,5,8] skip=true norm=layer activation=tanh",
    "optimiser=adamw hidden=[9] norm=layer activation=gelu",
    "optimiser=adamw weight_decay=0.5 adam_eps=0.001 max_norm=1 hidden=[13,9] bn=true",
    "optimiser=adamw weight_decay=0.1 adam_eps=0.001 clip=0.2 patch=4 filters=5 hidden=[7] bn=true dropout=0.3",
};

static steps_optimiser remembering(const strata_config *c)
{
    static const steps_kind kinds[] = { [NET_SGD] = STEPS_SGD, [NET_MOMENTUM] = STEPS_MOMENTUM, [NET_NESTEROV] = STEPS_NESTEROV,
                                        [NET_ADAM] = STEPS_ADAM, [NET_ADAMW] = STEPS_ADAMW };
    return (steps_optimiser){ .kind = kinds[c->optimiser], .momentum = c->momentum, .beta1 = c->beta1, .beta2 = c->beta2,
                              .adam_eps = c->adam_eps, .weight_decay = c->weight_decay, .clip = c->clip, .max_norm = c->max_norm };
}

/* A net of zeros. */
static network *moment_of(const network *net)
{
    network *moment;
    CHECK_OK(net_create(net->ops, &net->shape, &moment));
    for (net_walk t = net_each_tensor(moment, NET_PARAMETER); net_next_tensor(&t);) net->ops->fill(t.M, 0);
    return moment;
}

static void steps_of(const char *words, bool floats)
{
    paired *p = paired_with(&mat_ref64, words, floats);
    family_net *d = family_new(&p->oracle->is);
    net_optimiser mine = config_optimiser(p->config);
    steps_optimiser its = remembering(p->config);
    network *moment[NET_MOMENTS] = { NULL };
    for (int m = 0; m < net_moments(&mine); m++) moment[m] = moment_of(p->net);
    for (int t = 0; t < UPDATES; t++) {
        minibatch batch = paired_batch(p, t * 7, (uint64_t)t);
        double eta = 0.01 * (1 + t % 3);
        net_forward(p->net, p->work, &batch, NET_TRAINING);
        net_average(p->net, p->work);
        net_step(p->net, moment, p->work, &batch, p->lambda, &mine, eta, t);
        family_gradient(p->oracle, &p->batch, NULL, NULL, NULL, d);
        family_average(p->oracle, &p->batch);
        steps_take(&its, p->oracle, d, eta);
        paired_same_parameters(p);
    }
    for (int m = 0; m < NET_MOMENTS; m++) net_free(moment[m]);
    steps_forget(&its);
    family_free(d);
    paired_free(p);
}

static void optimisers_agree(void **state)
{
    (void)state;
    for (size_t c = 0; c < sizeof optimised / sizeof *optimised; c++) steps_of(optimised[c], c % 2 == 1);
}

/* ---- schedules ---- */

/* With 400 examples in mini-batches of 50 an epoch has 8 updates. T = 0: the sum of the cycles. */
static const struct {
    const char *words[8];
    long T;
} schedules[] = {
    { { "n_s=7", "cycles=3" }, 0 },
    { { "n_s=4", "cycles=4", "cycle_growth=2", "cycle_decay=0.9" }, 0 },
    { { "n_s=5", "cycles=5", "cycle_growth=1.5", "warmup=11" }, 0 },
    { { "n_s=5", "updates=33", "cycle_growth=1.7", "cycle_decay=0.5" }, 33 },
    { { "schedule=cosine", "n_s=6", "cycles=4", "cycle_growth=2", "cycle_decay=0.7" }, 0 },
    { { "schedule=cosine", "epochs=5", "n_s=9", "warmup=3" }, 40 },
    { { "schedule=constant", "updates=9", "warmup=4" }, 9 },
    { { "schedule=step", "updates=50", "step_every=7", "step_factor=0.5" }, 50 },
    { { "schedule=step", "epochs=6", "step_every=10", "warmup=2" }, 48 },
    { { "schedule=linear", "epochs=3" }, 24 },
    { { "schedule=linear", "updates=17", "warmup=5" }, 17 },
    { { "schedule=range", "updates=40" }, 40 },
};

static steps_schedule its_schedule(const strata_config *c, long T)
{
    static const steps_schedule_kind kinds[] = { [SCHEDULE_TRIANGLE] = STEPS_TRIANGLE, [SCHEDULE_CONSTANT] = STEPS_CONSTANT,
                                                 [SCHEDULE_STEP] = STEPS_STEP, [SCHEDULE_LINEAR] = STEPS_LINEAR,
                                                 [SCHEDULE_COSINE] = STEPS_COSINE, [SCHEDULE_RANGE] = STEPS_RANGE };
    steps_schedule s = { .kind = kinds[c->schedule], .eta_min = c->eta_min, .eta_max = c->eta_max, .n_s = (double)c->n_s,
                         .cycle_growth = c->cycle_growth, .cycle_decay = c->cycle_decay, .warmup = (long)c->warmup,
                         .step_every = (long)c->step_every, .step_factor = c->step_factor, .T = T };
    if (T == 0) s.T = steps_length(&s, (int)c->cycles);
    return s;
}

static void schedules_agree(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof schedules / sizeof *schedules; i++) {
        strata_config *config = small_config(schedules[i].words);
        steps_schedule its = its_schedule(config, schedules[i].T);
        CHECK_OK(config_check_settings(config));
        config_resolve(config);
        schedule mine = schedule_of(config);
        assert_int_equal(config_updates(config), its.T);
        for (long t = 0; t < its.T; t++) CHECK_NEAR(schedule_eta(&mine, t), steps_rate(&its, t), 1e-15 * its.eta_max);
        strata_config_free(config);
    }
}

/* ---- augmentation ---- */

static const augmentation augmentations[] = {
    { .flip = 0.5 }, { .translate = 3 },           { .translate = 3, .zeros = true },
    { .cutout = 8 }, { .flip = 1, .cutout = 5 },   { .flip = 0.3, .translate = 9, .zeros = true, .cutout = 11 },
};

enum { ROOM = 40 };

/* The images of update t, each changed by its own five numbers. */
static void images_of(const augmentation *a, uint64_t t, bool *changed)
{
    static const char name[] = "augment";
    strata_form form = { STRATA_BYTES, STRATA_PIXELS, 32, 32, 3, 10 };
    steps_augmentation its = { 32, 32, 3, a->flip, a->translate, a->zeros, a->cutout };
    augment_room *room;
    CHECK_OK(augment_room_create(&form, ROOM, &room));
    minibatch batch = small_batch(11, ROOM, STRATA_PIXELS);
    minibatch mine = augment_batch(room, &batch, a, random_named(5, name), t);
    assert_int_equal(mine.n, ROOM);
    for (int j = 0; j < ROOM; j++) {
        const uint8_t *before = batch.image + batch.index[j] * batch.stride, *after = mine.image + mine.index[j] * mine.stride;
        unsigned char expected[STRATA_PIXELS];
        double u[5];
        for (uint64_t i = 0; i < 5; i++) u[i] = random_uniform(random_named(5, name), t, 8 * (uint64_t)j + i);
        steps_augment(&its, u, before, expected);
        assert_memory_equal(after, expected, STRATA_PIXELS);
        assert_int_equal(mine.label[mine.index[j]], batch.label[batch.index[j]]);
        *changed = *changed || memcmp(before, expected, STRATA_PIXELS) != 0;
    }
    augment_room_free(room);
}

static void augmentation_agrees(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof augmentations / sizeof *augmentations; i++) {
        bool changed = false;
        for (uint64_t t = 0; t < 20000; t += 9999) images_of(&augmentations[i], t, &changed);
        assert_true(changed);
    }
}

/* ---- standardisation ---- */

/* A channel's pixels of all images, as so many images of one byte, have its mean and deviation. */
static void channels_agree(void **state)
{
    (void)state;
    enum { PIXELS = STRATA_PIXELS / 3 };
    split *part;
    static unsigned char channel[SMALL_TRAIN * PIXELS];
    CHECK_OK(split_create(small_data(), SMALL_TRAIN, SMALL_VAL, (standardisation_how){ .kind = STANDARDISATION_OF_CHANNELS }, &part));
    for (int q = 0; q < 3; q++) {
        double mean, std;
        for (size_t j = 0; j < SMALL_TRAIN; j++)
            memcpy(channel + j * PIXELS, small_data()->image + j * STRATA_PIXELS + (size_t)q * PIXELS, PIXELS);
        oracle_moments_of_pixels(channel, SMALL_TRAIN * PIXELS, 1, &mean, &std);
        for (int e = q * PIXELS; e < (q + 1) * PIXELS; e++) { /* kept as float */
            CHECK_NEAR(part->inputs.mean[e], mean, mean * 0x1p-24);
            CHECK_NEAR(part->inputs.std[e], std, std * 0x1p-24);
        }
    }
    free(part);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(optimisers_agree),
        cmocka_unit_test(schedules_agree),
        cmocka_unit_test(augmentation_agrees),
        cmocka_unit_test(channels_agree),
    };
    return cmocka_run_group_tests(tests, NULL, small_tear_down);
}
