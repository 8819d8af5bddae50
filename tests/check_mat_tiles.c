/*
 * The level amx on processors that have no tiles: its kernels compiled over tiles in plain C (src/mat/cpu/tiles.h) are a backend like any
 * other, and since whole numbers leave no room for another result they must have the bits of vnni, at every shape around a tile's edges.
 */
#include "check_mat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "random.h"

#if STRATA_EMULATED
#include "kernels.h"

enum { IMAGES_STORED = 40 };

/* One call of each pixel verb: S, dW and W after the step, one after the other. To be freed. */
static float *results(const backend *ops, shape s, uint64_t seed)
{
    random_stream stream = random_named(seed, "tiles");
    size_t m = (size_t)s.m, n = (size_t)s.n, d = (size_t)s.d, weights = m * d, most = weights > m * n ? weights : m * n;
    double *numbers = memory((most + d) * sizeof(double));
    uint8_t *image = memory(IMAGES_STORED * d);
    uint32_t *index = memory(n * sizeof *index);
    float *scale = memory(2 * d * sizeof *scale), *out = memory((m * n + 2 * weights) * sizeof *out);
    for (size_t e = 0; e < IMAGES_STORED * d; e++) image[e] = (uint8_t)random_below(stream, 1, e, 256);
    for (size_t j = 0; j < n; j++) index[j] = (uint32_t)random_below(stream, 2, j, IMAGES_STORED);
    for (size_t t = 0; t < 2 * d; t++) scale[t] = (float)random_uniform(stream, 3, t) / 64;
    const minibatch batch = { .image = image, .stride = d, .index = index, .n = s.n, .d = s.d, .scale = scale, .shift = scale + d };
    mat_arena arena = { 0 };
    mat W, X, S, b, G, dW;
    void *block = NULL;
    for (int placed = 0; placed < 2; placed++) {
        W = mat_take(&arena, ops, s.m, s.d), dW = mat_take(&arena, ops, s.m, s.d), X = mat_take_input(&arena, ops, s.d, s.n);
        S = mat_take(&arena, ops, s.m, s.n), G = mat_take(&arena, ops, s.m, s.n), b = mat_take(&arena, ops, s.m, 1);
        if (placed == 0) arena = (mat_arena){ block = memory(arena.used + 64), 0 };
    }
    random_normals(stream, 0, weights, numbers), ops->put(W, numbers);
    random_normals(stream, 1U << 30, m * n, numbers), ops->put(G, numbers), ops->put(b, numbers);
    ops->load_minibatch(X, &batch);
    ops->affine_input(S, W, X, b);
    ops->weight_gradient_input(dW, G, X, 0.005, W);
    ops->sgd_step_input(W, 0.1, G, X, 0.005, dW);
    memcpy(out, S.p, m * n * sizeof *out);
    memcpy(out + m * n, dW.p, weights * sizeof *out);
    memcpy(out + m * n + weights, W.p, weights * sizeof *out);
    free(numbers), free(image), free(index), free(scale), free(block);
    return out;
}

/* Around the edges of tiles (16 rows, 16 lanes, 64 bytes), of blocks of units and of panels. */
static void check_bits(session *s, const backend *vnni, const backend *tiles, const char *what)
{
    static const int units[] = { 1, 6, 50, 54, 81, 130 }, images[] = { 33, 64, 100 }, inputs[] = { 63, 64, 400 };
    enum { U = sizeof units / sizeof *units, I = sizeof images / sizeof *images, T = sizeof inputs / sizeof *inputs };
    long passed = s->passed, failed = s->failed;
    for (int c = 0; c < U * I * T; c++) {
        shape at = { units[c % U], images[c / U % I], inputs[c / U / I] };
        float *a = results(vnni, at, s->seed + (uint64_t)c), *b = results(tiles, at, s->seed + (uint64_t)c);
        size_t bytes = sizeof(float) * (size_t)at.m * (size_t)(at.n + 2 * at.d);
        bool same = memcmp(a, b, bytes) == 0;
        if (!same) printf("%s: other bits than vnni at %d units, %d images, %d inputs\n", what, at.m, at.n, at.d);
        count(s, same);
        free(a), free(b);
    }
    printf("%s, bits of vnni: %ld passed, %ld failed\n", what, s->passed - passed, s->failed - failed);
}

/* The verbs that are not those of vnni to the letter. */
static void check_pixel_verbs(session *s, const backend *ops, const char *what)
{
    static const char *const names[] = { "affine_input", "weight_gradient_input", "sgd_step_input" };
    long passed = s->passed, failed = s->failed;
    for (size_t v = 0; v < sizeof names / sizeof *names; v++) {
        if (s->only == NULL || strcmp(s->only, names[v]) == 0) check_verb(s, verb_named(names[v]), ops);
    }
    printf("%s: %ld passed, %ld failed\n", what, s->passed - passed, s->failed - failed);
}

void check_tiles(session *s)
{
    if (mat_cpu_limit("vnni") != STRATA_OK || strcmp(mat_cpu_level(), "vnni") != 0) {
        printf("cpu amx, tiles in plain C: not on this machine, which has no vnni\n");
        return;
    }
    backend tiles = *mat_cpu(), tiles_bf16 = *mat_cpu_bf16();
    mat_cpu_int8_emulated(&tiles);
    mat_cpu_int8_bf16_emulated(&tiles_bf16);
    check_pixel_verbs(s, &tiles, "cpu amx, tiles in plain C");
    check_pixel_verbs(s, &tiles_bf16, "cpu amx, tiles in plain C, bf16");
    if (s->only != NULL) return;
    check_bits(s, mat_cpu(), &tiles, "amx");
    check_bits(s, mat_cpu_bf16(), &tiles_bf16, "amx, bf16");
}

#else

void check_tiles(session *s)
{
    (void)s;
    printf("cpu amx: not for this processor\n");
}

#endif
