/* The second opinion: docs/math.md once more, in scalar double precision, for the tests to compare the real network with.
 *
 * It refuses to be fast, to be general and to share anything with src/: no matrix type, no backend, no arena, no random numbers,
 * no error codes. A caller's mistake or a lack of memory prints a sentence and aborts, because only tests call it. Numbers in
 * brackets are the equations of docs/math.md; its letters are used throughout. Every matrix is column-major and a column is an
 * image: element (i, j) of an [m x n] matrix A is A[i + j*m]. Indices of layers start at 1, everything else at 0.
 */
#ifndef ORACLE_H
#define ORACLE_H

enum { ORACLE_MAX_LAYERS = 16 };

/* Parameters and running averages; a gradient is another oracle_net of the same shape, of which mean, var and started mean nothing. */
typedef struct {
    int k;                                /* layers, 1 .. ORACLE_MAX_LAYERS; layer k is the output layer   */
    int width[ORACLE_MAX_LAYERS + 1];     /* width[0] = d inputs, width[l] = units of layer l, width[k] = C */
    int bn;                               /* 1: layers 1 .. k-1 have batch normalisation                   */
    double eps, alpha, lambda;
    int started;                          /* 0 until oracle_update has made the averages of (17)           */
    double *W[ORACLE_MAX_LAYERS + 1];     /* [width[l] x width[l-1]]                                       */
    double *b[ORACLE_MAX_LAYERS + 1];     /* [width[l]]                                                    */
    double *gamma[ORACLE_MAX_LAYERS + 1]; /* [width[l]], as the next three; NULL where there is no BN      */
    double *beta[ORACLE_MAX_LAYERS + 1];
    double *mean[ORACLE_MAX_LAYERS + 1];  /* mu_av                                                         */
    double *var[ORACLE_MAX_LAYERS + 1];   /* v_av, biased                                                  */
} oracle_net;

/* Everything zero except gamma = 1. width has k + 1 elements and is copied. The caller frees; freeing NULL is allowed. */
oracle_net *oracle_new(int k, const int *width, int bn, double eps, double alpha, double lambda);
void oracle_free(oracle_net *net);

/* The mini-batch X [width[0] x n] with labels y in 0 .. C-1, normalised by its own moments; net does not change.
 * loss and cost are those of (6), P is [C x n], gradient has W, b, gamma and beta overwritten by dJ. Any of the four may be NULL. */
void oracle_gradient(const oracle_net *net, int n, const double *X, const int *y, double *loss, double *cost, double *P,
                     oracle_net *gradient);

/* The same images normalised by the running averages, which must exist if there is BN. correct counts the columns whose largest P,
 * the first on a tie, is at y. P, loss, cost and correct may be NULL. */
void oracle_evaluate(const oracle_net *net, int n, const double *X, const int *y, double *P, double *loss, double *cost, int *correct);

/* One update: forward with the moments of the mini-batch, averages (17), gradients at the old parameters, (16) with the rate eta. */
void oracle_update(oracle_net *net, int n, const double *X, const int *y, double eta);

/* The learning rate (18) of update t = 0, 1, 2 ... */
double oracle_eta(long t, long n_s, double eta_min, double eta_max);

/* mean[d] and std[d] of (0) from count images of d bytes each, image after image. std is what (0) divides by: where all images
 * agree it is 1, and that is decided in integers, so rounding cannot turn a constant dimension into one of deviation 1e-17. */
void oracle_moments_of_pixels(const unsigned char *train, long count, int d, double *mean, double *std);

#endif
