/* safetensors, read with suspicion and written whole. */
#include "tensorfile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "bytes.h"
#include "digest.h"
#include "file.h"
#include "tensordigest.h"

enum {
    LENGTH_BYTES = 8,
    HEADER_LIMIT = 1 << 20,
    ENTRIES_MAX = 512, /* 64 layers of 6 tensors, and the input's two */
    RANK_MAX = 2,
    ELEMENT = 4
};

static const size_t file_limit = (size_t)1 << 32;

typedef struct {
    const char *name; /* owned by the header */
    int rank;
    int64_t dim[RANK_MAX];
    size_t from, to; /* bytes, from the first element */
} entry;

struct tensorfile {
    uint8_t *bytes;
    size_t size;
    doc *header;
    const uint8_t *elements;
    size_t elements_size;
    bool verified;
    int entries;
    entry entry[ENTRIES_MAX];
};

/* ---- reading ------------------------------------------------------------------------------------------------------------------------- */

static strata_status bad_entry(const char *name, const char *what)
{
    return status_fail(STRATA_ERR_DATA, "tensor '%.60s': %s", name, what);
}

/* The number of bytes the shape asks for; every factor is checked before it is multiplied in. */
static strata_status read_shape(const doc *shape, entry *e, size_t *bytes)
{
    if (!doc_is_list(shape) || doc_count(shape) < 1 || doc_count(shape) > RANK_MAX)
        return bad_entry(e->name, "its shape is no list of 1 or 2 numbers");
    e->rank = (int)doc_count(shape);
    *bytes = ELEMENT;
    for (int r = 0; r < e->rank; r++) {
        if (!doc_int(doc_at(shape, (size_t)r), &e->dim[r]) || e->dim[r] < 1 || e->dim[r] > INT32_MAX) {
            return bad_entry(e->name, "a dimension of its shape is no number from 1 to 2147483647");
        }
        if (*bytes > file_limit / (size_t)e->dim[r]) return bad_entry(e->name, "its shape asks for more than 4 GiB");
        *bytes *= (size_t)e->dim[r];
    }
    return STRATA_OK;
}

static strata_status read_entry(tensorfile *f, const char *name, const doc *value)
{
    entry *e = &f->entry[f->entries];
    size_t bytes = 0;
    int64_t from, to;
    const char *type = doc_text(doc_get(value, "dtype"));
    const doc *offsets = doc_get(value, "data_offsets");
    e->name = name;
    if (type == NULL || strcmp(type, "F32") != 0) return bad_entry(name, "its dtype is not F32");
    TRY(read_shape(doc_get(value, "shape"), e, &bytes));
    if (!doc_is_list(offsets) || doc_count(offsets) != 2 || !doc_int(doc_at(offsets, 0), &from) || !doc_int(doc_at(offsets, 1), &to)
        || from < 0 || to < from || (uint64_t)to > f->elements_size) {
        return bad_entry(name, "its data_offsets do not lie inside the file");
    }
    if ((uint64_t)(to - from) != bytes) return bad_entry(name, "its data_offsets do not fit its shape");
    e->from = (size_t)from;
    e->to = (size_t)to;
    f->entries++;
    return STRATA_OK;
}

static int by_offset(const void *a, const void *b)
{
    size_t x = ((const entry *)a)->from, y = ((const entry *)b)->from;
    return (x > y) - (x < y);
}

static strata_status read_entries(tensorfile *f)
{
    if (doc_count(f->header) > ENTRIES_MAX) return status_fail(STRATA_ERR_DATA, "the header lists more than %d tensors", ENTRIES_MAX);
    const char *name;
    const doc *value;
    for (size_t q = 0; (value = doc_member(f->header, q, &name)) != NULL; q++) {
        if (strcmp(name, "__metadata__") == 0) continue;
        TRY(read_entry(f, name, value));
    }
    qsort(f->entry, (size_t)f->entries, sizeof(entry), by_offset);
    size_t end = 0;
    for (int q = 0; q < f->entries; q++) {
        if (f->entry[q].from != end) return bad_entry(f->entry[q].name, "a hole or an overlap lies before it");
        end = f->entry[q].to;
    }
    return end == f->elements_size ? STRATA_OK : status_fail(STRATA_ERR_DATA, "%zu bytes follow the last tensor", f->elements_size - end);
}

