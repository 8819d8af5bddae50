/*
 * IDX, the format of MNIST: two zero bytes, a type, a number of dimensions, each dimension in four bytes, the numbers; all with the
 * most significant byte first. Plain, or compressed by gzip.
 */
#ifndef STRATA_FILES_IDX_H
#define STRATA_FILES_IDX_H

#include "array.h"
#include "digest.h"

/* Do the first bytes begin an IDX file? *rank receives its number of dimensions. */
bool idx_is_head(const uint8_t *bytes, size_t size, int *rank);

/* Takes the whole file's bytes for what they say: types 08 (u1), 09 (i1), 0B (i2), 0C (i4), 0D (f4), 0E (f8), 1 to ARRAY_RANK
 * dimensions. out->bytes points into them. `path` is for the sentence. STRATA_ERR_DATA. */
strata_status idx_parse(const char *path, const uint8_t *bytes, size_t size, array *out);

/* Reads the file; the array owns its block. An empty array on failure. STRATA_ERR_DATA, STRATA_ERR_STORAGE, STRATA_ERR_MEMORY. */
strata_status idx_read(const char *path, array *out, char digest[DIGEST_TEXT]);

#endif
