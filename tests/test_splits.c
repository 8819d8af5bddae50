/* Splits that trainings share: each is made once, whoever asks, and one cache serves many calls. */
#include <pthread.h>

#include "cmocka_strata.h"
#include "small.h"
#include "train_with.h"

enum { ASKERS = 8 };

typedef struct {
    splits *cache;
    const strata_config *resolved;
    const split *found;
} asker;

static void *ask(void *self)
{
    asker *a = self;
    return splits_find(a->cache, small_data(), a->resolved, &a->found) == STRATA_OK ? self : NULL;
}

static strata_config resolved_with(const char *word)
{
    strata_config *given = small_config((const char *const[]){ word, NULL }), resolved = fit_resolved(given, small_data());
    strata_config_free(given);
    return resolved;
}

static void a_split_is_made_once(void **state)
{
    (void)state;
    splits cache;
    pthread_t thread[ASKERS];
    asker of[ASKERS];
    strata_config pixels = resolved_with("standardise=pixel");
    splits_begin(&cache);
    for (int q = 0; q < ASKERS; q++) {
        of[q] = (asker){ &cache, &pixels, NULL };
        assert_int_equal(pthread_create(&thread[q], NULL, ask, &of[q]), 0);
    }
    for (int q = 0; q < ASKERS; q++) {
        void *done;
        assert_int_equal(pthread_join(thread[q], &done), 0);
        assert_non_null(done);
        assert_ptr_equal(of[q].found, of[0].found);
    }
    splits_end(&cache);
}

static void other_parts_and_other_data_are_other_splits(void **state)
{
    (void)state;
    splits cache;
    strata_data *other;
    const split *pixel, *channel, *fewer, *others, *again;
    strata_config pixels = resolved_with("standardise=pixel"), channels = resolved_with("standardise=channel");
    strata_config few = resolved_with("n_train=350");
    splits_begin(&cache);
    CHECK_OK(strata_data_synthetic(7, 1, &other));
    CHECK_OK(splits_find(&cache, small_data(), &pixels, &pixel));
    CHECK_OK(splits_find(&cache, small_data(), &channels, &channel));
    CHECK_OK(splits_find(&cache, small_data(), &few, &fewer));
    CHECK_OK(splits_find(&cache, other, &pixels, &others));
    CHECK_OK(splits_find(&cache, small_data(), &pixels, &again));
    assert_ptr_equal(again, pixel);
    assert_true(pixel != channel && pixel != fewer && channel != fewer && pixel != others);
    assert_true(channel->inputs.kind == STANDARDISATION_OF_CHANNELS && fewer->n_train == 350);
    assert_ptr_equal(others->data, other);
    splits_end(&cache);
    strata_data_free(other);
}

/* Two trainings with one cache are what two trainings of their own are. */
static void a_cache_outlives_a_call_and_changes_no_bit(void **state)
{
    (void)state;
    splits cache;
    const split *before, *after;
    const strata_training how = { .size = sizeof how, .threads = 1 };
    strata_config *one = small_config((const char *const[]){ "n_s=4", "cycles=1", "hidden=[5]", NULL });
    strata_config resolved = fit_resolved(one, small_data());
    strata_run *run, *alone;
    splits_begin(&cache);
    CHECK_OK(train_with(&cache, 1, (const strata_config *const[]){ one }, small_data(), &how, &run));
    strata_run_free(run);
    CHECK_OK(splits_find(&cache, small_data(), &resolved, &before));
    CHECK_OK(train_with(&cache, 1, (const strata_config *const[]){ one }, small_data(), &how, &run));
    CHECK_OK(splits_find(&cache, small_data(), &resolved, &after));
    assert_ptr_equal(before, after);
    CHECK_OK(strata_train_as(1, (const strata_config *const[]){ one }, small_data(), &how, &alone));
    assert_string_equal(strata_model_digest(strata_run_model(run)), strata_model_digest(strata_run_model(alone)));
    strata_run_free(run);
    strata_run_free(alone);
    strata_config_free(one);
    splits_end(&cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_split_is_made_once),
        cmocka_unit_test(other_parts_and_other_data_are_other_splits),
        cmocka_unit_test(a_cache_outlives_a_call_and_changes_no_bit),
    };
    return cmocka_run_group_tests(tests, NULL, small_tear_down);
}
