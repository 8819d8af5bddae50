/*
 * A state dict of PyTorch becomes a model. First it is decided which net the settings describe, and which tensor of the file is which of
 * the net, shapes included; only then is memory taken and filled.
 */
#include "strata/import.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "fit.h"
#include "model.h"
#include "modelform.h"
#include "sized.h"
#include "split.h"
#include "state_dict.h"
#include "text.h"

/* What is known on the way. */
typedef struct {
    const tensorfile *file;
    const strata_data *data; /* or NULL */
    strata_variance variance;
    strata_config config;    /* with the form of the data */
    net_shape shape;
    state_dict dict;
    const char *name[NET_MAX_LAYERS + 1][NET_TENSORS]; /* the file's name of each tensor of the net; NULL: it has a constant */
    const char *mean, *std;                            /* of the standardisation; NULL: it is not in the file */
    bool none;                                         /* there is none */
} import;

/* ---- which net it is ----------------------------------------------------------------------------------------------------------------- */

static strata_status read_settings(import *in, const strata_config *like)
{
    strata_config *config;
    const char *lines = tensorfile_metadata(in->file, "config");
    if (like != NULL) return in->config = *like, STRATA_OK;
    if (lines == NULL) {
        return status_fail(STRATA_ERR_ARGUMENT, "which net is it? The file carries no settings: say them (--like SETTINGS, or key=value), "
                           "as hidden=[50,50] bn=true");
    }
    TRY(strata_config_new(&config));
    strata_status status = config_read(config, lines);
    in->config = *config;
    strata_config_free(config);
    return status;
}

static strata_status form_of_tensors(import *in)
{
    int features = 0, cols, classes = in->dict.module[in->dict.count - 1].rows;
    const state_module *first = &in->dict.module[0];
    bool said = tensorfile_metadata(in->file, "element") != NULL, vector = tensorfile_shape(in->file, "input.mean", &features, &cols);
    if (!vector && in->config.patch == 0 && first->matrix) features = first->cols;
    if (features == 0) {
        return status_fail(STRATA_ERR_ARGUMENT, "of which form are its data? The tensors do not say how large an image is: name the data "
                           "(--data WHAT)");
    }
    if (!said && features != data_cifar10_form.features) {
        return status_fail(STRATA_ERR_ARGUMENT, "of which form are its data? It takes %d numbers, and does not say whether they are bytes, "
                           "or an image: name the data (--data WHAT)", features);
    }
    return modelform_read_sized(in->file, features, classes, &in->config.form);
}

static strata_status find_shape(import *in)
{
    strata_config *c = &in->config;
    if (in->data != NULL) *c = fit_to(c, in->data);
    else TRY(form_of_tensors(in));
    TRY(config_check_net(c));
    TRY(config_check_form(c));
    int64_t n_train = c->n_train, n_val = c->n_val;
    config_resolve(c);
    c->n_train = n_train; /* 0: what the data allow that it is used with, as in any program's file */
    c->n_val = n_val;
    in->shape = config_shape(c);
    return STRATA_OK;
}

/* ---- which tensor is which ----------------------------------------------------------------------------------------------------------- */

/* Behind a sentence about tensors that are not those due: the settings ask for them. */
static strata_status asked_by(strata_status status, const import *in)
{
    char hidden[400], norm[16], sentence[STATUS_SENTENCE];
    const net_norm of = config_norm(&in->config);
    if (status != STRATA_ERR_DATA) return status;
    TRY(strata_config_get(&in->config, "hidden", hidden, sizeof hidden));
    (void)snprintf(norm, sizeof norm, "%s", of == NET_BATCH_NORM ? "batch" : of == NET_LAYER_NORM ? "layer" : "none");
    status_sentence_save(sentence);
    return status_fail(status, "%.600s (by the settings hidden = %.300s, norm = %s; the data have %d features and %d classes)", sentence,
                       hidden, norm, in->config.form.features, in->config.form.classes);
}

/* The first name that a module has: every module has one. */
static const char *any_name(const state_module *m)
{
    for (int r = 0; r < STATE_ROLES; r++) {
        if (m->name[r] != NULL) return m->name[r];
    }
    return "";
}

static strata_status take_linear(import *in, const state_module *m, int l)
{
    if (m == NULL) return status_fail(STRATA_ERR_DATA, "layer %d has no nn.Linear: the file ends before it", l);
    if (!m->matrix || m->name[STATE_MEAN] != NULL || m->name[STATE_VAR] != NULL) {
        return status_fail(STRATA_ERR_DATA, "tensor '%.60s' is of a norm, where the nn.Linear of layer %d is due", any_name(m), l);
    }
    TRY(tensorfile_expect(in->file, m->name[STATE_WEIGHT], in->shape.layer[l].units, in->shape.layer[l].inputs));
    in->name[l][NET_W] = m->name[STATE_WEIGHT];
    in->name[l][NET_B] = m->name[STATE_BIAS];
    return STRATA_OK;
}

