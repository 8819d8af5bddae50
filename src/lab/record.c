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
#include "digest.h"
#include "file.h"
#include "picture.h"
#include "strata/machine.h"

enum { ARTIFACTS = 3, ARTIFACT_PATH = 64, ENVIRONMENT = 8 };

typedef struct {
    const char *out;
    text folder; /* OUT/runs/ID */
    const strata_run *run;
    const strata_data *data;
    store_artifact list[ARTIFACTS];
    char path[ARTIFACTS][ARTIFACT_PATH], sha256[ARTIFACTS][DIGEST_TEXT];
    size_t count;
} files;

/* ---- files --------------------------------------------------------------------------------------------------------------------------- */

static strata_status save_model(const files *f, const char *path)
{
    return strata_model_save(strata_run_model(f->run), path);
}

static strata_status save_weights(const files *f, const char *path)
{
    return picture_weights(strata_run_model(f->run), path);
}

static strata_status save_mistakes(const files *f, const char *path)
{
    size_t count;
    const strata_mistake *list = strata_run_mistakes(f->run, &count);
    return picture_mistakes(f->data, list, count, path);
}

/* The file's digest, of the bytes as they are on disk. */
static strata_status add_artifact(files *f, const char *path, const char *name)
{
    size_t size, at = f->count;
    TRY(file_digest(path, &size, f->sha256[at]));
    (void)snprintf(f->path[at], ARTIFACT_PATH, "runs/%s/%s", strata_run_facts(f->run)->id, name);
    f->list[at] = (store_artifact){ f->path[at], (int64_t)size, f->sha256[at] };
    f->count++;
    return STRATA_OK;
}

static strata_status save_file(files *f, const char *name, strata_status (*save)(const files *f, const char *path))
{
    text path = { 0 };
    text_add(&path, "%s/%s", f->folder.at, name);
    strata_status status = path.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a path") : save(f, path.at);
    if (status == STRATA_OK) status = add_artifact(f, path.at, name);
    text_free(&path);
    return status;
}

/* A picture is for looking at: without libpng a run is no less a run. */
static void save_picture(files *f, const char *name, strata_status (*save)(const files *f, const char *path), text *unsaid)
{
    if (save_file(f, name, save) != STRATA_OK) text_add(unsaid, "%s\n", strata_error());
}

static bool makes_mistakes(const strata_run *run)
{
    size_t count;
    (void)strata_run_mistakes(run, &count);
    return count > 0;
}

static strata_status save_files(files *f, text *unsaid)
{
    text_add(&f->folder, "%s/runs/%s", f->out, strata_run_facts(f->run)->id);
    if (f->folder.failed) return status_fail(STRATA_ERR_MEMORY, "no memory for a path");
    TRY(file_make_folder(f->folder.at));
    TRY(save_file(f, "model.safetensors", save_model));
    if (strata_run_confusion(f->run) == NULL) return STRATA_OK; /* it was not to be diagnosed */
    save_picture(f, "weights.png", save_weights, unsaid);
    if (makes_mistakes(f->run)) save_picture(f, "mistakes.png", save_mistakes, unsaid);
    return STRATA_OK;
}

/* ---- rows ---------------------------------------------------------------------------------------------------------------------------- */

/* Memory for what the store wants in its own words. */
typedef struct {
    store_layer_point *layers;
    store_mistake *mistakes;
    store_confusion confusion[STRATA_CLASSES * STRATA_CLASSES];
    store_env env[ENVIRONMENT];
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

static void fill_confusion(rows *r, const strata_run *run, store_run *out)
{
    const long *count = strata_run_confusion(run);
    out->confusion = r->confusion;
    for (int q = 0; count != NULL && q < STRATA_CLASSES * STRATA_CLASSES; q++) {
        r->confusion[out->confusion_count++] = (store_confusion){ STRATA_TEST_PART, q / STRATA_CLASSES, q % STRATA_CLASSES, count[q] };
    }
}

static void fill_environment(rows *r, const strata_machine_facts *m, store_run *out)
{
    (void)snprintf(r->cores, sizeof r->cores, "%d", m->cores);
    const store_env env[ENVIRONMENT] = {
        { "strata", strata_version() }, { "commit", m->commit }, { "compiler", m->compiler }, { "flags", m->flags }, { "cpu", m->cpu },
        { "cores", r->cores }, { "blas", m->blas },
        { "cpu_level", m->cpu_level },
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
}

static strata_status put_rows(store *s, const char *name, const files *f)
{
    rows r = { 0 };
    store_run row;
    strata_machine_facts machine = { .size = sizeof machine };
    (void)strata_machine(&machine);
    fill_facts(&r, f->run, name, &row);
    fill_confusion(&r, f->run, &row);
    fill_environment(&r, &machine, &row);
    row.artifact = f->list;
    row.artifact_count = f->count;
    strata_status status = r.config.failed ? status_fail(STRATA_ERR_MEMORY, "no memory to record a run") : fill_layers(&r, f->run, &row);
    if (status == STRATA_OK) status = fill_mistakes(&r, f->run, &row);
    if (status == STRATA_OK) status = store_put_run(s, &row);
    free(r.layers);
    free(r.mistakes);
    text_free(&r.config);
    return status;
}

strata_status record_run(const record_place *to, const char *name, const strata_run *run, text *unsaid)
{
    files f = { .out = to->out, .run = run, .data = to->data };
    strata_status status = strata_run_facts(run)->outcome == STRATA_OK ? save_files(&f, unsaid) : STRATA_OK;
    text_free(&f.folder);
    if (status != STRATA_OK) return status;
    (void)pthread_mutex_lock(to->lock);
    status = put_rows(to->s, name, &f);
    (void)pthread_mutex_unlock(to->lock);
    return status;
}
