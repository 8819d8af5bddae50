/*
 * A model as an ONNX file: IR 8, opset 13. The numbers of fields and types are those of onnx.proto (https://github.com/onnx/onnx). An image
 * goes in as [batch, channels, height, width], a row of a table as [batch, features], and the number of examples is free. Of the forms that
 * say the same those are chosen that OpenCV 4.6 reads, too: docs/export.md.
 */
#include <stdio.h>
#include <stdlib.h>

#include "config.h"
#include "file.h"
#include "json.h"
#include "kind.h"
#include "proto.h"
#include "text.h"

enum { MODEL_IR = 1, MODEL_PRODUCER = 2, MODEL_VERSION = 3, MODEL_GRAPH = 7, MODEL_OPSET = 8, MODEL_METADATA = 14 };
enum { OPSET_VERSION = 2, ENTRY_KEY = 1, ENTRY_VALUE = 2 };
enum { GRAPH_NODE = 1, GRAPH_NAME = 2, GRAPH_INITIALIZER = 5, GRAPH_INPUT = 11, GRAPH_OUTPUT = 12 };
enum { NODE_INPUT = 1, NODE_OUTPUT = 2, NODE_NAME = 3, NODE_OP = 4, NODE_ATTRIBUTE = 5 };
enum { ATTRIBUTE_NAME = 1, ATTRIBUTE_F = 2, ATTRIBUTE_I = 3, ATTRIBUTE_INTS = 8, ATTRIBUTE_TYPE = 20 };
enum { TYPE_IS_FLOAT = 1, TYPE_IS_INT = 2, TYPE_IS_INTS = 7 };
enum { TENSOR_DIMS = 1, TENSOR_TYPE = 2, TENSOR_INT64 = 7, TENSOR_NAME = 8, TENSOR_RAW = 9 };
enum { VALUE_NAME = 1, VALUE_TYPE = 2, TYPE_TENSOR = 1, TENSOR_ELEMENT = 1, TENSOR_SHAPE = 2, SHAPE_DIM = 1, DIM_VALUE = 1, DIM_PARAM = 2 };
enum { ELEMENT_FLOAT = 1, ELEMENT_UINT8 = 2, ELEMENT_INT64 = 7 };

enum { NAME = 64, MOST_DIMS = 4 };

/* What is being written; value: the name of the value that the next node takes, [batch, numbers], or in a patch layer [batch patches,
 * filters]. */
typedef struct {
    proto *to;
    const graph *net;
    char value[NAME];
} writer;

/* A tensor's shape, without the batch. */
typedef struct {
    int count, dim[MOST_DIMS];
} dims;

/* ---- nodes --------------------------------------------------------------------------------------------------------------------------- */

/* The name of the value after step s. */
static void name_of(const graph *g, int s, char out[NAME])
{
    const graph_step *step = &g->step[s];
    if (s == g->steps - 1) (void)snprintf(out, NAME, "probabilities");
    else if (step->layer == 0) (void)snprintf(out, NAME, "input.%s", graph_kind_name(step->kind));
    else (void)snprintf(out, NAME, "layer%d.%s", step->layer, graph_kind_name(step->kind));
}

/* A node from the current value, and a second input and more unless NULL, to the value `out`, which becomes the current one. Attributes
 * come between the two calls. */
static size_t begin_node(writer *w, const char *op, const char *const *more, const char *out)
{
    size_t node = proto_begin(w->to, GRAPH_NODE);
    proto_text(w->to, NODE_INPUT, w->value);
    for (; more != NULL && *more != NULL; more++) proto_text(w->to, NODE_INPUT, *more);
    proto_text(w->to, NODE_OUTPUT, out);
    proto_text(w->to, NODE_NAME, out);
    proto_text(w->to, NODE_OP, op);
    return node;
}

static void end_node(writer *w, size_t node, const char *out)
{
    proto_end(w->to, node);
    (void)snprintf(w->value, NAME, "%s", out);
}

static void apply(writer *w, const char *op, const char *second, const char *out)
{
    end_node(w, begin_node(w, op, (const char *const[]){ second, NULL }, out), out);
}

static void attribute_whole(writer *w, const char *name, int value)
{
    size_t a = proto_begin(w->to, NODE_ATTRIBUTE);
    proto_text(w->to, ATTRIBUTE_NAME, name);
    proto_whole(w->to, ATTRIBUTE_I, (uint64_t)value);
    proto_whole(w->to, ATTRIBUTE_TYPE, TYPE_IS_INT);
    proto_end(w->to, a);
}

