/*
 * Models, as tensors and texts. One list of all tensors, list_tensors, serves saving, loading, looking and the digest, so that they cannot
 * disagree about names, order or shapes. None of them takes a copy of the parameters.
 */
#include "model.h"

#include <float.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "fit.h"
#include "modelform.h"

static const char format_version[] = "2", without_digest[] = "1";

enum { TENSOR_NAME = 40, TENSORS_MOST = NET_TENSORS * NET_MAX_LAYERS + 2 };

/* A tensor of a model, rows x cols (cols = 0: a vector): in its net, or one of the vectors of its inputs. */
typedef struct {
    char name[TENSOR_NAME];
    int rows, cols;
    mat M;
    double *vector; /* or NULL */
} tensor;

typedef struct {
    const backend *ops;
    size_t count;
    tensor list[TENSORS_MOST];
} tensors;

static void add_mat(tensors *all, mat M, int l, const char *name, bool matrix)
{
    tensor *t = &all->list[all->count];
    *t = (tensor){ .rows = M.rows, .cols = matrix ? M.cols : 0, .M = M };
    (void)snprintf(t->name, sizeof t->name, "layer%d.%s", l, name);
    all->count++;
}

static void add_vector(tensors *all, const char *name, int features, double *vector)
{
    tensor *t = &all->list[all->count++];
    *t = (tensor){ .rows = features, .vector = vector };
    (void)snprintf(t->name, sizeof t->name, "%s", name);
}

/* Every tensor of the model, in the order of its file; freed by the caller. Whoever has a model for reading may only read them. */
static strata_status list_tensors(const strata_model *model, tensors **out)
{
    void *made;
    const network *net = model->net;
    TRY(alloc_zero(&made, 1, sizeof **out, "the tensors of a model"));
    tensors *all = made;
    all->ops = net->ops;
    for (net_walk t = net_each_tensor(net, NET_EVERY_ROLE); net_next_tensor(&t);) {
        add_mat(all, t.M, t.l, net_tensor_name(t.which), net_shape_of(&net->shape, t.l, t.which).matrix);
    }
    add_vector(all, "input.mean", model->inputs->features, model->inputs->mean);
    add_vector(all, "input.std", model->inputs->features, model->inputs->std);
    *out = all;
    return STRATA_OK;
}

/* Rows row .. of column col, as floats into out, out + step, ... */
static void get_column(const backend *ops, const tensor *t, int row, int rows, int col, float *out, int step)
{
    double x[64];
    enum { SOME = sizeof x / sizeof *x };
    for (int r = 0; r < rows; r += SOME) {
        int some = rows - r < SOME ? rows - r : SOME;
        if (t->vector == NULL) ops->get(x, mat_stretch(ops, t->M, (size_t)col * (size_t)t->rows + (size_t)(row + r), some));
        for (int y = 0; y < some; y++) out[(r + y) * step] = (float)(t->vector == NULL ? x[y] : t->vector[row + r + y]);
    }
}

/* See tensor_source. */
static void get_rows(const void *self, int number, int row, int rows, int col, int cols, float *out)
{
    const tensors *all = self;
    for (int c = 0; c < cols; c++) get_column(all->ops, &all->list[number], row, rows, col + c, out + c, cols);
}

/* ---- making -------------------------------------------------------------------------------------------------------------------------- */

strata_status model_create(const strata_config *config, const char *data_digest, strata_model **out)
{
    void *made;
    *out = NULL;
    TRY(alloc_zero(&made, 1, sizeof **out, "a model"));
    strata_model *model = made;
    model->config = *config;
    model->config.threads = 0; /* who shared the work changes no number, and must change no byte of the file either */
    model->config.log_every = 0; /* nor may what was told of it */
    (void)snprintf(model->data_digest, sizeof model->data_digest, "%s", data_digest);
    *out = model;
    return STRATA_OK;
}

strata_status model_name_classes(strata_model *model, const char *const *names)
{
    return examples_copy_names(names, (size_t)model->config.form.classes, &model->class_name);
}

