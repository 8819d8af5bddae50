/*
 * A data set in memory: all images and labels of the five training files, then of the test file, in file order. Never changed once made,
 * so any number of threads may read it. Tests make small ones of the same form (fewer images a file).
 */
#ifndef STRATA_DATA_DATASET_H
#define STRATA_DATA_DATASET_H

#include "digest.h"
#include "mat.h"
#include "strata/data.h"

enum { DATA_FILES = 6, DATA_RECORD = 1 + STRATA_PIXELS, DATA_PER_FILE = 10000, DATA_SOURCE = 4200 };

struct strata_data {
    int per_file;                       /* images of a file: 10,000 outside tests */
    int train_images, test_images;      /* 5 per_file and per_file */
    uint8_t *image;                     /* [STRATA_PIXELS x (train + test)] */
    uint16_t *label;                    /* [train + test] */
    uint32_t *identity;                 /* 0, 1, 2, ...: the index of a mini-batch of successive images starts inside it */
    char source[DATA_SOURCE];
    char file_digest[DATA_FILES][DIGEST_TEXT];
    char digest[DIGEST_TEXT];
    const char *file_digests[DATA_FILES];
    long counts[DATA_FILES][STRATA_CLASSES];
    strata_data_facts facts;
};

/* The names of the six files, the training files first. */
extern const char *const data_file_names[DATA_FILES];

/* Room for six files of per_file images. */
strata_status data_create(int per_file, strata_data **out);

/* Takes the records of file f (per_file of them) in: digest, labels, counts, images. `path` is for the sentence. */
strata_status data_take_file(strata_data *data, int f, const uint8_t *records, const char *path);

/* After the last file: the digest of the whole, and which data this is. */
strata_status data_finish(strata_data *data, const char *source);

/* strata_data_open for files of per_file images. */
strata_status data_open_folder(const char *folder, int per_file, strata_data **out);

/* The synthetic set with per_file images a file: the first per_file of each file of the whole set. */
strata_status data_draw(uint64_t seed, int per_file, int threads, strata_data **out);


/* Names a finished data set as the synthetic one. */
void data_call_synthetic(strata_data *data);

#endif
