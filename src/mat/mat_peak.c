/*
 * The peak of this processor, measured: the loops of cpu/peak.c, timed. What an update reaches is told as a share of it, in the same run,
 * because a rate from a data sheet is no rate of the core that this process was given.
 */
#include "mat.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "clock.h"
#include "kernels.h"

/* Trials are short, so that some are left alone by whatever else runs here, and many. */
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
} work;

/* What one thread does; returns operations or bytes. */
static double do_share(const work *w, int thread, long rounds)
{
    _Alignas(64) float numbers[CPU_PEAK_NUMBERS];
    for (int e = 0; e < CPU_PEAK_NUMBERS; e++) numbers[e] = 0.5F;
    if (w->run != NULL) return w->run(rounds, numbers);
    for (long r = 0; r < rounds; r++) w->read(w->block + (size_t)thread * w->floats, w->floats, numbers);
    return (double)rounds * (double)w->floats * sizeof(float);
}

/* Per second, by all threads at once. *longest: of a thread. */
static double rate(const work *w, long rounds, double *longest)
{
    double total = 0, most = 0;
#pragma omp parallel for schedule(static, 1) num_threads(w->threads) reduction(+ : total) reduction(max : most)
    for (int thread = 0; thread < w->threads; thread++) {
        double start = clock_seconds(), done = do_share(w, thread, rounds), seconds = clock_seconds() - start;
        total += done / seconds;
        most = seconds > most ? seconds : most;
    }
    *longest = most;
    return total;
}

/* The best of the trials that fit into a twentieth of a second, each long enough to be timed. */
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

/* Floats of a block: the largest is shared by the threads, which keep at least twice the one before it. */
static size_t floats_of(int block, int threads)
{
    size_t bytes = blocks[block], last = MAT_BLOCK_COUNT - 1;
    if ((size_t)block == last && bytes / (size_t)threads < 2 * blocks[last - 1]) bytes = 2 * blocks[last - 1];
    else if ((size_t)block == last) bytes /= (size_t)threads;
    return bytes / sizeof(float) / CPU_PEAK_READ * CPU_PEAK_READ;
}

strata_status mat_peak_measure(int threads, mat_peak *out)
{
    const cpu_peak *loops = mat_cpu_peak();
    void *block;
    threads = threads > 0 ? threads : 1;
    TRY(alloc_aligned(&block, floats_of(MAT_BLOCK_COUNT - 1, threads) * (size_t)threads, sizeof(float), "a block to read"));
    memset(out, 0, sizeof *out);
    for (int kind = 0; kind < MAT_PEAKS; kind++) {
        if (loops->run[kind] != NULL) out->operations[kind] = best_rate(&(work){ .run = loops->run[kind], .threads = threads });
    }
    for (int b = 0; b < MAT_BLOCK_COUNT; b++) {
        out->reads[b] = best_rate(&(work){ .read = loops->read, .block = block, .floats = floats_of(b, threads), .threads = threads });
    }
    free(block);
    return STRATA_OK;
}
