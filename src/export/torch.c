/*
 * A model for PyTorch: a state dict as safetensors, with the names that an nn.Sequential gives, and a Python script beside it that builds
 * the module and loads it strictly. Modules are numbered as they come: 0 nn.Linear, 1 nn.BatchNorm1d, 2 nn.ReLU, 3 nn.Linear, ...; what
 * stands beside that order (the standardisation, patches, their joining) has names instead, so that numbers stay those of the plain net.
 * Variances are biased and copied unchanged: PyTorch evaluates with what is stored.
 */
#include <stdio.h>
#include <string.h>

#include "file.h"
#include "kind.h"
#include "model.h"
#include "modelform.h"
#include "tensorfile.h"
#include "text.h"

/* ---- the tensors --------------------------------------------------------------------------------------------------------------------- */

typedef struct {
    const float *at;
    int cols; /* 1 for a vector */
} tensor;

typedef struct {
    tensor tensor[TENSORFILE_MOST];
    int count;
    tensorwriter *writer;
    strata_status status;
} state;

/* See tensor_source. */
static void give(const void *self, int number, int row, int rows, int col, int cols, float *out)
{
    const tensor *t = &((const state *)self)->tensor[number];
    for (int i = 0; i < rows; i++) {
        memcpy(out + (size_t)i * (size_t)cols, t->at + (size_t)(row + i) * (size_t)t->cols + (size_t)col, (size_t)cols * sizeof(float));
    }
}

/* cols 0: a vector. at NULL: there is none. */
static void put(state *s, const char *module, const char *role, int rows, int cols, const float *at)
{
    char name[40];
    if (at == NULL || s->status != STRATA_OK) return;
    (void)snprintf(name, sizeof name, "%s.%s", module, role);
    s->status = tensorwriter_add(s->writer, name, rows, cols);
    if (s->status == STRATA_OK) s->tensor[s->count++] = (tensor){ at, cols > 0 ? cols : 1 };
}

/* ---- modules ------------------------------------------------------------------------------------------------------------------------- */

enum { MODULE_NAME = 16 };

/* A walk over the steps in which the modules get their names: "0", "1", ... of those that nn.Sequential numbers. */
typedef struct {
    const graph *g;
    int s, next;             /* the step, and the next number */
    char name[MODULE_NAME];  /* of the step's module; "" where it has none */
} walk;

static bool is_numbered(graph_kind kind)
{
    return kind == GRAPH_PATCH || kind == GRAPH_DENSE || (kind >= GRAPH_BATCH_NORM && kind <= GRAPH_SIGMOID);
}

/* The last step, of probabilities, is no module: the module gives logits. */
static bool next_module(walk *w)
{
    if (++w->s >= w->g->steps - 1) return false;
    graph_kind kind = w->g->step[w->s].kind;
    (void)snprintf(w->name, sizeof w->name, "%s", kind == GRAPH_FLATTEN ? "join" : "");
    if (is_numbered(kind)) (void)snprintf(w->name, sizeof w->name, "%d", w->next++);
    return true;
}

static walk modules_of(const graph *g)
{
    return (walk){ .g = g, .s = -1 };
}

/* The name of the module of step `step`, or of the last one before it that has one. */
static void name_of_step(const graph *g, int step, char out[MODULE_NAME])
{
    walk w = modules_of(g);
    out[0] = '\0';
    while (next_module(&w) && w.s <= step) {
        if (w.name[0] != '\0') (void)snprintf(out, MODULE_NAME, "%s", w.name);
    }
}

static const graph_step *step_of(const graph *g, graph_kind kind)
{
    for (int s = 0; s < g->steps; s++) {
        if (g->step[s].kind == kind) return &g->step[s];
    }
    return NULL;
}

/* ---- the state dict ------------------------------------------------------------------------------------------------------------------ */

static void put_all(state *s, const graph *g)
{
    const graph_step *in = step_of(g, GRAPH_STANDARDISE);
    if (in != NULL) {
        put(s, "input", "mean", in->inputs, 0, in->mean);
        put(s, "input", "std", in->inputs, 0, in->std);
    }
    for (walk w = modules_of(g); next_module(&w);) {
        const graph_step *step = &g->step[w.s];
        if (!is_numbered(step->kind)) continue;
        put(s, w.name, "weight", step->units, step->columns, step->W);
        put(s, w.name, "bias", step->units, 0, step->b);
        put(s, w.name, "weight", step->units, 0, step->gamma);
        put(s, w.name, "bias", step->units, 0, step->beta);
        put(s, w.name, "running_mean", step->units, 0, step->mean);
        put(s, w.name, "running_var", step->units, 0, step->var);
    }
}

