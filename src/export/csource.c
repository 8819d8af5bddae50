/*
 * A model as C: one .h that declares, one .c with the tensors as static arrays and a function that walks the same steps. C99 and nothing
 * but its mathematical library. Layer l leaves its value in v[l mod 3], so that what a skip connection adds is still there.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "file.h"
#include "kind.h"
#include "text.h"

enum { NUMBERS_A_LINE = 8, PIECE = 1 << 16, BUFFERS = 3 };

/* What is being written, piece by piece. */
typedef struct {
    const export_job *job;
    file_sink *to;
    text piece;
    strata_status status; /* the first failure; nothing is written after it */
} writer;

/* ---- words --------------------------------------------------------------------------------------------------------------------------- */

static void flush(writer *w)
{
    if (w->status == STRATA_OK && w->piece.failed) w->status = status_fail(STRATA_ERR_MEMORY, "no memory to write C");
    if (w->status == STRATA_OK && w->piece.length > 0) w->status = file_put(w->to, w->piece.at, w->piece.length);
    w->piece.length = 0;
}

/* Lines in which @ stands for the name. */
static void put(writer *w, const char *lines)
{
    for (const char *at = lines; *at != '\0';) {
        int plain = (int)strcspn(at, "@");
        text_add(&w->piece, "%.*s", plain, at);
        at += plain;
        if (*at == '@') text_add(&w->piece, "%s", w->job->name), at++;
    }
    if (w->piece.length > PIECE) flush(w);
}

/* A text of anybody's making as a string of C: nothing in it ends the string or is a trigraph. */
static void put_string(writer *w, const char *value)
{
    text_add(&w->piece, "\"");
    for (const unsigned char *at = (const unsigned char *)value; *at != '\0'; at++) {
        bool plain = *at >= ' ' && *at < 0x7f && strchr("\"\\?", *at) == NULL;
        text_add(&w->piece, plain ? "%c" : "\\%03o", *at);
    }
    text_add(&w->piece, "\"");
}

/* Nine digits tell every float from its neighbours. A scale is infinite where the variance is 0 and eps too small for a float. */
static void put_number(writer *w, float x)
{
    if (isinf(x)) text_add(&w->piece, x > 0 ? "INFINITY" : "-INFINITY");
    else text_add(&w->piece, "%.8ef", (double)x);
}

static void put_array(writer *w, const char *what, int layer, const float *value, size_t count)
{
    text_add(&w->piece, "\nstatic const float %s_%s%d[%zu] = {", w->job->name, what, layer, count);
    for (size_t e = 0; e < count; e++) {
        text_add(&w->piece, e % NUMBERS_A_LINE == 0 ? "\n    " : " ");
        put_number(w, value[e]);
        text_add(&w->piece, ",");
        if (w->piece.length > PIECE) flush(w);
    }
    text_add(&w->piece, "\n};\n");
}

/* ---- the header ---------------------------------------------------------------------------------------------------------------------- */

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static const char *element_of(const graph *g)
{
    return g->form->element == STRATA_BYTES ? "unsigned char" : "float";
}

static void put_origin(writer *w)
{
    const graph *g = w->job->net;
    text_add(&w->piece, "/* A network that strata " STRATA_VERSION " exported. Model %s, C99. */\n", strata_model_digest(g->model));
}

static void put_example(writer *w)
{
    const strata_form *f = w->job->net->form;
    const char *what = f->element == STRATA_BYTES ? "bytes" : "floats";
    text_add(&w->piece, "/* x: the %d %s of one example, ", f->features, what);
    if (f->height == 0) put(w, "in the order of the columns of the data, not standardised.\n");
    else text_add(&w->piece, "an image of %d x %d x %d (height, width, channels), channel after channel, row after row.\n", f->height,
                  f->width, f->channels);
}

static size_t buffer_size(const graph *g, int buffer)
{
    size_t most = buffer == 0 ? (size_t)g->form->features : 0;
    for (int s = 0; s < g->steps; s++) {
        size_t numbers = (size_t)graph_numbers(g, s);
        if (g->step[s].layer % BUFFERS == buffer && numbers > most) most = numbers;
    }
    return most;
}

