/*
 * Loss, cost and accuracy over a whole part of a data set. They are computed in chunks of a fixed number of images. So the sums have one
 * order, and the result does not depend on the thread that computes it, or on how many threads there are.
 */
#ifndef STRATA_TRAIN_EVALUATE_H
#define STRATA_TRAIN_EVALUATE_H

#include "net.h"
#include "split.h"
#include "strata/model.h"

enum { EVALUATE_CHUNK = 192 }; /* images: 590 KB of bytes, three whole panels of the widest kernels (src/mat/cpu/product.c) */

/* The images whose numbers are in index[0 .. count-1].
 * w: made for at least EVALUATE_CHUNK images and for any use. The sum over chunks is in double. net is only read. g may be NULL.
 * Before each chunk it is asked whether to go on; if not, this returns false and leaves *out as it was. */
bool evaluate_images(const network *net, net_work *w, const strata_data *data, const standardisation *s, const uint32_t *index, int count,
                     double lambda, const going *g, strata_score *out);

/* The same for a whole part. */
bool evaluate_part(const network *net, net_work *w, const strata_data *data, const standardisation *s, int n_train, int n_val,
                   strata_part part, double lambda, const going *g, strata_score *out);

#endif
