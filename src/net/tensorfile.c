/* safetensors, read with suspicion. */
#include "tensorfile.h"

#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "bytes.h"
#include "digest.h"
#include "file.h"
#include "invariant.h"
#include "tensordigest.h"
#include "text.h"

enum {
    LENGTH_BYTES = 8,
    HEADER_LIMIT = 1 << 20,
    RANK_MAX = 2,
    COUNTER = 8 /* bytes of a counter of PyTorch's */
};

/* What the elements may be: F32, and in a state dict of another program the others, too. */
typedef struct {
    const char *word;
    size_t width;
    float (*element)(const uint8_t *at);
} element_type;

typedef struct {
    const char *name; /* owned by the header */
    const element_type *type; /* NULL: a counter, which is left out */
    int rank;
    int64_t dim[RANK_MAX];
    size_t from, to; /* bytes, from the first element */
} entry;

struct tensorfile {
    const uint8_t *bytes;
    uint8_t *owned; /* bytes, or NULL where they are the caller's */
    size_t size;
    json_value *header;
    const uint8_t *elements;
    size_t elements_size;
    bool verified, foreign; /* foreign: a state dict of another program */
    int entries;
    entry entry[TENSORFILE_MOST];
};

/* ---- elements ------------------------------------------------------------------------------------------------------------------------ */

static float of_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static float element_f32(const uint8_t *at)
{
    return of_bits((uint32_t)bytes_get(at, 4));
}

/* The upper half of an F32. */
static float element_bf16(const uint8_t *at)
{
    return of_bits((uint32_t)bytes_get(at, 2) << 16);
}

/* One bit of sign, five of exponent, ten of fraction: every number of these is a float. */
static float element_f16(const uint8_t *at)
{
    uint32_t half = (uint32_t)bytes_get(at, 2), exponent = half >> 10 & 31, fraction = half & 1023, sign = half >> 15 << 31;
    if (exponent == 0) return (sign != 0 ? -1.0F : 1.0F) * ldexpf((float)fraction, -24);
    return of_bits(sign | (exponent == 31 ? 255 : exponent + 112) << 23 | fraction << 13);
}

/* Rounded to the nearest float; one that is too large for that becomes infinite, and is refused. */
static float element_f64(const uint8_t *at)
{
    uint64_t bits = bytes_get(at, 8);
    double x;
    memcpy(&x, &bits, sizeof x);
    return isfinite(x) && fabs(x) > FLT_MAX ? (float)copysign(INFINITY, x) : (float)x;
}

static const element_type types[] = { { "F32", 4, element_f32 }, { "F64", 8, element_f64 }, { "F16", 2, element_f16 },
                                      { "BF16", 2, element_bf16 } };

/* ---- reading ------------------------------------------------------------------------------------------------------------------------- */

__attribute__((format(printf, 2, 3))) static strata_status bad_entry(const char *name, const char *format, ...)
{
    char what[400];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return status_fail(STRATA_ERR_DATA, "tensor '%.60s': %s", name, what);
}

enum { SHAPE_WORDS = 64 };

/* "[50, 3072]"; "[50]" for cols = 0. */
static const char *shape_words(long rows, long cols, char out[SHAPE_WORDS])
{
    if (cols == 0) (void)snprintf(out, SHAPE_WORDS, "[%ld]", rows);
    else (void)snprintf(out, SHAPE_WORDS, "[%ld, %ld]", rows, cols);
    return out;
}

/* The number of bytes the shape asks for; every factor is checked before it is multiplied in. */
static strata_status read_shape(const json_value *shape, entry *e, size_t *bytes)
{
    if (!json_is_list(shape) || json_count(shape) < 1 || json_count(shape) > RANK_MAX)
        return bad_entry(e->name, "its shape is no list of 1 or 2 numbers, [units, inputs] or [units]");
    e->rank = (int)json_count(shape);
    *bytes = e->type->width;
    for (int r = 0; r < e->rank; r++) {
        if (!json_as_int(json_at(shape, (size_t)r), &e->dim[r]) || e->dim[r] < 1 || e->dim[r] > INT32_MAX) {
            return bad_entry(e->name, "dimension %d of its shape is no whole number from 1 to 2147483647", r + 1);
        }
        if (*bytes > TENSORFILE_LIMIT / (size_t)e->dim[r]) return bad_entry(e->name, "its shape asks for more than 4 GiB");
        *bytes *= (size_t)e->dim[r];
    }
    return STRATA_OK;
}

static strata_status read_type(const tensorfile *f, const json_value *value, entry *e)
{
    const char *word = json_as_text(json_get(value, "dtype"));
    size_t known = f->foreign ? sizeof types / sizeof *types : 1, t = 0;
    if (word == NULL) return bad_entry(e->name, "it has no dtype, where \"F32\" is due");
    while (t < known && strcmp(word, types[t].word) != 0) t++;
    if (t == known) {
        return bad_entry(e->name, "its dtype is %s, where F32%s is due: save it as float32", text_cut(word),
                         f->foreign ? ", F64, F16 or BF16" : "");
    }
    e->type = &types[t];
    return STRATA_OK;
}

