/* The model that a word of the command line means: a file, a folder with one, or a run of a store by its id. */
#include "find_model.h"

#include <string.h>

#include "eval.h"
#include "file.h"

/* The last part of a path, without the end of a model's file. */
static void name_of_path(const char *path, text *name)
{
    static const char end[] = ".safetensors";
    size_t length = strlen(path), tail = strlen(end);
    while (length > 1 && path[length - 1] == '/') length--;
    if (length > tail && memcmp(path + length - tail, end, tail) == 0) length -= tail;
    size_t first = length;
    while (first > 0 && path[first - 1] != '/') first--;
    bool plain = length > first && path[length - 1] != '.' && path[length - 1] != '/'; /* neither ".", ".." nor the root */
    text_add(name, "%.*s", plain ? (int)(length - first) : 5, plain ? path + first : "model");
}

static strata_status open_run(const char *folder, const strata_stored *run, strata_model **model, text *name)
{
    text path = { 0 };
    const strata_stored_facts *facts = strata_stored_describe(run);
    if (strcmp(facts->status, "diverged") == 0) {
        return status_fail(STRATA_ERR_ARGUMENT, "the run %s diverged, so it left no model", facts->id);
    }
    text_add(&path, "%s/runs/%s/model.safetensors", folder, facts->id);
    text_add(name, "%.12s", facts->id);
    strata_status status = path.failed || name->failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the path of a model")
                                                       : eval_open_model(path.at, model);
    text_free(&path);
    return status;
}

static strata_status find_run(const char *word, const char *folder, strata_model **model, text *name)
{
    strata_store *store;
    strata_stored *run = NULL;
    TRY(strata_store_open(folder, &store));
    strata_status status = strata_stored_find(store, word, &run);
    if (status == STRATA_OK) status = open_run(folder, run, model, name);
    strata_stored_free(run);
    strata_store_free(store);
    return status;
}

/* A word that may be an id is one where there is no such file; any other word is a path, and whoever opens it says why it cannot. */
strata_status find_model(const char *word, const char *folder, strata_model **model, text *name)
{
    *model = NULL;
    bool id = word[0] != '\0' && text_is_hex(word) && !file_exists(word);
    if (id) return find_run(word, folder, model, name);
    TRY(eval_open_model(word, model));
    name_of_path(word, name);
    if (!name->failed) return STRATA_OK;
    strata_model_free(*model);
    *model = NULL;
    return status_fail(STRATA_ERR_MEMORY, "no memory for the name of a file");
}
