/*
 * Checks, and with --bench times, every verb of every backend. ref64 is compared with the formulas in long double (check_mat_verbs.c),
 * every other backend with ref64, under tolerances counted there. Outputs start as NaN, between fences; what is read must not change.
 *
 *     check_mat [--seed N] [--only VERB] [--backend NAME] [--cases N] [--small] [--self-test] [--bench [--threads N]]
 *
 * A verb meets six kinds of case: `random` numbers on shapes around the vector widths and the chunk borders of mat_blas.c; `exact`, whole
 * numbers, where every backend must give the same; `slope`, where imaginary parts of 1e-30 carry a derivative; `nan`, `+inf` and `-inf`,
 * one of which is put into every input. Each runs with 1, 2 and 3 threads, which must not change a bit, and in place where that is allowed.
 * Then come the laws. Before all that the checker is given broken verbs, each of which it must report: check_mat_planted.c. --small leaves
 * out that, and larger cases than SMALL, for emulated processors.
 */
#include "check_mat.h"

#include <float.h>
#include <limits.h>
#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "random.h"

enum { THREADS_MOST = 3, LINES_MOST = 5, SMALL = 8000 }; /* SMALL: m n d */

static const long double STEP = 0x1p-16L; /* relative, of the differences that a slope is compared with */

/* ---- the verdict on one call ------------------------------------------------------------------------------------------------------ */

/* The checker's only comparison of numbers: everything that is not a finite difference within the tolerance fails, NaN included. */
bool near(long double got, long double want, long double tolerance)
{
    return fabsl(got - want) <= tolerance;
}

static bool agrees(kind how, double got, long double want, long double tolerance)
{
    if (how == EXACT) return got == want;
    if (how < NOT_A_NUMBER) return near(got, want, tolerance);
    return isnan(want) ? isnan(got) : isinf(want) ? got == want : isfinite(got);
}

static verdict says(const char *what, int a, size_t e, int rows)
{
    return (verdict){ .what = what, .at = { a, rows > 0 ? (int)(e % (size_t)rows) : 0, rows > 0 ? (int)(e / (size_t)rows) : 0 } };
}

/* Everything about memory: fences, inputs, and elements still as poisoned. shared: the input that an in-place call overwrites, or -1. */
static verdict memory_verdict(const task *k, const verb *v, int shared)
{
    for (int a = 0; a < OPERANDS && v->operand[a].role != ABSENT; a++) {
        size_t bytes = bytes_of(k, a), element = k->ops->element;
        int rows = k->M[a].rows;
        const unsigned char *p = k->M[a].p;
        bool rear = memcmp(p + bytes, k->before[a] + FENCE + bytes, rear_of(k, a)) == 0;
        if (memcmp(k->block[a], k->before[a], FENCE) != 0) return says("wrote outside, before the block", a, 0, rows);
        if (!rear) return says("wrote outside, after the block", a, bytes / element, rows);
        bool input = v->operand[a].role == IN;
        if (a == shared || v->operand[a].role == CHANGED || (!input && shared >= 0)) continue;
        if (input && memcmp(p, k->before[a] + FENCE, bytes) == 0) continue;
        if (!input && k->pixels[a] && k->ops->input_extra > 0) continue; /* where it lies is its own affair; its values are compared */
        for (size_t e = 0; e < bytes / element; e++) {
            bool same = memcmp(p + e * element, k->before[a] + FENCE + e * element, element) == 0;
            if (input && !same) return says("changed an input", a, e, rows);
            if (!input && same) return says("left unwritten", a, e, rows);
        }
    }
    return (verdict){ 0 };
}

