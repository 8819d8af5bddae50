/*
 * JSON documents, written and read by jansson behind this header (the one user of jansson is json.c). A json_value is one value; containers
 * own what is put into them. Building never fails visibly: after a failed allocation the root writes as an error. A real that is NaN or
 * infinite has no JSON number and is written as null; any other is the shortest text that reads back as the same double (text_from_double).
 */
#ifndef STRATA_BASE_JSON_H
#define STRATA_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"

typedef struct json_t json_value;

json_value *json_new_object(void);
json_value *json_new_list(void);
json_value *json_clone(const json_value *value); /* a deep one; NULL of NULL */
void json_free(json_value *root); /* NULL is fine */

/* Put a value under a key; the containers and lists take ownership of what they are given. */
void json_put(json_value *object, const char *key, json_value *value);
void json_put_text(json_value *object, const char *key, const char *value);
void json_put_real(json_value *object, const char *key, double value);
void json_put_int(json_value *object, const char *key, int64_t value);
void json_put_bool(json_value *object, const char *key, bool value);
void json_append(json_value *list, json_value *value);
void json_append_int(json_value *list, int64_t value);
void json_append_text(json_value *list, const char *value);

/* The document as text, indented by two, zero-terminated, to be freed by the caller. compact: on one line without spaces. */
strata_status json_write(const json_value *root, char **out);
strata_status json_write_compact(const json_value *root, char **out);

/* Reading: one object, JSON_DEPTH containers inside each other at most, no key twice, nothing behind it. The sentence says where it went
 * wrong. */
enum { JSON_DEPTH = 16 };
strata_status json_read(const char *bytes, size_t size, json_value **out);
size_t json_count(const json_value *container);

/* Walks an object's keys: returns the value of member number `index` and its key, or NULL behind the last. */
const json_value *json_member(const json_value *object, size_t index, const char **key);
const json_value *json_get(const json_value *object, const char *key); /* NULL when absent or not an object */
const json_value *json_at(const json_value *list, size_t index);
const char *json_as_text(const json_value *value);                  /* NULL when it is no string */
bool json_as_int(const json_value *value, int64_t *out);            /* false when it is no whole number */
bool json_as_real(const json_value *value, double *out);            /* false when it is no number */
bool json_has_keys(const json_value *value);
bool json_is_list(const json_value *value);

#endif