static strata_status write_header(void *self, file_sink *to)
{
    writer *w = self;
    const graph *g = w->job->net;
    size_t stack = 0;
    w->to = to;
    for (int q = 0; q < BUFFERS; q++) stack += sizeof(float) * buffer_size(g, q);
    put_origin(w);
    put(w, "#ifndef STRATA_EXPORT_@_H\n#define STRATA_EXPORT_@_H\n\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n");
    put(w, "enum { ");
    text_add(&w->piece, "%s_inputs = %d, %s_classes = %d };\n\n", w->job->name, g->form->features, w->job->name, g->form->classes);
    put(w, "extern const char *const @_class_names[@_classes];\n\n");
    put_example(w);
    put(w, "   probabilities: [@_classes], receives those of all classes; may be NULL.\n"
           "   Returns the class, from 0: that of the first largest output. ");
    text_add(&w->piece, "Takes about %zu bytes of stack. Any thread. */\n", stack + 512);
    text_add(&w->piece, "int %s_predict(const %s *x, float *probabilities);\n", w->job->name, element_of(g));
    put(w, "\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n");
    flush(w);
    return w->status;
}

/* ---- the functions ------------------------------------------------------------------------------------------------------------------- */

static const char dense[] =
    "\n/* y = W x + b; W row after row */\n"
    "static void @_dense(const float *W, const float *b, const float *x, float *y, int units, int inputs)\n{\n"
    "    int i, t;\n"
    "    for (i = 0; i < units; i++, W += inputs) {\n"
    "        double sum = (double)b[i];\n"
    "        for (t = 0; t < inputs; t++) sum += (double)W[t] * (double)x[t];\n"
    "        y[i] = (float)sum;\n    }\n}\n";

static const char patch[] =
    "\n/* Every filter on every patch of the image x, the filters of a patch side by side. W: filter, channel, row, column */\n"
    "static void @_patch(const float *W, const float *b, const float *x, float *y, int filters, int side, int height, int width,\n"
    "                    int channels)\n{\n"
    "    int p, q, i, c, r, s;\n"
    "    for (p = 0; p < height / side; p++) for (q = 0; q < width / side; q++) {\n"
    "        const float *w = W;\n"
    "        for (i = 0; i < filters; i++) {\n"
    "            double sum = (double)b[i];\n"
    "            for (c = 0; c < channels; c++) for (r = 0; r < side; r++) for (s = 0; s < side; s++) {\n"
    "                sum += (double)*w++ * (double)x[(c * height + p * side + r) * width + q * side + s];\n"
    "            }\n"
    "            *y++ = (float)sum;\n        }\n    }\n}\n";

static const char batch_norm[] =
    "\n/* scale (x - mean) + beta, unit by unit; scale = gamma / sqrt(var + eps) */\n"
    "static void @_batch_norm(const float *scale, const float *mean, const float *beta, float *x, int units, int groups)\n{\n"
    "    int i, p;\n"
    "    for (p = 0; p < groups; p++, x += units) {\n"
    "        for (i = 0; i < units; i++) x[i] = scale[i] * (x[i] - mean[i]) + beta[i];\n    }\n}\n";

static const char layer_norm[] =
    "\n/* gamma (x - mu) / sqrt(v + eps) + beta, with mean and variance of each group of units */\n"
    "static void @_layer_norm(const float *gamma, const float *beta, double eps, float *x, int units, int groups)\n{\n"
    "    int i, p;\n"
    "    for (p = 0; p < groups; p++, x += units) {\n"
    "        double mu = 0, v = 0;\n"
    "        for (i = 0; i < units; i++) mu += (double)x[i];\n"
    "        mu /= units;\n"
    "        for (i = 0; i < units; i++) v += ((double)x[i] - mu) * ((double)x[i] - mu);\n"
    "        v = sqrt(v / units + eps);\n"
    "        for (i = 0; i < units; i++) x[i] = (float)((double)gamma[i] * (((double)x[i] - mu) / v) + (double)beta[i]);\n    }\n}\n";

static const char add[] =
    "\nstatic void @_add(const float *with, float *x, int numbers)\n{\n    int e;\n"
    "    for (e = 0; e < numbers; e++) x[e] += with[e];\n}\n";

static const char relu[] =
    "\nstatic void @_relu(float *x, int numbers)\n{\n    int e;\n"
    "    for (e = 0; e < numbers; e++) x[e] = x[e] > 0 ? x[e] : 0;\n}\n";

static const char leaky_relu[] =
    "\nstatic void @_leaky_relu(float *x, int numbers)\n{\n    int e;\n"
    "    for (e = 0; e < numbers; e++) x[e] = x[e] > 0 ? x[e] : 0.01f * x[e];\n}\n";

static const char gelu[] =
    "\nstatic void @_gelu(float *x, int numbers)\n{\n    int e;\n"
    "    for (e = 0; e < numbers; e++) {\n"
    "        double t = (double)x[e];\n"
    "        x[e] = (float)(t / 2 * (1 + tanh(0.79788456080286535588 * (t + 0.044715 * t * t * t)))); /* sqrt(2/pi) */\n    }\n}\n";

