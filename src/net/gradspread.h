/*
 * All analytic gradients of a net in one array, and how far rounding may carry them. That is derived, not chosen: the net is run in
 * `shaken` (src/mat/mat_shaken.c), which moves every result of every verb at random within its rounding bound, on parameters that are
 * moved as rounding them to the backend's type moves them; the tolerance of a tensor is four times the largest change of its gradient
 * that was seen in eight such runs, against a run of `shaken` without errors: a wrong gradient widens nothing. It counts what cancels:
 * under batch normalisation of two images, (15) leaves a part eps / (v + eps) of what it subtracts, and the roundings of the whole
 * (docs/decisions/0061).
 */
#ifndef STRATA_NET_GRADSPREAD_H
#define STRATA_NET_GRADSPREAD_H

#include "net.h"
#include "strata/gradcheck.h"

/* What is checked. */
typedef struct {
    const network *net;      /* the net, in ref64 */
    const minibatch *batch;  /* the mini-batch */
    double lambda;
    uint64_t seed;           /* of the sample and of the perturbations */
    strata_gradcheck_options options;
    const backend *other;    /* of STRATA_AGAINST_REF64 */
} gradcheck_task;

typedef struct {
    double *reference; /* every gradient by ref64, in the order of net_each_tensor */
    double *checked;   /* the gradients under check: the same, or the other backend's */
    double cost;       /* J by ref64 */
    double tolerance[NET_MAX_LAYERS + 1][NET_PARAMETERS]; /* of the gradients under check, for the roundings of who computed them */
} gradspread;

/* On failure the members are still to be freed. */
strata_status gradspread_compute(const gradcheck_task *task, gradspread *out);
void gradspread_free(gradspread *g);

#endif
