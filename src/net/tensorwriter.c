/* safetensors, written whole, into a file or into memory: what there is first, then the elements, piece by piece. */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "bytes.h"
#include "digest.h"
#include "file.h"
#include "invariant.h"
#include "tensordigest.h"
#include "tensorfile.h"

enum { LENGTH_BYTES = 8, ELEMENT = 4 };

struct tensorwriter {
    json_value *header, *metadata; /* the metadata belongs to the header */
    tensor_source *source;
    const void *self; /* of the source */
    int tensors;
    struct {
        int rows, cols; /* cols: 1 for a vector */
        size_t from;    /* bytes before its elements */
    } shape[TENSORFILE_MOST];
    size_t size; /* bytes of all elements */
};

strata_status tensorwriter_new(tensor_source *source, const void *self, tensorwriter **out)
{
    void *made;
    *out = NULL;
    TRY(alloc_zero(&made, 1, sizeof **out, "a tensor file"));
    tensorwriter *w = made;
    w->source = source;
    w->self = self;
    w->header = json_new_object();
    w->metadata = json_new_object();
    json_put(w->header, "__metadata__", w->metadata);
    *out = w;
    return STRATA_OK;
}

void tensorwriter_free(tensorwriter *w)
{
    if (w == NULL) return;
    json_free(w->header);
    free(w);
}

void tensorwriter_metadata(tensorwriter *w, const char *key, const char *value)
{
    json_put_text(w->metadata, key, value);
}

static void describe_entry(tensorwriter *w, const char *name, int rows, int cols, size_t bytes)
{
    json_value *e = json_new_object(), *shape = json_new_list(), *offsets = json_new_list();
    json_append_int(shape, rows);
    if (cols > 0) json_append_int(shape, cols);
    json_append_int(offsets, (int64_t)w->size);
    json_append_int(offsets, (int64_t)(w->size + bytes));
    json_put_text(e, "dtype", "F32");
    json_put(e, "shape", shape);
    json_put(e, "data_offsets", offsets);
    json_put(w->header, name, e);
}

strata_status tensorwriter_add(tensorwriter *w, const char *name, int rows, int cols)
{
    if (w->tensors == TENSORFILE_MOST) return status_fail(STRATA_ERR_INTERNAL, "more than %d tensors for one file", TENSORFILE_MOST);
    int d = cols == 0 ? 1 : cols;
    size_t bytes = (size_t)rows * (size_t)d * ELEMENT;
    describe_entry(w, name, rows, cols, bytes);
    w->shape[w->tensors].rows = rows;
    w->shape[w->tensors].cols = d;
    w->shape[w->tensors++].from = w->size;
    w->size += bytes;
    return STRATA_OK;
}

/* ---- elements, piece by piece -------------------------------------------------------------------------------------------------------- */

typedef strata_status piece_taker(void *self, const void *bytes, size_t size);

enum { PIECE = 1 << 14 }; /* elements of a piece, on the stack */

/* As the file has them, in the place of the floats. */
static void to_bytes(float *piece, size_t count)
{
    for (size_t e = 0; e < count; e++) {
        uint32_t bits;
        memcpy(&bits, &piece[e], sizeof bits);
        (void)bytes_put((uint8_t *)&piece[e], bits, ELEMENT);
    }
}

/* A tensor row after row: as many whole rows as a piece holds, or one row in several pieces. */
static strata_status give_tensor(const tensorwriter *w, int number, piece_taker *take, void *self)
{
    float piece[PIECE];
    int m = w->shape[number].rows, d = w->shape[number].cols;
    int most_cols = d < PIECE ? d : PIECE, most_rows = PIECE / most_cols;
    for (int i = 0; i < m; i += most_rows) {
        int rows = m - i < most_rows ? m - i : most_rows;
        for (int t = 0; t < d; t += most_cols) {
            int cols = d - t < most_cols ? d - t : most_cols;
            size_t count = (size_t)rows * (size_t)cols;
            w->source(w->self, number, i, rows, t, cols, piece);
            to_bytes(piece, count);
            TRY(take(self, piece, count * ELEMENT));
        }
    }
    return STRATA_OK;
}

