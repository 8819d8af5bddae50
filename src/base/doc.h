/*
 * JSON documents, written and read by jansson behind this header (the one user of jansson is doc.c). A doc is one value; containers
 * own what is put into them. Building never fails visibly: after a failed allocation the root writes as an error. A real that is NaN or
 * infinite has no JSON number and is written as null; any other is the shortest text that reads back as the same double (text_from_double).
 */
#ifndef STRATA_BASE_DOC_H
#define STRATA_BASE_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"

typedef struct json_t doc;

doc *doc_new_object(void);
doc *doc_new_list(void);
doc *doc_copy(const doc *value); /* a deep one; NULL of NULL */
void doc_free(doc *root); /* NULL is fine */

/* Put a value under a key; the containers and lists take ownership of what they are given. */
void doc_put(doc *object, const char *key, doc *value);
void doc_put_text(doc *object, const char *key, const char *value);
void doc_put_real(doc *object, const char *key, double value);
void doc_put_int(doc *object, const char *key, int64_t value);
void doc_put_bool(doc *object, const char *key, bool value);
void doc_append(doc *list, doc *value);
void doc_append_int(doc *list, int64_t value);

/* The document as text, indented by two, zero-terminated, to be freed by the caller. compact: on one line without spaces. */
strata_status doc_write(const doc *root, char **out);
strata_status doc_write_compact(const doc *root, char **out);

/* Reading: one object, DOC_DEPTH containers inside each other at most, no key twice, nothing behind it. The sentence says where it went
 * wrong. */
enum { DOC_DEPTH = 16 };
strata_status doc_read(const char *bytes, size_t size, doc **out);
size_t doc_count(const doc *container);

/* Walks an object's keys: returns the value of member number `index` and its key, or NULL behind the last. */
const doc *doc_member(const doc *object, size_t index, const char **key);
const doc *doc_get(const doc *object, const char *key); /* NULL when absent or not an object */
const doc *doc_at(const doc *list, size_t index);
const char *doc_text(const doc *value);                  /* NULL when it is no string */
bool doc_int(const doc *value, int64_t *out);            /* false when it is no whole number */
bool doc_real(const doc *value, double *out);            /* false when it is no number */
bool doc_is_object(const doc *value);
bool doc_is_list(const doc *value);

#endif
