/*
 * Configuration files: the members of a YAML tree, each through strata_config_set, so that a file and a key=value on the command line mean
 * the same and fail with the same words, plus file and line.
 */
#include <string.h>

#include "config.h"
#include "tree.h"

/* One item is one item: an empty one, or one with a comma or bracket in it, would read as another list. */
static strata_status list_to_text(const char *path, const tree *list, text *value)
{
    text_add(value, "[");
    for (const tree *item = list->first; item != NULL; item = item->next) {
        if (item->kind != TREE_WORD || item->word[0] == '\0' || strpbrk(item->word, ",[]") != NULL) {
            (void)status_fail(STRATA_ERR_ARGUMENT, "a list may hold plain values only");
            return tree_blame(path, item);
        }
        text_add(value, "%s%s", item == list->first ? "" : ",", item->word);
    }
    text_add(value, "]");
    return STRATA_OK;
}

strata_status config_set_node(strata_config *config, const char *path, const tree *node)
{
    text value = { 0 };
    strata_status status = STRATA_OK;
    if (node->kind == TREE_WORD) text_add(&value, "%s", node->word);
    else if (node->kind == TREE_LIST) status = list_to_text(path, node, &value);
    else {
        (void)status_fail(STRATA_ERR_ARGUMENT, "%s takes a plain word, number or list", node->key);
        status = tree_blame(path, node);
    }
    if (status == STRATA_OK && value.failed) status = status_fail(STRATA_ERR_MEMORY, "no memory to read %s", path);
    if (status == STRATA_OK && strata_config_set(config, node->key, value.at) != STRATA_OK) status = tree_blame(path, node);
    text_free(&value);
    return status;
}

strata_status strata_config_load(strata_config *config, const char *path)
{
    tree *root;
    REQUIRE(config != NULL && path != NULL);
    TRY(tree_read(path, &root));
    strata_config changed = *config;
    strata_status status = STRATA_OK;
    for (const tree *node = root->first; node != NULL && status == STRATA_OK; node = node->next) {
        status = config_set_node(&changed, path, node);
    }
    tree_free(root);
    if (status == STRATA_OK) *config = changed;
    return status;
}
