/*
 * A model becomes steps. Two walks over the layers: the first writes the steps down and adds up what their arrays need, the second copies
 * the tensors of the model into one block.
 */
#include "graph.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "alloc.h"
#include "model.h"

enum { STEPS_OF_A_LAYER = 6 };

int graph_numbers(const graph *g, int s)
{
    return s < 0 ? g->form->features : g->step[s].units * g->step[s].groups;
}

const char *graph_kind_name(graph_kind kind)
{
    static const char *const names[GRAPH_KINDS] = {
        [GRAPH_SCALE] = "scale",           [GRAPH_STANDARDISE] = "standardise", [GRAPH_PATCH] = "patch",
        [GRAPH_DENSE] = "dense",           [GRAPH_ADD] = "add",                 [GRAPH_BATCH_NORM] = "batch_norm",
        [GRAPH_LAYER_NORM] = "layer_norm", [GRAPH_RELU] = "relu",               [GRAPH_LEAKY_RELU] = "leaky_relu",
        [GRAPH_GELU] = "gelu",             [GRAPH_TANH] = "tanh",               [GRAPH_SIGMOID] = "sigmoid",
        [GRAPH_FLATTEN] = "flatten",       [GRAPH_SOFTMAX] = "softmax",
    };
    return names[kind];
}

/* ---- which steps there are ----------------------------------------------------------------------------------------------------------- */

/* Adds a step of a layer; the value keeps its shape, which the caller changes where it does not. */
static graph_step *add(graph *g, graph_kind kind, int layer)
{
    int s = g->steps++;
    graph_step *step = &g->step[s];
    int inputs = graph_numbers(g, s - 1);
    *step = (graph_step){ .kind = kind, .layer = layer, .inputs = inputs, .units = inputs, .groups = 1 };
    if (s > 0) {
        step->units = step[-1].units;
        step->groups = step[-1].groups;
    }
    return step;
}

static void add_norm(graph *g, const net_shape *shape, int l)
{
    add(g, shape->layer[l].norm == NET_LAYER_NORM ? GRAPH_LAYER_NORM : GRAPH_BATCH_NORM, l)->eps = shape->eps;
}

static graph_kind kind_of_activation(net_activation which)
{
    static const graph_kind kinds[] = { [NET_RELU] = GRAPH_RELU, [NET_LEAKY_RELU] = GRAPH_LEAKY_RELU, [NET_GELU] = GRAPH_GELU,
                                        [NET_TANH] = GRAPH_TANH, [NET_SIGMOID] = GRAPH_SIGMOID };
    return kinds[which];
}

/* W x + b of layer l. */
static void add_product(graph *g, const net_shape *shape, int l)
{
    bool patch = l == 1 && shape->patches.side > 0;
    graph_step *step = add(g, patch ? GRAPH_PATCH : GRAPH_DENSE, l);
    step->units = shape->layer[l].units;
    step->groups = patch ? shape->patches.count : 1;
    step->columns = shape->layer[l].inputs;
}

/* From S to X of hidden layer l, in the order of net.c's finish_hidden; last[l - 2] is the step that gave X of layer l - 2. */
static void add_hidden(graph *g, const net_shape *shape, int l, const int *last)
{
    const net_layer *layer = &shape->layer[l];
    bool normed = layer->norm != NET_PLAIN;
    if (layer->skip) add(g, GRAPH_ADD, l)->with = last[l - 2];
    if (normed && layer->place == NET_BEFORE) add_norm(g, shape, l);
    add(g, kind_of_activation(layer->activation), l);
    if (normed && layer->place == NET_AFTER) add_norm(g, shape, l);
    if (l > 1 || shape->patches.side == 0) return;
    graph_step *flat = add(g, GRAPH_FLATTEN, l);
    flat->units = flat->inputs;
    flat->groups = 1;
}

static bool is_standardised(const standardisation *s)
{
    for (int t = 0; t < s->features; t++) {
        if (s->mean[t] != 0 || s->std[t] != 1) return true;
    }
    return false;
}

