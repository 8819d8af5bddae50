/*
 * Optimisers: (37) to (42) of docs/math.md, one line per equation, in verbs. What an optimiser remembers lies in further nets of the shape
 * of the trained one: what belongs to a tensor is the tensor at the same place.
 */
#include "net.h"

#include <math.h>

/* One parameter, its gradient, and what is remembered of it. */
typedef struct {
    mat theta, g, moment[NET_MOMENTS];
    net_which which;
} parameter;

/* The numbers of one update. */
typedef struct {
    double eta, mean, square; /* mean, square: 1 - beta^u of (40) */
} rates;

typedef void step(const backend *ops, const parameter *p, const net_optimiser *how, const rates *r);

static void sgd(const backend *ops, const parameter *p, const net_optimiser *how, const rates *r)
{
    (void)how;
    ops->sgd_step(p->theta, r->eta, p->g);                                              /* (16) theta -= eta g           */
}

static void momentum(const backend *ops, const parameter *p, const net_optimiser *how, const rates *r)
{
    ops->accumulate(p->moment[0], how->momentum, p->g);                                 /* (38) u = momentum u + g       */
    ops->sgd_step(p->theta, r->eta, p->moment[0]);                                      /*      theta -= eta u           */
}

static void nesterov(const backend *ops, const parameter *p, const net_optimiser *how, const rates *r)
{
    ops->accumulate(p->moment[0], how->momentum, p->g);                                 /* (39) u = momentum u + g       */
    ops->sgd_step(p->g, -how->momentum, p->moment[0]);                                  /*      g += momentum u          */
    ops->sgd_step(p->theta, r->eta, p->g);                                              /*      theta -= eta g           */
}

static void adam(const backend *ops, const parameter *p, const net_optimiser *how, const rates *r)
{
    ops->average(p->moment[0], how->beta1, p->g);                                       /* (40) m                        */
    ops->average_squares(p->moment[1], how->beta2, p->g);                               /*      v                        */
    ops->adam_step(p->theta, r->eta / r->mean, p->moment[0], p->moment[1], r->square, how->eps);
}

static void adamw(const backend *ops, const parameter *p, const net_optimiser *how, const rates *r)
{
    if (p->which == NET_W) ops->shrink(p->theta, r->eta * how->weight_decay);           /* (41) theta -= eta decay theta */
    adam(ops, p, how, r);
}

static const struct {
    int moments;
    step *step;
} table[] = {
    [NET_SGD] = { 0, sgd },   [NET_MOMENTUM] = { 1, momentum }, [NET_NESTEROV] = { 1, nesterov },
    [NET_ADAM] = { 2, adam }, [NET_ADAMW] = { 2, adamw },
};

int net_moments(const net_optimiser *how)
{
    return table[how->kind].moments;
}

bool net_is_plain(const net_optimiser *how)
{
    return how->kind == NET_SGD && how->clip == 0;
}

/* What is infinite stays so, and what is no number: that divergence is seen. */
static void clip(const network *net, net_work *w, double most)
{
    const backend *ops = net->ops;
    ops->fill(w->J, 0);
    for (net_walk t = net_each_tensor(net, NET_PARAMETER); net_next_tensor(&t);) {
        ops->add_penalty(w->J, 1, net_tensor(&w->gradient[t.l], t.which));              /* (37) s^2 = sum of g^2         */
    }
    double norm = sqrt(net_real(ops, w->J));
    if (!(norm > most) || isinf(norm)) return;
    for (net_walk t = net_each_tensor(net, NET_PARAMETER); net_next_tensor(&t);) {
        ops->scale(net_tensor(&w->gradient[t.l], t.which), most / norm);                /*      g = g c/s                */
    }
}

void net_step(network *net, network *const moment[NET_MOMENTS], net_work *w, const minibatch *batch, double lambda,
              const net_optimiser *how, double eta, long t)
{
    double u = (double)t + 1;
    rates r = { eta, 1 - pow(how->beta1, u), 1 - pow(how->beta2, u) };
    if (net_is_plain(how)) {
        net_learn(net, w, batch, lambda, eta);
    } else {
        net_backward(net, w, batch, lambda);
        if (how->clip > 0) clip(net, w, how->clip);
        for (net_walk q = net_each_tensor(net, NET_PARAMETER); net_next_tensor(&q);) {
            parameter p = { .theta = q.M, .g = net_tensor(&w->gradient[q.l], q.which), .which = q.which };
            for (int o = 0; o < net_moments(how); o++) p.moment[o] = net_same_tensor(moment[o], &q);
            table[how->kind].step(net->ops, &p, how, &r);
        }
    }
    for (int l = 1; how->max_norm > 0 && l <= net->shape.k; l++) net->ops->limit_rows(net->theta[l].W, how->max_norm); /* (42) */
}
