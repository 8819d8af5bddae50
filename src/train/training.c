/* One training: forward, averages, backward, step; points of the curves; the test set once, at the end. */
#include "training.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "best.h"
#include "checkpointer.h"
#include "clock.h"
#include "ending.h"
#include "evaluate.h"
#include "fit.h"
#include "mat_team.h"
#include "schedule.h"

/* What lives as long as the training of one member. */
typedef struct {
    strata_run *run;
    const split *part;
    size_t member;
    const strata_observer *observer;
    schedule rate;
    network *net;
    net_optimiser how;
    net_work *w, *evaluation;
    sampler *batches;
    uint32_t *sample;     /* the training images of a point, config.eval_train of them; NULL: all */
    checkpointer *kept;   /* NULL: no checkpoints */
    ending end;
    double start, before; /* seconds: when this began, and those that the run took before it was interrupted */
} training;

static double seconds_so_far(const training *m)
{
    return m->before + clock_seconds() - m->start;
}

static void stop_early(strata_run *run, long t)
{
    run->facts.outcome = STRATA_STOPPED;
    (void)snprintf(run->sentence, sizeof run->sentence, "seed %llu: stopped at update %ld of %ld",
                   (unsigned long long)run->facts.seed, t, config_updates(&run->config));
}

static void diverge(strata_run *run, long t, const char *what, double value)
{
    char number[32];
    text_from_double(value, number);
    run->facts.outcome = STRATA_ERR_DIVERGED;
    (void)snprintf(run->sentence, sizeof run->sentence, "seed %llu: diverged: the %s is not finite at update %ld of %ld (%s); "
                   "try a smaller eta_max", (unsigned long long)run->facts.seed, what, t, config_updates(&run->config), number);
}

/* Shall this member's training go on? Asked in the middle of what takes long. */
static bool ask(void *self)
{
    const training *m = self;
    return m->observer->go_on == NULL || m->observer->go_on(m->observer->self, m->member);
}

/* False when it was stopped in the middle. */
static bool evaluate(training *m, strata_part part, strata_score *out)
{
    const strata_config *c = &m->run->config;
    return evaluate_part(m->net, m->evaluation, m->part->data, &m->part->inputs, m->part->n_train, m->part->n_val, part, c->lambda,
                         &(going){ ask, m }, out);
}

/* What a point of the curves says of the training part. */
static bool evaluate_sample(training *m, strata_score *out)
{
    const strata_config *c = &m->run->config;
    if (m->sample == NULL) return evaluate(m, STRATA_TRAIN_PART, out);
    return evaluate_images(m->net, m->evaluation, m->part->data, &m->part->inputs, m->sample, (int)c->eval_train, c->lambda,
                           &(going){ ask, m }, out);
}

/* What diagnose = true measures after t updates. It changes only works, which every mini-batch and every evaluation fills again. */
static void diagnose_point(training *m, long t)
{
    minibatch next = sampler_at(m->batches, t);
    int few = m->part->n_train < DIAGNOSE_IMAGES ? m->part->n_train : DIAGNOSE_IMAGES;
    minibatch first = split_images(m->part->data, &m->part->inputs, m->part->n_val, STRATA_TRAIN_PART, 0, few);
    net_forward(m->net, m->w, &next, NET_TRAINING);
    net_backward(m->net, m->w, &next, m->run->config.lambda);
    net_forward(m->net, m->evaluation, &first, NET_EVALUATION);
    diagnose_layers(m->run->diagnosis, t, m->net, m->w, m->evaluation);
}

/* A stop while the run is between two updates: a checkpoint of it. One of update 0 is there, unless it could not be written. */
static void stop_between(training *m)
{
    if (m->run->facts.updates > 0) checkpointer_after_update(m->kept, m->run, seconds_so_far(m), true);
    stop_early(m->run, m->run->facts.updates);
}

