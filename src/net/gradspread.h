/*
 * The analytic gradients of a network in one array, and their tolerances: how far rounding may move each. The tolerance is derived:
 *
 *   - The network runs eight times in `shaken` (src/mat/mat_shaken.c), where every result has a random error as large as its rounding may
 *     be. Its parameters move as much as rounding them to the backend's type would.
 *   - The tolerance of a tensor is four times the largest change of its gradient in those runs, against a run of `shaken` without errors.
 *     A wrong gradient is wrong in all of them, so it widens no tolerance.
 *   - Cancellation counts: with batch normalisation of two images, (15) leaves a part eps / (v + eps) of the numbers that it subtracts,
 *     with the rounding errors of those numbers (docs/decisions/0061).
 */
#ifndef STRATA_NET_GRADSPREAD_H
#define STRATA_NET_GRADSPREAD_H

#include "net.h"
#include "strata/gradcheck.h"

/* What is checked. */
typedef struct {
    const network *net;      /* the net, in mat_backend_for(ref64, batch) */
    const minibatch *batch;  /* the mini-batch, of bytes or of floats */
    double lambda;
    uint64_t seed;           /* of the sample and of the perturbations */
    strata_gradcheck_options options;
    const backend *other;    /* of STRATA_AGAINST_REF64: its table for this batch is taken */
} gradcheck_task;

typedef struct {
    double *reference; /* every gradient by ref64, in the order of net_each_tensor */
    double *checked;   /* the gradients under check: the same, or the other backend's */
    double cost;       /* J by ref64 */
    double tolerance[NET_MAX_LAYERS + 1][NET_PARAMETERS]; /* of the gradients under check, for the backend that computed them */
} gradspread;

/* After a failure too, the caller frees *out. */
strata_status gradspread_compute(const gradcheck_task *task, gradspread *out);
void gradspread_free(gradspread *g);

#endif
