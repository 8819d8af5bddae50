/*
 * Dropout (31)(32): the masks of many units at once. A mask is made of the words of a random stream, as random_words gives them (random.h):
 * Philox 4x32 with 10 rounds (Salmon and others, "Parallel random numbers: as easy as 1, 2, 3", 2011), here for V counters side by side. A
 * kernel may call no other source, so the rounds stand here again; check_mat compares every bit with the definition.
 */
#include "invariant.h"
#include "kernels.h"
#include "vec.h"

#include <math.h>

/* The words of the blocks (draw, first) to (draw, first + V - 1), in order: first is a multiple of V, so that no block's low half carries.
 * Element 4 x + r of a vector has block r V/4 + x, so that vec_deal puts the words in their order. */
INLINE void words(vec_word out[4], random_stream s, uint64_t draw, uint64_t first)
{
    const uint32_t factor[2] = { 0xd2511f53, 0xcd9e8d57 }, step[2] = { 0x9e3779b9, 0xbb67ae85 };
    uint32_t key[2] = { s.key[0], s.key[1] };
    const vec_word none = { 0 };
    vec_word block = none;
    for (int e = 0; e < V; e++) block[e] = (uint32_t)first + (uint32_t)(e % 4 * (V / 4) + e / 4);
    vec_word c[4] = { block, none + (uint32_t)(first >> 32), none + (uint32_t)draw, none + (uint32_t)(draw >> 32) };
    UNROLL
    for (int round = 0; round < 10; round++) {
        vec_word high0, high2, low0 = vec_times(c[0], factor[0], &high0), low2 = vec_times(c[2], factor[1], &high2);
        c[0] = high2 ^ c[1] ^ key[0];
        c[2] = high0 ^ c[3] ^ key[1];
        c[1] = low2;
        c[3] = low0;
        for (int k = 0; k < 2; k++) key[k] += step[k];
    }
    vec_deal(out, c);
}

/* (31)(32)  X = X . M / (1 - rate): an element whose word is below `rate` of all words is dropped. */
void LEVEL(drop)(mat X, double rate, random_stream s, uint64_t draw)
{
    INVARIANT(rate >= 0 && rate < 1);
    enum { SOME = 4 * V };
    const vec_word below = (vec_word){ 0 } + (uint32_t)ceil(rate * 4294967296.0); /* word < a number as word < that, rounded up */
    const vec kept = vec_all((float)(1 / (1 - rate)));
    size_t all = mat_elements(X);
    for (size_t e = 0; e < all; e += SOME) {
        vec_word word[4];
        words(word, s, draw, e / 4);
        for (size_t r = 0; r < 4 && e + r * V < all; r++) {
            float *x = at(X) + e + r * V;
            int count = all - e - r * V < V ? (int)(all - e - r * V) : V;
            vec value = count == V ? vec_load(x) : vec_load_some(x, count);
            value = (vec)((vec_word)(value * kept) & ~(vec_word)(word[r] < below));
            if (count == V) vec_store(x, value);
            else vec_store_some(x, count, value);
        }
    }
}