static void attribute_float(writer *w, const char *name, double value)
{
    size_t a = proto_begin(w->to, NODE_ATTRIBUTE);
    proto_text(w->to, ATTRIBUTE_NAME, name);
    proto_float(w->to, ATTRIBUTE_F, (float)value);
    proto_whole(w->to, ATTRIBUTE_TYPE, TYPE_IS_FLOAT);
    proto_end(w->to, a);
}

static void attribute_list(writer *w, const char *name, const int *value, int count)
{
    size_t a = proto_begin(w->to, NODE_ATTRIBUTE);
    proto_text(w->to, ATTRIBUTE_NAME, name);
    for (int q = 0; q < count; q++) proto_whole(w->to, ATTRIBUTE_INTS, (uint64_t)value[q]);
    proto_whole(w->to, ATTRIBUTE_TYPE, TYPE_IS_INTS);
    proto_end(w->to, a);
}

static void constant_by(writer *w, const char *name, dims shape, const float *value, size_t step)
{
    size_t elements = 1, t = proto_begin(w->to, GRAPH_INITIALIZER);
    for (int q = 0; q < shape.count; q++) {
        proto_whole(w->to, TENSOR_DIMS, (uint64_t)shape.dim[q]);
        elements *= (size_t)shape.dim[q];
    }
    proto_whole(w->to, TENSOR_TYPE, ELEMENT_FLOAT);
    proto_text(w->to, TENSOR_NAME, name);
    proto_floats(w->to, TENSOR_RAW, value, step, elements);
    proto_end(w->to, t);
}

/* A constant of this name and shape; and one whose elements are all this number. */
static void constant(writer *w, const char *name, dims shape, const float *value)
{
    constant_by(w, name, shape, value, 1);
}

static void constant_of(writer *w, const char *name, dims shape, double number)
{
    const float value = (float)number;
    constant_by(w, name, shape, &value, 0);
}

/* The operation with one number. */
static void apply_number(writer *w, const char *op, double number, const char *out)
{
    char name[NAME];
    (void)snprintf(name, sizeof name, "%.48s.by", out);
    constant_of(w, name, (dims){ 0 }, number);
    apply(w, op, name, out);
}

/* The same numbers, seen as this shape; -1: as many as there are. */
static void reshape(writer *w, dims shape, const char *out)
{
    char name[NAME];
    (void)snprintf(name, sizeof name, "%.48s.shape", out);
    size_t t = proto_begin(w->to, GRAPH_INITIALIZER);
    proto_whole(w->to, TENSOR_DIMS, (uint64_t)shape.count);
    proto_whole(w->to, TENSOR_TYPE, ELEMENT_INT64);
    for (int q = 0; q < shape.count; q++) proto_whole(w->to, TENSOR_INT64, (uint64_t)(int64_t)shape.dim[q]);
    proto_text(w->to, TENSOR_NAME, name);
    proto_end(w->to, t);
    apply(w, "Reshape", name, out);
}

/* ---- steps --------------------------------------------------------------------------------------------------------------------------- */

/* The tensor of the step's layer, as the model file calls it. */
static const char *tensor_of(writer *w, const graph_step *step, const char *tensor, dims shape, const float *value, char name[NAME])
{
    (void)snprintf(name, NAME, "layer%d.%s", step->layer, tensor);
    constant(w, name, shape, value);
    return name;
}

/* What an example has, as a row. */
static void flatten(writer *w, const char *out)
{
    size_t node = begin_node(w, "Flatten", NULL, out);
    attribute_whole(w, "axis", 1);
    end_node(w, node, out);
}

/* Images become rows of numbers, so that means and deviations are vectors. */
static void put_input(writer *w)
{
    (void)snprintf(w->value, NAME, "input");
    if (w->net->form->element == STRATA_BYTES) {
        size_t node = begin_node(w, "Cast", NULL, "input.float");
        attribute_whole(w, "to", ELEMENT_FLOAT);
        end_node(w, node, "input.float");
    }
    if (w->net->form->height == 0) return;
    flatten(w, "input.flat");
}

static void put_scale(writer *w, const graph_step *step, const char *out)
{
    (void)step;
    apply_number(w, "Div", 255, out);
}