static void list_steps(graph *g, const strata_model *model)
{
    int last[NET_MAX_LAYERS + 1] = { 0 };
    const net_shape *shape = &model->net->shape;
    if (g->form->element == STRATA_BYTES) add(g, GRAPH_SCALE, 0);
    if (is_standardised(model->inputs)) add(g, GRAPH_STANDARDISE, 0);
    for (int l = 1; l <= shape->k; l++) {
        add_product(g, shape, l);
        if (l < shape->k) add_hidden(g, shape, l, last);
        last[l] = g->steps - 1;
    }
    add(g, shape->loss == NET_SIGMOIDS ? GRAPH_SIGMOID : GRAPH_SOFTMAX, shape->k);
}

/* ---- their arrays -------------------------------------------------------------------------------------------------------------------- */

/* Where the next array goes: with block NULL they are only counted. */
typedef struct {
    const strata_model *model;
    float *block;
    size_t used;
    strata_status status;
} reader;

/* The tensor of this name, of so many elements. */
static const float *take(reader *r, int layer, const char *name, size_t elements)
{
    char whole[40];
    float *at = r->block != NULL ? r->block + r->used : NULL;
    r->used += elements;
    if (at == NULL || r->status != STRATA_OK) return at;
    if (layer > 0) (void)snprintf(whole, sizeof whole, "layer%d.%s", layer, name);
    else (void)snprintf(whole, sizeof whole, "input.%s", name);
    r->status = strata_model_tensor(r->model, whole, NULL, NULL, at);
    return at;
}

static void take_arrays(reader *r, graph_step *step)
{
    size_t units = (size_t)step->units;
    bool product = step->kind == GRAPH_DENSE || step->kind == GRAPH_PATCH, average = step->kind == GRAPH_BATCH_NORM;
    if (step->kind == GRAPH_STANDARDISE) {
        step->mean = take(r, 0, "mean", (size_t)step->inputs);
        step->std = take(r, 0, "std", (size_t)step->inputs);
    }
    if (product) {
        step->W = take(r, step->layer, "W", units * (size_t)step->columns);
        step->b = take(r, step->layer, "b", units);
    }
    if (average || step->kind == GRAPH_LAYER_NORM) {
        step->gamma = take(r, step->layer, "gamma", units);
        step->beta = take(r, step->layer, "beta", units);
    }
    if (average) {
        step->mean = take(r, step->layer, "mean", units);
        step->var = take(r, step->layer, "var", units);
    }
}

static strata_status fill(graph *g)
{
    reader r = { .model = g->model };
    for (int s = 0; s < g->steps; s++) take_arrays(&r, &g->step[s]);
    TRY(alloc_zero(&g->block, r.used, sizeof(float), "the tensors of an exported model"));
    r.block = g->block;
    g->elements = r.used;
    r.used = 0;
    for (int s = 0; s < g->steps; s++) take_arrays(&r, &g->step[s]);
    return r.status;
}

/* A file of C has no word for NaN, and nobody wants a net that says nothing else. */
static strata_status check_numbers(const graph *g)
{
    const float *numbers = g->block;
    for (size_t e = 0; e < g->elements; e++) {
        if (isfinite(numbers[e])) continue;
        return status_fail(STRATA_ERR_ARGUMENT, "the model has numbers that are not finite: its training diverged");
    }
    return STRATA_OK;
}

strata_status graph_create(const strata_model *model, graph **out)
{
    void *made, *steps;
    *out = NULL;
    REQUIRE(model != NULL);
    TRY(model_check_started(model));
    int layers = model->net->shape.k;
    TRY(alloc_zero(&made, 1, sizeof(graph), "the steps of a model"));
    graph *g = made;
    strata_status status = alloc_zero(&steps, (size_t)layers * STEPS_OF_A_LAYER + 3, sizeof(graph_step), "the steps of a model");
    if (status == STRATA_OK) {
        g->model = model;
        g->form = strata_model_form(model);
        g->class_names = strata_model_class_names(model);
        g->side = model->net->shape.patches.side;
        g->layers = layers;
        g->step = steps;
        list_steps(g, model);
        status = fill(g);
        if (status == STRATA_OK) status = check_numbers(g);
    }
    if (status == STRATA_OK) *out = g;
    else graph_free(g);
    return status;
}

void graph_free(graph *g)
{
    if (g == NULL) return;
    free(g->block);
    free(g->step);
    free(g);
}