static void say_form(const strata_form *f, char out[96])
{
    if (f->height > 0) (void)snprintf(out, 96, "images of %d x %d x %d, %d classes", f->height, f->width, f->channels, f->classes);
    else (void)snprintf(out, 96, "%d %s, %d classes", f->features, f->element == STRATA_FLOATS ? "numbers" : "bytes", f->classes);
}

strata_status model_takes(const strata_model *model, const strata_form *form)
{
    char mine[96], theirs[96];
    const strata_form *f = &model->config.form;
    if (f->element == form->element && f->features == form->features && f->classes == form->classes) return STRATA_OK;
    say_form(f, mine);
    say_form(form, theirs);
    return status_fail(STRATA_ERR_ARGUMENT, "the model is for %s, and these data are %s", mine, theirs);
}

strata_status model_take_parameters(strata_model *model, const standardisation *inputs)
{
    void *made;
    net_shape shape = config_shape(&model->config);
    standardisation_how how = fit_standardisation(&model->config);
    size_t vectors = standardisation_bytes(&model->config.form, how);
    TRY(alloc_zero(&made, 1, sizeof *model->inputs + vectors, "the standardisation of the inputs"));
    model->inputs = made;
    standardisation_place(model->inputs, &model->config.form, how, model->inputs + 1);
    if (inputs != NULL) memcpy(model->inputs->mean, inputs->mean, vectors);
    strata_status status = net_create(config_backend(&model->config), &shape, &model->net);
    if (status != STRATA_OK) model_drop_parameters(model);
    return status;
}

void model_drop_parameters(strata_model *model)
{
    net_free(model->net);
    free(model->inputs);
    model->net = NULL;
    model->inputs = NULL;
}

void strata_model_free(strata_model *model)
{
    if (model == NULL) return;
    model_drop_parameters(model);
    examples_free_names(model->class_name, (size_t)model->config.form.classes);
    free(model);
}

/* A writer of all tensors that are listed; it lives no longer than the list. */
static strata_status write_tensors(const tensors *all, tensorwriter **out)
{
    TRY(tensorwriter_new(get_rows, all, out));
    strata_status status = STRATA_OK;
    for (size_t t = 0; t < all->count && status == STRATA_OK; t++) {
        status = tensorwriter_add(*out, all->list[t].name, all->list[t].rows, all->list[t].cols);
    }
    if (status == STRATA_OK) return STRATA_OK;
    tensorwriter_free(*out);
    *out = NULL;
    return status;
}

strata_status model_finish(strata_model *model)
{
    tensors *all;
    tensorwriter *writer = NULL;
    TRY(list_tensors(model, &all));
    strata_status status = write_tensors(all, &writer);
    if (status == STRATA_OK) status = tensorwriter_digest(writer, model->digest);
    tensorwriter_free(writer);
    free(all);
    return status;
}

/* ---- saving -------------------------------------------------------------------------------------------------------------------------- */

static strata_status describe(const strata_model *model, tensorwriter *writer)
{
    char value[1024];
    text config = { 0 };
    static const char *const keys[] = { "hidden", "bn", "eps", "alpha" };
    (void)snprintf(value, sizeof value, "%d", model->config.form.classes);
    tensorwriter_metadata(writer, "format", "strata");
    tensorwriter_metadata(writer, "format_version", format_version);
    tensorwriter_metadata(writer, "strata_version", STRATA_VERSION);
    tensorwriter_metadata(writer, "classes", value);
    tensorwriter_metadata(writer, "variance", "biased");
    tensorwriter_metadata(writer, "data_digest", model->data_digest);
    TRY(modelform_describe(&model->config.form, model->class_name, writer));
    for (size_t q = 0; q < sizeof keys / sizeof *keys; q++) {
        TRY(strata_config_get(&model->config, keys[q], value, sizeof value));
        tensorwriter_metadata(writer, keys[q], value);
    }
    config_describe(&model->config, &config);
    strata_status status = config.failed ? status_fail(STRATA_ERR_MEMORY, "no memory to describe a model") : STRATA_OK;
    if (status == STRATA_OK) tensorwriter_metadata(writer, "config", config.at);
    text_free(&config);
    return status;
}

