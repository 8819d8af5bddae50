/* The tensors of a network: a table of their names, roles and shapes, and the one walk over them. */
#include "net.h"

/* Which layers have it: every one, those with a norm, those whose norm keeps averages. */
typedef enum { EVERY_LAYER, NORMALISED, AVERAGED } owner;

static const struct {
    const char *name;
    net_role role;
    bool matrix;
    owner owner;
} table[NET_TENSORS] = {
    [NET_W] = { "W", NET_PARAMETER, true, EVERY_LAYER },         [NET_B] = { "b", NET_PARAMETER, false, EVERY_LAYER },
    [NET_GAMMA] = { "gamma", NET_PARAMETER, false, NORMALISED }, [NET_BETA] = { "beta", NET_PARAMETER, false, NORMALISED },
    [NET_MEAN] = { "mean", NET_AVERAGE, false, AVERAGED },       [NET_VAR] = { "var", NET_AVERAGE, false, AVERAGED },
};

static bool has(const net_layer *layer, owner who)
{
    return who == EVERY_LAYER || (who == NORMALISED ? layer->norm != NET_PLAIN : layer->norm == NET_BATCH_NORM);
}

const char *net_tensor_name(net_which which)
{
    return table[which].name;
}

net_tensor_shape net_shape_of(const net_shape *s, int l, net_which which)
{
    const net_layer *layer = &s->layer[l];
    int rows = has(layer, table[which].owner) ? layer->units : 0;
    return (net_tensor_shape){ rows, table[which].matrix ? layer->inputs : 1, table[which].matrix };
}

size_t net_elements(const net_shape *s, unsigned roles)
{
    size_t count = 0;
    for (int l = 1; l <= s->k; l++) {
        for (net_which which = 0; which < NET_TENSORS; which++) {
            net_tensor_shape of = net_shape_of(s, l, which);
            if ((table[which].role & roles) != 0) count += (size_t)of.rows * (size_t)of.cols;
        }
    }
    return count;
}

mat net_tensor(const net_tensors *tensors, net_which which)
{
    const mat *const member[NET_PARAMETERS] = { &tensors->W, &tensors->b, &tensors->gamma, &tensors->beta };
    return *member[which];
}

static mat tensor_of(const network *net, int l, net_which which)
{
    if (which < NET_PARAMETERS) return net_tensor(&net->theta[l], which);
    return which == NET_MEAN ? net->mu_av[l] : net->v_av[l];
}

net_walk net_each_tensor(const network *net, unsigned roles)
{
    return (net_walk){ .net = net, .roles = roles, .l = 0, .which = NET_TENSORS - 1 };
}

bool net_next_tensor(net_walk *walk)
{
    do {
        if (walk->which == NET_TENSORS - 1) walk->l++;
        walk->which = (walk->which + 1) % NET_TENSORS;
        if (walk->l > walk->net->shape.k) return false;
        walk->M = tensor_of(walk->net, walk->l, walk->which);
    } while (walk->M.rows == 0 || (table[walk->which].role & walk->roles) == 0);
    return true;
}

mat net_same_tensor(const network *net, const net_walk *walk)
{
    return tensor_of(net, walk->l, walk->which);
}
