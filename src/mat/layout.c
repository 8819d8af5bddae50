/* Takes mats from an arena. The same calls count bytes (base NULL) and then place, so sizes and addresses cannot disagree. */
#include "mat.h"

enum { ALIGNMENT = 64 };

mat mat_take(mat_arena *arena, const backend *ops, int rows, int cols)
{
    mat M = { arena->base == NULL ? NULL : arena->base + arena->used, rows, cols };
    size_t bytes = mat_elements(M) * ops->element;
    arena->used += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return M;
}

mat mat_take_input(mat_arena *arena, const backend *ops, int rows, int cols)
{
    mat X = mat_take(arena, ops, rows, cols);
    arena->used += (ops->input_extra + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return X;
}

mat mat_first(mat M, int n)
{
    return (mat){ M.p, M.rows, n };
}

mat mat_at(const backend *ops, mat M, size_t e)
{
    return (mat){ (char *)M.p + e * ops->element, 1, 1 };
}
