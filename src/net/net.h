/*
 * The network: its parameters, the work of one mini-batch, and the mathematics of docs/math.md. Layers are numbered 1..k as there. Index 0
 * of every array of layers is unused, but width[0] is the number of inputs.
 *
 * A network and a net_work each own one block of memory, taken when they are made; nothing here allocates afterwards. Several threads may
 * use one network at once while nobody changes it, each with a net_work of its own.
 */
#ifndef STRATA_NET_NET_H
#define STRATA_NET_NET_H

#include "going.h"
#include "mat.h"

enum { NET_MAX_LAYERS = 64, NET_MAX_WIDTH = 65536, NET_MAX_INPUTS = 1000000 };

typedef enum { NET_RELU, NET_LEAKY_RELU, NET_GELU, NET_TANH, NET_SIGMOID } net_activation; /* (4), (23) .. (26): activations.c */
typedef enum { NET_PLAIN, NET_BATCH_NORM, NET_LAYER_NORM } net_norm;                       /* (2) and (27) */
typedef enum { NET_BEFORE, NET_AFTER } net_place;                                          /* of the norm: its activation */
typedef enum { NET_SOFTMAX, NET_SIGMOIDS, NET_HINGE } net_loss_kind;                       /* (34) .. (36): output.c */
typedef enum { NET_SGD, NET_MOMENTUM, NET_NESTEROV, NET_ADAM, NET_ADAMW } net_optimiser_kind; /* (16), (38) .. (41): optimise.c */

/* One layer. The output layer has no norm, no activation, no dropout. */
typedef struct {
    int units, inputs; /* rows and columns of W: filters and the numbers of a patch in a patch layer */
    net_norm norm;
    net_place place;
    net_activation activation;
    bool skip;         /* (29): S gets the input of the layer below */
    double dropout;    /* (31) */
} net_layer;

typedef struct {
    int k;                         /* layers, the output layer included */
    int width[NET_MAX_LAYERS + 1]; /* inputs, and the numbers that each layer hands on for an example: units, times n_p in a patch layer */
    net_layer layer[NET_MAX_LAYERS + 2]; /* one behind the last, so that a layer may look at the next */
    mat_patches patches;           /* of layer 1 */
    net_loss_kind loss;
    double noise, input_dropout;   /* (33), (31) */
    bool bn;                       /* some layer has batch normalisation */
    double eps, alpha;             /* of (2), (27), and of (17) */
} net_shape;

/* The tensors of a layer, in the order in which they lie in memory, are saved and are walked. Parameters come first, as in net_tensors. */
typedef enum {
    NET_W, NET_B, NET_GAMMA, NET_BETA, NET_MEAN, NET_VAR,
    NET_TENSORS,                  /* how many there are, */
    NET_PARAMETERS = NET_BETA + 1 /* and how many of them are parameters */
} net_which;

/* What a tensor is to its network. Bits: a set of roles is their OR. */
typedef enum {
    NET_PARAMETER = 1, /* W, b, gamma, beta: what gradients change */
    NET_AVERAGE = 2,   /* the running averages of (17), mean and var */
    NET_EVERY_ROLE = 3
} net_role;

/* The parameters of a layer, or their gradients. gamma and beta have no rows where there is no batch normalisation. */
typedef struct {
    mat W;           /* [m x d] */
    mat b;           /* [m] */
    mat gamma, beta; /* [m] */
} net_tensors;

typedef struct {
    const backend *ops;
    net_shape shape;
    net_tensors theta[NET_MAX_LAYERS + 1];
    mat mu_av[NET_MAX_LAYERS + 1], v_av[NET_MAX_LAYERS + 1]; /* [m], layers 1..k-1 with BN */
    bool started;                                            /* the averages hold at least one mini-batch */
    void *block;
} network;