/* A point of the curves after t updates. False when it is not finite, so that the run has diverged, or when the run was stopped. */
static bool add_point(training *m, long t)
{
    strata_run *run = m->run;
    strata_point *p = &run->point[run->points];
    p->update = t;
    p->epoch = (double)t / (double)m->batches->per_epoch;
    p->eta = schedule_eta(&m->rate, t);
    if (!evaluate_sample(m, &p->train) || !evaluate(m, STRATA_VALIDATION_PART, &p->validation)) {
        stop_between(m);
        return false;
    }
    if (!isfinite(p->train.cost) || !isfinite(p->validation.cost)) {
        bool train = !isfinite(p->train.cost);
        diverge(run, t, train ? "training cost" : "validation cost", train ? p->train.cost : p->validation.cost);
        return false;
    }
    run->points++;
    best_note(run);
    if (run->diagnosis != NULL) diagnose_point(m, t);
    if (m->observer->point != NULL) m->observer->point(m->observer->self, m->member, p);
    return true;
}

/* The point before the first update. Running averages start at the first mini-batch, so its forward pass comes first; it is not yet part
 * of the training, which starts the averages again at that same mini-batch. */
static bool add_first_point(training *m)
{
    minibatch batch = sampler_at(m->batches, 0);
    net_forward(m->net, m->w, &batch, NET_TRAINING);
    net_average(m->net, m->w);
    bool finite = add_point(m, 0);
    m->net->started = config_updates(&m->run->config) == 0; /* with no update at all they are the model's */
    return finite;
}

/* Update t. False when the loss of its mini-batch is not finite; the parameters are then those before it. */
static bool update(training *m, long t, double *loss)
{
    const strata_config *c = &m->run->config;
    network *net = m->net;
    minibatch batch = sampler_at(m->batches, t);

    net_forward(net, m->w, &batch, NET_TRAINING);
    net_loss(net, m->w, &batch);
    *loss = net_real(net->ops, m->w->J);
    if (!isfinite(*loss)) {
        diverge(m->run, t, "loss of the mini-batch", *loss);
        return false;
    }
    net_average(net, m->w);
    net_step(net, m->run->beside.moment, m->w, &batch, c->lambda, &m->how, schedule_eta(&m->rate, t), t);
    m->run->facts.updates = t + 1;
    ending_after_update(m->run, &m->rate, t + 1);
    losses_add(&m->run->log, t + 1, *loss);
    return true;
}

/* After update t: tells the observer, and keeps a checkpoint when one is due, when this was the last one, and before a stop. */
static bool go_on(training *m, long done, bool last, double loss)
{
    bool stop = m->observer->update != NULL && !m->observer->update(m->observer->self, m->member, done, m->rate.updates, loss) && !last;
    checkpointer_after_update(m->kept, m->run, seconds_so_far(m), stop || last);
    if (stop) stop_early(m->run, done);
    return !stop;
}

/* Was it stopped in the middle of the point of the update that it has done, or not even begun? */
static bool lacks_point(const training *m)
{
    const strata_run *run = m->run;
    long done = run->facts.updates, last = run->points > 0 ? run->point[run->points - 1].update : -1;
    return schedule_has_point(&m->rate, done) && last < done;
}

/* What is left of the updates; it may be none. False when it did not get to the end, which patience may put before the last of all. */
static bool train_the_rest(training *m)
{
    long all = m->rate.updates, begin = m->run->facts.updates;
    double loss;
    if (lacks_point(m) && !(begin == 0 ? add_first_point(m) : add_point(m, begin))) return false;
    bool last = best_is_old(m->run);
    for (long t = begin; t < all && !last; t++) {
        mat_piece_begin(MAT_UPDATE);
        bool finite = update(m, t, &loss);
        mat_piece_end(MAT_UPDATE);
        if (!finite) return false;
        if (schedule_has_point(&m->rate, t + 1) && !add_point(m, t + 1)) return false;
        last = t + 1 == all || best_is_old(m->run);
        if (!go_on(m, t + 1, last, loss)) return false;
    }
    return true;
}

static bool has_test_part(const training *m)
{
    return m->part->data->test_images > 0;
}

/* The scores of the parameters that the model gets, which m->net has: those of the last point, where it is of them and of all images, and
 * of the test images, which are looked at once. False when it was stopped in the middle. */
static bool score(training *m)
{
    strata_run *run = m->run;
    const strata_point *last = &run->point[run->points - 1];
    strata_score train = last->train, validation = last->validation, test = { NAN, NAN, NAN };
    bool others = m->net != run->model->net;
    if ((others || m->sample != NULL) && !evaluate(m, STRATA_TRAIN_PART, &train)) return false;
    if (others && !evaluate(m, STRATA_VALIDATION_PART, &validation)) return false;
    if (has_test_part(m) && !evaluate(m, STRATA_TEST_PART, &test)) return false;
    run->facts.train = train;
    run->facts.validation = validation;
    run->facts.test = test;
    return true;
}

