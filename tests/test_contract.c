/*
 * Sentences of include/strata.h that no other test reads: what happens to wrong calls, to models of runs that never began, to a member
 * that is kept from starting, to two writers of one file, and to facts that several threads ask for.
 */
#include "cmocka_strata.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "small.h"
#include "team.h"

static const strata_config *const no_config[] = { NULL };

static void wrong_calls_are_errors(void **state)
{
    (void)state;
    strata_run *run;
    strata_data *data;
    strata_gradcheck *check;
    strata_config *config = small_config((const char *[]){ NULL });
    const strata_config *const configs[] = { config };
    assert_int_equal(strata_cpu_limit(NULL), STRATA_ERR_ARGUMENT);
    assert_int_equal(strata_cpu_limit("sse9"), STRATA_ERR_ARGUMENT);
    assert_int_equal(strata_train(1, no_config, small_data(), 1, NULL, &run), STRATA_ERR_ARGUMENT);
    assert_int_equal(strata_train(0, configs, small_data(), 1, NULL, &run), STRATA_ERR_ARGUMENT);
    assert_int_equal(strata_train(1, configs, small_data(), -1, NULL, &run), STRATA_ERR_ARGUMENT);
    assert_int_equal(strata_train(1, configs, small_data(), 1000000, NULL, &run), STRATA_ERR_ARGUMENT);
    assert_int_equal(strata_data_synthetic(1, 1000000, &data), STRATA_ERR_ARGUMENT);
    strata_gradcheck_options options = STRATA_GRADCHECK_DEFAULTS;
    options.method = STRATA_AGAINST_REF64;
    options.backend = NULL;
    assert_int_equal(strata_gradcheck_run(config, small_data(), &options, &check), STRATA_ERR_ARGUMENT);
    assert_null(check);
    strata_config_free(config);
}

/* ---- structs with a size ------------------------------------------------------------------------------------------------------------- */

/* A struct as another header has it: one field more than ours. */
typedef struct {
    strata_training known;
    long newer;
} newer_training;

/* Without its last field, a struct of an older header; with one more, which is zero, of a newer one. */
static void structs_of_other_versions_are_understood(void **state)
{
    (void)state;
    int rows, columns;
    strata_run *run;
    strata_config *config = small_config((const char *[]){ "hidden=[6]", "n_s=4", "cycles=1", "evals=1", NULL });
    const strata_config *const configs[] = { config };
    newer_training how = { .known = { .size = offsetof(strata_training, forget), .threads = 1, .forget = true } };
    CHECK_OK(strata_train_as(1, configs, small_data(), &how.known, &run));
    CHECK_OK(strata_model_tensor(strata_run_model(run), "layer1.W", &rows, &columns, NULL)); /* forget lies behind the end */
    strata_run_free(run);
    how.known.size = sizeof how;
    CHECK_OK(strata_train_as(1, configs, small_data(), &how.known, &run));
    strata_run_free(run);
    how.newer = 1;
    assert_int_equal(strata_train_as(1, configs, small_data(), &how.known, &run), STRATA_ERR_ARGUMENT);
    assert_non_null(strstr(strata_error(), "a field that version"));
    strata_config_free(config);
}

static void structs_without_a_size_are_refused(void **state)
{
    (void)state;
    strata_run *run;
    strata_config *config = small_config((const char *[]){ "hidden=[6]", NULL });
    const strata_config *const configs[] = { config };
    const strata_observer nobody = { .size = 0 };
    const strata_training wrong[] = { { .size = 0 }, { .size = SIZE_MAX }, { .size = sizeof *wrong, .observer = &nobody } };
    for (size_t w = 0; w < sizeof wrong / sizeof *wrong; w++) {
        assert_int_equal(strata_train_as(1, configs, small_data(), &wrong[w], &run), STRATA_ERR_ARGUMENT);
        assert_non_null(strstr(strata_error(), "set its field size"));
    }
    assert_int_equal(strata_machine(&(strata_machine_facts){ .size = 0 }), STRATA_ERR_ARGUMENT);
    assert_int_equal(strata_config_size(config, &(strata_run_size){ .size = 1 }), STRATA_ERR_ARGUMENT);
    strata_config_free(config);
}

