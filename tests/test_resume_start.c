/*
 * The first moments of a training, and the long ones between its updates. It can be finished from the moment at which its folder is there:
 * killed while its first parameters are drawn, or stopped in the middle of that, of a point of its curves or of the last evaluation, it
 * ends with the bits of one that nobody disturbed. A run that another process trains is left to it, and keeps nobody else.
 */
#include "resumed.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "checkpoint.h"
#include "file.h"

static const char *const tiny[] = { SHORT, "hidden=[3]", "diagnose=true", NULL };
static const char *const other[] = { SHORT, "hidden=[3]", "diagnose=true", "seed=2", NULL };

enum { FIRST = 20, SIGNED = FIRST + 65 };

/* Says no, or dies, when it is asked for the n-th time. */
typedef struct {
    long asked, last;
    bool die;
} asker;

static bool ask(void *self, size_t member)
{
    asker *a = self;
    (void)member;
    if (++a->asked < a->last) return true;
    if (a->die) (void)raise(SIGKILL);
    return false;
}

static strata_run *train_asked(asker *a)
{
    strata_run *run;
    strata_config *config = small_config(tiny);
    const strata_observer observer = { .size = sizeof observer, .self = a, .go_on = ask };
    const strata_checkpoints checkpoints = { .size = sizeof checkpoints, .folder = runs_folder(), .owner = "test" };
    const strata_training how = { .size = sizeof how, .threads = 1, .observer = &observer, .checkpoints = &checkpoints };
    CHECK_OK(strata_train_as(1, (const strata_config *const[]){ config }, small_data(), &how, &run));
    strata_config_free(config);
    return run;
}

static const char *id_of(const char *const *words)
{
    static char id[13];
    strata_config *config = small_config(words);
    CHECK_OK(strata_run_id(config, small_data(), id));
    strata_config_free(config);
    return id;
}

static long update_on_disk(const char *const *words)
{
    strata_checkpoint_facts facts = { .size = sizeof facts };
    strata_config *config;
    CHECK_OK(strata_checkpoint_peek(runs_folder(), id_of(words), &facts, &config));
    strata_config_free(config);
    return facts.update;
}

/* Trains on, and ends as `whole`, leaving nothing for the next. */
static void ends_as(const strata_run *whole)
{
    watcher w = watching(runs_folder(), 0, 0);
    strata_run *run = trained(tiny, &w);
    assert_int_equal(w.told, 1);
    assert_same_bits(whole, run);
    CHECK_OK(strata_checkpoint_remove(runs_folder(), strata_run_facts(run)->id));
    strata_run_free(run);
}

static void stopping_between_updates_changes_no_bit(void **state)
{
    (void)state;
    strata_run *whole = trained(tiny, NULL);
    long stops = 0, before = -1;
    for (asker a = { .last = 1 };; a = (asker){ .last = a.last + 1 }) {
        strata_run *run = train_asked(&a);
        const strata_run_facts_t *f = strata_run_facts(run);
        if (f->outcome == STRATA_OK) { /* it was never asked so often */
            assert_same_bits(whole, run);
            strata_run_free(run);
            break;
        }
        assert_int_equal(f->outcome, STRATA_STOPPED);
        assert_int_equal(a.asked, a.last);
        assert_int_equal(f->checkpoint, f->updates);
        assert_int_equal(update_on_disk(tiny), f->updates);
        stops += f->updates != before;
        before = f->updates;
        strata_run_free(run);
        ends_as(whole);
    }
    assert_int_equal(before, 24); /* the test images, after the last update */
    assert_int_equal(stops, 4);   /* and the points before: of 0, 8, 16 and 24 */
    strata_run_free(whole);
}

/* In turn: what it leaves when it is stopped in the middle of going on is as good. */
static void stopping_it_again_and_again_changes_no_bit(void **state)
{
    (void)state;
    strata_run *whole = trained(tiny, NULL);
    long last = 1;
    for (bool stopped = true; stopped; last++) {
        asker a = { .last = last };
        strata_run_free(train_asked(&a));
        stopped = a.asked == last; /* else it came to its end */
    }
    assert_in_range(last, 6, 20);
    ends_as(whole);
    strata_run_free(whole);
}

static void killed_in_its_first_moment_it_can_be_finished(void **state)
{
    (void)state;
    int how;
    strata_checkpoint_facts facts = { .size = sizeof facts };
    strata_config *config;
    strata_run *whole = trained(tiny, NULL);
    for (long last = 1; last <= 3; last++) { /* while layer 1, layer 2 and then the first point are made */
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            asker a = { .last = last, .die = true };
            (void)train_asked(&a);
            _exit(0); /* too late: the parent sees it */
        }
        assert_int_equal(waitpid(child, &how, 0), child);
        assert_true(WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL);
        CHECK_OK(strata_checkpoint_peek(runs_folder(), id_of(tiny), &facts, &config));
        assert_int_equal(facts.update, 0);
        assert_int_equal(facts.updates, 24);
        assert_string_equal(facts.owner, "test");
        assert_string_equal(facts.obstacle, "");
        strata_config_free(config);
        ends_as(whole);
    }
    strata_run_free(whole);
}

