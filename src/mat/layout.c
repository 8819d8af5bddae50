/* Where mats lie and who works on them: one layout, run once to count and once to place, so that sizes and addresses cannot disagree. */
#include "mat.h"

#ifdef _OPENMP
#include <omp.h>
#endif
#include <unistd.h>

enum { ALIGNMENT = 64 };

mat mat_take(mat_arena *arena, const backend *o, int rows, int cols)
{
    mat M = { arena->base == NULL ? NULL : arena->base + arena->used, rows, cols };
    size_t bytes = mat_elements(M) * o->element;
    arena->used += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return M;
}

mat mat_take_pixels(mat_arena *arena, const backend *o, int rows, int cols)
{
    mat X = mat_take(arena, o, rows, cols);
    arena->used += (o->pixels_extra + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return X;
}

mat mat_first(mat M, int n)
{
    return (mat){ M.p, M.rows, n };
}

mat mat_at(const backend *o, mat M, size_t e)
{
    return (mat){ (char *)M.p + e * o->element, 1, 1 };
}

int mat_set_threads(int threads)
{
#ifdef _OPENMP
    int before = omp_get_max_threads();
    omp_set_num_threads(threads > 0 ? threads : 1);
    return before;
#else
    (void)threads;
    return 1;
#endif
}

int mat_threads(void)
{
#ifdef _OPENMP
    return omp_in_parallel() ? 1 : omp_get_max_threads();
#else
    return 1;
#endif
}

/* A parallel region of one thread would take memory for its team at every call, so there is none. */
void mat_in_parts(mat_part *part, const void *all, int parts, double products)
{
    static const double worth = 4e6;
    if (products <= worth || mat_threads() == 1) {
        for (int number = 0; number < parts; number++) part(all, number);
        return;
    }
#pragma omp parallel for schedule(static)
    for (int number = 0; number < parts; number++) part(all, number);
}

int mat_cores(void)
{
#ifdef _OPENMP
    return omp_get_num_procs(); /* heeds the process's affinity */
#else
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores > 0 ? (int)cores : 1;
#endif
}
