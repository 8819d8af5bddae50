/*
 * What check_mat.c (the engine), check_mat_verbs.c (what is known of each verb) and check_mat_laws.c share. A verb is one row: its
 * operands, the call, its formula once more in long double with the error that its roundings may make, and a few facts. The engine knows no
 * verb by name.
 */
#ifndef TESTS_CHECK_MAT_H
#define TESTS_CHECK_MAT_H

#include <stdbool.h>
#include <stddef.h>

#include "mat.h"
#include "mat_team.h"

enum { OPERANDS = 4, ANY = 1 << 20 };

typedef enum { ABSENT, IN, OUT, CHANGED } role; /* CHANGED: read and overwritten */

/* NUMBERS are normal. ROUGH: with zeros of both signs, positive and negative elements at known places. VARIANCES: >= 0, some 0. LOGITS: as
 * NUMBERS, four times as large. PIXELS: what load_minibatch makes of the mini-batch, of bytes or of floats; PATCHES: the
 * same, whose columns are the patches of images. */
typedef enum { NUMBERS, ROUGH, VARIANCES, LOGITS, PIXELS, PATCHES } contents;

/* rows and cols are letters: m units, n images, d inputs, p numbers of a patch, q patches of all images, or 1. */
typedef struct {
    const char *name;
    role role;
    char rows, cols;
    contents contents;
} operand;

/* Images of (21), cut into patches; side 0: they are not. */
typedef struct {
    int side, height, width, channels;
} geometry;

/* One call and what it works on: M in the backend's elements, x the same in long double. size is |x|, or for pixels the size of what was
 * added up to make x. slope, where there is one, is the direction of differentiation. */
typedef struct {
    const backend *ops;
    int m, n, d;
    double scalar;            /* eps, lambda, eta, alpha or the number to fill with */
    mat M[OPERANDS];
    bool pixels[OPERANDS];    /* made by load_minibatch, in whatever layout the backend likes */
    unsigned char *block[OPERANDS], *before[OPERANDS]; /* fence, M, fence; and a copy of the three */
    double *value[OPERANDS], *slope[OPERANDS];
    long double *x[OPERANDS], *size[OPERANDS];
    minibatch batch;
    geometry cut;
    void *batch_memory[10];
} task;

/* Element (i, j) of an operand. */
typedef struct {
    int operand, i, j;
} place;

/* What a table of unit roundoff u may make of an element: within tolerance of value. */
typedef struct {
    long double value, tolerance;
} estimate;

enum {
    SMOOTH = 1,         /* differentiable where it is tested */
    IN_PLACE = 2,       /* mat.h allows output 0 and input 1 to be one mat */
    INFINITIES = 4,     /* which of NaN, Inf and numbers comes out of an Inf is settled by the definition */
    NANS = 8,           /* the same of a NaN */
    NEEDS_ROWS = 16,    /* m = 0 makes no sense */
    BOTH_SIGNS = 32,    /* the test must have seen positive and negative outputs */
    SEES_ZERO = 64,     /* the test must have seen outputs that are 0 */
    MAY_VANISH = 128,   /* all outputs 0 can be right */
    PRODUCT = 256,      /* timed in GFLOP/s at the sizes of every layer */
    CLASSES = 512,      /* timed on 10 rows; has labels */
    PARAMETERS = 1024,  /* timed on a matrix of weights */
};

typedef struct {
    const char *name;
    operand operand[OPERANDS];
    void (*call)(const task *k, const mat *a);
    estimate (*truth)(const task *k, place at, double u);
    int facts;
    int exact_images;    /* whole-number inputs give exact results up to this many images; 0: never */
    double exact_scalar;
} verb;

extern const verb verbs[];
extern const size_t verb_count;

/* ---- the engine, check_mat.c ----------------------------------------------------------------------------------------------------- */

typedef enum { RANDOM, EXACT, SLOPE, NOT_A_NUMBER, INFINITE, MINUS_INFINITE, KINDS } kind;

typedef struct {
    int m, n, d;
} shape;

/* One case: seed, verb, kind and number decide the numbers; single: they are rounded to float. */
typedef struct {
    const verb *v;
    const backend *ops;
    kind kind;
    int number;
    shape shape;
    geometry cut;
    uint64_t seed;
    bool single;
} check;

/* What the outputs should be. */
typedef struct {
    long double *value[OPERANDS], *tolerance[OPERANDS], *slope[OPERANDS], *slope_tolerance[OPERANDS];
} wanted;

/* what is NULL where all is well; how names the call (threads, in place). */
typedef struct {
    const char *what, *how;
    place at;
    double got;
    long double want, tolerance;
} verdict;

/* The options and the count. quiet: nothing is printed, and seen is set when a line of failure contains expect. */
typedef struct {
    const char *program, *only, *backend;
    uint64_t seed;
    int cases, threads;
    bool bench, self_test, small;
    long passed, failed, left;
    bool quiet, seen;
    const char *expect;
} session;

/* Does the table take mini-batches of floats? Does the verb take what load_minibatch made, or make it? */
static inline bool takes_floats(const backend *ops)
{
    return ops->floats == NULL;
}
bool of_inputs(const verb *v);
bool of_patches(const verb *v);

/* A table for floats takes bytes too, in every fourth case: as its inputs are made when something changes them before they are used. */
static inline bool draws_bytes(const check *c)
{
    return !takes_floats(c->ops) || c->number % 4 == 3;
}

/* check_mat_task.c. task_fill puts fences, inputs and poison where they were before the first call; look sets x = value + step slope;
 * memory never fails. */
enum { FENCE = 256 };
#define IMAGINARY 1e-30
extern const char *const kind_name[KINDS];
void *memory(size_t bytes);
size_t bytes_of(const task *k, int a), rear_of(const task *k, int a);
void look(task *k, const verb *v, long double step);
void task_open(task *k, const check *c);
void task_fill(task *k, const verb *v);
void task_close(task *k);
bool near(long double got, long double want, long double tolerance);
bool trusted(const check *c, const task *k, const wanted *w);
void check_verb(session *s, const verb *v, const backend *ops);
void check_laws(session *s, const char *name, const backend *ops);
const verb *verb_named(const char *name);
void count(session *s, bool good);

/* check_mat_patches.c: how many cases of this kind a verb of patches meets, and the shape of one; its images too. */
int patches_cases(const session *s, const verb *v, const backend *ops, kind how);
shape patches_shape(check *c);

/* check_mat_tiles.c: the level amx where there is none. */
void check_tiles(session *s);

/* check_mat_planted.c: the checker must report every one of these. check_mat_bench.c: times. */
void self_test(session *s);
void bench(const session *s);

/* Facts that fit no row: NULL where the backend obeys the law, or the reason. A name may come more than once. floats: a law of tables for
 * floats alone; all others are of tables for bytes. */
typedef struct {
    const char *name;
    const char *(*broken)(const backend *ops);
    bool floats;
} law;

/* check_mat_many.c: laws of many classes, many inputs, and of floats. */
const char *many_classes_broken(const backend *ops);
const char *many_inputs_broken(const backend *ops);
const char *many_roundings_broken(const backend *ops);
const char *cancellation_broken(const backend *ops);
const char *tables_broken(const backend *ops);

extern const law laws[];
extern const size_t law_count;

#endif
