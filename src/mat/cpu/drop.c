/* Dropout (31)(32): the masks of many units at once. A mask is made of the words of a random stream; check_mat compares every bit with the
 * definition. */
#include "invariant.h"
#include "kernels.h"
#include "vec.h"
#include "words.h"

#include <math.h>

/* The words of the blocks (draw, first) to (draw, first + V - 1), in order: first is a multiple of V, so that no block's low half carries.
 * Element 4 x + r of a vector has block r V/4 + x, so that vec_deal puts the words in their order. */
INLINE void words(vec_word out[4], random_stream s, uint64_t draw, uint64_t first)
{
    vec_word block = { 0 }, c[4];
    for (int e = 0; e < V; e++) block[e] = (uint32_t)first + (uint32_t)(e % 4 * (V / 4) + e / 4);
    words_of(c, s, draw, block, (uint32_t)(first >> 32));
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
