/* IDX, read with suspicion: the head says how long the file must be, and nothing is taken from one of another length. */
#include "idx.h"

#include <stdlib.h>

#include "gz.h"

enum { IDX_MAGIC = 4, IDX_DIMENSION = 4, IDX_HEAD = IDX_MAGIC + IDX_DIMENSION * ARRAY_RANK };

/* The third byte. */
static const struct {
    uint8_t code;
    array_type type;
} codes[] = {
    { 0x08, ARRAY_U1 }, { 0x09, ARRAY_I1 }, { 0x0b, ARRAY_I2 }, { 0x0c, ARRAY_I4 }, { 0x0d, ARRAY_F4 }, { 0x0e, ARRAY_F8 },
};

static array_type type_of(uint8_t code)
{
    for (size_t q = 0; q < sizeof codes / sizeof *codes; q++) {
        if (codes[q].code == code) return codes[q].type;
    }
    return ARRAY_TYPES;
}

bool idx_is_head(const uint8_t *bytes, size_t size, int *rank)
{
    if (size < IDX_MAGIC || bytes[0] != 0 || bytes[1] != 0 || type_of(bytes[2]) == ARRAY_TYPES || bytes[3] == 0) return false;
    *rank = bytes[3];
    return true;
}

/* *head and *due receive the bytes of the head, and of the whole file. */
static strata_status parse_head(const char *path, const uint8_t *bytes, size_t size, array *out, size_t *head, size_t *due)
{
    if (!idx_is_head(bytes, size, &out->rank)) {
        return status_fail(STRATA_ERR_DATA,
                           "%.200s: is no IDX file: it does not begin with 00 00, a type (08 09 0B 0C 0D 0E) and a "
                           "number of dimensions; fetch the file again",
                           path);
    }
    if (out->rank > ARRAY_RANK) {
        return status_fail(STRATA_ERR_DATA, "%.200s: byte 3 says %d dimensions, where 1 .. %d can be read", path, out->rank,
                           ARRAY_RANK);
    }
    out->type = type_of(bytes[2]);
    out->big = true;
    *head = IDX_MAGIC + IDX_DIMENSION * (size_t)out->rank;
    if (size < *head) return status_fail(STRATA_ERR_DATA, "%.200s: ends after %zu of the %zu bytes of its head", path, size, *head);
    for (int r = 0; r < out->rank; r++) {
        const uint8_t *d = bytes + IDX_MAGIC + IDX_DIMENSION * r;
        out->dim[r] = (size_t)d[0] << 24 | (size_t)d[1] << 16 | (size_t)d[2] << 8 | d[3];
    }
    if (!array_size(out, due)) {
        char shape[ARRAY_SHAPE];
        return status_fail(STRATA_ERR_DATA, "%.200s: its dimensions %s are nothing, or more than the %zu bytes that an array may have",
                           path, array_shape(out, shape), ARRAY_LIMIT);
    }
    *due += *head;
    return STRATA_OK;
}

strata_status idx_parse(const char *path, const uint8_t *bytes, size_t size, array *out)
{
    array a = { 0 };
    size_t head, due;
    char shape[ARRAY_SHAPE];
    *out = a;
    TRY(parse_head(path, bytes, size, &a, &head, &due));
    if (size != due) {
        return status_fail(STRATA_ERR_DATA, "%.200s: has %zu bytes, where its dimensions %s ask for %zu; fetch the file again", path,
                           size, array_shape(&a, shape), due);
    }
    a.bytes = bytes + head;
    *out = a;
    return STRATA_OK;
}

strata_status idx_read(const char *path, array *out, char digest[DIGEST_TEXT])
{
    uint8_t first[IDX_HEAD], *bytes = NULL;
    size_t head, due = ARRAY_LIMIT, size, seen = gz_head(path, first, sizeof first);
    array a = { 0 };
    *out = a;
    if (seen > 0) TRY(parse_head(path, first, seen, &a, &head, &due));
    TRY(gz_read_all(path, due, &bytes, &size, digest)); /* of a file that cannot be read, this says why */
    strata_status status = idx_parse(path, bytes, size, &a);
    if (status != STRATA_OK) {
        free(bytes);
        return status;
    }
    a.owned = bytes;
    *out = a;
    return STRATA_OK;
}
