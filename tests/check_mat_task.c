/*
 * One call's numbers and memory: operands drawn from named random streams, in doubles, in long doubles and in the elements of the backend,
 * each mat between fences. Numbers depend on the seed, the verb, the kind and the number of the case alone, never on the backend.
 */
#include "check_mat.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "random.h"

const char *const kind_name[KINDS] = { "random", "exact", "slope", "nan", "+inf", "-inf" };

void *memory(size_t bytes)
{
    void *p = aligned_alloc(64, (bytes + 64) / 64 * 64);
    if (p == NULL) exit((fprintf(stderr, "check_mat: no memory\n"), 1));
    return p;
}

size_t bytes_of(const task *k, int a)
{
    return mat_elements(k->M[a]) * k->ops->element + (k->pixels[a] ? k->ops->input_extra : 0);
}

/* The fence behind a block is as long as the block, up to 64 KiB: whoever takes a short chunk for a full one goes far. */
size_t rear_of(const task *k, int a)
{
    size_t pieces = 1 + bytes_of(k, a) / FENCE;
    return FENCE * (pieces < 256 ? pieces : 256);
}

/* NaNs in float and double whose low byte counts, so that a shifted copy of a fence shows too. */
static void put_fence(unsigned char *to, size_t bytes)
{
    for (size_t b = 0; b < FENCE; b++) {
        const unsigned char nan[4] = { (unsigned char)(b / 4), 0xc5, 0xff, 0xff };
        to[b] = nan[b % 4];
    }
    for (size_t b = FENCE; b < bytes; b += FENCE) memcpy(to + b, to, FENCE);
}

/* Patches of an image. */
static int patches(geometry g)
{
    return g.side > 0 ? (g.height / g.side) * (g.width / g.side) : 1;
}

static int length(char letter, shape s, geometry g)
{
    switch (letter) {
    case 'm': return s.m;
    case 'n': return s.n;
    case 'd': return s.d;
    case 'p': return g.channels * g.side * g.side;
    case 'q': return s.n * patches(g);
    default: return 1;
    }
}

/* Element e of some contents. Signs are forced at a few places, so that no test of a kink depends on luck. */
static double number(contents c, bool whole, size_t e, double normal)
{
    double size = whole ? 1 + (int)(fabs(normal) * 1024) % 4 : fabs(normal);
    bool rough = c == ROUGH, negative = normal < 0;
    if (e % 10 == 0 || (rough && e % 5 == 0)) negative = false;
    if (e % 10 == 5 && !rough) negative = true;
    if (rough && e % 5 == 1) negative = true;
    if (rough && e % 7 == 2) size = 0;
    if (c == VARIANCES && whole) return size > 2 ? 3 : 0; /* with eps = 1 the root is 2 or 1 */
    if (c == VARIANCES) return e % 7 == 3 ? 0 : size;
    return (negative ? -size : size) * (c == LOGITS && !whole ? 4 : 1);
}

static void draw(task *k, const check *c, int a)
{
    size_t count = mat_elements(k->M[a]);
    char name[96];
    (void)snprintf(name, sizeof name, "%s/%s/%d/%d", c->v->name, kind_name[c->kind], c->number, a);
    random_stream s = random_named(c->seed, name);
    random_normals(s, 0, count, k->value[a]);
    for (size_t e = 0; e < count; e++) {
        double x = number(c->v->operand[a].contents, c->kind == EXACT, e, k->value[a][e]);
        k->value[a][e] = c->single ? (double)(float)x : x;
        k->slope[a][e] = c->kind == SLOPE ? k->value[a][e] * ((double)random_below(s, 1, e, 2049) - 1024) / 1024 : 0;
    }
    double special = c->kind == NOT_A_NUMBER ? NAN : c->kind == INFINITE ? INFINITY : -INFINITY;
    if (c->kind >= NOT_A_NUMBER && count > 0) k->value[a][random_below(s, 2, 0, count)] = special;
}

/* The inputs in the numbers that they lie in: bytes, or floats around a mean that may be a thousand times their deviation. */
static uint8_t *draw_bytes(random_stream s, const check *c, size_t count)
{
    uint32_t word[4];
    uint8_t *image = memory(count);
    for (size_t e = 0; e < count; e++) {
        if (e % 16 == 0) random_words(s, (uint64_t)c->number, e, word);
        image[e] = (uint8_t)(word[e % 16 / 4] >> e % 4 * 8);
    }
    return image;
}

