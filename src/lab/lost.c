/* See lost.h. Results stand in the store, whatever becomes of files: such a run is trained again only when somebody asks for it. */
#include "lost.h"

#include <stdio.h>

#include "text.h"

typedef struct {
    const char *out;
    lost *l;
    bool any;
} looker;

static strata_status look_at(void *self, const store_artifact *artifact)
{
    looker *w = self;
    store_file_found found;
    TRY(store_look_at_file(w->out, artifact, &found));
    if (found.state == STORE_FILE_WHOLE || w->any) return STRATA_OK;
    w->any = true;
    if (w->l->runs++ == 0) {
        (void)snprintf(w->l->first, sizeof w->l->first, "%.200s/%.200s, %s", w->out, artifact->path, store_file_words[found.state]);
    }
    return STRATA_OK;
}

strata_status lost_look(store *s, const char *out, const char *id, lost *l, bool *is_so)
{
    looker w = { out, l, false };
    TRY(store_each_artifact(s, id, look_at, &w));
    *is_so = w.any;
    return STRATA_OK;
}

void lost_tell(lost *l, const lab_request *wanted)
{
    text words = { 0 };
    if (l->runs > 0 && wanted->watch.tell != NULL) {
        text_add(&words, "%ld run%s of the store %s files that are not as they were recorded (%s%s); ", l->runs, l->runs > 1 ? "s" : "",
                 l->runs > 1 ? "have" : "has", l->runs > 1 ? "the first: " : "", l->first);
        if (wanted->remake) text_add(&words, "such runs are trained again");
        else text_add(&words, "the results stand; strata runs verify %s tells all, and --remake trains such runs again", wanted->out);
        wanted->watch.tell(wanted->watch.self, words.failed ? l->first : words.at);
    }
    text_free(&words);
    *l = (lost){ 0 };
}
