/*
 * Data sets: images and tables of any form, from files, from arrays in memory, or drawn (the synthetic set). A data set never changes after
 * it was made, so any number of threads may use it at once.
 */
#ifndef STRATA_DATA_H
#define STRATA_DATA_H

#include "strata/core.h"

/* What an example is made of. */
typedef enum { STRATA_BYTES, STRATA_FLOATS } strata_element;

enum { STRATA_FEATURES_MAX = 1000000, STRATA_CLASSES_MAX = 65536 };

/* The form of a data set. An image lies channel after channel, each row by row: features = channels * height * width. The struct stays as
 * it is: other structs hold it. */
typedef struct {
    strata_element element;
    int features;                /* 1 .. STRATA_FEATURES_MAX */
    int height, width, channels; /* of an image, channels 1 or 3; all 0 where examples are no images */
    int classes;                 /* 2 .. STRATA_CLASSES_MAX */
} strata_form;

/* The numbers of CIFAR-10 and of the synthetic set, for programs that use these alone. Others ask strata_data_facts. */
enum {
    STRATA_PIXELS = 3072,        /* bytes of an image: 1024 red, 1024 green, 1024 blue; each colour is 32 rows of 32 */
    STRATA_CLASSES = 10,
    STRATA_TRAIN_IMAGES = 50000, /* in the five training files */
    STRATA_TEST_IMAGES = 10000   /* in the test file */
};

typedef struct strata_data strata_data;

/* The parts of a data set. The settings n_train and n_val say which examples of the training pool belong to the first two. */
typedef enum { STRATA_TRAIN_PART, STRATA_VALIDATION_PART, STRATA_TEST_PART } strata_part;

/* What is known about a data set. The data set owns all texts and arrays. */
typedef struct {
    bool known;                        /* this version knows a data set with these digests */
    const char *kind;                  /* "official", "once-through-JPEG", "synthetic", "unknown" of CIFAR-10's form; else its name */
    const char *title;                 /* a sentence for people: which data set this is */
    const char *source;                /* the folder or file, "built in (seed N)" or "memory" */
    const char *digest;                /* SHA-256 of what is trained on, 64 hexadecimal digits: of six files in CIFAR-10's form that over
                                          their SHA-256 digests, in order; of other data that over form, class names, examples and labels */
    const char *const *class_names;    /* [form->classes] */
    const char *const *file_names;     /* [files]: those that were read, without folders; the five training files, then the test file */
    const char *const *file_digests;   /* [files]: SHA-256, 64 hexadecimal digits each */
    const long *counts;                /* [6 * form->classes]: images of each class, file after file; NULL but for CIFAR-10's form */
    const strata_form *form;
    int files;
    long train_examples;               /* of the training pool, from which n_train and n_val choose */
    long test_examples;
    const long *part_counts;           /* [2 * form->classes]: examples of each class in the training pool, then in the test part */
    const char *note;                  /* what a reader decided, for people: a header line that was found; "" for nothing */
} strata_data_facts;

/*
 * What shall be read, and how. With all fields but size and path zero: what lies at the path, recognised by its content.
 * All texts are borrowed for the call.
 */
typedef struct {
    size_t size;                 /* sizeof(strata_data_source) */
    const char *path;            /* a folder or a file */
    const char *reader;          /* "cifar-10", "cifar-100", "idx", "npy", "csv" or "libsvm"; NULL: by content */
    const char *test_path;       /* a file of the same format with the test examples; NULL: none */
    double test_share;           /* of the examples that become the test part where there is none: above 0, below 1; 0: none */
    const char *label;           /* csv: the column of the label, a name or a number from 1; NULL: by its name */
    const char *const *one_hot;  /* csv: text columns to take as one feature a text, */
    size_t one_hots;             /* and how many */
    bool coarse;                 /* cifar-100: the 20 coarse labels instead of the 100 fine ones */
    bool file_order;             /* leaves the training pool in the order of the files */
    bool untested;               /* takes data without a test part, too: to look at them, not to train */
    bool unlabelled;             /* for predictions: examples alone. All are test examples of class 0, and there is no training pool */
    const char *name;            /* what the data are called in records; NULL: the name of the folder or file */
    const char *title;           /* a sentence for people; NULL: one is made */
    const char *const *class_names; /* instead of those in the files; NULL: these */
    size_t classes;              /* how many of them; it must be the number that the files have */
} strata_data_source;

/* A data set as arrays in memory: bytes or floats. All arrays are borrowed for the call; strata_data_from_arrays copies them. */
typedef struct {
    size_t size;                    /* sizeof(strata_arrays) */
    strata_form form;               /* features, and classes unless there are no labels; an image's shape, or zeros */
    long train, test;               /* examples; test may be 0 where test_share is above 0 */
    const void *examples;           /* [train] rows of form.features bytes or floats (form.element) */
    const void *test_examples;      /* [test] of the same; NULL with test = 0 */
    size_t stride;                  /* elements from one row to the next; 0: form.features */
    const uint16_t *labels;         /* [train], below form.classes */
    const uint16_t *test_labels;    /* [test] */
    const char *const *class_names; /* [form.classes]; NULL: the numbers */
    double test_share;              /* as in strata_data_source */
    const char *name;               /* what the data are called in records; NULL: "memory" */
    bool file_order;                /* leaves the training pool in the order given */
    bool untested;                  /* takes data without a test part. The test scores of a training on them are NaN */
    long validation;                /* examples of a validation part of its own, not with test_share; 0: none. The training pool ends with
                                       them, in the order given, so n_val = their number makes them the validation part */
    const void *validation_examples;   /* [validation] rows */
    const uint16_t *validation_labels; /* [validation] */
    size_t validation_stride, test_stride; /* of these rows; 0: stride */
} strata_arrays;

