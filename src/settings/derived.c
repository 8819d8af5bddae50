/* What follows from a configuration: what it resolves to, its backend, shape and length, and whether its settings fit each other. */
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "config.h"
#include "cores.h"
#include "idle.h"

enum { TENTH = 10 };           /* of the training pool validates, unless n_val says how many */
enum { LOG_MOST = 100000 };    /* lines of a log; 0.8 MB of a checkpoint */

const strata_form config_first_form = { STRATA_BYTES, STRATA_PIXELS, 32, 32, 3, STRATA_CLASSES };

static int64_t pool_of(const strata_config *c)
{
    return c->pool > 0 ? c->pool : STRATA_TRAIN_IMAGES;
}

/* n_val = 0 and n_train = 0 leave the numbers to the data: a tenth validates, and the rest trains. */
static int64_t val_of(const strata_config *c)
{
    int64_t tenth = pool_of(c) / TENTH;
    if (c->n_val > 0) return c->n_val;
    return tenth > 0 ? tenth : 1;
}

static int64_t train_of(const strata_config *c)
{
    int64_t rest = pool_of(c) - pool_of(c) / TENTH, left = pool_of(c) - val_of(c);
    if (c->n_train > 0) return c->n_train;
    return rest < left ? rest : left;
}

int64_t config_epoch(const strata_config *c)
{
    int64_t updates = train_of(c) / c->n_batch;
    return updates > 0 ? updates : 1; /* nothing else is known to fit until there are data */
}

/* The quotient, rounded up. */
static int64_t shares(int64_t whole, int64_t share)
{
    return (whole + share - 1) / share;
}

static strata_status check_log(const strata_config *c)
{
    strata_config resolved = *c;
    config_resolve_length(&resolved);
    int64_t updates = config_updates(&resolved);
    if (c->log_every == 0 || shares(updates, c->log_every) <= LOG_MOST) return STRATA_OK;
    return status_fail(STRATA_ERR_ARGUMENT, "log_every = %" PRId64 " and a run of %" PRId64 " updates: a log has %d lines at most; use "
                       "log_every = %" PRId64 " or more", c->log_every, updates, LOG_MOST, shares(updates, LOG_MOST));
}

static strata_status check_images(const strata_config *c)
{
    int64_t n_train = train_of(c), n_val = val_of(c);
    bool known = c->pool > 0 || c->n_train > 0; /* without data and n_train nobody knows yet how many there are */
    if (c->pool > 0 && (n_train < 1 || n_train + n_val > c->pool)) {
        return status_fail(STRATA_ERR_ARGUMENT, "n_train = %" PRId64 " and n_val = %" PRId64 ": there are %d training examples for both",
                           n_train, n_val, c->pool);
    }
    if (known && c->n_batch > n_train) {
        return status_fail(STRATA_ERR_ARGUMENT, "n_batch = %" PRId64 " is larger than n_train = %" PRId64, c->n_batch, n_train);
    }
    if (known && c->eval_train > n_train) {
        return status_fail(STRATA_ERR_ARGUMENT, "eval_train = %" PRId64 " is larger than n_train = %" PRId64, c->eval_train, n_train);
    }
    if (c->precise_bn == 1 || (known && c->precise_bn > n_train)) {
        return status_fail(STRATA_ERR_ARGUMENT, "precise_bn = %" PRId64 ": a variance is that of 2 training examples or more, and "
                           "n_train = %" PRId64 " are the most; 0 estimates none", c->precise_bn, n_train);
    }
    return STRATA_OK;
}

/* Of a schedule that uses both. */
static strata_status check_rates(const strata_config *c)
{
    bool one = c->schedule == SCHEDULE_CONSTANT || c->schedule == SCHEDULE_STEP;
    if (!one && c->eta_min > c->eta_max) {
        return status_fail(STRATA_ERR_ARGUMENT, "eta_min = %g is larger than eta_max = %g", c->eta_min, c->eta_max);
    }
    if (c->schedule == SCHEDULE_RANGE && c->eta_min == 0) {
        return status_fail(STRATA_ERR_ARGUMENT, "eta_min = 0 with schedule = range, which multiplies it: it has to be more than 0");
    }
    return STRATA_OK;
}