/* The numbers of output a, which lie in M, against want. */
static verdict value_verdict(const task *k, kind how, int a, mat M, const wanted *w)
{
    size_t count = mat_elements(M), parts = (size_t)k->ops->parts;
    double *got = memory(count * parts * sizeof *got);
    verdict bad = { 0 };
    if (k->pixels[a]) k->ops->get_input(got, M);
    else k->ops->get(got, M);
    for (size_t e = 0; e < count && bad.what == NULL; e++) {
        if (!agrees(how, got[e * parts], w->value[a][e], w->tolerance[a][e])) {
            bad = says(how == EXACT ? "not exact" : how >= NOT_A_NUMBER ? "special value" : "value", a, e, M.rows);
            bad.got = got[e * parts], bad.want = w->value[a][e], bad.tolerance = how == RANDOM ? w->tolerance[a][e] : 0;
        } else if (how <= EXACT && parts == 2 && !(got[e * parts + 1] == 0)) {
            bad = says("imaginary part of a real result", a, e, M.rows);
            bad.got = got[e * parts + 1];
        } else if (how == SLOPE && !near(got[e * parts + 1] / IMAGINARY, w->slope[a][e], w->slope_tolerance[a][e])) {
            bad = says("derivative", a, e, M.rows);
            bad.got = got[e * parts + 1] / IMAGINARY, bad.want = w->slope[a][e], bad.tolerance = w->slope_tolerance[a][e];
        }
    }
    free(got);
    return bad;
}

/* ---- what should come out --------------------------------------------------------------------------------------------------------- */

static bool is_output(const verb *v, int a)
{
    return v->operand[a].role == OUT || v->operand[a].role == CHANGED;
}

static bool is_definition(const backend *ops)
{
    return strcmp(ops->name, mat_ref64.name) == 0;
}

/* The formula at every element of output a. */
static void evaluate(const task *k, const verb *v, int a, double u, long double *value, long double *tolerance)
{
    for (int j = 0, e = 0; j < k->M[a].cols; j++) {
        for (int i = 0; i < k->M[a].rows; i++, e++) {
            estimate t = v->truth(k, (place){ a, i, j }, u);
            value[e] = t.value;
            tolerance[e] = t.tolerance + (u > 0x1p-40 ? 0x1p-147L : 0x1p-1072L); /* four steps of a subnormal result */
        }
    }
}

/* (f(x + t s) - f(x - t s)) / 2t, at t and at 2t: their difference is three times the error of the first, and the extrapolation is better
 * than either. Tolerance: that difference; what the four values are off by, over t; and the roundings of the backend's derivative. Each of
 * its terms is a term of the value with one of at most four factors replaced by a slope no larger (exp: times |s| < 20), hence 8 of the
 * largest tolerance of the value, for a derivative may be large where the value cancels. */
static void slopes(task *k, const verb *v, int a, wanted *w)
{
    size_t elements = mat_elements(k->M[a]), bytes = elements * sizeof(long double);
    long double *f[4], *t[4], most = 0, u = LDBL_EPSILON / 2;
    const int step[4] = { 1, -1, 2, -2 };
    for (size_t e = 0; e < elements; e++) most = w->tolerance[a][e] > most ? w->tolerance[a][e] : most;
    for (int p = 0; p < 4; p++) {
        f[p] = memory(bytes), t[p] = memory(bytes);
        look(k, v, step[p] * STEP);
        evaluate(k, v, a, (double)u, f[p], t[p]);
    }
    for (size_t e = 0; e < elements; e++) {
        long double near_slope = (f[0][e] - f[1][e]) / (2 * STEP), far_slope = (f[2][e] - f[3][e]) / (4 * STEP);
        long double off = (t[0][e] + t[1][e] + t[2][e] + t[3][e] + 4 * u * fabsl(f[0][e])) / STEP;
        w->slope[a][e] = near_slope + (near_slope - far_slope) / 3;
        w->slope_tolerance[a][e] = fabsl(near_slope - far_slope) + off + 8 * most + 4 * k->ops->unit * fabsl(near_slope);
    }
    for (int p = 0; p < 4; p++) free(f[p]), free(t[p]);
    look(k, v, 0);
}

/* What ref64 makes of the same numbers. */
static void define(const check *c, wanted *w)
{
    check again = *c;
    task k;
    again.ops = takes_floats(c->ops) ? mat_backend_floats(&mat_ref64) : &mat_ref64;
    task_open(&k, &again);
    task_fill(&k, c->v);
    c->v->call(&k, k.M);
    for (int a = 0; a < OPERANDS; a++) {
        const double *result = k.M[a].p;
        for (size_t e = 0; is_output(c->v, a) && e < mat_elements(k.M[a]); e++) w->value[a][e] = result[e];
    }
    task_close(&k);
}

