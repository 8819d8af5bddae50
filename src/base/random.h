/*
 * Named random streams without state: number (a, b) of a stream is a pure function of the seed, the stream's name and (a, b). Nothing
 * exists to be saved at a checkpoint, and a new consumer of random numbers shifts nobody else's (docs/decisions/0004).
 *
 * The generator is Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC11), from Random123.
 * Every function is pure and may be called from any thread.
 */
#ifndef STRATA_BASE_RANDOM_H
#define STRATA_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint32_t key[2];
} random_stream;

/* The stream called name under this seed: its key is one Philox block of the seed and the FNV-1a hash of the name. */
random_stream random_named(uint64_t seed, const char *name);

/* The four 32-bit words at counter (a, b): one Philox block. */
void random_words(random_stream s, uint64_t a, uint64_t b, uint32_t word[4]);

/* An integer in 0..bound-1, bound >= 1, from the block at (a, b). The bias is below bound / 2^64. */
uint64_t random_below(random_stream s, uint64_t a, uint64_t b, uint64_t bound);

/* A real in (0, 1) with 52 random bits, never 0 and never 1. */
double random_uniform(random_stream s, uint64_t a, uint64_t b);

/* out[e] = normal number `first + e` of the stream, mean 0 and deviation 1 (Box-Muller, two numbers to a block). */
void random_normals(random_stream s, uint64_t first, size_t count, double *out);

/* order = a permutation of 0..n-1 that depends on the stream and `epoch` alone (Fisher-Yates). */
void random_permutation(random_stream s, uint64_t epoch, size_t n, uint32_t *order);

#endif
