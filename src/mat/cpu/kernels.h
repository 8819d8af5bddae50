/*
 * What the kernel sources share with each other and with mat_cpu.c: names per level, and how a mini-batch of pixels lies in memory. Each
 * source is compiled once per level with CPU_LEVEL its name, and LEVEL(products) is then, for instance, mat_cpu_products_avx2.
 */
#ifndef STRATA_MAT_CPU_KERNELS_H
#define STRATA_MAT_CPU_KERNELS_H

#include <string.h>

#include "mat.h"

/* Each writes the verbs of one source, at one level, into a table. */
typedef void cpu_override(backend *table);
cpu_override mat_cpu_products_generic, mat_cpu_loops_generic, mat_cpu_classes_generic, mat_cpu_floats_generic;
cpu_override mat_cpu_products_avx2, mat_cpu_loops_avx2, mat_cpu_classes_avx2, mat_cpu_floats_avx2;
cpu_override mat_cpu_products_avx512, mat_cpu_loops_avx512, mat_cpu_classes_avx512, mat_cpu_floats_avx512;

cpu_override mat_cpu_products_neon, mat_cpu_loops_neon, mat_cpu_classes_neon, mat_cpu_floats_neon;

cpu_override mat_cpu_int8_vnni, mat_cpu_int8_bf16_vnni;
cpu_override mat_cpu_int8_amx, mat_cpu_int8_bf16_amx;
cpu_override mat_cpu_int8_dotprod, mat_cpu_int8_bf16_dotprod;
cpu_override mat_cpu_int8_emulated, mat_cpu_int8_bf16_emulated; /* amx in plain C, for tests alone */

/* The lesser of two numbers; the elements of a mat of floats; its column j. */
static inline int least(int a, int b)
{
    return a < b ? a : b;
}

static inline float *at(mat M)
{
    return M.p;
}

static inline float *column(mat M, int j)
{
    return (float *)M.p + (size_t)j * (size_t)M.rows;
}

#ifdef CPU_LEVEL
#define LEVEL_PASTE(name, level) mat_cpu_##name##_##level
#define LEVEL_EXPAND(name, level) LEVEL_PASTE(name, level)
#define LEVEL(name) LEVEL_EXPAND(name, CPU_LEVEL)
void LEVEL(load_pixels)(mat X, const minibatch *batch);
void LEVEL(load_matrix)(mat X, const minibatch *batch);
void LEVEL(drop)(mat X, double rate, random_stream s, uint64_t draw);
void LEVEL(add_noise)(mat X, double sigma, random_stream s, uint64_t draw);
void LEVEL(affine_input)(mat S, mat W, mat X, mat b);
void LEVEL(weight_gradient_input)(mat dW, mat G, mat X, double lambda, mat W);
void LEVEL(sgd_step_input)(mat W, double eta, mat G, mat X, double lambda, mat dW);

/* The same of the level that has the other verbs of this one: int8_products.inc calls them for sums that are too short, and for a NaN or an
 * infinity. */
#define FLOATS(name) LEVEL_EXPAND(name, CPU_FLOATS)
void FLOATS(affine_input)(mat S, mat W, mat X, mat b);
void FLOATS(weight_gradient_input)(mat dW, mat G, mat X, double lambda, mat W);
void FLOATS(sgd_step_input)(mat W, double eta, mat G, mat X, double lambda, mat dW);
#endif

/*
 * The loops of peak.c, which mat_peak.c times: the most that a level can do. run does `rounds` rounds and returns the number of operations,
 * where a multiplication and an addition are two. It is NULL where the level has no such instruction. numbers: CPU_PEAK_NUMBERS floats,
 * factors below 1 and room for a result.
 */
enum { CPU_PEAK_NUMBERS = 48, CPU_PEAK_READ = 128 };
typedef struct {
    double (*run[MAT_PEAKS])(long rounds, float *numbers);
    void (*read)(const float *from, size_t count, float *numbers); /* count: a multiple of CPU_PEAK_READ */
} cpu_peak;
extern const cpu_peak mat_cpu_peak_generic, mat_cpu_peak_avx2, mat_cpu_peak_avx512, mat_cpu_peak_vnni, mat_cpu_peak_amx, mat_cpu_peak_neon,
    mat_cpu_peak_dotprod;

/* The loops of the level that mat_cpu() has. */
const cpu_peak *mat_cpu_peak(void);

/* X as load_minibatch makes it: this head in CPU_PIXELS_HEAD bytes, then the images [n x d], a byte a pixel, then CPU_PIXELS_TAIL bytes, as
 * vectors read a little behind the last image. */
typedef struct {
    const float *scale, *shift; /* [d], of the mini-batch: X0 = p scale + shift */
    const uint8_t *image;       /* the images that are wanted next: number index[0 .. after - 1], `stride` bytes apart */
    size_t stride;
    const uint32_t *index;
    int after;
} cpu_input;

enum { CPU_PIXELS_HEAD = 64, CPU_PIXELS_TAIL = 64 };

#endif
