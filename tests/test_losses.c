/*
 * What is told of a training while it trains, and what that costs: the log of its losses (log_every), no points of the curves (evals = 0),
 * points on a sample of the training images (eval_train). None of the three changes a bit of what is trained.
 */
#include "resumed.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "schedule.h"

enum { UPDATES = 24 };

/* ---- what the observer hears --------------------------------------------------------------------------------------------------------- */

typedef struct {
    double loss[UPDATES + 1];
    long stop_at;
} heard;

static bool hear(void *self, size_t member, long done, long all, double loss)
{
    heard *h = self;
    (void)member;
    (void)all;
    h->loss[done] = loss;
    return done != h->stop_at;
}

static strata_run *train_and_hear(const char *const *words, heard *h)
{
    strata_run *run;
    strata_config *config = small_config(words);
    const strata_observer observer = { .size = sizeof observer, .self = h, .update = hear };
    CHECK_OK(strata_train(1, (const strata_config *const[]){ config }, small_data(), 1, &observer, &run));
    strata_config_free(config);
    return run;
}

/* ---- the log ------------------------------------------------------------------------------------------------------------------------- */

static void a_line_is_the_mean_of_its_updates(void **state)
{
    (void)state;
    static const char *const every[] = { "log_every=1", "log_every=5", "log_every=8", "log_every=24", "log_every=1000" };
    for (size_t e = 0; e < sizeof every / sizeof *every; e++) {
        const char *words[] = { SHORT, every[e], NULL };
        heard h = { .stop_at = -1 };
        size_t count;
        strata_run *run = train_and_hear(words, &h);
        const strata_loss *line = strata_run_losses(run, &count);
        const schedule rate = schedule_of(strata_run_config(run));
        long n = strtol(strchr(every[e], '=') + 1, NULL, 10), t = 0;
        assert_int_equal(count, (UPDATES + n - 1) / n);
        for (size_t q = 0; q < count; q++) {
            double sum = 0;
            long updates = q + 1 < count || UPDATES % n == 0 ? n : UPDATES % n;
            for (long u = 0; u < updates; u++) sum += h.loss[++t];
            assert_true(line[q].update == t && line[q].updates == updates);
            assert_true(line[q].loss == sum / (double)updates);
            assert_true(line[q].epoch == (double)t / 8 && line[q].eta == schedule_eta(&rate, t - 1));
        }
        strata_run_free(run);
    }
}

static void a_log_changes_no_bit_and_no_id(void **state)
{
    (void)state;
    const char *const plain[] = { SHORT, "diagnose=true", NULL }, *const logged[] = { SHORT, "diagnose=true", "log_every=1", NULL };
    size_t count;
    strata_run *a = trained(plain, NULL), *b = trained(logged, NULL);
    (void)strata_run_losses(a, &count);
    assert_int_equal(count, 0);
    (void)strata_run_losses(b, &count);
    assert_int_equal(count, UPDATES);
    losses_drop(&b->log); /* all else is the same, the bytes of the model file among it */
    assert_same_bits(a, b);
    strata_run_free(a);
    strata_run_free(b);
}

static void a_log_as_text(void **state)
{
    (void)state;
    const char *const words[] = { SHORT, "log_every=16", NULL };
    text csv = { 0 };
    strata_run *run = trained(words, NULL);
    strata_loss *line = run->log.line;
    line[0].loss = 2.5;
    line[1].loss = 0.1;
    losses_csv(run, &csv);
    assert_string_equal(csv.at, "update,epoch,eta,loss,updates\n16,2,0.0750025,2.5,16\n24,3,0.0083425,0.1,8\n");
    text_free(&csv);
    strata_run_free(run);
}

