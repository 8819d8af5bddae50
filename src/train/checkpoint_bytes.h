/*
 * The numbers of a checkpoint as they lie in its bytes, and the words of its first part: what checkpoint_read.c and checkpoint_write.c must
 * agree on. Beside them run_numbers.c and run_bytes.c alone need it, for numbers that lie in the same way.
 */
#ifndef STRATA_TRAIN_CHECKPOINT_BYTES_H
#define STRATA_TRAIN_CHECKPOINT_BYTES_H

#include <string.h>

#include "bytes.h"
#include "checkpoint.h"
#include "strata/machine.h"

#define CHECKPOINT_FIRST_LINE "strata checkpoint 1\n"
#define CHECKPOINT_OWNER "owner = "
#define CHECKPOINT_NUMERICS "numerics = "
#define CHECKPOINT_FORM "form = "

enum {
    FIRST = sizeof CHECKPOINT_FIRST_LINE - 1,
    DIGITS = DIGEST_TEXT - 1,
    SIGNED = FIRST + DIGITS + 1, /* where the digest begins to count */
    FIELDS = 5,
    FIELD = 8,
    POINT = CHECKPOINT_POINT,
    LAYER_POINT = CHECKPOINT_LAYER_POINT,
    LOG = 2 * FIELD, /* in front of its lines */
    LINE = FIELD,
    FACTS = 5, /* of further nets */
    NUMBERS = 512 /* on their way between a backend and bytes, at once */
};

/* checkpoint.c: what decides the last bits of a backend beside its name, and which build this is. */
const char *checkpoint_kernels(const char *backend, const strata_machine_facts *machine);
void checkpoint_name_build(const strata_machine_facts *machine, char out[CHECKPOINT_WORD]);

static inline int64_t whole_at(const uint8_t *at)
{
    uint64_t bits = bytes_get(at, FIELD);
    int64_t x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline double real_at(const uint8_t *at)
{
    uint64_t bits = bytes_get(at, FIELD);
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline double float_at(const uint8_t *at)
{
    uint32_t bits = (uint32_t)bytes_get(at, sizeof bits);
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline uint8_t *put_whole(uint8_t *at, int64_t x)
{
    return bytes_put(at, (uint64_t)x, FIELD);
}

static inline uint8_t *put_real(uint8_t *at, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bytes_put(at, bits, FIELD);
}

static inline uint8_t *put_float(uint8_t *at, double x)
{
    float rounded = (float)x; /* exact: it was a float */
    uint32_t bits;
    memcpy(&bits, &rounded, sizeof bits);
    return bytes_put(at, bits, sizeof bits);
}

#endif
