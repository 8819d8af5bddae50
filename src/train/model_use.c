/*
 * Models at work: evaluated on the parts of a data set, and asked about images. All go forward chunk after chunk, and agree about every
 * image to the last bit: its numbers do not depend on the images beside it. A BLAS's do, so there each image is asked about alone, and may
 * differ from the evaluation in its last bits.
 */
#include <math.h>
#include <stdlib.h>

#include "alloc.h"
#include "cores.h"
#include "evaluate.h"
#include "fit.h"
#include "mat_team.h"
#include "model.h"
#include "sized.h"

strata_status strata_model_evaluate(const strata_model *model, const strata_data *data, strata_part part, int threads,
                                    strata_score *out)
{
    net_work *w;
    REQUIRE(model != NULL && data != NULL && out != NULL);
    REQUIRE(threads >= 0 && threads <= STRATA_THREADS_MAX);
    REQUIRE(part >= STRATA_TRAIN_PART && part <= STRATA_TEST_PART);
    TRY(model_check_started(model));
    TRY(model_takes(model, &data->form));
    const strata_config fitted = fit_resolved(&model->config, data), *c = &fitted;
    if (c->n_train + c->n_val > data->train_images) {
        return status_fail(STRATA_ERR_ARGUMENT, "the model's n_train = %ld and n_val = %ld are more than the %d training examples of these "
                           "data", (long)c->n_train, (long)c->n_val, data->train_images);
    }
    if (part == STRATA_TEST_PART && data->test_images == 0) {
        return status_fail(STRATA_ERR_ARGUMENT, "the data set %s has no test part; evaluate another part", data->facts.kind);
    }
    TRY(net_work_create(model->net, EVALUATE_CHUNK, NET_FORWARD_ONLY, &w));
    mat_team mine;
    mat_team_begin_adapting(&mine, threads > 0 ? threads : cores_usable());
    (void)evaluate_part(model->net, w, data, model->inputs, (int)c->n_train, (int)c->n_val, part, c->lambda, NULL, out);
    mat_team_end(&mine);
    net_work_free(w);
    return STRATA_OK;
}

/* Rows of the model's own form, of bytes or of floats. */
typedef struct {
    const strata_model *model;
    const void *rows;
    size_t stride; /* elements from one row to the next */
} inputs;

/* Rows first .. first + n - 1, n <= EVALUATE_CHUNK, through the net as it evaluates. */
static void forward_rows(const inputs *in, net_work *w, size_t first, int n)
{
    static const uint16_t no_label = 0;
    uint32_t index[EVALUATE_CHUNK];
    const standardisation *s = in->model->inputs;
    bool floats = s->element == STRATA_FLOATS;
    for (int j = 0; j < n; j++) index[j] = (uint32_t)j;
    minibatch batch = {
        .image = floats ? NULL : (const uint8_t *)in->rows + first * in->stride,
        .table = floats ? (const float *)in->rows + first * in->stride : NULL,
        .label = &no_label, .stride = in->stride, .index = index, .n = n, .d = s->features,
    };
    standardisation_give(s, &batch);
    net_forward(in->model->net, w, &batch, NET_EVALUATION);
}

/* What becomes of a chunk: what the output layer has of it. */
typedef struct {
    int *guess;         /* NULL: not wanted */
    float *probability; /* of the guess */
    float *P;           /* of every class; NULL: not wanted */
    double *s, *p;      /* [EVALUATE_CHUNK * classes]: logits and probabilities on their way */
} outputs;

/* The first largest logit decides, as in the verb `correct`: two probabilities can be rounded to one number. */
static void guess_chunk(const outputs *out, size_t classes, size_t first, int n)
{
    for (int j = 0; j < n; j++) {
        const double *logit = out->s + (size_t)j * classes;
        size_t guess = 0;
        for (size_t i = 1; i < classes; i++) guess = logit[i] > logit[guess] ? i : guess;
        out->guess[first + (size_t)j] = (int)guess;
        out->probability[first + (size_t)j] = (float)out->p[(size_t)j * classes + guess];
    }
}