/* A run that diverges is the one whose log is looked at: its last line ends with the last update whose loss was a number. */
static void a_run_that_diverges_has_its_log(void **state)
{
    (void)state;
    const char *words[] = { SHORT, "eta_max=1e9", "bn=false", "log_every=1000", NULL };
    for (int every = 0; every < 2; every++) {
        size_t count;
        if (every == 1) words[7] = "log_every=1";
        heard h = { .stop_at = -1 };
        strata_run *run = train_and_hear(words, &h);
        const strata_run_facts_t *f = strata_run_facts(run);
        const strata_loss *line = strata_run_losses(run, &count);
        assert_int_equal(f->outcome, STRATA_ERR_DIVERGED);
        assert_true(f->updates > 0 && f->updates < UPDATES);
        assert_int_equal(count, every == 1 ? f->updates : 1);
        assert_int_equal(line[count - 1].update, f->updates);
        for (size_t q = 0; q < count; q++) assert_true(isfinite(line[q].loss));
        strata_run_free(run);
    }
}

/* Stopped at 7 and gone on with other lines: they begin there, the first at a multiple as all others, and the run says so. */
static void another_log_begins_where_it_is_asked_for(void **state)
{
    (void)state;
    static const struct {
        const char *first, *second, *says;
        size_t lines;
        long updates[5];
    } cases[] = {
        { "log_every=3", "log_every=5", "from update 7 of 24; its log of log_every=3 is left behind", 4, { 3, 5, 5, 4 } },
        { "log_every=0", "log_every=6", "from update 7 of 24; its log begins there", 3, { 5, 6, 6 } },
        { "log_every=6", "log_every=0", "from update 7 of 24; its log of log_every=6 is left behind", 0, { 0 } },
        { "log_every=7", "log_every=7", "from update 7 of 24", 4, { 7, 7, 7, 3 } },
    };
    for (size_t q = 0; q < sizeof cases / sizeof *cases; q++) {
        const char *const first[] = { SHORT, cases[q].first, NULL }, *const second[] = { SHORT, cases[q].second, NULL };
        size_t count;
        watcher stop = watching(runs_folder(), 0, 7), again = watching(runs_folder(), 0, 15), last = watching(runs_folder(), 0, 0);
        assert_int_equal(clear_folder(NULL), 0);
        strata_run_free(trained(first, &stop));
        strata_run_free(trained(second, &again)); /* and is stopped once more, in the new log */
        assert_non_null(strstr(again.sentence, cases[q].says));
        assert_int_equal(strlen(strstr(again.sentence, cases[q].says)), strlen(cases[q].says));
        strata_run *run = trained(second, &last), *whole = trained(second, NULL);
        const strata_loss *line = strata_run_losses(run, &count);
        long t = cases[q].first == cases[q].second ? 0 : 7;
        assert_int_equal(count, cases[q].lines);
        for (size_t l = 0; l < count; l++) {
            if (q == 3) t = l > 0 ? line[l - 1].update : 0;
            t += line[l].updates;
            assert_true(line[l].updates == cases[q].updates[l] && line[l].update == t);
        }
        assert_string_equal(strata_model_digest(strata_run_model(whole)), strata_model_digest(strata_run_model(run)));
        strata_run_free(run);
        strata_run_free(whole);
    }
}

/* ---- no points ----------------------------------------------------------------------------------------------------------------------- */

static void without_points_the_end_is_the_same(void **state)
{
    (void)state;
    static const char *const backends[] = { "backend=cpu", "backend=ref64" };
    for (size_t b = 0; b < 2; b++) {
        const char *const points[] = { SHORT, backends[b], NULL }, *const none[] = { SHORT, backends[b], "evals=0", NULL };
        size_t count;
        strata_run *a = trained(points, NULL), *z = trained(none, NULL);
        const strata_run_facts_t *f = strata_run_facts(a), *g = strata_run_facts(z);
        const strata_point *point = strata_run_curve(z, &count);
        assert_int_equal(count, 1);
        assert_true(point->update == UPDATES && point->epoch == 3);
        assert_memory_equal(&point->train, &g->train, sizeof(strata_score));
        assert_memory_equal(&f->train, &g->train, sizeof(strata_score));
        assert_memory_equal(&f->validation, &g->validation, sizeof(strata_score));
        assert_memory_equal(&f->test, &g->test, sizeof(strata_score));
        assert_string_equal(strata_model_digest(strata_run_model(a)), strata_model_digest(strata_run_model(z)));
        assert_string_not_equal(f->id, g->id);
        strata_run_free(a);
        strata_run_free(z);
    }
}

