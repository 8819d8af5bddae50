/* YAML: trees, and settings read from them. A file that is refused leaves the configuration as it was. */
#include <string.h>

#include "config.h"
#include "fuzz.h"

static size_t walk(const yaml_node *node, int depth)
{
    size_t nodes = 1;
    PROMISE(depth <= 17 && node->key != NULL && node->word != NULL && node->line >= 1);
    for (const yaml_node *inside = node->first; inside != NULL; inside = inside->next) {
        PROMISE(node->kind != YAML_WORD);
        if (node->kind == YAML_MAP) PROMISE(yaml_get(node, inside->key) == inside); /* no key twice */
        nodes += walk(inside, depth + 1);
    }
    return nodes;
}

static void describe(const strata_config *config, text *out)
{
    config_describe(config, out);
    PROMISE(!out->failed);
}

static bool any_given(const strata_config *config)
{
    for (size_t q = 0; q < SETTINGS; q++) {
        if (config->given[q]) return true;
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    yaml_node *root;
    strata_config *config;
    text before = { 0 }, after = { 0 };
    const char *path = fuzz_file("in.yaml", data, size); /* `base: in.yaml` is the file itself */
    bool taken = fuzz_taken(yaml_read(path, &root));
    PROMISE(taken == (root != NULL));
    if (taken) PROMISE(walk(root, 0) <= size + 2); /* nothing expands */
    yaml_file_free(root);
    PROMISE(strata_config_new(&config) == STRATA_OK);
    describe(config, &before);
    taken = fuzz_taken(strata_config_load(config, path));
    describe(config, &after);
    PROMISE(taken || (!any_given(config) && strcmp(before.at, after.at) == 0));
    text_free(&before);
    text_free(&after);
    strata_config_free(config);
    return 0;
}
