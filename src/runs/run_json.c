/* Stored runs as JSON documents (docs/outputs.md). */
#include <math.h>

#include "runs.h"
#include "schema.h"

/* ---- scores ------------------------------------------------------------------------------------------------------------ */

json_value *runs_score_json(const strata_score *score)
{
    json_value *root = json_new_object();
    json_put_real(root, "loss", score->loss);
    json_put_real(root, "cost", score->cost);
    json_put_real(root, "accuracy", score->accuracy);
    return root;
}

static json_value *two_numbers_json(const strata_score *score)
{
    json_value *root = json_new_object();
    json_put_real(root, "loss", score->loss);
    json_put_real(root, "accuracy", score->accuracy);
    return root;
}

json_value *runs_variants_json(const strata_variant *variant, size_t count)
{
    json_value *list = json_new_list();
    for (const strata_variant *v = variant; v < variant + count; v++) {
        json_value *one = json_new_object();
        json_put_text(one, "name", v->name);
        json_put(one, "validation", two_numbers_json(&v->validation));
        json_put(one, "test", two_numbers_json(&v->test));
        json_append(list, one);
    }
    return list;
}

static json_value *numbers_json(const long *number, size_t count)
{
    json_value *list = json_new_list();
    for (size_t q = 0; q < count; q++) json_append_int(list, number[q]);
    return list;
}

json_value *runs_certainty_json(const strata_certainty *certainty)
{
    json_value *root = json_new_object();
    json_put(root, "correct", numbers_json(certainty->correct, STRATA_CERTAINTY_BINS));
    json_put(root, "wrong", numbers_json(certainty->wrong, STRATA_CERTAINTY_BINS));
    return root;
}

/* ---- a run -------------------------------------------------------------------------------------------------------------------------- */

static json_value *links_json(const stored_pairs *links)
{
    json_value *list = json_new_list();
    for (size_t l = 0; l < links->count; l++) {
        json_value *link = json_new_object();
        json_put_text(link, "experiment", links->at[l].key);
        json_put_text(link, "label", links->at[l].value);
        json_append(list, link);
    }
    return list;
}

json_value *runs_notes_json(const stored_run *run)
{
    const stored_pairs *notes = &run->notes;
    json_value *list = json_new_list();
    for (size_t n = 0; n < notes->count; n++) {
        json_value *note = json_new_object();
        json_put_text(note, "created", notes->at[n].key);
        json_put_text(note, "words", notes->at[n].value);
        json_append(list, note);
    }
    return list;
}

static void put_scores(json_value *root, const store_run *run)
{
    for (int p = 0; p < STORE_PARTS; p++) {
        if (run->score[p] != NULL) json_put(root, runs_part_words[p], runs_score_json(run->score[p]));
        else json_put_real(root, runs_part_words[p], (double)NAN); /* null */
    }
}

json_value *runs_summary_json(const stored_run *r)
{
    const store_run *run = &r->run;
    json_value *root = json_new_object(), *results = json_new_object();
    put_scores(results, run);
    json_put_text(root, "id", run->id);
    json_put(root, "experiments", links_json(&r->links));
    json_put_text(root, "name", run->name);
    json_put_int(root, "seed", (int64_t)run->seed);
    json_put_text(root, "status", runs_status_word(run->status));
    json_put_text(root, "reason", run->reason);
    json_put_int(root, "updates", run->updates);
    json_put_real(root, "seconds", run->seconds);
    json_put(root, "results", results);
    json_put_text(root, "backend", run->backend);
    json_put_int(root, "threads", run->threads);
    json_put_text(root, "data", run->data_kind);
    json_put_text(root, "data_digest", run->data_digest);
    json_put_text(root, "dataset", run->data_name);
    json_put_text(root, "model_digest", run->model_digest);
    json_put_text(root, "created", run->created);
    json_put_text(root, "version", run->version);
    json_put_text(root, "maker", run->maker);
    json_put(root, "notes", runs_notes_json(r));
    return root;
}

