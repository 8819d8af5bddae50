/*
 * A trained model as a plain list of steps, in the order in which an evaluation takes them: what every exporter walks. Nothing of training
 * is in it: no dropout, no noise, no moments of a mini-batch.
 *
 * Step s takes the value that step s - 1 gave, step 0 the example: bytes or floats, as they lie in a data set. The value after a step is
 * groups * units floats of an example, group after group, the units of a group side by side:
 *
 *     groups = 1    anywhere but in a patch layer: a vector of units numbers
 *     groups = n_p  from GRAPH_PATCH up to GRAPH_FLATTEN: the filters of patch 0, of patch 1, ...; patches go row after row of the image
 *
 * so that the number of filter i of patch p is value[p * units + i], and GRAPH_FLATTEN moves nothing: it says that from here on the value
 * is one vector. A program that keeps images as channel, row, column (a Conv of ONNX or PyTorch) has filter i of patch p at [i][p /
 * across][p % across], across = width / side, and turns the axes at GRAPH_FLATTEN, or the columns of the next W.
 *
 * All tensors are floats, those of the model file (docs/model-file.md). Matrices lie row after row. The formulas are those of
 * docs/math.md.
 */
#ifndef STRATA_EXPORT_GRAPH_H
#define STRATA_EXPORT_GRAPH_H

#include "strata/model.h"

typedef enum {
    GRAPH_SCALE,       /* x / 255, of bytes alone, and then the first step */
    GRAPH_STANDARDISE, /* (x - mean) / std, feature by feature; absent where every mean is 0 and every std 1 */
    GRAPH_PATCH,       /* (21)(1) W [units x channels side side] over every patch of an image; W's columns: channel, row, column */
    GRAPH_DENSE,       /* (1)  W x + b, W [units x inputs] */
    GRAPH_ADD,         /* (29) x + the value after step `with`, which has as many numbers */
    GRAPH_BATCH_NORM,  /* (2)(3)  gamma (x - mean) / sqrt(var + eps) + beta, unit by unit; var is BIASED, and is used as it is */
    GRAPH_LAYER_NORM,  /* (27)(3) gamma (x - mu) / sqrt(v + eps) + beta, mu and biased v over the units of each group */
    GRAPH_RELU,        /* (4)  max(0, x) */
    GRAPH_LEAKY_RELU,  /* (23) x where x > 0, else 0.01 x */
    GRAPH_GELU,        /* (24) x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))): the form with tanh, not that with erf */
    GRAPH_TANH,        /* (25) */
    GRAPH_SIGMOID,     /* (26), and of loss = sigmoid the last step: then the probabilities need not add up to 1 */
    GRAPH_FLATTEN,     /* groups * units numbers become the units of one group; nothing moves */
    GRAPH_SOFTMAX,     /* (5)  the last step of loss = softmax and of loss = hinge */
    GRAPH_KINDS
} graph_kind;

/* Which arrays a step has, its kind says; the others are NULL. */
typedef struct {
    graph_kind kind;
    int layer;          /* 1 .. layers, as in the names of the model file's tensors; 0: before the first */
    int inputs;         /* numbers of an example that it takes */
    int units, groups;  /* of the value that it gives */
    int columns;        /* of W */
    int with;           /* GRAPH_ADD: a step before this one */
    const float *W, *b; /* [units x columns], [units] */
    const float *gamma, *beta; /* [units] */
    const float *mean, *var;   /* [units]; mean is that of GRAPH_STANDARDISE, too: [inputs] */
    const float *std;   /* [inputs] */
    double eps;
} graph_step;

/* An exporter may rely on: one last step, which gives the probabilities; before it the GRAPH_DENSE that gives the logits, whose first
 * largest is the class that the library says (strata_model_classify_rows). */
typedef struct {
    const strata_model *model;      /* borrowed: it must outlive the graph */
    const strata_form *form;        /* of an example: bytes or floats, features, image, classes. The model's */
    const char *const *class_names; /* [form->classes], texts of anybody's making; NULL where nobody knows them. The model's */
    int side;                       /* of a patch, in pixels; 0: there is no patch layer */
    int layers;                     /* with the output layer */
    int steps;
    graph_step *step;               /* [steps] */
    size_t elements;                /* of all arrays together */
    void *block;                    /* where they lie */
} graph;

/* Lists the steps of a trained model. The caller owns *out. STRATA_ERR_ARGUMENT for a model that was never trained; STRATA_ERR_MEMORY. */
strata_status graph_create(const strata_model *model, graph **out);

/* NULL is allowed. */
void graph_free(graph *g);

/* Numbers of the value after step s, of one example; s = -1: of the example. */
int graph_numbers(const graph *g, int s);

/* "scale", "standardise", "patch", ...: for names inside of exported files. Static. */
const char *graph_kind_name(graph_kind kind);

#endif
