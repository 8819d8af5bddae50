/*
 * Checkpoints: what follows the digest is the input; the digest is made here, or nothing would pass it, and so are the elements, for the
 * smallest training has 123 kB of them. The first four bytes of the input say how many bytes of those (3), and whether the digest is wrong.
 */
#include <stdlib.h>
#include <string.h>

#include "checkpoint.h"
#include "digest.h"
#include "fuzz.h"

enum { RECIPE = 4, MOST = 1 << 19 };

static const char first_line[] = "strata checkpoint 1\n";

enum { FIRST = sizeof first_line - 1, SIGNED = FIRST + DIGEST_TEXT };

/* Reads every byte that the checkpoint points to. */
static void use(const checkpoint *c, const uint8_t *bytes, size_t size)
{
    size_t sum = 0, tensors = c->elements * c->element;
    PROMISE(c->point > bytes && c->tensors >= c->line + 8 * c->lines && c->line >= c->layer_point && c->layer_point >= c->point);
    PROMISE(c->tensors + tensors == bytes + size);
    for (const uint8_t *at = c->point; at < c->tensors + tensors; at++) sum += *at;
    PROMISE(sum < SIZE_MAX && c->update >= 0 && c->seconds >= 0);
    PROMISE(c->update > 0 || tensors + c->points + c->layer_points + c->lines == 0);
    (void)fuzz_taken(checkpoint_portable(c));
    (void)checkpoint_same_build(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static checkpoint c;
    char digest[DIGEST_TEXT];
    if (size < RECIPE) return 0;
    size_t filler = ((size_t)data[0] | (size_t)data[1] << 8 | (size_t)data[2] << 16) % MOST, rest = size - RECIPE + filler;
    uint8_t *bytes = calloc(SIGNED + rest, 1);
    PROMISE(bytes != NULL);
    memcpy(bytes, first_line, FIRST);
    memcpy(bytes + SIGNED, data + RECIPE, size - RECIPE);
    PROMISE(digest_sha256(bytes + SIGNED, rest, digest) == STRATA_OK);
    digest[0] = (char)(digest[0] ^ (data[3] & 1));
    memcpy(bytes + FIRST, digest, DIGEST_TEXT - 1);
    bytes[SIGNED - 1] = '\n';
    if (fuzz_taken(checkpoint_read(bytes, SIGNED + rest, &c))) {
        PROMISE((data[3] & 1) == 0);
        use(&c, bytes, SIGNED + rest);
    }
    free(bytes);
    return 0;
}
