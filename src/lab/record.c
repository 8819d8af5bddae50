/*
 * See record.h. The files come first: what the store tells of, is there. A run killed in between is trained again and writes the same
 * files.
 */
#include "record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "config.h"
#include "dataset_row.h"
#include "run.h"

/* Of more classes than this a matrix has mostly zeros, and the store has a row for each entry: then for those that are none alone. */
enum { CLASSES_WHOLE = 100 };

enum { ARTIFACT_PATH = 64, ENVIRONMENT = 9 };

/* ---- rows ---------------------------------------------------------------------------------------------------------------------------- */

/* Memory for what the store wants in its own words. */
typedef struct {
    store_layer_point *layers;
    store_mistake *mistakes;
    store_confusion *confusion;
    store_certainty certainty[STRATA_CERTAINTY_BINS];
    store_dataset dataset;
    store_env env[ENVIRONMENT];
    store_artifact artifact[RUN_FOLDER_FILES];
    char path[RUN_FOLDER_FILES][ARTIFACT_PATH];
    char cores[16];
    text config;
} rows;

static strata_status fill_layers(rows *r, const strata_run *run, store_run *out)
{
    void *made;
    const strata_layer_point *from = strata_run_layers(run, &out->layer_point_count);
    TRY(alloc_zero(&made, out->layer_point_count, sizeof *r->layers, "the layers of a run"));
    out->layer_point = r->layers = made;
    for (size_t q = 0; q < out->layer_point_count; q++) {
        r->layers[q] = (store_layer_point){ from[q].update, from[q].layer, from[q].what, from[q].value };
    }
    return STRATA_OK;
}

static strata_status fill_mistakes(rows *r, const strata_run *run, store_run *out)
{
    void *made;
    const strata_mistake *from = strata_run_mistakes(run, &out->mistake_count);
    TRY(alloc_zero(&made, out->mistake_count, sizeof *r->mistakes, "the mistakes of a run"));
    out->mistake = r->mistakes = made;
    for (size_t q = 0; q < out->mistake_count; q++) {
        r->mistakes[q] = (store_mistake){ STRATA_TEST_PART, from[q].image, from[q].truth, from[q].guess, from[q].probability };
    }
    return STRATA_OK;
}

strata_status record_confusion(const long *count, int classes, store_confusion **out, size_t *entries)
{
    void *made;
    size_t due = 0, all = (size_t)classes * (size_t)classes, at = 0;
    for (size_t q = 0; q < all; q++) due += classes <= CLASSES_WHOLE || count[q] != 0;
    TRY(alloc_zero(&made, due, sizeof **out, "the confusion of a run"));
    *out = made;
    *entries = due;
    for (size_t q = 0; q < all; q++) {
        if (classes > CLASSES_WHOLE && count[q] == 0) continue;
        (*out)[at++] = (store_confusion){ STRATA_TEST_PART, (int)(q / (size_t)classes), (int)(q % (size_t)classes), count[q] };
    }
    return STRATA_OK;
}

static strata_status fill_confusion(rows *r, const strata_run *run, store_run *out)
{
    const long *count = strata_run_confusion(run);
    if (count == NULL) return STRATA_OK;
    TRY(record_confusion(count, r->dataset.form.classes, &r->confusion, &out->confusion_count));
    out->confusion = r->confusion;
    return STRATA_OK;
}

static void fill_certainty(rows *r, const strata_run *run, store_run *out)
{
    const strata_certainty *from = strata_run_certainty(run);
    for (int q = 0; q < STRATA_CERTAINTY_BINS && from != NULL; q++) {
        r->certainty[q] = (store_certainty){ STRATA_TEST_PART, q, from->correct[q], from->wrong[q] };
    }
    out->certainty = r->certainty;
    out->certainty_count = from != NULL ? STRATA_CERTAINTY_BINS : 0;
}

static void fill_environment(rows *r, const strata_machine_facts *m, store_run *out)
{
    (void)snprintf(r->cores, sizeof r->cores, "%d", m->cores);
    const store_env env[ENVIRONMENT] = {
        { "strata", strata_version() }, { "commit", m->commit }, { "compiler", m->compiler }, { "flags", m->flags }, { "cpu", m->cpu },
        { "cores", r->cores }, { "blas", m->blas },
        { "cpu_level", m->cpu_level }, { "host", m->host },
    };
    memcpy(r->env, env, sizeof env);
    out->env = r->env;
    out->env_count = ENVIRONMENT;
}

static void fill_facts(rows *r, const strata_run *run, const char *name, store_run *out)
{
    const strata_run_facts_t *f = strata_run_facts(run);
    bool done = f->outcome == STRATA_OK;
    config_describe(strata_run_config(run), &r->config);
    *out = (store_run){
        .id = f->id, .name = name, .seed = f->seed, .status = done ? STORE_DONE : STORE_DIVERGED, .reason = f->sentence,
        .config = r->config.at, .backend = f->backend, .threads = f->threads, .data_kind = f->data_kind, .data_digest = f->data_digest,
        .model_digest = strata_model_digest(strata_run_model(run)), .updates = f->updates, .seconds = f->seconds,
        .version = strata_version(),
        .score = { done ? &f->train : NULL, done ? &f->validation : NULL, done ? &f->test : NULL },
    };
    out->point = strata_run_curve(run, &out->point_count);
    out->variant = strata_run_variants(run, &out->variant_count);
}

/* Paths are those below the folder that the store lies in. */
static void fill_artifacts(rows *r, const strata_run *run, const run_folder_files *files, store_run *out)
{
    for (size_t f = 0; f < files->count; f++) {
        (void)snprintf(r->path[f], ARTIFACT_PATH, "runs/%s%s/%s", strata_run_facts(run)->id, run_folder_suffix(run), files->file[f].name);
        r->artifact[f] = (store_artifact){ r->path[f], files->file[f].bytes, files->file[f].sha256 };
    }
    out->artifact = r->artifact;
    out->artifact_count = files->count;
}

static strata_status put_rows(const record_place *to, const char *name, const strata_run *run, const run_folder_files *files)
{
    rows r = { 0 };
    store_run row;
    strata_machine_facts machine;
    run_machine(run, &machine);
    fill_facts(&r, run, name, &row);
    row.maker = to->maker;
    dataset_row_of(to->data, &r.dataset);
    row.dataset = &r.dataset;
    fill_environment(&r, &machine, &row);
    fill_artifacts(&r, run, files, &row);
    fill_certainty(&r, run, &row);
    strata_status status = r.config.failed ? status_fail(STRATA_ERR_MEMORY, "no memory to record a run") : fill_layers(&r, run, &row);
    if (status == STRATA_OK) status = fill_mistakes(&r, run, &row);
    if (status == STRATA_OK) status = fill_confusion(&r, run, &row);
    (void)pthread_mutex_lock(to->lock);
    if (status == STRATA_OK) status = store_put_run(to->s, &row);
    (void)pthread_mutex_unlock(to->lock);
    free(r.layers);
    free(r.mistakes);
    free(r.confusion);
    text_free(&r.config);
    return status;
}

strata_status record_run(const record_place *to, const char *name, const strata_run *run, text *unsaid)
{
    run_folder_files files;
    TRY(run_folder_save(run, to->data, to->folder, &files, unsaid));
    return to->s != NULL ? put_rows(to, name, run, &files) : STRATA_OK;
}
