/*
 * The pixel verbs in whole numbers, for processors that add four products of bytes in one step (VNNI): four times the products of a fused
 * multiplication and addition. Pixels are bytes already. The other factor, W . scale or G, is rounded to 24 bits of the largest number of
 * its unit and cut into DIGITS signed bytes, one product each:
 *
 *     q = round(W scale / step) = digit[2] 2^16 + digit[1] 2^8 + digit[0]          step: a power of two, of the unit
 *     T[digit] = sum over t of digit[t] (p[t] - 128)
 *     sum over t of W[t] (scale[t] p[t] + shift[t]) = step (T[2] 2^16 + T[1] 2^8 + T[0]) + sum over t of W[t] (shift[t] + 128 scale[t])
 *
 * Without the 128, which is taken off the finished sum, both parts on the right would be large and cancel. T are sums of whole numbers and
 * exact, in any order, so an element's bits depend on no chunk. The error is half a step a term, 2^-24 to 2^-23 of the unit's largest
 * number, which is what a float of that size has; sums round nowhere, where those of floats round at each addition. Short sums, and units
 * with a NaN or an infinity, go to the plain kernels.
 */
#include "ending.h"

#include <math.h>
#include <stdatomic.h>

enum { DIGITS = 3, ROWS = TILE_VECTORS * V, NC = 2, UNITS = 64, FOURS = 64, PANELS = 4, TERMS_LEAST = 32 };

/* One panel's bytes and the digits of the other factor, four steps of the sum side by side; and the sums. */
typedef struct {
    _Alignas(64) int32_t panel[FOURS * ROWS], T[PANELS][UNITS * DIGITS * ROWS];
} workspace;

typedef struct {
    _Alignas(64) int32_t digit[FOURS * DIGITS * UNITS];
    int32_t middle[DIGITS * UNITS];                  /* 128 times the sum of the digits */
    float inverse[UNITS], step[UNITS], start[UNITS]; /* 1/step; and the sum that pixels of 128 leave */
} factor;

/* ---- the tile ------------------------------------------------------------------------------------------------------------------------ */

INLINE vec_whole load(const int32_t *p)
{
    vec_whole x;
    memcpy(&x, p, sizeof x);
    return x;
}

INLINE vec_half_whole load_half(const int32_t *p)
{
    vec_half_whole x;
    memcpy(&x, p, sizeof x);
    return x;
}

INLINE void tile(int32_t *T, const int32_t *panel, const int32_t *digit, int fours, bool fresh, int nv, bool half, int nc)
{
    vec_whole sum[NC * DIGITS][TILE_VECTORS + 1];
    vec_half_whole rest[NC * DIGITS];
    UNROLL
    for (int c = 0; c < nc * DIGITS; c++) {
        UNROLL
        for (int v = 0; v < nv; v++) sum[c][v] = fresh ? (vec_whole){ 0 } : load(T + c * ROWS + v * V);
        if (half) rest[c] = fresh ? (vec_half_whole){ 0 } : load_half(T + c * ROWS + nv * V);
    }
    for (int k = 0; k < fours; k++, panel += ROWS, digit += DIGITS * UNITS) {
        vec_whole x[TILE_VECTORS + 1];
        vec_half_whole y = { 0 };
        UNROLL
        for (int v = 0; v < nv; v++) x[v] = load(panel + v * V);
        if (half) y = load_half(panel + nv * V);
        UNROLL
        for (int c = 0; c < nc * DIGITS; c++) {
            vec_whole d = (vec_whole){ 0 } + digit[c % DIGITS * UNITS + c / DIGITS];
            UNROLL
            for (int v = 0; v < nv; v++) sum[c][v] = vec_dot(sum[c][v], x[v], d);
            if (half) rest[c] = vec_half_dot(rest[c], y, d);
        }
    }
    UNROLL
    for (int c = 0; c < nc * DIGITS; c++) {
        UNROLL
        for (int v = 0; v < nv; v++) memcpy(T + c * ROWS + v * V, &sum[c][v], sizeof sum[c][v]);
        if (half) memcpy(T + c * ROWS + nv * V, &rest[c], sizeof rest[c]);
    }
}

typedef void tile_function(int32_t *T, const int32_t *panel, const int32_t *digit, int fours, bool fresh);

#define TILE(nv, half)                                                                                             \
    static void tile_##nv##_##half##_1(int32_t *T, const int32_t *panel, const int32_t *digit, int fours, bool fresh) \
    {                                                                                                              \
        tile(T, panel, digit, fours, fresh, nv, half, 1);                                                          \
    }                                                                                                              \
    static void tile_##nv##_##half##_2(int32_t *T, const int32_t *panel, const int32_t *digit, int fours, bool fresh) \
    {                                                                                                              \
        tile(T, panel, digit, fours, fresh, nv, half, 2);                                                          \
    }