static void take_chunk(const network *net, const net_work *w, const outputs *out, size_t first, int n)
{
    size_t classes = (size_t)net->shape.width[net->shape.k];
    net->ops->get(out->s, w->trace[net->shape.k].S);
    net->ops->get(out->p, w->trace[net->shape.k].X);
    if (out->guess != NULL) guess_chunk(out, classes, first, n);
    for (size_t e = 0; out->P != NULL && e < (size_t)n * classes; e++) out->P[first * classes + e] = (float)out->p[e];
}

static strata_status use(const inputs *in, long n, int threads, outputs *out)
{
    net_work *w;
    void *chunk;
    const network *net = in->model->net;
    size_t classes = (size_t)net->shape.width[net->shape.k], numbers = EVALUATE_CHUNK * classes;
    long most = net->ops->mixes_columns ? 1 : EVALUATE_CHUNK;
    TRY(net_work_create(net, EVALUATE_CHUNK, NET_FORWARD_ONLY, &w));
    strata_status status = alloc_zero(&chunk, 2 * numbers, sizeof(double), "what a model says of its inputs");
    if (status == STRATA_OK) {
        mat_team mine;
        out->s = chunk;
        out->p = out->s + numbers;
        mat_team_begin_adapting(&mine, threads > 0 ? threads : cores_usable());
        for (long first = 0; first < n; first += most) {
            int few = n - first < most ? (int)(n - first) : (int)most;
            forward_rows(in, w, (size_t)first, few);
            take_chunk(net, w, out, (size_t)first, few);
        }
        mat_team_end(&mine);
        free(chunk);
    }
    net_work_free(w);
    return status;
}

/* Floats that are not finite have no class. */
static strata_status check_rows(const inputs *in, long n)
{
    size_t d = (size_t)in->model->inputs->features;
    if (in->model->inputs->element != STRATA_FLOATS) return STRATA_OK;
    for (size_t j = 0; j < (size_t)n; j++) {
        const float *x = (const float *)in->rows + j * in->stride;
        for (size_t t = 0; t < d; t++) {
            if (!isfinite(x[t])) return status_fail(STRATA_ERR_ARGUMENT, "row %zu, feature %zu (from 0) is not finite", j, t);
        }
    }
    return STRATA_OK;
}

static strata_status begin(const strata_model *model, const strata_rows *rows, inputs *out)
{
    REQUIRE(model != NULL && rows->values != NULL && rows->count >= 1);
    TRY(model_check_started(model));
    size_t d = (size_t)model->config.form.features;
    if (model->config.form.element != rows->element) {
        bool bytes = rows->element == STRATA_BYTES;
        return status_fail(STRATA_ERR_ARGUMENT, "the model takes %s, and these are %s", bytes ? "floats" : "bytes",
                           bytes ? "bytes" : "floats");
    }
    REQUIRE(rows->stride == 0 || rows->stride >= d);
    *out = (inputs){ model, rows->values, rows->stride > 0 ? rows->stride : d };
    return check_rows(out, rows->count);
}

static strata_status use_rows(const strata_model *model, const strata_rows *rows, int threads, outputs *out)
{
    inputs in;
    strata_rows r;
    REQUIRE(rows != NULL && threads >= 0 && threads <= STRATA_THREADS_MAX);
    TAKE_SIZED(strata_rows, rows, &r);
    TRY(begin(model, &r, &in));
    return use(&in, r.count, threads, out);
}

strata_status strata_model_predict_rows(const strata_model *model, const strata_rows *rows, int threads, float *P)
{
    REQUIRE(P != NULL);
    return use_rows(model, rows, threads, &(outputs){ .P = P });
}

strata_status strata_model_classify_rows(const strata_model *model, const strata_rows *rows, int threads, int *guess, float *probability,
                                         float *P)
{
    REQUIRE(guess != NULL && probability != NULL);
    return use_rows(model, rows, threads, &(outputs){ .guess = guess, .probability = probability, .P = P });
}

strata_status strata_model_predict(const strata_model *model, int n, const uint8_t *images, float *P)
{
    const strata_rows rows = { .size = sizeof rows, .element = STRATA_BYTES, .values = images, .count = n };
    return strata_model_predict_rows(model, &rows, 1, P);
}

strata_status strata_model_classify(const strata_model *model, int n, const uint8_t *images, int threads, int *guess, float *probability)
{
    const strata_rows rows = { .size = sizeof rows, .element = STRATA_BYTES, .values = images, .count = n };
    return strata_model_classify_rows(model, &rows, threads, guess, probability, NULL);
}
