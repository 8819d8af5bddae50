/*
 * The words of a random stream, as random_words gives them (random.h): Philox 4x32 with 10 rounds (Salmon and others, "Parallel random
 * numbers: as easy as 1, 2, 3", 2011), here for V counters side by side. A kernel may call no other source, so the rounds stand here again;
 * check_mat compares what is made of them with the definition.
 */
#ifndef STRATA_MAT_CPU_WORDS_H
#define STRATA_MAT_CPU_WORDS_H

#include "random.h"
#include "vec.h"

/* c = the four words of V blocks (a, b): of b, `low` are the low halves and `high` is the high half of all. */
INLINE void words_of(vec_word c[4], random_stream s, uint64_t a, vec_word low, uint32_t high)
{
    const uint32_t factor[2] = { 0xd2511f53, 0xcd9e8d57 }, step[2] = { 0x9e3779b9, 0xbb67ae85 };
    uint32_t key[2] = { s.key[0], s.key[1] };
    const vec_word none = { 0 };
    c[0] = low;
    c[1] = none + high;
    c[2] = none + (uint32_t)a;
    c[3] = none + (uint32_t)(a >> 32);
    UNROLL
    for (int round = 0; round < 10; round++) {
        vec_word high0, high2, low0 = vec_times(c[0], factor[0], &high0), low2 = vec_times(c[2], factor[1], &high2);
        c[0] = high2 ^ c[1] ^ key[0];
        c[2] = high0 ^ c[3] ^ key[1];
        c[1] = low2;
        c[3] = low0;
        for (int k = 0; k < 2; k++) key[k] += step[k];
    }
}

#endif
