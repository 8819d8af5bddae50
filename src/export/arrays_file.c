/*
 * A model as an archive for NumPy: each tensor under its name in the model file, float32, and what the file says besides as texts. np.load
 * reads it without allow_pickle.
 */
#include <stdio.h>
#include <stdlib.h>

#include "alloc.h"
#include "file.h"
#include "kind.h"
#include "model.h"
#include "npy.h"
#include "npz.h"
#include "text.h"

enum { MEMBERS = TENSORFILE_MOST, NAME = 40 };

typedef struct {
    const strata_model *model;
    npz_member member[MEMBERS];
    char name[MEMBERS][NAME];
    uint8_t *bytes[MEMBERS];
    size_t count;
} archive;

/* Where the next member's bytes go; its name is set. */
static uint8_t **begin(archive *a, const char *layer, const char *name)
{
    (void)snprintf(a->name[a->count], NAME, "%s%s", layer, name);
    return &a->bytes[a->count];
}

static void end(archive *a, size_t size)
{
    a->member[a->count] = (npz_member){ a->name[a->count], a->bytes[a->count], size };
    a->count++;
}

/* ---- tensors ------------------------------------------------------------------------------------------------------------------------- */

static strata_status add_tensor(archive *a, const char *layer, const char *name, bool matrix)
{
    void *made;
    size_t size;
    int rows, cols;
    uint8_t **bytes = begin(a, layer, name);
    TRY(strata_model_tensor(a->model, a->name[a->count], &rows, &cols, NULL));
    TRY(alloc_zero(&made, (size_t)rows * (size_t)cols, sizeof(float), "the tensors of an exported model"));
    strata_status status = strata_model_tensor(a->model, a->name[a->count], NULL, NULL, made);
    const array x = { .type = ARRAY_F4, .big = array_machine_is_big(), .rank = matrix ? 2 : 1, .dim = { (size_t)rows, (size_t)cols },
                      .bytes = made };
    if (status == STRATA_OK) status = npy_to_memory(&x, bytes, &size);
    free(made);
    TRY(status);
    end(a, size);
    return STRATA_OK;
}

static strata_status add_tensors(archive *a)
{
    const network *net = a->model->net;
    for (net_walk t = net_each_tensor(net, NET_EVERY_ROLE); net_next_tensor(&t);) {
        char layer[NAME];
        (void)snprintf(layer, sizeof layer, "layer%d.", t.l);
        TRY(add_tensor(a, layer, net_tensor_name(t.which), net_shape_of(&net->shape, t.l, t.which).matrix));
    }
    TRY(add_tensor(a, "input.", "mean", false));
    return add_tensor(a, "input.", "std", false);
}

/* ---- texts --------------------------------------------------------------------------------------------------------------------------- */

static strata_status add_text(archive *a, const char *name, const char *words)
{
    size_t size;
    TRY(npy_texts_to_memory(&words, 1, true, begin(a, "", name), &size));
    end(a, size);
    return STRATA_OK;
}

static strata_status add_texts(archive *a, const graph *g)
{
    char image[64];
    size_t size;
    text config = { 0 };
    const strata_form *form = g->form;
    config_describe(&a->model->config, &config);
    strata_status status = config.failed ? status_fail(STRATA_ERR_MEMORY, "no memory to describe a model")
                                         : add_text(a, "config", config.at);
    text_free(&config);
    TRY(status);
    TRY(add_text(a, "element", form->element == STRATA_FLOATS ? "float" : "byte"));
    (void)snprintf(image, sizeof image, "%d x %d x %d", form->height, form->width, form->channels);
    if (form->height > 0) TRY(add_text(a, "image", image));
    TRY(add_text(a, "data_digest", a->model->data_digest));
    TRY(add_text(a, "strata_version", STRATA_VERSION));
    if (g->class_names == NULL) return STRATA_OK;
    TRY(npy_texts_to_memory(g->class_names, (size_t)form->classes, false, begin(a, "", "class_names"), &size));
    end(a, size);
    return STRATA_OK;
}

strata_status export_npz(const export_job *job)
{
    void *made;
    TRY(alloc_zero(&made, 1, sizeof(archive), "an archive of arrays"));
    archive *a = made;
    a->model = job->net->model;
    strata_status status = add_tensors(a);
    if (status == STRATA_OK) status = add_texts(a, job->net);
    if (status == STRATA_OK) status = npz_write(job->file, a->member, a->count);
    for (size_t m = 0; m < MEMBERS; m++) free(a->bytes[m]);
    free(a);
    return status;
}