static void wanted_open(wanted *w, task *k, const check *c)
{
    double u = k->ops->unit + (is_definition(k->ops) ? (double)LDBL_EPSILON / 2 : mat_ref64.unit);
    *w = (wanted){ 0 };
    for (int a = 0; a < OPERANDS; a++) {
        if (!is_output(c->v, a)) continue;
        long double **const all[] = { &w->value[a], &w->tolerance[a], &w->slope[a], &w->slope_tolerance[a] };
        for (size_t p = 0; p < sizeof all / sizeof all[0]; p++) *all[p] = memory(mat_elements(k->M[a]) * sizeof(long double));
        evaluate(k, c->v, a, u, w->value[a], w->tolerance[a]);
        if (c->kind == SLOPE) slopes(k, c->v, a, w);
    }
    if (!is_definition(k->ops) && c->kind != EXACT) define(c, w);
}

static void wanted_close(wanted *w)
{
    for (int a = 0; a < OPERANDS; a++) {
        free(w->value[a]), free(w->tolerance[a]), free(w->slope[a]), free(w->slope_tolerance[a]);
    }
}

/* A case whose right answer is all 0 proves nothing, nor one of a kink that shows one side of it. Few whole numbers may cancel, and one
 * class has loss 0. */
bool trusted(const check *c, const task *k, const wanted *w)
{
    size_t seen[3] = { 0 }, all = 0; /* negative, zero, positive */
    for (int a = 0; a < OPERANDS; a++) {
        for (size_t e = 0; is_output(c->v, a) && e < mat_elements(k->M[a]); e++, all++) {
            seen[w->value[a][e] > 0 ? 2 : w->value[a][e] < 0 ? 0 : 1]++;
        }
    }
    int facts = c->v->facts;
    if (all == 0 || c->kind >= NOT_A_NUMBER || (facts & MAY_VANISH) != 0) return true;
    if ((c->kind == EXACT && all < 8) || ((facts & CLASSES) != 0 && k->m == 1)) return true;
    if ((facts & SEES_ZERO) != 0 && all >= 6 && seen[1] == 0) return false;
    if ((facts & BOTH_SIGNS) != 0 && all >= 6 && (seen[0] == 0 || seen[2] == 0)) return false;
    return seen[0] + seen[2] > 0;
}

/* ---- running ---------------------------------------------------------------------------------------------------------------------- */

/* One call, looked at from all sides; in_place: output 0 is input 1. */
static verdict call_verdict(task *k, const check *c, const wanted *w, bool in_place)
{
    mat given[OPERANDS];
    task_fill(k, c->v);
    memcpy(given, k->M, sizeof given);
    if (in_place) given[0] = given[1];
    c->v->call(k, given);
    verdict bad = memory_verdict(k, c->v, in_place ? 1 : -1);
    for (int a = 0; a < OPERANDS && bad.what == NULL; a++) {
        if (is_output(c->v, a)) bad = value_verdict(k, c->kind, a, given[a], w);
    }
    return bad;
}

/* Have the outputs the bits that the first call gave them? */
static verdict same_bits(const task *k, const verb *v, unsigned char *first[OPERANDS])
{
    for (int a = 0; a < OPERANDS; a++) {
        size_t element = k->ops->element;
        const unsigned char *p = k->M[a].p;
        if (!is_output(v, a) || memcmp(p, first[a], bytes_of(k, a)) == 0) continue;
        size_t e = 0;
        while (memcmp(p + e * element, first[a] + e * element, element) == 0) e++;
        return says("bits depend on the threads", a, e, k->M[a].rows);
    }
    return (verdict){ 0 };
}

/* THREADS_MOST threads, for all cases: of which so many are used as a case says. */
static mat_team everybody;

