/*
 * The instruments: that the updates they time are those of a training, that what they count is what the formulas name, and that the peak is
 * one. How fast anything is cannot be tested.
 */
#include "cmocka_strata.h"

#include <math.h>
#include <string.h>

#include "profile.h"
#include "mat.h"
#include "small.h"

/* Losses that an observer of strata_train hears, with the recipe that the profile has. */
typedef struct {
    double loss[8];
} heard;

static bool hear(void *self, size_t member, long done, long all, double loss)
{
    (void)member;
    (void)all;
    ((heard *)self)->loss[done - 1] = loss;
    return done < 8;
}

static const char *const settings[] = { "hidden=[12,8]", "n_batch=20", "seed=3", "eta_max=0.05", "eta_min=0.01", NULL };

static update_profile profile_of(const char *const *words, int threads, long updates)
{
    update_profile p;
    strata_config *config = small_config(words);
    CHECK_OK(profile_updates(config, small_data(), threads, updates, &p));
    strata_config_free(config);
    return p;
}

/* The clock between the verbs changes nothing: update 0 and update 7 have the losses of a training, bit for bit. */
static void a_profile_is_a_training(void **state)
{
    (void)state;
    heard h;
    strata_run *run;
    update_profile p = profile_of(settings, 1, 6);
    const char *words[16] = { "n_train=160", "n_val=1", "n_s=8", "cycles=1", "evals=1" };
    for (int w = 0; w < 6; w++) words[5 + w] = settings[w];
    strata_config *config = small_config(words);
    const strata_observer observer = { .size = sizeof observer, .self = &h, .update = hear };
    CHECK_OK(strata_train(1, (const strata_config *const[]){ config }, small_data(), 1, &observer, &run));
    assert_memory_equal(&p.first_loss, &h.loss[0], sizeof(double));
    assert_memory_equal(&p.last_loss, &h.loss[7], sizeof(double));
    assert_true(h.loss[0] != h.loss[7]);
    strata_run_free(run);
    strata_config_free(config);
    profile_free(&p);
}

static const profile_verb *row_of(const update_profile *p, const char *name, int m)
{
    for (size_t v = 0; v < p->count; v++) {
        if (strcmp(p->verb[v].name, name) == 0 && p->verb[v].m == m) return &p->verb[v];
    }
    fail_msg("no row %s of %d", name, m);
    return NULL;
}

static void check_row(const update_profile *p, const char *name, int m, int n, int d, int calls, double operations, double bytes)
{
    const profile_verb *v = row_of(p, name, m);
    if (v->n != n || v->d != d || v->calls != calls || v->operations != operations || v->bytes != bytes) {
        fail_msg("%s: n %d d %d calls %d, %.0f operations, %.0f bytes", name, v->n, v->d, v->calls, v->operations, v->bytes);
    }
}

/* 3072 -> 12 -> 8 -> 10 with batch normalisation on 20 images, floats. The figures are written out from docs/speed.md, not computed. */
static void verbs_are_counted(void **state)
{
    (void)state;
    update_profile p = profile_of(settings, 1, 4);
    check_row(&p, "load_minibatch", 3072, 20, 0, 1, 0, 2 * 61440);
    check_row(&p, "affine_input", 12, 20, 3072, 1, 1474560, 960 + 147456 + 61440 + 48);
    check_row(&p, "affine", 8, 20, 12, 1, 3840, 640 + 384 + 960 + 32);
    check_row(&p, "affine", 10, 20, 8, 1, 3200, 800 + 320 + 640 + 40);
    check_row(&p, "moments", 12, 20, 0, 1, 960, 960 + 48 + 48);
    check_row(&p, "relu", 8, 20, 0, 1, 160, 1280);
    check_row(&p, "minus_labels", 10, 20, 0, 1, 20, 1600);
    check_row(&p, "sgd_step_weights", 8, 12, 20, 1, 3840 + 480, 2 * 384 + 640 + 960);
    check_row(&p, "mul_tn", 12, 20, 8, 1, 3840, 960 + 384 + 640);
    check_row(&p, "relu_back", 12, 20, 0, 1, 240, 3 * 960);
    check_row(&p, "standardise_back", 8, 20, 0, 1, 1120, 3 * 640 + 32);
    check_row(&p, "sgd_step_input", 12, 3072, 20, 1, 1474560 + 184320, 2 * 147456 + 960 + 61440);
    check_row(&p, "average", 12, 1, 0, 2, 2 * 36, 2 * 144);
    double operations = 0, bytes = 0;
    for (size_t v = 0; v < p.count; v++) {
        operations += p.verb[v].operations;
        bytes += p.verb[v].bytes;
        assert_true(p.verb[v].seconds >= 0 && p.verb[v].m > 0);
    }
    assert_true(operations == p.operations && bytes == p.bytes);
    profile_free(&p);
}

