/*
 * Whole trainings, small: the same bits for any number of threads and for a member alone or among others, the recipe's schedule of points,
 * divergence, stopping, the observer, a gradient check through the public interface, and learning that really takes place.
 */
#include "cmocka_strata.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "small.h"
#include "training.h"

static strata_run *train_alone(const char *const *words, int threads, const strata_observer *observer)
{
    strata_run *run;
    strata_config *config = small_config(words);
    CHECK_OK(strata_train(1, (const strata_config *const[]){ config }, small_data(), threads, observer, &run));
    strata_config_free(config);
    return run;
}

static const char *const tiny_run[] = { "hidden=[12,8]", "n_s=8", "cycles=1", "evals=4", NULL };

static void same_runs(const strata_run *a, const strata_run *b)
{
    size_t points_a, points_b;
    const strata_point *curve_a = strata_run_curve(a, &points_a), *curve_b = strata_run_curve(b, &points_b);
    assert_string_equal(strata_model_digest(strata_run_model(a)), strata_model_digest(strata_run_model(b)));
    assert_int_equal(points_a, points_b);
    assert_memory_equal(curve_a, curve_b, points_a * sizeof *curve_a);
    assert_memory_equal(&strata_run_facts(a)->test, &strata_run_facts(b)->test, sizeof(strata_score));
    assert_string_equal(strata_run_facts(a)->id, strata_run_facts(b)->id);
}

/* D0. n_batch = 300 and 3072 inputs are more than one chunk of the blas backend in both directions, so its threads really share. */
static void threads_change_no_bit(void **state)
{
    (void)state;
    static const char *const backends[] = { "backend=blas", "backend=cpu", "backend=ref32", "backend=ref64", "backend=cpu" };
    for (int b = 0; b < 5; b++) {
        if (mat_backend_named(strchr(backends[b], '=') + 1) == NULL) continue;
        const char *words[] = { "hidden=[12,8]", "n_s=4", "cycles=1", "n_batch=300", backends[b], b == 4 ? "precision=bf16" : NULL, NULL };
        strata_run *one = train_alone(words, 1, NULL), *two = train_alone(words, 2, NULL), *three = train_alone(words, 3, NULL);
        same_runs(one, two);
        same_runs(one, three);
        strata_run_free(one);
        strata_run_free(two);
        strata_run_free(three);
    }
}

/* D0. Each member of a population of different nets, seeds, splits and backends is what it would be alone. */
static void company_changes_no_bit(void **state)
{
    (void)state;
    enum { MEMBERS = 9 };
    const char *const words[MEMBERS][7] = {
        { "hidden=[12,8]", "n_s=6", "cycles=1", "seed=1", "backend=cpu", "precision=bf16", NULL },
        { "hidden=[12,8]", "n_s=6", "cycles=1", "seed=1", "backend=cpu", NULL },
        { "hidden=[12,8]", "n_s=6", "cycles=1", "seed=1", NULL },
        { "hidden=[12,8]", "n_s=6", "cycles=1", "seed=2", NULL },
        { "hidden=[30]", "n_s=3", "cycles=2", "bn=false", NULL },
        { "hidden=[]", "n_s=6", "cycles=1", "bn=false", NULL },
        { "hidden=[12,8]", "n_s=6", "cycles=1", "n_train=300", NULL },
        { "hidden=[5,5,5,5]", "n_s=6", "cycles=1", "init=sigma:0.1", NULL },
        { "hidden=[12,8]", "n_s=6", "cycles=1", "optimiser=adamw", "clip=1", "max_norm=2", NULL },
    };
    strata_config *configs[MEMBERS];
    strata_run *runs[MEMBERS];
    for (int threads = 1; threads <= 3; threads++) {
        for (int m = 0; m < MEMBERS; m++) configs[m] = small_config(words[m]);
        CHECK_OK(strata_train(MEMBERS, (const strata_config *const *)configs, small_data(), threads, NULL, runs));
        for (int m = 0; m < MEMBERS; m++) {
            strata_run *alone = train_alone(words[m], 1, NULL);
            same_runs(alone, runs[m]);
            strata_run_free(alone);
            strata_run_free(runs[m]);
            strata_config_free(configs[m]);
        }
    }
}

