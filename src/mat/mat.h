/*
 * Matrices, and the closed table of verbs that act on them. net.c speaks these verbs and nothing else. A BACKEND is one table of verbs and
 * owns its element type, so the one net.c runs in double, in float, in double complex, and on faster tables.
 *
 * A mat is a view: address, rows, columns. Column-major: element (i, j) is number i + j * rows. Columns are images. Only the backend
 * that made a mat understands its elements. Scalars cross as double. A vector is a mat with one column.
 *
 * Shapes are the caller's duty; INVARIANT checks them in debug builds. A verb cannot fail, allocates nothing, and writes every element of
 * its output, which is the first argument. An output may be the same mat as an input only where the comment says "in place".
 *
 * mat_ref.inc is the definition of every verb. A faster verb overrides one entry of a table, and tests/check_mat.c compares it with ref64
 * under a derived tolerance (docs/decisions/0003).
 *
 * Any number of threads may call verbs at once on mats that do not overlap. A verb may use the calling thread's team (mat_team.h). Threads
 * share out the elements of the output and never the terms of one sum, so their number changes no bit.
 */
#ifndef STRATA_MAT_MAT_H
#define STRATA_MAT_MAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "random.h"
#include "status.h"

typedef struct {
    void *p;
    int rows, cols;
} mat;

/* The patches of (21): the side of one, the image, and how many an image has, n_p. side 0: there are none, and count is 1. */
typedef struct {
    int side, height, width, channels, count;
} mat_patches;

/*
 * A mini-batch as it lies in the data set, of bytes or of floats: example j is the first `d` elements at image + index[j] * stride or at
 * table + index[j] * stride, its label is label[index[j]]. (0) of docs/math.md is
 *
 *                     the definition               the float backends, whose scale and shift are rounded to float
 *     bytes p         X0 = (p/255 - mean) inv_std   X0 = p scale + shift        scale = inv_std/255, shift = -mean inv_std
 *     floats x        X0 = (x - mean) inv_std       X0 = (x - shift) scale      scale = inv_std,     shift = mean
 *
 * A feature's mean may be far larger than its deviation. So a float loses the shift first, which is exact or nearly so for x near the mean;
 * what rounding the mean to a float leaves is the same in every example. Folded as for bytes, x scale would round away what tells
 * examples apart.
 */
typedef struct {
    const uint8_t *image;         /* bytes; NULL: */
    const float *table;           /* floats. One of the two is NULL */
    const uint16_t *label;
    size_t stride;                /* elements from an example to the next */
    const uint32_t *index;        /* [n] */
    int n, d;
    int after;                    /* the index goes on with so many examples that are wanted next, and may be fetched in time; 0: unknown */
    const double *mean, *inv_std; /* [d] */
    const float *scale, *shift;   /* [d] */
    mat_patches patch;            /* count is not looked at where side is 0 */
    const float *patch_scale, *patch_shift; /* [channels side side]: scale and shift where all patches share them; NULL where they do not */
    double smoothing;             /* e of docs/math.md, "smoothed labels"; 0 in every evaluation */
    uint64_t seed;                /* of the streams of dropout and noise, */
    uint64_t draw;                /* and t of their numbers */
} minibatch;

typedef struct backend backend;
struct backend {
    const char *name, *description;
    size_t element;     /* bytes of an element */
    int parts;          /* doubles of an element in put and get: 1, or 2 (real, imaginary) */
    double unit;        /* unit roundoff u of the element type */
    double input_unit;  /* unit roundoff to which an input verb may round W or G first; 0: it does not */
    size_t input_extra; /* bytes that the X of load_minibatch needs beyond its elements */
    bool steps_alone;   /* sgd_step_input and sgd_step_weights do not touch their dW, which may have no rows */
    bool mixes_columns; /* a column of affine may have other bits among other columns, or in another place */
    const backend *floats; /* the table for mini-batches of floats; NULL in such a table */

    /* Numbers in and out: rows * cols * parts doubles, column-major. perturb adds h to element e, or i h in the complex backend. */
    void (*put)(mat to, const double *from);
    void (*get)(double *to, mat from);
    void (*get_input)(double *to, mat X); /* X from load_minibatch, whose layout is the backend's own */
    void (*perturb)(mat M, size_t e, double h);
    void (*fill)(mat M, double x);
    void (*copy)(mat to, mat from);

