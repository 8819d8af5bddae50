/* The tensors of a network: a table of their names, roles and shapes, and the one walk over them. */
#include "net.h"

static int normalised_rows(const net_shape *s, int l)
{
    return s->bn && l < s->k ? s->width[l] : 0;
}

/* normalised: it belongs to batch normalisation, and has no rows in a layer without. */
static const struct {
    const char *name;
    net_role role;
    bool matrix, normalised;
} table[NET_TENSORS] = {
    [NET_W] = { "W", NET_PARAMETER, true, false },          [NET_B] = { "b", NET_PARAMETER, false, false },
    [NET_GAMMA] = { "gamma", NET_PARAMETER, false, true },  [NET_BETA] = { "beta", NET_PARAMETER, false, true },
    [NET_MEAN] = { "mean", NET_AVERAGE, false, true },      [NET_VAR] = { "var", NET_AVERAGE, false, true },
};

const char *net_tensor_name(net_which which)
{
    return table[which].name;
}

net_tensor_shape net_shape_of(const net_shape *s, int l, net_which which)
{
    int rows = table[which].normalised ? normalised_rows(s, l) : s->width[l];
    return (net_tensor_shape){ rows, table[which].matrix ? s->width[l - 1] : 1, table[which].matrix };
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
