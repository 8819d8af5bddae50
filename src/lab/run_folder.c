/* See run_folder.h. The record comes last, with the digests of the files before it: where it is, they are. */
#include "run_folder.h"

#include <stdio.h>
#include <string.h>

#include "config.h"
#include "csv.h"
#include "dataset_row.h"
#include "file.h"
#include "losses.h"
#include "picture.h"
#include "run.h"
#include "run_files.h"
#include "runs.h"
#include "schema.h"
#include "strata/machine.h"

/* ---- documents ----------------------------------------------------------------------------------------------------------------------- */

json_value *run_folder_json(const strata_run *run)
{
    size_t variants;
    const strata_certainty *certainty = strata_run_certainty(run);
    const strata_variant *variant = strata_run_variants(run, &variants);
    const strata_run_facts_t *f = strata_run_facts(run);
    json_value *root = json_new_object();
    json_put_text(root, "id", f->id);
    json_put_int(root, "seed", (int64_t)f->seed);
    json_put(root, "config", config_to_json(strata_run_config(run)));
    json_put_int(root, "updates", f->updates);
    json_put_real(root, "seconds", f->seconds);
    json_put_text(root, "backend", f->backend);
    json_put_int(root, "threads", f->threads);
    json_put_text(root, "data", f->data_kind);
    json_put_text(root, "data_digest", f->data_digest);
    json_put_text(root, "model_digest", strata_model_digest(strata_run_model(run)));
    json_put_bool(root, "diverged", f->outcome == STRATA_ERR_DIVERGED);
    json_put_bool(root, "stopped", f->outcome == STRATA_STOPPED);
    if (f->outcome != STRATA_OK) json_put_text(root, "reason", f->sentence);
    json_put(root, "train", runs_score_json(&f->train));
    json_put(root, "validation", runs_score_json(&f->validation));
    json_put(root, "test", runs_score_json(&f->test));
    if (variants > 0) json_put(root, "variants", runs_variants_json(variant, variants));
    if (certainty != NULL) json_put(root, "certainty", runs_certainty_json(certainty));
    return root;
}

static json_value *machine_json(const strata_machine_facts *m, const char *automatic)
{
    json_value *root = json_new_object();
    json_put_text(root, "strata", strata_version());
    json_put_text(root, "commit", m->commit);
    json_put_text(root, "compiler", m->compiler);
    json_put_text(root, "flags", m->flags);
    json_put_text(root, "host", m->host);
    json_put_text(root, "cpu", m->cpu);
    json_put_int(root, "cores", m->cores);
    json_put_text(root, "cpu_level", m->cpu_level);
    json_put_bool(root, "bf16", m->bf16);
    json_put_text(root, "blas", m->blas);
    json_put_text(root, "backend", automatic);
    json_put_bool(root, "yaml", m->yaml);
    json_put_bool(root, "png", m->png);
    return root;
}

json_value *run_folder_machine(void)
{
    strata_machine_facts m = { .size = sizeof m };
    (void)strata_machine(&m);
    return machine_json(&m, strata_backend_auto());
}

/* Of the machine that trained the run. */
static json_value *machine_of(const strata_run *run)
{
    strata_machine_facts m;
    run_machine(run, &m);
    return machine_json(&m, run_automatic(run));
}

/* ---- files --------------------------------------------------------------------------------------------------------------------------- */

/* A folder while it is filled. */
typedef struct {
    const strata_run *run;
    const strata_data *data;
    text folder, path; /* of the run; of the file at hand */
    json_value *files; /* of run.json */
    run_folder_files *made;
} filling;

static strata_status save_model(const filling *f, const char *path)
{
    return strata_model_save(strata_run_model(f->run), path);
}

static strata_status save_weights(const filling *f, const char *path)
{
    return picture_weights(strata_run_model(f->run), path);
}

static strata_status save_mistakes(const filling *f, const char *path)
{
    size_t count;
    const strata_mistake *list = strata_run_mistakes(f->run, &count);
    return picture_mistakes(f->data, list, count, path);
}

/* Takes the text over. */
static strata_status save_text(text *csv, const char *path)
{
    strata_status status = csv->failed ? status_fail(STRATA_ERR_MEMORY, "no memory to write %s", path)
                                       : file_write(path, csv->at, csv->length);
    text_free(csv);
    return status;
}

static strata_status save_losses(const filling *f, const char *path)
{
    text csv = { 0 };
    losses_csv(f->run, &csv);
    return save_text(&csv, path);
}

