/*
 * The promise D1: a training that is stopped after any update, and goes on from its checkpoint, ends with the bits of one that was never
 * stopped. In every backend, with and without batch normalisation, at every update of a run, and at every update in turn.
 */
#include "resumed.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"

enum { UPDATES = 24, WORDS = 12 };

static const char *const variants[][WORDS] = {
    { SHORT, "backend=cpu", "bn=true", NULL },
    { SHORT, "backend=cpu", "bn=false", NULL },
    { SHORT, "backend=cpu", "bn=true", "precision=bf16", NULL },
    { SHORT, "backend=ref64", "bn=true", NULL },
    { SHORT, "backend=ref64", "bn=false", "eta_max=0.05", NULL },
    { SHORT, "backend=ref32", "bn=true", NULL },
    { SHORT, "backend=blas", "bn=true", NULL },
    { SHORT, "backend=cpu", "bn=true", "diagnose=true", NULL },
    { SHORT, "backend=cpu", "n_batch=70", "flip=0.5", "translate=3", NULL }, /* five updates an epoch, images that sit it out */
    { SHORT, "backend=cpu", "bn=true", "log_every=5", "eval_train=70", NULL },
    { SHORT, "backend=ref64", "bn=false", "log_every=1", "evals=0", NULL },
    { SHORT, "backend=cpu", "bn=true", "optimiser=adamw", "clip=1", "max_norm=2", "average=ema", NULL },
    { SHORT, "backend=ref64", "bn=false", "optimiser=nesterov", "ensemble=true", "keep=best", NULL },
};

static bool available(const char *const *words)
{
    return mat_backend_named(strchr(words[5], '=') + 1) != NULL;
}

static void stopping_anywhere_changes_no_bit(void **state)
{
    (void)state;
    const char *folder = runs_folder();
    for (size_t v = 0; v < sizeof variants / sizeof *variants; v++) {
        if (!available(variants[v])) continue;
        strata_run *whole = trained(variants[v], NULL);
        for (long stop = 1; stop < UPDATES; stop++) {
            watcher first = watching(folder, 0, stop), second = watching(folder, 0, 0);
            strata_run *stopped = trained(variants[v], &first);
            assert_int_equal(strata_run_facts(stopped)->outcome, STRATA_STOPPED);
            assert_int_equal(strata_run_facts(stopped)->updates, stop);
            assert_int_equal(strata_run_facts(stopped)->checkpoint, stop);
            strata_run *run = trained(variants[v], &second);
            assert_int_equal(second.told, 1);
            assert_non_null(strstr(second.sentence, "goes on from update"));
            assert_same_bits(whole, run);
            CHECK_OK(strata_checkpoint_remove(folder, strata_run_facts(run)->id));
            strata_run_free(stopped);
            strata_run_free(run);
        }
        strata_run_free(whole);
    }
}

/* Trains on from what is in the folder, and ends as the run that was never disturbed. */
static void goes_on_to_the_bits_of(const strata_run *whole, const char *const *words, watcher *w)
{
    strata_run *run = trained(words, w);
    assert_same_bits(whole, run);
    strata_run_free(run);
}

static void stopping_after_every_update_in_turn_changes_no_bit(void **state)
{
    (void)state;
    const char *folder = runs_folder();
    for (size_t v = 0; v < sizeof variants / sizeof *variants; v++) {
        if (!available(variants[v])) continue;
        strata_run *whole = trained(variants[v], NULL);
        for (long stop = 1; stop < UPDATES; stop++) {
            watcher w = watching(folder, stop % 2, stop); /* one is due then, too, or not */
            strata_run *stopped = trained(variants[v], &w);
            assert_int_equal(strata_run_facts(stopped)->updates, stop);
            strata_run_free(stopped);
        }
        watcher last = watching(folder, 0, 0);
        goes_on_to_the_bits_of(whole, variants[v], &last);
        strata_run_free(whole);
    }
}

/* ---- kill -9 ------------------------------------------------------------------------------------------------------------------------- */

static bool kill_at(void *self, size_t member, long done, long all, double loss)
{
    (void)member;
    (void)all;
    (void)loss;
    if (done == *(const long *)self) (void)raise(SIGKILL);
    return true;
}