    /* Forward. */
    void (*load_minibatch)(mat X, const minibatch *batch);                         /* (0)(21) X = the mini-batch as this table wants it */
    void (*affine_input)(mat S, mat W, mat X, mat b);                              /* (1)     S = W X + b 1', X from (0) */
    void (*affine)(mat S, mat W, mat X, mat b);                                    /* (1)(5)  S = W X + b 1' */
    void (*moments)(mat mu, mat v, mat S);                                         /*         mean and biased variance of each row of S */
    void (*standardise)(mat Shat, mat S, mat mu, mat v, double eps);               /* (2)     Shat = (v + eps)^-1/2 (S - mu 1') */
    void (*scale_shift)(mat T, mat gamma, mat Shat, mat beta);                     /* (3)     T = gamma . Shat + beta */
    void (*column_moments)(mat mu, mat v, mat S);                                  /*         mean and biased variance of each column */
    void (*standardise_columns)(mat Shat, mat S, mat mu, mat v, double eps);       /* (27)    Shat = (S - 1 mu') . 1 ((v + eps)^-1/2)' */
    void (*add)(mat S, mat X);                                                     /* (29)(30) S = S + X */
    void (*relu)(mat X, mat T);                                                    /* (4)     X = max(0, T), in place */
    void (*leaky_relu)(mat X, mat T);                                              /* (23)    in place, as all of these */
    void (*gelu)(mat X, mat T);                                                    /* (24) */
    void (*hyperbolic_tangent)(mat X, mat T);                                      /* (25) */
    void (*sigmoid)(mat X, mat T);                                                 /* (26)(35) */
    void (*drop)(mat X, double rate, random_stream s, uint64_t draw);              /* (31)(32) X = X . M / (1 - rate), in place */
    void (*add_noise)(mat X, double sigma, random_stream s, uint64_t draw);        /* (33)    X = X + sigma E */
    void (*softmax)(mat P, mat S);                                                 /* (5)     columns of P = exp(S) / sum exp(S) */
    void (*mean_loss)(mat J, mat S, const minibatch *batch);                       /* (6)     J = -1/n sum_j log P[y_j, j], [1 x 1] */
    void (*add_penalty)(mat J, double lambda, mat W);                              /* (6)     J += lambda ||W||^2 */
    void (*sigmoid_loss)(mat J, mat S, const minibatch *batch);                    /* (35)    J, [1 x 1], from the logits */
    void (*hinge_loss)(mat J, mat S, const minibatch *batch);                      /* (36)    J, [1 x 1] */
    long (*correct)(mat S, const minibatch *batch);                                /*         columns of S whose largest is the label */

    /* Backward. n = number of columns of G. */
    void (*minus_labels)(mat G, mat P, const minibatch *batch);                    /* (7)     G = P - Y, in place */
    void (*sigmoid_minus_labels)(mat G, mat P, const minibatch *batch);            /* (35)    G = (P - Y)/C */
    void (*hinge_back)(mat G, mat S, const minibatch *batch);                      /* (36)    G of S */
    void (*weight_gradient_input)(mat dW, mat G, mat X, double lambda, mat W);     /* (8)     dW = G X'/n + 2 lambda W, X from (0) */
    void (*weight_gradient)(mat dW, mat G, mat X, double lambda, mat W);           /* (8)     dW = G X'/n + 2 lambda W */
    void (*row_means)(mat db, mat G);                                              /* (9)(13) db = G 1/n */
    void (*mul_tn)(mat Gbelow, mat W, mat G);                                      /* (10)    Gbelow = W' G */
    void (*relu_back)(mat G, mat X);                                               /* (11)    G = G . [X > 0] */
    void (*leaky_relu_back)(mat G, mat X);                                         /* (23)    G = G . a'(T), from X = a(T) */
    void (*gelu_back)(mat G, mat T);                                               /* (24)    the same, from T */
    void (*hyperbolic_tangent_back)(mat G, mat X);                                 /* (25) */
    void (*sigmoid_back)(mat G, mat X);                                            /* (26) */
    void (*scale)(mat M, double by);                                               /* (22)(37) M = by M */
    void (*row_mean_products)(mat dgamma, mat G, mat Shat);                        /* (12)    dgamma = (G . Shat) 1/n */
    void (*scale_rows)(mat G, mat gamma);                                          /* (14)    G = gamma . G */
    void (*standardise_back)(mat G, mat Shat, mat v, double eps);                  /* (15)    G = (15) of docs/math.md, in place */
    void (*standardise_columns_back)(mat G, mat Shat, mat v, double eps);          /* (28)    in place */

