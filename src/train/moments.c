/* See moments.h. The sums are in double and run down the mini-batches in file order, so they have one order on every machine. */
#include "moments.h"

size_t moments_room(const net_shape *shape)
{
    return 2 * net_elements(shape, NET_AVERAGE);
}

net_shape moments_shape(const net_shape *shape)
{
    net_shape s = *shape;
    s.noise = 0;
    s.input_dropout = 0;
    for (int l = 1; l <= s.k; l++) s.layer[l].dropout = 0;
    return s;
}

/* What the last forward pass found in place of this running average. */
static mat found(const net_work *w, const net_walk *t)
{
    return t->which == NET_MEAN ? w->trace[t->l].mu : w->trace[t->l].v;
}

static void add_moments(const network *net, const net_work *w, double *sum, double *now)
{
    for (net_walk t = net_each_tensor(net, NET_AVERAGE); net_next_tensor(&t);) {
        size_t count = mat_elements(t.M);
        net->ops->get(now, found(w, &t));
        for (size_t e = 0; e < count; e++) *sum++ += now[e];
    }
}

bool moments_estimate(network *net, net_work *w, const split *part, strata_part which, int count, int n_batch, double *room,
                      const going *g)
{
    size_t elements = net_elements(&net->shape, NET_AVERAGE);
    int n = n_batch < count ? n_batch : count, batches = count / n;
    double *sum = room, *now = room + elements;
    for (size_t e = 0; e < elements; e++) sum[e] = 0;
    for (int b = 0; b < batches; b++) {
        if (!going_on(g)) return false;
        minibatch batch = split_images(part->data, &part->inputs, part->n_val, which, b * n, n);
        net_forward(net, w, &batch, NET_TRAINING);
        add_moments(net, w, sum, now);
    }
    for (size_t e = 0; e < elements; e++) sum[e] /= batches;                   /* (54) */
    for (net_walk t = net_each_tensor(net, NET_AVERAGE); net_next_tensor(&t); sum += mat_elements(t.M)) net->ops->put(t.M, sum);
    net->started = true;
    return true;
}