static strata_status read_structure(tensorfile *f)
{
    if (f->size < LENGTH_BYTES + 2)
        return status_fail(STRATA_ERR_DATA, "is not a model file (safetensors): %zu bytes are too few", f->size);
    uint64_t length = bytes_get(f->bytes, LENGTH_BYTES);
    if (f->bytes[LENGTH_BYTES] != '{') {
        return status_fail(STRATA_ERR_DATA, "is not a model file (safetensors): its header does not start with '{'");
    }
    if (length < 2 || length > HEADER_LIMIT || length > f->size - LENGTH_BYTES) {
        return status_fail(STRATA_ERR_DATA, "a header of %llu bytes does not fit a file of %zu (and 1 MiB at most): is it cut off?",
                           (unsigned long long)length, f->size);
    }
    TRY(doc_read((const char *)f->bytes + LENGTH_BYTES, length, &f->header));
    f->elements = f->bytes + LENGTH_BYTES + length;
    f->elements_size = f->size - LENGTH_BYTES - length;
    return read_entries(f);
}

/* Does the file say what it said when it was written? */
static strata_status verify(tensorfile *f)
{
    char digest[DIGEST_TEXT];
    const doc *claim = doc_get(doc_get(f->header, "__metadata__"), tensordigest_key);
    if (claim == NULL) return STRATA_OK;
    TRY(tensordigest(f->header, f->elements, digest));
    f->verified = doc_text(claim) != NULL && strcmp(doc_text(claim), digest) == 0;
    return f->verified ? STRATA_OK
                       : status_fail(STRATA_ERR_DATA, "was changed since it was saved, or is damaged: its digest is not that of its "
                                     "contents; take a copy of it, or make it again");
}

strata_status tensorfile_open(const char *path, tensorfile **out)
{
    void *made;
    *out = NULL;
    TRY(alloc_zero(&made, 1, sizeof **out, "a tensor file"));
    tensorfile *f = made;
    strata_status status = file_read_all(path, file_limit, &f->bytes, &f->size);
    if (status == STRATA_OK) {
        status = read_structure(f);
        if (status == STRATA_OK) status = verify(f);
        if (status != STRATA_OK) status = status_fail_at(status, path);
    }
    if (status != STRATA_OK) {
        tensorfile_free(f);
        return status;
    }
    *out = f;
    return STRATA_OK;
}

void tensorfile_free(tensorfile *f)
{
    if (f == NULL) return;
    doc_free(f->header);
    free(f->bytes);
    free(f);
}

const char *tensorfile_metadata(const tensorfile *f, const char *key)
{
    return doc_text(doc_get(doc_get(f->header, "__metadata__"), key));
}

int tensorfile_count(const tensorfile *f)
{
    return f->entries;
}

bool tensorfile_verified(const tensorfile *f)
{
    return f->verified;
}

