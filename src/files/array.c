/* Numbers of any type where they lie: each is taken apart by its width and order when it is asked for, so nothing need be aligned. */
#include "array.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    char word[3];
    unsigned char width;
} types[ARRAY_TYPES] = {
    [ARRAY_U1] = { "u1", 1 }, [ARRAY_U2] = { "u2", 2 }, [ARRAY_U4] = { "u4", 4 }, [ARRAY_U8] = { "u8", 8 }, [ARRAY_I1] = { "i1", 1 },
    [ARRAY_I2] = { "i2", 2 }, [ARRAY_I4] = { "i4", 4 }, [ARRAY_I8] = { "i8", 8 }, [ARRAY_F4] = { "f4", 4 }, [ARRAY_F8] = { "f8", 8 },
};

const char *array_type_word(array_type type)
{
    return types[type].word;
}

array_type array_type_named(const char *word)
{
    array_type type = 0;
    while (type < ARRAY_TYPES && strcmp(types[type].word, word) != 0) type++;
    return type;
}

size_t array_width(array_type type)
{
    return types[type].width;
}

bool array_machine_is_big(void)
{
    static const uint16_t one = 1;
    return *(const uint8_t *)&one == 0;
}

bool array_size(const array *a, size_t *bytes)
{
    size_t size = array_width(a->type);
    for (int r = 0; r < a->rank; r++) {
        if (a->dim[r] == 0 || a->dim[r] > ARRAY_LIMIT / size) return false;
        size *= a->dim[r];
    }
    *bytes = size;
    return true;
}

size_t array_row(const array *a)
{
    size_t row = 1;
    for (int r = 1; r < a->rank; r++) row *= a->dim[r];
    return row;
}

/* The bytes of number e, row after row, as one whole number. */
static uint64_t bits_of(const array *a, size_t e)
{
    size_t width = array_width(a->type);
    if (a->columns) e = e % a->dim[1] * a->dim[0] + e / a->dim[1];
    const uint8_t *at = a->bytes + e * width;
    bool turn = a->big != array_machine_is_big();
    uint16_t two;
    uint32_t four;
    uint64_t eight;
    switch (width) {
    case 1: return *at;
    case 2: memcpy(&two, at, sizeof two); return turn ? __builtin_bswap16(two) : two;
    case 4: memcpy(&four, at, sizeof four); return turn ? __builtin_bswap32(four) : four;
    default: memcpy(&eight, at, sizeof eight); return turn ? __builtin_bswap64(eight) : eight;
    }
}

/* Two's complement of so many bytes. */
static int64_t as_signed(uint64_t bits, size_t width)
{
    uint64_t sign = (uint64_t)1 << (8 * width - 1);
    return (int64_t)((bits ^ sign) - sign);
}

double array_number(const array *a, size_t e)
{
    float f;
    double d;
    uint64_t bits = bits_of(a, e);
    uint32_t half = (uint32_t)bits;
    switch (a->type) {
    case ARRAY_F4: memcpy(&f, &half, sizeof f); return (double)f;
    case ARRAY_F8: memcpy(&d, &bits, sizeof d); return d;
    case ARRAY_I1:
    case ARRAY_I2:
    case ARRAY_I4:
    case ARRAY_I8: return (double)as_signed(bits, array_width(a->type));
    default: return (double)bits;
    }
}

bool array_whole(const array *a, size_t e, int64_t *out)
{
    double x = array_number(a, e);
    if (!(fabs(x) < 9007199254740992.0) || floor(x) != x) return false;
    *out = (int64_t)x;
    return true;
}

const char *array_shape(const array *a, char out[ARRAY_SHAPE])
{
    size_t used = 0;
    for (int r = 0; r < a->rank; r++) {
        int length = snprintf(out + used, ARRAY_SHAPE - used, "%s%zu", r == 0 ? "(" : ", ", a->dim[r]);
        if (length > 0 && (size_t)length < ARRAY_SHAPE - used) used += (size_t)length;
    }
    (void)snprintf(out + used, ARRAY_SHAPE - used, ")");
    return out;
}

void array_free(array *a)
{
    free(a->owned);
    *a = (array){ 0 };
}
