/*
 * Times every verb of every backend at the sizes of the assignment (100 images of 3072 pixels, 50 units, 10 classes), products also at
 * those of a table (100 features, 256 units), and the input verbs also for floats. One number is one call: a few calls to warm up, then as
 * many as fit in a tenth of a second, of which the best and the median are printed. What a call overwrites is restored before it, outside
 * the time.
 */
#include "check_mat.h"
#include "cores.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WARM_UP = 5, SAMPLES = 2000 };

static double seconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* The sample of calls, sorted; returns how many. */
static int time_calls(task *k, const verb *v, double sample[SAMPLES])
{
    int taken = 0;
    double end = seconds() + 0.1;
    task_fill(k, v);
    for (int call = -WARM_UP; call < 5 || (taken < SAMPLES && seconds() < end); call++) {
        for (int a = 0; a < OPERANDS; a++) {
            if (v->operand[a].role == CHANGED) memcpy(k->M[a].p, k->before[a] + FENCE, bytes_of(k, a));
        }
        double start = seconds();
        v->call(k, k->M);
        if (call >= 0) sample[taken++] = seconds() - start;
    }
    qsort(sample, (size_t)taken, sizeof sample[0], ascending);
    return taken;
}

static void bench_shape(const session *s, const verb *v, const backend *ops, shape size)
{
    check c = { .v = v, .ops = ops, .kind = EXACT, .shape = size, .seed = s->seed, .single = true };
    double sample[SAMPLES], bytes = 0, work = 2.0 * size.m * size.n * size.d;
    task k;
    task_open(&k, &c);
    for (int a = 0; a < OPERANDS; a++) bytes += (double)bytes_of(&k, a) * (v->operand[a].role == CHANGED ? 2 : 1);
    int taken = time_calls(&k, v, sample);
    bool product = (v->facts & PRODUCT) != 0;
    printf("%-22s %-6s%-7s m=%-4d n=%-4d d=%-5d best %9.2f us  median %9.2f us  %8.2f %s\n", v->name, ops->name,
           takes_floats(ops) ? " floats" : "", size.m, size.n, size.d,
           1e6 * sample[0], 1e6 * sample[taken / 2], 1e-9 * (product ? work : bytes) / sample[0], product ? "GFLOP/s" : "GB/s");
    task_close(&k);
}

static void profile_verb(const session *s, const verb *v, const backend *ops)
{
    if ((v->facts & PRODUCT) != 0) {
        bench_shape(s, v, ops, (shape){ 50, 100, 3072 });
        bench_shape(s, v, ops, (shape){ 256, 100, 100 });
        bench_shape(s, v, ops, (shape){ 50, 100, 50 });
        bench_shape(s, v, ops, (shape){ 10, 100, 50 });
    } else if ((v->facts & CLASSES) != 0) {
        bench_shape(s, v, ops, (shape){ 10, 100, 1 });
    } else if ((v->facts & PARAMETERS) != 0) {
        bench_shape(s, v, ops, (shape){ 50, 3072, 1 });
    } else {
        bench_shape(s, v, ops, (shape){ 50, 100, of_inputs(v) ? 3072 : 1 });
    }
}

static void print_processor(void)
{
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "model name", 10) != 0) continue;
        printf("%s", line);
        break;
    }
    if (file != NULL) (void)fclose(file);
    printf("%d cores, %s\n", cores_usable(), mat_blas_description());
}

void bench(const session *s)
{
    print_processor();
    printf("threads: %d, seed %llu\n", s->threads, (unsigned long long)s->seed);
    mat_team mine;
    mat_team_begin(&mine, s->threads);
    for (size_t b = 0; b < MAT_BACKENDS; b++) {
        mat_backend_row row = mat_backend_at(b);
        if (s->backend != NULL && strcmp(s->backend, row.name) != 0) continue;
        if (row.table == NULL) printf("%s: not in this build\n", row.name);
        for (size_t v = 0; row.table != NULL && v < verb_count; v++) {
            if (s->only != NULL && strcmp(s->only, verbs[v].name) != 0) continue;
            profile_verb(s, &verbs[v], row.table);
            if (of_inputs(&verbs[v])) profile_verb(s, &verbs[v], mat_backend_floats(row.table));
        }
    }
    mat_team_end(&mine);
}
