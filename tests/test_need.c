/*
 * What trainings need of memory, added up before: compared with what they take. The linker puts the functions below in the place of the C
 * library's; they add up the blocks that are in use, and what the most was.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "folder.h"
#include "losses.h"
#include "model.h"
#include "need.h"
#include "small.h"

/* ---- what is taken ------------------------------------------------------------------------------------------------------------------- */

enum { LARGE = 2048, BLOCKS = 1 << 14 }; /* bytes of a block that is counted, and how many there may be at once */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void *block[BLOCKS];
static size_t size_of[BLOCKS], in_use, most;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void __real_free(void *p);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void __wrap_free(void *p);

static void put_down(void *p, size_t size)
{
    size_t at = 0;
    if (p == NULL || size < LARGE) return;
    (void)pthread_mutex_lock(&lock);
    while (at < BLOCKS - 1 && block[at] != NULL) at++;
    block[at] = p;
    size_of[at] = size;
    in_use += size;
    if (in_use > most) most = in_use;
    (void)pthread_mutex_unlock(&lock);
}

static void strike_out(const void *p)
{
    (void)pthread_mutex_lock(&lock);
    for (size_t at = 0; at < BLOCKS && p != NULL; at++) {
        if (block[at] != p) continue;
        block[at] = NULL;
        in_use -= size_of[at];
        break;
    }
    (void)pthread_mutex_unlock(&lock);
}

void *__wrap_malloc(size_t size)
{
    void *p = __real_malloc(size);
    put_down(p, size);
    return p;
}

void *__wrap_calloc(size_t count, size_t size)
{
    void *p = __real_calloc(count, size);
    put_down(p, count * size);
    return p;
}

/* The old block and the new one may be there at once. */
void *__wrap_realloc(void *old, size_t size)
{
    void *p = __real_realloc(old, size);
    if (p == NULL) return NULL;
    put_down(p, size);
    strike_out(old);
    return p;
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    void *p = __real_aligned_alloc(alignment, size);
    put_down(p, size);
    return p;
}

void __wrap_free(void *p)
{
    strike_out(p);
    __real_free(p);
}

/* ---- one training -------------------------------------------------------------------------------------------------------------------- */

static void save(void *self, size_t member, const strata_run *run)
{
    (void)self;
    (void)member;
    CHECK_OK(strata_model_save(strata_run_model(run), in_folder("model.safetensors")));
}

/* What training so many takes at the peak, and what was said before. */
static void train(const char *const *words, size_t members, const strata_training *how, uint64_t *said, uint64_t *took)
{
    strata_need need = { .size = sizeof need };
    strata_config *config[8];
    strata_run *run[8];
    for (size_t m = 0; m < members; m++) {
        config[m] = small_config(words);
        config[m]->seed += (long)m;
    }
    const strata_config *const *all = (const strata_config *const *)config;
    CHECK_OK(strata_training_need(members, all, small_data(), how, &need));
    size_t before = in_use;
    most = in_use;
    CHECK_OK(strata_train_as(members, all, small_data(), how, run));
    *took = most - before;
    *said = need.memory - need.data;
    for (size_t m = 0; m < members; m++) {
        strata_run_free(run[m]);
        strata_config_free(config[m]);
    }
    assert_int_equal(in_use, before);
}

#define SHORT "n_s=1", "cycles=1", "evals=1", "threads=1"

/* Every way to train: backends, normalisation, precision, diagnosis, layers, mini-batches, further nets. */
static const char *const trained[][10] = {
    { SHORT, "backend=cpu", "hidden=[1024]", NULL },
    { SHORT, "backend=cpu", "hidden=[1024]", "bn=false", NULL },
    { SHORT, "backend=cpu", "hidden=[600,300,200]", NULL },
    { SHORT, "backend=cpu", "hidden=[1024]", "precision=bf16", NULL },
    { SHORT, "backend=cpu", "hidden=[2500]", "diagnose=true", NULL },
    { SHORT, "backend=cpu", "hidden=[1024]", "n_batch=400", NULL },
    { SHORT, "backend=cpu", "hidden=[10]", "n_batch=400", "flip=0.5", NULL },
    { SHORT, "backend=cpu", "hidden=[1024]", "average=swa", "ensemble=true", "test_flip=true", NULL },
    { SHORT, "backend=cpu", "hidden=[1024]", "precise_bn=100", "adaptive_bn=true", NULL },
    { SHORT, "backend=ref32", "hidden=[400]", NULL },
    { SHORT, "backend=ref64", "hidden=[200,30]", NULL },
    { SHORT, "backend=cpu", "hidden=[300]", "optimiser=adam", "keep=best", "ensemble=true", NULL }, /* five nets */
};