#define TILE_NAMES(nv, half) { tile_##nv##_##half##_1, tile_##nv##_##half##_2 },

TILE_HEIGHTS(TILE)

static tile_function *const tiles[2 * TILE_VECTORS][NC] = { TILE_HEIGHTS(TILE_NAMES) };

/* T[unit, digit, row] (+)= the panel's bytes times the digits */
static void multiply(int32_t *T, const int32_t *panel, const factor *f, int rows, int fours, int units, bool fresh)
{
    tile_function *const *widths = tiles[(rows + V / 2 - 1) / (V / 2) - 1];
    for (int c = 0; c < units; c += NC) {
        widths[least(NC, units - c) - 1](T + c * DIGITS * ROWS, panel, f->digit + c, fours, fresh);
    }
}

/* ---- the factor that is no pixel ----------------------------------------------------------------------------------------------------- */

/* Of each unit: its largest number, where pixels of 128 leave the sum, and something that is not 0 where there is a NaN or an infinity. */
typedef struct {
    vec most[UNITS / V], start[UNITS / V], bad[UNITS / V];
} extent;

/* scaled is a constant where this is called: without it, the numbers of G as they are. */
INLINE void look(extent *out, const float *from, size_t stride, int units, int depth, bool scaled, const float *scale, const float *shift)
{
    extent e = { 0 };
    int some[UNITS / V];
    for (int v = 0; v < UNITS / V; v++) some[v] = units < v * V ? 0 : least(V, units - v * V);
    for (int k = 0; k < depth; k++, from += stride) {
        vec by = vec_all(scaled ? scale[k] : 1), to = vec_all(scaled ? shift[k] + 128 * scale[k] : 1);
        UNROLL
        for (int v = 0; v < UNITS / V; v++) {
            vec x = vec_load_some(from + v * V, some[v]), y = scaled ? x * by : x;
            e.most[v] = vec_larger(vec_size(y), e.most[v]);
            e.bad[v] += y * 0;
            e.start[v] = vec_fma(x, to, e.start[v]);
        }
    }
    *out = e;
}

/* The largest number of each unit decides its step. False where there is a NaN or an infinity. */
static bool measure(factor *f, const float *from, size_t stride, int units, int depth, const float *scale, const float *shift)
{
    extent found;
    if (scale != NULL) look(&found, from, stride, units, depth, true, scale, shift);
    else look(&found, from, stride, units, depth, false, NULL, NULL);
    for (int i = 0; i < units; i++) {
        int e;
        if (!(found.bad[i / V][i % V] == 0)) return false;
        float part = frexpf(found.most[i / V][i % V], &e); /* most = part 2^e, part in [1/2, 1) */
        e = (part > 0.98F ? e + 1 : e) - 23;         /* so |q| + 2^15 + 2^7 stays below 2^23 */
        if (e < -120) e = -120;
        if (e > 100) return false;
        f->step[i] = ldexpf(1, e);
        f->inverse[i] = ldexpf(1, -e);
        f->start[i] = found.start[i / V][i % V];
    }
    for (int i = units; i < UNITS; i++) f->inverse[i] = f->step[i] = f->start[i] = 0;
    memset(f->middle, 0, sizeof f->middle);
    return true;
}

/* One four of V units: digit d of the four numbers of each, side by side, and 128 times their sum onto the middle. Adding 2^15 + 2^7 makes
 * every digit but the first a byte from 0 on, of which 2^7 is taken away again by turning its first bit. */
INLINE void cut_four(factor *f, int four, int i, const vec x[4])
{
    vec_whole q[4];
    UNROLL
    for (int b = 0; b < 4; b++) q[b] = (vec_round(x[b] * vec_load(f->inverse + i)) + 0x8080) ^ 0x8080;
    UNROLL
    for (int d = 0; d < DIGITS; d++) {
        vec_whole digits = (q[0] >> 8 * d & 255) | (q[1] >> 8 * d & 255) << 8 | (q[2] >> 8 * d & 255) << 16 | (q[3] >> 8 * d) << 24;
        vec_whole middle = vec_dot(load(f->middle + d * UNITS + i), (vec_whole){ 0 } + (int32_t)0x80808080, digits);
        memcpy(f->middle + d * UNITS + i, &middle, sizeof middle);
        memcpy(f->digit + (four * DIGITS + d) * UNITS + i, &digits, sizeof digits);
    }
}

