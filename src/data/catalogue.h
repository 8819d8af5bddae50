/*
 * The catalogue of public data sets: a folder of descriptions (datasets/), and where their files lie on this machine: at home, in
 * HOME/NAME, or where a package of Debian has put them. It reads no environment and no network: folder and home are the caller's.
 * Pure but for reading files; any thread.
 */
#ifndef STRATA_DATA_CATALOGUE_H
#define STRATA_DATA_CATALOGUE_H

#include "description.h"
#include "text.h"

/* All sets, in the order of their names. {0} is an empty one. */
typedef struct {
    data_description **at;
    size_t count;
} catalogue;

/* Reads every *.yaml of the folder. One that is wrong is a failure, with file and line; so is one whose name is not that of its file.
 * STRATA_ERR_DATA when the folder is not there. On failure *out is empty. */
strata_status catalogue_read(const char *folder, catalogue *out);
void catalogue_free(catalogue *c);

/* The set of this name, or NULL. Belongs to the catalogue. */
const data_description *catalogue_named(const catalogue *c, const char *name);

/* "name: no data set of the catalogue has this name; did you mean ...?", as STRATA_ERR_DATA. */
strata_status catalogue_unknown(const catalogue *c, const char *name);

/* ---- where a set lies ---------------------------------------------------------------------------------------------------------------- */

typedef enum {
    CATALOGUE_AT_HOME,    /* HOME/NAME, as fetch puts it, or the archive's own folder in it, as tar does */
    CATALOGUE_IN_PACKAGE, /* where the package of Debian has it */
    CATALOGUE_NOWHERE
} catalogue_place;

/* Looks for all files of a set, at home and then in the package's folder; home may be NULL. `folder` is emptied and receives the place, or,
 * nowhere, HOME/NAME, if there is a home. *missing: the first file that is not there, where others of the set are; else NULL.
 * Where that cannot be told it is a failure. */
strata_status catalogue_place_of(const data_description *set, const char *home, catalogue_place *place, text *folder,
                                 const char **missing);

/* Adds the command that brings the set: "strata data fetch NAME" and the package's, if there is one, which is
 * all of them where no address is known. */
void catalogue_add_how(const data_description *set, text *words);

/* ---- what --data means --------------------------------------------------------------------------------------------------------------- */

/* What is to be read. Owns all texts that the request borrows. {0} is an empty one. */
typedef struct {
    data_request request;
    data_description *description; /* NULL: a folder or file by itself */
    bool of_catalogue;             /* the description is one of the catalogue's */
    text path;                     /* of the folder or file */
    text file;                     /* of a set that is one file in that folder: this file, which the request names; else empty */
} catalogue_found;

/*
 * Finds what `what` means: a folder or a file that is there; a description, a file *.yaml; else the name of a set in the catalogue
 * `folder`, whose files lie at `home` (NULL: there is none) or in a package. Fills *out: request.path and, from the description, test_path,
 * label, one_hot and coarse, which the caller may change. Then description_reader and description_apply (where there is a description;
 * else data_reader_of) go on. STRATA_ERR_DATA when it is not there, with the names that are known and the command that brings the set;
 * STRATA_ERR_ARGUMENT for a wrong description. On failure *out is empty.
 */
strata_status catalogue_find(const char *what, const char *folder, const char *home, catalogue_found *out);
void catalogue_found_free(catalogue_found *found);

/* ---- is it whole --------------------------------------------------------------------------------------------------------------------- */

typedef enum {
    CATALOGUE_SAME,     /* size and digest are those of the description */
    CATALOGUE_PACKED,   /* they are those of the package of Debian */
    CATALOGUE_OTHER,    /* other bytes */
    CATALOGUE_MISSING,
    CATALOGUE_UNKNOWN   /* nobody has published a digest; a size that is known is right */
} catalogue_verdict;

/* A file as it lies there. */
typedef struct {
    const char *name;         /* of the description */
    const char *due;          /* the digest that is due; NULL: not known */
    size_t size;              /* 0 when missing */
    char digest[DIGEST_TEXT]; /* "" when missing */
    catalogue_verdict verdict;
} catalogue_file;

/* Reads all files of the set in the folder. out: [set->files.count]; *good: none is of other bytes, none is missing. */
strata_status catalogue_verify(const data_description *set, const char *folder, catalogue_file *out, bool *good);

#endif
