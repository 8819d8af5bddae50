/* See splits.h. There are few splits: those of one laboratory differ in n_train or standardise at most. So a list is enough. */
#include "splits.h"

#include <stdlib.h>

#include "alloc.h"

struct splits_kept {
    split *part;
    splits_kept *next;
};

void splits_begin(splits *cache)
{
    (void)pthread_mutex_init(&cache->lock, NULL);
    cache->first = NULL;
}

static strata_status make(splits *cache, const strata_data *data, const strata_config *c, const split **out)
{
    void *made;
    TRY(alloc_zero(&made, 1, sizeof *cache->first, "the parts of a data set"));
    splits_kept *kept = made;
    strata_status status = fit_split(c, data, &kept->part);
    if (status != STRATA_OK) {
        free(kept);
        return status;
    }
    kept->next = cache->first;
    cache->first = kept;
    *out = kept->part;
    return STRATA_OK;
}

static strata_status find(splits *cache, const strata_data *data, const strata_config *c, const split **out)
{
    for (const splits_kept *s = cache->first; s != NULL; s = s->next) {
        if (s->part->data != data || !fit_is_split(c, s->part)) continue;
        *out = s->part;
        return STRATA_OK;
    }
    return make(cache, data, c, out);
}

strata_status splits_find(splits *cache, const strata_data *data, const strata_config *resolved, const split **out)
{
    (void)pthread_mutex_lock(&cache->lock);
    strata_status status = find(cache, data, resolved, out);
    (void)pthread_mutex_unlock(&cache->lock);
    return status;
}

void splits_end(splits *cache)
{
    while (cache->first != NULL) {
        splits_kept *s = cache->first;
        cache->first = s->next;
        free(s->part);
        free(s);
    }
    (void)pthread_mutex_destroy(&cache->lock);
}
