/*
 * Readers: one file and one row of the table in readers.c for each format. A reader recognises its format by content, believes nothing that
 * a file says, and takes memory only for what the size of a file proves. Pure but for reading files; any thread.
 */
#ifndef STRATA_DATA_READER_H
#define STRATA_DATA_READER_H

#include "examples.h"

/* What shall be read, and how. All texts are borrowed. */
typedef struct {
    const char *path;               /* a folder or a file */
    const char *test_path;          /* a file of the same format with the test examples; NULL: none was named */
    const char *label;              /* csv: the column of the label, a name or a number from 1; NULL: not said */
    const char *const *one_hot;     /* csv: the text columns to take as one feature a text, */
    size_t one_hots;                /* and how many */
    bool coarse;                    /* cifar-100: the 20 coarse labels instead of the 100 fine ones */
    bool unlabelled;                /* examples alone: no classes, test = 0; for predictions */
    int features;                   /* unlabelled: how many an example has, where a model says so: then libsvm does not take the largest
                                       index, and csv no column for the label where there are so many; 0: not known */
} data_request;

typedef struct {
    const char *name;               /* "idx"; what a description calls it */
    const char *help;               /* one line: which files */
    /* Is this what the reader reads? Looks at names in a folder and at first bytes of files; false when it cannot tell. */
    bool (*recognises)(const char *path);
    /* Fills *out, an `examples` {0}. On failure it is empty again, and the sentence names file, line or offset, value, and what to do. */
    strata_status (*read)(const data_request *request, examples *out);
} data_reader;

/* Every reader, in the order in which they are asked; *count receives their number. */
const data_reader *data_readers(size_t *count);

/* The reader that recognises what lies at the path, or NULL. */
const data_reader *data_reader_of(const char *path);

/* The reader of this name, or NULL. */
const data_reader *data_reader_named(const char *name);

#endif