static void the_need_of_a_training_is_what_it_takes(void **state)
{
    (void)state;
    for (size_t q = 0; q < sizeof trained / sizeof *trained; q++) {
        for (int kept = 0; kept < 2; kept++) {
            uint64_t said, took;
            const strata_observer observer = { .size = sizeof observer, .finished = save };
            const strata_checkpoints checkpoints = { .size = sizeof checkpoints, .folder = in_folder("runs"), .updates = 1 };
            const strata_training how = { .size = sizeof how, .threads = 1, .observer = &observer,
                                          .checkpoints = kept == 1 ? &checkpoints : NULL };
            train(trained[q], 1, &how, &said, &took);
            bool good = said >= took && (double)said <= 1.3 * (double)took;
            if (!good) {
                fail_msg("%s %s, checkpoints %d: %llu bytes said, %llu taken", trained[q][4], trained[q][5], kept, (unsigned long long)said,
                         (unsigned long long)took);
            }
            assert_int_equal(empty_tree(state), 0);
        }
    }
}

/* 2000 lines of a log are 80 KB, and 16 KB of a checkpoint: as much as they take is counted, and at most the text of the file besides. */
static void save_log(void *self, size_t member, const strata_run *run)
{
    text csv = { 0 };
    (void)self;
    (void)member;
    losses_csv(run, &csv);
    assert_false(csv.failed);
    text_free(&csv);
}

static void a_log_is_counted(void **state)
{
    (void)state;
    enum { LINES = 2000, CSV_LINE = 192 };
    uint64_t said[2], took[2];
    const strata_observer observer = { .size = sizeof observer, .record = save_log };
    const strata_checkpoints checkpoints = { .size = sizeof checkpoints, .folder = in_folder("runs") };
    for (int kept = 0; kept < 2; kept++) {
        const strata_training how = { .size = sizeof how, .threads = 1, .observer = &observer, .checkpoints = kept ? &checkpoints : NULL };
        for (int log = 0; log < 2; log++) {
            const char *words[] = { "n_s=1000", "cycles=1", "evals=0", "hidden=[1]", "n_batch=2", log ? "log_every=1" : NULL, NULL };
            train(words, 1, &how, &said[log], &took[log]);
            assert_true(said[log] >= took[log]);
            assert_int_equal(empty_tree(state), 0);
        }
        uint64_t least = (uint64_t)LINES * (sizeof(strata_loss) + (kept ? 8 : 0));
        assert_true(took[1] - took[0] >= least);
        assert_true(said[1] - said[0] >= least && said[1] - said[0] <= least + (uint64_t)LINES * CSV_LINE + 4096);
    }
}

static void a_sample_is_counted(void **state)
{
    (void)state;
    uint64_t said[2], took[2];
    const strata_training how = { .size = sizeof how, .threads = 1 };
    for (int sample = 0; sample < 2; sample++) {
        const char *words[] = { SHORT, "hidden=[1]", "n_train=400", sample ? "eval_train=399" : NULL, NULL };
        train(words, 1, &how, &said[sample], &took[sample]);
    }
    assert_int_equal(said[1] - said[0], 1600);
}

/* Going on from a checkpoint takes the file's bytes, but not beside the room for writing. */
static bool stop_at_once(void *self, size_t member, long done, long all, double loss)
{
    (void)self, (void)member, (void)all, (void)loss;
    return done < 1;
}

static void going_on_takes_no_more(void **state)
{
    (void)state;
    uint64_t said, took;
    const strata_checkpoints checkpoints = { .size = sizeof checkpoints, .folder = in_folder("runs"), .updates = 1 };
    const strata_observer stopper = { .size = sizeof stopper, .update = stop_at_once };
    train(trained[0], 1, &(strata_training){ .size = sizeof(strata_training), .threads = 1, .observer = &stopper,
                                             .checkpoints = &checkpoints }, &said, &took);
    train(trained[0], 1, &(strata_training){ .size = sizeof(strata_training), .threads = 1, .checkpoints = &checkpoints }, &said, &took);
    assert_true(took <= said);
}

