/*
 * The mathematics of docs/math.md, one line per equation and with its number, in verbs of a backend: no subscript into a matrix, no
 * memory, no element type. This file is compiled once and runs in double, float and double complex, so what the gradient check proves is
 * what trains. Read it first.
 */
#include "net.h"

#include <stdio.h>

#include "invariant.h"
#include "random.h"

/* The stream of the masks of (31) for layer l, 0 for the inputs. */
static random_stream mask_of(const minibatch *batch, int l)
{
    char name[24];
    (void)snprintf(name, sizeof name, "dropout/%d", l);
    return random_named(batch->seed, name);
}

/* The work is made for n_max examples; this mini-batch fills the first columns. */
static void fit_work(const network *net, net_work *w, int n)
{
    w->X0 = mat_first(w->X0, n * net->shape.patches.count);
    for (int l = 1; l <= net->shape.k; l++) {
        net_trace *t = &w->trace[l];
        int columns = l == 1 ? n * net->shape.patches.count : n;
        mat *const all[] = { &t->S, &t->T, &t->A, &t->X, &t->Shat, &t->G };
        for (size_t q = 0; q < sizeof all / sizeof *all; q++) *all[q] = mat_first(*all[q], columns);
        if (net->shape.layer[l].norm == NET_LAYER_NORM) t->mu.rows = t->v.rows = columns;
    }
}

/* (0)  X0, and what training does to it */
static void load(const network *net, net_work *w, const minibatch *batch, net_phase phase)
{
    const net_shape *s = &net->shape;
    net->ops->load_minibatch(w->X0, batch);                                                               /* (0)(21) */
    if (phase != NET_TRAINING) return;
    if (s->noise > 0) net->ops->add_noise(w->X0, s->noise, random_named(batch->seed, "noise"), batch->draw); /* (33)  */
    if (s->input_dropout > 0) net->ops->drop(w->X0, s->input_dropout, mask_of(batch, 0), batch->draw);    /* (31)     */
}

/* (2)(3) or (27)(3): Z normalised into `to`. */
static void normalise(const network *net, net_trace *t, int l, mat to, mat Z, net_phase phase)
{
    const backend *ops = net->ops;
    const net_tensors *theta = &net->theta[l];
    double eps = net->shape.eps;
    if (net->shape.layer[l].norm == NET_LAYER_NORM) {
        ops->column_moments(t->mu, t->v, Z);
        ops->standardise_columns(t->Shat, Z, t->mu, t->v, eps);                                           /* (27)     */
    } else {
        bool training = phase == NET_TRAINING;
        if (training) ops->moments(t->mu, t->v, Z);
        ops->standardise(t->Shat, Z, training ? t->mu : net->mu_av[l], training ? t->v : net->v_av[l], eps); /* (2)   */
    }
    ops->scale_shift(to, theta->gamma, t->Shat, theta->beta);                                             /* (3)      */
}

/* From S to X of hidden layer l. */
static void finish_hidden(const network *net, net_work *w, const minibatch *batch, int l, net_phase phase)
{
    const backend *ops = net->ops;
    const net_layer *layer = &net->shape.layer[l];
    net_trace *t = &w->trace[l];
    bool normed = layer->norm != NET_PLAIN, drops = layer->dropout > 0 && phase == NET_TRAINING;

    if (layer->skip) ops->add(t->S, w->trace[l - 2].X);                                                   /* (29)     */
    if (normed && layer->place == NET_BEFORE) normalise(net, t, l, t->T, t->S, phase);                    /* (2)(3)   */
    net_activate(ops, layer->activation, t->A, t->T);                                                     /* (4) (23) */
    if (normed && layer->place == NET_AFTER) normalise(net, t, l, t->X, t->A, phase);                     /* (2)(3)   */
    else if (layer->dropout > 0) ops->copy(t->X, t->A);
    if (drops) ops->drop(t->X, layer->dropout, mask_of(batch, l), batch->draw);                           /* (31)     */
}

void net_forward(const network *net, net_work *w, const minibatch *batch, net_phase phase)
{
    const backend *ops = net->ops;
    int k = net->shape.k;
    INVARIANT(batch->n <= w->n_max && (phase == NET_TRAINING || !net->shape.bn || net->started));

    fit_work(net, w, batch->n);
    load(net, w, batch, phase);                                                                           /* (0)  X0  */
    for (int l = 1; l <= k; l++) {
        const net_tensors *theta = &net->theta[l];
        net_trace *t = &w->trace[l], *below = &w->trace[l - 1];
        if (l == 1) ops->affine_input(t->S, theta->W, w->X0, theta->b);                           /* (1)  S = W X0 + b 1' */
        else ops->affine(t->S, theta->W, mat_in_columns(below->X, batch->n), theta->b);           /* (1)  S = W X + b 1'  */
        if (l < k) finish_hidden(net, w, batch, l, phase);                                        /* (2)(3)(4)            */
    }
    net_probabilities(ops, net->shape.loss, w->trace[k].X, w->trace[k].S);                                /* (5)  P   */
}

void net_loss(const network *net, net_work *w, const minibatch *batch)
{
    net_output_loss(net->ops, net->shape.loss, w->J, w->trace[net->shape.k].S, batch);                    /* (6)  the first term */
}

void net_cost(const network *net, net_work *w, const minibatch *batch, double lambda)
{
    net_loss(net, w, batch);
    for (int l = 1; l <= net->shape.k; l++) net->ops->add_penalty(w->J, lambda, net->theta[l].W); /* (6)  + lambda ||W||^2 */
}