/* What strata_data_inspect finds. */
typedef struct {
    size_t size;                 /* sizeof(strata_data_inspection), set by the caller */
    double least, most;          /* of all values */
    long constant_features;      /* features that are equal in all examples of the training pool */
    long first_constant;         /* the first of them, from 0; -1: none */
    long twins_in_training;      /* examples of the training pool that are equal to an earlier one of it, */
    long twins_of_training;      /* test examples that are equal to one of the training pool, */
    long twins_in_test;          /* and others that are equal to an earlier test example */
    long twins_of_another_class; /* of these three together, those whose label differs from that of the earlier one */
} strata_data_inspection;

STRATA_BEGIN

/* Opens the data set at a path: a folder with CIFAR-10's six official binary files, or what one of the readers recognises. Reads and checks
 * every byte. CIFAR-10 takes about 0.1 s on two cores and 184 MB of memory, and 1 MB more while it reads: with as many threads as there are
 * cores, or as strata_threads_limit allows. The caller owns *out. STRATA_ERR_DATA when a file is missing or is not what it claims to be;
 * STRATA_ERR_STORAGE when it cannot be read; STRATA_ERR_MEMORY. */
strata_status strata_data_open(const char *path, strata_data **out);

/*
 * Opens what `source` says. Of data that are not CIFAR-10's form the training pool is put into an order that any part of it from either end
 * has the classes in their shares: stratified, shuffled by the random stream "split", the same on every machine. Without a test part in the
 * files the last test_share of all examples in that order is the test part. Failures as of strata_data_open, and STRATA_ERR_DATA when there
 * is no test part and test_share is 0.
 */
strata_status strata_data_open_as(const strata_data_source *source, strata_data **out);

/*
 * Opens what `strata --data WHAT` means, WHAT being source->path: a folder or file, a folder with cifar-10-batches-bin in it, a description
 * (*.yaml), else the name of a public data set. `folder` has their descriptions: the installed share/strata/datasets, or the folder
 * datasets of the sources. Their files lie in HOME/NAME (home may be NULL) or where a package has put them. Of *source it takes
 * test_path, test_share, label, untested and unlabelled, too, which go before what a description says. With another field set, this is
 * strata_data_open_as. Failures as there; STRATA_ERR_DATA when it is not there, with the command that brings a public data set;
 * STRATA_ERR_ARGUMENT for a wrong description.
 */
strata_status strata_data_find(const strata_data_source *source, const char *folder, const char *home, strata_data **out);

/* Makes a data set of arrays, as strata_data_open_as does of files. The caller owns *out. STRATA_ERR_ARGUMENT for wrong sizes, labels
 * outside the classes, NaN and infinite features; STRATA_ERR_MEMORY. */
strata_status strata_data_from_arrays(const strata_arrays *arrays, strata_data **out);

/* Draws the synthetic set of this seed in memory, with `threads` threads. The bytes do not depend on the number of threads. The caller owns
 * *out. STRATA_ERR_ARGUMENT for a wrong number of threads; STRATA_ERR_MEMORY. */
strata_status strata_data_synthetic(uint64_t seed, int threads, strata_data **out);

/* Writes a data set of CIFAR-10's form to a folder as official binary files. batches.meta.txt is written last: its presence says that the
 * folder is complete. STRATA_ERR_ARGUMENT for another form; STRATA_ERR_STORAGE. */
strata_status strata_data_write(const strata_data *data, const char *folder);

/* Frees a data set. NULL is allowed. */
void strata_data_free(strata_data *data);

/* What is known about the data set. Belongs to the data set. */
const strata_data_facts *strata_data_describe(const strata_data *data);

/* Looks at every value and compares every example with all others. Takes about as long as reading the data. *out is filled in.
 * STRATA_ERR_ARGUMENT; STRATA_ERR_MEMORY. */
strata_status strata_data_inspect(const strata_data *data, strata_data_inspection *out);

/* Looks up test example number `example`, 0 .. test_examples - 1. *values receives a pointer to its [form->features] bytes or floats, which
 * belong to the data set; *label receives its class. Either may be NULL. All test examples lie one behind the other, so those of example 0
 * begin all of them. STRATA_ERR_ARGUMENT for any other number. */
strata_status strata_data_test_example(const strata_data *data, long example, const void **values, int *label);

/* The same of images of bytes. STRATA_ERR_ARGUMENT for data of floats, too. */
strata_status strata_data_test_image(const strata_data *data, long image, const uint8_t **bytes, int *label);

/* As strata_data_test_example, of the training pool: 0 .. train_examples - 1, in the order from which n_train and n_val choose. */
strata_status strata_data_train_example(const strata_data *data, long example, const void **values, int *label);

STRATA_END

#endif
