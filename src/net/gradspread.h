/*
 * All analytic gradients of a net in one array, and, for another backend, how far its gradients may lie from those of ref64. That
 * tolerance is derived, not chosen: rounding in a backend of unit roundoff u is, to the net, an exact computation with every parameter
 * changed by a relative error of at most gamma = 6 sqrt(K) u, K the longest sum (the backward error of inner products, with the
 * probabilistic constant of Higham and Mary, SIAM J. Sci. Comput. 41(5), 2019). ref64 itself is run with such changes, at random, and the
 * tolerance is four times the largest change of the tensor's gradient that was seen; for db, which under BN is a sum that cancels to zero,
 * at least four times gamma times the mean of what it sums.
 */
#ifndef STRATA_NET_GRADSPREAD_H
#define STRATA_NET_GRADSPREAD_H

#include "gradcheck.h"

typedef struct {
    double *reference; /* every gradient by ref64, tensor after tensor */
    double *checked;   /* the gradients under check: the same, or the other backend's */
    double cost;       /* J by ref64 */
    double magnitude[NET_MAX_LAYERS + 1];              /* largest row mean of |G| */
    double tolerance[NET_MAX_LAYERS + 1][NET_TENSORS]; /* STRATA_AGAINST_REF64 */
} gradspread;

/* On failure the members are still to be freed. */
strata_status gradspread_compute(const gradcheck_task *task, gradspread *out);
void gradspread_free(gradspread *g);

/* Where the gradient of a tensor starts in the arrays. */
size_t gradspread_offset(const net *q, int l, int which);

#endif