/* Neither the backend nor the threads change what there is to do. */
static void counts_do_not_depend_on_who_computes(void **state)
{
    (void)state;
    const char *words[] = { "hidden=[12,8]", "n_batch=20", "backend=ref32", NULL };
    update_profile a = profile_of(settings, 2, 1), b = profile_of(words, 1, 2);
    assert_int_equal(a.count, b.count);
    assert_true(a.operations == b.operations && a.bytes == b.bytes);
    profile_free(&a);
    profile_free(&b);
}

static void updates_are_timed(void **state)
{
    (void)state;
    profile_timing u;
    strata_config *config = small_config(settings);
    CHECK_OK(profile_time(config, small_data(), &(profile_bounds){ 20, 1e-9, 1, 1 }, &u));
    assert_int_equal(u.timed, 9); /* ten in any case, the first tenth left out */
    assert_true(u.best > 0 && u.best <= u.median && fabs(u.per_second * u.median - 1) < 1e-12);
    assert_string_equal(u.precision, "float");
    CHECK_OK(profile_time(config, small_data(), &(profile_bounds){ 15, 100, 3, 2 }, &u));
    assert_int_equal(u.timed, 3 * 14);
    assert_true(fabs(u.per_second * u.median - 2) < 1e-12);
    CHECK_OK(strata_config_set(config, "n_batch", "500"));
    assert_int_equal(profile_time(config, small_data(), &(profile_bounds){ 20, 1, 1, 1 }, &u), STRATA_ERR_ARGUMENT);
    strata_config_free(config);
}

/* A level that is later than another is not slower; where there are no products of bytes, none are told. */
static void there_is_a_peak(void **state)
{
    (void)state;
    profile_peak p;
    CHECK_OK(profile_measure_peak(2, &p));
    assert_string_equal(p.kind[0].name, "float");
    for (int k = 0; k < p.kinds; k++) { /* AMX has 2048 operations a cycle, of two cores at less than 6 GHz: 2.5e13 */
        assert_true(p.kind[k].per_second > 1e8 && p.kind[k].per_second < 2.5e13 && p.best >= p.kind[k].per_second);
    }
    for (int b = 0; b < PROFILE_BLOCKS; b++) assert_true(p.block[b].per_second > 1e7 && p.block[b].per_second < 1e13);
    bool bytes = strcmp(mat_cpu_level(), "generic") != 0 && strncmp(mat_cpu_level(), "avx", 3) != 0 && strcmp(mat_cpu_level(), "neon") != 0;
    assert_int_equal(p.kinds > 1, bytes);
    profile_peak higher = p;
    higher.kind[0].per_second *= 2;
    higher.block[1].per_second /= 2;
    profile_peak raised = p;
    profile_raise_peak(&raised, &higher);
    assert_true(raised.kind[0].per_second == 2 * p.kind[0].per_second && raised.block[1].per_second == p.block[1].per_second);
}

/* 1 G operations and 100 MB/s .. 1 MB/s: which of the two bounds a verb, and from which block its operands come. */
static void the_roof_is_the_higher_bound(void **state)
{
    (void)state;
    const profile_peak peak = { .kinds = 1, .kind = { { "float", 1e9 } }, .best = 1e9, .threads = 1,
                              .block = { { 1e3, 1e8 }, { 1e4, 5e7 }, { 1e5, 1e7 }, { 1e6, 1e6 } } };
    assert_true(profile_roof(&(profile_verb){ .calls = 1, .operations = 1e6, .bytes = 5e3 }, &peak) == 1e-3);
    assert_true(profile_roof(&(profile_verb){ .calls = 1, .operations = 1e3, .bytes = 5e3 }, &peak) == 5e3 / 1e8);
    assert_true(profile_roof(&(profile_verb){ .calls = 1, .bytes = 5e4 }, &peak) == 5e4 / 5e7);
    assert_true(profile_roof(&(profile_verb){ .calls = 10, .bytes = 5e4 }, &peak) == 5e4 / 1e8);
    assert_true(profile_roof(&(profile_verb){ .calls = 1, .bytes = 2e4, .again = 1.5e4 }, &peak) == 5e3 / 1e8);
    assert_true(profile_roof(&(profile_verb){ .calls = 1, .bytes = 2e3, .fetched = 1e3 }, &peak) == 1e3 / 1e8 + 1e3 / 1e6);
    assert_true(profile_roof(&(profile_verb){ .calls = 1, .bytes = 2e6 }, &peak) == 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_profile_is_a_training),
        cmocka_unit_test(verbs_are_counted),
        cmocka_unit_test(counts_do_not_depend_on_who_computes),
        cmocka_unit_test(updates_are_timed),
        cmocka_unit_test(there_is_a_peak),
        cmocka_unit_test(the_roof_is_the_higher_bound),
    };
    return cmocka_run_group_tests(tests, NULL, small_tear_down);
}