/* digit[four, digit, unit]; behind the last step of the sum they are 0 */
static void cut(factor *f, const float *from, size_t stride, int units, int depth, const float *scale)
{
    for (int i = 0; i < units; i += V) {
        int some = least(V, units - i);
        for (int k = 0; k < depth; k += 4) {
            vec x[4];
            UNROLL
            for (int b = 0; b < 4; b++) {
                int step = least(k + b, depth - 1);
                x[b] = vec_load_some(from + (size_t)step * stride + i, k + b < depth ? some : 0) * vec_all(scale != NULL ? scale[step] : 1);
            }
            cut_four(f, k / 4, i, x);
        }
    }
}

/* Of unit i, V rows: step (T[2] 2^16 + T[1] 2^8 + T[0]) */
INLINE vec number(const factor *f, const int32_t *T, int i, int row)
{
    vec sum = { 0 };
    UNROLL
    for (int d = DIGITS - 1; d >= 0; d--) {
        vec_whole exact = load(T + (i * DIGITS + d) * ROWS + row) - f->middle[d * UNITS + i];
        sum = vec_fma(sum, vec_all(256), __builtin_convertvector(exact, vec));
    }
    return sum * vec_all(f->step[i]);
}

/* ---- the verbs ----------------------------------------------------------------------------------------------------------------------- */

/* panel[t / 4, j]: fours of bytes of images first .. */
static void pack_turned(int32_t *panel, mat X, int first, int t0, int rows, int fours)
{
    for (int r = 0; r < rows; r += V) {
        for (int k = 0; k < fours; k += V) {
            vec q[V];
            UNROLL
            for (int y = 0; y < V; y++) memcpy(&q[y], image_bytes(X, first + least(r + y, rows - 1)) + t0 + 4 * k, sizeof q[y]);
            vec_transpose(q);
            for (int y = 0; y < V && k + y < fours; y++) memcpy(panel + (k + y) * ROWS + r, &q[y], sizeof q[y]);
        }
    }
}

/* panel[j / 4, t]: fours of images; behind the last image their digits are 0 */
static void pack(int32_t *panel, mat X, int t0, int rows, int n)
{
    for (int j = 0; j < n; j += 4) {
        const uint8_t *image[4];
        for (int b = 0; b < 4; b++) image[b] = image_bytes(X, least(j + b, n - 1)) + t0;
        for (int r = 0; r < rows; r += V) {
            vec_whole x = vec_fours(image[0] + r, image[1] + r, image[2] + r, image[3] + r);
            memcpy(panel + j / 4 * ROWS + r, &x, sizeof x);
        }
    }
}

/* S = start + the numbers of T, turned over: units down the columns */
static void put_images(const factor *f, const int32_t *T, mat S, const float *b, int i0, int j0, int rows, int units)
{
    for (int r = 0; r < rows; r += V) {
        for (int c = 0; c < units; c += V) {
            vec q[V], start = vec_load(f->start + c) + vec_load_some(b + i0 + c, least(V, units - c));
            UNROLL
            for (int y = 0; y < V; y++) q[y] = c + y < units ? number(f, T, c + y, r) : (vec){ 0 };
            vec_transpose(q);
            UNROLL
            for (int y = 0; y < V; y++) {
                if (r + y < rows) vec_store_some(at(S) + (size_t)(j0 + r + y) * (size_t)S.rows + i0 + c, least(V, units - c), q[y] + start);
            }
        }
    }
}

/* (1) for images j0 .. and units i0 .. */
static bool affine_part(mat S, mat W, mat X, mat b, int j0, int images, int i0, int units)
{
    workspace w;
    factor f;
    const cpu_pixels *head = X.p;
    const float *from = at(W) + i0;
    size_t m = (size_t)W.rows;
    if (!measure(&f, from, m, units, W.cols, head->scale, head->shift)) return false;
    for (int t = 0; t < W.cols; t += 4 * FOURS) {
        int depth = least(4 * FOURS, W.cols - t), fours = (depth + 3) / 4;
        cut(&f, from + (size_t)t * m, m, units, depth, head->scale + t);
        for (int p = 0; p * ROWS < images; p++) {
            int rows = least(ROWS, images - p * ROWS);
            pack_turned(w.panel, X, j0 + p * ROWS, t, rows, fours);
            multiply(w.T[p], w.panel, &f, rows, fours, units, t == 0);
        }
    }
    for (int p = 0; p * ROWS < images; p++) put_images(&f, w.T[p], S, at(b), i0, j0 + p * ROWS, least(ROWS, images - p * ROWS), units);
    return true;
}

