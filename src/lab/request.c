/* The public calls of strata/lab.h: they take the structs of a caller, which may be of another version, and check them. */
#include "lab.h"
#include "sized.h"

strata_status lab_request_take(const strata_lab_request *given, lab_request *out)
{
    strata_lab_request r;
    TAKE_SIZED(strata_lab_request, given, &r);
    *out = (lab_request){ .out = r.out, .seeds = r.seeds, .seeds_chosen = r.seeds_chosen, .quick = r.quick, .remake = r.remake,
                          .settings = r.settings, .threads = r.threads,
                          .checkpoint_updates = r.checkpoint_updates, .checkpoint_seconds = r.checkpoint_seconds,
                          .open_data = r.open_data, .data_self = r.data_self, .shard = r.shard, .shards = r.shards };
    if (r.watch != NULL) TAKE_SIZED(strata_lab_watch, r.watch, &out->watch);
    REQUIRE(r.out != NULL && r.checkpoint_updates >= 0 && r.checkpoint_seconds >= 0);
    REQUIRE(r.threads >= 0 && r.threads <= STRATA_THREADS_MAX);
    REQUIRE((r.shards == 0 && r.shard == 0) || (r.shard >= 1 && r.shard <= r.shards && r.shards <= STRATA_LAB_SHARDS));
    return STRATA_OK;
}

strata_status strata_lab_run(const char *const *paths, size_t count, const strata_data *data, const strata_lab_request *request)
{
    lab_request taken;
    TRY(lab_request_take(request, &taken));
    REQUIRE(paths != NULL && count > 0 && (data != NULL || taken.open_data != NULL) && taken.seeds >= 1);
    return lab_run(paths, count, data, &taken);
}

strata_status strata_lab_resume(const strata_config *const *configs, size_t count, const strata_data *data,
                                const strata_lab_request *request)
{
    lab_request taken;
    TRY(lab_request_take(request, &taken));
    return lab_resume(configs, count, data, &taken);
}