strata_status config_check_settings(const strata_config *c)
{
    if (config_norm(c) == NET_BATCH_NORM && c->n_batch < 2 && c->hidden.count > 0) {
        return status_fail(STRATA_ERR_ARGUMENT, "n_batch = 1 with bn = true: batch normalisation needs at least 2 images in a mini-batch");
    }
    TRY(check_rates(c));
    TRY(config_check_length(c));
    TRY(config_check_net(c));
    TRY(idle_check(c));
    TRY(check_images(c));
    TRY(check_log(c));
    const backend *ops = mat_backend_named(c->backend);
    if (ops == NULL)
        return status_fail(STRATA_ERR_ARGUMENT, "backend = %s is not in this build; strata doctor says what brings it", c->backend);
    if (config_norm(c) != NET_PLAIN && c->eps < FLT_MIN && ops->element == sizeof(float)) {
        return status_fail(STRATA_ERR_ARGUMENT, "eps = %g is zero in the single precision of backend %s; use 1.2e-38 or more", c->eps,
                           ops->name);
    }
    if (ops->parts != 1) return status_fail(STRATA_ERR_ARGUMENT, "backend = %s is for the gradient check and does not train", c->backend);
    return STRATA_OK;
}

void config_resolve(strata_config *c)
{
    int64_t n_train = train_of(c);
    c->n_val = val_of(c);
    c->n_train = n_train;
    config_resolve_length(c);
    config_resolve_net(c);
    if (c->threads == 0) c->threads = cores_usable();
    if (c->evals == 0 || c->eval_train == c->n_train) c->eval_train = 0; /* the one point of evals = 0 has the scores of the end */
    const backend *ops = mat_backend_named(c->backend);
    if (ops == NULL) return;
    (void)snprintf(c->backend, sizeof c->backend, "%s", ops->name);
    if (mat_backend_bf16(ops) == ops || config_needs_matrix(c)) c->precision = PRECISION_FLOAT; /* it is for bytes */
}

const backend *config_backend(const strata_config *c)
{
    const backend *ops = mat_backend_named(c->backend);
    if (ops == NULL) return NULL;
    if (config_needs_matrix(c)) return mat_backend_floats(ops);
    return c->precision == PRECISION_BF16 ? mat_backend_bf16(ops) : ops;
}

size_t config_log_lines(const strata_config *c)
{
    return c->log_every > 0 ? (size_t)shares(config_updates(c), c->log_every) : 0;
}

/* Of an estimate of batch normalisation's statistics from so many examples: whole mini-batches, none without batch normalisation. */
static double estimated_images(const strata_config *c, double examples)
{
    bool is_estimated = config_norm(c) == NET_BATCH_NORM && config_layers(c) > 1;
    double n = fmin((double)c->n_batch, examples);
    return is_estimated && n > 0 ? floor(examples / n) * n : 0;
}

/* Images of the forward passes at the end beside those of a plain run: train/ending.c has these scores, each over both parts. */
static double further_images(const strata_config *c)
{
    double n_train = (double)c->n_train, n_val = (double)c->n_val, tests = c->tests > 0 ? c->tests : STRATA_TEST_IMAGES, images = 0;
    double both = n_val + tests;
    if (c->keep != KEEP_LAST) images += n_val + (c->eval_train > 0 ? 0 : n_train); /* the last point is of other parameters */
    if (c->ensemble) images += fmax((double)config_cycles(c), 1) * both;
    if (c->average != AVERAGE_NONE) images += both + estimated_images(c, fmin(AVERAGED_EXAMPLES, n_train));
    if (c->precise_bn > 0) images += both + 2 * estimated_images(c, fmin((double)c->precise_bn, n_train)); /* anew for each part */
    if (c->adaptive_bn) images += both + estimated_images(c, n_val) + estimated_images(c, tests);
    if (c->test_flip) images += 2 * both;
    return images;
}

/* An evaluation of n images is forward passes alone, about a third of as many images' updates. */
double strata_config_work(const strata_config *config)
{
    if (config == NULL) return 0;
    strata_config resolved = *config;
    config_resolve(&resolved);
    double points = (double)config_points(&resolved), once = (double)(resolved.n_train + resolved.n_val);
    double sampled = (double)(resolved.eval_train + resolved.n_val), images = points * once;
    if (resolved.eval_train > 0) images = points * sampled + (double)resolved.n_train; /* all of them at the end */
    images += further_images(&resolved);
    return (double)config_updates(&resolved) + images / (double)resolved.n_batch / 3;
}
