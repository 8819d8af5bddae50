/* Runs by their ids, and the folder of their page: see chosen.h. */
#include "chosen.h"

#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "figures.h"
#include "json.h"
#include "store_runs.h"

enum { DIGITS = 8, FIRST = 40 };

/* The ids that begin as somebody wrote. */
typedef struct {
    text first;
    long all;
} candidates;

static strata_status take_candidate(void *self, const char *id, long all)
{
    candidates *c = self;
    text_add(&c->first, "%s", id);
    c->all = all;
    return c->first.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the id of a run") : STRATA_OK;
}

/* Adds the run's whole id to the list. */
static strata_status add_run(store *s, const char *folder, const char *id, json_value *list)
{
    bool whole, ended;
    candidates c = { .all = 0 };
    TRY(store_find_run(s, id, &whole, &ended));
    strata_status status = whole || id[0] == '\0' ? STRATA_OK : store_each_id(s, id, 1, take_candidate, &c);
    if (status == STRATA_OK && !whole && c.all == 0) {
        status = status_fail(STRATA_ERR_ARGUMENT, "%s/runs.sqlite has no run %s; strata runs ls lists them", folder, text_shown(id));
    } else if (status == STRATA_OK && c.all > 1) {
        status = status_fail(STRATA_ERR_ARGUMENT, "several runs begin with %s: one is %s", text_shown(id), c.first.at);
    }
    if (status == STRATA_OK) json_append_text(list, whole ? id : c.first.at);
    text_free(&c.first);
    return status;
}

static strata_status add_once(store *s, const char *folder, const char *id, json_value *list, json_value *seen)
{
    json_value *one = json_new_list();
    strata_status status = add_run(s, folder, id, one);
    const char *whole = status == STRATA_OK ? json_as_text(json_at(one, 0)) : NULL;
    if (status == STRATA_OK && whole == NULL) status = status_fail(STRATA_ERR_MEMORY, "no memory for the id of a run");
    if (whole != NULL && json_get(seen, whole) == NULL) {
        json_append_text(list, whole);
        json_put_text(seen, whole, "");
    }
    json_free(one);
    return status;
}

/* Of a safe id alone: what a store calls a run may be a path. */
static strata_status name_page(const json_value *list, const char *words, text *out)
{
    char digest[DIGEST_TEXT];
    size_t count = json_count(list);
    const char *id = json_as_text(json_at(list, 0));
    bool safe = id != NULL && figures_is_name(id) && strlen(id) <= FIRST;
    TRY(digest_sha256(words, strlen(words), digest));
    text_add(out, "%s", safe ? id : "run");
    if (count > 1) text_add(out, "-and-%zu", count - 1);
    if (count > 1 || !safe) text_add(out, "-%.*s", DIGITS, digest);
    return out->failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a path") : STRATA_OK;
}

strata_status chosen_list(store *s, const char *folder, const char *const *runs, size_t count, char **out, text *name)
{
    json_value *list = json_new_list(), *seen = json_new_object();
    strata_status status = STRATA_OK;
    *out = NULL;
    for (size_t r = 0; r < count && status == STRATA_OK; r++) status = add_once(s, folder, runs[r], list, seen);
    if (status == STRATA_OK) status = json_write_compact(list, out);
    if (status == STRATA_OK && name != NULL) status = name_page(list, *out, name);
    json_free(list);
    json_free(seen);
    if (status == STRATA_OK) return STRATA_OK;
    free(*out);
    *out = NULL;
    return status;
}
