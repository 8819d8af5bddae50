/*
 * A second opinion on the wider family: ref64 against tests/oracle_family.c, which was written from docs/math.md alone. For a table of
 * settings with every kind of layer, norm, activation and loss: P, loss, cost and every gradient with the masks and the noise of an update,
 * a few whole updates with their running averages, and an evaluation, agree to 1e-10 of the largest element of each tensor. The masks are
 * those of the rule in docs/math.md, taken from the streams once more. All of it on bytes, and on floats.
 */
#include "cmocka_strata.h"

#include "oracle_steps.h"
#include "paired.h"

enum { UPDATES = 6 };

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
    "patch=4 filters=3 hidden=[7] bn=true standardise=pixel activation=tanh",
    "patch=2 filters=4 hidden=[7] bn=false standardise=pixel",
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

static void gradient_of(const backend *ops, const char *words, bool floats)
{
    paired *p = paired_with(ops, words, floats);
    family_net *d = family_new(&p->oracle->is);
    double loss, cost, P[10 * PAIRED_IMAGES];
    minibatch batch = paired_batch(p, 3, 5);
    family_gradient(p->oracle, &p->batch, &loss, &cost, P, d);
    net_forward(p->net, p->work, &batch, NET_TRAINING);
    net_loss(p->net, p->work, &batch);
    CHECK_NEAR(net_real(p->net->ops, p->work->J), loss, p->agreement * loss);
    net_cost(p->net, p->work, &batch, p->lambda);
    CHECK_NEAR(net_real(p->net->ops, p->work->J), cost, p->agreement * cost);
    paired_same_P(p, P);
    net_backward(p->net, p->work, &batch, p->lambda);
    paired_same_gradients(p, d);
    family_free(d);
    paired_free(p);
}

static void gradients_of_the_family_agree(void **state)
{
    (void)state;
    for (int c = 0; c < CASES; c++) gradient_of(&mat_ref64, cases[c], false), gradient_of(&mat_ref64, cases[c], true);
}

/* Every backend of this machine, at its level: it answers to ref64 verb by verb (check_mat), but not for which verbs take which matrix. */
static void every_backend_is_near(void **state)
{
    (void)state;
    for (size_t b = 0; b < MAT_BACKENDS; b++) {
        const backend *ops = mat_backend_at(b).table;
        if (ops == NULL || ops->unit < 1e-12) continue;
        for (int c = 0; c < CASES; c++) gradient_of(ops, cases[c], false), gradient_of(ops, cases[c], true);
    }
}

static void evaluations_agree(paired *p)
{
    double cost, P[10 * PAIRED_IMAGES];
    int correct;
    minibatch batch = paired_batch(p, 377, 0);
    batch.smoothing = 0;
    family_evaluate(p->oracle, &p->batch, P, NULL, &cost, &correct);
    net_forward(p->net, p->work, &batch, NET_EVALUATION);
    net_cost(p->net, p->work, &batch, p->lambda);
    CHECK_NEAR(net_real(p->net->ops, p->work->J), cost, p->agreement * cost);
    paired_same_P(p, P);
    assert_int_equal(p->net->ops->correct(p->work->trace[p->net->shape.k].S, &batch), correct);
}

static void updates_of(const char *words, bool floats)
{
    paired *p = paired_with(&mat_ref64, words, floats);
    family_net *d = family_new(&p->oracle->is);
    steps_optimiser sgd = { .kind = STEPS_SGD };
    for (int t = 0; t < UPDATES; t++) {
        minibatch batch = paired_batch(p, t * 7, (uint64_t)t);
        double eta = 0.002 * (1 + t % 3);
        net_forward(p->net, p->work, &batch, NET_TRAINING);
        net_average(p->net, p->work);
        net_learn(p->net, p->work, &batch, p->lambda, eta);
        family_gradient(p->oracle, &p->batch, NULL, NULL, NULL, d);
        family_average(p->oracle, &p->batch);
        steps_take(&sgd, p->oracle, d, eta);
        paired_same_parameters(p);
    }
    evaluations_agree(p);
    steps_forget(&sgd);
    family_free(d);
    paired_free(p);
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
        cmocka_unit_test(every_backend_is_near),
        cmocka_unit_test(updates_of_the_family_agree),
    };
    return cmocka_run_group_tests(tests, NULL, small_tear_down);
}