/* A run that was stopped before its first mini-batch, or diverged there, has no running averages. */
strata_status model_check_started(const strata_model *model)
{
    if (model->net == NULL) {
        return status_fail(STRATA_ERR_ARGUMENT, "the model has no parameters: its training never began, or let them go");
    }
    if (model->net->started || !model->net->shape.bn) return STRATA_OK;
    return status_fail(STRATA_ERR_ARGUMENT, "the model has seen no mini-batch: its running averages are empty");
}

strata_status model_write(const strata_model *model, model_writing *write, void *self)
{
    tensors *all;
    tensorwriter *writer = NULL;
    TRY(model_check_started(model));
    TRY(list_tensors(model, &all));
    strata_status status = write_tensors(all, &writer);
    if (status == STRATA_OK) status = describe(model, writer);
    if (status == STRATA_OK) status = write(writer, self);
    tensorwriter_free(writer);
    free(all);
    return status;
}

/* ---- one tensor ---------------------------------------------------------------------------------------------------------------------- */

static strata_status no_such_tensor(const tensors *all, const char *name)
{
    text list = { 0 };
    const char *names[TENSORS_MOST];
    for (size_t t = 0; t < all->count; t++) {
        names[t] = all->list[t].name;
        text_add(&list, "%s%s", t > 0 ? ", " : "", names[t]);
    }
    const char *near = text_nearest(name, names, all->count);
    strata_status status = near != NULL
        ? status_fail(STRATA_ERR_ARGUMENT, "the model has no tensor '%s'; did you mean '%s'?", text_cut(name), near)
        : status_fail(STRATA_ERR_ARGUMENT, "the model has no tensor '%s'; it has %s", text_cut(name), list.failed ? "others" : list.at);
    text_free(&list);
    return status;
}

static strata_status look_at_tensor(const tensors *all, const char *name, int most, int *rows, int *cols, float *out)
{
    size_t t = 0;
    while (t < all->count && strcmp(all->list[t].name, name) != 0) t++;
    if (t == all->count) return no_such_tensor(all, name);
    int m = all->list[t].rows, d = all->list[t].cols == 0 ? 1 : all->list[t].cols, some = m < most ? m : most;
    if (rows != NULL) *rows = m;
    if (cols != NULL) *cols = d;
    for (int i = 0; i < some && out != NULL; i++) get_rows(all, (int)t, i, 1, 0, d, out + (size_t)i * (size_t)d);
    return STRATA_OK;
}

strata_status model_tensor_rows(const strata_model *model, const char *name, int most, int *rows, int *cols, float *out)
{
    tensors *all;
    TRY(model_check_started(model));
    TRY(list_tensors(model, &all));
    strata_status status = look_at_tensor(all, name, most, rows, cols, out);
    free(all);
    return status;
}

strata_status strata_model_tensor(const strata_model *model, const char *name, int *rows, int *cols, float *out)
{
    REQUIRE(model != NULL && name != NULL);
    return model_tensor_rows(model, name, INT_MAX, rows, cols, out);
}

/* ---- opening ------------------------------------------------------------------------------------------------------------------------- */

/* As many columns at once as a buffer of READ_AT_ONCE elements holds, one at least. */
enum { READ_AT_ONCE = 1 << 18 };

/* What asks for a tensor is in the file's own configuration, or a default. */
static strata_status asked_by(strata_status status, const strata_config *config)
{
    char hidden[400], patch[80] = "", sentence[STATUS_SENTENCE];
    if (status != STRATA_ERR_DATA) return status;
    TRY(strata_config_get(config, "hidden", hidden, sizeof hidden));
    status_sentence_save(sentence);
    if (config->patch > 0) (void)snprintf(patch, sizeof patch, ", patch = %" PRId64 ", filters = %" PRId64, config->patch, config->filters);
    return status_fail(status, "%.600s (by its config hidden = %.300s%s and bn = %s; an %s has %d numbers)", sentence, hidden, patch,
                       config->bn ? "true" : "false", config->form.height > 0 ? "image" : "example", config->form.features);
}