static void train_to_the_end(training *m)
{
    strata_run *run = m->run;
    const going go = { ask, m };
    ending_place end = { run, m->part, NULL, m->w, m->evaluation, &go };
    if (!train_the_rest(m)) return;
    bool fixed = ending_fix(&m->end, &end);
    end.net = m->net = run->config.keep == KEEP_AVERAGE ? run->beside.average : best_net(run);
    if (!fixed || !score(m) || !ending_score(&m->end, &end)) {
        stop_between(m);
        return;
    }
    if (m->net != run->model->net) net_copy(run->model->net, m->net); /* not before, so that a checkpoint has the last */
    if (!isfinite(run->facts.train.cost)) diverge(run, run->facts.updates, "training cost", run->facts.train.cost);
    else if (has_test_part(m) && !isfinite(run->facts.test.cost)) diverge(run, run->facts.updates, "test cost", run->facts.test.cost);
    else if (has_test_part(m) && run->diagnosis != NULL) diagnose_test(run->diagnosis, m->net, m->evaluation, m->part);
}

/* Takes all memory, and the checkpoint to go on from. Without one, the checkpointer writes that of the start before parameters are drawn: a
 * training that is killed meanwhile begins again. The checkpointer comes last, because nothing may fail behind it: a run that could not
 * begin leaves no start. */
static strata_status prepare(training *m, const strata_checkpoints *checkpoints)
{
    strata_run *run = m->run;
    const strata_config *c = &run->config;
    TRY(run_take_results(run, m->part));
    m->rate = schedule_of(c);
    m->net = run->model->net;
    m->how = config_optimiser(c);
    int most = run->diagnosis != NULL ? DIAGNOSE_IMAGES : EVALUATE_CHUNK;
    TRY(net_work_create(m->net, (int)c->n_batch, further_use(c), &m->w));
    TRY(net_work_create(m->net, most, NET_FORWARD_ONLY, &m->evaluation));
    TRY(fit_sampler(c, m->part, &m->batches));
    TRY(ending_create(c, &m->end));
    if (c->eval_train > 0) TRY(sampler_draw(m->part, (int)c->eval_train, (uint64_t)c->seed, &m->sample));
    TRY(checkpointer_open(run, checkpoints, m->member, &m->kept));
    m->before = run->facts.seconds;
    if (run->facts.updates > 0) return STRATA_OK;
    return net_init(m->net, c->init.kind, c->init.sigma, (uint64_t)c->seed, &(going){ ask, m });
}

/* What becomes of a run that does not get as far as its first mini-batch. STRATA_OK when that is an outcome and no failure. */
static strata_status leave(strata_run *run, strata_status status)
{
    if (status == STRATA_STOPPED) {
        stop_early(run, 0);
    } else if (status == STRATA_ERR_BUSY) {
        run->facts.outcome = status;
        (void)snprintf(run->sentence, sizeof run->sentence, "%s", strata_error());
    } else {
        return status;
    }
    return STRATA_OK;
}

strata_status training_run(strata_run *run, const split *part, size_t member, const strata_observer *observer,
                           const strata_checkpoints *checkpoints)
{
    training m = { .run = run, .part = part, .member = member, .observer = observer, .start = clock_seconds() };
    bool begin = observer->start == NULL || observer->start(observer->self, member);
    strata_status status = begin ? prepare(&m, checkpoints) : STRATA_STOPPED;
    if (status == STRATA_OK) {
        train_to_the_end(&m);
        losses_end(&run->log, run->facts.updates);
        status = model_finish(run->model);
    } else {
        status = leave(run, status);
    }
    run->facts.seconds = seconds_so_far(&m);
    if (status == STRATA_OK && observer->record != NULL) observer->record(observer->self, member, run);
    if (status == STRATA_OK && observer->finished != NULL) observer->finished(observer->self, member, run);
    checkpointer_close(m.kept); /* not before it was saved */
    net_work_free(m.w);
    net_work_free(m.evaluation);
    ending_drop(&m.end);
    sampler_free(m.batches);
    free(m.sample);
    return status;
}
