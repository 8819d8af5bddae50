/* Initialisation: normal numbers of the named stream of each layer, scaled as He, Xavier or a fixed sigma say. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "alloc.h"
#include "net.h"
#include "random.h"

static double he(int d, double sigma)
{
    (void)sigma;
    return sqrt(2.0 / d);
}

static double xavier(int d, double sigma)
{
    (void)sigma;
    return sqrt(1.0 / d);
}

static double fixed(int d, double sigma)
{
    (void)d;
    return sigma;
}

/* The standard deviation of W for a layer of d inputs. */
static double (*const deviation[])(int d, double sigma) = {
    [NET_INIT_HE] = he, [NET_INIT_XAVIER] = xavier, [NET_INIT_SIGMA] = fixed,
};

static strata_status draw_weights(net *q, int l, double sigma, uint64_t seed)
{
    char name[32];
    void *numbers;
    mat W = q->theta[l].W;
    size_t parts = (size_t)q->o->parts, count = mat_elements(W);
    TRY(alloc_zero(&numbers, count * parts, sizeof(double), "drawing initial weights"));
    double *x = numbers;
    (void)snprintf(name, sizeof name, "init/%d", l);
    random_normals(random_named(seed, name), 0, count, x);
    for (size_t e = count; e-- > 0;) { /* from the end, so that spreading out for a complex backend overwrites nothing unread */
        x[e * parts] = sigma * x[e];
        if (parts == 2) x[2 * e + 1] = 0;
    }
    q->o->put(W, x);
    free(numbers);
    return STRATA_OK;
}

strata_status net_init(net *q, net_init_kind kind, double sigma, uint64_t seed)
{
    for (int l = 1; l <= q->shape.k; l++) {
        TRY(draw_weights(q, l, deviation[kind](q->shape.width[l - 1], sigma), seed));
        q->o->fill(q->theta[l].b, 0);
        q->o->fill(q->theta[l].gamma, 1);
        q->o->fill(q->theta[l].beta, 0);
        q->o->fill(q->mu_av[l], 0);
        q->o->fill(q->v_av[l], 0);
    }
    q->started = false;
    return STRATA_OK;
}