static void without_points_and_updates_there_is_the_end(void **state)
{
    (void)state;
    const char *const words[] = { SHORT, "cycles=0", "evals=0", "log_every=1", NULL };
    size_t points, lines;
    strata_run *run = trained(words, NULL);
    const strata_point *point = strata_run_curve(run, &points);
    (void)strata_run_losses(run, &lines);
    assert_true(points == 1 && point->update == 0 && lines == 0);
    assert_true(isfinite(strata_run_facts(run)->test.cost));
    strata_run_free(run);
}

/* A diagnosis is of the points that there are. */
static void without_points_a_diagnosis_is_of_the_end(void **state)
{
    (void)state;
    const char *const words[] = { SHORT, "evals=0", "diagnose=true", NULL };
    size_t count;
    strata_run *run = trained(words, NULL);
    const strata_layer_point *layer = strata_run_layers(run, &count);
    assert_true(count > 0);
    for (size_t q = 0; q < count; q++) assert_int_equal(layer[q].update, UPDATES);
    strata_run_free(run);
}

/* ---- a sample ------------------------------------------------------------------------------------------------------------------------ */

static void a_sample_is_drawn_without_repetition(void **state)
{
    (void)state;
    uint32_t *one, *again, *other, *all;
    CHECK_OK(sampler_draw(small_split(), 70, 1, &one));
    CHECK_OK(sampler_draw(small_split(), 70, 1, &again));
    CHECK_OK(sampler_draw(small_split(), 70, 2, &other));
    CHECK_OK(sampler_draw(small_split(), SMALL_TRAIN, 1, &all));
    assert_memory_equal(one, again, 70 * sizeof *one);
    assert_true(memcmp(one, other, 70 * sizeof *one) != 0);
    assert_true(one[69] > 350 && one[0] < 50); /* of the whole part: the chance that it is not is below 1e-4 */
    for (int j = 1; j < 70; j++) assert_true(one[j] > one[j - 1]);
    for (uint32_t j = 0; j < SMALL_TRAIN; j++) assert_int_equal(all[j], j);
    free(one);
    free(again);
    free(other);
    free(all);
}

/* The mean cross-entropy of the sample after the last update, image by image. */
static double loss_by_hand(const strata_run *run, int n)
{
    uint32_t *sample;
    double sum = 0;
    const network *net = run->model->net;
    net_work *w = small_work(net, 1);
    CHECK_OK(sampler_draw(small_split(), n, 1, &sample));
    for (int j = 0; j < n; j++) {
        minibatch one = split_batch(small_data(), &small_split()->inputs, sample + j, 1, STRATA_PIXELS);
        net_forward(net, w, &one, NET_EVALUATION);
        net_loss(net, w, &one);
        sum += net_real(net->ops, w->J);
    }
    net_work_free(w);
    free(sample);
    return sum / n;
}

static void points_are_of_the_sample_and_the_end_is_of_all(void **state)
{
    (void)state;
    const char *const all[] = { SHORT, "backend=ref64", NULL }, *const some[] = { SHORT, "backend=ref64", "eval_train=70", NULL };
    size_t count;
    strata_run *a = trained(all, NULL), *b = trained(some, NULL);
    const strata_run_facts_t *f = strata_run_facts(a), *g = strata_run_facts(b);
    const strata_point *whole = strata_run_curve(a, &count), *sample = strata_run_curve(b, &count);
    assert_int_equal(count, 4);
    for (size_t q = 0; q < count; q++) {
        assert_memory_equal(&whole[q].validation, &sample[q].validation, sizeof(strata_score));
        assert_true(whole[q].train.loss != sample[q].train.loss);
        CHECK_NEAR(whole[q].train.cost - whole[q].train.loss, sample[q].train.cost - sample[q].train.loss, 1e-12); /* one penalty */
        double seventieths = sample[q].train.accuracy * 70;
        CHECK_NEAR(seventieths, round(seventieths), 1e-9);
    }
    CHECK_NEAR(sample[3].train.loss, loss_by_hand(b, 70), 1e-12);
    assert_memory_equal(&f->train, &g->train, sizeof(strata_score));
    assert_memory_equal(&f->validation, &g->validation, sizeof(strata_score));
    assert_memory_equal(&f->test, &g->test, sizeof(strata_score));
    assert_string_equal(strata_model_digest(strata_run_model(a)), strata_model_digest(strata_run_model(b)));
    assert_string_not_equal(f->id, g->id);
    strata_run_free(a);
    strata_run_free(b);
}

