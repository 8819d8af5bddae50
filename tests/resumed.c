/* See resumed.h. */
#include "resumed.h"

#include <stdlib.h>
#include <string.h>

#include "file.h"

static bool on_update(void *self, size_t member, long done, long all, double loss)
{
    watcher *w = self;
    (void)member;
    (void)all;
    (void)loss;
    w->asked += done == w->asked_at;
    return done != w->stop_at;
}

static long on_asked(void *self)
{
    return ((const watcher *)self)->asked;
}

static void on_tell(void *self, size_t member, const char *sentence)
{
    watcher *w = self;
    (void)member;
    w->told++;
    (void)snprintf(w->sentence, sizeof w->sentence, "%s", sentence);
}

const char *runs_folder(void)
{
    static char path[PATH];
    (void)snprintf(path, sizeof path, "%s", in_folder("runs"));
    return path;
}

watcher watching(const char *folder, long updates, long stop_at)
{
    return (watcher){ .stop_at = stop_at, .checkpoints = { .size = sizeof(strata_checkpoints), .folder = folder,
                                                                   .updates = updates, .requests = on_asked, .tell = on_tell } };
}

strata_status train_watched(const char *const *words, watcher *w, strata_run **out)
{
    strata_config *config = small_config(words);
    const strata_observer observer = { .size = sizeof observer, .self = w, .update = on_update };
    strata_training how = { .size = sizeof how, .threads = 1 };
    if (w != NULL) {
        w->checkpoints.self = w;
        how.observer = &observer;
        if (w->checkpoints.folder != NULL) how.checkpoints = &w->checkpoints;
    }
    strata_status status = strata_train_as(1, (const strata_config *const[]){ config }, small_data(), &how, out);
    strata_config_free(config);
    return status;
}

strata_run *trained(const char *const *words, watcher *w)
{
    strata_run *run;
    CHECK_OK(train_watched(words, w, &run));
    return run;
}

const char *in_run(const char *const *words, const char *name)
{
    char id[13], inside[PATH];
    strata_config *config = small_config(words);
    CHECK_OK(strata_run_id(config, small_data(), id));
    strata_config_free(config);
    (void)snprintf(inside, sizeof inside, "runs/%s/%.100s", id, name);
    return in_folder(inside);
}

uint8_t *bytes_of(const char *path, size_t *size)
{
    uint8_t *bytes;
    CHECK_OK(file_read_all(path, 1 << 28, &bytes, size));
    return bytes;
}

/* ---- comparing ----------------------------------------------------------------------------------------------------------------------- */

static void same_numbers(const backend *ops, mat A, mat B)
{
    double *a = small_numbers(ops, A), *b = small_numbers(ops, B);
    assert_int_equal(mat_elements(A), mat_elements(B));
    assert_memory_equal(a, b, mat_elements(A) * sizeof *a);
    free(a);
    free(b);
}

static void same_nets(const network *a, const network *b)
{
    assert_int_equal(a->started, b->started);
    for (int l = 1; l <= a->shape.k; l++) {
        for (net_which which = 0; which < NET_PARAMETERS; which++) {
            same_numbers(a->ops, net_tensor(&a->theta[l], which), net_tensor(&b->theta[l], which));
        }
        same_numbers(a->ops, a->mu_av[l], b->mu_av[l]);
        same_numbers(a->ops, a->v_av[l], b->v_av[l]);
    }
}

static void same_further(const further *a, const further *b)
{
    network *net;
    unsigned roles;
    assert_memory_equal(&a->facts, &b->facts, sizeof a->facts);
    for (long q = 0; (net = further_at(a, q, &roles)) != NULL; q++) {
        const network *other = further_at(b, q, &roles);
        for (net_walk t = net_each_tensor(net, roles); net_next_tensor(&t);) same_numbers(net->ops, t.M, net_same_tensor(other, &t));
    }
}