/* In its JSON type where this version knows the setting, else as text. */
static void put_setting(json_value *root, strata_config *config, const stored_pair *setting)
{
    bool understood = strata_config_set(config, setting->key, setting->value) == STRATA_OK;
    if (understood) config_put_json(root, config, setting->key);
    else json_put_text(root, setting->key, setting->value);
}

static json_value *changed_json(const stored_run *run)
{
    json_value *root = json_new_object();
    for (size_t q = 0; q < run->settings.count; q++) {
        if (run->defaults[q].changed) json_put_text(root, run->settings.at[q].key, run->defaults[q].fallback);
    }
    return root;
}

static json_value *pairs_json(const stored_pairs *pairs)
{
    json_value *root = json_new_object();
    for (size_t q = 0; q < pairs->count; q++) json_put_text(root, pairs->at[q].key, pairs->at[q].value);
    return root;
}

static json_value *curve_json(const store_run *run)
{
    json_value *list = json_new_list();
    for (const strata_point *p = run->point; p < run->point + run->point_count; p++) {
        json_value *point = json_new_object();
        json_put_int(point, "update", p->update);
        json_put_real(point, "epoch", p->epoch);
        json_put_real(point, "eta", p->eta);
        json_put(point, "train", runs_score_json(&p->train));
        json_put(point, "validation", runs_score_json(&p->validation));
        json_append(list, point);
    }
    return list;
}

static json_value *artifacts_json(const stored_run *r)
{
    const store_run *run = &r->run;
    json_value *list = json_new_list();
    for (const store_artifact *a = run->artifact; a < run->artifact + run->artifact_count; a++) {
        json_value *artifact = json_new_object();
        json_put_text(artifact, "path", a->path);
        json_put_int(artifact, "bytes", a->bytes);
        json_put_text(artifact, "sha256", a->sha256);
        if (r->found != NULL) json_put_text(artifact, "state", store_file_words[r->found[a - run->artifact].state]);
        json_append(list, artifact);
    }
    return list;
}

json_value *runs_form_json(const strata_form *form, const char *const *class_names)
{
    json_value *root = json_new_object(), *image = json_new_list(), *names = json_new_list();
    json_put_text(root, "element", form->element == STRATA_BYTES ? "bytes" : "floats");
    json_put_int(root, "features", form->features);
    json_append_int(image, form->height);
    json_append_int(image, form->width);
    json_append_int(image, form->channels);
    if (form->channels > 0) json_put(root, "image", image);
    else json_free(image), json_put_real(root, "image", (double)NAN); /* null */
    json_put_int(root, "classes", form->classes);
    for (int c = 0; c < form->classes; c++) json_append_text(names, class_names[c]);
    json_put(root, "class_names", names);
    return root;
}

/* What the run was trained on; null where the store does not say. */
static void put_dataset(json_value *root, const store_dataset *d)
{
    if (d->digest == NULL) {
        json_put_real(root, "data_form", (double)NAN);
        return;
    }
    json_value *form = runs_form_json(&d->form, d->class_name);
    json_put_text(form, "title", d->title);
    json_put_int(form, "train", d->train);
    json_put_int(form, "test", d->test);
    json_put(root, "data_form", form);
}

/* ---- what a diagnosed run measured ------------------------------------------------------------------------------------------------ */

enum { CLASSES_WHOLE = 100 }; /* a matrix of more has its entries listed: docs/decisions/0099 */

/* Has the matrix a row for each class? Not where the store does not say how many there are, nor in a file that somebody changed. */
static bool whole_matrix(const stored_run *r)
{
    int classes = r->dataset.digest != NULL ? r->dataset.form.classes : 0;
    for (size_t q = 0; q < r->run.confusion_count; q++) {
        const store_confusion *c = &r->confusion[q];
        if (c->truth < 0 || c->guess < 0 || c->truth >= classes || c->guess >= classes) return false;
    }
    return classes <= CLASSES_WHOLE;
}