static void a_sample_of_all_images_is_the_same_run(void **state)
{
    (void)state;
    const char *const all[] = { SHORT, NULL }, *const sample[] = { SHORT, "eval_train=400", NULL };
    strata_run *a = trained(all, NULL), *b = trained(sample, NULL);
    assert_same_bits(a, b);
    strata_run_free(a);
    strata_run_free(b);
}

/* Stopped in the evaluation of the end, it has all to do that is left, and no more. */
typedef struct {
    long updates, asked, stop_at;
} questions;

static bool count_update(void *self, size_t member, long done, long all, double loss)
{
    (void)member, (void)all, (void)loss;
    ((questions *)self)->updates = done;
    return true;
}

static bool stop_in_the_end(void *self, size_t member)
{
    questions *q = self;
    (void)member;
    return q->updates < UPDATES || ++q->asked != q->stop_at;
}

static void stopping_in_the_evaluation_of_the_end(void **state)
{
    (void)state;
    const char *const words[] = { SHORT, "eval_train=70", "log_every=5", NULL };
    strata_run *whole = trained(words, NULL);
    for (long at = 1; at <= 4; at++) { /* three chunks of training images and the first of test images */
        strata_run *run;
        questions q = { .stop_at = at };
        strata_config *config = small_config(words);
        const strata_observer observer = { .size = sizeof observer, .self = &q, .update = count_update, .go_on = stop_in_the_end };
        const strata_checkpoints checkpoints = { .size = sizeof checkpoints, .folder = runs_folder() };
        const strata_training how = { .size = sizeof how, .threads = 1, .observer = &observer, .checkpoints = &checkpoints };
        CHECK_OK(strata_train_as(1, (const strata_config *const[]){ config }, small_data(), &how, &run));
        assert_int_equal(strata_run_facts(run)->outcome, STRATA_STOPPED);
        assert_true(isnan(strata_run_facts(run)->train.loss));
        strata_run_free(run);
        strata_config_free(config);
        watcher last = watching(runs_folder(), 0, 0);
        run = trained(words, &last);
        assert_same_bits(whole, run);
        strata_run_free(run);
        assert_int_equal(clear_folder(NULL), 0);
    }
    strata_run_free(whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_the_mean_of_its_updates),
        cmocka_unit_test(a_log_changes_no_bit_and_no_id),
        cmocka_unit_test(a_log_as_text),
        cmocka_unit_test(a_run_that_diverges_has_its_log),
        cmocka_unit_test_setup(another_log_begins_where_it_is_asked_for, clear_folder),
        cmocka_unit_test(without_points_the_end_is_the_same),
        cmocka_unit_test(without_points_and_updates_there_is_the_end),
        cmocka_unit_test(without_points_a_diagnosis_is_of_the_end),
        cmocka_unit_test(a_sample_is_drawn_without_repetition),
        cmocka_unit_test(points_are_of_the_sample_and_the_end_is_of_all),
        cmocka_unit_test(a_sample_of_all_images_is_the_same_run),
        cmocka_unit_test_setup(stopping_in_the_evaluation_of_the_end, clear_folder),
    };
    return cmocka_run_group_tests(tests, make_folder, clear_and_remove);
}