static verdict case_verdict(task *k, const check *c, const wanted *w)
{
    static const char *const how[THREADS_MOST] = { "1 thread", "2 threads", "3 threads" };
    unsigned char *first[OPERANDS];
    verdict bad = { 0 };
    for (int a = 0; a < OPERANDS; a++) first[a] = memory(bytes_of(k, a));
    for (int t = 0; t < THREADS_MOST && bad.what == NULL; t++) {
        everybody.threads = t + 1;
        bad = call_verdict(k, c, w, false);
        for (int a = 0; a < OPERANDS && t == 0; a++) {
            if (bytes_of(k, a) > 0) memcpy(first[a], k->M[a].p, bytes_of(k, a));
        }
        if (bad.what == NULL) bad = same_bits(k, c->v, first);
        bad.how = how[t];
    }
    if (bad.what == NULL && (c->v->facts & IN_PLACE) != 0) {
        bad = call_verdict(k, c, w, true);
        bad.how = "in place";
    }
    for (int a = 0; a < OPERANDS; a++) free(first[a]);
    return bad;
}

/* Widths of vectors, of blocks, and their neighbours. */
static shape random_shape(const session *s, const check *c)
{
    static const int width[] = { 1, 2, 3, 7, 8, 9, 10, 15, 16, 17, 31, 32, 33, 50, 63, 64, 65, 100 };
    random_stream r = random_named(s->seed, c->v->name);
    int pick[3];
    for (uint64_t p = 0; p < 3; p++) {
        size_t all = sizeof width / sizeof width[0];
        pick[p] = width[random_below(r, (uint64_t)c->kind + 10, 3 * (uint64_t)c->number + p, all)];
        if (c->kind >= SLOPE) pick[p] = 3 + pick[p] % 15; /* more than one row, and small: slopes cost five evaluations */
    }
    return (shape){ pick[0], pick[1], pick[2] };
}

/* The chunks of mat_blas.c (256 images, 1536 inputs), the 3072 inputs of a picture, and no rows at all. */
static const shape border[] = {
    { 10, 255, 17 }, { 10, 256, 9 }, { 3, 257, 33 }, { 1, 513, 8 }, { 2, 600, 50 },   { 7, 5, 1535 },
    { 3, 9, 1536 },  { 2, 8, 1537 }, { 5, 16, 3072 }, { 1, 1, 3072 }, { 2, 257, 1537 }, { 0, 5, 3 },
};

enum { BORDERS = sizeof border / sizeof border[0] };

bool of_inputs(const verb *v)
{
    for (int a = 0; a < OPERANDS; a++) {
        if (v->operand[a].role != ABSENT && v->operand[a].contents >= PIXELS) return true;
    }
    return false;
}

/* The shape of a case: the borders first. Means of whole numbers are exact for a power of two of images. */
static shape shape_of(const session *s, check *c)
{
    if (of_patches(c->v)) return patches_shape(c);
    shape now = c->kind <= EXACT && c->number < BORDERS ? border[c->number] : random_shape(s, c);
    if (c->kind == EXACT && c->v->exact_images != ANY) {
        int n = 1;
        while (2 * n <= now.n && 2 * n <= c->v->exact_images) n *= 2;
        now.n = n;
    }
    return now;
}

static int cases_of(const session *s, const verb *v, const backend *ops, kind how)
{
    if (of_patches(v)) return patches_cases(s, v, ops, how);
    switch (how) {
    case RANDOM: return BORDERS + s->cases;
    case EXACT: return v->exact_images > 0 ? BORDERS + s->cases / 2 : 0;
    case SLOPE: return ops->parts == 2 && (v->facts & SMOOTH) != 0 ? s->cases : 0;
    case NOT_A_NUMBER: return (v->facts & NANS) != 0 ? s->cases / 4 : 0;
    default: return ops->parts == 1 && (v->facts & INFINITIES) != 0 ? s->cases / 4 : 0; /* complex Inf times 0 is a NaN of its own */
    }
}

void count(session *s, bool good)
{
    if (good) s->passed++;
    else s->failed++;
}

static void report(session *s, const char *text)
{
    if (!s->quiet) printf("%s\n", text);
    if (s->expect != NULL && strstr(text, s->expect) != NULL) s->seen = true;
}