static strata_status read_tensor(const tensorfile *file, const backend *ops, const tensor *t, double *x)
{
    if (t->vector != NULL) return tensorfile_read(file, t->name, t->rows, 0, 0, 1, t->vector);
    int at_once = READ_AT_ONCE / t->rows;
    for (int first = 0; first < t->M.cols; first += at_once) {
        mat part = mat_at(ops, t->M, (size_t)first * (size_t)t->rows);
        part.rows = t->rows;
        part.cols = t->M.cols - first < at_once ? t->M.cols - first : at_once;
        TRY(tensorfile_read(file, t->name, t->rows, t->cols, first, part.cols, x));
        ops->put(part, x);
    }
    return STRATA_OK;
}

static strata_status refuse_other(const tensorfile *file, const tensors *all, const strata_config *config)
{
    const char *names[TENSORS_MOST];
    for (size_t t = 0; t < all->count; t++) names[t] = all->list[t].name;
    const char *other = tensorfile_other(file, names, all->count);
    return status_fail(STRATA_ERR_DATA, "%d tensors where a net of %d layers, bn = %s, has %zu: '%s' is none of them; leave it out, or say "
                       "in config what net it is", tensorfile_count(file), config_layers(config), config->bn ? "true" : "false",
                       all->count, other != NULL ? text_cut(other) : "");
}

static strata_status read_tensors(strata_model *model, const tensorfile *file)
{
    void *x;
    tensors *all;
    size_t largest = net_largest(model->net);
    TRY(list_tensors(model, &all));
    strata_status status = alloc_zero(&x, largest < READ_AT_ONCE ? largest : READ_AT_ONCE, sizeof(double), "the tensors of a model");
    for (size_t t = 0; t < all->count && status == STRATA_OK; t++) {
        status = asked_by(tensorfile_expect(file, all->list[t].name, all->list[t].rows, all->list[t].cols), &model->config);
        if (status == STRATA_OK) status = read_tensor(file, all->ops, &all->list[t], x);
    }
    if (status == STRATA_OK && (size_t)tensorfile_count(file) != all->count) status = refuse_other(file, all, &model->config);
    free(x);
    free(all);
    return status;
}

static strata_status read_configuration(const tensorfile *file, strata_config *config)
{
    const char *version = tensorfile_metadata(file, "format_version"), *lines = tensorfile_metadata(file, "config");
    if (version == NULL || lines == NULL) {
        return status_fail(STRATA_ERR_DATA, "its metadata has no text %s: no model that strata wrote; docs/model-file.md says what another "
                           "program has to write", version == NULL ? "format_version" : "config");
    }
    if (strcmp(version, format_version) != 0 && strcmp(version, without_digest) != 0) {
        return status_fail(STRATA_ERR_DATA, "format version %.20s is not known to strata %s, which reads %s and %s; use a newer strata",
                           version, STRATA_VERSION, without_digest, format_version);
    }
    if (strcmp(version, format_version) == 0 && !tensorfile_verified(file)) {
        return status_fail(STRATA_ERR_DATA, "has no digest, which every file of format version %s has: it was changed since it was saved, "
                           "or is damaged; take a copy of it, or make it again (another program's is format_version %s)", format_version,
                           without_digest);
    }
    TRY(config_read(config, lines));
    TRY(modelform_read(file, config_layers(config), &config->form));
    if (config_check_form(config) != STRATA_OK) return STRATA_ERR_DATA; /* with its sentence */
    int64_t n_train = config->n_train, n_val = config->n_val;
    config_resolve(config);
    config->n_train = n_train; /* 0 in another program's file: what the data allow that it is used with */
    config->n_val = n_val;
    return STRATA_OK;
}

