/*
 * Descriptions of data sets: YAML files that say what lies in which files and how to take it. The catalogue's (datasets/NAME.yaml) and a
 * user's own have one form; docs/data.md names the keys. A key that is not known is refused with the nearest known one, as everything else
 * that is wrong is, with file and line, before any data are read. Pure but for reading files; any thread.
 */
#ifndef STRATA_DATA_DESCRIPTION_H
#define STRATA_DATA_DESCRIPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader.h"
#include "yaml_file.h"

/* Texts in the order of the file. */
typedef struct {
    const char **at;
    size_t count;
} description_words;

/* A file of a data set as its authors gave it out. */
typedef struct {
    const char *name;   /* without folders */
    int64_t size;       /* bytes, from 1; 0: not known */
    const char *sha256; /* 64 lower-case hexadecimal digits; NULL: not known */
} description_file;

typedef struct {
    description_file *at;
    size_t count;
} description_files;

/* What a file says; NULL, 0 or empty where it says nothing. Owns all texts. */
typedef struct {
    const char *path; /* of the description */

    /* ---- what it is ---- */
    const char *name;                          /* lower-case letters, digits, '-': also the name of its folder at home */
    const char *title, *homepage, *licence, *citation;
    int image[3];                              /* height, width, channels (1 or 3) */
    long train_examples, test_examples;

    /* ---- how to take it ---- */
    const char *reader;                        /* the name of a row of data_readers(); NULL: by content */
    const char *train, *test;                  /* a folder or a file each; relative ones count from the folder of the description */
    const char *label;
    description_words one_hot, classes, coarse_classes;
    bool coarse;                               /* labels: coarse */
    bool file_order;                           /* split: file-order; else the split is stratified */
    double test_share;                         /* 0 < share < 1; 0: not said */

    /* ---- where it comes from ---- */
    description_words addresses;               /* of the archive; without one, of folders that have the files, each with '/' at its end */
    description_file archive;                  /* name NULL: there is none */
    const char *archive_folder;                /* the folder that its files are in; NULL: none */
    description_files files;
    const char *package, *package_folder;      /* of Debian, and where its files lie */
    description_files package_files;           /* the same names as `files`, where bytes differ */

    yaml_node *root;
    char *own[3]; /* path, train, test */
} data_description;

/* Reads and checks a description. On success *out is the caller's, on failure it is NULL. STRATA_ERR_ARGUMENT, with "path:line: " in front
 * of the sentence; STRATA_ERR_DATA or STRATA_ERR_STORAGE when the file cannot be read; STRATA_ERR_MEMORY. */
strata_status description_read(const char *path, data_description **out);
void description_free(data_description *d); /* NULL is fine */

/* Fills a request with what the description says of the way to take it; `folder` is where the files of a set without `train` lie. All texts
 * are borrowed from both. */
void description_request(const data_description *d, const char *folder, data_request *out);

/* The reader that it names, or the one that recognises what the request names. STRATA_ERR_ARGUMENT for a name that no reader has,
 * STRATA_ERR_DATA when none recognises it. */
strata_status description_reader(const data_description *d, const data_request *request, const data_reader **out);

/* Puts what the description says about the form in the place of what the files said: names of the classes (as `request` asks, the fine or
 * the coarse ones) and the shape of the images. STRATA_ERR_ARGUMENT, with file and line, where the two contradict each other; the examples
 * are as they were then. */
strata_status description_apply(const data_description *d, const data_request *request, examples *t);

/* Reads with this reader, applies the description (NULL: there is none) and makes a data set, which is the caller's. Failures as of the
 * reader, of description_apply and of data_from_examples. */
strata_status description_data(const data_description *d, const data_reader *reader, const data_request *request,
                               const strata_data_source *source, strata_data **out);

#endif
