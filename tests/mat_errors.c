/*
 * How far the first layer's two products are from those of ref64, for every table of this machine: the root mean square of the error and
 * the largest error, both over the root mean square of the result. On 100 images of a CIFAR-10 file, standardised by their own statistics,
 * with He weights, and with normal numbers for G, then with their cubes, whose tails are heavy. docs/decisions/0010 shows its output:
 *
 *     mat_errors [data_batch_1.bin]        without a file: random bytes
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mat.h"
#include "random.h"

enum { GRADIENTS = 2, UNITS = 50, IMAGES = 100, PIXELS = 3072, RECORD = PIXELS + 1 };

typedef struct {
    uint8_t image[IMAGES * PIXELS];
    uint32_t index[IMAGES];
    double mean[PIXELS], inv_std[PIXELS], W[UNITS * PIXELS], G[GRADIENTS][UNITS * IMAGES];
    float scale[PIXELS], shift[PIXELS];
} inputs;

typedef struct {
    double S[UNITS * IMAGES], dW[GRADIENTS][UNITS * PIXELS];
} products;

static int fill(inputs *in, const char *path)
{
    random_stream stream = random_named(1, "errors");
    FILE *f = path != NULL ? fopen(path, "rb") : NULL;
    if (path != NULL && f == NULL) return fprintf(stderr, "mat_errors: %s cannot be opened\n", path), 1;
    for (int j = 0; j < IMAGES; j++) {
        uint8_t record[RECORD];
        for (size_t e = 0; e < RECORD; e++) record[e] = (uint8_t)random_below(stream, (uint64_t)j, e, 256);
        if (f != NULL && fread(record, 1, RECORD, f) != RECORD) return fprintf(stderr, "mat_errors: %s is too short\n", path), fclose(f), 1;
        memcpy(in->image + j * PIXELS, record + 1, PIXELS);
        in->index[j] = (uint32_t)j;
    }
    if (f != NULL) (void)fclose(f);
    for (int t = 0; t < PIXELS; t++) {
        double sum = 0, squares = 0;
        for (int j = 0; j < IMAGES; j++) sum += in->image[j * PIXELS + t] / 255.0;
        for (int j = 0; j < IMAGES; j++) squares += pow(in->image[j * PIXELS + t] / 255.0 - sum / IMAGES, 2);
        in->mean[t] = sum / IMAGES;
        in->inv_std[t] = 1 / sqrt(squares / IMAGES + 1e-12);
        in->scale[t] = (float)(in->inv_std[t] / 255);
        in->shift[t] = (float)(-in->mean[t] * in->inv_std[t]);
    }
    random_normals(stream, 0, UNITS * PIXELS, in->W);
    random_normals(stream, UNITS * PIXELS, UNITS * IMAGES, in->G[0]);
    for (size_t e = 0; e < UNITS * PIXELS; e++) in->W[e] = (float)(in->W[e] * sqrt(2.0 / PIXELS));
    for (size_t e = 0; e < UNITS * IMAGES; e++) {
        in->G[0][e] = (float)in->G[0][e];
        in->G[1][e] = (float)pow(in->G[0][e], 3);
    }
    return 0;
}

static void multiply(const backend *ops, const inputs *in, products *out)
{
    const minibatch batch = { .image = in->image, .stride = PIXELS, .index = in->index, .n = IMAGES, .d = PIXELS, .mean = in->mean,
                           .inv_std = in->inv_std, .scale = in->scale, .shift = in->shift };
    mat_arena arena = { 0 };
    mat W, X, S, b, G, dW;
    for (void *block = NULL;;) {
        W = mat_take(&arena, ops, UNITS, PIXELS), dW = mat_take(&arena, ops, UNITS, PIXELS), b = mat_take(&arena, ops, UNITS, 1);
        X = mat_take_input(&arena, ops, PIXELS, IMAGES), S = mat_take(&arena, ops, UNITS, IMAGES), G = mat_take(&arena, ops, UNITS, IMAGES);
        if (block != NULL) break;
        block = aligned_alloc(64, (arena.used / 64 + 1) * 64);
        if (block == NULL) abort();
        arena = (mat_arena){ block, 0 };
    }
    ops->put(W, in->W), ops->fill(b, 0);
    ops->load_minibatch(X, &batch);
    ops->affine_input(S, W, X, b);
    ops->get(out->S, S);
    for (int g = 0; g < GRADIENTS; g++) {
        ops->put(G, in->G[g]);
        ops->weight_gradient_input(dW, G, X, 0, W);
        ops->get(out->dW[g], dW);
    }
    free(arena.base);
}

static void print_errors(const double *got, const double *want, size_t count)
{
    double squares = 0, errors = 0, largest = 0;
    for (size_t e = 0; e < count; e++) {
        double error = fabs(got[e] - want[e]);
        squares += want[e] * want[e];
        errors += error * error;
        if (!(error <= largest)) largest = error; /* a NaN is the largest */
    }
    printf("  %9.1e %9.1e", sqrt(errors / squares), largest / sqrt(squares / (double)count));
}

static void report(const char *name, const backend *ops, const inputs *in, const products *want)
{
    static products got;
    if (ops == NULL) return;
    multiply(ops, in, &got);
    printf("%-14s", name);
    print_errors(got.S, want->S, UNITS * IMAGES);
    for (int g = 0; g < GRADIENTS; g++) print_errors(got.dW[g], want->dW[g], UNITS * PIXELS);
    printf("\n");
}

int main(int arguments, char **argument)
{
    static inputs in;
    static products want;
    const char *level;
    if (fill(&in, arguments > 1 ? argument[1] : NULL) != 0) return 1;
    multiply(&mat_ref64, &in, &want);
    printf("%-14s  %9s %9s  %9s %9s  %9s %9s\n", "who", "S", "largest", "dW", "largest", "G cubed", "largest");
    report("ref32", &mat_ref32, &in, &want);
    report("blas", mat_blas(), &in, &want);
    for (size_t l = 0; (level = mat_cpu_level_at(l)) != NULL; l++) {
        char name[32];
        if (mat_cpu_limit(level) != STRATA_OK || strcmp(mat_cpu_level(), level) != 0) continue;
        report(level, mat_cpu(), &in, &want);
        (void)snprintf(name, sizeof name, "%s, bf16", level);
        if (mat_cpu_bf16() != mat_cpu()) report(name, mat_cpu_bf16(), &in, &want);
    }
    return 0;
}
