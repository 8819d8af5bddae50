/* Memory of a net and of a mini-batch's work: each one block, laid out once to measure and once to place. */
#include <stdlib.h>

#include "alloc.h"
#include "net.h"

static int normalised_rows(const net_shape *s, int l)
{
    return s->bn && l < s->k ? s->width[l] : 0;
}

/* Without W when W_rows is 0. */
static void layout_tensors(net_tensors *t, mat_arena *arena, const backend *o, const net_shape *s, int l, int W_rows)
{
    int m = s->width[l], bn_rows = normalised_rows(s, l);
    t->W = mat_take(arena, o, W_rows, s->width[l - 1]);
    t->b = mat_take(arena, o, m, 1);
    t->gamma = mat_take(arena, o, bn_rows, 1);
    t->beta = mat_take(arena, o, bn_rows, 1);
}

static void layout_net(net *q, mat_arena *arena)
{
    for (int l = 1; l <= q->shape.k; l++) {
        layout_tensors(&q->theta[l], arena, q->o, &q->shape, l, q->shape.width[l]);
        int rows = normalised_rows(&q->shape, l);
        q->mu_av[l] = mat_take(arena, q->o, rows, 1);
        q->v_av[l] = mat_take(arena, q->o, rows, 1);
    }
}

static void layout_work(net_work *w, mat_arena *arena, const backend *o, const net_shape *s, net_use use)
{
    bool gradients = use != NET_FORWARD_ONLY, first_dW = use == NET_WITH_GRADIENTS || !o->descends_alone;
    w->J = mat_take(arena, o, 1, 1);
    w->X0 = mat_take_pixels(arena, o, s->width[0], w->n_max);
    for (int l = 1; l <= s->k; l++) {
        net_trace *t = &w->trace[l];
        int m = s->width[l], bn_rows = normalised_rows(s, l);
        t->S = mat_take(arena, o, m, w->n_max);
        t->Shat = mat_take(arena, o, bn_rows, w->n_max);
        t->mu = mat_take(arena, o, bn_rows, 1);
        t->v = mat_take(arena, o, bn_rows, 1);
        t->X = mat_take(arena, o, m, w->n_max);
        t->G = mat_take(arena, o, gradients ? m : 0, w->n_max);
        if (gradients) layout_tensors(&w->gradient[l], arena, o, s, l, l > 1 || first_dW ? m : 0);
    }
}

size_t net_bytes(const backend *o, const net_shape *shape)
{
    net q = { .o = o, .shape = *shape };
    mat_arena arena = { 0 };
    layout_net(&q, &arena);
    return arena.used;
}

size_t net_work_bytes(const backend *o, const net_shape *shape, int n_max, net_use use)
{
    net_work w = { .n_max = n_max };
    mat_arena arena = { 0 };
    layout_work(&w, &arena, o, shape, use);
    return arena.used;
}

strata_status net_create(const backend *o, const net_shape *shape, net **out)
{
    void *made, *block;
    *out = NULL;
    REQUIRE(shape->k >= 1 && shape->k <= NET_MAX_LAYERS);
    TRY(alloc_zero(&made, 1, sizeof **out, "a net"));
    net *q = made;
    q->o = o;
    q->shape = *shape;
    strata_status status = alloc_aligned(&block, net_bytes(o, shape), 1, "the parameters of a net");
    if (status != STRATA_OK) {
        free(q);
        return status;
    }
    q->block = block;
    mat_arena arena = { block, 0 };
    layout_net(q, &arena);
    for (int l = 1; l <= shape->k; l++) o->fill(q->theta[l].gamma, 1);
    *out = q;
    return STRATA_OK;
}

void net_free(net *q)
{
    if (q == NULL) return;
    free(q->block);
    free(q);
}

strata_status net_work_create(const net *q, int n_max, net_use use, net_work **out)
{
    void *made, *block;
    *out = NULL;
    REQUIRE(n_max >= 1);
    TRY(alloc_zero(&made, 1, sizeof **out, "the work of a mini-batch"));
    net_work *w = made;
    w->n_max = n_max;
    strata_status status = alloc_aligned(&block, net_work_bytes(q->o, &q->shape, n_max, use), 1, "the work of a mini-batch");
    if (status != STRATA_OK) {
        free(w);
        return status;
    }
    w->block = block;
    mat_arena arena = { block, 0 };
    layout_work(w, &arena, q->o, &q->shape, use);
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

size_t net_largest(const net *q)
{
    size_t most = 1; /* every other vector of a layer is as long as b at most */
    for (int l = 1; l <= q->shape.k; l++) {
        if (mat_elements(q->theta[l].W) > most) most = mat_elements(q->theta[l].W);
        if (mat_elements(q->theta[l].b) > most) most = mat_elements(q->theta[l].b);
    }
    return most;
}

void net_copy(net *dst, const net *src)
{
    for (int l = 1; l <= src->shape.k; l++) {
        for (int which = 0; which < NET_TENSORS; which++) {
            convert(dst->o, net_tensor(&dst->theta[l], which), src->o, net_tensor(&src->theta[l], which));
        }
        convert(dst->o, dst->mu_av[l], src->o, src->mu_av[l]);
        convert(dst->o, dst->v_av[l], src->o, src->v_av[l]);
    }
    dst->started = src->started;
}

mat net_tensor(const net_tensors *tensors, int which)
{
    const mat *const member[NET_TENSORS] = { &tensors->W, &tensors->b, &tensors->gamma, &tensors->beta };
    return *member[which];
}

const char *net_tensor_name(int which)
{
    static const char *const name[NET_TENSORS] = { "W", "b", "gamma", "beta" };
    return name[which];
}

void net_reals(const backend *o, mat M, double *out)
{
    for (size_t e = 0; e < mat_elements(M); e++) out[e] = net_real(o, mat_at(o, M, e));
}

double net_real(const backend *o, mat J)
{
    double parts[2] = { 0, 0 };
    o->get(parts, J);
    return parts[0];
}

double net_imaginary(const backend *o, mat J)
{
    double parts[2] = { 0, 0 };
    o->get(parts, J);
    return parts[1];
}