static const char hyperbolic_tangent[] =
    "\nstatic void @_tanh(float *x, int numbers)\n{\n    int e;\n"
    "    for (e = 0; e < numbers; e++) x[e] = (float)tanh((double)x[e]);\n}\n";

static const char sigmoid[] =
    "\nstatic void @_sigmoid(float *x, int numbers)\n{\n    int e;\n"
    "    for (e = 0; e < numbers; e++) x[e] = (float)(1 / (1 + exp(-(double)x[e])));\n}\n";

static const char softmax[] =
    "\nstatic void @_softmax(float *x, int numbers)\n{\n"
    "    int e;\n"
    "    double most = (double)x[0], sum = 0;\n"
    "    for (e = 1; e < numbers; e++) most = (double)x[e] > most ? (double)x[e] : most;\n"
    "    for (e = 0; e < numbers; e++) sum += exp((double)x[e] - most);\n"
    "    for (e = 0; e < numbers; e++) x[e] = (float)(exp((double)x[e] - most) / sum);\n}\n";

static const char *const functions[GRAPH_KINDS] = {
    [GRAPH_PATCH] = patch, [GRAPH_DENSE] = dense,           [GRAPH_ADD] = add,   [GRAPH_BATCH_NORM] = batch_norm,
    [GRAPH_RELU] = relu,   [GRAPH_LAYER_NORM] = layer_norm, [GRAPH_GELU] = gelu, [GRAPH_LEAKY_RELU] = leaky_relu,
    [GRAPH_TANH] = hyperbolic_tangent, [GRAPH_SIGMOID] = sigmoid, [GRAPH_SOFTMAX] = softmax,
};

/* Those that a step calls: a function that nobody calls is a warning. */
static void put_functions(writer *w)
{
    bool there[GRAPH_KINDS] = { false };
    const graph *g = w->job->net;
    for (int s = 0; s < g->steps; s++) {
        graph_kind kind = g->step[s].kind;
        if (functions[kind] != NULL && !there[kind]) put(w, functions[kind]);
        there[kind] = true;
    }
}

/* ---- the tensors --------------------------------------------------------------------------------------------------------------------- */

/* gamma / sqrt(var + eps) as the array of a step. */
static void put_scale(writer *w, const graph_step *step)
{
    text_add(&w->piece, "\nstatic const float %s_scale%d[%d] = {", w->job->name, step->layer, step->units);
    for (int i = 0; i < step->units; i++) {
        text_add(&w->piece, i % NUMBERS_A_LINE == 0 ? "\n    " : " ");
        put_number(w, (float)((double)step->gamma[i] / sqrt((double)step->var[i] + step->eps)));
        text_add(&w->piece, ",");
    }
    put(w, "\n};\n");
}

static void put_arrays(writer *w, const graph_step *step)
{
    size_t units = (size_t)step->units;
    if (step->W != NULL) put_array(w, "W", step->layer, step->W, units * (size_t)step->columns);
    if (step->b != NULL) put_array(w, "b", step->layer, step->b, units);
    if (step->var != NULL) put_scale(w, step);
    else if (step->gamma != NULL) put_array(w, "gamma", step->layer, step->gamma, units);
    if (step->mean != NULL) put_array(w, "mean", step->layer, step->mean, units);
    if (step->beta != NULL) put_array(w, "beta", step->layer, step->beta, units);
    if (step->std != NULL) put_array(w, "std", step->layer, step->std, units);
}

static void put_names(writer *w)
{
    const graph *g = w->job->net;
    put(w, "\nconst char *const @_class_names[@_classes] = {\n");
    for (int c = 0; c < g->form->classes; c++) {
        char number[16];
        (void)snprintf(number, sizeof number, "%d", c);
        put(w, "    ");
        put_string(w, g->class_names != NULL ? g->class_names[c] : number);
        put(w, ",\n");
    }
    put(w, "};\n");
}

/* ---- the walk ------------------------------------------------------------------------------------------------------------------------ */

/* x into v0, as the first layer takes it. */
static void put_input(writer *w)
{
    bool scale = false, standardise = false;
    const graph *g = w->job->net;
    for (int s = 0; s < g->steps && g->step[s].layer == 0; s++) {
        scale = scale || g->step[s].kind == GRAPH_SCALE;
        standardise = standardise || g->step[s].kind == GRAPH_STANDARDISE;
    }
    text_add(&w->piece, "    for (t = 0; t < %s_inputs; t++) v0[t] = ", w->job->name);
    put(w, scale && standardise ? "((float)x[t] / 255.0f - @_mean0[t]) / @_std0[t];\n"
           : scale ? "(float)x[t] / 255.0f;\n" : standardise ? "(x[t] - @_mean0[t]) / @_std0[t];\n" : "x[t];\n");
}

