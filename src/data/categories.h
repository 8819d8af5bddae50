/*
 * Texts as numbers: the classes of a label, or the values of a column that becomes one feature a value. Texts are numbered as they come;
 * at the end they are sorted, by value where all of them are numbers (2 before 10), else by their bytes. Equal numbers are one class then.
 * Its name is the shortest of their texts, or where that has a point or an exponent the shortest decimal that reads back as the same
 * number. One thread.
 */
#ifndef STRATA_DATA_CATEGORIES_H
#define STRATA_DATA_CATEGORIES_H

#include <stdint.h>

#include "strata/data.h"
#include "status.h"

enum { CATEGORIES_MOST = STRATA_CLASSES_MAX, CATEGORY_BYTES = 255 };

typedef struct {
    char **text;          /* [count] as they came */
    size_t count, room;
    uint32_t *slot;       /* [slots] the hash table: 1 + number of a text, or 0 */
    size_t slots;
    uint32_t *rank;       /* [count] after sorting: the class of text n */
    const char **name;    /* [classes] after sorting: texts of these */
    size_t classes;
    bool numbers;         /* after sorting: all of them are */
} categories;

/* *number becomes that of this text, which need not end with a zero byte, and is new when it has not come before. Refused are empty texts,
 * longer ones than CATEGORY_BYTES, those with control characters, NaN and infinities, and more than CATEGORIES_MOST of them.
 * STRATA_ERR_DATA, whose sentence has no place yet; STRATA_ERR_MEMORY. */
strata_status categories_number(categories *c, const char *word, size_t length, size_t *number);

/* Sorts them: classes, name and rank. STRATA_ERR_MEMORY. */
strata_status categories_sort(categories *c);

/* After sorting: the names as a list of their own, [classes], each by malloc. NULL without memory. */
char **categories_names(const categories *c);

/* Refuses what cannot be a label of so many rows: fewer than two classes, or another one in nearly every row. */
strata_status categories_check_label(const categories *c, size_t rows);

/* Frees what it has. All zero is fine. */
void categories_free(categories *c);

#endif