static strata_status take_norm(import *in, const state_module *m, int l)
{
    bool batch = in->shape.layer[l].norm == NET_BATCH_NORM;
    const char *due = batch ? "nn.BatchNorm1d" : "nn.LayerNorm";
    if (m == NULL) return status_fail(STRATA_ERR_DATA, "layer %d has no %s: the file ends before it", l, due);
    if (m->matrix) return status_fail(STRATA_ERR_DATA, "tensor '%.60s' is a matrix, where the %s of layer %d is due", any_name(m), due, l);
    int averages = (m->name[STATE_MEAN] != NULL) + (m->name[STATE_VAR] != NULL);
    if (batch && averages < 2) {
        return status_fail(STRATA_ERR_DATA, "module %ld has no running_mean and running_var, which layer %d needs", m->number, l);
    }
    if (!batch && averages > 0) {
        return status_fail(STRATA_ERR_DATA, "module %ld has running averages, where the nn.LayerNorm of layer %d is due", m->number, l);
    }
    in->name[l][NET_GAMMA] = m->name[STATE_WEIGHT];
    in->name[l][NET_BETA] = m->name[STATE_BIAS];
    in->name[l][NET_MEAN] = m->name[STATE_MEAN];
    in->name[l][NET_VAR] = m->name[STATE_VAR];
    return STRATA_OK;
}

static strata_status match(import *in)
{
    int next = 0;
    const state_dict *dict = &in->dict;
    for (int l = 1; l <= in->shape.k; l++) {
        TRY(take_linear(in, next < dict->count ? &dict->module[next] : NULL, l));
        next++;
        if (in->shape.layer[l].norm == NET_PLAIN) continue;
        TRY(take_norm(in, next < dict->count ? &dict->module[next] : NULL, l));
        next++;
    }
    if (next < dict->count) {
        return status_fail(STRATA_ERR_DATA, "tensor '%.60s' is one too many: a net of %d layers has none for it",
                           any_name(&dict->module[next]), in->shape.k);
    }
    for (int l = 1; l <= in->shape.k; l++) {
        for (int which = NET_B; which < NET_TENSORS; which++) {
            const char *name = in->name[l][which];
            if (name != NULL) TRY(tensorfile_expect(in->file, name, in->shape.layer[l].units, 0));
        }
    }
    return STRATA_OK;
}

/* ---- the standardisation ------------------------------------------------------------------------------------------------------------- */

static strata_status find_standardisation(import *in)
{
    int rows, cols;
    bool mean = tensorfile_shape(in->file, "input.mean", &rows, &cols), std = tensorfile_shape(in->file, "input.std", &rows, &cols);
    if (mean != std) {
        return status_fail(STRATA_ERR_DATA, "it has input.%s alone: the standardisation is input.mean and input.std",
                           mean ? "mean" : "std");
    }
    if (mean) {
        TRY(tensorfile_expect(in->file, "input.mean", in->config.form.features, 0));
        TRY(tensorfile_expect(in->file, "input.std", in->config.form.features, 0));
        in->mean = "input.mean";
        in->std = "input.std";
    }
    bool ours = tensorfile_metadata(in->file, "strata_version") != NULL; /* of a net whose means are 0 and deviations 1 */
    in->none = !mean && (ours || config_standardise(&in->config) == STANDARDISE_NONE);
    if (mean || in->none || in->data != NULL) return STRATA_OK;
    return status_fail(STRATA_ERR_ARGUMENT, "how are its inputs standardised? The file has no input.mean and input.std: name the data that "
                       "it was trained on (--data WHAT), or say standardise=none");
}

/* One mean and one deviation for a channel are what a patch layer reads unless standardise says pixel. */
static strata_status check_channels(const strata_config *c, const standardisation *s)
{
    if (c->patch == 0 || s->kind == STANDARDISATION_OF_PIXELS) return STRATA_OK;
    int pixels = c->form.height * c->form.width;
    for (int t = 0; t < s->features; t++) {
        int first = t / pixels * pixels;
        if (s->mean[t] == s->mean[first] && s->std[t] == s->std[first]) continue;
        return status_fail(STRATA_ERR_DATA, "input.mean and input.std differ within a channel (feature %d): say standardise=pixel", t);
    }
    return STRATA_OK;
}

/* That of the training part, as a training computes it. */
static strata_status take_parameters(const import *in, strata_model *model)
{
    split *part;
    if (in->mean == NULL && !in->none) {
        const strata_config resolved = fit_resolved(&in->config, in->data);
        TRY(fit_split(&resolved, in->data, &part));
        strata_status status = model_take_parameters(model, &part->inputs);
        free(part);
        return status;
    }
    TRY(model_take_parameters(model, NULL));
    for (int t = 0; t < model->inputs->features; t++) model->inputs->std[t] = 1;
    if (in->mean == NULL) return STRATA_OK;
    TRY(tensorfile_read(in->file, in->mean, model->inputs->features, 0, 0, 1, model->inputs->mean));
    TRY(tensorfile_read(in->file, in->std, model->inputs->features, 0, 0, 1, model->inputs->std));
    return check_channels(&in->config, model->inputs);
}

/* ---- numbers ------------------------------------------------------------------------------------------------------------------------- */