static void report_case(session *s, const check *c, const verdict *bad)
{
    char text[512];
    int used = snprintf(text, sizeof text, "FAILED %s of %s%s, %s case %d, m=%d n=%d d=%d, %s: %s at %s(%d,%d)", c->v->name, c->ops->name,
                        takes_floats(c->ops) ? " for floats" : "", kind_name[c->kind], c->number, c->shape.m, c->shape.n, c->shape.d,
                        bad->how, bad->what, c->v->operand[bad->at.operand].name, bad->at.i, bad->at.j);
    if (!(bad->got == 0 && bad->want == 0)) {
        used += snprintf(text + used, sizeof text - (size_t)used, ": %.17g, should be %.17Lg within %.3Lg", bad->got, bad->want,
                         bad->tolerance);
    }
    (void)snprintf(text + used, sizeof text - (size_t)used, "; again: %s --seed %llu --cases %d --backend %s --only %s", s->program,
                   (unsigned long long)s->seed, s->cases, c->ops->name, c->v->name);
    report(s, text);
}

static bool passes(session *s, check *c, bool print)
{
    task k;
    wanted w;
    c->shape = shape_of(s, c);
    if (c->shape.m == 0 && (c->v->facts & NEEDS_ROWS) != 0) return true;
    task_open(&k, c);
    wanted_open(&w, &k, c);
    verdict bad = case_verdict(&k, c, &w);
    if (bad.what == NULL && !trusted(c, &k, &w)) bad = (verdict){ .what = "proves nothing", .how = "every call" };
    if (bad.what != NULL && print) report_case(s, c, &bad);
    wanted_close(&w);
    task_close(&k);
    return bad.what == NULL;
}

void check_verb(session *s, const verb *v, const backend *ops)
{
    int lines = 0;
    for (int how = RANDOM; how < KINDS; how++) {
        for (int number = 0; number < cases_of(s, v, ops, (kind)how); number++) {
            check c = { .v = v, .ops = ops, .kind = (kind)how, .number = number, .seed = s->seed };
            c.single = how == SLOPE || ops->unit > 0x1p-53;
            c.shape = shape_of(s, &c);
            if (s->small && c.shape.m * c.shape.n * c.shape.d > SMALL) {
                s->left++;
                continue;
            }
            bool good = passes(s, &c, s->quiet || lines < LINES_MOST);
            count(s, good);
            if (!good && ++lines == LINES_MOST) report(s, "       and perhaps more of this verb, which are counted");
        }
    }
}

void check_laws(session *s, const char *name, const backend *ops)
{
    for (size_t l = 0; l < law_count; l++) {
        if ((name != NULL && strcmp(name, laws[l].name) != 0) || laws[l].floats != takes_floats(ops)) continue;
        const char *why = laws[l].broken(ops);
        char text[256];
        (void)snprintf(text, sizeof text, "FAILED %s of %s, law: %s; again: %s --backend %s --only %s", laws[l].name, ops->name,
                       why == NULL ? "" : why, s->program, ops->name, laws[l].name);
        if (why != NULL) report(s, text);
        count(s, why == NULL);
    }
}

/* ---- the program ------------------------------------------------------------------------------------------------------------------ */

const verb *verb_named(const char *name)
{
    for (size_t v = 0; v < verb_count; v++) {
        if (strcmp(verbs[v].name, name) == 0) return &verbs[v];
    }
    return NULL;
}

static bool known(const session *s)
{
    bool verb_known = s->only == NULL || verb_named(s->only) != NULL, backend_known = s->backend == NULL;
    for (size_t l = 0; l < law_count; l++) verb_known = verb_known || strcmp(laws[l].name, s->only) == 0;
    for (size_t b = 0; b < MAT_BACKENDS; b++) {
        backend_known = backend_known || strcmp(mat_backend_at(b).name, s->backend) == 0;
    }
    if (!verb_known) fprintf(stderr, "check_mat: there is no verb %s\n", s->only);
    if (!backend_known) fprintf(stderr, "check_mat: there is no backend %s\n", s->backend);
    return verb_known && backend_known;
}

static bool whole(const char *text, long least, long long *out)
{
    char *end;
    *out = strtoll(text, &end, 10);
    return end != text && *end == '\0' && *out >= least;
}