/* How many mini-batches a norm of PyTorch's has seen: one whole number, which no evaluation looks at. */
static bool is_counter(const tensorfile *f, const char *name, const json_value *value)
{
    static const char end[] = ".num_batches_tracked";
    const char *word = json_as_text(json_get(value, "dtype"));
    const json_value *shape = json_get(value, "shape");
    size_t length = strlen(name), tail = sizeof end - 1;
    return f->foreign && length > tail && strcmp(name + length - tail, end) == 0 && word != NULL && strcmp(word, "I64") == 0 &&
           json_is_list(shape) && json_count(shape) == 0;
}

static strata_status read_entry(tensorfile *f, const char *name, const json_value *value)
{
    entry *e = &f->entry[f->entries];
    size_t bytes = COUNTER;
    int64_t from, to;
    const json_value *offsets = json_get(value, "data_offsets");
    e->name = name;
    if (!is_counter(f, name, value)) {
        TRY(read_type(f, value, e));
        TRY(read_shape(json_get(value, "shape"), e, &bytes));
    }
    if (!json_is_list(offsets) || json_count(offsets) != 2 || !json_as_int(json_at(offsets, 0), &from) ||
        !json_as_int(json_at(offsets, 1), &to)) {
        return bad_entry(name, "its data_offsets are no list of 2 whole numbers, [first byte, byte behind the last]");
    }
    if (from < 0 || to < from || (uint64_t)to > f->elements_size) {
        return bad_entry(name, "its data_offsets [%lld, %lld] do not lie inside the file, which has %zu bytes of elements: is it cut off?",
                         (long long)from, (long long)to, f->elements_size);
    }
    if ((uint64_t)(to - from) != bytes) {
        return bad_entry(name, "its data_offsets [%lld, %lld] are %lld bytes and do not fit its shape, which asks for %zu",
                         (long long)from, (long long)to, (long long)(to - from), bytes);
    }
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

static void drop_counters(tensorfile *f)
{
    int kept = 0;
    for (int q = 0; q < f->entries; q++) {
        if (f->entry[q].type != NULL) f->entry[kept++] = f->entry[q];
    }
    f->entries = kept;
}

static strata_status read_entries(tensorfile *f)
{
    if (json_count(f->header) > TENSORFILE_MOST) {
        return status_fail(STRATA_ERR_DATA, "the header lists %zu tensors, where a model has %d at most", json_count(f->header),
                           TENSORFILE_MOST);
    }
    const char *name;
    const json_value *value;
    for (size_t q = 0; (value = json_member(f->header, q, &name)) != NULL; q++) {
        if (strcmp(name, "__metadata__") == 0) continue;
        TRY(read_entry(f, name, value));
    }
    qsort(f->entry, (size_t)f->entries, sizeof(entry), by_offset);
    size_t end = 0;
    for (int q = 0; q < f->entries; q++) {
        if (f->entry[q].from != end) {
            return bad_entry(f->entry[q].name, "%s lies before it: it begins at byte %zu, where the tensor before it ends at %zu",
                             f->entry[q].from > end ? "a hole" : "an overlap", f->entry[q].from, end);
        }
        end = f->entry[q].to;
    }
    drop_counters(f);
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
    TRY(json_read((const char *)f->bytes + LENGTH_BYTES, length, &f->header));
    f->elements = f->bytes + LENGTH_BYTES + length;
    f->elements_size = f->size - LENGTH_BYTES - length;
    return read_entries(f);
}

/* Does the file say what it said when it was written? */
static strata_status verify(tensorfile *f)
{
    char digest[DIGEST_TEXT];
    const json_value *claim = json_get(json_get(f->header, "__metadata__"), tensordigest_key);
    if (claim == NULL) return STRATA_OK;
    TRY(tensordigest(f->header, f->elements, digest));
    f->verified = json_as_text(claim) != NULL && strcmp(json_as_text(claim), digest) == 0;
    return f->verified ? STRATA_OK
                       : status_fail(STRATA_ERR_DATA, "was changed since it was saved, or is damaged: its digest is not that of its "
                                     "contents; take a copy of it, or make it again");
}

/* Reads what f->bytes say; after a failure `status`, or its own, there is no file. */
static strata_status take(tensorfile *f, strata_status status, const char *path, tensorfile **out)
{
    if (status == STRATA_OK) {
        status = read_structure(f);
        if (status == STRATA_OK) status = verify(f);
        if (status != STRATA_OK && path != NULL) status = status_fail_at(status, path);
    }
    if (status == STRATA_OK) *out = f;
    else tensorfile_free(f);
    return status;
}

static strata_status open_file(const char *path, bool foreign, tensorfile **out)
{
    void *made;
    *out = NULL;
    TRY(alloc_zero(&made, 1, sizeof **out, "a tensor file"));
    tensorfile *f = made;
    f->foreign = foreign;
    strata_status status = file_read_all(path, TENSORFILE_LIMIT, &f->owned, &f->size);
    f->bytes = f->owned;
    return take(f, status, path, out);
}

strata_status tensorfile_open(const char *path, tensorfile **out)
{
    return open_file(path, false, out);
}

strata_status tensorfile_open_foreign(const char *path, tensorfile **out)
{
    return open_file(path, true, out);
}

strata_status tensorfile_of(const uint8_t *bytes, size_t size, tensorfile **out)
{
    void *made;
    *out = NULL;
    TRY(alloc_zero(&made, 1, sizeof **out, "a tensor file"));
    tensorfile *f = made;
    f->bytes = bytes;
    f->size = size;
    return take(f, STRATA_OK, NULL, out);
}

void tensorfile_free(tensorfile *f)
{
    if (f == NULL) return;
    json_free(f->header);
    free(f->owned);
    free(f);
}

const char *tensorfile_metadata(const tensorfile *f, const char *key)
{
    return json_as_text(json_get(json_get(f->header, "__metadata__"), key));
}

int tensorfile_count(const tensorfile *f)
{
    return f->entries;
}

const char *tensorfile_name(const tensorfile *f, int number)
{
    return number >= 0 && number < f->entries ? f->entry[number].name : NULL;
}

bool tensorfile_verified(const tensorfile *f)
{
    return f->verified;
}

static const entry *find(const tensorfile *f, const char *name)
{
    for (int q = 0; q < f->entries; q++) {
        if (strcmp(f->entry[q].name, name) == 0) return &f->entry[q];
    }
    return NULL;
}

/* A tensor that is missing is mostly there under another name. */
static strata_status missing(const tensorfile *f, const char *name)
{
    const char *names[TENSORFILE_MOST];
    for (int q = 0; q < f->entries; q++) names[q] = f->entry[q].name;
    if (f->entries == 0) return bad_entry(name, "is missing; the file has no tensor");
    return bad_entry(name, "is missing; the file has %s", text_known(names, (size_t)f->entries) + strlen("known are "));
}

strata_status tensorfile_expect(const tensorfile *f, const char *name, int rows, int cols)
{
    char is[SHAPE_WORDS], due[SHAPE_WORDS];
    const entry *e = find(f, name);
    if (e == NULL) return missing(f, name);
    long m = (long)e->dim[0], d = e->rank == 1 ? 0 : (long)e->dim[1];
    if (m == rows && d == cols) return STRATA_OK;
    const char *hint = cols == 0 && d == 1 && m == rows ? ": save it as a vector, without the 1"
                     : cols > 0 && m == cols && d == rows ? ": it is transposed, save its rows as units" : "";
    return bad_entry(name, "has the shape %s, where %s is due%s", shape_words(m, d, is), shape_words(rows, cols, due), hint);
}

bool tensorfile_shape(const tensorfile *f, const char *name, int *rows, int *cols)
{
    const entry *e = find(f, name);
    if (e == NULL) return false;
    *rows = (int)e->dim[0]; /* read_shape saw to it that they fit */
    *cols = e->rank == 1 ? 0 : (int)e->dim[1];
    return true;
}

const char *tensorfile_other(const tensorfile *f, const char *const *names, size_t count)
{
    for (int q = 0; q < f->entries; q++) {
        size_t n = 0;
        while (n < count && strcmp(f->entry[q].name, names[n]) != 0) n++;
        if (n == count) return f->entry[q].name;
    }
    return NULL;
}

strata_status tensorfile_read(const tensorfile *f, const char *name, int rows, int cols, int first, int count, double *out)
{
    TRY(tensorfile_expect(f, name, rows, cols));
    const entry *e = find(f, name);
    size_t m = (size_t)rows, d = cols == 0 ? 1 : (size_t)cols, from = (size_t)first, some = (size_t)count;
    INVARIANT(from + some <= d);
    for (size_t i = 0; i < m; i++) {
        for (size_t t = 0; t < some; t++) {
            float x = e->type->element(f->elements + e->from + (i * d + from + t) * e->type->width);
            if (!isfinite(x)) {
                return bad_entry(name, "row %zu, column %zu (from 0) is %s, which is not finite: did the training diverge?", i, from + t,
                                 isnan(x) ? "NaN" : x > 0 ? "infinity" : "-infinity");
            }
            out[i + t * m] = x;
        }
    }
    return STRATA_OK;
}
