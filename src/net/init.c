/* Initialisation: normal numbers of the named stream of each layer, scaled as He, Xavier or a fixed sigma say. */
#include <math.h>
#include <stdio.h>

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

/* A few numbers at a time, so that the largest layer takes no more memory than the smallest. Drawing takes longest of all, 15 s for 200
 * million numbers, so it is asked on the way whether to go on. */
static strata_status draw_weights(network *net, int l, double sigma, uint64_t seed, const going *g)
{
    enum { SOME = 512, ASK = 1 << 17 };
    char name[32];
    double x[2 * SOME];
    mat W = net->theta[l].W;
    size_t parts = (size_t)net->ops->parts;
    (void)snprintf(name, sizeof name, "init/%d", l);
    random_stream stream = random_named(seed, name);
    for (size_t first = 0; first < mat_elements(W); first += SOME) {
        int count = mat_at_most(W, first, SOME);
        if (first % ASK == 0 && !going_on(g)) return status_fail(STRATA_STOPPED, "stopped while the first parameters were drawn");
        random_normals(stream, first, (size_t)count, x);
        for (size_t e = (size_t)count; e-- > 0;) { /* from the end, so that spreading out for a complex backend overwrites nothing unread */
            x[e * parts] = sigma * x[e];
            if (parts == 2) x[2 * e + 1] = 0;
        }
        net->ops->put(mat_stretch(net->ops, W, first, count), x);
    }
    return STRATA_OK;
}

strata_status net_init(network *net, net_init_kind kind, double sigma, uint64_t seed, const going *g)
{
    for (int l = 1; l <= net->shape.k; l++) {
        TRY(draw_weights(net, l, deviation[kind](net->shape.layer[l].inputs, sigma), seed, g));
    }
    for (net_walk t = net_each_tensor(net, NET_EVERY_ROLE); net_next_tensor(&t);) {
        if (t.which != NET_W) net->ops->fill(t.M, t.which == NET_GAMMA ? 1 : 0);
    }
    net->started = false;
    return STRATA_OK;
}
