/* Populations for the commands: copies of configurations with successive seeds, trained together. */
#include <inttypes.h>
#include <stdlib.h>

#include "alloc.h"
#include "cli.h"

strata_status population_new(long room, population *out)
{
    void *configs = NULL, *runs = NULL;
    *out = (population){ .room = room };
    strata_status status = alloc_zero(&configs, (size_t)room, sizeof(strata_config *), "a population");
    if (status == STRATA_OK) status = alloc_zero(&runs, (size_t)room, sizeof(strata_run *), "a population");
    out->configs = configs;
    out->runs = runs;
    if (status != STRATA_OK) population_free(out);
    return status;
}

void population_free(population *p)
{
    for (long m = 0; m < p->members; m++) {
        strata_config_free(p->configs[m]);
        strata_run_free(p->runs[m]);
    }
    free(p->configs);
    free(p->runs);
    *p = (population){ 0 };
}

/* A setting that is a whole number. */
static strata_status get_whole(const strata_config *config, const char *key, int64_t *out)
{
    char value[32];
    TRY(strata_config_get(config, key, value, sizeof value));
    return text_to_int64(value, out) ? STRATA_OK : status_fail(STRATA_ERR_INTERNAL, "%s = %s cannot be read back", key, value);
}

strata_status population_add_seeds(population *p, const strata_config *config, long seeds)
{
    char seed[32];
    int64_t first;
    if (seeds > p->room - p->members) return status_fail(STRATA_ERR_INTERNAL, "a population is too small for %ld seeds", seeds);
    TRY(get_whole(config, "seed", &first));
    for (long s = 0; s < seeds; s++) {
        strata_config **copy = &p->configs[p->members];
        TRY(strata_config_copy(config, copy));
        p->members++;
        (void)snprintf(seed, sizeof seed, "%" PRId64, first + s);
        TRY(strata_config_set(*copy, "seed", seed));
    }
    return STRATA_OK;
}

strata_status population_train(population *p, const strata_data *data, bool quiet)
{
    progress *shown;
    int64_t threads;
    TRY(get_whole(p->configs[0], "threads", &threads));
    TRY(progress_new((size_t)p->members, quiet, &shown));
    strata_status status = strata_train((size_t)p->members, (const strata_config *const *)p->configs, data, (int)threads,
                                        progress_observer(shown), p->runs);
    progress_free(shown);
    return status;
}
