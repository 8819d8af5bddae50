/*
 * Loss, cost and accuracy over a whole part of a data set, in chunks of a fixed size, so that a result does not depend on who computes it.
 */
#ifndef STRATA_TRAIN_EVALUATE_H
#define STRATA_TRAIN_EVALUATE_H

#include "net.h"
#include "split.h"
#include "strata/model.h"

enum { EVALUATE_CHUNK = 192 }; /* images: 590 KB of bytes, three whole panels of the widest kernels (src/mat/cpu/product.c) */

/* w: made for at least EVALUATE_CHUNK images, forward only. The sum over chunks is in double. net is only read. Before
 * each chunk g, which may be NULL, is asked; when it says no, false is returned and *out is as it was. */
bool evaluate_part(const network *net, net_work *w, const strata_data *data, const standardisation *s, int n_train, int n_val,
                   strata_part part, double lambda, const going *g, strata_score *out);

#endif
