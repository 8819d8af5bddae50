/* The end of a training: what is kept on the way for it, how it is scored beside the model, and that a stopped run has the same. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ending.h"
#include "resumed.h"

/* ---- on the way ---------------------------------------------------------------------------------------------------------------------- */

/* A run of 24 updates in three epochs that nobody trains: its parameters are what the test puts there. */
static strata_run *idle(const char *first, const char *second)
{
    strata_run *run;
    const char *const words[] = { SHORT, "backend=ref64", first, second, NULL };
    strata_config *config = small_config(words);
    CHECK_OK(strata_config_fit(config, small_data()));
    config_resolve(config);
    CHECK_OK(run_create(config, small_split(), &run));
    CHECK_OK(run_take_results(run, small_split()));
    strata_config_free(config);
    return run;
}

static void become(network *net, double x)
{
    for (net_walk t = net_each_tensor(net, NET_PARAMETER); net_next_tensor(&t);) net->ops->fill(t.M, x);
}

static void assert_is(const network *net, double x, double tolerance)
{
    for (net_walk t = net_each_tensor(net, NET_PARAMETER); net_next_tensor(&t);) {
        double *numbers = small_numbers(net->ops, t.M);
        for (size_t e = 0; e < mat_elements(t.M); e++) CHECK_NEAR(numbers[e], x, tolerance);
        free(numbers);
    }
}

/* After update t every parameter is t^2. */
static strata_run *fed(const char *first, const char *second)
{
    strata_run *run = idle(first, second);
    const schedule rate = schedule_of(&run->config);
    for (long t = 1; t <= 24; t++) {
        become(run->model->net, (double)(t * t));
        ending_after_update(run, &rate, t);
    }
    return run;
}

static void averages_have_their_closed_forms(void **state)
{
    (void)state;
    static const struct {
        const char *from;
        double due;
        long nets;
    } swa[] = { { "average_from=0", (64.0 + 256 + 576) / 3, 3 }, { "average_from=0.5", (256.0 + 576) / 2, 2 },
                { "average_from=0.75", 576, 1 }, { "average_from=1", 576, 1 } };
    for (size_t q = 0; q < sizeof swa / sizeof *swa; q++) {
        strata_run *run = fed("average=swa", swa[q].from);
        assert_int_equal(run->beside.facts.averaged, swa[q].nets);
        assert_is(run->beside.average, swa[q].due, swa[q].nets == 1 ? 0 : 1e-12);
        strata_run_free(run);
    }
    static const double d = 0.1; /* below the (1 + t)/(10 + t) of every t: it is constant */
    double due = 1;
    for (long t = 2; t <= 24; t++) due = d * due + (1 - d) * (double)(t * t);
    strata_run *run = fed("average=ema", "ema_decay=0.1");
    assert_is(run->beside.average, due, 1e-12);
    strata_run_free(run);
    due = 1; /* update t, counted from 0, weighs the old average with (1 + t)/(10 + t) */
    for (double t = 1; t < 24; t++) due = ((1 + t) * due + 9 * (t + 1) * (t + 1)) / (10 + t);
    run = fed("average=ema", "ema_decay=0.999");
    assert_is(run->beside.average, due, 1e-11);
    strata_run_free(run);
}

static void ends_of_cycles_are_kept(void **state)
{
    (void)state;
    strata_run *run = fed("ensemble=true", "n_s=4");
    assert_int_equal(run->beside.facts.cycle_ends, 1); /* of one cycle, which is all that this run has */
    assert_is(run->beside.cycle_end[0], 64, 0);
    strata_run_free(run);
    const char *const words[] = { SHORT, "ensemble=true", "n_s=4", "cycles=3", NULL };
    strata_run *trained_run = trained(words, NULL);
    assert_int_equal(trained_run->beside.facts.cycle_ends, 3);
    network *last = trained_run->beside.cycle_end[2], *net = trained_run->model->net;
    double *a = small_numbers(net->ops, net->theta[1].W), *b = small_numbers(net->ops, last->theta[1].W);
    assert_memory_equal(a, b, mat_elements(net->theta[1].W) * sizeof *a);
    free(a);
    free(b);
    strata_run_free(trained_run);
}

/* ---- whole runs ---------------------------------------------------------------------------------------------------------------------- */

#define ALL "ensemble=true", "precise_bn=150", "adaptive_bn=true", "test_flip=true"

static void assert_named(const strata_run *run, const char *const *names)
{
    size_t count, due = 0;
    const strata_variant *v = strata_run_variants(run, &count);
    while (names[due] != NULL) due++;
    assert_int_equal(count, due);
    for (size_t q = 0; q < due; q++) {
        assert_string_equal(v[q].name, names[q]);
        assert_true(v[q].test.accuracy >= 0 && v[q].test.accuracy <= 1 && v[q].validation.accuracy >= 0 && isnan(v[q].test.cost));
        assert_int_equal(isnan(v[q].test.loss) == 0, strcmp(names[q], "votes") != 0);
    }
}