/* (12) to (15) for the quantity that hidden layer l normalised: G arrives as the gradient of gamma . Shat + beta. */
static void normalise_back(const network *net, net_work *w, int l)
{
    const backend *ops = net->ops;
    net_trace *t = &w->trace[l];
    net_tensors *d = &w->gradient[l];
    ops->row_mean_products(d->gamma, t->G, t->Shat);                                                      /* (12) dgamma         */
    ops->row_means(d->beta, t->G);                                                                        /* (13) dbeta          */
    ops->scale_rows(t->G, net->theta[l].gamma);                                                           /* (14) G = gamma . G  */
    if (net->shape.layer[l].norm == NET_BATCH_NORM) ops->standardise_back(t->G, t->Shat, t->v, net->shape.eps); /* (15)          */
    else ops->standardise_columns_back(t->G, t->Shat, t->v, net->shape.eps);                              /* (28)                */
}

/* Through hidden layer l: G arrives as the gradient of X and leaves as that of S. */
static void back_through_hidden(const network *net, net_work *w, const minibatch *batch, int l)
{
    const backend *ops = net->ops;
    const net_layer *layer = &net->shape.layer[l];
    net_trace *t = &w->trace[l];
    bool normed = layer->norm != NET_PLAIN;

    if (l == 1 && net->shape.patches.count > 1) ops->scale(t->G, net->shape.patches.count);               /* (22) G = n_p G      */
    if (layer->dropout > 0) ops->drop(t->G, layer->dropout, mask_of(batch, l), batch->draw);              /* (32) G = G . M/(1-r)*/
    if (normed && layer->place == NET_AFTER) normalise_back(net, w, l);                                   /* (12)..(15)          */
    net_activate_back(ops, layer->activation, t->G, t->A, t->T);                                          /* (11) G = G . [X > 0]*/
    if (normed && layer->place == NET_BEFORE) normalise_back(net, w, l);                                  /* (12)..(15)          */
}

/* What becomes of the dW above layer 1: it is kept, or W steps by it at once. eta is the rate then. */
typedef void weights_done(const backend *ops, mat W, mat dW, mat G, mat X, double lambda, double eta);

static void keep(const backend *ops, mat W, mat dW, mat G, mat X, double lambda, double eta)
{
    (void)eta;
    ops->weight_gradient(dW, G, X, lambda, W);                                                            /* (8)  dW             */
}

static void step(const backend *ops, mat W, mat dW, mat G, mat X, double lambda, double eta)
{
    ops->sgd_step_weights(W, eta, G, X, lambda, dW);                                                      /* (8)(16)             */
}

/* Every gradient but the dW of layer 1, which is left to the caller. W is needed for the layer below, so its own turn comes after that. */
static void backward_above_input(const network *net, net_work *w, const minibatch *batch, double lambda, weights_done *done, double eta)
{
    const backend *ops = net->ops;
    int k = net->shape.k, n = batch->n;

    net_output_back(ops, net->shape.loss, w->trace[k].G, w->trace[k].S, w->trace[k].X, batch);            /* (7)  G = P - Y      */
    for (int l = k; l >= 1; l--) {
        const net_tensors *theta = &net->theta[l];
        net_trace *t = &w->trace[l], *below = &w->trace[l - 1];
        net_tensors *d = &w->gradient[l];
        if (l < k) back_through_hidden(net, w, batch, l);                                                 /* (11)..(15)          */
        ops->row_means(d->b, t->G);                                                                       /* (9)  db = G 1/n     */
        if (l == 1) break;
        ops->mul_tn(mat_in_columns(below->G, n), theta->W, t->G);                                         /* (10) G = W' G       */
        if (net->shape.layer[l + 1].skip) ops->add(below->G, w->trace[l + 1].G);                          /* (30)                */
        done(ops, theta->W, d->W, t->G, mat_in_columns(below->X, n), lambda, eta);                        /* (8), or (8)(16)     */
    }
}

void net_backward(const network *net, net_work *w, const minibatch *batch, double lambda)
{
    backward_above_input(net, w, batch, lambda, keep, 0);
    net->ops->weight_gradient_input(w->gradient[1].W, w->trace[1].G, w->X0, lambda, net->theta[1].W); /* (8) dW = G X0'/n + 2 lambda W */
}

void net_average(network *net, const net_work *w)
{
    const backend *ops = net->ops;
    for (int l = 1; l < net->shape.k; l++) {
        const net_trace *t = &w->trace[l];
        if (net->shape.layer[l].norm != NET_BATCH_NORM) continue;
        if (!net->started) {
            ops->copy(net->mu_av[l], t->mu);                                                  /* (17) at the first batch   */
            ops->copy(net->v_av[l], t->v);
        } else {
            ops->average(net->mu_av[l], net->shape.alpha, t->mu);                             /* (17)                      */
            ops->average(net->v_av[l], net->shape.alpha, t->v);
        }
    }
    net->started = true;
}

void net_learn(network *net, net_work *w, const minibatch *batch, double lambda, double eta)
{
    const backend *ops = net->ops;
    backward_above_input(net, w, batch, lambda, step, eta);
    ops->sgd_step_input(net->theta[1].W, eta, w->trace[1].G, w->X0, lambda, w->gradient[1].W); /* (8)(16) for W_1 */
    for (net_walk t = net_each_tensor(net, NET_PARAMETER); net_next_tensor(&t);) {             /* (16) theta -= eta dtheta  */
        if (t.which != NET_W) ops->sgd_step(t.M, eta, net_tensor(&w->gradient[t.l], t.which));
    }
}