/* The cells come by truth and guess; one that is missing counts as none. */
static json_value *matrix_json(const stored_run *r)
{
    json_value *rows = json_new_list();
    size_t next = 0;
    for (int truth = 0; truth < r->dataset.form.classes; truth++) {
        json_value *row = json_new_list();
        for (int guess = 0; guess < r->dataset.form.classes; guess++) {
            const store_confusion *c = next < r->run.confusion_count ? &r->confusion[next] : NULL;
            bool here = c != NULL && c->truth == truth && c->guess == guess;
            json_append_int(row, here ? c->count : 0);
            next += here;
        }
        json_append(rows, row);
    }
    return rows;
}

static json_value *confused_json(const store_confusion *cell, size_t count)
{
    json_value *list = json_new_list();
    for (const store_confusion *c = cell; c < cell + count; c++) {
        if (c->count == 0) continue;
        json_value *one = json_new_object();
        json_put_int(one, "truth", c->truth);
        json_put_int(one, "guess", c->guess);
        json_put_int(one, "count", c->count);
        json_append(list, one);
    }
    return list;
}

static json_value *mistakes_json(const store_mistake *mistake, size_t count)
{
    json_value *list = json_new_list();
    for (const store_mistake *m = mistake; m < mistake + count; m++) {
        json_value *one = json_new_object();
        json_put_int(one, "image", m->image);
        json_put_int(one, "truth", m->truth);
        json_put_int(one, "guess", m->guess);
        json_put_real(one, "probability", m->probability);
        json_append(list, one);
    }
    return list;
}

static json_value *layers_json(const store_layer_point *point, size_t count)
{
    json_value *list = json_new_list();
    for (const store_layer_point *p = point; p < point + count; p++) {
        json_value *one = json_new_object();
        json_put_int(one, "update", p->update);
        json_put_int(one, "layer", p->layer);
        json_put_text(one, "what", p->what);
        json_put_real(one, "value", p->value);
        json_append(list, one);
    }
    return list;
}

static void put_diagnosis(json_value *root, const stored_run *r)
{
    const store_run *run = &r->run;
    if (run->confusion_count > 0 && whole_matrix(r)) json_put(root, "confusion", matrix_json(r));
    else if (run->confusion_count > 0) json_put(root, "confused", confused_json(run->confusion, run->confusion_count));
    if (run->mistake_count > 0) json_put(root, "mistakes", mistakes_json(run->mistake, run->mistake_count));
    if (run->layer_point_count > 0) json_put(root, "layers", layers_json(run->layer_point, run->layer_point_count));
}

strata_status runs_find_json(const stored_run *run, json_value **out)
{
    strata_config *read;
    TRY(strata_config_new(&read));
    json_value *root = runs_summary_json(run), *config = json_new_object();
    for (size_t q = 0; q < run->settings.count; q++) put_setting(config, read, &run->settings.at[q]);
    strata_config_free(read);
    json_put(root, "config", config);
    json_put(root, "not_default", changed_json(run));
    put_dataset(root, &run->dataset);
    json_put(root, "env", pairs_json(&run->env));
    json_put(root, "artifacts", artifacts_json(run));
    json_put(root, "curve", curve_json(&run->run));
    if (run->run.variant_count > 0) json_put(root, "variants", runs_variants_json(run->run.variant, run->run.variant_count));
    if (run->has_certainty) json_put(root, "certainty", runs_certainty_json(&run->certainty));
    put_diagnosis(root, run);
    *out = root;
    return STRATA_OK;
}

json_value *runs_list_json(const stored_runs *runs)
{
    json_value *list = json_new_list();
    for (size_t r = 0; r < runs->count; r++) json_append(list, runs_summary_json(&runs->at[r]));
    return list;
}