static float *draw_floats(random_stream s, const check *c, size_t count, size_t stride, const double *mean, const double *inv_std)
{
    double *normal = memory(count * sizeof *normal);
    float *table = memory(count * sizeof *table);
    random_normals(s, (uint64_t)c->number << 32, count, normal);
    for (size_t e = 0; e < count; e++) {
        size_t t = e % stride;
        bool spare = t == stride - 1; /* what lies between two examples */
        double whole = (double)((int)(fabs(normal[e]) * 1024) % 4);
        double deviation = c->kind == EXACT ? (normal[e] < 0 ? -whole : whole) : normal[e] / (spare ? 1 : inv_std[t]);
        table[e] = (float)((spare ? 0 : mean[t]) + deviation);
    }
    free(normal);
    return table;
}

/* Whose mean feature t has: its own, or that of its channel. Tables for bytes know patches with shared means alone. */
static size_t mean_of(const check *c, size_t t)
{
    geometry g = c->cut;
    bool shared = g.side > 0 && (c->ops->floats != NULL || c->number % 8 < 4);
    return shared ? t / ((size_t)g.height * (size_t)g.width) : t;
}

/* mean, inv_std, scale and shift as mat.h has them. EXACT: p/255 255 is p, exactly, for every byte; and so is x - mean of whole numbers. */
static void draw_moments(random_stream s, const check *c, size_t d, bool floats, double *mean, double *inv_std, float *scale, float *shift)
{
    for (size_t t = 0; t < d; t++) {
        size_t f = mean_of(c, t);
        mean[t] = c->kind == EXACT ? (floats ? (double)(f % 5) : 0) : random_uniform(s, 3, f) * (floats && f % 3 == 0 ? 1000 : 1);
        inv_std[t] = c->kind == EXACT ? (floats ? 1 : 255) : 0.5 + 4 * random_uniform(s, 4, f);
        scale[t] = (float)(inv_std[t] / (floats ? 1 : 255));
        shift[t] = (float)(floats ? mean[t] : -mean[t] * inv_std[t]);
    }
}

/* The patches of (21), and their scale and shift where all share them. */
static void cut_into_patches(task *k, const check *c)
{
    geometry g = c->cut;
    size_t rows = (size_t)length('p', c->shape, g), area = (size_t)g.side * (size_t)g.side, plane = (size_t)g.height * (size_t)g.width;
    bool shared = plane > 1 && mean_of(c, 1) == 0;
    float *scale = memory(rows * sizeof *scale), *shift = memory(rows * sizeof *shift);
    for (size_t t = 0; t < rows; t++) scale[t] = k->batch.scale[t / area * plane], shift[t] = k->batch.shift[t / area * plane];
    k->batch.patch.side = g.side, k->batch.patch.height = g.height, k->batch.patch.width = g.width;
    k->batch.patch.channels = g.channels, k->batch.patch.count = patches(g);
    if (shared) k->batch.patch_scale = scale, k->batch.patch_shift = shift;
    k->batch_memory[8] = scale, k->batch_memory[9] = shift;
}

static void draw_batch(task *k, const check *c, bool images)
{
    size_t stored = (size_t)k->n + 3, stride = (size_t)k->d + 1, d = (size_t)k->d;
    bool floats = !draws_bytes(c);
    random_stream s = random_named(c->seed, c->v->name);
    uint16_t *label = memory(stored * sizeof *label);
    uint32_t *index = memory((size_t)k->n * sizeof *index);
    double *mean = memory(d * sizeof *mean), *inv_std = memory(d * sizeof *inv_std);
    float *scale = memory(d * sizeof *scale), *shift = memory(d * sizeof *shift);
    draw_moments(s, c, d, floats, mean, inv_std, scale, shift);
    uint8_t *image = images && !floats ? draw_bytes(s, c, stored * stride) : NULL;
    float *table = images && floats ? draw_floats(s, c, stored * stride, stride, mean, inv_std) : NULL;
    for (size_t j = 0; j < stored; j++) label[j] = (uint16_t)random_below(s, 1, j, k->m > 0 ? (uint64_t)k->m : 1);
    for (int j = 0; j < k->n; j++) index[j] = (uint32_t)random_below(s, 2, (uint64_t)j, stored);
    k->batch = (minibatch){ .image = image, .table = table, .label = label, .stride = stride, .index = index, .n = k->n, .d = k->d,
                            .mean = mean, .inv_std = inv_std, .scale = scale, .shift = shift };
    void *const all[] = { image, table, label, index, mean, inv_std, scale, shift };
    memcpy(k->batch_memory, all, sizeof all);
    if (c->cut.side > 0) cut_into_patches(k, c);
}

/* The feature that is row t of column j, by (21), and the number of its image. */
static size_t feature_of(const task *k, const operand *p, size_t t, size_t j, size_t *image)
{
    size_t f = (size_t)k->cut.side, all = (size_t)patches(k->cut), across = p->contents == PATCHES ? (size_t)k->cut.width / f : 0;
    *image = j;
    if (p->contents == PIXELS) return t;
    *image = j / all;
    size_t patch = j % all, channel = t / (f * f), row = f * (patch / across) + t / f % f, at = f * (patch % across) + t % f;
    return (channel * (size_t)k->cut.height + row) * (size_t)k->cut.width + at;
}

