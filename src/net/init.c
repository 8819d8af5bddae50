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

/* Drawing takes longest of all: 15 s for 200 million numbers. */
static strata_status draw_numbers(random_stream s, size_t count, double *x, const going *g)
{
    enum { CHUNK = 1 << 17 };
    for (size_t e = 0; e < count; e += CHUNK) {
        if (!going_on(g)) return status_fail(STRATA_STOPPED, "stopped while the first parameters were drawn");
        random_normals(s, e, count - e < CHUNK ? count - e : CHUNK, x + e);
    }
    return STRATA_OK;
}

/* x: room for the numbers of W. */
static strata_status draw_into(net *q, int l, double sigma, uint64_t seed, const going *g, double *x)
{
    char name[32];
    mat W = q->theta[l].W;
    size_t parts = (size_t)q->o->parts, count = mat_elements(W);
    (void)snprintf(name, sizeof name, "init/%d", l);
    TRY(draw_numbers(random_named(seed, name), count, x, g));
    for (size_t e = count; e-- > 0;) { /* from the end, so that spreading out for a complex backend overwrites nothing unread */
        x[e * parts] = sigma * x[e];
        if (parts == 2) x[2 * e + 1] = 0;
    }
    q->o->put(W, x);
    return STRATA_OK;
}

static strata_status draw_weights(net *q, int l, double sigma, uint64_t seed, const going *g)
{
    void *numbers;
    TRY(alloc_zero(&numbers, mat_elements(q->theta[l].W) * (size_t)q->o->parts, sizeof(double), "drawing initial weights"));
    strata_status status = draw_into(q, l, sigma, seed, g, numbers);
    free(numbers);
    return status;
}

strata_status net_init(net *q, net_init_kind kind, double sigma, uint64_t seed, const going *g)
{
    for (int l = 1; l <= q->shape.k; l++) {
        TRY(draw_weights(q, l, deviation[kind](q->shape.width[l - 1], sigma), seed, g));
        q->o->fill(q->theta[l].b, 0);
        q->o->fill(q->theta[l].gamma, 1);
        q->o->fill(q->theta[l].beta, 0);
        q->o->fill(q->mu_av[l], 0);
        q->o->fill(q->v_av[l], 0);
    }
    q->started = false;
    return STRATA_OK;
}
