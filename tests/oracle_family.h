/* The second opinion on the wider family: the chapter of that name in docs/math.md, (21) to (36), as oracle.h is on the rest of that page.
 *
 * It refuses what oracle.h refuses. It draws nothing either: the masks of (31) and the normal numbers of (33) are given. A net is
 * described by the words of the settings, and which of its layers are normalised, or add what, follows here from docs/math.md once more.
 * A matrix is column-major. X_1 of a patch layer is [n_f x n n_p] and [n_f n_p x n], number for number.
 */
#ifndef ORACLE_FAMILY_H
#define ORACLE_FAMILY_H

enum { FAMILY_MAX_LAYERS = 16 };

typedef enum { FAMILY_RELU, FAMILY_LEAKY_RELU, FAMILY_GELU, FAMILY_TANH, FAMILY_SIGMOID, FAMILY_ACTIVATIONS } family_activation;
typedef enum { FAMILY_PLAIN, FAMILY_BATCH, FAMILY_LAYER } family_norm;
typedef enum { FAMILY_SOFTMAX, FAMILY_SIGMOIDS, FAMILY_HINGE, FAMILY_LOSSES } family_loss;
typedef enum { FAMILY_W, FAMILY_B, FAMILY_GAMMA, FAMILY_BETA, FAMILY_PARAMETERS, FAMILY_MEAN = FAMILY_PARAMETERS, FAMILY_VAR,
               FAMILY_TENSORS } family_which;

typedef struct {
    int k;                            /* layers, 1 .. FAMILY_MAX_LAYERS; layer k is the output layer                     */
    int d;                            /* numbers of an example                                                           */
    int height, width, channels;      /* of an image of d numbers, channel after channel; only for the patch layer       */
    int patch;                        /* f of (21): layer 1 is a patch layer; 0: it is dense                             */
    int units[FAMILY_MAX_LAYERS + 1]; /* rows of W_l: filters in a patch layer, units in others, classes in the last      */
    family_activation activation;     /* (4), (23) .. (26)                                                               */
    family_norm norm;                 /* (2) or (27) with (3)                                                            */
    int after;                        /* 1: the activation comes first, and its output is normalised                     */
    int skip;                         /* 1: (29)                                                                         */
    family_loss loss;                 /* (34) .. (36)                                                                    */
    double dropout, input_dropout;    /* r of (31), hidden layers and X0                                                 */
    double noise;                     /* sigma of (33)                                                                   */
    double eps, alpha, lambda;
} family_recipe;

/* Parameters and running averages; a gradient is another family_net of the same recipe. */
typedef struct {
    family_recipe is;
    int inputs[FAMILY_MAX_LAYERS + 1];                     /* columns of W_l                                    */
    int patches[FAMILY_MAX_LAYERS + 1];                    /* columns of layer l for an example: n_p, or 1      */
    int started;                                           /* 0 until family_average has made the averages      */
    double *tensor[FAMILY_TENSORS][FAMILY_MAX_LAYERS + 1]; /* W [units x inputs], the others [units]; or NULL   */
} family_net;

/* The mini-batch X [d x n], standardised, with labels y, and what chance brought in its update. NULL: no such thing. */
typedef struct {
    int n;
    const double *X;
    const int *y;
    double smoothing;                          /* e of (34), (35)                                                         */
    const double *noise;                       /* E of (33), [rows of X0 x its columns]                                   */
    const double *mask[FAMILY_MAX_LAYERS + 1]; /* M of (31), as X_l; mask[0] as X0, a column for each patch where it has them */
} family_batch;

/* Everything zero except gamma = 1. The caller frees; freeing NULL is allowed. */
family_net *family_new(const family_recipe *recipe);
void family_free(family_net *net);

/* Elements of a tensor of layer l; 0 where the layer has none. */
int family_elements(const family_net *net, family_which which, int l);

/* Rows and columns of X_l as (31) sees it, l = 0 .. k-1; n examples. */
int family_rows(const family_net *net, int l);
int family_columns(const family_net *net, int l, int n);

/* A training pass: moments of the mini-batch, its masks, its noise, its smoothed labels. loss and cost are those of (6), P is [C x n],
 * gradient has its four kinds of parameter overwritten by dJ. Any of the four may be NULL. net does not change. */
void family_gradient(const family_net *net, const family_batch *batch, double *loss, double *cost, double *P, family_net *gradient);

/* An evaluation: running averages, and neither masks nor noise nor smoothing, whatever the batch has of them. */
void family_evaluate(const family_net *net, const family_batch *batch, double *P, double *loss, double *cost, int *correct);

/* (17) with the moments of this mini-batch. The first one starts the averages. */
void family_average(family_net *net, const family_batch *batch);

#endif
