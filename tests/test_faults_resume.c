/*
 * Checkpoints in a world that fails: see faulty.h. A training whose checkpoint cannot be written goes on; one that fails can go on later;
 * what was said to be kept is kept; and however it came to its end, the bits are those of one that nothing happened to.
 */
#include <stdlib.h>
#include <string.h>

#include "faulty.h"
#include "resumed.h"

#include "file.h"
#include "laboratory.h"
#include "memory.h"
#include "small.h"

static const char *const words[] = { "hidden=[5,4]", "n_s=4", "cycles=1", "evals=2", "diagnose=true", "ensemble=true", "average=ema",
                                      "precise_bn=60", "test_flip=true", NULL };
enum { UPDATES = 8, STOPPED_AT = 5 };

static watcher w;
static strata_run *run;
static long kept; /* the update of the newest checkpoint that was said to be there */

static void no_runs(void)
{
    (void)clear_folder(NULL);
    w = watching(runs_folder(), 2, 0);
    kept = 0;
}

static void stopped_run(void)
{
    no_runs();
    w.stop_at = STOPPED_AT;
    strata_run *stopped = trained(words, &w);
    assert_int_equal(strata_run_facts(stopped)->outcome, STRATA_STOPPED);
    kept = strata_run_facts(stopped)->checkpoint;
    assert_int_equal(kept, STOPPED_AT);
    strata_run_free(stopped);
    w = watching(runs_folder(), 2, 0);
}

static strata_config *config;

static strata_status train(void)
{
    w.checkpoints.self = &w;
    const strata_training how = { .size = sizeof how, .threads = 1, .checkpoints = &w.checkpoints };
    return strata_train_as(1, (const strata_config *const[]){ config }, small_data(), &how, &run);
}

static const char *run_id(void)
{
    static char id[13];
    CHECK_OK(strata_run_id(config, small_data(), id));
    return id;
}

/* The update of the newest checkpoint on disk; 0: there is none. */
static long on_disk(void)
{
    strata_checkpoint_facts facts = { .size = sizeof facts };
    strata_config *read = NULL;
    strata_status status = strata_checkpoint_peek(runs_folder(), run_id(), &facts, &read);
    strata_config_free(read);
    return status == STRATA_OK ? facts.update : 0;
}

static void look_at_training(strata_status status, char *result)
{
    if (status == STRATA_OK && strata_run_facts(run)->checkpoint > kept) kept = strata_run_facts(run)->checkpoint;
    if (on_disk() < kept) fail_msg("the checkpoint of update %ld is lost: %ld is there: %s", kept, on_disk(), strata_error());
    if (status != STRATA_OK) {
        assert_null(run);
        w = watching(runs_folder(), 2, 0);
        run = trained(words, &w); /* it goes on */
    }
    assert_int_equal(strata_run_facts(run)->outcome, STRATA_OK);
    assert_int_equal(strata_run_facts(run)->updates, UPDATES);
    (void)snprintf(result, FAULTY_RESULT, "%s %.17g", strata_model_digest(strata_run_model(run)), strata_run_facts(run)->test.loss);
    strata_run_free(run);
    run = NULL;
}

static strata_checkpoint_facts facts_made;
static strata_config *config_made;

static char id_made[13];

static strata_status peek_run(void)
{
    facts_made = (strata_checkpoint_facts){ .size = sizeof facts_made };
    return strata_checkpoint_peek(runs_folder(), id_made, &facts_made, &config_made);
}

static void stopped_and_named(void)
{
    stopped_run();
    (void)snprintf(id_made, sizeof id_made, "%s", run_id());
}

static void look_at_peeked(strata_status status, char *result)
{
    if (status != STRATA_OK) assert_null(config_made);
    if (status == STRATA_OK && facts_made.update == kept - 1) facts_made.update = kept; /* the newest cannot be read: the previous one */
    (void)snprintf(result, FAULTY_RESULT, "%ld of %ld", facts_made.update, facts_made.updates);
    strata_config_free(config_made);
    config_made = NULL;
    assert_int_equal(on_disk(), kept);
}

static strata_status remove_checkpoint(void)
{
    return strata_checkpoint_remove(runs_folder(), id_made);
}

static void look_at_removed(strata_status status, char *result)
{
    (void)snprintf(result, FAULTY_RESULT, "removed");
    if (status == STRATA_OK) assert_int_equal(on_disk(), 0);
    else CHECK_OK(remove_checkpoint());
}