/* What PyTorch stored, times this, is the variance that the model keeps. */
static double variance_factor(const import *in, int l)
{
    double n = (double)in->config.n_batch * (l == 1 ? in->shape.patches.count : 1);
    return in->variance == STRATA_VARIANCE_UNBIASED && n > 1 ? (n - 1) / n : 1;
}

enum { AT_ONCE = 1 << 14 };

/* A tensor of the net, column after column, as many as the buffer holds. */
static strata_status read_tensor(const import *in, const net_walk *t, double *x)
{
    const backend *ops = t->net->ops;
    const char *name = in->name[t->l][t->which];
    bool matrix = t->which == NET_W;
    double factor = t->which == NET_VAR ? variance_factor(in, t->l) : 1;
    if (name == NULL) return ops->fill(t->M, t->which == NET_GAMMA ? 1 : 0), STRATA_OK;
    int rows = t->M.rows, most = rows < AT_ONCE ? AT_ONCE / rows : 1;
    for (int first = 0; first < t->M.cols; first += most) {
        mat part = mat_at(ops, t->M, (size_t)first * (size_t)rows);
        part.rows = rows;
        part.cols = t->M.cols - first < most ? t->M.cols - first : most;
        TRY(tensorfile_read(in->file, name, rows, matrix ? t->M.cols : 0, first, part.cols, x));
        for (int i = 0; factor != 1 && i < rows; i++) x[i] *= factor;
        ops->put(part, x);
    }
    return STRATA_OK;
}

static strata_status fill(const import *in, strata_model *model)
{
    void *x;
    TRY(take_parameters(in, model));
    TRY(alloc_zero(&x, NET_MAX_WIDTH, sizeof(double), "the tensors of a model"));
    strata_status status = STRATA_OK;
    for (net_walk t = net_each_tensor(model->net, NET_EVERY_ROLE); status == STRATA_OK && net_next_tensor(&t);) {
        status = read_tensor(in, &t, x);
    }
    free(x);
    TRY(status);
    TRY(model_check_numbers(model));
    standardisation_complete(model->inputs);
    model->net->started = true;
    return model_finish(model);
}

/* ---- the whole ----------------------------------------------------------------------------------------------------------------------- */

/* Class names and digest: of the data, or what the file says of them. */
static strata_status name_data(const import *in, strata_model *model)
{
    if (in->data == NULL) return modelform_read_names(in->file, model->config.form.classes, &model->class_name);
    const strata_data_facts *facts = strata_data_describe(in->data);
    if (data_same_form(facts->form, &data_cifar10_form)) return STRATA_OK;
    return model_name_classes(model, facts->class_names);
}

static strata_status find_digest(const import *in, const char **digest)
{
    *digest = in->data != NULL ? strata_data_describe(in->data)->digest : tensorfile_metadata(in->file, "data_digest");
    if (*digest == NULL) *digest = "";
    return model_check_data_digest(*digest);
}

static strata_status check_variance(const import *in)
{
    const char *said = tensorfile_metadata(in->file, "variance");
    bool biased = said != NULL && strcmp(said, "biased") == 0;
    if (in->variance == STRATA_VARIANCE_STORED || !biased) return STRATA_OK;
    return status_fail(STRATA_ERR_ARGUMENT, "the file says that its variances are biased already, so none is unbiased: leave that out");
}

static strata_status make_model(import *in, strata_model **out)
{
    const char *digest;
    TRY(find_digest(in, &digest));
    TRY(model_create(&in->config, digest, out));
    strata_status status = name_data(in, *out);
    if (status == STRATA_OK) status = fill(in, *out);
    if (status == STRATA_OK) return STRATA_OK;
    strata_model_free(*out);
    *out = NULL;
    return status;
}

static strata_status read_model(import *in, const strata_config *like, strata_model **out)
{
    TRY(check_variance(in));
    TRY(read_settings(in, like));
    TRY(state_dict_read(in->file, &in->dict));
    TRY(find_shape(in));
    TRY(asked_by(match(in), in));
    TRY(find_standardisation(in));
    return make_model(in, out);
}

strata_status strata_model_import(const char *path, const strata_import_as *given, strata_model **out)
{
    void *made;
    tensorfile *file;
    strata_import_as how;
    REQUIRE(out != NULL);
    *out = NULL;
    REQUIRE(path != NULL);
    TAKE_SIZED(strata_import_as, given, &how);
    REQUIRE(how.variance == STRATA_VARIANCE_STORED || how.variance == STRATA_VARIANCE_UNBIASED);
    TRY(alloc_zero(&made, 1, sizeof(import), "an import"));
    import *in = made;
    strata_status status = tensorfile_open_foreign(path, &file);
    if (status == STRATA_OK) {
        in->file = file;
        in->data = how.data;
        in->variance = how.variance;
        status = read_model(in, how.like, out);
        if (status == STRATA_ERR_DATA || status == STRATA_ERR_ARGUMENT) status = status_fail_at(status, path);
        tensorfile_free(file);
    }
    free(in);
    return status;
}
