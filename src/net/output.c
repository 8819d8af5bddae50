/* The losses, (5) to (7) and (34) to (36): what an output layer makes of its logits S. A table, one line each, in verbs. */
#include "net.h"

static void softmax_back(const backend *ops, mat G, mat S, mat P, const minibatch *batch)
{
    (void)S;
    ops->minus_labels(G, P, batch);
}

static void sigmoid_back(const backend *ops, mat G, mat S, mat P, const minibatch *batch)
{
    (void)S;
    ops->sigmoid_minus_labels(G, P, batch);
}

static void hinge_back(const backend *ops, mat G, mat S, mat P, const minibatch *batch)
{
    (void)P;
    ops->hinge_back(G, S, batch);
}

static void softmax(const backend *ops, mat P, mat S) { ops->softmax(P, S); }
static void sigmoid(const backend *ops, mat P, mat S) { ops->sigmoid(P, S); }

static void softmax_loss(const backend *ops, mat J, mat S, const minibatch *batch) { ops->mean_loss(J, S, batch); }
static void sigmoid_loss(const backend *ops, mat J, mat S, const minibatch *batch) { ops->sigmoid_loss(J, S, batch); }
static void hinge_loss(const backend *ops, mat J, mat S, const minibatch *batch) { ops->hinge_loss(J, S, batch); }

static const struct {
    void (*probabilities)(const backend *ops, mat P, mat S);
    void (*loss)(const backend *ops, mat J, mat S, const minibatch *batch);
    void (*back)(const backend *ops, mat G, mat S, mat P, const minibatch *batch);
} table[] = {
    [NET_SOFTMAX] = { softmax, softmax_loss, softmax_back },
    [NET_SIGMOIDS] = { sigmoid, sigmoid_loss, sigmoid_back },
    [NET_HINGE] = { softmax, hinge_loss, hinge_back }, /* it knows no probabilities; those of a softmax are shown */
};

void net_probabilities(const backend *ops, net_loss_kind which, mat P, mat S)
{
    table[which].probabilities(ops, P, S);
}

void net_output_loss(const backend *ops, net_loss_kind which, mat J, mat S, const minibatch *batch)
{
    table[which].loss(ops, J, S, batch);
}

void net_output_back(const backend *ops, net_loss_kind which, mat G, mat S, mat P, const minibatch *batch)
{
    table[which].back(ops, G, S, P, batch);
}
