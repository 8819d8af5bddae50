/*
 * Examples out of arrays: what the readers of IDX and of NumPy's files share, once they have found out which array is which. Pure; any
 * thread. Internal to the module.
 */
#ifndef STRATA_DATA_ARRAYS_H
#define STRATA_DATA_ARRAYS_H

#include "array.h"
#include "examples.h"

/* Features and labels of one part, and what to call them in a sentence ("X.npy", "a.npz: x_train"). */
typedef struct {
    array x, y; /* y is empty (rank 0) where there are no labels */
    const char *x_name, *y_name;
} arrays_part;

/* How labels become classes. */
typedef enum {
    ARRAYS_COUNTED, /* 0 .. largest, of both parts: classes without examples are classes, too. Negative ones are refused */
    ARRAYS_DISTINCT /* the same where each is there; else the distinct values in order, which are then the names */
} arrays_classes;

/*
 * Fills *out, all but its files: the form, the examples of train and test (NULL: none), labels, classes and names. The shape says what
 * an example is: (n) one feature; (n, f) f features; (n, h, w) grey images; (n, h, w, c) and (n, c, h, w) images of c = 1 or 3
 * channels, the last dimension being asked first. u1 become bytes, all other types floats, which must be finite. labelled = false: x
 * of train alone. STRATA_ERR_DATA, STRATA_ERR_MEMORY; then *out is empty.
 */
strata_status arrays_fill(const arrays_part *train, const arrays_part *test, bool labelled, arrays_classes how, examples *out);

#endif
