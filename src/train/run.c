/* What a run is: its configuration, facts, id, curve and model, and how they are asked for. The loop that fills it in is training.c. */
#include "run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "fit.h"

strata_status strata_run_id(const strata_config *config, const strata_data *data, char out[13])
{
    REQUIRE(config != NULL && data != NULL && out != NULL);
    strata_config resolved = fit_to(config, data);
    TRY(strata_config_check(&resolved));
    config_resolve(&resolved);
    return run_make_id(&resolved, strata_data_describe(data)->digest, NUMERICS, out);
}

static strata_status fill_run(strata_run *run, const split *part)
{
    const strata_data_facts *data = strata_data_describe(part->data);
    const strata_config *c = &run->config;
    (void)snprintf(run->data_digest, sizeof run->data_digest, "%s", data->digest);
    run->room = config_points(c);
    TRY(run_make_id(c, run->data_digest, NUMERICS, run->id));
    TRY(model_create(c, data->digest, &run->model));
    if (!data_same_form(data->form, &data_cifar10_form)) TRY(model_name_classes(run->model, data->class_names));
    const strata_score none = { NAN, NAN, NAN };
    run->facts = (strata_run_facts_t){
        .id = run->id, .seed = (uint64_t)c->seed, .backend = c->backend, .data_kind = data->kind, .data_digest = run->data_digest,
        .threads = 1, .checkpoint = -1, .sentence = run->sentence, .train = none, .validation = none, .test = none,
    };
    return STRATA_OK;
}

strata_status run_create(const strata_config *resolved, const split *part, strata_run **out)
{
    void *made;
    *out = NULL;
    TRY(alloc_zero(&made, 1, sizeof **out, "a run"));
    strata_run *run = made;
    run->config = *resolved;
    strata_status status = fill_run(run, part);
    if (status != STRATA_OK) {
        strata_run_free(run);
        return status;
    }
    *out = run;
    return STRATA_OK;
}

strata_status run_take_told(strata_run *run, const split *part)
{
    void *points;
    TRY(alloc_zero(&points, run->room, sizeof(strata_point), "the curves of a run"));
    run->point = points;
    TRY(losses_create(&run->config, &run->log));
    TRY(model_take_parameters(run->model, &part->inputs));
    return run->config.diagnose ? diagnose_create(run->model->net, run->room, &run->diagnosis) : STRATA_OK;
}

strata_status run_take_results(strata_run *run, const split *part)
{
    TRY(run_take_told(run, part));
    return further_create(&run->config, &run->beside);
}

void run_drop_results(strata_run *run)
{
    model_drop_parameters(run->model);
    diagnose_free(run->diagnosis);
    losses_drop(&run->log);
    further_drop(&run->beside);
    free(run->point);
    run->diagnosis = NULL;
    run->point = NULL;
    run->points = 0;
}

void strata_run_free(strata_run *run)
{
    if (run == NULL) return;
    if (run->model != NULL) run_drop_results(run);
    strata_model_free(run->model);
    free(run->origin);
    free(run);
}

void run_machine(const strata_run *run, strata_machine_facts *out)
{
    *out = (strata_machine_facts){ .size = sizeof *out };
    if (run->origin != NULL) *out = run->origin->machine;
    else (void)strata_machine(out);
}

const char *run_automatic(const strata_run *run)
{
    return run->origin != NULL ? run->origin->automatic : strata_backend_auto();
}

/* ---- what a run tells ---------------------------------------------------------------------------------------------------------------- */

const strata_run_facts_t *strata_run_facts(const strata_run *run)
{
    return &run->facts;
}

const strata_config *strata_run_config(const strata_run *run)
{
    return &run->config;
}

const strata_point *strata_run_curve(const strata_run *run, size_t *count)
{
    *count = run->points;
    return run->point;
}

const strata_loss *strata_run_losses(const strata_run *run, size_t *count)
{
    *count = run->log.lines;
    return run->log.line;
}

const strata_layer_point *strata_run_layers(const strata_run *run, size_t *count)
{
    *count = run->diagnosis != NULL ? run->diagnosis->points : 0;
    return run->diagnosis != NULL ? run->diagnosis->point : NULL;
}

const long *strata_run_confusion(const strata_run *run)
{
    return run->diagnosis != NULL && run->diagnosis->tested ? run->diagnosis->confusion : NULL;
}

const strata_mistake *strata_run_mistakes(const strata_run *run, size_t *count)
{
    *count = run->diagnosis != NULL ? run->diagnosis->mistakes : 0;
    return run->diagnosis != NULL ? run->diagnosis->mistake : NULL;
}

const strata_certainty *strata_run_certainty(const strata_run *run)
{
    return run->diagnosis != NULL && run->diagnosis->tested ? &run->diagnosis->certainty : NULL;
}

const strata_variant *strata_run_variants(const strata_run *run, size_t *count)
{
    *count = run->facts.outcome == STRATA_OK ? run->variants : 0;
    return run->variant;
}

const strata_model *strata_run_model(const strata_run *run)
{
    return run->model;
}