/*
 * What a forward and a backward pass leave of one layer, of N columns: n <= n_max examples, or n n_p patches in a patch layer. m units are
 * rows. S, T, A, X are the steps of a hidden layer; where nothing lies between two of them, both are the same matrix:
 *
 *     S = W X + b 1'   T = what the activation takes   A = a(T)   X = the output, normalised after the activation, with units dropped
 */
typedef struct {
    mat S, T, A, X; /* [m x N]; X is P in the output layer */
    mat Shat;       /* [m x N], with a norm only */
    mat mu, v;      /* of the rows, [m], or of the columns, [N], as the norm has it */
    mat G;          /* [m x N], N dJ/dY, where Y is the quantity that (7)..(15) have reached on their way back */
} net_trace;

typedef struct {
    int n_max;
    mat X0; /* [d x N], the inputs as load_minibatch lays them out */
    mat J;  /* [1 x 1] */
    net_trace trace[NET_MAX_LAYERS + 1];
    net_tensors gradient[NET_MAX_LAYERS + 1]; /* absent (no rows) in a work made for evaluation */
    void *block;
} net_work;

typedef enum { NET_TRAINING, NET_EVALUATION } net_phase;     /* moments of the mini-batch, or running averages */
typedef enum {
    NET_WITH_GRADIENTS, /* for net_backward and every other function */
    NET_TO_LEARN,       /* for net_learn: without the dW of layer 1, the largest, where the backend does not need it */
    NET_FORWARD_ONLY
} net_use;

/* ---- net.c: the mathematics ---------------------------------------------------------------------------------------------------------- */

/* (0)-(5) for this mini-batch; leaves S, Shat, mu, v, X of every layer and P in the work. net is only read. */
void net_forward(const network *net, net_work *w, const minibatch *batch, net_phase phase);

/* (6): the loss of the last forward pass into w->J, and the whole cost. */
void net_loss(const network *net, net_work *w, const minibatch *batch);
void net_cost(const network *net, net_work *w, const minibatch *batch, double lambda);

/* (7)-(15): every gradient, from what the last forward pass in NET_TRAINING left. */
void net_backward(const network *net, net_work *w, const minibatch *batch, double lambda);

/* (17): the running averages, with the moments of the last forward pass. The first moments become the averages. */
void net_average(network *net, const net_work *w);

/* (7)-(16): net_backward, then theta -= eta dtheta for every parameter. A fast backend never writes dW, of no layer
 * (docs/decisions/0010, 0139): afterwards the work holds the other gradients only. */
void net_learn(network *net, net_work *w, const minibatch *batch, double lambda, double eta);

/* ---- activations.c and output.c: tables of what a layer may do ----------------------------------------------------------------------- */

/* X = a(T), in place where the derivative does not need T. */
void net_activate(const backend *ops, net_activation which, mat X, mat T);

/* G = G . a'(T), where a = a(T). */
void net_activate_back(const backend *ops, net_activation which, mat G, mat a, mat T);

/* Is the derivative taken at T, so that T must be kept? Does it jump at T = 0? */
bool net_activation_needs_input(net_activation which);
bool net_activation_has_kink(net_activation which);

/* P, J and G from the logits S. */
void net_probabilities(const backend *ops, net_loss_kind which, mat P, mat S);
void net_output_loss(const backend *ops, net_loss_kind which, mat J, mat S, const minibatch *batch);
void net_output_back(const backend *ops, net_loss_kind which, mat G, mat S, mat P, const minibatch *batch);

/* ---- optimise.c: how the gradient becomes a step ------------------------------------------------------------------------------------- */

enum { NET_MOMENTS = 2 }; /* the most that an optimiser has */

/* What (37) to (42) are done with. Only the settings of its kind are looked at. */
typedef struct {
    net_optimiser_kind kind;
    double momentum;           /* (38), (39) */
    double beta1, beta2, eps;  /* (40) */
    double weight_decay;       /* (41) */
    double clip, max_norm;     /* (37), (42); 0: never */
} net_optimiser;

/* How many moments it has: nets of the same shape as the trained one, whose parameters are u, or m and v. They are zero at the start. */
int net_moments(const net_optimiser *how);

