/*
 * Configuration files: the members of a YAML tree, each through strata_config_set, so that a file and a key=value on the command line mean
 * the same and fail with the same words, plus file and line. A file may have a base, whose settings come first.
 */
#include <string.h>

#include "config.h"
#include "file.h"
#include "yaml_file.h"

/* One item is one item: an empty one, or one with a comma or bracket in it, would read as another list. */
static strata_status list_to_text(const char *path, const yaml_node *list, text *value)
{
    text_add(value, "[");
    for (const yaml_node *item = list->first; item != NULL; item = item->next) {
        if (item->kind != YAML_WORD || item->word[0] == '\0' || strpbrk(item->word, ",[]") != NULL) {
            (void)status_fail(STRATA_ERR_ARGUMENT, "a list may hold plain values only");
            return yaml_blame(path, item);
        }
        text_add(value, "%s%s", item == list->first ? "" : ",", item->word);
    }
    text_add(value, "]");
    return STRATA_OK;
}

strata_status config_set_node(strata_config *config, const char *path, const yaml_node *node)
{
    text value = { 0 };
    strata_status status = STRATA_OK;
    if (node->kind == YAML_WORD) text_add(&value, "%s", node->word);
    else if (node->kind == YAML_LIST) status = list_to_text(path, node, &value);
    else {
        (void)status_fail(STRATA_ERR_ARGUMENT, "%s takes a plain word, number or list", node->key);
        status = yaml_blame(path, node);
    }
    if (status == STRATA_OK && value.failed) status = status_fail(STRATA_ERR_MEMORY, "no memory to read %s", path);
    if (status == STRATA_OK && strata_config_set(config, node->key, value.at) != STRATA_OK) status = yaml_blame(path, node);
    text_free(&value);
    return status;
}

/* ---- files -------------------------------------------------------------------------------------------------------------------------- */

enum { BASES = 8 };

static strata_status load(strata_config *config, const char *path, int depth);

/* `base: FILE`: the settings of another file come first; its path counts from the folder of the file that names it. */
static strata_status load_base(strata_config *config, const char *path, const yaml_node *base, int depth)
{
    text other = { 0 };
    if (base->kind != YAML_WORD || base->word[0] == '\0') {
        (void)status_fail(STRATA_ERR_ARGUMENT, "base takes the path of one file");
        return yaml_blame(path, base);
    }
    if (depth == BASES) {
        (void)status_fail(STRATA_ERR_ARGUMENT, "base: more than %d files, each the base of the one before; does one name itself?", BASES);
        return yaml_blame(path, base);
    }
    const char *slash = base->word[0] == '/' ? NULL : strrchr(path, '/');
    text_add(&other, "%.*s%s", slash != NULL ? (int)(slash + 1 - path) : 0, path, base->word);
    if (other.failed) return status_fail(STRATA_ERR_MEMORY, "no memory to read %s", path);
    bool there;
    strata_status status = file_look(other.at, &there);
    if (status == STRATA_OK && there) {
        status = load(config, other.at, depth + 1);
    } else if (status == STRATA_OK) {
        (void)status_fail(STRATA_ERR_ARGUMENT, "base: %s is not there", other.at);
        status = yaml_blame(path, base);
    }
    text_free(&other);
    return status;
}

static strata_status load(strata_config *config, const char *path, int depth)
{
    yaml_node *root;
    TRY(yaml_read(path, &root));
    const yaml_node *base = yaml_get(root, "base");
    strata_status status = base != NULL ? load_base(config, path, base, depth) : STRATA_OK;
    for (const yaml_node *node = root->first; node != NULL && status == STRATA_OK; node = node->next) {
        if (node == base || strcmp(node->key, "experiment") == 0) continue; /* what a laboratory does with the settings is not one */
        status = config_set_node(config, path, node);
    }
    yaml_file_free(root);
    return status;
}

strata_status strata_config_load(strata_config *config, const char *path)
{
    REQUIRE(config != NULL && path != NULL);
    strata_config changed = *config;
    TRY(load(&changed, path, 0));
    *config = changed;
    return STRATA_OK;
}
