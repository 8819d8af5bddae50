/*
 * The mathematics of docs/math.md, one line per equation and with its number, in verbs of a backend: no subscript into a matrix, no
 * memory, no element type. This file is compiled once and runs in double, float and double complex, so what the gradient check proves is
 * what trains. Read it first.
 */
#include "net.h"

#include "invariant.h"

/* (2) and (3) for one hidden layer with batch normalisation: T is left in X. */
static void normalise(const net *q, const net_tensors *theta, net_trace *t, int l, net_phase phase)
{
    const backend *o = q->o;
    bool training = phase == NET_TRAINING;
    if (training) o->moments(t->mu, t->v, t->S);
    o->standardise(t->Shat, t->S, training ? t->mu : q->mu_av[l], training ? t->v : q->v_av[l], q->shape.eps); /* (2)  */
    o->scale_shift(t->X, theta->gamma, t->Shat, theta->beta);                                                  /* (3)  */
}

void net_forward(const net *q, net_work *w, const pixels *batch, net_phase phase)
{
    const backend *o = q->o;
    int k = q->shape.k;
    INVARIANT(batch->n <= w->n_max && (phase == NET_TRAINING || !q->shape.bn || q->started || k == 1));

    for (int l = 0; l <= k; l++) { /* the work is made for n_max images; this mini-batch fills the first n columns */
        net_trace *t = &w->trace[l];
        t->S = mat_first(t->S, batch->n);
        t->Shat = mat_first(t->Shat, batch->n);
        t->X = mat_first(t->X, batch->n);
        t->G = mat_first(t->G, batch->n);
    }
    w->X0 = mat_first(w->X0, batch->n);

    o->load_pixels(w->X0, batch);                                                     /* (0)  X0                   */
    for (int l = 1; l <= k; l++) {
        const net_tensors *theta = &q->theta[l];
        net_trace *t = &w->trace[l], *below = &w->trace[l - 1];
        if (l == 1) o->affine_pixels(t->S, theta->W, w->X0, theta->b);                /* (1)  S = W X0 + b 1'      */
        else o->affine(t->S, theta->W, below->X, theta->b);                           /* (1)  S = W X + b 1'       */
        if (l == k) break;
        if (q->shape.bn) normalise(q, theta, t, l, phase);                            /* (2)(3)                    */
        o->relu(t->X, q->shape.bn ? t->X : t->S);                                     /* (4)  X = max(0, T)        */
    }
    o->softmax(w->trace[k].X, w->trace[k].S);                                         /* (5)  P = softmax(S)       */
}

void net_loss(const net *q, net_work *w, const pixels *batch)
{
    q->o->mean_loss(w->J, w->trace[q->shape.k].S, batch);                             /* (6)  the first term       */
}

void net_cost(const net *q, net_work *w, const pixels *batch, double lambda)
{
    net_loss(q, w, batch);
    for (int l = 1; l <= q->shape.k; l++) q->o->add_penalty(w->J, lambda, q->theta[l].W); /* (6)  + lambda ||W||^2 */
}

/* Through the ReLU and the batch normalisation of hidden layer l: G arrives as the gradient of X and leaves as that of S. */
static void back_through_hidden(const net *q, net_work *w, int l)
{
    const backend *o = q->o;
    net_trace *t = &w->trace[l];
    net_tensors *d = &w->gradient[l];

    o->relu_back(t->G, t->X);                                                         /* (11) G = G . [X > 0]      */
    if (!q->shape.bn) return;
    o->row_mean_products(d->gamma, t->G, t->Shat);                                    /* (12) dgamma               */
    o->row_means(d->beta, t->G);                                                      /* (13) dbeta                */
    o->scale_rows(t->G, q->theta[l].gamma);                                           /* (14) G = gamma . G        */
    o->standardise_back(t->G, t->Shat, t->v, q->shape.eps);                           /* (15)                      */
}

/* Every gradient but the dW of layer 1, which is left to the caller. */
static void backward_above_pixels(const net *q, net_work *w, const pixels *batch, double lambda)
{
    const backend *o = q->o;
    int k = q->shape.k;

    o->minus_labels(w->trace[k].G, w->trace[k].X, batch);                             /* (7)  G = P - Y            */
    for (int l = k; l >= 1; l--) {
        const net_tensors *theta = &q->theta[l];
        net_trace *t = &w->trace[l], *below = &w->trace[l - 1];
        net_tensors *d = &w->gradient[l];
        if (l < k) back_through_hidden(q, w, l);                                      /* (11)..(15)                */
        o->row_means(d->b, t->G);                                                     /* (9)  db = G 1/n           */
        if (l == 1) break;
        o->weight_gradient(d->W, t->G, below->X, lambda, theta->W);                   /* (8)  dW = G X'/n + 2 lambda W */
        o->mul_tn(below->G, theta->W, t->G);                                          /* (10) G = W' G             */
    }
}

void net_backward(const net *q, net_work *w, const pixels *batch, double lambda)
{
    backward_above_pixels(q, w, batch, lambda);
    q->o->weight_gradient_pixels(w->gradient[1].W, w->trace[1].G, w->X0, lambda, q->theta[1].W); /* (8) dW = G X0'/n + 2 lambda W */
}

void net_average(net *q, const net_work *w)
{
    const backend *o = q->o;
    for (int l = 1; q->shape.bn && l < q->shape.k; l++) {
        const net_trace *t = &w->trace[l];
        if (!q->started) {
            o->copy(q->mu_av[l], t->mu);                                              /* (17) at the first batch   */
            o->copy(q->v_av[l], t->v);
        } else {
            o->average(q->mu_av[l], q->shape.alpha, t->mu);                           /* (17)                      */
            o->average(q->v_av[l], q->shape.alpha, t->v);
        }
    }
    q->started = true;
}

void net_learn(net *q, net_work *w, const pixels *batch, double lambda, double eta)
{
    const backend *o = q->o;
    backward_above_pixels(q, w, batch, lambda);
    o->descend_pixels(q->theta[1].W, eta, w->trace[1].G, w->X0, lambda, w->gradient[1].W); /* (8)(16) for W_1, which no other one reads */
    for (int l = 1; l <= q->shape.k; l++) {
        for (int which = l == 1 ? 1 : 0; which < NET_TENSORS; which++) {              /* (16) theta -= eta dtheta  */
            o->descend(net_tensor(&q->theta[l], which), eta, net_tensor(&w->gradient[l], which));
        }
    }
}
