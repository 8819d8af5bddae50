/*
 * Models at work: evaluated on the parts of a data set, and asked about images. All go forward chunk after chunk of the same size, so they
 * agree about every image to the last bit.
 */
#include "cores.h"
#include "evaluate.h"
#include "mat_team.h"
#include "model.h"

strata_status strata_model_evaluate(const strata_model *model, const strata_data *data, strata_part part, int threads,
                                    strata_score *out)
{
    net_work *w;
    REQUIRE(model != NULL && data != NULL && out != NULL);
    REQUIRE(threads >= 0 && threads <= STRATA_THREADS_MAX);
    REQUIRE(part >= STRATA_TRAIN_PART && part <= STRATA_TEST_PART);
    TRY(model_check_started(model));
    const strata_config *c = &model->config;
    if (c->n_train + c->n_val > data->train_images) {
        return status_fail(STRATA_ERR_ARGUMENT, "the model's n_train = %ld and n_val = %ld are more than the %d training images of these "
                           "data", (long)c->n_train, (long)c->n_val, data->train_images);
    }
    TRY(net_work_create(model->net, EVALUATE_CHUNK, NET_FORWARD_ONLY, &w));
    mat_team mine;
    mat_team_begin_adapting(&mine, threads > 0 ? threads : cores_usable());
    (void)evaluate_part(model->net, w, data, model->inputs, (int)c->n_train, (int)c->n_val, part, c->lambda, NULL, out);
    mat_team_end(&mine);
    net_work_free(w);
    return STRATA_OK;
}

/* Images that lie one behind the other, n <= EVALUATE_CHUNK of them, through the net as it evaluates. */
static void forward_images(const strata_model *model, net_work *w, const uint8_t *images, int n)
{
    static const uint16_t no_label = 0;
    uint32_t index[EVALUATE_CHUNK];
    const standardisation *s = model->inputs;
    for (int j = 0; j < n; j++) index[j] = (uint32_t)j;
    minibatch batch = { images, &no_label, STRATA_PIXELS, index, n, STRATA_PIXELS, s->mean, s->inv_std, s->scale, s->shift };
    net_forward(model->net, w, &batch, NET_EVALUATION);
}

strata_status strata_model_predict(const strata_model *model, int n, const uint8_t *images, float *P)
{
    net_work *w;
    double p[EVALUATE_CHUNK * STRATA_CLASSES];
    REQUIRE(model != NULL && images != NULL && P != NULL && n >= 1);
    TRY(model_check_started(model));
    const network *net = model->net;
    TRY(net_work_create(net, EVALUATE_CHUNK, NET_FORWARD_ONLY, &w));
    for (int first = 0; first < n; first += EVALUATE_CHUNK) {
        int few = n - first < EVALUATE_CHUNK ? n - first : EVALUATE_CHUNK;
        forward_images(model, w, images + (size_t)first * STRATA_PIXELS, few);
        net->ops->get(p, w->trace[net->shape.k].X);
        for (int e = 0; e < few * STRATA_CLASSES; e++) P[(size_t)first * STRATA_CLASSES + (size_t)e] = (float)p[e];
    }
    net_work_free(w);
    return STRATA_OK;
}

/* The first largest logit decides, as in the verb `correct`: two probabilities can be rounded to one number. */
static void guess_chunk(const network *net, const net_work *w, int n, int *guess, float *probability)
{
    double s[EVALUATE_CHUNK * STRATA_CLASSES], p[EVALUATE_CHUNK * STRATA_CLASSES];
    net->ops->get(s, w->trace[net->shape.k].S);
    net->ops->get(p, w->trace[net->shape.k].X);
    for (int j = 0; j < n; j++) {
        const double *logit = s + (size_t)j * STRATA_CLASSES;
        guess[j] = 0;
        for (int i = 1; i < STRATA_CLASSES; i++) guess[j] = logit[i] > logit[guess[j]] ? i : guess[j];
        probability[j] = (float)p[j * STRATA_CLASSES + guess[j]];
    }
}

strata_status strata_model_classify(const strata_model *model, int n, const uint8_t *images, int threads, int *guess, float *probability)
{
    net_work *w;
    REQUIRE(model != NULL && images != NULL && guess != NULL && probability != NULL && n >= 1);
    REQUIRE(threads >= 0 && threads <= STRATA_THREADS_MAX);
    TRY(model_check_started(model));
    TRY(net_work_create(model->net, EVALUATE_CHUNK, NET_FORWARD_ONLY, &w));
    mat_team mine;
    mat_team_begin_adapting(&mine, threads > 0 ? threads : cores_usable());
    for (int first = 0; first < n; first += EVALUATE_CHUNK) {
        int few = n - first < EVALUATE_CHUNK ? n - first : EVALUATE_CHUNK;
        forward_images(model, w, images + (size_t)first * STRATA_PIXELS, few);
        guess_chunk(model->net, w, few, guess + first, probability + first);
    }
    mat_team_end(&mine);
    net_work_free(w);
    return STRATA_OK;
}