static strata_status give_all(const tensorwriter *w, piece_taker *take, void *self)
{
    for (int number = 0; number < w->tensors; number++) TRY(give_tensor(w, number, take, self));
    return STRATA_OK;
}

static strata_status add_to_digest(void *self, const void *bytes, size_t size)
{
    return digest_add(self, bytes, size);
}

strata_status tensorwriter_digest(const tensorwriter *w, char out[65])
{
    digest_state d;
    TRY(digest_begin(&d));
    TRY(give_all(w, add_to_digest, &d));
    return digest_end(&d, out);
}

/* See tensordigest_elements. */
static strata_status digest_written(const void *self, size_t from, size_t to, char out[DIGEST_TEXT])
{
    const tensorwriter *w = self;
    digest_state d;
    int number = 0;
    (void)to;
    while (number < w->tensors && w->shape[number].from != from) number++;
    INVARIANT(number < w->tensors);
    TRY(digest_begin(&d));
    TRY(give_tensor(w, number, add_to_digest, &d));
    return digest_end(&d, out);
}

static strata_status add_to_file(void *self, const void *bytes, size_t size)
{
    return file_put(self, bytes, size);
}

/* A place in memory, which has room for all that comes. */
static strata_status add_to_memory(void *self, const void *bytes, size_t size)
{
    uint8_t **at = self;
    memcpy(*at, bytes, size);
    *at += size;
    return STRATA_OK;
}

/* ---- the whole ---------------------------------------------------------------------------------------------------------------------- */

/* A writer and its header as text. */
typedef struct {
    const tensorwriter *w;
    char *header;
} whole_file;

static size_t padded_header(const whole_file *f)
{
    return (strlen(f->header) + 7) / 8 * 8;
}

static strata_status give_file(const whole_file *f, piece_taker *take_piece, void *to)
{
    static const char spaces[8] = { ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ' };
    uint8_t length_bytes[LENGTH_BYTES];
    size_t length = strlen(f->header), padded = padded_header(f);
    (void)bytes_put(length_bytes, padded, LENGTH_BYTES);
    TRY(take_piece(to, length_bytes, sizeof length_bytes));
    TRY(take_piece(to, f->header, length));
    TRY(take_piece(to, spaces, padded - length));
    return give_all(f->w, take_piece, to);
}

static strata_status produce(void *self, file_sink *to)
{
    return give_file(self, add_to_file, to);
}

/* Its header, with the digest, to be freed. */
static strata_status complete(const tensorwriter *w, whole_file *out)
{
    char digest[DIGEST_TEXT];
    strata_status status = tensordigest_by(w->header, digest_written, w, digest);
    if (status == STRATA_ERR_DATA) status = status_fail(STRATA_ERR_MEMORY, "no memory for the header of a model"); /* it has lost a text */
    TRY(status);
    json_put_text(w->metadata, tensordigest_key, digest);
    out->w = w;
    return json_write_compact(w->header, &out->header);
}

strata_status tensorwriter_save(const tensorwriter *w, const char *path)
{
    whole_file f;
    TRY(complete(w, &f));
    strata_status status = file_write_by(path, produce, &f);
    free(f.header);
    return status;
}

strata_status tensorwriter_bytes(const tensorwriter *w, uint8_t **bytes, size_t *size)
{
    void *made;
    whole_file f;
    TRY(complete(w, &f));
    size_t all = LENGTH_BYTES + padded_header(&f) + w->size;
    strata_status status = alloc_zero(&made, all, 1, "a model in memory");
    if (status == STRATA_OK) {
        uint8_t *at = made;
        (void)give_file(&f, add_to_memory, &at);
        *bytes = made;
        *size = all;
    }
    free(f.header);
    return status;
}
