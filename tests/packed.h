/* Files of arrays as other programs write them, made byte by byte, so that a test can make them wrong: gzip, zip, IDX, npy. */
#ifndef STRATA_TESTS_PACKED_H
#define STRATA_TESTS_PACKED_H

#include <stddef.h>
#include <stdint.h>

/* Bytes that grow; freed with made_free. */
typedef struct {
    uint8_t *at;
    size_t size;
} made;

void made_add(made *m, const void *bytes, size_t size);
void made_free(made *m);

/* Adds the bytes compressed, as a member of gzip's. */
void made_add_gzip(made *m, const void *bytes, size_t size);

/* Adds a head of IDX: type, and `rank` dimensions. */
void made_add_idx(made *m, uint8_t type, int rank, const uint32_t *dim);

/* Adds a head of NumPy's, of version `major`: this text, then blanks. */
void made_add_npy(made *m, int major, const char *dict);

/* A zip of these members. method 0: stored, 8: deflated; flags: 1 is encrypted. */
typedef struct {
    const char *name;
    made data;
    int method, flags;
    uint32_t claimed; /* its size, as the directory says it; 0: what it is */
} made_member;
made made_zip(const made_member *members, int count);

/* Writes the bytes to the test's folder under this name, and returns its path (in_folder). */
const char *made_file(const char *name, const made *m);

#endif