static void same_measurements(const strata_run *a, const strata_run *b)
{
    size_t count_a, count_b;
    const strata_layer_point *x = strata_run_layers(a, &count_a), *y = strata_run_layers(b, &count_b);
    assert_int_equal(count_a, count_b);
    for (size_t q = 0; q < count_a; q++) {
        assert_true(x[q].update == y[q].update && x[q].layer == y[q].layer);
        assert_string_equal(x[q].what, y[q].what);
        assert_memory_equal(&x[q].value, &y[q].value, sizeof x[q].value);
    }
    const strata_mistake *m = strata_run_mistakes(a, &count_a), *n = strata_run_mistakes(b, &count_b);
    assert_int_equal(count_a, count_b);
    for (size_t q = 0; q < count_a; q++) assert_true(m[q].image == n[q].image && m[q].probability == n[q].probability);
    const strata_certainty *p = strata_run_certainty(a), *q = strata_run_certainty(b);
    assert_int_equal(p == NULL, q == NULL);
    if (p != NULL) assert_memory_equal(p, q, sizeof *p);
    const long *confusion_a = strata_run_confusion(a), *confusion_b = strata_run_confusion(b);
    assert_int_equal(confusion_a == NULL, confusion_b == NULL);
    if (confusion_a != NULL) assert_memory_equal(confusion_a, confusion_b, STRATA_CLASSES * STRATA_CLASSES * sizeof *confusion_a);
}

static void same_logs(const strata_run *a, const strata_run *b)
{
    size_t count_a, count_b;
    const strata_loss *x = strata_run_losses(a, &count_a), *y = strata_run_losses(b, &count_b);
    assert_int_equal(count_a, count_b);
    if (count_a > 0) assert_memory_equal(x, y, count_a * sizeof *x);
}

static void same_variants(const strata_run *a, const strata_run *b)
{
    size_t count_a, count_b;
    const strata_variant *x = strata_run_variants(a, &count_a), *y = strata_run_variants(b, &count_b);
    assert_int_equal(count_a, count_b);
    for (size_t q = 0; q < count_a; q++) {
        assert_string_equal(x[q].name, y[q].name);
        assert_memory_equal(&x[q].validation, &y[q].validation, sizeof x[q].validation);
        assert_memory_equal(&x[q].test, &y[q].test, sizeof x[q].test);
    }
}

static void same_files(const strata_run *a, const strata_run *b)
{
    size_t size_a, size_b;
    char path[PATH];
    (void)snprintf(path, sizeof path, "%s", in_folder("a.safetensors"));
    CHECK_OK(strata_model_save(strata_run_model(a), path));
    uint8_t *x = bytes_of(path, &size_a);
    CHECK_OK(strata_model_save(strata_run_model(b), path));
    uint8_t *y = bytes_of(path, &size_b);
    assert_int_equal(size_a, size_b);
    assert_memory_equal(x, y, size_a);
    free(x);
    free(y);
    CHECK_OK(file_remove(path));
}

void assert_same_bits(const strata_run *a, const strata_run *b)
{
    size_t points_a, points_b;
    const strata_point *curve_a = strata_run_curve(a, &points_a), *curve_b = strata_run_curve(b, &points_b);
    const strata_run_facts_t *f = strata_run_facts(a), *g = strata_run_facts(b);
    assert_int_equal(points_a, points_b);
    assert_memory_equal(curve_a, curve_b, points_a * sizeof *curve_a);
    assert_string_equal(f->id, g->id);
    assert_true(f->updates == g->updates && f->outcome == g->outcome);
    assert_memory_equal(&f->train, &g->train, sizeof f->train);
    assert_memory_equal(&f->validation, &g->validation, sizeof f->validation);
    assert_memory_equal(&f->test, &g->test, sizeof f->test);
    assert_string_equal(strata_model_digest(strata_run_model(a)), strata_model_digest(strata_run_model(b)));
    same_nets(a->model->net, b->model->net);
    same_further(&a->beside, &b->beside);
    same_measurements(a, b);
    same_logs(a, b);
    same_variants(a, b);
    if (f->outcome == STRATA_OK) same_files(a, b);
}
