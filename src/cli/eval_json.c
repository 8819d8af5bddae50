/* strata eval for programs: docs/outputs.md says what the documents hold. */
#include <math.h>

#include "eval.h"
#include "runs.h"

static json_value *confusion_json(const evaluated *e, const strata_data *data)
{
    int classes_in_all = strata_data_describe(data)->form->classes;
    json_value *root = json_new_object(), *classes = json_new_list(), *rows = json_new_list();
    for (int truth = 0; truth < classes_in_all; truth++) {
        json_value *row = json_new_list();
        const long *counts = e->guesses.confusion + (size_t)truth * (size_t)classes_in_all;
        for (int c = 0; c < classes_in_all; c++) json_append_int(row, counts[c]);
        json_append(rows, row);
        json_append_text(classes, strata_data_describe(data)->class_names[truth]);
    }
    json_put(root, "classes", classes);
    json_put(root, "counts", rows);
    return root;
}

/* Nobody knows whether the data are the same where the model does not say which it was trained on: null. */
static void put_origin(json_value *root, eval_origin origin)
{
    if (origin == EVAL_DATA_NOT_SAID) json_put_real(root, "same_data", NAN);
    else json_put_bool(root, "same_data", origin == EVAL_SAME_DATA);
}

json_value *eval_one_json(const evaluated *e, const strata_data *data, bool confusion)
{
    json_value *root = json_new_object();
    json_put_text(root, "model", e->path);
    json_put_text(root, "model_digest", e->digest);
    json_put(root, "config", json_clone(e->config));
    json_put_text(root, "data", strata_data_describe(data)->kind);
    put_origin(root, e->origin);
    for (int q = 0; q < EVAL_PARTS; q++) json_put(root, eval_part_words[q], runs_score_json(&e->score[q]));
    if (confusion) json_put(root, "confusion", confusion_json(e, data));
    return root;
}

static json_value *failed_json(const evaluated *e)
{
    json_value *root = json_new_object();
    json_put_text(root, "model", e->path);
    json_put_text(root, "error", e->sentence);
    return root;
}

json_value *eval_list_json(const evaluated_list *list, const strata_data *data, bool confusion)
{
    json_value *root = json_new_object(), *models = json_new_list();
    for (size_t m = 0; m < list->count; m++) {
        const evaluated *e = &list->at[m];
        bool failed = e->status != STRATA_OK;
        json_value *one = failed ? failed_json(e) : eval_one_json(e, data, confusion);
        json_put_text(one, "name", e->name.at);
        if (!failed) json_put_int(one, "parameters", (int64_t)e->parameters);
        if (!failed) json_put_bool(one, "verified", e->verified);
        if (e->twin != NULL) json_put_text(one, "same_as", e->twin);
        json_append(models, one);
    }
    json_put(root, "models", models);
    json_put_int(root, "failed", (int64_t)list->failed);
    return root;
}
