/*
 * The gradient check of docs/math.md: every entry of the analytic gradient of net.c against a centred difference (19), or a complex step
 * through the same net.c (20), or, for another backend, against ref64. Who disagrees is classified; nothing is excused that the complex
 * step does not confirm.
 */
#ifndef STRATA_NET_GRADCHECK_H
#define STRATA_NET_GRADCHECK_H

#include "gradspread.h"

/* layer[0 .. k-1] receive the result of layers 1 .. k. */
strata_status gradcheck_run(const gradcheck_task *task, strata_gradcheck_layer *layer);

#endif
