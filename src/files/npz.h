/*
 * NumPy's archives of arrays (.npz): a zip whose members are NAME.npy. The directory at its end alone says what is in it; members are
 * stored or deflated, nothing else, and are unpacked into memory, never into files.
 */
#ifndef STRATA_FILES_NPZ_H
#define STRATA_FILES_NPZ_H

#include "array.h"
#include "digest.h"

enum { NPZ_MEMBERS = 64, NPZ_NAME = 64 };

typedef struct npz npz;

bool npz_is_head(const uint8_t *bytes, size_t size);

/* Reads the file, and checks its directory: NPZ_MEMBERS members at most, each NAME.npy without folders and once, none encrypted, sizes
 * that its bytes can unpack to, ARRAY_LIMIT bytes together. The caller owns *out. STRATA_ERR_DATA, STRATA_ERR_STORAGE,
 * STRATA_ERR_MEMORY; STRATA_ERR_INTERNAL in a build without libzip. */
strata_status npz_open(const char *path, npz **out, char digest[DIGEST_TEXT]);

size_t npz_count(const npz *z);

/* The name of member m, 0 .. count - 1, without .npy; belongs to the archive. */
const char *npz_name(const npz *z, size_t m);

/* Unpacks a member; the array owns its block. */
strata_status npz_read(npz *z, size_t m, array *out);

void npz_free(npz *z); /* NULL is allowed */

/* A member to be written: NAME.npy, and the bytes of such a file (npy_to_memory). */
typedef struct {
    const char *name;
    const uint8_t *bytes; /* borrowed */
    size_t size;
} npz_member;

/* Writes an archive whose members are stored, durably and with the same bytes on every machine. STRATA_ERR_STORAGE, STRATA_ERR_MEMORY;
 * STRATA_ERR_INTERNAL in a build without libzip. */
strata_status npz_write(const char *path, const npz_member *members, size_t count);

#endif