/* (1)  S = W X0 + b 1' */
static void affine_pixels(mat S, mat W, mat X, mat b)
{
    INVARIANT(S.rows == W.rows && S.cols == X.cols && W.cols == X.rows && b.rows == W.rows);
    int m = S.rows, n = S.cols, threads = mat_threads(), each = (n + threads - 1) / threads;
    int width = least(PANELS * ROWS, (each + V / 2 - 1) / (V / 2) * (V / 2));
    atomic_bool good = W.cols >= TERMS_LEAST;
#pragma omp parallel for schedule(static) if ((double)m * n * W.cols > 4e6)
    for (int j = 0; j < n; j += width) {
        for (int i = 0; i < m && good; i += UNITS) {
            if (!affine_part(S, W, X, b, j, least(width, n - j), i, least(UNITS, m - i))) good = false;
        }
    }
    if (!good) mat_cpu_affine_pixels_avx512(S, W, X, b);
}

/* The numbers of T become dW or a step of W, turned over: columns of units */
static void put_inputs(const factor *f, const int32_t *T, const ending *e, mat X, int i0, int t0, int rows, int units)
{
    const cpu_pixels *head = X.p;
    for (int r = 0; r < rows; r += V) {
        int some = least(V, rows - r);
        vec scale = vec_load_some(head->scale + t0 + r, some), shift = vec_load_some(head->shift + t0 + r, some);
        vec middle = shift + vec_all(128) * scale;
        for (int c = 0; c < units; c += V) {
            vec q[V];
            UNROLL
            for (int y = 0; y < V; y++) {
                q[y] = (vec){ 0 };
                if (c + y < units) q[y] = vec_fma(number(f, T, c + y, r), scale, middle * vec_all(f->start[c + y]));
            }
            vec_transpose(q);
            UNROLL
            for (int y = 0; y < V; y++) {
                if (r + y < rows) end(e, (size_t)(t0 + r + y) * e->stride + (size_t)(i0 + c), least(V, units - c), q[y]);
            }
        }
    }
}

static bool gradient_part(const ending *e, mat G, mat X, int i0, int units)
{
    factor f;
    int n = G.cols, d = X.rows;
    const float *from = at(G) + i0;
    if (!measure(&f, from, (size_t)G.rows, units, n, NULL, NULL)) return false;
    cut(&f, from, (size_t)G.rows, units, n, NULL);
#pragma omp parallel for schedule(static) if ((double)units * n * d > 4e6)
    for (int t = 0; t < d; t += ROWS) {
        int rows = least(ROWS, d - t);
        struct {
            _Alignas(64) int32_t panel[FOURS * ROWS], T[UNITS * DIGITS * ROWS];
        } w;
        pack(w.panel, X, t, rows, n);
        multiply(w.T, w.panel, &f, rows, (n + 3) / 4, units, true);
        put_inputs(&f, w.T, e, X, i0, t, rows, units);
    }
    return true;
}

/* The digits of all images are made once, before the threads share the inputs. A unit's W changes only when all of them are known to be
 * numbers, so nothing is left half done. */
static bool gradient(const ending *e, mat G, mat X)
{
    factor f;
    if (G.cols < TERMS_LEAST || G.cols > 4 * FOURS) return false;
    for (int i = 0; i < G.rows; i += UNITS) {
        if (!measure(&f, at(G) + i, (size_t)G.rows, least(UNITS, G.rows - i), G.cols, NULL, NULL)) return false;
    }
    for (int i = 0; i < G.rows; i += UNITS) (void)gradient_part(e, G, X, i, least(UNITS, G.rows - i));
    return true;
}

/* (8)  dW = G X0'/n + 2 lambda W */
static void weight_gradient_pixels(mat dW, mat G, mat X, double lambda, mat W)
{
    INVARIANT(dW.rows == G.rows && dW.cols == X.rows && G.cols == X.cols && W.rows == dW.rows && W.cols == dW.cols);
    const ending e = gradient_ending(GRADIENT, dW, W, lambda, 0, G.cols);
    if (!gradient(&e, G, X)) mat_cpu_weight_gradient_pixels_avx512(dW, G, X, lambda, W);
}

/* (8)(16)  W -= eta (G X0'/n + 2 lambda W) */
static void descend_pixels(mat W, double eta, mat G, mat X, double lambda, mat dW)
{
    INVARIANT(W.rows == G.rows && W.cols == X.rows && G.cols == X.cols);
    const ending e = gradient_ending(DESCENT, W, W, lambda, eta, G.cols);
    if (!gradient(&e, G, X)) mat_cpu_descend_pixels_avx512(W, eta, G, X, lambda, dW);
}

void LEVEL(whole)(backend *table)
{
    table->affine_pixels = affine_pixels;
    table->weight_gradient_pixels = weight_gradient_pixels;
    table->descend_pixels = descend_pixels;
}
