/* The public gradient check: a net of the configuration in ref64, a mini-batch of standardised images cut to a few dimensions. */
#include <stdlib.h>

#include "alloc.h"
#include "cores.h"
#include "fit.h"
#include "gradcheck.h"
#include "mat_team.h"
#include "need.h"
#include "random.h"
#include "sized.h"
#include "split.h"

struct strata_gradcheck {
    int layers;
    strata_gradcheck_layer layer[NET_MAX_LAYERS];
};

static strata_status check_options(const strata_config *config, const strata_gradcheck_options *o)
{
    REQUIRE(o->method >= STRATA_CENTRAL && o->method <= STRATA_AGAINST_REF64);
    REQUIRE(o->method != STRATA_AGAINST_REF64 || o->backend != NULL);
    int most = config->pool > 0 ? config->form.features : STRATA_FEATURES_MAX; /* without data nobody knows yet how many there are */
    if (o->inputs < 1 || o->inputs > most) {
        return status_fail(STRATA_ERR_ARGUMENT, "inputs = %d is outside 1 .. %d", o->inputs, most);
    }
    if (o->images < 2 || o->images > 1000) return status_fail(STRATA_ERR_ARGUMENT, "images = %d is outside 2 .. 1000", o->images);
    if (config->n_train > 0 && o->images > config->n_train) {
        return status_fail(STRATA_ERR_ARGUMENT, "images = %d is more than n_train = %d", o->images, (int)config->n_train);
    }
    if (o->sample < 0) return status_fail(STRATA_ERR_ARGUMENT, "sample = %ld is negative", o->sample);
    if (o->threads < 0 || o->threads > 1024) return status_fail(STRATA_ERR_ARGUMENT, "threads = %d is outside 0 .. 1024", o->threads);
    if (!(o->h >= 1e-7 && o->h <= 1)) { /* below it, rounding allows more than the 1e-6 that the report asks for */
        return status_fail(STRATA_ERR_ARGUMENT, "h = %g is outside 1e-07 .. 1", o->h);
    }
    if (o->method == STRATA_AGAINST_REF64 && mat_backend_named(o->backend) == NULL) {
        return status_fail(STRATA_ERR_ARGUMENT, "backend = %s is not in this build; see strata doctor", text_shown(o->backend));
    }
    return STRATA_OK;
}

strata_status strata_gradcheck_check(const strata_config *config, const strata_gradcheck_options *options)
{
    strata_gradcheck_options wanted;
    REQUIRE(config != NULL && options != NULL);
    TAKE_SIZED(strata_gradcheck_options, options, &wanted);
    return check_options(config, &wanted);
}

/* The other backend, as it computes such a net: what changes X0 needs an ordinary matrix. */
static const backend *other_backend(const strata_config *c, const strata_gradcheck_options *options)
{
    if (options->method != STRATA_AGAINST_REF64) return NULL;
    const backend *named = mat_backend_named(options->backend);
    if (config_needs_matrix(c)) return mat_backend_floats(named);
    return c->precision == PRECISION_BF16 ? mat_backend_bf16(named) : named;
}

/* The mini-batch of update 0, whose masks, noise, labels and changed images stay as they are while parameters move. room: NULL, or where
 * images are changed. */
static minibatch frozen_batch(const split *part, const strata_config *c, const strata_gradcheck_options *options, const uint32_t *order,
                              augment_room *room)
{
    const sampler_settings how = fit_sampling(c);
    minibatch batch = split_batch(part->data, &part->inputs, order, options->images, options->inputs);
    batch.smoothing = how.smoothing;
    batch.seed = how.seed;
    batch.draw = 0;
    return room == NULL ? batch : augment_batch(room, &batch, &how.augment, random_named(how.seed, augment_stream), batch.draw);
}

static strata_status check_net(network *net, const split *part, const strata_config *c, const strata_gradcheck_options *options,
                               strata_gradcheck *out)
{
    void *order;
    augment_room *room = NULL;
    const sampler_settings how = fit_sampling(c);
    gradcheck_task task = { .net = net, .lambda = c->lambda, .seed = (uint64_t)c->seed, .options = *options,
                            .other = other_backend(c, options) };
    TRY(net_init(net, c->init.kind, c->init.sigma, (uint64_t)c->seed, NULL));
    TRY(alloc_zero(&order, (size_t)part->n_train, sizeof(uint32_t), "the mini-batch of the gradient check"));
    random_permutation(random_named((uint64_t)c->seed, "gradcheck"), 0, (size_t)part->n_train, order);
    strata_status status = STRATA_OK;
    if (augment_any(&how.augment)) status = augment_room_create(&part->data->form, options->images, &room);
    if (status == STRATA_OK) {
        minibatch batch = frozen_batch(part, c, options, order, room);
        mat_team mine;
        task.batch = &batch;
        out->layers = net->shape.k;
        mat_team_begin(&mine, options->threads > 0 ? options->threads : cores_usable());
        status = gradcheck_run(&task, out->layer);
        mat_team_end(&mine);
    }
    augment_room_free(room);
    free(order);
    return status;
}

static strata_status enough_memory(const strata_config *config, const strata_gradcheck_options *options)
{
    need_sum need;
    memory_left there;
    need_gradcheck(config, options, &need);
    memory_look(&there);
    need_compare(&there, &need);
    return need_refuse(&need);
}

strata_status strata_gradcheck_run(const strata_config *config, const strata_data *data, const strata_gradcheck_options *options,
                                   strata_gradcheck **out)
{
    void *made;
    split *part = NULL;
    network *net = NULL;
    *out = NULL;
    strata_gradcheck_options wanted;
    REQUIRE(config != NULL && data != NULL && options != NULL);
    TAKE_SIZED(strata_gradcheck_options, options, &wanted);
    strata_config c = fit_to(config, data);
    TRY(config_check_net(&c));
    config_resolve(&c);
    TRY(check_options(&c, &wanted));
    if (c.patch > 0) wanted.inputs = c.form.features; /* a part of an image has no patches */
    TRY(alloc_zero(&made, 1, sizeof **out, "a gradient check"));
    net_shape shape = config_shape_of(&c, wanted.inputs);
    strata_status status = enough_memory(&c, &wanted);
    if (status == STRATA_OK) status = fit_split(&c, data, &part);
    const backend *ref64 = c.form.element == STRATA_FLOATS ? mat_backend_floats(&mat_ref64) : &mat_ref64;
    if (status == STRATA_OK) status = net_create(ref64, &shape, &net);
    if (status == STRATA_OK) status = check_net(net, part, &c, &wanted, made);
    net_free(net);
    free(part);
    if (status == STRATA_OK) *out = made;
    else free(made);
    return status;
}

bool strata_gradcheck_passed(const strata_gradcheck *check)
{
    long errors = 0;
    for (int l = 0; l < check->layers; l++) {
        for (int which = 0; which < check->layer[l].tensors; which++) errors += check->layer[l].tensor[which].errors;
    }
    return errors == 0;
}

const strata_gradcheck_layer *strata_gradcheck_layers(const strata_gradcheck *check, int *count)
{
    *count = check->layers;
    return check->layer;
}

void strata_gradcheck_free(strata_gradcheck *check)
{
    free(check);
}