/* Of 4 members 2 train at once; all keep their parameters, or none after its turn. */
static void members_at_once_take_their_multiple(void **state)
{
    (void)state;
    uint64_t said[3], took[3];
    const char *const *words = trained[0];
    train(words, 1, &(strata_training){ .size = sizeof(strata_training), .threads = 1 }, &said[0], &took[0]);
    train(words, 4, &(strata_training){ .size = sizeof(strata_training), .threads = 2 }, &said[1], &took[1]);
    train(words, 4, &(strata_training){ .size = sizeof(strata_training), .threads = 2, .forget = true }, &said[2], &took[2]);
    uint64_t parameters = (uint64_t)4 * (3072 * 1024 + 10 * 1024);
    assert_true(took[1] <= said[1] && took[2] <= said[2]);
    assert_true((double)said[2] <= 1.3 * 2 * (double)took[0]);
    assert_true(said[1] >= said[2] + 2 * parameters && said[1] <= said[2] + 3 * parameters);
    assert_true(took[1] >= 4 * parameters);
}

/* What a run leaves behind is what it is, and its facts: some kilobytes, whatever the size of its net and the length of its curve. */
static void memory_does_not_grow_with_the_number_of_runs(void **state)
{
    (void)state;
    enum { MANY = 8, A_RUN = 4096 };
    uint64_t said, two, many;
    const char *const words[] = { SHORT, "hidden=[300]", NULL };
    const strata_training how = { .size = sizeof how, .threads = 1, .forget = true };
    train(words, 2, &how, &said, &two);
    train(words, MANY, &how, &said, &many);
    if (many <= two + (MANY - 2) * A_RUN) return;
    fail_msg("%d take %llu bytes, 2 take %llu", MANY, (unsigned long long)many, (unsigned long long)two);
}

/* A member that let its parameters go says so, and does not crash. */
static void forgotten_parameters_are_no_model(void **state)
{
    (void)state;
    strata_run *run;
    strata_score score;
    strata_config *config = small_config(trained[7]);
    const strata_training how = { .size = sizeof how, .threads = 1, .forget = true };
    CHECK_OK(strata_train_as(1, (const strata_config *const[]){ config }, small_data(), &how, &run));
    const strata_model *model = strata_run_model(run);
    assert_int_equal(strlen(strata_model_digest(model)), 64);
    assert_failed(strata_model_save(model, in_folder("m")), STRATA_ERR_ARGUMENT, "no parameters");
    assert_failed(strata_model_evaluate(model, small_data(), STRATA_TEST_PART, 1, &score), STRATA_ERR_ARGUMENT, "no parameters");
    assert_failed(strata_model_tensor(model, "layer1.W", NULL, NULL, NULL), STRATA_ERR_ARGUMENT, "no parameters");
    strata_run_free(run);
    strata_config_free(config);
}

/* A model of 13 million parameters is saved, and its digest made, by a few small blocks. */
static void saving_takes_next_to_nothing(void **state)
{
    (void)state;
    network *net;
    strata_model *model;
    strata_config *config = small_config((const char *const[]){ "hidden=[4096]", "bn=false", "backend=cpu", NULL });
    CHECK_OK(model_create(config, "", &model));
    CHECK_OK(model_take_parameters(model, NULL));
    net = model->net;
    CHECK_OK(net_init(net, NET_INIT_HE, 0, 1, NULL));
    size_t before = in_use;
    most = in_use;
    CHECK_OK(model_finish(model));
    CHECK_OK(strata_model_save(model, in_folder("m")));
    assert_true(most - before < 100000);
    strata_model_free(model);
    strata_config_free(config);
}

/* ---- the gradient check -------------------------------------------------------------------------------------------------------------- */

static void the_need_of_a_gradient_check_is_what_it_takes(void **state)
{
    (void)state;
    static const strata_method methods[] = { STRATA_CENTRAL, STRATA_COMPLEX_STEP, STRATA_AGAINST_REF64 };
    for (size_t q = 0; q < 3; q++) {
        need_sum need;
        strata_gradcheck *check;
        strata_gradcheck_options options = STRATA_GRADCHECK_DEFAULTS;
        options.method = methods[q];
        options.backend = "ref32";
        options.inputs = 3072;
        options.images = 5;
        options.sample = 1;
        options.threads = 1;
        strata_config *config = small_config((const char *const[]){ "hidden=[150]", NULL });
        need_gradcheck(config, &options, &need);
        size_t before = in_use;
        most = in_use;
        CHECK_OK(strata_gradcheck_run(config, small_data(), &options, &check));
        uint64_t took = most - before, said = need.all.memory;
        if (said < took || (double)said > 1.3 * (double)took) {
            fail_msg("method %zu: %llu bytes said, %llu taken", q, (unsigned long long)said, (unsigned long long)took);
        }
        strata_gradcheck_free(check);
        strata_config_free(config);
    }
}

