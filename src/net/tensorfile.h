/*
 * Named tensors of F32 in one file, in the safetensors format:
 *
 *     8 bytes   little-endian length N of the header
 *     N bytes   JSON: { "__metadata__": { text: text }, name: { "dtype", "shape", "data_offsets": [from, to) }, ... }
 *     the rest  the elements, row-major, little-endian, in the order of their offsets, without holes or overlaps
 *
 * The reader believes nothing: sizes are compared with the file's length before anything is taken or touched, and a file with a hole, an
 * overlap, another type, a number that is not finite, or anything left over is refused. A file names no other file.
 *
 * What is written carries a digest of all it says (tensordigest.h) as the text `digest` of its metadata; a file with another digest than
 * its own is refused. One without any may be damaged and nobody can tell.
 */
#ifndef STRATA_NET_TENSORFILE_H
#define STRATA_NET_TENSORFILE_H

#include <stdint.h>

#include "json.h"
#include "status.h"

/* Tensors of a file at most: 64 layers of 6, or of 7 with the counters of another program, and the input's two. */
enum { TENSORFILE_MOST = 512 };

typedef struct tensorfile tensorfile;

/* ---- reading ------------------------------------------------------------------------------------------------------------------------- */

strata_status tensorfile_open(const char *path, tensorfile **out);

/* The same of a state dict that another program wrote: elements may also be F64, F16 or BF16, which become floats where they are read, and
 * counters, I64 of no dimension whose names end in .num_batches_tracked, are left out. */
strata_status tensorfile_open_foreign(const char *path, tensorfile **out);

/* The same as tensorfile_open of the bytes of a file in memory, which are borrowed until it is freed. */
strata_status tensorfile_of(const uint8_t *bytes, size_t size, tensorfile **out);
void tensorfile_free(tensorfile *file);

/* The metadata text under a key, or NULL. */
const char *tensorfile_metadata(const tensorfile *file, const char *key);

int tensorfile_count(const tensorfile *file);

/* The name of tensor `number`, 0 .. count - 1, in the order in which they lie in the file; NULL behind the last. */
const char *tensorfile_name(const tensorfile *file, int number);

/* Has the file a digest? It is the right one then. */
bool tensorfile_verified(const tensorfile *file);

/* Is there a tensor of this name and of the shape [rows, cols], or [rows] for cols = 0? STRATA_ERR_DATA with a sentence when not. */
strata_status tensorfile_expect(const tensorfile *file, const char *name, int rows, int cols);

/* The shape of the tensor of this name, cols = 0 of a vector. False when there is none. */
bool tensorfile_shape(const tensorfile *file, const char *name, int *rows, int *cols);

/* The first tensor in the file that has none of these names, or NULL. */
const char *tensorfile_other(const tensorfile *file, const char *const *names, size_t count);

/* Columns first .. first + count - 1 of the tensor called name, which must have the shape [rows, cols], or [rows] for cols = 0 (then it is
 * one column), as doubles in column-major order into out [rows * count]. STRATA_ERR_DATA when it is absent, of another shape, or has a
 * number there that is not finite. */
strata_status tensorfile_read(const tensorfile *file, const char *name, int rows, int cols, int first, int count, double *out);

/* ---- writing: what there is first, then the elements, as they come ------------------------------------------------------------------- */

/* Bytes that a file may have to be read again, and so to be written. */
#define TENSORFILE_LIMIT ((uint64_t)1 << 32)

typedef struct tensorwriter tensorwriter;

/* A rectangle of tensor `number` (in the order in which they were added): rows row .. row + rows - 1, columns col .. col + cols - 1, as
 * floats row after row into out [rows * cols]. It may be asked for any number of times. */
typedef void tensor_source(const void *self, int number, int row, int rows, int col, int cols, float *out);

/* A file whose elements come from a source: no copy of them is made, so that writing a file of any size takes little memory. */
strata_status tensorwriter_new(tensor_source *source, const void *self, tensorwriter **out);
void tensorwriter_free(tensorwriter *writer);
void tensorwriter_metadata(tensorwriter *writer, const char *key, const char *value);

/* Adds a tensor of shape [rows, cols], or [rows] for cols = 0: TENSORFILE_MOST of them at most. */
strata_status tensorwriter_add(tensorwriter *writer, const char *name, int rows, int cols);

/* SHA-256 of the elements of all tensors: equal digests, equal parameters. */
strata_status tensorwriter_digest(const tensorwriter *writer, char out[65]);

/* The whole file, with its digest. The writer's metadata gets it, too. */
strata_status tensorwriter_save(const tensorwriter *writer, const char *path);

/* The same bytes in memory, to be freed by the caller. On failure both are as they were. */
strata_status tensorwriter_bytes(const tensorwriter *writer, uint8_t **bytes, size_t *size);

#endif