static void another_seed_is_another_run(void **state)
{
    (void)state;
    const char *words[] = { "hidden=[12,8]", "n_s=4", "cycles=1", "seed=2", NULL };
    const char *first[] = { "hidden=[12,8]", "n_s=4", "cycles=1", "seed=1", NULL };
    strata_run *a = train_alone(first, 1, NULL), *b = train_alone(words, 1, NULL);
    assert_string_not_equal(strata_model_digest(strata_run_model(a)), strata_model_digest(strata_run_model(b)));
    assert_string_not_equal(strata_run_facts(a)->id, strata_run_facts(b)->id);
    strata_run_free(a);
    strata_run_free(b);
}

/* D2: float against double over the first updates; the loss of size 2 moves by a few thousand roundings at most. */
static void backends_agree_over_the_first_updates(void **state)
{
    (void)state;
    size_t points;
    const char *words[] = { "hidden=[12,8]", "n_s=5", "cycles=1", "evals=10", "backend=ref64", NULL };
    strata_run *exact = train_alone(words, 1, NULL);
    for (int b = 0; b < 3; b++) {
        words[4] = (const char *[]){ "backend=ref32", "backend=blas", "backend=cpu" }[b];
        if (mat_backend_named(strchr(words[4], '=') + 1) == NULL) continue;
        strata_run *rounded = train_alone(words, 1, NULL);
        const strata_point *x = strata_run_curve(exact, &points), *y = strata_run_curve(rounded, &points);
        for (size_t p = 0; p < points; p++) CHECK_NEAR(x[p].train.loss, y[p].train.loss, 4096 * 0x1p-24 * x[p].train.loss);
        strata_run_free(rounded);
    }
    strata_run_free(exact);
}

static void points_follow_the_recipe(void **state)
{
    (void)state;
    size_t points;
    const char *words[] = { "hidden=[12]", "n_s=10", "cycles=2", "evals=4", NULL };
    strata_run *run = train_alone(words, 1, NULL);
    const strata_point *p = strata_run_curve(run, &points);
    assert_int_equal(points, 9); /* one before the first update, four in each of two cycles */
    for (size_t q = 0; q < points; q++) {
        assert_int_equal(p[q].update, 5 * q);
        CHECK_NEAR(p[q].epoch, (double)p[q].update / 8, 1e-15); /* 400 images in mini-batches of 50 */
        assert_true(isfinite(p[q].train.loss) && p[q].train.cost > p[q].train.loss);
    }
    CHECK_NEAR(p[2].eta, 0.1, 1e-15);
    CHECK_NEAR(p[8].eta, 1e-5, 1e-18);
    assert_int_equal(strata_run_facts(run)->updates, 40);
    assert_memory_equal(&p[8].validation, &strata_run_facts(run)->validation, sizeof(strata_score));
    strata_run_free(run);
}

/* The start: a network that knows nothing has a loss near log 10 and an accuracy near a tenth; training must improve both. */
static void training_learns(void **state)
{
    (void)state;
    size_t points;
    const char *words[] = { "hidden=[50]", "n_s=100", "cycles=1", "evals=2", NULL };
    strata_run *run = train_alone(words, 2, NULL);
    const strata_point *p = strata_run_curve(run, &points);
    assert_true(p[0].train.accuracy < 0.3);
    assert_true(p[points - 1].train.accuracy > 0.7 && p[points - 1].train.loss < 0.6 * p[0].train.loss);
    strata_run_free(run);
}

static void divergence_stops_within_one_update(void **state)
{
    (void)state;
    const char *words[] = { "hidden=[12,8]", "n_s=10", "cycles=1", "eta_max=1e9", "bn=false", "evals=1", NULL };
    strata_run *run = train_alone(words, 1, NULL);
    const strata_run_facts_t *f = strata_run_facts(run);
    assert_int_equal(f->outcome, STRATA_ERR_DIVERGED);
    assert_true(f->updates < 8);
    assert_true(isnan(f->test.accuracy));
    assert_non_null(strstr(f->sentence, "not finite"));
    strata_run_free(run);
}

/* The same with n_s = 1: the rate is at its highest at update 1, and the loss of update 2 cannot be finite any more. */
static void one_diverged_member_spoils_no_other(void **state)
{
    (void)state;
    const char *bad[] = { "hidden=[12,8]", "n_s=8", "cycles=1", "evals=4", "eta_max=1e12", "bn=false", NULL };
    strata_config *configs[] = { small_config(bad), small_config(tiny_run) };
    strata_run *runs[2], *alone = train_alone(tiny_run, 1, NULL);
    CHECK_OK(strata_train(2, (const strata_config *const *)configs, small_data(), 2, NULL, runs));
    assert_int_equal(strata_run_facts(runs[0])->outcome, STRATA_ERR_DIVERGED);
    same_runs(alone, runs[1]);
    for (int m = 0; m < 2; m++) {
        strata_run_free(runs[m]);
        strata_config_free(configs[m]);
    }
    strata_run_free(alone);
}