/* ---- what does not fit --------------------------------------------------------------------------------------------------------------- */

static void what_does_not_fit_is_refused_with_the_limit(void **state)
{
    (void)state;
    static const struct {
        memory_limit which;
        const char *says;
    } rows[] = { { MEMORY_OF_MACHINE, "the machine has" }, { MEMORY_OF_GROUP, "the control group /the/group" },
                 { MEMORY_OF_ADDRESSES, "ulimit -v is" }, { MEMORY_OF_DATA, "ulimit -d is" } };
    for (size_t q = 0; q < 4; q++) {
        need_sum need = { .all = { .memory = 900 << 20, .at_once = 2 }, .batch = true, .what = "the training" };
        memory_left there = { .group = "/the/group" };
        for (int m = 0; m < MEMORY_LIMITS; m++) there.left[m] = there.limit[m] = MEMORY_UNLIMITED;
        need_compare(&there, &need);
        assert_true(need.all.fits && need.all.left == UINT64_MAX);
        CHECK_OK(need_refuse(&need));
        there.left[rows[q].which] = 800 << 20;
        need_compare(&there, &need);
        assert_failed(need_refuse(&need), STRATA_ERR_MEMORY, rows[q].says);
        assert_failed(need_refuse(&need), STRATA_ERR_MEMORY, "a smaller n_batch, or fewer threads (2 work at once)");
        there.left[rows[q].which] = 1000 << 20;
        need_compare(&there, &need);
        CHECK_OK(need_refuse(&need));
        need.reserved = 200 << 20; /* addresses alone, which only two of the limits count */
        need_compare(&there, &need);
        assert_int_equal(need.all.fits, rows[q].which < MEMORY_OF_ADDRESSES);
        need.taken = 300 << 20; /* is there already */
        need_compare(&there, &need);
        assert_true(need.all.fits);
    }
}

static void files_that_nobody_could_read_are_refused(void **state)
{
    (void)state;
    strata_config *config = small_config((const char *const[]){ "hidden=[65536,1024]", NULL });
    CHECK_OK(strata_config_check(config));
    assert_true(need_model_file(config) > (uint64_t)4 * 65536 * (3072 + 1024));
    CHECK_OK(strata_config_set(config, "hidden", "[65536,65536]"));
    assert_failed(strata_config_check(config), STRATA_ERR_ARGUMENT, "[65536,65536]");
    strata_run *run = NULL;
    strata_status status = strata_train(1, (const strata_config *const[]){ config }, small_data(), 1, NULL, &run);
    assert_failed(status, STRATA_ERR_ARGUMENT, "use fewer units");
    assert_null(run);
    strata_config_free(config);
}

/* One row more than fits, by the same figures: the edge of the limit. */
static void the_limit_of_a_model_file_is_exact(void **state)
{
    (void)state;
    strata_config *config = small_config((const char *const[]){ "hidden=[65536,13311]", "bn=false", NULL });
    uint64_t size = need_model_file(config);
    assert_int_equal(strata_config_check(config) == STRATA_OK, size <= (uint64_t)1 << 32);
    CHECK_OK(strata_config_set(config, "hidden", "[65536,13300]"));
    CHECK_OK(strata_config_check(config));
    CHECK_OK(strata_config_set(config, "hidden", "[65536,13320]"));
    assert_failed(strata_config_check(config), STRATA_ERR_ARGUMENT, "a model of 4.3 GB");
    strata_config_free(config);
}

static int tear_down(void **state)
{
    small_free();
    return remove_tree(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_need_of_a_training_is_what_it_takes, empty_tree),
        cmocka_unit_test_setup(a_log_is_counted, empty_tree),
        cmocka_unit_test_setup(a_sample_is_counted, empty_tree),
        cmocka_unit_test_setup(going_on_takes_no_more, empty_tree),
        cmocka_unit_test_setup(members_at_once_take_their_multiple, empty_tree),
        cmocka_unit_test_setup(memory_does_not_grow_with_the_number_of_runs, empty_tree),
        cmocka_unit_test_setup(forgotten_parameters_are_no_model, empty_tree),
        cmocka_unit_test_setup(saving_takes_next_to_nothing, empty_tree),
        cmocka_unit_test_setup(the_need_of_a_gradient_check_is_what_it_takes, empty_tree),
        cmocka_unit_test(what_does_not_fit_is_refused_with_the_limit),
        cmocka_unit_test(files_that_nobody_could_read_are_refused),
        cmocka_unit_test(the_limit_of_a_model_file_is_exact),
    };
    return cmocka_run_group_tests(tests, make_folder, tear_down);
}
