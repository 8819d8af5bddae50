/*
 * Trains one network through the library and saves it: the whole use of strata.h in one page.
 *
 *     train DIR MODEL [key=value ...]        DIR holds the CIFAR-10 binary files; MODEL is the file to write
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <strata.h>

/* "key=value" into the configuration. */
static strata_status set(strata_config *config, char *word)
{
    char *equals = strchr(word, '=');
    if (equals == NULL) return strata_config_set(config, word, "");
    *equals = '\0';
    return strata_config_set(config, word, equals + 1);
}

static strata_status train(strata_config *config, const char *folder, const char *path, char **words)
{
    strata_data *data = NULL;
    strata_run *run = NULL;
    strata_status status = STRATA_OK;
    for (; *words != NULL && status == STRATA_OK; words++) status = set(config, *words);
    if (status == STRATA_OK) status = strata_data_open(folder, &data);
    if (status == STRATA_OK) status = strata_train(1, (const strata_config *const[]){ config }, data, 0, NULL, &run);
    if (status == STRATA_OK && strata_run_facts(run)->outcome == STRATA_OK) {
        printf("%s data: test accuracy %.2f %%\n", strata_data_describe(data)->kind, 100 * strata_run_facts(run)->test.accuracy);
        status = strata_model_save(strata_run_model(run), path);
    }
    strata_run_free(run); /* NULL is fine */
    strata_data_free(data);
    return status;
}

int main(int argc, char **argv)
{
    strata_config *config = NULL;
    if (argc < 3) return fprintf(stderr, "usage: train DIR MODEL [key=value ...]\n"), 2;
    strata_status status = strata_config_new(&config);
    if (status == STRATA_OK) status = train(config, argv[1], argv[2], argv + 3);
    if (status != STRATA_OK) fprintf(stderr, "%s\n", strata_error());
    strata_config_free(config);
    return status == STRATA_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
