/* See published.h. */
#include "published.h"

#include <stdio.h>
#include <string.h>

#include "ending.h"
#include "text.h"

/* Images of CIFAR-10, which the files of experiments are about that name no data. */
static bool is_assumed(const strata_data *data)
{
    const char *kind = strata_data_describe(data)->kind;
    return strcmp(kind, "official") == 0 || strcmp(kind, "once-through-JPEG") == 0;
}

/* A gradient check is never cut short, and its errors are those of the arithmetic, whatever the images. */
strata_status published_unlike(const experiment *e, bool quick, text *why)
{
    if (e->published == NULL) return STRATA_OK;
    if (e->changed.length > 0) text_add(why, "the call sets %s", e->changed.at);
    else if (e->check != NULL) return STRATA_OK;
    else if (quick) text_add(why, "a quick look is cut short");
    else if (e->data != NULL && e->data_name == NULL && !is_assumed(e->data)) {
        text_add(why, "the data are not those of CIFAR-10 (%s)", strata_data_describe(e->data)->kind);
    }
    return why->failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a sentence") : STRATA_OK;
}

static strata_status put_words(store *s, const experiment *e)
{
    for (int q = 0; q <= ENDINGS; q++) {
        char key[64];
        const char *word = q < ENDINGS ? ending_words[q] : "lambda";
        const yaml_node *node = yaml_get(e->published, word);
        (void)snprintf(key, sizeof key, "published.%s", word);
        if (node != NULL) TRY(store_put_note(s, e->id, key, node->word));
    }
    return STRATA_OK;
}

static strata_status put_lists(store *s, const experiment *e)
{
    static const char *const lists[] = { "max_W", "max_b", "below_W", "below_b" };
    for (size_t q = 0; q < sizeof lists / sizeof *lists; q++) {
        const yaml_node *list = yaml_get(e->published, lists[q]);
        int layer = 1;
        for (const yaml_node *item = list != NULL ? list->first : NULL; item != NULL; item = item->next) {
            char key[64];
            (void)snprintf(key, sizeof key, "published.%s.%d", lists[q], layer++);
            TRY(store_put_note(s, e->id, key, item->word));
        }
    }
    return STRATA_OK;
}

strata_status published_put(store *s, const experiment *e, const char *why)
{
    TRY(store_drop_notes(s, e->id, "published."));
    TRY(store_drop_notes(s, e->id, "unlike"));
    if (why[0] != '\0') return store_put_note(s, e->id, "unlike", why);
    if (e->published == NULL) return STRATA_OK;
    TRY(put_words(s, e));
    return put_lists(s, e);
}
