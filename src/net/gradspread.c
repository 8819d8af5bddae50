/* Analytic gradients as arrays, and the spread of ref64's gradients under the roundings of another backend, or its own. */
#include "gradspread.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "random.h"

enum { DRAWS = 8 };

size_t gradspread_offset(const net *q, int l, int which)
{
    size_t offset = 0;
    for (int below = 1; below <= l; below++) {
        for (int tensor = 0; tensor < NET_TENSORS; tensor++) {
            if (below == l && tensor == which) return offset;
            offset += mat_elements(net_tensor(&q->theta[below], tensor));
        }
    }
    return offset;
}

static size_t all_elements(const net *q)
{
    return gradspread_offset(q, q->shape.k, NET_TENSORS - 1) + mat_elements(q->theta[q->shape.k].beta);
}

/* One forward and backward pass of q; the gradients into out, J into *cost unless NULL. */
static strata_status gradients(const net *q, const gradcheck_task *task, double *out, double *cost)
{
    net_work *w;
    TRY(net_work_create(q, task->batch->n, NET_WITH_GRADIENTS, &w));
    net_forward(q, w, task->batch, NET_TRAINING);
    net_cost(q, w, task->batch, task->lambda);
    if (cost != NULL) *cost = net_real(q->o, w->J);
    net_backward(q, w, task->batch, task->lambda);
    for (int l = 1; l <= q->shape.k; l++) {
        for (int which = 0; which < NET_TENSORS; which++) {
            net_reals(q->o, net_tensor(&w->gradient[l], which), out + gradspread_offset(q, l, which));
        }
    }
    net_work_free(w);
    return STRATA_OK;
}

/* q = the task's net with every parameter times 1 + delta, |delta| <= unit at random: what another backend makes of a double. */
static void shake(net *q, const gradcheck_task *task, double unit, int draw, double *buffer)
{
    char name[40];
    net_copy(q, task->q);
    for (int l = 1; l <= q->shape.k && unit > mat_ref64.unit; l++) {
        for (int which = 0; which < NET_TENSORS; which++) {
            mat theta = net_tensor(&q->theta[l], which);
            (void)snprintf(name, sizeof name, "shake/%d.%d", l, which);
            random_stream stream = random_named(task->seed, name);
            q->o->get(buffer, theta);
            for (size_t e = 0; e < mat_elements(theta); e++) buffer[e] *= 1 + unit * (2 * random_uniform(stream, (uint64_t)draw, e) - 1);
            q->o->put(theta, buffer);
        }
    }
}

static void widen(const net *q, const double *still, const double *shaken, gradspread *g)
{
    for (int l = 1; l <= q->shape.k; l++) {
        for (int which = 0; which < NET_TENSORS; which++) {
            size_t at = gradspread_offset(q, l, which), count = mat_elements(net_tensor(&q->theta[l], which));
            double *tolerance = &g->tolerance[l][which];
            for (size_t e = at; e < at + count; e++) *tolerance = fmax(*tolerance, 4 * fabs(shaken[e] - still[e]));
        }
    }
}

/* The tolerances, for the roundings of a backend. still, shaken: room for all gradients. */
static strata_status draw_spreads(const gradcheck_task *task, const backend *like, net *q, gradspread *g, double *still, double *shaken)
{
    net_copy(q, task->q);
    mat_shake(NULL, task->seed, 0);
    TRY(gradients(q, task, still, NULL));
    for (int draw = 0; draw < DRAWS; draw++) {
        shake(q, task, like->unit, draw, shaken);
        mat_shake(like, task->seed, (uint64_t)draw);
        TRY(gradients(q, task, shaken, NULL));
        widen(q, still, shaken, g);
    }
    return STRATA_OK;
}

static strata_status measure_spread(const gradcheck_task *task, const backend *like, gradspread *g)
{
    net *q = NULL;
    void *room = NULL;
    const backend table = mat_shaken();
    size_t count = all_elements(task->q);
    strata_status status = net_create(&table, &task->q->shape, &q);
    if (status == STRATA_OK) status = alloc_zero(&room, 2 * count, sizeof(double), "gradients");
    double *still = room;
    if (status == STRATA_OK) status = draw_spreads(task, like, q, g, still, still + count);
    free(room);
    net_free(q);
    return status;
}

static strata_status compute_other(const gradcheck_task *task, gradspread *g)
{
    net *other;
    TRY(net_create(task->other, &task->q->shape, &other));
    net_copy(other, task->q);
    strata_status status = gradients(other, task, g->checked, NULL);
    net_free(other);
    return status;
}

strata_status gradspread_compute(const gradcheck_task *task, gradspread *g)
{
    void *reference = NULL, *checked = NULL;
    size_t count = all_elements(task->q);
    bool another = task->options.method == STRATA_AGAINST_REF64;
    memset(g, 0, sizeof *g);
    strata_status status = alloc_zero(&reference, count, sizeof(double), "gradients");
    if (status == STRATA_OK) status = alloc_zero(&checked, count, sizeof(double), "gradients");
    g->reference = reference;
    g->checked = checked;
    TRY(status);
    TRY(gradients(task->q, task, g->reference, &g->cost));
    memcpy(g->checked, g->reference, count * sizeof(double));
    TRY(measure_spread(task, another ? task->other : &mat_ref64, g));
    return another ? compute_other(task, g) : STRATA_OK;
}

void gradspread_free(gradspread *g)
{
    free(g->reference);
    free(g->checked);
}