strata_status model_check_numbers(const strata_model *model)
{
    const network *net = model->net;
    double least = model->config.form.element == STRATA_BYTES ? 1e-6 : 4 * FLT_MIN; /* the deviation of a byte is 0.00002 at least */
    for (int t = 0; t < model->inputs->features; t++) {
        if (!(model->inputs->std[t] >= least))
            return status_fail(STRATA_ERR_DATA, "input.std[%d] = %g is less than %g: inputs are divided by it", t, model->inputs->std[t],
                               least);
    }
    for (net_walk t = net_each_tensor(net, NET_AVERAGE); net_next_tensor(&t);) {
        for (int i = 0; t.which == NET_VAR && i < t.M.rows; i++) {
            double v = net_real(net->ops, mat_at(net->ops, t.M, (size_t)i));
            if (!(v >= 0)) return status_fail(STRATA_ERR_DATA, "layer%d.var[%d] = %g is negative, which no variance is", t.l, i, v);
        }
    }
    return STRATA_OK;
}

static strata_status fill_model(strata_model *model, const tensorfile *file)
{
    TRY(read_tensors(model, file));
    TRY(model_check_numbers(model));
    standardisation_complete(model->inputs);
    model->net->started = true;
    return model_finish(model);
}

/* A configuration may ask for any amount of memory: the file must hold the weights before any is taken. */
static strata_status model_fits(const tensorfile *file, const strata_config *config)
{
    char name[40];
    net_shape s = config_shape(config);
    for (int l = 1; l <= s.k; l++) {
        (void)snprintf(name, sizeof name, "layer%d.W", l);
        TRY(asked_by(tensorfile_expect(file, name, s.layer[l].units, s.layer[l].inputs), config));
    }
    return STRATA_OK;
}

/* It is shown to people, and what a file says could be anything. A model that was made without one has "". */
strata_status model_check_data_digest(const char *digest)
{
    if (digest[0] == '\0') return STRATA_OK;
    if (strlen(digest) == DIGEST_TEXT - 1 && text_is_hex(digest)) return STRATA_OK;
    return status_fail(STRATA_ERR_DATA, "its data_digest is '%s', where 64 hexadecimal digits are due", text_cut(digest));
}

strata_status model_read(const tensorfile *file, strata_model **out)
{
    strata_config *config;
    const char *digest = tensorfile_metadata(file, "data_digest");
    if (digest != NULL) TRY(model_check_data_digest(digest));
    TRY(strata_config_new(&config));
    strata_status status = read_configuration(file, config);
    if (status == STRATA_OK) status = model_fits(file, config);
    if (status == STRATA_OK) status = model_create(config, digest != NULL ? digest : "", out);
    strata_config_free(config);
    if (status != STRATA_OK) return status;
    (*out)->verified = tensorfile_verified(file);
    status = modelform_read_names(file, (*out)->config.form.classes, &(*out)->class_name);
    if (status == STRATA_OK) status = model_take_parameters(*out, NULL);
    if (status == STRATA_OK) status = fill_model(*out, file);
    if (status != STRATA_OK) {
        strata_model_free(*out);
        *out = NULL;
    }
    return status;
}

/* ---- facts --------------------------------------------------------------------------------------------------------------------------- */

const strata_config *strata_model_config(const strata_model *model)
{
    return &model->config;
}

const char *strata_model_data_digest(const strata_model *model)
{
    return model->data_digest;
}

bool strata_model_verified(const strata_model *model)
{
    return model->verified;
}

const char *strata_model_digest(const strata_model *model)
{
    return model->digest;
}

const strata_form *strata_model_form(const strata_model *model)
{
    return &model->config.form;
}

const char *const *strata_model_class_names(const strata_model *model)
{
    const char *const *own = (const char *const *)model->class_name;
    bool may_be_known = own == NULL && data_same_form(&model->config.form, &data_cifar10_form);
    return may_be_known ? data_known_names(model->data_digest) : own;
}
