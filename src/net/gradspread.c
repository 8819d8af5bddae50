/* Analytic gradients as arrays, and the spread of ref64's gradients under rounding-sized changes of the parameters. */
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

/* The largest mean of |G| over a row of each layer: what db = G 1/n sums, and cancels under BN. */
static strata_status measure_magnitude(const net *q, const net_work *w, double magnitude[])
{
    void *buffer;
    for (int l = 1; l <= q->shape.k; l++) {
        mat G = w->trace[l].G;
        TRY(alloc_zero(&buffer, mat_elements(G), sizeof(double), "gradients"));
        double *g = buffer;
        net_reals(q->o, G, g);
        for (int i = 0; i < G.rows; i++) {
            double sum = 0;
            for (int j = 0; j < G.cols; j++) sum += fabs(g[i + j * G.rows]);
            magnitude[l] = fmax(magnitude[l], sum / G.cols);
        }
        free(buffer);
    }
    return STRATA_OK;
}

/* One forward and backward pass of q; the gradients into out; J and the magnitudes too where g is not NULL. */
static strata_status gradients(const net *q, const gradcheck_task *task, double *out, gradspread *g)
{
    net_work *w;
    strata_status status = STRATA_OK;
    TRY(net_work_create(q, task->batch->n, NET_WITH_GRADIENTS, &w));
    net_forward(q, w, task->batch, NET_TRAINING);
    net_cost(q, w, task->batch, task->lambda);
    if (g != NULL) g->cost = net_real(q->o, w->J);
    net_backward(q, w, task->batch, task->lambda);
    if (g != NULL) status = measure_magnitude(q, w, g->magnitude);
    for (int l = 1; l <= q->shape.k; l++) {
        for (int which = 0; which < NET_TENSORS; which++) {
            net_reals(q->o, net_tensor(&w->gradient[l], which), out + gradspread_offset(q, l, which));
        }
    }
    net_work_free(w);
    return status;
}

static double relative_error(const net_shape *s, int n, double unit)
{
    int longest = n;
    for (int l = 0; l < s->k; l++) longest = s->width[l] > longest ? s->width[l] : longest;
    return 6 * sqrt(longest + 8.0) * unit;
}

/* q = the task's net with every parameter times 1 + delta, |delta| <= gamma at random. */
static strata_status shake(net *q, const gradcheck_task *task, double gamma, int draw, double *buffer)
{
    char name[40];
    TRY(net_copy(q, task->q));
    for (int l = 1; l <= q->shape.k; l++) {
        for (int which = 0; which < NET_TENSORS; which++) {
            mat theta = net_tensor(&q->theta[l], which);
            (void)snprintf(name, sizeof name, "shake/%d.%d", l, which);
            random_stream stream = random_named(task->seed, name);
            q->o->get(buffer, theta);
            for (size_t e = 0; e < mat_elements(theta); e++) {
                double delta = gamma * (2 * random_uniform(stream, (uint64_t)draw, e) - 1);
                buffer[e] = buffer[e] * (1 + delta) + (which == 1 || which == 3 ? delta : 0); /* b and beta start at zero: absolute */
            }
            q->o->put(theta, buffer);
        }
    }
    return STRATA_OK;
}

static void widen(const net *q, const double *reference, const double *shaken, gradspread *g)
{
    for (int l = 1; l <= q->shape.k; l++) {
        for (int which = 0; which < NET_TENSORS; which++) {
            size_t at = gradspread_offset(q, l, which), count = mat_elements(net_tensor(&q->theta[l], which));
            double *tolerance = &g->tolerance[l][which];
            for (size_t e = at; e < at + count; e++) *tolerance = fmax(*tolerance, 4 * fabs(shaken[e] - reference[e]));
        }
    }
}

static strata_status measure_spread(const gradcheck_task *task, net *q, gradspread *g, double *shaken)
{
    double gamma = relative_error(&q->shape, task->batch->n, task->other->unit);
    for (int l = 1; l <= q->shape.k; l++) g->tolerance[l][1] = 4 * gamma * g->magnitude[l];
    for (int draw = 0; draw < DRAWS; draw++) {
        TRY(shake(q, task, gamma, draw, shaken));
        TRY(gradients(q, task, shaken, NULL));
        widen(q, g->reference, shaken, g);
    }
    return STRATA_OK;
}

static strata_status compare_other(const gradcheck_task *task, gradspread *g)
{
    net *q = NULL, *other = NULL;
    void *shaken = NULL;
    strata_status status = net_create(&mat_ref64, &task->q->shape, &q);
    if (status == STRATA_OK) status = net_create(task->other, &task->q->shape, &other);
    if (status == STRATA_OK) status = net_copy(other, task->q);
    if (status == STRATA_OK) status = alloc_zero(&shaken, all_elements(task->q), sizeof(double), "gradients");
    if (status == STRATA_OK) status = measure_spread(task, q, g, shaken);
    if (status == STRATA_OK) status = gradients(other, task, g->checked, NULL);
    free(shaken);
    net_free(other);
    net_free(q);
    return status;
}

strata_status gradspread_compute(const gradcheck_task *task, gradspread *g)
{
    void *reference = NULL, *checked = NULL;
    size_t count = all_elements(task->q);
    memset(g, 0, sizeof *g);
    strata_status status = alloc_zero(&reference, count, sizeof(double), "gradients");
    if (status == STRATA_OK) status = alloc_zero(&checked, count, sizeof(double), "gradients");
    g->reference = reference;
    g->checked = checked;
    TRY(status);
    TRY(gradients(task->q, task, g->reference, g));
    if (task->options.method == STRATA_AGAINST_REF64) return compare_other(task, g);
    memcpy(g->checked, g->reference, count * sizeof(double));
    return STRATA_OK;
}

void gradspread_free(gradspread *g)
{
    free(g->reference);
    free(g->checked);
}