static strata_status describe(const strata_model *model, tensorwriter *writer)
{
    text config = { 0 };
    tensorwriter_metadata(writer, "format", "pt");
    tensorwriter_metadata(writer, "strata_version", STRATA_VERSION);
    tensorwriter_metadata(writer, "variance", "biased");
    tensorwriter_metadata(writer, "data_digest", model->data_digest);
    TRY(modelform_describe(&model->config.form, model->class_name, writer));
    config_describe(&model->config, &config);
    strata_status status = config.failed ? status_fail(STRATA_ERR_MEMORY, "no memory to describe a model") : STRATA_OK;
    if (status == STRATA_OK) tensorwriter_metadata(writer, "config", config.at);
    text_free(&config);
    return status;
}

static strata_status write_state(const export_job *job)
{
    state s = { .count = 0 };
    TRY(tensorwriter_new(give, &s, &s.writer));
    put_all(&s, job->net);
    if (s.status == STRATA_OK) s.status = describe(job->net->model, s.writer);
    if (s.status == STRATA_OK) s.status = tensorwriter_save(s.writer, job->also);
    tensorwriter_free(s.writer);
    return s.status;
}

/* ---- the script ---------------------------------------------------------------------------------------------------------------------- */

static const char script_head[] =
    "\"\"\"A network that Strata trained, as a module of PyTorch (docs/import.md of Strata).\n"
    "\n"
    "    net = load()                        the module with its parameters, in evaluation; it gives logits\n"
    "    P = probabilities(net, rows)        rows: a tensor [n, %d] of %s; P: [n, %d]\n"
    "\n"
    "The tensors lie beside this file, in a file of the same name that ends in .pt.safetensors. Variances are biased.\n"
    "\"\"\"\n"
    "import json\n"
    "import pathlib\n"
    "from collections import OrderedDict\n"
    "\n"
    "import torch\n"
    "from torch import nn\n"
    "\n"
    "\n"
    "def read_safetensors(path):\n"
    "    \"\"\"All tensors of a safetensors file of float32, by name.\"\"\"\n"
    "    data = pathlib.Path(path).read_bytes()\n"
    "    first = 8 + int.from_bytes(data[:8], \"little\")\n"
    "    tensors = {}\n"
    "    for name, entry in json.loads(data[8:first]).items():\n"
    "        if name != \"__metadata__\":\n"
    "            begin, end = entry[\"data_offsets\"]\n"
    "            values = torch.frombuffer(bytearray(data[first + begin:first + end]), dtype=torch.float32)\n"
    "            tensors[name] = values.reshape(entry[\"shape\"])\n"
    "    return tensors\n";

static const char script_input[] =
    "\n\n"
    "class Standardise(nn.Module):\n"
    "    \"\"\"%s, feature by feature.\"\"\"\n"
    "\n"
    "    def __init__(self, features):\n"
    "        super().__init__()\n"
    "        self.register_buffer(\"mean\", torch.zeros(features))\n"
    "        self.register_buffer(\"std\", torch.ones(features))\n"
    "\n"
    "    def forward(self, x):\n"
    "        return (%s - self.mean) / self.std\n";

static const char script_scale[] =
    "\n\n"
    "class Scale(nn.Module):\n"
    "    \"\"\"x / 255, of bytes.\"\"\"\n"
    "\n"
    "    def forward(self, x):\n"
    "        return x.float() / 255\n";

static const char script_patches[] =
    "\n\n"
    "class Patches(nn.Module):\n"
    "    \"\"\"Images of %d x %d pixels and %d channels, [n, channels * height * width] -> [n * patches, channels * %d * %d].\n"
    "\n"
    "    Patches go row after row of the image; the numbers of one go channel after channel, in it row after row.\n"
    "    \"\"\"\n"
    "\n"
    "    def forward(self, x):\n"
    "        x = x.reshape(-1, %d, %d, %d, %d, %d)\n"
    "        return x.permute(0, 2, 4, 1, 3, 5).reshape(-1, %d)\n"
    "\n\n"
    "class Join(nn.Module):\n"
    "    \"\"\"The filters of all patches of an image, one patch after another: [n * patches, filters] -> [n, patches * filters].\"\"\"\n"
    "\n"
    "    def forward(self, x):\n"
    "        return x.reshape(-1, %d)\n";

static const char script_skips[] =
    "\n\n"
    "class Net(nn.Sequential):\n"
    "    \"\"\"A sequence in which what some modules give has what an earlier one gave added to it: later name -> earlier name.\"\"\"\n"
    "\n"
    "    ADDED = {%s}\n"
    "\n"
    "    def forward(self, x):\n"
    "        given = {}\n"
    "        for name, module in self.named_children():\n"
    "            x = module(x)\n"
    "            if name in self.ADDED:\n"
    "                x = x + given[self.ADDED[name]]\n"
    "            given[name] = x\n"
    "        return x\n";

static const char script_tail[] =
    "    ]))\n"
    "\n\n"
    "def load(path=None):\n"
    "    \"\"\"The module with the tensors of the file at path, else of the one beside this script; all must be there.\"\"\"\n"
    "    net = build()\n"
    "    net.load_state_dict(read_safetensors(path or pathlib.Path(__file__).with_suffix(\".pt.safetensors\")), strict=True)\n"
    "    return net.eval()\n"
    "\n\n"
    "def probabilities(net, rows):\n"
    "    \"\"\"The probability of every class, [n, %d], of rows [n, %d] of %s.\"\"\"\n"
    "    with torch.no_grad():\n"
    "        return torch.%s\n"
    "\n\n"
    "if __name__ == \"__main__\":\n"
    "    print(load())\n";

