/* The list of backends: one row each. `auto` is the fastest here, and every run records what it became. */
#include "mat.h"

#include <string.h>

mat_backend_row mat_backend_at(size_t number)
{
    switch (number) {
    case 0: return (mat_backend_row){ "cpu", mat_cpu()->description, mat_cpu(), "" };
    case 1:
        return (mat_backend_row){ "blas", "single precision, products by OpenBLAS", mat_blas(),
                                  "install libopenblas-dev and build again" };
    case 2: return (mat_backend_row){ "ref32", mat_ref32.description, &mat_ref32, "" };
    case 3: return (mat_backend_row){ "ref64", mat_ref64.description, &mat_ref64, "" };
    case 4: return (mat_backend_row){ "refc64", mat_refc64.description, &mat_refc64, "" };
    default: return (mat_backend_row){ 0 };
    }
}

const backend *mat_backend_bf16(const backend *ops)
{
    return ops == mat_cpu() ? mat_cpu_bf16() : ops;
}

const backend *mat_backend_floats(const backend *ops)
{
    return ops->floats != NULL ? ops->floats : ops;
}

const backend *mat_backend_for(const backend *ops, const minibatch *batch)
{
    return batch->table != NULL ? mat_backend_floats(ops) : ops;
}

/* The generic kernels are slower than OpenBLAS, which has some for every processor. */
static const backend *fastest(void)
{
    return strcmp(mat_cpu_level(), "generic") == 0 && mat_blas() != NULL ? mat_blas() : mat_cpu();
}

const backend *mat_backend_named(const char *name)
{
    if (strcmp(name, "auto") == 0) return fastest();
    for (size_t b = 0; b < MAT_BACKENDS; b++) {
        mat_backend_row row = mat_backend_at(b);
        if (row.table != NULL && strcmp(name, row.name) == 0) return row.table;
    }
    return NULL;
}