/* false, with a sentence, where an argument is not understood. */
static bool options(session *s, int arguments, char **argument)
{
    for (int a = 1; a < arguments; a++) {
        const char *name = argument[a], *value = a + 1 < arguments ? argument[a + 1] : "";
        long long number = 0;
        if (strcmp(name, "--bench") == 0) { s->bench = true; continue; }
        if (strcmp(name, "--self-test") == 0) { s->self_test = true; continue; }
        if (strcmp(name, "--small") == 0) { s->small = true; continue; }
        a++;
        if (strcmp(name, "--only") == 0 && *value != '\0') s->only = value;
        else if (strcmp(name, "--backend") == 0 && *value != '\0') s->backend = value;
        else if (strcmp(name, "--seed") == 0 && whole(value, 0, &number)) s->seed = (uint64_t)number;
        else if (strcmp(name, "--cases") == 0 && whole(value, 1, &number) && number <= 100000) s->cases = (int)number;
        else if (strcmp(name, "--threads") == 0 && whole(value, 1, &number) && number <= 1024) s->threads = (int)number;
        else {
            fprintf(stderr, "check_mat: %s %s is not understood; [--seed N] [--only VERB] [--backend NAME] [--cases N] [--small] "
                            "[--self-test] [--bench [--threads N]]\n", name, value);
            return false;
        }
    }
    return known(s);
}

/* Of a table for floats the input verbs, as all others are those of the table for bytes. */
static void check_table(session *s, const backend *ops, const char *level)
{
    long passed = s->passed, failed = s->failed;
    bool floats = takes_floats(ops);
    for (size_t v = 0; v < verb_count; v++) {
        if (floats && !of_inputs(&verbs[v])) continue;
        if (s->only == NULL || strcmp(s->only, verbs[v].name) == 0) check_verb(s, &verbs[v], ops);
    }
    check_laws(s, s->only, ops);
    printf("%s%s%s%s: %ld passed, %ld failed\n", ops->name, *level == '\0' ? "" : " ", level, floats ? ", floats" : "", s->passed - passed,
           s->failed - failed);
}

static void check_backend(session *s, const backend *ops, const char *level)
{
    check_table(s, ops, level);
    check_table(s, mat_backend_floats(ops), level);
}

/* Every level of cpu that this processor has. */
static void check_levels(session *s)
{
    const char *level;
    for (size_t l = 0; (level = mat_cpu_level_at(l)) != NULL; l++) {
        char bf16[32];
        bool known_here = mat_cpu_limit(level) == STRATA_OK && strcmp(mat_cpu_level(), level) == 0;
        (void)snprintf(bf16, sizeof bf16, "%s, bf16", level);
        if (!known_here) printf("cpu %s: not on this machine\n", level);
        else check_backend(s, mat_cpu(), level);
        if (known_here && mat_cpu_bf16() != mat_cpu()) check_table(s, mat_cpu_bf16(), bf16);
    }
    check_tiles(s);
}

int main(int arguments, char **argument)
{
    session s = { .program = argument[0], .seed = 1, .cases = 24, .threads = 1 };
    if (!options(&s, arguments, argument)) return 1;
    (void)mallopt(M_MMAP_THRESHOLD, 1 << 30); /* blocks of megabytes come and go: kept, they need no new pages, a third of the time */
    (void)mallopt(M_TRIM_THRESHOLD, INT_MAX);
    (void)setvbuf(stdout, NULL, _IOLBF, 0); /* what was found before a crash is worth reading */
    if (s.bench) {
        bench(&s);
        return 0;
    }
    printf("seed %llu, %d cases; BLAS: %s\n", (unsigned long long)s.seed, s.cases, mat_blas_description());
    mat_team_begin(&everybody, THREADS_MOST);
    if ((s.only == NULL && !s.small) || s.self_test) self_test(&s);
    for (size_t b = 0; b < MAT_BACKENDS && !s.self_test; b++) {
        mat_backend_row row = mat_backend_at(b);
        if (s.backend != NULL && strcmp(s.backend, row.name) != 0) continue;
        if (row.table == NULL) printf("%s: not in this build\n", row.name);
        else if (strcmp(row.name, "cpu") == 0) check_levels(&s);
        else check_backend(&s, row.table, "");
    }
    mat_team_end(&everybody);
    printf("%ld passed, %ld failed\n", s.passed, s.failed);
    if (s.left > 0) printf("%ld larger cases left out\n", s.left);
    return s.failed == 0 ? 0 : 1;
}
