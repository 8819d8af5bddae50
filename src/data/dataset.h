/*
 * A data set in memory: all examples and labels of the training pool, then of the test part. Of CIFAR-10's form they lie in file order, of
 * other forms the pool is shuffled (examples.h). Never changed once made, so any number of threads may read it. Tests make small ones of
 * CIFAR-10's form (fewer images a file).
 */
#ifndef STRATA_DATA_DATASET_H
#define STRATA_DATA_DATASET_H

#include "examples.h"
#include "mat.h"

enum { DATA_FILES = 6, DATA_RECORD = 1 + STRATA_PIXELS, DATA_PER_FILE = 10000, DATA_SOURCE = 4200,
       DATA_KIND = 64, DATA_TITLE = 256 };

struct strata_data {
    strata_form form;
    int per_file;                       /* of CIFAR-10's six files: 10,000 images outside tests; else 0 */
    int train_images, test_images;      /* examples of the training pool and of the test part */
    uint8_t *image;                     /* [features x (train + test)] of bytes, or */
    float *table;                       /* of floats; the other is NULL */
    uint16_t *label;                    /* [train + test] */
    uint32_t *identity;                 /* 0, 1, 2, ...: the index of a mini-batch of successive examples starts inside it */
    char source[DATA_SOURCE];
    char kind[DATA_KIND], title[DATA_TITLE], note[DATA_TITLE];
    char digest[DIGEST_TEXT];
    examples_file file[EXAMPLES_FILES];
    const char *file_names[EXAMPLES_FILES], *file_digests[EXAMPLES_FILES];
    char **own_names;                   /* [classes]; NULL where the names are static */
    long counts[DATA_FILES][STRATA_CLASSES]; /* of CIFAR-10's form */
    long *part_counts;                  /* [2 x classes] */
    strata_data_facts facts;
};

/* CIFAR-10's form. */
extern const strata_form data_cifar10_form;

/* Are these the same form? */
bool data_same_form(const strata_form *a, const strata_form *b);

/* The names of the six files, the training files first. */
extern const char *const data_file_names[DATA_FILES];

/* Room for six files of per_file images, each to be filled. */
strata_status data_create(int per_file, strata_data **out);

/* Takes `count` records of file f in, the first of which is number `first`: labels, counts, images. `path` is for the sentence. Different
 * files may come from different threads. */
strata_status data_take_records(strata_data *data, int f, int first, int count, const uint8_t *records, const char *path);

/* All records of file f, and its digest. */
strata_status data_take_file(strata_data *data, int f, const uint8_t *records, const char *path);

/* After the last file: the digest of the whole, and which data this is. */
strata_status data_finish(strata_data *data, const char *source);

/* The digest of a whole set in CIFAR-10's form from those of its files. */
strata_status data_digest_of_files(const char *const file_digest[DATA_FILES], char out[DIGEST_TEXT]);

/* Is the path a folder where one of the six files is? */
bool data_has_cifar10_file(const char *path);

/* strata_data_open for files of per_file images. */
strata_status data_open_folder(const char *folder, int per_file, strata_data **out);

/* What names CIFAR-10's six files as a reader: "cifar-10". They are no row of readers.c, because they keep their order and digest. */
extern const char data_cifar10_reader[];

/* The synthetic set with per_file images a file: the first per_file of each file of the whole set. */
strata_status data_draw(uint64_t seed, int per_file, int threads, strata_data **out);

/* Names a finished data set as the synthetic one. */
void data_call_synthetic(strata_data *data);

/* An empty data set with memory for what every form has, but for the examples: labels, the identity, counts. */
strata_status data_new(const strata_form *form, int train, int test, strata_data **out);

/* Counts the examples of each class in both parts, and fills in the facts that follow from the form. */
void data_count(strata_data *data);

/*
 * Makes a data set of what a reader has read, or arrays held, and takes its memory: *e is empty afterwards, on failure too. Checks labels,
 * features and classes; makes a test part of the last test_share of the examples where there is none; puts the training pool in an order
 * that any part of it from either end has the classes in their shares; digests form, names, examples and labels. how->name and how->title
 * name it. An unlabelled set has test examples of class 0 alone. STRATA_ERR_DATA; STRATA_ERR_MEMORY.
 */
strata_status data_from_examples(examples *e, const strata_data_source *how, const char *source, strata_data **out);

/* The digest of data of another form than CIFAR-10's: of form, names of classes, examples and labels, computed anew. STRATA_ERR_MEMORY. */
strata_status data_digest_examples(const strata_data *data, char out[DIGEST_TEXT]);

/* The names of the classes that data of this digest are known to have; NULL for unknown data. Static. */
const char *const *data_known_names(const char *digest);

#endif