typedef struct {
    long updates, points, finished, stop_at;
} counts;

static bool count_update(void *self, size_t member, long done, long all, double loss)
{
    counts *c = self;
    assert_int_equal(member, 0);
    assert_int_equal(done, ++c->updates);
    assert_int_equal(all, 16);
    assert_true(loss > 0);
    return done != c->stop_at;
}

static void count_point(void *self, size_t member, const strata_point *point)
{
    counts *c = self;
    (void)member;
    (void)point;
    c->points++;
}

static void count_finished(void *self, size_t member, const strata_run *run)
{
    counts *c = self;
    (void)member;
    assert_non_null(strata_run_model(run));
    c->finished++;
}

static void the_observer_hears_everything_and_can_stop(void **state)
{
    (void)state;
    counts c = { .stop_at = -1 };
    const strata_observer observer = { .size = sizeof observer, .self = &c, .update = count_update, .point = count_point,
                                       .finished = count_finished };
    strata_run *run = train_alone(tiny_run, 2, &observer);
    assert_int_equal(c.updates, 16);
    assert_int_equal(c.points, 5);
    assert_int_equal(c.finished, 1);
    strata_run_free(run);
    c = (counts){ .stop_at = 5 };
    run = train_alone(tiny_run, 1, &observer);
    assert_int_equal(strata_run_facts(run)->outcome, STRATA_STOPPED);
    assert_int_equal(strata_run_facts(run)->updates, 5);
    strata_run_free(run);
}

/* Member 1 trains until member 0 has been recorded; member 0 is recorded until member 1 has trained on. */
typedef struct {
    atomic_long updates; /* of member 1 */
    atomic_bool recorded, waited_in_vain;
    atomic_int finished;
} company;

static void pause_shortly(void)
{
    (void)nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

static bool train_on(void *self, size_t member, long done, long all, double loss)
{
    company *c = self;
    (void)done;
    (void)all;
    (void)loss;
    if (member == 1) c->updates++;
    return member == 0 || !c->recorded;
}

static void record_slowly(void *self, size_t member, const strata_run *run)
{
    company *c = self;
    assert_non_null(strata_run_model(run));
    if (member != 0) return;
    double patience = clock_seconds() + 60;
    for (long then = c->updates; c->updates < then + 3 && clock_seconds() < patience;) pause_shortly();
    c->waited_in_vain = clock_seconds() >= patience;
    c->recorded = true;
}

static void end_after_recording(void *self, size_t member, const strata_run *run)
{
    company *c = self;
    (void)run;
    if (member == 0) assert_true(c->recorded);
    c->finished++;
}

static void nobody_waits_while_a_run_is_recorded(void **state)
{
    (void)state;
    company c = { 0 };
    strata_run *runs[2];
    strata_config *quick = small_config(tiny_run), *slow = small_config(tiny_run);
    CHECK_OK(strata_config_set(slow, "seed", "2"));
    CHECK_OK(strata_config_set(slow, "n_s", "1000000"));
    const strata_observer observer = { .size = sizeof observer, .self = &c, .update = train_on, .record = record_slowly,
                                       .finished = end_after_recording };
    CHECK_OK(strata_train(2, (const strata_config *const[]){ quick, slow }, small_data(), 2, &observer, runs));
    assert_false(c.waited_in_vain);
    assert_int_equal(c.finished, 2);
    assert_int_equal(strata_run_facts(runs[1])->outcome, STRATA_STOPPED);
    for (int m = 0; m < 2; m++) strata_run_free(runs[m]);
    strata_config_free(quick);
    strata_config_free(slow);
}

static void wrong_calls_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[][3] = {
        { "n_batch=1", "bn=true", "n_batch = 1" },
        { "n_batch=401", "bn=false", "n_batch = 401" },
        { "eta_min=0.2", "bn=true", "eta_min = 0.2" },
        { "n_train=450", "bn=true", "450" },
        { "backend=refc64", "bn=true", "refc64" },
    };
    for (size_t c = 0; c < sizeof wrong / sizeof *wrong; c++) {
        const char *words[] = { wrong[c][0], wrong[c][1], NULL };
        strata_config *config = small_config(words);
        strata_run *run = (strata_run *)(uintptr_t)1;
        assert_int_equal(strata_train(1, (const strata_config *const[]){ config }, small_data(), 1, NULL, &run), STRATA_ERR_ARGUMENT);
        assert_null(run);
        if (strstr(strata_error(), wrong[c][2]) == NULL) fail_msg("'%s' does not name '%s'", strata_error(), wrong[c][2]);
        strata_config_free(config);
    }
}

