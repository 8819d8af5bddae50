/* See shard.h. */
#include "shard.h"

#include <string.h>

#include "text.h"

bool shard_has(const lab_request *wanted, const char *id)
{
    uint64_t number = 0, shards = (uint64_t)wanted->shards;
    for (const char *at = id; *at != '\0' && shards > 0; at++) {
        unsigned digit = (unsigned)(*at >= 'a' ? *at - 'a' + 10 : *at - '0');
        number = (16 * number + digit) % shards; /* of 48 bits; the rest is the same at every step */
    }
    return shards == 0 || number == (uint64_t)wanted->shard - 1;
}

/* A twin of a run of this shard is not to be trained, and there all the same. */
bool shard_lacks(const lab_request *wanted, const run_list *all, size_t number)
{
    bool lacks = false;
    for (size_t m = 0; m < all->count && !lacks; m++) {
        const planned_run *one = &all->list[m];
        lacks = one->experiment == number && !one->there && !shard_has(wanted, one->id);
    }
    return lacks;
}

bool shard_waits(experiment *const *list, size_t count, const experiment *e)
{
    for (size_t a = 0; a < e->axes; a++) {
        for (size_t q = 0; q < count && e->axis[a].of != NULL; q++) {
            if (strcmp(list[q]->id, e->axis[a].of) == 0 && list[q]->partial) return true;
        }
    }
    return false;
}

/* Is there more to it than its runs: a search, whose next values depend on them, or a start from another experiment? */
static bool goes_on(const experiment *e)
{
    bool any = e->search.node != NULL || e->range_test != NULL || plan_refined((experiment *)e) != NULL;
    for (size_t a = 0; a < e->axes; a++) any = any || e->axis[a].of != NULL;
    return any;
}

strata_status shard_say(const lab_request *wanted, experiment *const *list, size_t count)
{
    text words = { 0 };
    for (size_t q = 0; q < count; q++) {
        if (list[q]->partial && goes_on(list[q])) text_add(&words, "%s%s", words.length > 0 ? ", " : "", list[q]->id);
    }
    bool any = words.length > 0;
    bool several = words.at != NULL && strchr(words.at, ',') != NULL;
    text_add(&words, " wait%s for runs of other shards: when all are done, strata runs merge, then the same command on the merged folder"
             " without --shard", several ? "" : "s");
    bool failed = words.failed;
    if (any && !failed && wanted->watch.tell != NULL) wanted->watch.tell(wanted->watch.self, words.at);
    text_free(&words);
    return failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a sentence") : STRATA_OK;
}
