/*
 * The peak of this processor, measured: it times the loops of cpu/peak.c. The bench gives an update's rate as a share of the peak of the
 * same run, because the rate on a data sheet is not the rate of the core that this process was given.
 */
#include "mat.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "clock.h"
#include "kernels.h"
#include "team.h"

/* Trials are short and many, so that some run undisturbed by other processes. */
enum { TRIALS = 200 };

static const double TRIAL_SECONDS = 0.0002, ENOUGH_SECONDS = 0.05;

static const size_t blocks[MAT_BLOCK_COUNT] = MAT_BLOCKS;

/* One thing to time: rounds of a loop of operations, or rounds of reading `floats` floats at `block`, each thread its own part. */
typedef struct {
    double (*run)(long rounds, float *numbers);
    void (*read)(const float *from, size_t count, float *numbers);
    const float *block;
    size_t floats;
    int threads;
    team *team;
    double *rate, *seconds; /* [threads] of the last round */
} work;

/* One round of trials by all threads, and what each of them reached. */
typedef struct {
    const work *w;
    long rounds;
    double *rate, *seconds; /* [threads] */
    atomic_int begun;
} round_of_trials;

/* What one thread does; returns operations or bytes. */
static double do_share(const work *w, int thread, long rounds)
{
    _Alignas(64) float numbers[CPU_PEAK_NUMBERS];
    for (int e = 0; e < CPU_PEAK_NUMBERS; e++) numbers[e] = 0.5F;
    if (w->run != NULL) return w->run(rounds, numbers);
    for (long r = 0; r < rounds; r++) w->read(w->block + (size_t)thread * w->floats, w->floats, numbers);
    return (double)rounds * (double)w->floats * sizeof(float);
}

static void time_share(void *self, int thread)
{
    round_of_trials *t = self;
    atomic_fetch_add(&t->begun, 1);
    while (atomic_load(&t->begun) < t->w->threads) continue; /* all begin at once */
    double start = clock_seconds(), done = do_share(t->w, thread, t->rounds);
    t->seconds[thread] = clock_seconds() - start;
    t->rate[thread] = done / t->seconds[thread];
}

/* Operations or bytes a second, all threads together. *longest: seconds of the slowest thread. */
static double rate(const work *w, long rounds, double *longest)
{
    double total = 0;
    round_of_trials t = { .w = w, .rounds = rounds, .rate = w->rate, .seconds = w->seconds };
    (void)team_run(w->team, w->threads, w->threads, time_share, &t);
    *longest = 0;
    for (int thread = 0; thread < w->threads; thread++) {
        total += w->rate[thread];
        *longest = w->seconds[thread] > *longest ? w->seconds[thread] : *longest;
    }
    return total;
}

/* The best rate of up to TRIALS trials in ENOUGH_SECONDS, each at least TRIAL_SECONDS long. */
static double best_rate(const work *w)
{
    double seconds, best = 0, end = clock_seconds() + ENOUGH_SECONDS;
    long rounds = 1;
    for (; rounds < 1L << 40; rounds *= 2) {
        (void)rate(w, rounds, &seconds);
        if (seconds >= TRIAL_SECONDS) break;
    }
    for (int trial = 0; trial < TRIALS && (trial < 3 || clock_seconds() < end); trial++) {
        double now = rate(w, rounds, &seconds);
        best = now > best ? now : best;
    }
    return best;
}

/* Floats of a thread's block. The threads share the largest block, but each has at least twice the block before it. */
static size_t floats_of(int block, int threads)
{
    size_t bytes = blocks[block], last = MAT_BLOCK_COUNT - 1;
    if ((size_t)block == last && bytes / (size_t)threads < 2 * blocks[last - 1]) bytes = 2 * blocks[last - 1];
    else if ((size_t)block == last) bytes /= (size_t)threads;
    return bytes / sizeof(float) / CPU_PEAK_READ * CPU_PEAK_READ;
}

static void measure(work *w, mat_peak *out)
{
    const cpu_peak *loops = mat_cpu_peak();
    for (int kind = 0; kind < MAT_PEAKS; kind++) {
        w->run = loops->run[kind];
        if (w->run != NULL) out->operations[kind] = best_rate(w);
    }
    w->run = NULL;
    w->read = loops->read;
    for (int b = 0; b < MAT_BLOCK_COUNT; b++) {
        w->floats = floats_of(b, w->threads);
        out->reads[b] = best_rate(w);
    }
}

strata_status mat_peak_measure(int threads, mat_peak *out)
{
    void *block, *rates;
    threads = threads > 0 ? threads : 1;
    memset(out, 0, sizeof *out);
    TRY(alloc_zero(&rates, 2 * (size_t)threads, sizeof(double), "rates of threads"));
    size_t floats = floats_of(MAT_BLOCK_COUNT - 1, threads) * (size_t)threads;
    strata_status status = alloc_aligned(&block, floats, sizeof(float), "a block to read");
    if (status == STRATA_OK) {
        team *t = team_open(threads);
        measure(&(work){ .block = block, .threads = team_threads(t), .team = t, .rate = rates, .seconds = (double *)rates + threads }, out);
        team_close(t);
        free(block);
    }
    free(rates);
    return status;
}
