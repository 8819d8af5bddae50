/* See lab_data.h. Everything is opened before anything is trained: a name that nothing has is found out at once, and not after hours. */
#include "lab_data.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "plan_file.h"

/* A file or folder beside the experiment's file goes before a name. What can be no name is a path in any case. */
static strata_status find_what(const experiment *e, text *what)
{
    const char *name = e->data_name, *slash = strrchr(e->path, '/');
    bool path = strchr(name, '/') != NULL || strchr(name, '.') != NULL, there = false;
    text_add(what, "%.*s%s", slash != NULL && name[0] != '/' ? (int)(slash + 1 - e->path) : 0, e->path, name);
    if (what->failed) return status_fail(STRATA_ERR_MEMORY, "no memory for the path of data");
    if (!path && file_look(what->at, &there) == STRATA_OK && !there) {
        what->length = 0;
        text_add(what, "%s", name);
    }
    return STRATA_OK;
}

static bool is_of(const lab_set *set, const char *what)
{
    return set->what.length == 0 ? what == NULL : what != NULL && strcmp(set->what.at, what) == 0;
}

/* The sentence stays with the set. */
static strata_status keep_reason(lab_set *set)
{
    char sentence[STATUS_SENTENCE];
    status_sentence_save(sentence);
    set->why = strdup(sentence);
    return set->why != NULL ? STRATA_OK : status_fail(STRATA_ERR_MEMORY, "no memory for a sentence");
}

static strata_status open_set(const lab_request *wanted, const experiment *e, lab_set *set)
{
    const char *what = set->what.length > 0 ? set->what.at : NULL;
    if (wanted->open_data == NULL) return plan_blame(e, e->data_node, "data: this laboratory opens no data by their name");
    strata_status status = wanted->open_data(wanted->data_self, what, &set->own);
    if (what == NULL || status == STRATA_OK) return status;
    set->own = NULL;
    if (status == STRATA_ERR_ARGUMENT) return yaml_blame(e->path, e->data_node);
    return status == STRATA_ERR_DATA ? keep_reason(set) : status;
}

/* The set that this experiment names, opened now if it is the first that does. */
static strata_status set_of(lab_data *d, const lab_request *wanted, const experiment *e, lab_set **out)
{
    text what = { 0 };
    if (e->data_name != NULL) TRY(find_what(e, &what));
    size_t q = 0;
    while (q < d->count && !is_of(&d->set[q], what.length > 0 ? what.at : NULL)) q++;
    *out = &d->set[q];
    if (q < d->count) {
        text_free(&what);
        return STRATA_OK;
    }
    d->count++;
    (*out)->what = what; /* it belongs to the set now */
    return open_set(wanted, e, *out);
}

static strata_status give_one(lab_data *d, const lab_request *wanted, const strata_data *given, experiment *e)
{
    lab_set *set;
    if (e->data_name == NULL && given != NULL) return plan_fit(e, given, wanted->quick);
    TRY(set_of(d, wanted, e, &set));
    e->no_data = set->why;
    return set->why == NULL ? plan_fit(e, set->own, wanted->quick) : STRATA_OK;
}

strata_status lab_data_open(const lab_request *wanted, const strata_data *given, experiment *const *list, size_t count, lab_data *out)
{
    void *made;
    bool any = false;
    *out = (lab_data){ 0 };
    TRY(alloc_zero(&made, count, sizeof(lab_set), "the data of experiments"));
    out->set = made;
    for (size_t q = 0; q < count; q++) {
        TRY(give_one(out, wanted, given, list[q]));
        any = any || list[q]->data != NULL;
    }
    return any ? STRATA_OK : status_fail(STRATA_ERR_DATA, "%s: data: %s", list[0]->path, list[0]->no_data);
}

void lab_data_free(lab_data *d)
{
    for (size_t q = 0; q < d->count; q++) {
        strata_data_free(d->set[q].own);
        text_free(&d->set[q].what);
        free(d->set[q].why);
    }
    free(d->set);
    *d = (lab_data){ 0 };
}

strata_status lab_data_show(const lab_data *d, const strata_data *given, crew *whom)
{
    if (whom == NULL || whom->expect == NULL) return STRATA_OK;
    if (given != NULL) TRY(whom->expect(whom, given, NULL));
    for (size_t q = 0; q < d->count; q++) {
        const lab_set *set = &d->set[q];
        if (set->own != NULL) TRY(whom->expect(whom, set->own, set->what.length > 0 ? set->what.at : NULL));
    }
    return STRATA_OK;
}
