/*
 * Everything once, small: data, training, a model saved, opened and evaluated, a gradient check, a run recorded, a page's query. For tools
 * that make a program slow: `./check --valgrind` and ctest's valgrind_once. Usage: once FOLDER
 */
#include <stdio.h>
#include <stdlib.h>

#include "answered.h"
#include "small.h"
#include "store.h"
#include "strata/machine.h"

static void must(strata_status status)
{
    if (status == STRATA_OK) return;
    (void)fprintf(stderr, "once: %s\n", strata_error());
    exit(1);
}

static void train(const char *path)
{
    const char *words[] = { "hidden=[6,5]", "n_s=4", "cycles=1", "evals=1", "diagnose=true", NULL };
    strata_config *config = small_config(words);
    strata_run *runs[2];
    strata_model *model;
    strata_score score;
    must(strata_train(2, (const strata_config *const[]){ config, config }, small_data(), 2, NULL, runs));
    must(strata_model_save(strata_run_model(runs[0]), path));
    must(strata_model_open(path, &model));
    must(strata_model_evaluate(model, small_data(), STRATA_TEST_PART, 2, &score));
    (void)printf("accuracy %.4f, in training %.4f\n", score.accuracy, strata_run_facts(runs[1])->test.accuracy);
    strata_model_free(model);
    strata_run_free(runs[0]);
    strata_run_free(runs[1]);
    strata_config_free(config);
}

static void check_gradients(void)
{
    const char *words[] = { "hidden=[5]", NULL };
    strata_config *config = small_config(words);
    strata_gradcheck *check;
    strata_gradcheck_options options = STRATA_GRADCHECK_DEFAULTS;
    options.inputs = 3;
    options.images = 3;
    must(strata_gradcheck_run(config, small_data(), &options, &check));
    (void)printf("gradients %s\n", strata_gradcheck_passed(check) ? "right" : "wrong");
    strata_gradcheck_free(check);
    strata_config_free(config);
}

static void record(const char *path)
{
    store *s;
    text csv = { 0 };
    must(store_open(path, STORE_READ_WRITE, &s));
    must(store_put_run(s, &(store_run){ .id = "once", .status = STORE_DONE, .version = STRATA_VERSION }));
    must(answered(s, "SELECT id, status FROM run", &csv));
    (void)printf("%s", csv.at);
    text_free(&csv);
    store_close(s);
}

int main(int argc, char **argv)
{
    char path[2][300];
    if (argc != 2) return 2;
    (void)snprintf(path[0], sizeof *path, "%.250s/once.safetensors", argv[1]);
    (void)snprintf(path[1], sizeof *path, "%.250s/once.sqlite", argv[1]);
    (void)strata_cpu_limit("avx2"); /* valgrind knows no more; another architecture has no such level */
    train(path[0]);
    check_gradients();
    record(path[1]);
    small_free();
    return 0;
}