static bool same_score(strata_score a, strata_score b)
{
    return a.loss == b.loss && a.accuracy == b.accuracy;
}

/* The further scores leave the run as it is. Of one cycle, whose end is the end of the run, the ensemble is the net. */
static void variants_stand_beside_the_run(void **state)
{
    (void)state;
    size_t count;
    strata_run *plain = trained((const char *const[]){ SHORT, NULL }, NULL);
    strata_run *all = trained((const char *const[]){ SHORT, ALL, "average=swa", "average_from=1", NULL }, NULL);
    assert_named(plain, (const char *const[]){ NULL });
    assert_named(all, (const char *const[]){ "ensemble", "votes", "swa", "precise_bn", "adaptive_bn", "flips", NULL });
    const strata_run_facts_t *f = strata_run_facts(plain), *g = strata_run_facts(all);
    const strata_variant *v = strata_run_variants(all, &count);
    assert_string_equal(strata_model_digest(plain->model), strata_model_digest(all->model));
    assert_true(same_score(f->test, g->test) && same_score(f->validation, g->validation) && same_score(f->train, g->train));
    assert_true(v[0].test.accuracy == g->test.accuracy && v[1].test.accuracy == g->test.accuracy);
    CHECK_NEAR(v[0].test.loss, g->test.loss, 1e-5);
    strata_run_free(plain);
    strata_run_free(all);
}

/* The score of a part by these parameters, with statistics from so many examples of a part. */
static strata_score rescored(const network *net, strata_part from, int count, strata_part which)
{
    strata_score score;
    network *other;
    const split *s = small_split();
    net_shape shape = moments_shape(&net->shape);
    double *room = calloc(moments_room(&shape), sizeof *room);
    CHECK_OK(net_create(net->ops, &shape, &other));
    net_work *w = small_work(other, EVALUATE_CHUNK);
    net_copy(other, net);
    assert_true(room != NULL && moments_estimate(other, w, s, from, count, 50, room, NULL));
    assert_true(evaluate_part(other, w, s->data, &s->inputs, s->n_train, s->n_val, which, 0, NULL, &score));
    net_work_free(w);
    net_free(other);
    free(room);
    return score;
}

/* Each variant has the statistics that its equation says: of the training part, or of the part that is scored. */
static void statistics_are_of_the_part_that_is_due(void **state)
{
    (void)state;
    size_t count;
    strata_run *run = trained((const char *const[]){ SHORT, "average=ema", "precise_bn=150", "adaptive_bn=true", NULL }, NULL);
    const strata_variant *v = strata_run_variants(run, &count);
    const network *net = run->model->net, *mean = run->beside.average;
    assert_int_equal(count, 3);
    for (strata_part p = STRATA_VALIDATION_PART; p <= STRATA_TEST_PART; p++) {
        const strata_score *ema = p == STRATA_TEST_PART ? &v[0].test : &v[0].validation;
        const strata_score *precise = p == STRATA_TEST_PART ? &v[1].test : &v[1].validation;
        const strata_score *adaptive = p == STRATA_TEST_PART ? &v[2].test : &v[2].validation;
        assert_true(same_score(*ema, rescored(mean, STRATA_TRAIN_PART, SMALL_TRAIN, p)));
        assert_true(same_score(*precise, rescored(net, STRATA_TRAIN_PART, 150, p)));
        assert_true(same_score(*adaptive, rescored(net, p, 100, p)));
    }
    strata_run_free(run);
}

/* keep = average: the average with the statistics of (54) is the model, and its scores are the run's; without batch normalisation and with
 * one point it is the last net to the bit. */
static void the_average_becomes_the_model(void **state)
{
    (void)state;
    size_t count;
    strata_run *run = trained((const char *const[]){ SHORT, "average=ema", "keep=average", NULL }, NULL);
    const strata_variant *v = strata_run_variants(run, &count);
    const strata_run_facts_t *f = strata_run_facts(run);
    assert_true(count == 1 && same_score(v[0].test, f->test) && same_score(v[0].validation, f->validation));
    double *a = small_numbers(run->model->net->ops, run->model->net->theta[1].W);
    double *b = small_numbers(run->model->net->ops, run->beside.average->theta[1].W);
    assert_memory_equal(a, b, mat_elements(run->beside.average->theta[1].W) * sizeof *a);
    free(a);
    free(b);
    strata_run_free(run);
    strata_run *plain = trained((const char *const[]){ SHORT, "bn=false", NULL }, NULL);
    run = trained((const char *const[]){ SHORT, "bn=false", "average=swa", "average_from=1", "keep=average", NULL }, NULL);
    assert_string_equal(strata_model_digest(plain->model), strata_model_digest(run->model));
    assert_true(same_score(strata_run_facts(plain)->train, strata_run_facts(run)->train));
    assert_true(same_score(strata_run_facts(plain)->test, strata_run_facts(run)->test));
    strata_run_free(plain);
    strata_run_free(run);
}

