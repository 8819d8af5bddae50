/* strata eval: what models are called in a table, which of them are the same one, and their order by accuracy. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "eval.h"

/* A path without what says nothing: slashes behind it, the name that every run's model has, the ending that every model has. */
typedef struct {
    const char *at;
    size_t length;
} stem;

static bool ends_with(stem s, const char *end)
{
    size_t length = strlen(end);
    return s.length > length && memcmp(s.at + s.length - length, end, length) == 0;
}

static stem stem_of(const char *path)
{
    stem s = { path, strlen(path) };
    while (s.length > 1 && s.at[s.length - 1] == '/') s.length--;
    if (ends_with(s, "/model.safetensors")) s.length -= strlen("/model.safetensors");
    else if (ends_with(s, ".safetensors")) s.length -= strlen(".safetensors");
    while (s.length > 1 && s.at[s.length - 1] == '/') s.length--;
    return s;
}

/* Does s end in these words, at the beginning of a folder's name? */
static bool ends_in(stem s, stem words)
{
    if (s.length < words.length || memcmp(s.at + s.length - words.length, words.at, words.length) != 0) return false;
    return s.length == words.length || s.at[s.length - words.length - 1] == '/';
}

static bool tells_apart(const evaluated_list *list, size_t m, stem words)
{
    for (size_t n = 0; n < list->count; n++) {
        if (n != m && ends_in(stem_of(list->at[n].path), words)) return false;
    }
    return true;
}

/* From the last folder on, so many before it as are needed; the path as it was given where two have the same. */
static void name_one(evaluated_list *list, size_t m)
{
    evaluated *e = &list->at[m];
    stem all = stem_of(e->path);
    for (size_t from = all.length; from-- > 0;) {
        stem words = { all.at + from, all.length - from };
        if ((from > 0 && all.at[from - 1] != '/') || !tells_apart(list, m, words)) continue;
        text_add(&e->name, "%.*s", (int)words.length, words.at);
        return;
    }
    text_add(&e->name, "%s", e->path[0] != '\0' ? e->path : "''");
}

strata_status eval_name(evaluated_list *list)
{
    for (size_t m = 0; m < list->count; m++) {
        evaluated *e = &list->at[m];
        name_one(list, m);
        if (e->name.failed) return status_fail(STRATA_ERR_MEMORY, "no memory for the names of the models");
        for (size_t n = 0; n < m && e->status == STRATA_OK && e->twin == NULL; n++) {
            const evaluated *before = &list->at[n];
            if (before->status == STRATA_OK && strcmp(before->digest, e->digest) == 0) e->twin = before->name.at;
        }
    }
    return STRATA_OK;
}

/* Those that failed have no accuracy: -1. */
static double accuracy_of(const evaluated *e)
{
    double x = e->status == STRATA_OK ? e->score[STRATA_TEST_PART].accuracy : -1;
    return isnan(x) ? -1 : x;
}

void eval_sort(evaluated_list *list)
{
    for (size_t m = 1; m < list->count; m++) { /* by insertion: equal ones keep their order */
        evaluated e = list->at[m];
        size_t n = m;
        for (; n > 0 && accuracy_of(&list->at[n - 1]) < accuracy_of(&e); n--) list->at[n] = list->at[n - 1];
        list->at[n] = e;
    }
}