/* x and size of input e of the mini-batch, standardised. */
static void look_at_input(task *k, const verb *v, int a, size_t e)
{
    size_t rows = (size_t)k->M[a].rows, image, t = feature_of(k, &v->operand[a], e % rows, e / rows, &image);
    size_t where = k->batch.index[image] * k->batch.stride + t;
    long double mean = k->batch.mean[t], inv_std = k->batch.inv_std[t];
    long double p = k->batch.table != NULL ? k->batch.table[where] : k->batch.image[where] / 255.0L;
    k->x[a][e] = (p - mean) * inv_std;
    k->size[a][e] = k->batch.table != NULL ? fabsl(k->x[a][e]) + fabsl(mean) * inv_std : (p + fabsl(mean)) * inv_std;
}

/* x and size at value + step slope, which is exact: 24 bits of value, 10 more of slope, 16 of step. */
void look(task *k, const verb *v, long double step)
{
    for (int a = 0; a < OPERANDS && v->operand[a].role != ABSENT; a++) {
        for (size_t e = 0; e < mat_elements(k->M[a]); e++) {
            k->x[a][e] = k->value[a][e] + step * k->slope[a][e];
            k->size[a][e] = fabsl(k->x[a][e]);
            if (k->pixels[a]) look_at_input(k, v, a, e);
        }
    }
}

void task_open(task *k, const check *c)
{
    *k = (task){ .ops = c->ops, .m = c->shape.m, .n = c->shape.n, .d = c->shape.d, .cut = c->cut };
    bool images = false;
    random_stream s = random_named(c->seed, "scalar");
    k->scalar = c->kind == EXACT ? c->v->exact_scalar : pow(10, -4 * random_uniform(s, (uint64_t)c->number, 0));
    for (int a = 0; a < OPERANDS && c->v->operand[a].role != ABSENT; a++) {
        const operand *p = &c->v->operand[a];
        k->M[a] = (mat){ NULL, length(p->rows, c->shape, c->cut), length(p->cols, c->shape, c->cut) };
        size_t count = mat_elements(k->M[a]);
        k->pixels[a] = p->contents >= PIXELS;
        k->block[a] = memory(FENCE + bytes_of(k, a) + rear_of(k, a));
        k->before[a] = memory(FENCE + bytes_of(k, a) + rear_of(k, a));
        k->M[a].p = k->block[a] + FENCE;
        k->value[a] = memory(count * sizeof *k->value[a]);
        k->slope[a] = memory(count * sizeof *k->slope[a]);
        for (size_t e = 0; e < count; e++) k->value[a][e] = k->slope[a][e] = 0;
        k->x[a] = memory(count * sizeof *k->x[a]);
        k->size[a] = memory(count * sizeof *k->size[a]);
        if (k->pixels[a]) images = true;
        if (p->role != OUT && !k->pixels[a]) draw(k, c, a);
    }
    draw_batch(k, c, images);
    look(k, c->v, 0);
}

void task_close(task *k)
{
    for (int a = 0; a < OPERANDS; a++) {
        void *const all[] = { k->block[a], k->before[a], k->value[a], k->slope[a], k->x[a], k->size[a] };
        for (size_t p = 0; p < sizeof all / sizeof all[0]; p++) free(all[p]);
    }
    for (size_t p = 0; p < sizeof k->batch_memory / sizeof k->batch_memory[0]; p++) free(k->batch_memory[p]);
}

/* Fences, inputs and poison as before the first call. */
void task_fill(task *k, const verb *v)
{
    for (int a = 0; a < OPERANDS && v->operand[a].role != ABSENT; a++) {
        size_t count = mat_elements(k->M[a]), bytes = bytes_of(k, a), parts = (size_t)k->ops->parts;
        put_fence(k->block[a], FENCE);
        put_fence(k->block[a] + FENCE + bytes, rear_of(k, a));
        memset(k->M[a].p, 0xff, bytes);
        if (v->operand[a].role != OUT && k->pixels[a]) k->ops->load_minibatch(k->M[a], &k->batch);
        if (v->operand[a].role != OUT && !k->pixels[a]) {
            double *all = memory(count * parts * sizeof *all);
            for (size_t e = 0; e < count; e++) {
                all[e * parts] = k->value[a][e];
                if (parts == 2) all[e * parts + 1] = IMAGINARY * k->slope[a][e];
            }
            k->ops->put(k->M[a], all);
            free(all);
        }
        memcpy(k->before[a], k->block[a], FENCE + bytes + rear_of(k, a));
    }
}
