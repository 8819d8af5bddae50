/*
 * See tensordigest.h. The digest is that of a text: one line for each of the metadata, then one for each tensor, both in the order of their
 * names' bytes. Lengths stand before the words, so that no two contents make one text.
 */
#include "tensordigest.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "text.h"

const char tensordigest_key[] = "digest";
static const char metadata_key[] = "__metadata__";

typedef struct {
    const char *name;
    const json_value *value;
} item;

/* Who knows the elements. */
typedef struct {
    tensordigest_elements *of;
    const void *self;
} source;

static int by_name(const void *a, const void *b)
{
    return strcmp(((const item *)a)->name, ((const item *)b)->name);
}

/* The members of an object but for one, by name; *out is to be freed. */
static strata_status sorted(const json_value *object, const char *without, item **out, size_t *count)
{
    void *made;
    item one;
    *count = 0;
    TRY(alloc_zero(&made, json_count(object) + 1, sizeof **out, "the digest of a model"));
    *out = made;
    for (size_t q = 0; (one.value = json_member(object, q, &one.name)) != NULL; q++) {
        if (strcmp(one.name, without) != 0) (*out)[(*count)++] = one;
    }
    qsort(*out, *count, sizeof **out, by_name);
    return STRATA_OK;
}

static strata_status add_metadata(text *t, const item *m, const source *elements)
{
    const char *value = json_as_text(m->value);
    (void)elements;
    if (value == NULL) return status_fail(STRATA_ERR_DATA, "its metadata '%s' is no text", text_cut(m->name));
    text_add(t, "metadata %zu %zu %s %s\n", strlen(m->name), strlen(value), m->name, value);
    return STRATA_OK;
}

static strata_status add_tensor(text *t, const item *m, const source *elements)
{
    char digest[DIGEST_TEXT];
    const json_value *shape = json_get(m->value, "shape"), *offsets = json_get(m->value, "data_offsets");
    int64_t from = 0, to = 0, dim = 0;
    if (!json_is_list(shape) || !json_is_list(offsets) || !json_as_int(json_at(offsets, 0), &from) ||
        !json_as_int(json_at(offsets, 1), &to)) {
        return status_fail(STRATA_ERR_MEMORY, "no memory for the digest of a model"); /* the entries are sound, so some was lost */
    }
    TRY(elements->of(elements->self, (size_t)from, (size_t)to, digest));
    text_add(t, "tensor %zu %s", strlen(m->name), m->name);
    for (size_t r = 0; r < json_count(shape); r++) {
        (void)json_as_int(json_at(shape, r), &dim);
        text_add(t, " %lld", (long long)dim);
    }
    text_add(t, " %s\n", digest);
    return STRATA_OK;
}

static strata_status add_all(text *t, const json_value *object, const char *without, const source *elements,
                             strata_status (*add)(text *t, const item *m, const source *elements))
{
    item *list;
    size_t count;
    if (!json_has_keys(object)) return STRATA_OK; /* a file without metadata */
    TRY(sorted(object, without, &list, &count));
    strata_status status = STRATA_OK;
    for (size_t q = 0; q < count && status == STRATA_OK; q++) status = add(t, &list[q], elements);
    free(list);
    return status;
}

strata_status tensordigest_by(const json_value *header, tensordigest_elements *of, const void *self, char out[DIGEST_TEXT])
{
    text t = { 0 };
    const source elements = { of, self };
    strata_status status = add_all(&t, json_get(header, metadata_key), tensordigest_key, &elements, add_metadata);
    if (status == STRATA_OK) status = add_all(&t, header, metadata_key, &elements, add_tensor);
    if (status == STRATA_OK && t.failed) status = status_fail(STRATA_ERR_MEMORY, "no memory for the digest of a model");
    if (status == STRATA_OK) status = digest_sha256(t.at != NULL ? t.at : "", t.length, out);
    text_free(&t);
    return status;
}

static strata_status in_memory(const void *self, size_t from, size_t to, char out[DIGEST_TEXT])
{
    const uint8_t *elements = self;
    return digest_sha256(elements + from, to - from, out);
}

strata_status tensordigest(const json_value *header, const uint8_t *elements, char out[DIGEST_TEXT])
{
    return tensordigest_by(header, in_memory, elements, out);
}
