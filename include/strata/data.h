/*
 * Data sets: CIFAR-10 from its binary files, or the synthetic set of the same form. A data set never changes after it was made, so any
 * number of threads may use it at once.
 */
#ifndef STRATA_DATA_H
#define STRATA_DATA_H

#include "strata/core.h"

enum {
    STRATA_PIXELS = 3072,        /* bytes of an image: 1024 red, 1024 green, 1024 blue; each colour is 32 rows of 32 */
    STRATA_CLASSES = 10,
    STRATA_TRAIN_IMAGES = 50000, /* in the five training files; the settings n_train and n_val choose from these */
    STRATA_TEST_IMAGES = 10000   /* in the test file */
};

/* What an example is made of. */
typedef enum { STRATA_BYTES, STRATA_FLOATS } strata_element;

enum { STRATA_FEATURES_MAX = 1000000, STRATA_CLASSES_MAX = 65536 };

/* The form of a data set. An image lies channel after channel, each row by row: features = channels * height * width. */
typedef struct {
    strata_element element;
    int features;                /* 1 .. STRATA_FEATURES_MAX */
    int height, width, channels; /* of an image, channels 1 or 3; all 0 where examples are no images */
    int classes;                 /* 2 .. STRATA_CLASSES_MAX */
} strata_form;

typedef struct strata_data strata_data;

/* The parts of a data set. The settings n_train and n_val say which training images belong to the first two. */
typedef enum { STRATA_TRAIN_PART, STRATA_VALIDATION_PART, STRATA_TEST_PART } strata_part;

/* What is known about a data set. The data set owns all texts and arrays. */
typedef struct {
    bool known;                        /* this version knows a data set with these digests */
    const char *kind;                  /* "official", "once-through-JPEG", "synthetic", "unknown" */
    const char *title;                 /* a sentence for people: which data set this is */
    const char *source;                /* the folder, or "built in (seed N)" */
    const char *digest;                /* SHA-256 over the SHA-256 digests of the six files, in order; 64 hexadecimal digits */
    const char *const *class_names;    /* [STRATA_CLASSES] */
    const char *const *file_names;     /* [6]: the five training files, then the test file */
    const char *const *file_digests;   /* [6]: SHA-256, 64 hexadecimal digits each */
    const long *counts;                /* [6 * STRATA_CLASSES]: images of each class, file after file */
} strata_data_facts;

STRATA_BEGIN

/* Opens a folder with the six official binary files. Reads and checks every byte: file sizes, labels, images of each class, digests. Takes
 * about 0.3 s and 184 MB of memory, and 31 MB more while it reads. The caller owns *out. STRATA_ERR_DATA when a file is missing or is not
 * what it claims to be; STRATA_ERR_STORAGE when it cannot be read; STRATA_ERR_MEMORY. */
strata_status strata_data_open(const char *folder, strata_data **out);

/* Draws the synthetic set of this seed in memory, with `threads` threads. The bytes do not depend on the number of threads. The caller owns
 * *out. STRATA_ERR_ARGUMENT for a wrong number of threads; STRATA_ERR_MEMORY. */
strata_status strata_data_synthetic(uint64_t seed, int threads, strata_data **out);

/* Writes the data set to a folder as official binary files. batches.meta.txt is written last: its presence says that the folder is
 * complete. STRATA_ERR_STORAGE. */
strata_status strata_data_write(const strata_data *data, const char *folder);

/* Frees a data set. NULL is allowed. */
void strata_data_free(strata_data *data);

/* What is known about the data set. Belongs to the data set. */
const strata_data_facts *strata_data_describe(const strata_data *data);

/* Looks up test image number `image`, 0 .. STRATA_TEST_IMAGES - 1. *bytes receives a pointer to its [STRATA_PIXELS] bytes, which belong to
 * the data set; *label receives its class. All test images lie one behind the other, so those of image 0 begin all of them.
 * STRATA_ERR_ARGUMENT for any other number. */
strata_status strata_data_test_image(const strata_data *data, long image, const uint8_t **bytes, int *label);

STRATA_END

#endif