/* A process that dies at this update, with a checkpoint every third. */
static void train_and_die(const char *const *words, long at)
{
    int how;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        strata_run *run;
        strata_config *config = small_config(words);
        const strata_observer observer = { .size = sizeof observer, .self = &at, .update = kill_at };
        const strata_checkpoints checkpoints = { .size = sizeof checkpoints, .folder = runs_folder(), .updates = 3 };
        const strata_training training = { .size = sizeof training, .threads = 1, .observer = &observer, .checkpoints = &checkpoints };
        (void)strata_train_as(1, (const strata_config *const[]){ config }, small_data(), &training, &run);
        _exit(0); /* too late: the parent sees it */
    }
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL);
}

static void killing_at_every_update_changes_no_bit(void **state)
{
    (void)state;
    (void)small_data(); /* drawn once, and not by every child */
    for (size_t v = 0; v <= 12; v += 12) { /* the plainest, and one with further nets */
        strata_run *whole = trained(variants[v], NULL);
        for (long at = 1; at < UPDATES; at++) {
            watcher w = watching(runs_folder(), 0, 0);
            train_and_die(variants[v], at);
            strata_run *run = trained(variants[v], &w);
            char from[64];
            (void)snprintf(from, sizeof from, "goes on from update %ld of 24", (at - 1) / 3 * 3); /* the last multiple of 3 before it */
            assert_int_equal(w.told, 1);
            assert_non_null(strstr(w.sentence, from));
            assert_same_bits(whole, run);
            CHECK_OK(strata_checkpoint_remove(runs_folder(), strata_run_facts(run)->id));
            strata_run_free(run);
        }
        strata_run_free(whole);
    }
}

/* ---- memory -------------------------------------------------------------------------------------------------------------------------- */

/* CMakeLists.txt has the linker put these in the place of the C library's. */
static bool counting_memory;
static long taken;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

