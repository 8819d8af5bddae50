/*
 * Arrays of numbers as files have them: any type, either order of bytes, looked at where they lie. What idx.c, npy.c and npz.c read,
 * and npy.c writes. Pure; any thread.
 */
#ifndef STRATA_FILES_ARRAY_H
#define STRATA_FILES_ARRAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"

enum { ARRAY_RANK = 4 };

/* The most bytes that an array may have: more is no data set of this program, whatever the file says. */
#define ARRAY_LIMIT ((size_t)1 << 35)

/* NumPy's words for them: u1 is a byte, i4 a whole number of four bytes, f8 a double. A bool is a u1. */
typedef enum {
    ARRAY_U1, ARRAY_U2, ARRAY_U4, ARRAY_U8, ARRAY_I1, ARRAY_I2, ARRAY_I4, ARRAY_I8, ARRAY_F4, ARRAY_F8, ARRAY_TYPES
} array_type;

typedef struct {
    array_type type;
    bool big;               /* the most significant byte comes first */
    bool columns;           /* of rank 2: column after column (Fortran's order), else row after row */
    int rank;               /* 1 .. ARRAY_RANK */
    size_t dim[ARRAY_RANK]; /* each at least 1 */
    const uint8_t *bytes;   /* the numbers */
    uint8_t *owned;         /* the block that they lie in, freed by array_free; NULL: somebody else's */
} array;

/* "f4", and the type of such a word; ARRAY_TYPES: there is none. */
const char *array_type_word(array_type type);
array_type array_type_named(const char *word);

/* Bytes of a number. */
size_t array_width(array_type type);

/* Is this machine's own order big? */
bool array_machine_is_big(void);

/* Bytes of all numbers, by the type and the dimensions; false: one is zero, or they are more than ARRAY_LIMIT. */
bool array_size(const array *a, size_t *bytes);

/* Numbers behind the first dimension, for each of it: 784 for (60000, 28, 28), 1 for (60000). */
size_t array_row(const array *a);

/* Number e, counted row after row. Whole numbers beyond 2^53 are rounded. */
double array_number(const array *a, size_t e);

/* Number e when it is a whole number below 2^53 in magnitude. */
bool array_whole(const array *a, size_t e, int64_t *out);

/* "(60000, 28, 28)" */
enum { ARRAY_SHAPE = 100 };
const char *array_shape(const array *a, char out[ARRAY_SHAPE]);

/* Frees what it owns and leaves it empty. */
void array_free(array *a);

#endif
