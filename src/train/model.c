/*
 * Models in memory and in files. One walk over all tensors, visit_all, serves saving, loading and the digest, so that the three cannot
 * disagree about names, order or shapes.
 */
#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cores.h"
#include "evaluate.h"
#include "mat_team.h"
#include "tensorfile.h"

static const char format_version[] = "2", without_digest[] = "1";

/* What to do with one tensor: rows x cols (cols = 0: a vector) of doubles in x, column-major. */
typedef strata_status visitor(void *self, const char *name, int rows, int cols, double *x);

typedef enum { FROM_MODEL, INTO_MODEL } direction;

static strata_status visit_mat(strata_model *model, mat M, const char *name, int cols, direction way, visitor *visit, void *self,
                               double *x)
{
    const backend *o = model->q->o;
    if (M.rows == 0) return STRATA_OK;
    if (way == FROM_MODEL) o->get(x, M);
    TRY(visit(self, name, M.rows, cols, x));
    if (way == INTO_MODEL) o->put(M, x);
    return STRATA_OK;
}

static strata_status visit_layer(strata_model *model, int l, direction way, visitor *visit, void *self, double *x)
{
    char name[40];
    net *q = model->q;
    for (int which = 0; which < NET_TENSORS; which++) {
        mat M = net_tensor(&q->theta[l], which);
        (void)snprintf(name, sizeof name, "layer%d.%s", l, net_tensor_name(which));
        TRY(visit_mat(model, M, name, which == 0 ? M.cols : 0, way, visit, self, x));
    }
    (void)snprintf(name, sizeof name, "layer%d.mean", l);
    TRY(visit_mat(model, q->mu_av[l], name, 0, way, visit, self, x));
    (void)snprintf(name, sizeof name, "layer%d.var", l);
    return visit_mat(model, q->v_av[l], name, 0, way, visit, self, x);
}

static strata_status visit_all(strata_model *model, direction way, visitor *visit, void *self)
{
    void *x;
    net *q = model->q;
    TRY(alloc_zero(&x, net_largest(q), sizeof(double), "the tensors of a model"));
    strata_status status = STRATA_OK;
    for (int l = 1; l <= q->shape.k && status == STRATA_OK; l++) status = visit_layer(model, l, way, visit, self, x);
    if (status == STRATA_OK) status = visit(self, "input.mean", STRATA_PIXELS, 0, model->inputs.mean);
    if (status == STRATA_OK) status = visit(self, "input.std", STRATA_PIXELS, 0, model->inputs.std);
    free(x);
    return status;
}

/* ---- making -------------------------------------------------------------------------------------------------------------------------- */

strata_status model_create(const strata_config *config, const standardisation *inputs, const char *data_digest, strata_model **out)
{
    void *made;
    net_shape shape = config_shape(config, STRATA_PIXELS);
    *out = NULL;
    TRY(alloc_zero(&made, 1, sizeof **out, "a model"));
    strata_model *model = made;
    model->config = *config;
    model->config.threads = 0; /* who shared the work changes no number, and must change no byte of the file either */
    if (inputs != NULL) model->inputs = *inputs;
    (void)snprintf(model->data_digest, sizeof model->data_digest, "%s", data_digest);
    strata_status status = net_create(config_backend(config), &shape, &model->q);
    if (status != STRATA_OK) {
        free(model);
        return status;
    }
    *out = model;
    return STRATA_OK;
}

void strata_model_free(strata_model *model)
{
    if (model == NULL) return;
    net_free(model->q);
    free(model);
}

static strata_status add_tensor(void *self, const char *name, int rows, int cols, double *x)
{
    return tensorwriter_add(self, name, rows, cols, x);
}

/* visit_all only reads the model when it goes FROM_MODEL. */
static strata_status write_tensors(const strata_model *model, tensorwriter **out)
{
    TRY(tensorwriter_new(out));
    strata_status status = visit_all((strata_model *)(uintptr_t)model, FROM_MODEL, add_tensor, *out);
    if (status != STRATA_OK) {
        tensorwriter_free(*out);
        *out = NULL;
    }
    return status;
}

