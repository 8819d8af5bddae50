/*
 * The mathematics of docs/math.md, one line per equation and with its number, in verbs of a backend: no subscript into a matrix, no
 * memory, no element type. This file is compiled once and runs in double, float and double complex, so what the gradient check proves is
 * what trains. Read it first.
 */
#include "net.h"

#include "invariant.h"

/* (2) and (3) for one hidden layer with batch normalisation: T is left in X. */
static void normalise(const network *net, const net_tensors *theta, net_trace *t, int l, net_phase phase)
{
    const backend *ops = net->ops;
    bool training = phase == NET_TRAINING;
    if (training) ops->moments(t->mu, t->v, t->S);
    ops->standardise(t->Shat, t->S, training ? t->mu : net->mu_av[l], training ? t->v : net->v_av[l], net->shape.eps); /* (2)  */
    ops->scale_shift(t->X, theta->gamma, t->Shat, theta->beta);                                                        /* (3)  */
}

void net_forward(const network *net, net_work *w, const minibatch *batch, net_phase phase)
{
    const backend *ops = net->ops;
    int k = net->shape.k;
    INVARIANT(batch->n <= w->n_max && (phase == NET_TRAINING || !net->shape.bn || net->started || k == 1));

    for (int l = 0; l <= k; l++) { /* the work is made for n_max images; this mini-batch fills the first n columns */
        net_trace *t = &w->trace[l];
        t->S = mat_first(t->S, batch->n);
        t->Shat = mat_first(t->Shat, batch->n);
        t->X = mat_first(t->X, batch->n);
        t->G = mat_first(t->G, batch->n);
    }
    w->X0 = mat_first(w->X0, batch->n);

    ops->load_minibatch(w->X0, batch);                                                        /* (0)  X0                   */
    for (int l = 1; l <= k; l++) {
        const net_tensors *theta = &net->theta[l];
        net_trace *t = &w->trace[l], *below = &w->trace[l - 1];
        if (l == 1) ops->affine_input(t->S, theta->W, w->X0, theta->b);               /* (1)  S = W X0 + b 1'      */
        else ops->affine(t->S, theta->W, below->X, theta->b);                         /* (1)  S = W X + b 1'       */
        if (l == k) break;
        if (net->shape.bn) normalise(net, theta, t, l, phase);                        /* (2)(3)                    */
        ops->relu(t->X, net->shape.bn ? t->X : t->S);                                 /* (4)  X = max(0, T)        */
    }
    ops->softmax(w->trace[k].X, w->trace[k].S);                                               /* (5)  P = softmax(S)       */
}

void net_loss(const network *net, net_work *w, const minibatch *batch)
{
    net->ops->mean_loss(w->J, w->trace[net->shape.k].S, batch);                               /* (6)  the first term       */
}

void net_cost(const network *net, net_work *w, const minibatch *batch, double lambda)
{
    net_loss(net, w, batch);
    for (int l = 1; l <= net->shape.k; l++) net->ops->add_penalty(w->J, lambda, net->theta[l].W); /* (6)  + lambda ||W||^2 */
}

/* Through the ReLU and the batch normalisation of hidden layer l: G arrives as the gradient of X and leaves as that of S. */
static void back_through_hidden(const network *net, net_work *w, int l)
{
    const backend *ops = net->ops;
    net_trace *t = &w->trace[l];
    net_tensors *d = &w->gradient[l];

    ops->relu_back(t->G, t->X);                                                               /* (11) G = G . [X > 0]      */
    if (!net->shape.bn) return;
    ops->row_mean_products(d->gamma, t->G, t->Shat);                                  /* (12) dgamma               */
    ops->row_means(d->beta, t->G);                                                    /* (13) dbeta                */
    ops->scale_rows(t->G, net->theta[l].gamma);                                       /* (14) G = gamma . G        */
    ops->standardise_back(t->G, t->Shat, t->v, net->shape.eps);                       /* (15)                      */
}

/* Every gradient but the dW of layer 1, which is left to the caller. */
static void backward_above_input(const network *net, net_work *w, const minibatch *batch, double lambda)
{
    const backend *ops = net->ops;
    int k = net->shape.k;

    ops->minus_labels(w->trace[k].G, w->trace[k].X, batch);                                   /* (7)  G = P - Y            */
    for (int l = k; l >= 1; l--) {
        const net_tensors *theta = &net->theta[l];
        net_trace *t = &w->trace[l], *below = &w->trace[l - 1];
        net_tensors *d = &w->gradient[l];
        if (l < k) back_through_hidden(net, w, l);                                    /* (11)..(15)                */
        ops->row_means(d->b, t->G);                                                   /* (9)  db = G 1/n           */
        if (l == 1) break;
        ops->weight_gradient(d->W, t->G, below->X, lambda, theta->W);                 /* (8)  dW = G X'/n + 2 lambda W */
        ops->mul_tn(below->G, theta->W, t->G);                                        /* (10) G = W' G             */
    }
}

void net_backward(const network *net, net_work *w, const minibatch *batch, double lambda)
{
    backward_above_input(net, w, batch, lambda);
    net->ops->weight_gradient_input(w->gradient[1].W, w->trace[1].G, w->X0, lambda, net->theta[1].W); /* (8) dW = G X0'/n + 2 lambda W */
}

void net_average(network *net, const net_work *w)
{
    const backend *ops = net->ops;
    for (int l = 1; net->shape.bn && l < net->shape.k; l++) {
        const net_trace *t = &w->trace[l];
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
    backward_above_input(net, w, batch, lambda);
    ops->sgd_step_input(net->theta[1].W, eta, w->trace[1].G, w->X0, lambda, w->gradient[1].W); /* (8)(16) for W_1 */
    for (net_walk t = net_each_tensor(net, NET_PARAMETER); net_next_tensor(&t);) {             /* (16) theta -= eta dtheta  */
        if (t.l > 1 || t.which != NET_W) ops->sgd_step(t.M, eta, net_tensor(&w->gradient[t.l], t.which));
    }
}