static void put_standardise(writer *w, const graph_step *step, const char *out)
{
    dims shape = { 1, { step->units } };
    constant(w, "input.mean", shape, step->mean);
    constant(w, "input.std", shape, step->std);
    apply(w, "Sub", "input.mean", "input.centred");
    apply(w, "Div", "input.std", out);
}

/* The shared filters are a convolution whose windows do not overlap; then every patch is a row of its filters. */
static void put_patch(writer *w, const graph_step *step, const char *out)
{
    const strata_form *f = w->net->form;
    int side = w->net->side;
    static const int order[] = { 0, 2, 3, 1 };
    const int square[] = { side, side };
    char W[NAME], b[NAME];
    const char *const more[] = { tensor_of(w, step, "W", (dims){ 4, { step->units, f->channels, side, side } }, step->W, W),
                                 tensor_of(w, step, "b", (dims){ 1, { step->units } }, step->b, b), NULL };
    reshape(w, (dims){ 4, { -1, f->channels, f->height, f->width } }, "input.image");
    size_t node = begin_node(w, "Conv", more, "layer1.conv");
    attribute_list(w, "kernel_shape", square, 2);
    attribute_list(w, "strides", square, 2);
    end_node(w, node, "layer1.conv");
    node = begin_node(w, "Transpose", NULL, "layer1.turned");
    attribute_list(w, "perm", order, 4);
    end_node(w, node, "layer1.turned");
    reshape(w, (dims){ 2, { -1, step->units } }, out);
}

static void put_flatten(writer *w, const graph_step *step, const char *out)
{
    reshape(w, (dims){ 2, { -1, step->units } }, out);
}

static void put_dense(writer *w, const graph_step *step, const char *out)
{
    char W[NAME], b[NAME];
    const char *const more[] = { tensor_of(w, step, "W", (dims){ 2, { step->units, step->columns } }, step->W, W),
                                 tensor_of(w, step, "b", (dims){ 1, { step->units } }, step->b, b), NULL };
    size_t node = begin_node(w, "Gemm", more, out);
    attribute_whole(w, "transB", 1);
    end_node(w, node, out);
}

/* Flatten changes nothing here. Without it OpenCV 4.6 joins the sum with a batch normalisation behind it, and loses the skip connection. */
static void put_add(writer *w, const graph_step *step, const char *out)
{
    char with[NAME], sum[NAME];
    name_of(w->net, step->with, with);
    (void)snprintf(sum, sizeof sum, "layer%d.sum", step->layer);
    apply(w, "Add", with, sum);
    flatten(w, out);
}

static void put_batch_norm(writer *w, const graph_step *step, const char *out)
{
    dims shape = { 1, { step->units } };
    char gamma[NAME], beta[NAME], mean[NAME], var[NAME];
    const char *const more[] = { tensor_of(w, step, "gamma", shape, step->gamma, gamma),
                                 tensor_of(w, step, "beta", shape, step->beta, beta),
                                 tensor_of(w, step, "mean", shape, step->mean, mean),
                                 tensor_of(w, step, "var", shape, step->var, var), NULL };
    size_t node = begin_node(w, "BatchNormalization", more, out);
    attribute_float(w, "epsilon", step->eps);
    end_node(w, node, out);
}

/* The mean of every row of the current value plus `plus`, once for every unit of the row. Both are products, since OpenCV 4.6 takes means
 * of one row alone and repeats no column by itself. */
static void put_means(writer *w, const graph_step *step, double plus, const char *out)
{
    char mean[NAME], shares[NAME], ones[NAME], added[NAME];
    (void)snprintf(mean, sizeof mean, "%.48s.one", out);
    (void)snprintf(shares, sizeof shares, "%.48s.shares", out);
    (void)snprintf(ones, sizeof ones, "%.48s.ones", out);
    (void)snprintf(added, sizeof added, "%.48s.plus", out);
    constant_of(w, shares, (dims){ 2, { 1, step->units } }, 1.0 / step->units);
    constant_of(w, ones, (dims){ 2, { step->units, 1 } }, 1);
    constant_of(w, added, (dims){ 1, { step->units } }, plus);
    size_t node = begin_node(w, "Gemm", (const char *const[]){ shares, NULL }, mean);
    attribute_whole(w, "transB", 1);
    end_node(w, node, mean);
    node = begin_node(w, "Gemm", (const char *const[]){ ones, added, NULL }, out);
    attribute_whole(w, "transB", 1);
    end_node(w, node, out);
}