strata_status model_finish(strata_model *model)
{
    tensorwriter *writer;
    TRY(write_tensors(model, &writer));
    strata_status status = tensorwriter_digest(writer, model->digest);
    tensorwriter_free(writer);
    return status;
}

/* ---- saving -------------------------------------------------------------------------------------------------------------------------- */

static strata_status describe(const strata_model *model, tensorwriter *writer)
{
    char value[1024];
    text config = { 0 };
    static const char *const keys[] = { "hidden", "bn", "eps", "alpha" };
    tensorwriter_metadata(writer, "format", "strata");
    tensorwriter_metadata(writer, "format_version", format_version);
    tensorwriter_metadata(writer, "strata_version", STRATA_VERSION);
    tensorwriter_metadata(writer, "classes", "10");
    tensorwriter_metadata(writer, "variance", "biased");
    tensorwriter_metadata(writer, "data_digest", model->data_digest);
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
static strata_status check_started(const strata_model *model)
{
    if (model->q->started || !model->q->shape.bn || model->q->shape.k == 1) return STRATA_OK;
    return status_fail(STRATA_ERR_ARGUMENT, "the model has seen no mini-batch: its running averages are empty");
}

strata_status strata_model_save(const strata_model *model, const char *path)
{
    tensorwriter *writer;
    REQUIRE(model != NULL && path != NULL);
    TRY(check_started(model));
    TRY(write_tensors(model, &writer));
    strata_status status = describe(model, writer);
    if (status == STRATA_OK) status = tensorwriter_save(writer, path);
    tensorwriter_free(writer);
    return status;
}

/* ---- one tensor ---------------------------------------------------------------------------------------------------------------------- */

enum { TENSOR_NAME = 40, TENSORS_MOST = 6 * NET_MAX_LAYERS + 2 };

/* The tensor that somebody wants, and the names of those that went by meanwhile. */
typedef struct {
    const char *name;
    bool found;
    int rows, cols;
    float *out;
    char known[TENSORS_MOST][TENSOR_NAME];
    size_t count;
} wanted;

static strata_status look_at_tensor(void *self, const char *name, int rows, int cols, double *x)
{
    wanted *want = self;
    (void)snprintf(want->known[want->count++], TENSOR_NAME, "%s", name);
    if (strcmp(name, want->name) != 0) return STRATA_OK;
    want->found = true;
    want->rows = rows;
    want->cols = cols == 0 ? 1 : cols;
    size_t m = (size_t)rows, d = (size_t)want->cols;
    for (size_t i = 0; i < m && want->out != NULL; i++) {
        for (size_t t = 0; t < d; t++) want->out[i * d + t] = (float)x[i + t * m];
    }
    return STRATA_OK;
}

static strata_status no_such_tensor(const wanted *want)
{
    text list = { 0 };
    const char *names[TENSORS_MOST];
    for (size_t t = 0; t < want->count; t++) {
        names[t] = want->known[t];
        text_add(&list, "%s%s", t > 0 ? ", " : "", names[t]);
    }
    const char *near = text_nearest(want->name, names, want->count);
    strata_status status = near != NULL
        ? status_fail(STRATA_ERR_ARGUMENT, "the model has no tensor '%s'; did you mean '%s'?", text_cut(want->name), near)
        : status_fail(STRATA_ERR_ARGUMENT, "the model has no tensor '%s'; it has %s", text_cut(want->name),
                      list.failed ? "others" : list.at);
    text_free(&list);
    return status;
}

strata_status strata_model_tensor(const strata_model *model, const char *name, int *rows, int *cols, float *out)
{
    REQUIRE(model != NULL && name != NULL);
    TRY(check_started(model));
    wanted want = { .name = name, .out = out };
    TRY(visit_all((strata_model *)(uintptr_t)model, FROM_MODEL, look_at_tensor, &want));
    if (!want.found) return no_such_tensor(&want);
    if (rows != NULL) *rows = want.rows;
    if (cols != NULL) *cols = want.cols;
    return STRATA_OK;
}

/* ---- opening ------------------------------------------------------------------------------------------------------------------------- */

static strata_status take_tensor(void *self, const char *name, int rows, int cols, double *x)
{
    return tensorfile_read(self, name, rows, cols, x);
}

static int tensors_of(const net *q)
{
    int count = 2;
    for (int l = 1; l <= q->shape.k; l++) count += q->theta[l].gamma.rows > 0 ? 6 : 2;
    return count;
}

static strata_status read_configuration(const tensorfile *file, strata_config *config)
{
    const char *version = tensorfile_metadata(file, "format_version"), *lines = tensorfile_metadata(file, "config");
    if (version == NULL || lines == NULL) {
        return status_fail(STRATA_ERR_DATA, "its metadata has no format_version or no config: no model that strata wrote");
    }
    if (strcmp(version, format_version) != 0 && strcmp(version, without_digest) != 0) {
        return status_fail(STRATA_ERR_DATA, "format version %.20s is not known to this strata %s; use a newer one", version,
                           STRATA_VERSION);
    }
    if (strcmp(version, format_version) == 0 && !tensorfile_verified(file)) {
        return status_fail(STRATA_ERR_DATA, "has no digest, which every file of format version %s has: it was changed since it was saved, "
                           "or is damaged; take a copy of it, or make it again", format_version);
    }
    TRY(config_read(config, lines));
    config_resolve(config);
    return STRATA_OK;
}

static strata_status check_deviations(const strata_model *model)
{
    const net *q = model->q;
    for (int t = 0; t < STRATA_PIXELS; t++) {
        if (!(model->inputs.std[t] >= 1e-6))
            return status_fail(STRATA_ERR_DATA, "input.std[%d] = %g is less than 1e-6", t, model->inputs.std[t]);
    }
    for (int l = 1; l <= q->shape.k; l++) {
        for (int i = 0; i < q->v_av[l].rows; i++) {
            double v = net_real(q->o, mat_at(q->o, q->v_av[l], (size_t)i));
            if (!(v >= 0)) return status_fail(STRATA_ERR_DATA, "layer%d.var[%d] = %g is negative", l, i, v);
        }
    }
    return STRATA_OK;
}

static strata_status fill_model(strata_model *model, const tensorfile *file)
{
    TRY(visit_all(model, INTO_MODEL, take_tensor, (tensorfile *)(uintptr_t)file));
    if (tensorfile_count(file) != tensors_of(model->q)) {
        return status_fail(STRATA_ERR_DATA, "%d tensors where the configuration asks for %d", tensorfile_count(file), tensors_of(model->q));
    }
    TRY(check_deviations(model));
    standardisation_complete(&model->inputs);
    model->q->started = true;
    return model_finish(model);
}

/* A configuration may ask for any amount of memory: the file must hold the weights before any is taken. */
static strata_status model_fits(const tensorfile *file, const strata_config *config)
{
    char name[40];
    net_shape s = config_shape(config, STRATA_PIXELS);
    for (int l = 1; l <= s.k; l++) {
        (void)snprintf(name, sizeof name, "layer%d.W", l);
        TRY(tensorfile_expect(file, name, s.width[l], s.width[l - 1]));
    }
    return STRATA_OK;
}

/* It is shown to people, and what a file says could be anything. A model that was made without one has "". */
static strata_status check_digest(const char *digest)
{
    if (digest[0] == '\0') return STRATA_OK;
    if (strlen(digest) == DIGEST_TEXT - 1 && text_is_hex(digest)) return STRATA_OK;
    return status_fail(STRATA_ERR_DATA, "its data_digest is '%s', where 64 hexadecimal digits are due", text_cut(digest));
}

static strata_status read_model(const tensorfile *file, strata_model **out)
{
    strata_config *config;
    const char *digest = tensorfile_metadata(file, "data_digest");
    if (digest != NULL) TRY(check_digest(digest));
    TRY(strata_config_new(&config));
    strata_status status = read_configuration(file, config);
    if (status == STRATA_OK) status = model_fits(file, config);
    if (status == STRATA_OK) status = model_create(config, NULL, digest != NULL ? digest : "", out);
    strata_config_free(config);
    if (status != STRATA_OK) return status;
    (*out)->verified = tensorfile_verified(file);
    status = fill_model(*out, file);
    if (status != STRATA_OK) {
        strata_model_free(*out);
        *out = NULL;
    }
    return status;
}

strata_status strata_model_open(const char *path, strata_model **out)
{
    tensorfile *file;
    *out = NULL;
    REQUIRE(path != NULL);
    TRY(tensorfile_open(path, &file));
    strata_status status = read_model(file, out);
    if (status != STRATA_OK) status = status_fail_at(status, path);
    tensorfile_free(file);
    return status;
}

/* ---- using --------------------------------------------------------------------------------------------------------------------------- */

strata_status strata_model_evaluate(const strata_model *model, const strata_data *data, strata_part part, int threads,
                                    strata_score *out)
{
    net_work *w;
    REQUIRE(model != NULL && data != NULL && out != NULL);
    REQUIRE(threads >= 0 && threads <= STRATA_THREADS_MAX);
    REQUIRE(part >= STRATA_TRAIN_PART && part <= STRATA_TEST_PART);
    TRY(check_started(model));
    const strata_config *c = &model->config;
    if (c->n_train + c->n_val > data->train_images) return status_fail(STRATA_ERR_ARGUMENT, "the data set is smaller than the model's");
    TRY(net_work_create(model->q, EVALUATE_CHUNK, NET_FORWARD_ONLY, &w));
    mat_team mine;
    mat_team_begin_adapting(&mine, threads > 0 ? threads : cores_usable());
    (void)evaluate_part(model->q, w, data, &model->inputs, (int)c->n_train, (int)c->n_val, part, c->lambda, NULL, out);
    mat_team_end(&mine);
    net_work_free(w);
    return STRATA_OK;
}

static void predict_chunk(const strata_model *model, net_work *w, const uint8_t *images, int n, float *P, double *p)
{
    static const uint8_t no_label = 0;
    uint32_t index[EVALUATE_CHUNK];
    const standardisation *s = &model->inputs;
    const net *q = model->q;
    for (int j = 0; j < n; j++) index[j] = (uint32_t)j;
    pixels batch = { images, &no_label, STRATA_PIXELS, index, n, STRATA_PIXELS, s->mean, s->inv_std, s->scale, s->shift };
    net_forward(q, w, &batch, NET_EVALUATION);
    q->o->get(p, w->trace[q->shape.k].X);
    for (int e = 0; e < n * STRATA_CLASSES; e++) P[e] = (float)p[e];
}

strata_status strata_model_predict(const strata_model *model, int n, const uint8_t *images, float *P)
{
    net_work *w;
    double p[EVALUATE_CHUNK * STRATA_CLASSES];
    REQUIRE(model != NULL && images != NULL && P != NULL && n >= 1);
    TRY(check_started(model));
    TRY(net_work_create(model->q, EVALUATE_CHUNK, NET_FORWARD_ONLY, &w));
    for (int first = 0; first < n; first += EVALUATE_CHUNK) {
        int few = n - first < EVALUATE_CHUNK ? n - first : EVALUATE_CHUNK;
        predict_chunk(model, w, images + (size_t)first * STRATA_PIXELS, few, P + (size_t)first * STRATA_CLASSES, p);
    }
    net_work_free(w);
    return STRATA_OK;
}

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