static void add_parts(const graph *g, text *t)
{
    const graph_step *patch = step_of(g, GRAPH_PATCH);
    bool bytes = step_of(g, GRAPH_SCALE) != NULL;
    int f = g->side;
    if (step_of(g, GRAPH_STANDARDISE) != NULL) {
        text_add(t, script_input, bytes ? "(x / 255 - mean) / std, of bytes" : "(x - mean) / std", bytes ? "x.float() / 255" : "x");
    } else if (bytes) {
        text_add(t, "%s", script_scale);
    }
    if (patch == NULL) return;
    const strata_form *form = g->form;
    text_add(t, script_patches, form->height, form->width, form->channels, f, f, form->channels, form->height / f, f, form->width / f, f,
             patch->columns, patch->units * patch->groups);
}

/* Is there a step that adds? Then the net is more than a sequence. */
static void add_skips(const graph *g, text *t)
{
    text pairs = { 0 };
    for (int s = 0; s < g->steps; s++) {
        char to[MODULE_NAME], from[MODULE_NAME];
        if (g->step[s].kind != GRAPH_ADD) continue;
        name_of_step(g, s - 1, to);
        name_of_step(g, g->step[s].with, from);
        text_add(&pairs, "%s\"%s\": \"%s\"", pairs.length > 0 ? ", " : "", to, from);
    }
    if (pairs.length > 0) text_add(t, script_skips, pairs.at);
    t->failed = t->failed || pairs.failed;
    text_free(&pairs);
}

static void add_module(const graph_step *step, text *t)
{
    char eps[32];
    text_from_double(step->eps, eps);
    switch (step->kind) {
    case GRAPH_PATCH:
    case GRAPH_DENSE: text_add(t, "nn.Linear(%d, %d)", step->columns, step->units); return;
    case GRAPH_BATCH_NORM: text_add(t, "nn.BatchNorm1d(%d, eps=%s)", step->units, eps); return;
    case GRAPH_LAYER_NORM: text_add(t, "nn.LayerNorm(%d, eps=%s)", step->units, eps); return;
    case GRAPH_RELU: text_add(t, "nn.ReLU()"); return;
    case GRAPH_LEAKY_RELU: text_add(t, "nn.LeakyReLU(0.01)"); return;
    case GRAPH_GELU: text_add(t, "nn.GELU(approximate=\"tanh\")"); return;
    case GRAPH_TANH: text_add(t, "nn.Tanh()"); return;
    case GRAPH_SIGMOID: text_add(t, "nn.Sigmoid()"); return;
    case GRAPH_FLATTEN: text_add(t, "Join()"); return;
    default: return;
    }
}

static void add_build(const graph *g, text *t)
{
    bool skips = step_of(g, GRAPH_ADD) != NULL, bytes = step_of(g, GRAPH_SCALE) != NULL;
    text_add(t, "\n\ndef build():\n    \"\"\"The module as it is before the tensors are loaded: rows [n, %d] to logits [n, %d].\"\"\"\n"
             "    return %s(OrderedDict([\n", g->form->features, g->form->classes, skips ? "Net" : "nn.Sequential");
    if (step_of(g, GRAPH_STANDARDISE) != NULL) text_add(t, "        (\"input\", Standardise(%d)),\n", g->form->features);
    else if (bytes) text_add(t, "        (\"input\", Scale()),\n");
    if (step_of(g, GRAPH_PATCH) != NULL) text_add(t, "        (\"patches\", Patches()),\n");
    for (walk w = modules_of(g); next_module(&w);) {
        if (w.name[0] == '\0') continue;
        text_add(t, "        (\"%s\", ", w.name);
        add_module(&g->step[w.s], t);
        text_add(t, "),\n");
    }
}

static strata_status write_script(const export_job *job)
{
    text t = { 0 };
    const graph *g = job->net;
    bool bytes = g->form->element == STRATA_BYTES, sigmoid = g->step[g->steps - 1].kind == GRAPH_SIGMOID;
    const char *of = !bytes ? "floats" : g->form->channels > 1 ? "bytes, red, green and blue plane" : "bytes";
    text_add(&t, script_head, g->form->features, of, g->form->classes);
    add_parts(g, &t);
    add_skips(g, &t);
    add_build(g, &t);
    text_add(&t, script_tail, g->form->classes, g->form->features, of, sigmoid ? "sigmoid(net(rows))" : "softmax(net(rows), dim=1)");
    strata_status status = t.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a script") : file_write(job->file, t.at, t.length);
    text_free(&t);
    return status;
}

strata_status export_torch(const export_job *job)
{
    TRY(write_state(job));
    return write_script(job);
}