/* Stopped anywhere, within an average, between cycles, before the first of them, and trained on: every bit is there, and so is it in
 * company of other members. */
static void stopped_anywhere_it_ends_the_same(void **state)
{
    (void)state;
    static const char *const averages[] = { "average=swa", "average=ema" }, *const keeps[] = { "keep=last", "keep=average", "keep=best" };
    static const char *const nets[] = { "dropout=0.2", "patch=16", "noise=0.1" }; /* none of which an evaluation is to see, but patches */
    for (size_t q = 0; q < 6; q++) {
        const char *how = q % 2 == 0 ? "average_from=0.3" : "ema_decay=0.9";
        const char *const words[] = { SHORT, ALL, averages[q % 2], keeps[q / 2], "n_s=4", "cycles=3", how, nets[q % 3], NULL };
        strata_run *whole = trained(words, NULL);
        assert_int_equal(strata_run_facts(whole)->updates, 24);
        for (long stop = 1 + (long)q; stop < 24; stop += 9) {
            watcher w = watching(runs_folder(), 0, stop);
            strata_run *run = trained(words, &w);
            assert_int_equal(strata_run_facts(run)->outcome, STRATA_STOPPED);
            strata_run_free(run);
            w = watching(runs_folder(), 0, 0);
            run = trained(words, &w);
            assert_same_bits(whole, run);
            CHECK_OK(strata_checkpoint_remove(runs_folder(), strata_run_facts(run)->id));
            strata_run_free(run);
        }
        strata_run_free(whole);
    }
}

typedef struct {
    long asked, stop_at; /* how often it was asked whether to go on, and at which of these it says no; 0: never */
} patience;

static bool go_on_until(void *self, size_t member)
{
    patience *p = self;
    (void)member;
    return ++p->asked != p->stop_at;
}

static strata_run *trained_until(const char *const *words, patience *p)
{
    strata_run *run;
    strata_config *config = small_config(words);
    const strata_observer observer = { .size = sizeof observer, .self = p, .go_on = go_on_until };
    const strata_checkpoints checkpoints = { .size = sizeof checkpoints, .folder = runs_folder() };
    const strata_training how = { .size = sizeof how, .threads = 1, .observer = &observer, .checkpoints = &checkpoints };
    CHECK_OK(strata_train_as(1, (const strata_config *const[]){ config }, small_data(), &how, &run));
    strata_config_free(config);
    return run;
}

/* Stopped while it is scored, at every other question in turn: nothing is half done, and the next call ends with the same bits. */
static void stopped_in_the_end_it_ends_the_same(void **state)
{
    (void)state;
    const char *const words[] = { SHORT, ALL, "average=swa", "keep=average", "n_s=4", "cycles=3", NULL };
    patience all = { 0 };
    strata_run *whole = trained_until(words, &all);
    size_t count;
    CHECK_OK(strata_checkpoint_remove(runs_folder(), strata_run_facts(whole)->id));
    for (long stop = all.asked; stop > all.asked - 24; stop -= 2) {
        patience p = { .stop_at = stop };
        strata_run *run = trained_until(words, &p);
        assert_int_equal(strata_run_facts(run)->outcome, STRATA_STOPPED);
        assert_true(strata_run_facts(run)->updates == 24 && strata_run_facts(run)->checkpoint == 24);
        (void)strata_run_variants(run, &count);
        assert_int_equal(count, 0);
        strata_run_free(run);
        p = (patience){ 0 };
        run = trained_until(words, &p);
        assert_same_bits(whole, run);
        CHECK_OK(strata_checkpoint_remove(runs_folder(), strata_run_facts(run)->id));
        strata_run_free(run);
    }
    strata_run_free(whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(averages_have_their_closed_forms),
        cmocka_unit_test(ends_of_cycles_are_kept),
        cmocka_unit_test(variants_stand_beside_the_run),
        cmocka_unit_test(statistics_are_of_the_part_that_is_due),
        cmocka_unit_test(the_average_becomes_the_model),
        cmocka_unit_test(stopped_anywhere_it_ends_the_same),
        cmocka_unit_test(stopped_in_the_end_it_ends_the_same),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_tree);
}