static void checkpoints_survive(void **state)
{
    (void)state;
    config = small_config(words);
    faulty(&(faulty_operation){ "strata_train_as, new", no_runs, train, look_at_training, 12 });
    faulty(&(faulty_operation){ "strata_train_as, goes on", stopped_run, train, look_at_training, 12 });
    faulty(&(faulty_operation){ "strata_checkpoint_peek", stopped_and_named, peek_run, look_at_peeked, 12 });
    faulty(&(faulty_operation){ "strata_checkpoint_remove", stopped_and_named, remove_checkpoint, look_at_removed, 0 });
}

/* What a file of the run holds, to be freed. */
static uint8_t *bytes_in(const char *name, size_t *size)
{
    return bytes_of(in_run(words, name), size);
}

/* How often a training reads before it looks for checkpoints: what memory there is. */
static long reads_before(void)
{
    memory_left there;
    fault_count();
    memory_look(&there);
    (void)fault_disarm();
    return fault_counted(FAULT_READ);
}

/* The newest one cannot be read: the previous one is used, and the newest is neither lost nor in the way. */
static void what_cannot_be_read_is_kept(void **state)
{
    (void)state;
    size_t size, left;
    config = small_config(words);
    strata_run *whole = trained(words, NULL);
    stopped_run(); /* checkpoints of 4 and 5 */
    uint8_t *newest = bytes_in("checkpoint", &size);
    fault_arm(FAULT_READ, reads_before() + 1, false);
    CHECK_OK(train());
    assert_true(fault_disarm());
    assert_int_equal(w.told, 2);
    assert_non_null(strstr(w.sentence, "checkpoint: reading at byte 0"));
    assert_non_null(strstr(w.sentence, "set aside as"));
    assert_non_null(strstr(w.sentence, "checkpoint.unreadable"));
    assert_same_bits(whole, run);
    uint8_t *aside = bytes_in("checkpoint.unreadable", &left);
    assert_int_equal(size, left);
    assert_memory_equal(newest, aside, size);
    free(newest);
    free(aside);
    strata_run_free(run);
    strata_run_free(whole);
    strata_config_free(config);
}

/* Without another one there is nothing to go on from, and to begin afresh would lose it: the user chooses. */
static void the_only_one_that_cannot_be_read_is_an_error(void **state)
{
    (void)state;
    size_t size, left;
    config = small_config(words);
    stopped_run();
    CHECK_OK(file_remove(in_run(words, "checkpoint.previous")));
    uint8_t *newest = bytes_in("checkpoint", &size);
    fault_arm(FAULT_READ, reads_before() + 1, false);
    assert_failed(train(), STRATA_ERR_STORAGE, "make it readable, or remove it to start afresh");
    assert_true(fault_disarm());
    uint8_t *still = bytes_in("checkpoint", &left);
    assert_int_equal(size, left);
    assert_memory_equal(newest, still, size);
    free(newest);
    free(still);
    strata_config_free(config);
    config = NULL;
}

/* Who has no memory to begin has not begun: or everybody who resumes would run into it again. */
static void what_could_not_begin_leaves_no_start(void **state)
{
    (void)state;
    long failures = 0;
    bool came = true;
    config = small_config(words);
    for (long n = 1; came; n++) {
        no_runs();
        fault_arm(FAULT_MEMORY, n, false);
        strata_status status = train();
        came = fault_disarm();
        failures += status != STRATA_OK;
        if (status != STRATA_OK && on_disk() == 0 && file_exists(in_run(words, "checkpoint"))) fail_msg("allocation %ld: a start", n);
        strata_run_free(run);
        run = NULL;
    }
    assert_true(failures > 10);
    strata_config_free(config);
    config = NULL;
}

static int tidy(void **state)
{
    strata_config_free(config);
    faulty_sum();
    return clear_and_remove(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_cannot_be_read_is_kept, clear_folder),
        cmocka_unit_test_setup(the_only_one_that_cannot_be_read_is_an_error, clear_folder),
        cmocka_unit_test_setup(what_could_not_begin_leaves_no_start, clear_folder),
        cmocka_unit_test_setup(checkpoints_survive, clear_folder),
    };
    return cmocka_run_group_tests(tests, faulty_set_up, tidy);
}