/* ---- the file ------------------------------------------------------------------------------------------------------------------------ */

static void sign(uint8_t *bytes, size_t size)
{
    char digest[DIGEST_TEXT];
    CHECK_OK(digest_sha256(bytes + SIGNED, size - SIGNED, digest));
    memcpy(bytes + FIRST, digest, DIGEST_TEXT - 1);
}

static void a_start_is_whole_or_none(void **state)
{
    (void)state;
    checkpoint c;
    size_t size;
    asker a = { .last = 1 };
    strata_run_free(train_asked(&a));
    uint8_t *bytes = bytes_of(in_run(tiny, "checkpoint"), &size), *longer = calloc(size + 4000, 1);
    assert_non_null(longer);
    CHECK_OK(checkpoint_read(bytes, size, &c));
    assert_int_equal(c.update, 0);
    assert_int_equal(c.elements, 0);
    assert_string_equal(c.owner, "test");
    assert_true(size < 2000); /* it costs next to nothing */
    memcpy(longer, bytes, size);
    for (size_t length = 0; length < size; length++) {
        assert_int_equal(checkpoint_read(bytes, length, &c), STRATA_ERR_DATA);
        uint8_t *cut = malloc(length > 0 ? length : 1);
        assert_non_null(cut);
        memcpy(cut, bytes, length);
        if (length >= SIGNED) sign(cut, length);
        assert_int_equal(checkpoint_read(cut, length, &c), STRATA_ERR_DATA);
        free(cut);
        for (int bit = 0; bit < 8; bit++) {
            longer[length] ^= (uint8_t)(1 << bit);
            assert_int_equal(checkpoint_read(longer, size, &c), STRATA_ERR_DATA);
            longer[length] ^= (uint8_t)(1 << bit);
        }
    }
    for (size_t more = 1; more <= 4000; more += more < 100 ? 1 : 39) {
        sign(longer, size + more);
        assert_int_equal(checkpoint_read(longer, size + more, &c), STRATA_ERR_DATA);
    }
    free(longer);
    free(bytes);
}

/* A damaged one says so, and the run begins again: there is nothing that it could have kept. */
static void a_damaged_start_costs_nothing(void **state)
{
    (void)state;
    size_t size;
    asker a = { .last = 1 };
    watcher w = watching(runs_folder(), 0, 0);
    strata_run_free(train_asked(&a));
    uint8_t *bytes = bytes_of(in_run(tiny, "checkpoint"), &size);
    CHECK_OK(file_write(in_run(tiny, "checkpoint"), bytes, size / 2));
    strata_run *run = trained(tiny, &w), *whole = trained(tiny, NULL);
    assert_int_equal(w.told, 1);
    assert_non_null(strstr(w.sentence, "set aside as"));
    assert_same_bits(whole, run);
    strata_run_free(run);
    strata_run_free(whole);
    free(bytes);
}

/* ---- company ------------------------------------------------------------------------------------------------------------------------- */

static void a_run_of_somebody_else_keeps_nobody(void **state)
{
    (void)state;
    int lock;
    strata_run *runs[2], *whole = trained(tiny, NULL);
    strata_checkpoint_facts facts = { .size = sizeof facts };
    strata_config *read, *configs[] = { small_config(other), small_config(tiny) };
    const strata_checkpoints checkpoints = { .size = sizeof checkpoints, .folder = runs_folder() };
    CHECK_OK(file_make_folder(in_run(other, ".")));
    CHECK_OK(file_lock(in_run(other, "."), &lock));
    assert_int_equal(strata_checkpoint_peek(runs_folder(), id_of(other), &facts, &read), STRATA_ERR_BUSY);
    CHECK_OK(strata_train_as(2, (const strata_config *const *)configs, small_data(),
                             &(strata_training){ .size = sizeof(strata_training), .threads = 2, .checkpoints = &checkpoints }, runs));
    assert_int_equal(strata_run_facts(runs[0])->outcome, STRATA_ERR_BUSY);
    assert_non_null(strstr(strata_run_facts(runs[0])->sentence, id_of(other)));
    assert_same_bits(whole, runs[1]);
    file_unlock(lock);
    for (int q = 0; q < 2; q++) {
        strata_run_free(runs[q]);
        strata_config_free(configs[q]);
    }
    strata_run_free(whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(stopping_between_updates_changes_no_bit, clear_folder),
        cmocka_unit_test_setup(stopping_it_again_and_again_changes_no_bit, clear_folder),
        cmocka_unit_test_setup(killed_in_its_first_moment_it_can_be_finished, clear_folder),
        cmocka_unit_test_setup(a_start_is_whole_or_none, clear_folder),
        cmocka_unit_test_setup(a_damaged_start_costs_nothing, clear_folder),
        cmocka_unit_test_setup(a_run_of_somebody_else_keeps_nobody, clear_folder),
    };
    return cmocka_run_group_tests(tests, make_folder, clear_and_remove);
}