static void put_product(writer *w, const graph_step *step)
{
    const char *name = w->job->name;
    const strata_form *f = w->job->net->form;
    int l = step->layer;
    text_add(&w->piece, "    %s_%s(%s_W%d, %s_b%d, ", name, graph_kind_name(step->kind), name, l, name, l);
    text_add(&w->piece, "v%d, v%d, %d, ", (l + 2) % BUFFERS, l % BUFFERS, step->units);
    if (step->kind == GRAPH_DENSE) text_add(&w->piece, "%d);\n", step->columns);
    else text_add(&w->piece, "%d, %d, %d, %d);\n", w->job->net->side, f->height, f->width, f->channels);
}

static void put_norm(writer *w, const graph_step *step)
{
    char eps[32];
    const char *name = w->job->name;
    int l = step->layer;
    if (step->kind == GRAPH_BATCH_NORM) {
        text_add(&w->piece, "    %s_batch_norm(%s_scale%d, %s_mean%d, %s_beta%d, ", name, name, l, name, l, name, l);
    } else {
        text_from_double(step->eps, eps);
        text_add(&w->piece, "    %s_layer_norm(%s_gamma%d, %s_beta%d, %s, ", name, name, l, name, l, eps);
    }
    text_add(&w->piece, "v%d, %d, %d);\n", l % BUFFERS, step->units, step->groups);
}

static void put_step(writer *w, const graph_step *step)
{
    const char *name = w->job->name;
    int l = step->layer, numbers = step->units * step->groups;
    if (l == 0 || step->kind == GRAPH_FLATTEN) return;
    if (step->kind == GRAPH_PATCH || step->kind == GRAPH_DENSE) put_product(w, step);
    else if (step->kind == GRAPH_BATCH_NORM || step->kind == GRAPH_LAYER_NORM) put_norm(w, step);
    else if (step->kind == GRAPH_ADD) text_add(&w->piece, "    %s_add(v%d, v%d, %d);\n", name, (l + 1) % BUFFERS, l % BUFFERS, numbers);
    else text_add(&w->piece, "    %s_%s(v%d, %d);\n", name, graph_kind_name(step->kind), l % BUFFERS, numbers);
}

static void put_predict(writer *w)
{
    const graph *g = w->job->net;
    int out = g->layers % BUFFERS;
    text_add(&w->piece, "\nint %s_predict(const %s *x, float *probabilities)\n{\n    int t, best = 0;\n", w->job->name, element_of(g));
    for (int q = 0; q < BUFFERS; q++) {
        if (buffer_size(g, q) > 0) text_add(&w->piece, "    float v%d[%zu];\n", q, buffer_size(g, q));
    }
    put_input(w);
    for (int s = 0; s < g->steps - 1; s++) put_step(w, &g->step[s]);
    text_add(&w->piece, "    for (t = 1; t < %s_classes; t++) best = v%d[t] > v%d[best] ? t : best;\n", w->job->name, out, out);
    put(w, "    if (probabilities != NULL) {\n    ");
    put_step(w, &g->step[g->steps - 1]);
    text_add(&w->piece, "        for (t = 0; t < %s_classes; t++) probabilities[t] = v%d[t];\n    }\n", w->job->name, out);
    put(w, "    return best;\n}\n");
}

static strata_status write_source(void *self, file_sink *to)
{
    writer *w = self;
    const graph *g = w->job->net;
    w->to = to;
    put_origin(w);
    text_add(&w->piece, "#include \"%s\"\n\n#include <math.h>\n#include <stddef.h>\n", last_part(w->job->also));
    put_names(w);
    for (int s = 0; s < g->steps; s++) put_arrays(w, &g->step[s]);
    put_functions(w);
    put_predict(w);
    flush(w);
    return w->status;
}

/* ---- both files ---------------------------------------------------------------------------------------------------------------------- */

/* The .c names the .h between quotation marks, where C knows no escapes. */
static strata_status check_name(const char *file)
{
    for (const char *at = last_part(file); *at != '\0'; at++) {
        if (*at >= ' ' && *at < 0x7f && *at != '"' && *at != '\\' && *at != '?') continue;
        return status_fail(STRATA_ERR_ARGUMENT, "%s: C cannot include a file of this name; use letters of ASCII and digits",
                           text_cut(file));
    }
    return STRATA_OK;
}

static strata_status write_file(const export_job *job, const char *path, file_producer *produce)
{
    writer w = { .job = job };
    strata_status status = file_write_by(path, produce, &w);
    text_free(&w.piece);
    return status;
}

strata_status export_c(const export_job *job)
{
    TRY(check_name(job->also));
    TRY(write_file(job, job->also, write_header));
    return write_file(job, job->file, write_source);
}
