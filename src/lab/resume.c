/*
 * Finishing interrupted runs without the files that asked for them: each is trained to its end and recorded under the name in its settings.
 * See lab.h.
 */
#include <stdio.h>
#include <stdlib.h>

#include "alloc.h"
#include "config.h"
#include "text.h"
#include "lab.h"
#include "wave.h"

/* An experiment that has nothing but a name, for the wave to speak of. */
static strata_status name_one(const strata_config *config, experiment **out)
{
    void *made;
    TRY(alloc_zero(&made, 1, sizeof **out, "an interrupted run"));
    *out = made;
    (void)snprintf((*out)->id, sizeof (*out)->id, "%s", config->name);
    return STRATA_OK;
}

static strata_status finish_all(wave *w, experiment **names, const strata_config *const *configs, size_t count,
                                const strata_data *data)
{
    run_list all = { 0 };
    strata_status status = STRATA_OK;
    for (size_t q = 0; q < count && status == STRATA_OK; q++) {
        status = name_one(configs[q], &names[q]);
        if (status == STRATA_OK) status = run_list_add_one(&all, configs[q], q, data);
        if (status != STRATA_OK) break;
        w->now.runs_all++;
        headway_expect(&w->way, all.list[q].work);
    }
    if (status == STRATA_OK) status = wave_run(w, &all);
    run_list_free(&all);
    return status;
}

strata_status lab_resume(const strata_config *const *configs, size_t count, const strata_data *data, const lab_request *request)
{
    void *made, *names;
    store *s = NULL;
    text path = { 0 };
    REQUIRE(configs != NULL && count > 0 && data != NULL && request != NULL && request->out != NULL);
    TRY(alloc_zero(&names, count, sizeof(experiment *), "interrupted runs"));
    strata_status status = alloc_zero(&made, 1, sizeof(wave), "interrupted runs");
    text_add(&path, "%s/runs.sqlite", request->out);
    if (status == STRATA_OK && path.failed) status = status_fail(STRATA_ERR_MEMORY, "no memory for a path");
    if (status == STRATA_OK) status = store_open(path.at, STORE_READ_WRITE, &s);
    lab_request own = *request;
    own.remake = true; /* what is to be finished of a run that is in the store was begun because its files are lost */
    if (status == STRATA_OK) status = wave_start(made, &own, s, names);
    if (status == STRATA_OK) status = finish_all(made, names, configs, count, data);
    store_close(s);
    text_free(&path);
    for (size_t q = 0; q < count; q++) free(((experiment **)names)[q]);
    free(names);
    free(made);
    return status;
}
