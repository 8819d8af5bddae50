/* Memory of a net and of a mini-batch's work: each one block, laid out once to measure and once to place. */
#include <stdlib.h>

#include "alloc.h"
#include "net.h"

static mat take(mat_arena *arena, const backend *ops, const net_shape *s, int l, net_which which)
{
    net_tensor_shape of = net_shape_of(s, l, which);
    return mat_take(arena, ops, of.rows, of.cols);
}

static void layout_parameters(net_tensors *t, mat_arena *arena, const backend *ops, const net_shape *s, int l, bool with_W)
{
    t->W = with_W ? take(arena, ops, s, l, NET_W) : mat_take(arena, ops, 0, s->layer[l].inputs);
    t->b = take(arena, ops, s, l, NET_B);
    t->gamma = take(arena, ops, s, l, NET_GAMMA);
    t->beta = take(arena, ops, s, l, NET_BETA);
}

static void layout_net(network *net, mat_arena *arena)
{
    for (int l = 1; l <= net->shape.k; l++) {
        layout_parameters(&net->theta[l], arena, net->ops, &net->shape, l, true);
        net->mu_av[l] = take(arena, net->ops, &net->shape, l, NET_MEAN);
        net->v_av[l] = take(arena, net->ops, &net->shape, l, NET_VAR);
    }
}

/* The steps of one layer. Two steps share a matrix unless what lies between them needs both; see net_trace. */
static void layout_trace(net_trace *t, mat_arena *arena, const backend *ops, const net_layer *layer, int columns, bool gradients)
{
    int m = layer->units, normed = layer->norm != NET_PLAIN ? m : 0;
    bool before = normed > 0 && layer->place == NET_BEFORE, after = normed > 0 && layer->place == NET_AFTER;
    int moments = layer->norm == NET_LAYER_NORM ? columns : normed;
    t->S = mat_take(arena, ops, m, columns);
    t->Shat = mat_take(arena, ops, normed, columns);
    t->mu = mat_take(arena, ops, moments, 1);
    t->v = mat_take(arena, ops, moments, 1);
    t->X = mat_take(arena, ops, m, columns);
    t->A = after || layer->dropout > 0 ? mat_take(arena, ops, m, columns) : t->X;
    t->T = !before ? t->S : net_activation_needs_input(layer->activation) ? mat_take(arena, ops, m, columns) : t->A;
    t->G = mat_take(arena, ops, gradients ? m : 0, columns);
}

static void layout_work(net_work *w, mat_arena *arena, const backend *ops, const net_shape *s, net_use use)
{
    bool gradients = use != NET_FORWARD_ONLY, first_dW = use == NET_WITH_GRADIENTS || !ops->steps_alone;
    int patches = w->n_max * s->patches.count;
    w->J = mat_take(arena, ops, 1, 1);
    w->X0 = mat_take_input(arena, ops, s->layer[1].inputs, patches);
    for (int l = 1; l <= s->k; l++) {
        layout_trace(&w->trace[l], arena, ops, &s->layer[l], l == 1 ? patches : w->n_max, gradients);
        if (gradients) layout_parameters(&w->gradient[l], arena, ops, s, l, l > 1 || first_dW);
    }
}

size_t net_bytes(const backend *ops, const net_shape *shape)
{
    network net = { .ops = ops, .shape = *shape };
    mat_arena arena = { 0 };
    layout_net(&net, &arena);
    return arena.used;
}

size_t net_work_bytes(const backend *ops, const net_shape *shape, int n_max, net_use use)
{
    net_work w = { .n_max = n_max };
    mat_arena arena = { 0 };
    layout_work(&w, &arena, ops, shape, use);
    return arena.used;
}

strata_status net_create(const backend *ops, const net_shape *shape, network **out)
{
    void *made, *block;
    *out = NULL;
    REQUIRE(shape->k >= 1 && shape->k <= NET_MAX_LAYERS);
    TRY(alloc_zero(&made, 1, sizeof **out, "a net"));
    network *net = made;
    net->ops = ops;
    net->shape = *shape;
    strata_status status = alloc_aligned(&block, net_bytes(ops, shape), 1, "the parameters of a net");
    if (status != STRATA_OK) {
        free(net);
        return status;
    }
    net->block = block;
    mat_arena arena = { block, 0 };
    layout_net(net, &arena);
    for (int l = 1; l <= shape->k; l++) ops->fill(net->theta[l].gamma, 1);
    *out = net;
    return STRATA_OK;
}

void net_free(network *net)
{
    if (net == NULL) return;
    free(net->block);
    free(net);
}

strata_status net_work_create(const network *net, int n_max, net_use use, net_work **out)
{
    void *made, *block;
    *out = NULL;
    REQUIRE(n_max >= 1);
    TRY(alloc_zero(&made, 1, sizeof **out, "the work of a mini-batch"));
    net_work *w = made;
    w->n_max = n_max;
    strata_status status = alloc_aligned(&block, net_work_bytes(net->ops, &net->shape, n_max, use), 1, "the work of a mini-batch");
    if (status != STRATA_OK) {
        free(w);
        return status;
    }
    w->block = block;
    mat_arena arena = { block, 0 };
    layout_work(w, &arena, net->ops, &net->shape, use);
    *out = w;
    return STRATA_OK;
}

void net_work_free(net_work *w)
{
    if (w == NULL) return;
    free(w->block);
    free(w);
}

/* Numbers cross between backends as doubles; a complex number loses its imaginary part, a real one gains a zero. */
static void convert(const backend *to, mat dst, const backend *from, mat src)
{
    enum { SOME = 512 };
    double buffer[2 * SOME];
    for (size_t first = 0; first < mat_elements(src); first += SOME) {
        int count = mat_at_most(src, first, SOME);
        from->get(buffer, mat_stretch(from, src, first, count));
        if (from->parts == 2 && to->parts == 1) {
            for (int e = 0; e < count; e++) buffer[e] = buffer[2 * e];
        }
        if (from->parts == 1 && to->parts == 2) {
            for (int e = count; e-- > 0;) {
                buffer[2 * e] = buffer[e];
                buffer[2 * e + 1] = 0;
            }
        }
        to->put(mat_stretch(to, dst, first, count), buffer);
    }
}

size_t net_largest(const network *net)
{
    size_t most = 1;
    for (net_walk t = net_each_tensor(net, NET_EVERY_ROLE); net_next_tensor(&t);) {
        if (mat_elements(t.M) > most) most = mat_elements(t.M);
    }
    return most;
}

void net_copy(network *dst, const network *src)
{
    for (net_walk t = net_each_tensor(src, NET_EVERY_ROLE); net_next_tensor(&t);) {
        convert(dst->ops, net_same_tensor(dst, &t), src->ops, t.M);
    }
    dst->started = src->started;
}

void net_reals(const backend *ops, mat M, double *out)
{
    for (size_t e = 0; e < mat_elements(M); e++) out[e] = net_real(ops, mat_at(ops, M, e));
}

double net_real(const backend *ops, mat J)
{
    double parts[2] = { 0, 0 };
    ops->get(parts, J);
    return parts[0];
}

double net_imaginary(const backend *ops, mat J)
{
    double parts[2] = { 0, 0 };
    ops->get(parts, J);
    return parts[1];
}
