/* figures.yaml: see figures.h. */
#include "figures.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"

bool figures_is_name(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    size_t length = strlen(name);
    return length > 0 && length < FIGURES_NAME && name[0] != '.' && strspn(name, letters) == length;
}

bool figures_ends_in(const char *name, const char *end)
{
    size_t length = strlen(name), tail = strlen(end);
    return length > tail && strcmp(name + length - tail, end) == 0;
}

strata_status figures_as_data(strata_status status)
{
    char sentence[STATUS_SENTENCE];
    if (status != STRATA_ERR_ARGUMENT) return status;
    status_sentence_save(sentence);
    return status_fail(STRATA_ERR_DATA, "%s", sentence);
}

#define BLAME(path, node, ...) ((void)status_fail(STRATA_ERR_DATA, __VA_ARGS__), figures_as_data(yaml_blame(path, node)))

static strata_status read_with(const char *path, const yaml_node *map, figures_entry *f)
{
    if (map->kind != YAML_MAP) return BLAME(path, map, "`with` is a mapping of the query's words, like {experiment: 3layer}");
    for (const yaml_node *node = map->first; node != NULL; node = node->next) {
        if (node->kind != YAML_WORD) return BLAME(path, node, "%s is not one word", text_shown(node->key));
        if (f->words == FIGURES_WORDS) return BLAME(path, node, "a query takes %d words at most", FIGURES_WORDS);
        f->with[f->words++] = (store_parameter){ node->key, { .type = STORE_TEXT, .text = node->word } };
    }
    return STRATA_OK;
}

/* The field of a figure that a key names; NULL for an unknown one. */
static const char **field_of(figures_entry *f, const char *key)
{
    const struct {
        const char *key, **field;
    } fields[] = { { "script", &f->script }, { "picture", &f->picture }, { "query", &f->query },
                   { "title", &f->title },   { "alt", &f->alt },         { "read", &f->read } };
    for (size_t q = 0; q < sizeof fields / sizeof *fields; q++) {
        if (strcmp(fields[q].key, key) == 0) return fields[q].field;
    }
    return NULL;
}

static strata_status check_whole(const char *path, const yaml_node *map, const figures_entry *f)
{
    if ((f->script == NULL) == (f->picture == NULL)) return BLAME(path, map, "%s has a script or a picture, one of them", f->name);
    const char *file = f->script != NULL ? f->script : f->picture;
    if (!figures_is_name(file)) return BLAME(path, map, "%s is no name of a file", text_shown(file));
    if (f->query == NULL || !figures_is_name(f->query)) return BLAME(path, map, "%s has no query, or none that names a file", f->name);
    if (f->title == NULL || f->alt == NULL || f->read == NULL) return BLAME(path, map, "%s lacks its title, alt or read", f->name);
    return STRATA_OK;
}

static strata_status read_entry(const char *path, const yaml_node *map, figures_entry *f)
{
    f->name = map->key;
    if (!figures_is_name(f->name)) return BLAME(path, map, "%s is no name of a figure: letters, digits, - and _", text_shown(f->name));
    if (map->kind != YAML_MAP) return BLAME(path, map, "%s is no mapping", f->name);
    for (const yaml_node *node = map->first; node != NULL; node = node->next) {
        if (strcmp(node->key, "with") == 0) {
            TRY(read_with(path, node, f));
            continue;
        }
        const char **field = field_of(f, node->key);
        if (field == NULL) {
            return BLAME(path, node, "unknown key %s; a figure has script or picture, query, with, title, alt, read",
                         text_shown(node->key));
        }
        if (node->kind != YAML_WORD || node->word[0] == '\0') return BLAME(path, node, "%s is not a text", node->key);
        *field = node->word;
    }
    return check_whole(path, map, f);
}

strata_status figures_read(const char *path, figures_list *out)
{
    figures_list list = { 0 };
    void *entries = NULL;
    size_t count = 0;
    TRY(figures_as_data(yaml_read(path, &list.root)));
    for (const yaml_node *node = list.root->first; node != NULL; node = node->next) count++;
    strata_status status = alloc_zero(&entries, count, sizeof *list.entry, "the figures");
    list.entry = entries;
    for (const yaml_node *node = list.root->first; node != NULL && status == STRATA_OK; node = node->next) {
        status = read_entry(path, node, &list.entry[list.count++]);
    }
    if (status == STRATA_OK) *out = list;
    else figures_free(&list);
    return status;
}

void figures_free(figures_list *list)
{
    free(list->entry);
    yaml_file_free(list->root);
    *list = (figures_list){ 0 };
}

const figures_entry *figures_find(const figures_list *list, const char *name)
{
    for (size_t q = 0; q < list->count; q++) {
        if (strcmp(list->entry[q].name, name) == 0) return &list->entry[q];
    }
    return NULL;
}