static float element_at(const uint8_t *at)
{
    uint32_t bits = (uint32_t)bytes_get(at, ELEMENT);
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static const entry *find(const tensorfile *f, const char *name)
{
    for (int q = 0; q < f->entries; q++) {
        if (strcmp(f->entry[q].name, name) == 0) return &f->entry[q];
    }
    return NULL;
}

strata_status tensorfile_expect(const tensorfile *f, const char *name, int rows, int cols)
{
    const entry *e = find(f, name);
    if (e == NULL) return bad_entry(name, "is missing");
    bool fits = cols == 0 ? e->rank == 1 && e->dim[0] == rows : e->rank == 2 && e->dim[0] == rows && e->dim[1] == cols;
    return fits ? STRATA_OK : bad_entry(name, "has another shape than the configuration in the file says");
}

strata_status tensorfile_read(const tensorfile *f, const char *name, int rows, int cols, double *out)
{
    TRY(tensorfile_expect(f, name, rows, cols));
    const entry *e = find(f, name);
    size_t m = (size_t)rows, d = cols == 0 ? 1 : (size_t)cols;
    for (size_t i = 0; i < m; i++) {
        for (size_t t = 0; t < d; t++) {
            float x = element_at(f->elements + e->from + (i * d + t) * ELEMENT);
            if (!isfinite(x)) return bad_entry(name, "holds a number that is not finite");
            out[i + t * m] = x;
        }
    }
    return STRATA_OK;
}

/* ---- writing ------------------------------------------------------------------------------------------------------------------------- */

struct tensorwriter {
    doc *header, *metadata; /* the metadata belongs to the header */
    uint8_t *elements;
    size_t size;
};

strata_status tensorwriter_new(tensorwriter **out)
{
    void *made;
    *out = NULL;
    TRY(alloc_zero(&made, 1, sizeof **out, "a tensor file"));
    tensorwriter *w = made;
    w->header = doc_new_object();
    w->metadata = doc_new_object();
    doc_put(w->header, "__metadata__", w->metadata);
    *out = w;
    return STRATA_OK;
}

void tensorwriter_free(tensorwriter *w)
{
    if (w == NULL) return;
    doc_free(w->header);
    free(w->elements);
    free(w);
}

void tensorwriter_metadata(tensorwriter *w, const char *key, const char *value)
{
    doc_put_text(w->metadata, key, value);
}

static void describe_entry(tensorwriter *w, const char *name, int rows, int cols, size_t bytes)
{
    doc *e = doc_new_object(), *shape = doc_new_list(), *offsets = doc_new_list();
    doc_append_int(shape, rows);
    if (cols > 0) doc_append_int(shape, cols);
    doc_append_int(offsets, (int64_t)w->size);
    doc_append_int(offsets, (int64_t)(w->size + bytes));
    doc_put_text(e, "dtype", "F32");
    doc_put(e, "shape", shape);
    doc_put(e, "data_offsets", offsets);
    doc_put(w->header, name, e);
}

strata_status tensorwriter_add(tensorwriter *w, const char *name, int rows, int cols, const double *from)
{
    size_t m = (size_t)rows, d = cols == 0 ? 1 : (size_t)cols, bytes = m * d * ELEMENT;
    uint8_t *grown = realloc(w->elements, w->size + bytes);
    if (grown == NULL) return status_fail(STRATA_ERR_MEMORY, "no memory to write tensor '%s'", name);
    w->elements = grown;
    for (size_t i = 0; i < m; i++) {
        for (size_t t = 0; t < d; t++) {
            float x = (float)from[i + t * m];
            uint32_t bits;
            memcpy(&bits, &x, sizeof bits);
            (void)bytes_put(grown + w->size + (i * d + t) * ELEMENT, bits, ELEMENT);
        }
    }
    describe_entry(w, name, rows, cols, bytes);
    w->size += bytes;
    return STRATA_OK;
}

strata_status tensorwriter_digest(const tensorwriter *w, char out[65])
{
    return digest_sha256(w->elements, w->size, out);
}

strata_status tensorwriter_save(const tensorwriter *w, const char *path)
{
    char *header, digest[DIGEST_TEXT];
    void *bytes;
    strata_status status = tensordigest(w->header, w->elements, digest);
    if (status == STRATA_ERR_DATA) status = status_fail(STRATA_ERR_MEMORY, "no memory for the header of a model"); /* it has lost a text */
    TRY(status);
    doc_put_text(w->metadata, tensordigest_key, digest);
    TRY(doc_write_compact(w->header, &header));
    size_t length = strlen(header), padded = (length + 7) / 8 * 8;
    status = alloc_zero(&bytes, LENGTH_BYTES + padded + w->size, 1, "writing a model file");
    if (status == STRATA_OK) {
        uint8_t *at = bytes;
        (void)bytes_put(at, padded, LENGTH_BYTES);
        memset(at + LENGTH_BYTES, ' ', padded);
        memcpy(at + LENGTH_BYTES, header, length);
        if (w->size > 0) memcpy(at + LENGTH_BYTES + padded, w->elements, w->size);
        status = file_write(path, bytes, LENGTH_BYTES + padded + w->size);
        free(bytes);
    }
    free(header);
    return status;
}