void *__wrap_malloc(size_t size)
{
    taken += counting_memory;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    taken += counting_memory;
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    taken += counting_memory;
    return __real_realloc(old, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    taken += counting_memory;
    return __real_aligned_alloc(alignment, size);
}

static bool count_from_the_first(void *self, size_t member, long done, long all, double loss)
{
    (void)self;
    (void)member;
    (void)loss;
    counting_memory = done < all; /* before the last one's checkpoint, which nobody counts, come 23 others */
    return true;
}

static void nothing_is_allocated_between_the_updates(void **state)
{
    (void)state;
    for (size_t v = 0; v < sizeof variants / sizeof *variants; v++) {
        strata_run *run;
        if (!available(variants[v])) continue;
        strata_config *config = small_config(variants[v]);
        const strata_observer observer = { .size = sizeof observer, .update = count_from_the_first };
        const strata_checkpoints checkpoints = { .size = sizeof checkpoints, .folder = runs_folder(), .updates = 1 };
        taken = 0;
        CHECK_OK(strata_train_as(1, (const strata_config *const[]){ config }, small_data(),
                                 &(strata_training){ .size = sizeof(strata_training), .threads = 1, .observer = &observer,
                                                     .checkpoints = &checkpoints }, &run));
        assert_false(counting_memory);
        assert_int_equal(taken, 0);
        strata_config_free(config);
        strata_run_free(run);
        assert_int_equal(clear_folder(NULL), 0);
    }
}

/* ---- and else ------------------------------------------------------------------------------------------------------------------------ */

/* A run that was over but for saving it needs no update again. */
static void after_the_last_update_nothing_is_trained_again(void **state)
{
    (void)state;
    const char *folder = runs_folder();
    watcher first = watching(folder, 5, 0), again = watching(folder, 5, 1);
    strata_run *run = trained(variants[7], &first), *whole = trained(variants[7], NULL);
    assert_int_equal(strata_run_facts(run)->checkpoint, UPDATES);
    assert_same_bits(whole, run); /* checkpoints on the way change nothing either */
    goes_on_to_the_bits_of(whole, variants[7], &again); /* which would stop after its first update */
    strata_run_free(run);
    strata_run_free(whole);
}

/* Checkpoint 10 as previous, 20 as newest; without the newest, the run goes on from 10. */
static void the_previous_one_is_as_good(void **state)
{
    (void)state;
    const char *folder = runs_folder();
    watcher first = watching(folder, 10, 22), second = watching(folder, 0, 0);
    strata_run *stopped = trained(variants[0], &first), *whole = trained(variants[0], NULL);
    CHECK_OK(file_remove(in_run(variants[0], "checkpoint"))); /* of update 22 */
    goes_on_to_the_bits_of(whole, variants[0], &second);
    assert_non_null(strstr(second.sentence, "goes on from update 20 of 24"));
    strata_run_free(stopped);
    strata_run_free(whole);
}

static void checkpoints_come_when_asked_for(void **state)
{
    (void)state;
    strata_config *config;
    strata_checkpoint_facts facts = { .size = sizeof facts };
    const char *folder = runs_folder();
    watcher w = watching(folder, 0, 0);
    w.asked_at = 7;
    w.checkpoints.seconds = 1e6;
    strata_run *run = trained(variants[0], &w);
    CHECK_OK(file_rename(in_run(variants[0], "checkpoint.previous"), in_run(variants[0], "checkpoint")));
    CHECK_OK(strata_checkpoint_peek(folder, strata_run_facts(run)->id, &facts, &config)); /* the newest was that of the end */
    assert_int_equal(facts.update, 7);
    assert_int_equal(facts.updates, UPDATES);
    assert_string_equal(facts.data_kind, "synthetic");
    assert_string_equal(facts.data_digest, strata_data_describe(small_data())->digest);
    strata_config_free(config);
    CHECK_OK(strata_checkpoint_remove(folder, strata_run_facts(run)->id));
    strata_run_free(run);
}

/* seconds: all of them are due after 1 ns. */
static void checkpoints_come_by_time(void **state)
{
    (void)state;
    const char *folder = runs_folder();
    watcher w = watching(folder, 0, 0);
    w.checkpoints.seconds = 1e-9;
    strata_run *run = trained(variants[0], &w), *whole = trained(variants[0], NULL);
    assert_same_bits(whole, run);
    assert_true(file_exists(in_run(variants[0], "checkpoint.previous")));
    strata_run_free(run);
    strata_run_free(whole);
}

/* Seconds add up: what an interrupted run had taken is not forgotten. */
static void seconds_add_up(void **state)
{
    (void)state;
    const char *folder = runs_folder();
    watcher first = watching(folder, 0, 20), second = watching(folder, 0, 21);
    strata_run *a = trained(variants[0], &first), *b = trained(variants[0], &second);
    strata_config *config;
    strata_checkpoint_facts facts = { .size = sizeof facts };
    CHECK_OK(strata_checkpoint_peek(folder, strata_run_facts(b)->id, &facts, &config));
    assert_true(facts.seconds > 0 && facts.seconds <= strata_run_facts(b)->seconds);
    assert_true(strata_run_facts(b)->seconds > 0.5 * strata_run_facts(a)->seconds); /* one update alone would take far less */
    strata_config_free(config);
    strata_run_free(a);
    strata_run_free(b);
}

/* A run that diverges does so again, at the same update, with the same words. */
static void divergence_comes_again(void **state)
{
    (void)state;
    const char *words[] = { SHORT, "bn=false", "eta_max=1e9", NULL };
    const char *folder = runs_folder();
    watcher first = watching(folder, 1, 0), second = watching(folder, 1, 0);
    strata_run *a = trained(words, &first), *b = trained(words, &second), *whole = trained(words, NULL);
    assert_int_equal(strata_run_facts(whole)->outcome, STRATA_ERR_DIVERGED);
    assert_string_equal(strata_run_facts(a)->sentence, strata_run_facts(whole)->sentence);
    assert_string_equal(strata_run_facts(b)->sentence, strata_run_facts(whole)->sentence);
    assert_same_bits(whole, b);
    strata_run_free(a);
    strata_run_free(b);
    strata_run_free(whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(stopping_anywhere_changes_no_bit, clear_folder),
        cmocka_unit_test_setup(stopping_after_every_update_in_turn_changes_no_bit, clear_folder),
        cmocka_unit_test_setup(killing_at_every_update_changes_no_bit, clear_folder),
        cmocka_unit_test_setup(nothing_is_allocated_between_the_updates, clear_folder),
        cmocka_unit_test_setup(after_the_last_update_nothing_is_trained_again, clear_folder),
        cmocka_unit_test_setup(the_previous_one_is_as_good, clear_folder),
        cmocka_unit_test_setup(checkpoints_come_when_asked_for, clear_folder),
        cmocka_unit_test_setup(checkpoints_come_by_time, clear_folder),
        cmocka_unit_test_setup(seconds_add_up, clear_folder),
        cmocka_unit_test_setup(divergence_comes_again, clear_folder),
    };
    return cmocka_run_group_tests(tests, make_folder, clear_and_remove);
}
