/* Analytic gradients as arrays, and the spread of ref64's gradients under the roundings of another backend, or its own. */
#include "gradspread.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "random.h"

enum { DRAWS = 8 };

/* One forward and backward pass of net; the gradients into out, J into *cost unless NULL. */
static strata_status gradients(const network *net, const gradcheck_task *task, double *out, double *cost)
{
    net_work *w;
    TRY(net_work_create(net, task->batch->n, NET_WITH_GRADIENTS, &w));
    net_forward(net, w, task->batch, NET_TRAINING);
    net_cost(net, w, task->batch, task->lambda);
    if (cost != NULL) *cost = net_real(net->ops, w->J);
    net_backward(net, w, task->batch, task->lambda);
    for (net_walk t = net_each_tensor(net, NET_PARAMETER); net_next_tensor(&t); out += mat_elements(t.M)) {
        net_reals(net->ops, net_tensor(&w->gradient[t.l], t.which), out);
    }
    net_work_free(w);
    return STRATA_OK;
}

/* net = the task's net with every parameter times 1 + delta, |delta| <= unit at random: what another backend makes of a double. */
static void shake(network *net, const gradcheck_task *task, double unit, int draw, double *buffer)
{
    char name[40];
    net_copy(net, task->net);
    if (unit <= mat_ref64.unit) return;
    for (net_walk t = net_each_tensor(net, NET_PARAMETER); net_next_tensor(&t);) {
        (void)snprintf(name, sizeof name, "shake/%d.%d", t.l, (int)t.which);
        random_stream stream = random_named(task->seed, name);
        net->ops->get(buffer, t.M);
        for (size_t e = 0; e < mat_elements(t.M); e++) buffer[e] *= 1 + unit * (2 * random_uniform(stream, (uint64_t)draw, e) - 1);
        net->ops->put(t.M, buffer);
    }
}

static void widen(const network *net, const double *still, const double *shaken, gradspread *g)
{
    for (net_walk t = net_each_tensor(net, NET_PARAMETER); net_next_tensor(&t);) {
        double *tolerance = &g->tolerance[t.l][t.which];
        for (size_t e = mat_elements(t.M); e-- > 0; still++, shaken++) *tolerance = fmax(*tolerance, 4 * fabs(*shaken - *still));
    }
}

/* The tolerances, for the roundings of a backend. still, shaken: room for all gradients. */
static strata_status draw_spreads(const gradcheck_task *task, const backend *like, network *net, gradspread *g,
                                   double *still, double *shaken)
{
    net_copy(net, task->net);
    mat_shake(NULL, task->seed, 0);
    TRY(gradients(net, task, still, NULL));
    for (int draw = 0; draw < DRAWS; draw++) {
        shake(net, task, like->unit, draw, shaken);
        mat_shake(like, task->seed, (uint64_t)draw);
        TRY(gradients(net, task, shaken, NULL));
        widen(net, still, shaken, g);
    }
    return STRATA_OK;
}

static strata_status measure_spread(const gradcheck_task *task, const backend *like, gradspread *g)
{
    network *net = NULL;
    void *room = NULL;
    const backend table = mat_shaken(task->batch);
    size_t count = net_elements(&task->net->shape, NET_PARAMETER);
    strata_status status = net_create(&table, &task->net->shape, &net);
    if (status == STRATA_OK) status = alloc_zero(&room, 2 * count, sizeof(double), "gradients");
    double *still = room;
    if (status == STRATA_OK) status = draw_spreads(task, like, net, g, still, still + count);
    free(room);
    net_free(net);
    return status;
}

static strata_status compute_other(const gradcheck_task *task, gradspread *g)
{
    network *other;
    TRY(net_create(mat_backend_for(task->other, task->batch), &task->net->shape, &other));
    net_copy(other, task->net);
    strata_status status = gradients(other, task, g->checked, NULL);
    net_free(other);
    return status;
}

strata_status gradspread_compute(const gradcheck_task *task, gradspread *g)
{
    void *reference = NULL, *checked = NULL;
    size_t count = net_elements(&task->net->shape, NET_PARAMETER);
    bool another = task->options.method == STRATA_AGAINST_REF64;
    memset(g, 0, sizeof *g);
    strata_status status = alloc_zero(&reference, count, sizeof(double), "gradients");
    if (status == STRATA_OK) status = alloc_zero(&checked, count, sizeof(double), "gradients");
    g->reference = reference;
    g->checked = checked;
    TRY(status);
    TRY(gradients(task->net, task, g->reference, &g->cost));
    memcpy(g->checked, g->reference, count * sizeof(double));
    TRY(measure_spread(task, mat_backend_for(another ? task->other : &mat_ref64, task->batch), g));
    return another ? compute_other(task, g) : STRATA_OK;
}

void gradspread_free(gradspread *g)
{
    free(g->reference);
    free(g->checked);
}