    /* Update. sgd_step_input is weight_gradient_input into dW, then sgd_step of W by dW; what dW holds afterwards is no result. So is
     * sgd_step_weights with weight_gradient. */
    void (*sgd_step_input)(mat W, double eta, mat G, mat X, double lambda, mat dW);/* (8)(16) W -= eta (G X'/n + 2 lambda W) */
    void (*sgd_step_weights)(mat W, double eta, mat G, mat X, double lambda, mat dW); /* (8)(16) the same for an ordinary X */
    void (*sgd_step)(mat theta, double eta, mat dtheta);                           /* (16)    theta -= eta dtheta */
    void (*average)(mat av, double alpha, mat now);                                /* (17)    av = alpha av + (1 - alpha) now */
    void (*accumulate)(mat u, double momentum, mat g);                             /* (38)(39) u = momentum u + g */
    void (*average_squares)(mat v, double beta, mat g);                            /* (40)    v = beta v + (1 - beta) g . g */
    void (*adam_step)(mat theta, double rate, mat m, mat v, double part, double eps); /* (40) theta -= rate m/(sqrt(v/part) + eps) */
    void (*shrink)(mat theta, double by);                                          /* (41)    theta -= by theta */
    void (*limit_rows)(mat W, double most);                                        /* (42)    a row w with |w| > most becomes w most/|w| */
};

/* The tables. blas is NULL when it was not built in. */
extern const backend mat_ref64, mat_ref32, mat_refc64;
const backend *mat_blas(void);

/* The kernels of src/mat/cpu at the best level that this processor has and the limit allows: generic, avx2, avx512, vnni or amx; on 64-bit
 * Arm generic, neon or dotprod. */
const backend *mat_cpu(void);
const char *mat_cpu_level(void);

/* The levels of this build, whatever the processor has, each better than the one before; NULL behind the last. */
const char *mat_cpu_level_at(size_t number);

/* The same for precision = bf16: the pixel verbs round W or G, with no larger error than rounding to bf16. At levels that would gain
 * nothing it is mat_cpu(). */
const backend *mat_cpu_bf16(void);

/* Limits the level for the whole process. To be called before the first use: tables handed out earlier stay as they are. Fails for a word
 * that is no level. */
strata_status mat_cpu_limit(const char *level);

/* ref64 with random errors as large as the rounding errors of another backend: mat_shaken.c says which. mat_shake chooses for the calling
 * thread: `like` is that backend (NULL: no errors, ref64), seed and draw give the random numbers. The table is for mini-batches of the kind
 * of `batch`. It is not in the list of backends, since it trains nothing. */
backend mat_shaken(const minibatch *batch);
void mat_shake(const backend *like, uint64_t seed, uint64_t draw);

/* What the BLAS says of itself ("OpenBLAS 0.3.21 ... Haswell"), or "none". Static. */
const char *mat_blas_description(void);

enum { MAT_BACKENDS = 5 };

typedef struct {
    const char *name, *description;
    const backend *table; /* NULL: not available here, */
    const char *missing;  /* and this is what to install */
} mat_backend_row;

/* Every backend there is, by number 0..MAT_BACKENDS-1. */
mat_backend_row mat_backend_at(size_t number);

/* The table called name ("auto": the fastest for training here), or NULL. */
const backend *mat_backend_named(const char *name);

/* ops with the pixel verbs of precision = bf16, or ops itself where it has none. */
const backend *mat_backend_bf16(const backend *ops);