/* Other test images: the same model, the same curves, another test score. So nothing is chosen or standardised by the test set. */
static void the_test_set_influences_nothing(void **state)
{
    (void)state;
    strata_data *other;
    strata_run *run, *before = train_alone(tiny_run, 1, NULL);
    size_t points, points_before;
    CHECK_OK(data_draw(1, SMALL_PER_FILE, 1, &other));
    size_t first = (size_t)other->train_images * STRATA_PIXELS;
    for (size_t e = 0; e < (size_t)other->test_images * STRATA_PIXELS; e++) other->image[first + e] ^= 0x5a;
    strata_config *config = small_config(tiny_run);
    CHECK_OK(strata_train(1, (const strata_config *const[]){ config }, other, 1, NULL, &run));
    const strata_point *a = strata_run_curve(before, &points_before), *b = strata_run_curve(run, &points);
    assert_string_equal(strata_model_digest(strata_run_model(before)), strata_model_digest(strata_run_model(run)));
    assert_int_equal(points, points_before);
    assert_memory_equal(a, b, points * sizeof *a);
    assert_true(strata_run_facts(before)->test.loss != strata_run_facts(run)->test.loss);
    strata_run_free(before);
    strata_run_free(run);
    strata_config_free(config);
    strata_data_free(other);
}

static void no_update_at_all_is_a_run(void **state)
{
    (void)state;
    size_t points;
    const char *words[] = { "hidden=[12]", "n_s=10", "cycles=0", NULL };
    strata_run *run = train_alone(words, 1, NULL);
    strata_run_curve(run, &points);
    assert_int_equal(points, 1);
    assert_int_equal(strata_run_facts(run)->outcome, STRATA_OK);
    assert_true(isfinite(strata_run_facts(run)->test.loss));
    strata_run_free(run);
}

/* Each member waits in its first update, ten seconds at most, until the other one has come to its own. */
typedef struct {
    atomic_int inside, alone;
} meeting;

static bool meet(void *self, size_t member, long done, long all, double loss)
{
    meeting *m = self;
    (void)member;
    (void)all;
    (void)loss;
    if (done > 1) return true;
    atomic_fetch_add(&m->inside, 1);
    for (int moment = 0; moment < 10000 && atomic_load(&m->inside) < 2; moment++) {
        (void)nanosleep(&(const struct timespec){ .tv_nsec = 1000000 }, NULL);
    }
    if (atomic_load(&m->inside) < 2) atomic_fetch_add(&m->alone, 1);
    return true;
}

static void calls_at_once_wait_for_nobody(void **state)
{
    (void)state;
    meeting m = { 0 };
    strata_run *runs[2];
    strata_config *configs[2];
    for (size_t q = 0; q < 2; q++) {
        configs[q] = small_config((const char *const[]){ "n_s=12", "cycles=1", q > 0 ? "seed=2" : "seed=1", NULL });
    }
    const strata_observer observer = { .size = sizeof observer, .self = &m, .update = meet, .at_once = true };
    CHECK_OK(strata_train(2, (const strata_config *const *)configs, small_data(), 2, &observer, runs));
    assert_int_equal(atomic_load(&m.alone), 0);
    for (size_t q = 0; q < 2; q++) {
        strata_config_free(configs[q]);
        strata_run_free(runs[q]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_change_no_bit),
        cmocka_unit_test(company_changes_no_bit),
        cmocka_unit_test(another_seed_is_another_run),
        cmocka_unit_test(backends_agree_over_the_first_updates),
        cmocka_unit_test(points_follow_the_recipe),
        cmocka_unit_test(training_learns),
        cmocka_unit_test(divergence_stops_within_one_update),
        cmocka_unit_test(one_diverged_member_spoils_no_other),
        cmocka_unit_test(the_observer_hears_everything_and_can_stop),
        cmocka_unit_test(nobody_waits_while_a_run_is_recorded),
        cmocka_unit_test(calls_at_once_wait_for_nobody),
        cmocka_unit_test(wrong_calls_are_refused),
        cmocka_unit_test(the_test_set_influences_nothing),
        cmocka_unit_test(no_update_at_all_is_a_run),
    };
    return cmocka_run_group_tests(tests, NULL, small_tear_down);
}