/* Does net_learn with its fused steps make its step? Else net_step wants a work made NET_WITH_GRADIENTS. */
bool net_is_plain(const net_optimiser *how);

/* (7)-(15), then (16) or (37) to (42): the step of update t, counted from 0, after a forward pass in NET_TRAINING. moment: net_moments of
 * them. Where w has all gradients, they are no gradients afterwards, nor is w->J the loss. */
void net_step(network *net, network *const moment[NET_MOMENTS], net_work *w, const minibatch *batch, double lambda,
              const net_optimiser *how, double eta, long t);

/* ---- tensors.c: all tensors of a net, by role ---------------------------------------------------------------------------------------- */

/* "W", "b", "gamma", "beta", "mean", "var". Static. */
const char *net_tensor_name(net_which which);

/* A vector has one column. A tensor that a layer does not have has no rows. */
typedef struct {
    int rows, cols;
    bool matrix;
} net_tensor_shape;

net_tensor_shape net_shape_of(const net_shape *s, int l, net_which which);

/* How many elements all tensors with one of these roles have. With NET_MAX_INPUTS and widths up to NET_MAX_WIDTH nothing
 * overflows. */
size_t net_elements(const net_shape *s, unsigned roles);

/*
 * One walk over the tensors that a net has, layer by layer:
 *
 *     for (net_walk t = net_each_tensor(net, NET_PARAMETER); net_next_tensor(&t);) use(t.l, t.which, t.M);
 *
 * Who may only read the network may only read the tensors: M is no const.
 */
typedef struct {
    const network *net;
    unsigned roles;
    int l;           /* of the current tensor: its layer, */
    net_which which; /* which of the layer's it is, */
    mat M;           /* and its elements */
} net_walk;

net_walk net_each_tensor(const network *net, unsigned roles);
bool net_next_tensor(net_walk *walk);

/* The tensor at the same place of another net of the same shape. */
mat net_same_tensor(const network *net, const net_walk *walk);

/* Member `which` (below NET_PARAMETERS) of a layer's parameters, or of their gradients. */
mat net_tensor(const net_tensors *tensors, net_which which);

/* ---- shape.c: memory, and numbers in and out ----------------------------------------------------------------------------------------- */

/* Bytes of the block of a network of this shape, and of a work for it. */
size_t net_bytes(const backend *ops, const net_shape *shape);
size_t net_work_bytes(const backend *ops, const net_shape *shape, int n_max, net_use use);

/* A net of this shape with every element zero and gamma one, and room for mini-batches of up to n_max images. */
strata_status net_create(const backend *ops, const net_shape *shape, network **out);
void net_free(network *net);
strata_status net_work_create(const network *net, int n_max, net_use use, net_work **out);
void net_work_free(net_work *w);

/* dst = src: parameters, averages and `started`. Their backends may differ, their shapes not. */
void net_copy(network *dst, const network *src);

/* Elements of the largest tensor. */
size_t net_largest(const network *net);

/* The real parts of all elements of M, for any backend. out: [mat_elements(M)] */
void net_reals(const backend *ops, mat M, double *out);

/* The real number in a 1 x 1 mat (the loss, the cost), or its imaginary part in a complex backend. */
double net_real(const backend *ops, mat J);
double net_imaginary(const backend *ops, mat J);

/* ---- init.c -------------------------------------------------------------------------------------------------------------------------- */

typedef enum { NET_INIT_HE, NET_INIT_XAVIER, NET_INIT_SIGMA } net_init_kind;

/* Draws W of layer l from the stream init/<l> of the seed (docs/math.md, Initialisation). b = beta = 0, gamma = 1, averages not started.
 * Only NET_INIT_SIGMA uses sigma. g may be NULL. When it says stop, this returns STRATA_STOPPED and leaves part of the network undrawn. */
strata_status net_init(network *net, net_init_kind kind, double sigma, uint64_t seed, const going *g);

#endif