/* What the library fills ends where the caller's struct ends. */
static void nothing_is_written_behind_a_smaller_struct(void **state)
{
    (void)state;
    strata_run_size whole = { .size = sizeof whole }, older = { .size = offsetof(strata_run_size, parameters), .parameters = 77 };
    strata_config *config = small_config((const char *[]){ "hidden=[6]", NULL });
    CHECK_OK(strata_config_size(config, &whole));
    CHECK_OK(strata_config_size(config, &older));
    assert_true(whole.size == sizeof whole && older.size == offsetof(strata_run_size, parameters));
    assert_true(older.updates == whole.updates && whole.updates > 0 && older.parameters == 77);
    struct { strata_run_size known; long newer; } larger = { { .size = sizeof larger }, 5 };
    CHECK_OK(strata_config_size(config, &larger.known));
    assert_true(larger.known.parameters == whole.parameters && larger.newer == 0);
    strata_config_free(config);
}

static bool never_start(void *self, size_t member)
{
    return member != (size_t)(*(int *)self);
}

/* Of two members one is kept from starting: the other is as ever, and the model of the first is no model. */
static void a_member_that_never_began_has_no_model(void **state)
{
    (void)state;
    int kept = 1;
    float P[STRATA_CLASSES];
    strata_score score;
    strata_run *runs[2];
    strata_config *config = small_config((const char *[]){ "hidden=[6]", "n_s=4", "cycles=1", "evals=1", NULL });
    const strata_observer observer = { .size = sizeof observer, .self = &kept, .start = never_start };
    CHECK_OK(strata_train(2, (const strata_config *const[]){ config, config }, small_data(), 2, &observer, runs));
    assert_int_equal(strata_run_facts(runs[0])->outcome, STRATA_OK);
    assert_int_equal(strata_run_facts(runs[1])->outcome, STRATA_STOPPED);
    assert_int_equal(strata_run_facts(runs[1])->updates, 0);
    const strata_model *model = strata_run_model(runs[1]);
    assert_int_equal(strata_model_evaluate(model, small_data(), STRATA_TEST_PART, 1, &score), STRATA_ERR_ARGUMENT);
    assert_int_equal(strata_model_predict(model, 1, small_data()->image, P), STRATA_ERR_ARGUMENT);
    assert_int_equal(strata_model_save(model, "/tmp/strata-no-model"), STRATA_ERR_ARGUMENT);
    CHECK_OK(strata_model_evaluate(strata_run_model(runs[0]), small_data(), STRATA_TEST_PART, 1, &score));
    assert_true(score.accuracy == strata_run_facts(runs[0])->test.accuracy);
    for (int m = 0; m < 2; m++) strata_run_free(runs[m]);
    strata_config_free(config);
}

typedef struct {
    const char *path;
    atomic_int failures;
} writers;

static void write_one(void *self, int number)
{
    writers *w = self;
    if (file_write(w->path, number % 2 == 0 ? "aaaa" : "bb", number % 2 == 0 ? 4 : 2) != STRATA_OK) w->failures++;
}

/* Two writers of one path, in threads of one process: every write succeeds, and the file is always one of the two. */
static void writers_of_one_file_do_not_meet(void **state)
{
    (void)state;
    char folder[] = "/tmp/strata-writers-XXXXXX", path[64];
    uint8_t *bytes;
    size_t size;
    writers w = { .path = path };
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/file", folder);
    team_share(4, 200, write_one, &w);
    assert_int_equal(w.failures, 0);
    CHECK_OK(file_read_all(path, 100, &bytes, &size));
    assert_true(strcmp((char *)bytes, "aaaa") == 0 || strcmp((char *)bytes, "bb") == 0);
    free(bytes);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0); /* nothing is left beside it */
}

static void ask(void *theirs, int number)
{
    size_t n;
    ((const strata_backend_facts **)theirs)[number] = strata_backends(&n);
}

static void facts_are_the_same_for_every_thread(void **state)
{
    (void)state;
    size_t count;
    const strata_backend_facts *mine = strata_backends(&count), *theirs[4];
    team_share(4, 4, ask, theirs);
    for (int q = 0; q < 4; q++) assert_ptr_equal(theirs[q], mine);
    assert_true(count >= 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_calls_are_errors),
        cmocka_unit_test(structs_of_other_versions_are_understood),
        cmocka_unit_test(structs_without_a_size_are_refused),
        cmocka_unit_test(nothing_is_written_behind_a_smaller_struct),
        cmocka_unit_test(a_member_that_never_began_has_no_model),
        cmocka_unit_test(writers_of_one_file_do_not_meet),
        cmocka_unit_test(facts_are_the_same_for_every_thread),
    };
    return cmocka_run_group_tests(tests, NULL, small_tear_down);
}
