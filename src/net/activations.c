/* The activations of hidden layers, (4) and (23) to (26), and their derivatives: a table, one line each, in verbs. */
#include "net.h"

/* `a` is a(T), from which most derivatives follow; T is only looked at where the table says that it is needed. */
typedef void forward(const backend *ops, mat X, mat T);
typedef void back(const backend *ops, mat G, mat a, mat T);

static void relu(const backend *ops, mat X, mat T) { ops->relu(X, T); }
static void relu_back(const backend *ops, mat G, mat a, mat T) { (void)T, ops->relu_back(G, a); }
static void leaky_relu(const backend *ops, mat X, mat T) { ops->leaky_relu(X, T); }
static void leaky_relu_back(const backend *ops, mat G, mat a, mat T) { (void)T, ops->leaky_relu_back(G, a); }
static void gelu(const backend *ops, mat X, mat T) { ops->gelu(X, T); }
static void gelu_back(const backend *ops, mat G, mat a, mat T) { (void)a, ops->gelu_back(G, T); }
static void tangent(const backend *ops, mat X, mat T) { ops->hyperbolic_tangent(X, T); }
static void tangent_back(const backend *ops, mat G, mat a, mat T) { (void)T, ops->hyperbolic_tangent_back(G, a); }
static void sigmoid(const backend *ops, mat X, mat T) { ops->sigmoid(X, T); }
static void sigmoid_back(const backend *ops, mat G, mat a, mat T) { (void)T, ops->sigmoid_back(G, a); }

static const struct {
    forward *forward;
    back *back;
    bool needs_input, kinked; /* the derivative is taken at T; it jumps at T = 0 */
} table[] = {
    [NET_RELU] = { relu, relu_back, false, true },
    [NET_LEAKY_RELU] = { leaky_relu, leaky_relu_back, false, true },
    [NET_GELU] = { gelu, gelu_back, true, false },
    [NET_TANH] = { tangent, tangent_back, false, false },
    [NET_SIGMOID] = { sigmoid, sigmoid_back, false, false },
};

void net_activate(const backend *ops, net_activation which, mat X, mat T)
{
    table[which].forward(ops, X, T);
}

void net_activate_back(const backend *ops, net_activation which, mat G, mat a, mat T)
{
    table[which].back(ops, G, a, T);
}

bool net_activation_needs_input(net_activation which)
{
    return table[which].needs_input;
}

bool net_activation_has_kink(net_activation which)
{
    return table[which].kinked;
}