static strata_status save_curves(const filling *f, const char *path)
{
    size_t count;
    const strata_point *p = strata_run_curve(f->run, &count);
    text csv = { 0 };
    text_add(&csv, "update,epoch,eta,train_loss,train_cost,train_accuracy,validation_loss,validation_cost,validation_accuracy\n");
    for (size_t q = 0; q < count; q++, p++) {
        const double numbers[] = { p->epoch, p->eta, p->train.loss, p->train.cost, p->train.accuracy, p->validation.loss,
                                   p->validation.cost, p->validation.accuracy };
        text_add(&csv, "%ld", p->update);
        for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++) {
            text_add(&csv, ",");
            csv_add_number(&csv, numbers[n]);
        }
        text_add(&csv, "\n");
    }
    return save_text(&csv, path);
}

static strata_status path_of(filling *f, const char *name)
{
    f->path.length = 0;
    text_add(&f->path, "%s/%s", f->folder.at, name);
    return f->path.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the path of %s", name) : STRATA_OK;
}

/* The file's digest, of the bytes as they are on disk. */
static strata_status list_file(filling *f, const char *name)
{
    size_t size, at = f->made->count;
    TRY(file_digest(f->path.at, &size, f->made->file[at].sha256));
    (void)snprintf(f->made->file[at].name, RUN_FOLDER_NAME, "%s", name);
    f->made->file[at].bytes = (int64_t)size;
    f->made->count++;
    return STRATA_OK;
}

static strata_status save_file(filling *f, const char *name, strata_status (*save)(const filling *f, const char *path))
{
    TRY(path_of(f, name));
    TRY(save(f, f->path.at));
    TRY(list_file(f, name));
    run_files_put(f->files, name, f->made->file[f->made->count - 1].bytes, f->made->file[f->made->count - 1].sha256);
    return STRATA_OK;
}

/* A picture is for looking at: without libpng a run is no less a run. */
static void save_picture(filling *f, const char *name, strata_status (*save)(const filling *f, const char *path), text *unsaid)
{
    if (save_file(f, name, save) != STRATA_OK) text_add(unsaid, "%s\n", strata_error());
}

static bool makes_mistakes(const strata_run *run)
{
    size_t count;
    (void)strata_run_mistakes(run, &count);
    return count > 0;
}

static strata_status save_results(filling *f, text *unsaid)
{
    TRY(file_make_folder(f->folder.at));
    TRY(save_file(f, "curves.csv", save_curves));
    if (strata_run_config(f->run)->log_every > 0) TRY(save_file(f, "losses.csv", save_losses));
    if (strata_run_facts(f->run)->outcome != STRATA_OK) return STRATA_OK;
    TRY(save_file(f, "model.safetensors", save_model));
    if (strata_run_confusion(f->run) == NULL) return STRATA_OK; /* it was not to be diagnosed */
    if (strata_data_describe(f->data)->form->channels == 0) return STRATA_OK; /* nothing to look at */
    save_picture(f, "weights.png", save_weights, unsaid);
    if (makes_mistakes(f->run)) save_picture(f, "mistakes.png", save_mistakes, unsaid);
    return STRATA_OK;
}

/* Takes over f->files. */
static strata_status save_record(filling *f)
{
    json_value *record = run_folder_json(f->run);
    store_dataset d;
    dataset_row_of(f->data, &d);
    json_put(record, "data_form", runs_form_json(&d.form, d.class_name));
    json_put(record, "machine", machine_of(f->run));
    json_put(record, "files", f->files);
    f->files = NULL;
    strata_status status = path_of(f, run_files_record);
    if (status != STRATA_OK) {
        json_free(record);
        return status;
    }
    TRY(run_files_save(record, f->path.at));
    return list_file(f, run_files_record);
}

bool run_folder_is_locked(const char *folder, const char *id)
{
    text path = { 0 };
    text_add(&path, "%s/%s", folder, id);
    bool locked = !path.failed && file_is_locked(path.at);
    text_free(&path);
    return locked;
}

const char *run_folder_suffix(const strata_run *run)
{
    return strata_run_facts(run)->outcome == STRATA_ERR_DIVERGED ? "-diverged" : "";
}

strata_status run_folder_save(const strata_run *run, const strata_data *data, const char *folder, run_folder_files *made, text *unsaid)
{
    filling f = { .run = run, .data = data, .files = json_new_object(), .made = made };
    *made = (run_folder_files){ .count = 0 };
    text_add(&f.folder, "%s/%s%s", folder, strata_run_facts(run)->id, run_folder_suffix(run));
    strata_status status = f.folder.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a path") : save_results(&f, unsaid);
    if (status == STRATA_OK) status = save_record(&f);
    json_free(f.files);
    text_free(&f.folder);
    text_free(&f.path);
    return status;
}
