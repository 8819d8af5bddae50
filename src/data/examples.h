/*
 * What a reader makes of files: examples, labels and class names in one place, as they were read, the training pool first and then the
 * test examples. No reader shuffles, splits or standardises: data_from_examples does that, in one place, for every format and for arrays in
 * memory. Belongs to one thread.
 */
#ifndef STRATA_DATA_EXAMPLES_H
#define STRATA_DATA_EXAMPLES_H

#include "digest.h"
#include "strata/data.h"

enum { EXAMPLES_FILES = 8, EXAMPLES_FILE_NAME = 256, EXAMPLES_NOTE = 256 };

/* A file that was read: its name without folders, and the SHA-256 of its bytes as they lie on disk. */
typedef struct {
    char name[EXAMPLES_FILE_NAME], digest[DIGEST_TEXT];
} examples_file;

/*
 * The reader sets form.element, form.features and the image shape (all 0 where an example is no image), takes memory by examples_take, and
 * fills it. form.classes and class_name come last. Bytes and floats: example j is the `features` elements at j * features; an image lies
 * channel after channel, each row by row.
 */
typedef struct {
    strata_form form;
    size_t held;         /* so many of train, the last ones, keep their place behind the others: a validation part; 0: none */
    size_t train, test;  /* examples; those of the test part lie behind the others. test = 0: the files have no test part */
    uint8_t *bytes;      /* [features * (train + test)] when form.element is STRATA_BYTES, */
    float *floats;       /* [features * (train + test)] when it is STRATA_FLOATS; the other is NULL */
    uint16_t *label;     /* [train + test]; NULL when the request is unlabelled */
    char **class_name;   /* [form.classes], each by malloc; NULL: the labels' own numbers are the names */
    size_t files;
    examples_file file[EXAMPLES_FILES];
    char note[EXAMPLES_NOTE]; /* for people: what the reader found by content and did not have to be told; "" where it found nothing */
} examples;

/* Refuses forms and numbers of examples that no data set has. STRATA_ERR_DATA. */
strata_status examples_check_form(const strata_form *form, size_t train, size_t test);

/* Takes memory for train + test examples of t->form, all zero: bytes or floats, and labels if `labelled`. Sizes are checked against
 * overflow and against what a data set may have. STRATA_ERR_DATA for a form outside its limits; STRATA_ERR_MEMORY. */
strata_status examples_take(examples *t, size_t train, size_t test, bool labelled);

/* Notes a file that was read. Files beyond EXAMPLES_FILES are not noted. */
void examples_note_file(examples *t, const char *path, const char digest[DIGEST_TEXT]);

/* A list of names, copied: [classes], each by malloc. On failure *out is NULL. STRATA_ERR_MEMORY. */
strata_status examples_copy_names(const char *const *names, size_t classes, char ***out);

/* Frees such a list. NULL is fine, and so is a list whose last names are NULL as yet. */
void examples_free_names(char **names, size_t classes);

/* Frees what it has, and leaves it empty ({0}). An empty one is fine. */
void examples_free(examples *t);

#endif
