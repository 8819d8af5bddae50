/*
 * Batch normalisation's statistics, estimated again for parameters that no longer change: (54) and (55) of docs/math.md. Running averages
 * are of parameters that moved meanwhile, and of averaged parameters there are none at all.
 */
#ifndef STRATA_TRAIN_MOMENTS_H
#define STRATA_TRAIN_MOMENTS_H

#include "going.h"
#include "net.h"
#include "split.h"

/* How many doubles an estimation for nets of this shape works in. */
size_t moments_room(const net_shape *shape);

/* The shape of a net to estimate in: nothing is dropped and there is no noise, as in every evaluation. */
net_shape moments_shape(const net_shape *shape);

/*
 * The averages of net, which is of such a shape, become the means of the moments of mini-batches of n_batch examples: of the first `count`
 * of a part, in file order. What does not fill a mini-batch is left out, unless there is no full one. w: made for n_batch examples, for any
 * use; room: [moments_room]. g may be NULL; false when it says stop: then the averages are as they were.
 */
bool moments_estimate(network *net, net_work *w, const split *part, strata_part which, int count, int n_batch, double *room,
                      const going *g);

#endif