/*
 * Mini-batches of floats have a table of their own in every backend, which differs in the input verbs alone: load_minibatch is (0) into an
 * ordinary matrix, of floats or of bytes, and affine_input, weight_gradient_input, sgd_step_input and get_input take that. So it is also
 * the table for bytes whose X0 is changed before it is used: drop and add_noise need an ordinary matrix, and so do patches whose pixels
 * are standardised each by itself. Name and element are the same, so a net may be copied between the two. The table of a table for floats
 * is itself. precision = bf16 rounds what is multiplied with bytes and means nothing here: mat_backend_floats and mat_backend_bf16, in
 * either order, give the plain table for floats.
 */
const backend *mat_backend_floats(const backend *ops);

/* The table of ops that takes this mini-batch: ops for bytes, mat_backend_floats(ops) for floats. */
const backend *mat_backend_for(const backend *ops, const minibatch *batch);

/* ---- memory: measure, then place ----------------------------------------------------------------------------------------------------- */

/* One block of memory for many mats. The caller takes all its mats from an arena {0}, whose `used` is then the size; allocates that much;
 * and takes them again, in the same order, from an arena at that memory. Every mat is 64-byte aligned. */
typedef struct {
    char *base;
    size_t used;
} mat_arena;

mat mat_take(mat_arena *arena, const backend *ops, int rows, int cols);

/* The same for the X of load_minibatch. */
mat mat_take_input(mat_arena *arena, const backend *ops, int rows, int cols);

/* The first n columns of M. */
mat mat_first(mat M, int n);

/* The same elements, down the columns, as a mat of n columns; n divides their number. */
static inline mat mat_in_columns(mat M, int n)
{
    return (mat){ M.p, (int)((size_t)M.rows * (size_t)M.cols / (size_t)n), n };
}

/* Element e of M, counted down the columns, as a 1 x 1 mat. */
mat mat_at(const backend *ops, mat M, size_t e);

/* Inline, because the loops over all elements of a verb ask for it and are to be vectorised. */
static inline size_t mat_elements(mat M)
{
    return (size_t)M.rows * (size_t)M.cols;
}

/* Elements first .. first + count - 1 of M, counted down the columns, as one column. */
static inline mat mat_stretch(const backend *ops, mat M, size_t first, int count)
{
    mat stretch = mat_at(ops, M, first);
    stretch.rows = count;
    return stretch;
}

/* min(most, elements from number `first` on), for loops over M in pieces: for (first = 0; first < mat_elements(M); first += count). */
static inline int mat_at_most(mat M, size_t first, int most)
{
    size_t left = mat_elements(M) - first;
    return left < (size_t)most ? (int)left : most;
}

/* ---- threads ------------------------------------------------------------------------------------------------------------------------- */

/* The threads that verbs called by this thread may use; mat_team.h gives and takes them. */
int mat_threads(void);

/* As many of them as mat_in_parts gives to so many products. */
int mat_threads_for(double products);

/* Computes a verb's output in parts: calls part(all, number) for every number below parts, in any order. The threads of this thread's team
 * share them if the verb has enough products to pay for that. */
typedef void mat_part(const void *all, int number);
void mat_in_parts(mat_part *part, const void *all, int parts, double products);

/* ---- what this processor can do at most ------------------------------------------------------------------------------------------- */

/* Kinds of operation that a level of the cpu backend multiplies and adds with. */
typedef enum { MAT_FLOAT, MAT_BYTES, MAT_PEAKS } mat_peak_kind;

/* Bytes a core of the blocks whose reading is timed. They fit the first-level cache, the second-level, a third-level, and none. (With many
 * cores the last is smaller for each.) */
#define MAT_BLOCKS { 24 * 1024, 192 * 1024, 4 * 1024 * 1024, 64 * 1024 * 1024 }
enum { MAT_BLOCK_COUNT = 4 };

typedef struct {
    double operations[MAT_PEAKS];    /* per second, a multiplication and an addition being two; 0: this level has no such instruction */
    double reads[MAT_BLOCK_COUNT];   /* bytes per second, from a block that is read again and again */
} mat_peak;

/* Measures the peak of `threads` cores together, at the level of mat_cpu(): the best of many short loops, about half a second in all. Fails
 * only when memory is out. */
strata_status mat_peak_measure(int threads, mat_peak *out);

#endif
