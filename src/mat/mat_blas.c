/*
 * blas: float. OpenBLAS computes the products of the first layer and of larger ones, through CBLAS. All else is ref32, a few loops of it
 * in a faster order. Each call of OpenBLAS uses one thread; our threads share out fixed chunks of the OUTPUT's columns. So every element
 * is one sum in one order, whatever the number of threads. This is the one user of cblas.h.
 */
#include "mat.h"

#include "invariant.h"
#include "patches.h"

#if STRATA_BLAS
#include <cblas.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>

/* Fixed for ever, not tuned per machine: a chunk decides which call of OpenBLAS computes an element, and so perhaps its bits. */
enum { IMAGES_CHUNK = 256, INPUTS_CHUNK = 1536 };

static const double ALWAYS_WORTH = 1e300; /* as many products for mat_in_parts: more than one chunk is always shared out */

static backend table, table_for_floats;
static char description[160];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static float *at(mat M)
{
    return M.p;
}

static float *column(mat M, int j)
{
    return (float *)M.p + (size_t)j * (size_t)M.rows;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* The arguments of a verb. */
typedef struct {
    const minibatch *batch;
    mat S, W, X, b, G;
    double lambda;
} call;

static int chunks(int all, int each)
{
    return (all + each - 1) / each;
}

static void load_chunk(const void *all, int number)
{
    const call *q = all;
    int first = number * IMAGES_CHUNK, last = least(first + IMAGES_CHUNK, q->X.cols);
    for (int j = first; j < last; j++) patches_load_column(column(q->X, j), q->batch, j, q->X.rows);
}

/* (0)(21)  bytes and floats alike */
static void load_minibatch(mat X, const minibatch *batch)
{
    INVARIANT(X.rows == patches_rows(batch) && X.cols == patches_columns(batch));
    mat_in_parts(load_chunk, &(call){ .batch = batch, .X = X }, chunks(X.cols, IMAGES_CHUNK), ALWAYS_WORTH);
}

static void affine_chunk(const void *all, int number)
{
    const call *q = all;
    int first = number * IMAGES_CHUNK, n = least(IMAGES_CHUNK, q->S.cols - first), m = q->S.rows, d = q->W.cols;
    for (int j = first; j < first + n; j++) {
        for (int i = 0; i < m; i++) column(q->S, j)[i] = at(q->b)[i];
    }
    cblas_sgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, m, n, d, 1, at(q->W), m, column(q->X, first), d, 1, column(q->S, first), m);
}

/* (1)(5)  S = b 1', then S += W X */
static void affine(mat S, mat W, mat X, mat b)
{
    INVARIANT(S.rows == W.rows && S.cols == X.cols && W.cols == X.rows && b.rows == W.rows);
    mat_in_parts(affine_chunk, &(call){ .S = S, .W = W, .X = X, .b = b }, chunks(S.cols, IMAGES_CHUNK), ALWAYS_WORTH);
}

static void gradient_chunk(const void *all, int number)
{
    const call *q = all;
    int m = q->S.rows, d = q->X.rows, n = q->G.cols, first = number * INPUTS_CHUNK, count = least(INPUTS_CHUNK, d - first);
    mat_ref32.copy((mat){ column(q->S, first), m, count }, (mat){ column(q->W, first), m, count });
    cblas_sgemm(CblasColMajor, CblasNoTrans, CblasTrans, m, count, n, 1.0F / (float)n, at(q->G), m, at(q->X) + first, d,
                (float)(2 * q->lambda), column(q->S, first), m);
}

/* (8)  dW = W, then dW = G X'/n + 2 lambda dW */
static void weight_gradient(mat dW, mat G, mat X, double lambda, mat W)
{
    INVARIANT(dW.rows == G.rows && dW.cols == X.rows && G.cols == X.cols && W.rows == dW.rows && W.cols == dW.cols);
    mat_in_parts(gradient_chunk, &(call){ .S = dW, .W = W, .X = X, .G = G, .lambda = lambda }, chunks(X.rows, INPUTS_CHUNK), ALWAYS_WORTH);
}

/* (10)  Gbelow = W' G */
static void mul_tn(mat Gbelow, mat W, mat G)
{
    INVARIANT(Gbelow.rows == W.cols && Gbelow.cols == G.cols && W.rows == G.rows);
    cblas_sgemm(CblasColMajor, CblasTrans, CblasNoTrans, W.cols, G.cols, W.rows, 1, at(W), W.rows, at(G), G.rows, 0, at(Gbelow),
                W.cols);
}

/* (8)(16)  the gradient, then the step */
static void sgd_step_input(mat W, double eta, mat G, mat X, double lambda, mat dW)
{
    weight_gradient(dW, G, X, lambda, W);
    mat_ref32.sgd_step(W, eta, dW);
}

static void build_table(void)
{
    openblas_set_num_threads(1);
    (void)snprintf(description, sizeof description, "%s, kernels for %s", openblas_get_config(), openblas_get_corename());
    table = mat_ref32;
    table.name = "blas";
    table.description = "single precision, products by OpenBLAS";
    table.mixes_columns = true;
    table.load_minibatch = load_minibatch;
    table.affine = table.affine_input = affine;
    table.weight_gradient = table.weight_gradient_input = weight_gradient;
    table.mul_tn = mul_tn;
    table.sgd_step_input = sgd_step_input;
    table.sgd_step_weights = sgd_step_input;
    table_for_floats = table;
    table_for_floats.floats = NULL;
    table.floats = &table_for_floats;
}

const backend *mat_blas(void)
{
    pthread_once(&once, build_table);
    return &table;
}

const char *mat_blas_description(void)
{
    pthread_once(&once, build_table);
    return description;
}

#else

const backend *mat_blas(void)
{
    return NULL;
}

const char *mat_blas_description(void)
{
    return "none";
}

#endif