static void go_back_to(writer *w, const char *value)
{
    (void)snprintf(w->value, NAME, "%s", value);
}

/* (27) by primitive operations */
static void put_layer_norm(writer *w, const graph_step *step, const char *out)
{
    dims shape = { 1, { step->units } };
    char x[NAME], mu[NAME], centred[NAME], square[NAME], v[NAME], root[NAME], shat[NAME], scaled[NAME], gamma[NAME], beta[NAME];
    char *const part[] = { mu, centred, square, v, root, shat, scaled };
    static const char *const names[] = { "mu", "centred", "square", "v", "root", "shat", "scaled" };
    for (size_t q = 0; q < sizeof part / sizeof *part; q++) (void)snprintf(part[q], NAME, "layer%d.%s", step->layer, names[q]);
    (void)snprintf(x, sizeof x, "%s", w->value);
    put_means(w, step, 0, mu);
    go_back_to(w, x);
    apply(w, "Sub", mu, centred);
    apply(w, "Mul", centred, square);
    put_means(w, step, step->eps, v);
    apply(w, "Sqrt", NULL, root);
    go_back_to(w, centred);
    apply(w, "Div", root, shat);
    apply(w, "Mul", tensor_of(w, step, "gamma", shape, step->gamma, gamma), scaled);
    apply(w, "Add", tensor_of(w, step, "beta", shape, step->beta, beta), out);
}

/* (24) */
static void put_gelu(writer *w, const graph_step *step, const char *out)
{
    char x[NAME], part[8][NAME];
    for (int q = 0; q < 8; q++) (void)snprintf(part[q], NAME, "layer%d.gelu.%d", step->layer, q + 1);
    (void)snprintf(x, sizeof x, "%s", w->value);
    apply(w, "Mul", x, part[0]);
    apply(w, "Mul", x, part[1]);
    apply_number(w, "Mul", 0.044715, part[2]);
    apply(w, "Add", x, part[3]);
    apply_number(w, "Mul", 0.79788456080286535588, part[4]); /* sqrt(2/pi) */
    apply(w, "Tanh", NULL, part[5]);
    apply_number(w, "Add", 1, part[6]);
    apply(w, "Mul", x, part[7]);
    apply_number(w, "Mul", 0.5, out);
}

static void put_leaky_relu(writer *w, const graph_step *step, const char *out)
{
    size_t node = begin_node(w, "LeakyRelu", NULL, out);
    attribute_float(w, "alpha", 0.01);
    end_node(w, node, out);
    (void)step;
}

static void put_softmax(writer *w, const graph_step *step, const char *out)
{
    size_t node = begin_node(w, "Softmax", NULL, out);
    attribute_whole(w, "axis", 1);
    end_node(w, node, out);
    (void)step;
}

static void put_relu(writer *w, const graph_step *step, const char *out) { (void)step, apply(w, "Relu", NULL, out); }
static void put_tanh(writer *w, const graph_step *step, const char *out) { (void)step, apply(w, "Tanh", NULL, out); }
static void put_sigmoid(writer *w, const graph_step *step, const char *out) { (void)step, apply(w, "Sigmoid", NULL, out); }

static void (*const put[GRAPH_KINDS])(writer *w, const graph_step *step, const char *out) = {
    [GRAPH_SCALE] = put_scale,           [GRAPH_STANDARDISE] = put_standardise, [GRAPH_PATCH] = put_patch,
    [GRAPH_DENSE] = put_dense,           [GRAPH_ADD] = put_add,                 [GRAPH_BATCH_NORM] = put_batch_norm,
    [GRAPH_LAYER_NORM] = put_layer_norm, [GRAPH_RELU] = put_relu,               [GRAPH_LEAKY_RELU] = put_leaky_relu,
    [GRAPH_GELU] = put_gelu,             [GRAPH_TANH] = put_tanh,               [GRAPH_SIGMOID] = put_sigmoid,
    [GRAPH_FLATTEN] = put_flatten,       [GRAPH_SOFTMAX] = put_softmax,
};

/* ---- the file ------------------------------------------------------------------------------------------------------------------------ */

