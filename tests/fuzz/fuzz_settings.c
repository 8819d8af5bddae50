/*
 * Settings as text: the lines "key = value" of a model file, and one key=value of a command line. What is taken is described in words that
 * read back to the same words.
 */
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "fuzz.h"

static void use(const strata_config *config)
{
    strata_config *again;
    text first = { 0 }, second = { 0 };
    config_describe(config, &first);
    PROMISE(strata_config_new(&again) == STRATA_OK && !first.failed);
    strata_status status = config_read(again, first.at);
    PROMISE(status == STRATA_OK || strata_config_check(config) != STRATA_OK);
    config_describe(again, &second);
    PROMISE(status != STRATA_OK || strcmp(first.at, second.at) == 0);
    text_free(&first);
    text_free(&second);
    strata_config_free(again);
}

static void set_one(char *words)
{
    char value[1024], *equals = strchr(words, '=');
    strata_config *config;
    if (equals == NULL) return;
    *equals = '\0';
    PROMISE(strata_config_new(&config) == STRATA_OK);
    if (fuzz_taken(strata_config_set(config, words, equals + 1))) {
        PROMISE(strata_config_get(config, words, value, sizeof value) == STRATA_OK);
        PROMISE(strata_config_set(config, words, value) == STRATA_OK);
        use(config);
    }
    strata_config_free(config);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *words = fuzz_text(data, size);
    strata_config *config;
    PROMISE(strata_config_new(&config) == STRATA_OK);
    if (fuzz_taken(config_read(config, words))) use(config);
    strata_config_free(config);
    set_one(words);
    free(words);
    return 0;
}
