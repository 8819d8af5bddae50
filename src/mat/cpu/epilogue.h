/* What product.c and int8_products.inc share: where a pixel lies, and the epilogue, which makes S, dW or an updated W of finished sums. */
#ifndef STRATA_MAT_CPU_EPILOGUE_H
#define STRATA_MAT_CPU_EPILOGUE_H

#include "invariant.h"
#include "kernels.h"
#include "vec.h"

/* The d pixels of image j. */
INLINE const uint8_t *image_bytes(mat X, int j)
{
    return (const uint8_t *)X.p + CPU_PIXELS_HEAD + (size_t)j * (size_t)X.rows;
}

/* all / each, rounded up */
INLINE int parts_of(int all, int each)
{
    return (all + each - 1) / each;
}

typedef enum { SUM, GRADIENT, DESCENT } epilogue_kind; /* S = sum; dW = sum/n + 2 lambda W; W -= eta (sum/n + 2 lambda W) */

typedef struct {
    epilogue_kind what;
    float *out;       /* its columns are `stride` apart */
    const float *W;   /* GRADIENT: laid out as out */
    size_t stride;
    float inverse_n, decay, eta;
} epilogue;

/* Stores `count` elements at out + where, made of their sums. */
INLINE void epilogue_store(const epilogue *e, size_t where, int count, vec sum)
{
    if (e->what == GRADIENT) sum = sum * vec_all(e->inverse_n) + vec_all(e->decay) * vec_load_some(e->W + where, count);
    if (e->what == DESCENT) {
        vec W = vec_load_some(e->out + where, count);
        sum = W - vec_all(e->eta) * (sum * vec_all(e->inverse_n) + vec_all(e->decay) * W);
    }
    vec_store_some(e->out + where, count, sum);
}

INLINE epilogue gradient_epilogue(epilogue_kind what, mat out, mat W, double lambda, double eta, int n)
{
    return (epilogue){ what, at(out), at(W), (size_t)out.rows, 1 / (float)n, (float)(2 * lambda), (float)eta };
}

#endif
