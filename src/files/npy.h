/*
 * NumPy's arrays (.npy): a magic, a version, the length of a head, the head, the numbers. The head is a Python dict; it is parsed as
 * the three entries that it must have, and never evaluated. Numbers alone: an array of objects is a pickle, which could run anything.
 */
#ifndef STRATA_FILES_NPY_H
#define STRATA_FILES_NPY_H

#include "array.h"
#include "digest.h"

enum { NPY_HEAD = 10000 }; /* the longest head that is read, as NumPy has it */

bool npy_is_head(const uint8_t *bytes, size_t size);

/* Takes the bytes of a whole file for what they say: versions 1, 2 and 3, types b1 u1 .. u8 i1 .. i8 f4 f8 in either order, 1 to
 * ARRAY_RANK dimensions, Fortran's order for two of them. out->bytes points into them. `path` is for the sentence. STRATA_ERR_DATA. */
strata_status npy_parse(const char *path, const uint8_t *bytes, size_t size, array *out);

/* Reads the file; the array owns its block. An empty array on failure. STRATA_ERR_DATA, STRATA_ERR_STORAGE, STRATA_ERR_MEMORY. */
strata_status npy_read(const char *path, array *out, char digest[DIGEST_TEXT]);

/* Writes an array, which lies row after row, durably. STRATA_ERR_STORAGE. */
strata_status npy_write(const char *path, const array *a);

/* The bytes of such a file in memory, to be freed by the caller. */
strata_status npy_to_memory(const array *a, uint8_t **bytes, size_t *size);

/* The same of an array of texts in UTF-8, which become NumPy's str: [count], or of one text without a dimension. STRATA_ERR_ARGUMENT for
 * one of more than a million characters. */
strata_status npy_texts_to_memory(const char *const *words, size_t count, bool alone, uint8_t **bytes, size_t *size);

#endif