/* The type of the input or output: batch by name, then the others. */
static void put_value(proto *to, int field, const char *name, int element, dims shape)
{
    size_t value = proto_begin(to, field);
    proto_text(to, VALUE_NAME, name);
    size_t type = proto_begin(to, VALUE_TYPE), tensor = proto_begin(to, TYPE_TENSOR);
    proto_whole(to, TENSOR_ELEMENT, (uint64_t)element);
    size_t all = proto_begin(to, TENSOR_SHAPE), batch = proto_begin(to, SHAPE_DIM);
    proto_text(to, DIM_PARAM, "batch");
    proto_end(to, batch);
    for (int q = 0; q < shape.count; q++) {
        size_t dim = proto_begin(to, SHAPE_DIM);
        proto_whole(to, DIM_VALUE, (uint64_t)shape.dim[q]);
        proto_end(to, dim);
    }
    proto_end(to, all);
    proto_end(to, tensor);
    proto_end(to, type);
    proto_end(to, value);
}

static void put_graph(proto *to, const export_job *job)
{
    char out[NAME];
    const graph *net = job->net;
    const strata_form *f = net->form;
    writer w = { .to = to, .net = net };
    dims row = { 1, { f->features } }, image = { 3, { f->channels, f->height, f->width } };
    size_t all = proto_begin(to, MODEL_GRAPH);
    put_input(&w);
    for (int s = 0; s < net->steps; s++) {
        name_of(net, s, out);
        put[net->step[s].kind](&w, &net->step[s], out);
    }
    proto_text(to, GRAPH_NAME, job->name);
    put_value(to, GRAPH_INPUT, "input", f->element == STRATA_BYTES ? ELEMENT_UINT8 : ELEMENT_FLOAT, f->height > 0 ? image : row);
    put_value(to, GRAPH_OUTPUT, "probabilities", ELEMENT_FLOAT, (dims){ 1, { f->classes } });
    proto_end(to, all);
}

static void put_entry(proto *to, const char *key, const char *value)
{
    size_t entry = proto_begin(to, MODEL_METADATA);
    proto_text(to, ENTRY_KEY, key);
    proto_text(to, ENTRY_VALUE, value);
    proto_end(to, entry);
}

/* What the numbers do not say: the names of the classes, a JSON list; the settings; of which model and data it is. */
static strata_status put_metadata(proto *to, const graph *net)
{
    char *names = NULL;
    text config = { 0 };
    if (net->class_names != NULL) {
        json_value *list = json_new_list();
        for (int c = 0; c < net->form->classes; c++) json_append_text(list, net->class_names[c]);
        strata_status status = json_write_compact(list, &names);
        json_free(list);
        TRY(status);
        put_entry(to, "class_names", names);
        free(names);
    }
    config_describe(strata_model_config(net->model), &config);
    strata_status status = config.failed ? status_fail(STRATA_ERR_MEMORY, "no memory to describe a model") : STRATA_OK;
    if (status == STRATA_OK) put_entry(to, "config", config.at);
    text_free(&config);
    put_entry(to, "model_digest", strata_model_digest(net->model));
    put_entry(to, "data_digest", strata_model_data_digest(net->model));
    return status;
}

static strata_status put_model(proto *to, const export_job *job)
{
    proto_reserve(to, sizeof(float) * job->net->elements + 65536);
    proto_whole(to, MODEL_IR, 8);
    proto_text(to, MODEL_PRODUCER, "strata");
    proto_text(to, MODEL_VERSION, STRATA_VERSION);
    put_graph(to, job);
    size_t opset = proto_begin(to, MODEL_OPSET);
    proto_whole(to, OPSET_VERSION, 13);
    proto_end(to, opset);
    TRY(put_metadata(to, job->net));
    return to->failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a model as ONNX, %zu numbers", job->net->elements) : STRATA_OK;
}

strata_status export_onnx(const export_job *job)
{
    proto bytes = { 0 };
    const size_t most = INT32_MAX - (1 << 24); /* a protocol buffer has less than 2 GiB; some for what is no tensor */
    if (job->net->elements > most / sizeof(float)) {
        return status_fail(STRATA_ERR_ARGUMENT, "the model has %zu numbers, and an ONNX file has room for %zu; export it as another kind",
                           job->net->elements, most / sizeof(float));
    }
    strata_status status = put_model(&bytes, job);
    if (status == STRATA_OK) status = file_write(job->file, bytes.at, bytes.length);
    proto_free(&bytes);
    return status;
}
