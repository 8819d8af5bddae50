/* JSON by jansson: a thin layer, so that exactly one file depends on it. */
#include "json.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

json_value *json_new_object(void)
{
    return json_object();
}

json_value *json_new_list(void)
{
    return json_array();
}

json_value *json_clone(const json_value *value)
{
    return json_deep_copy(value);
}

void json_free(json_value *root)
{
    json_decref(root);
}

/* A container that lost a value must not be written as if it were whole: an impossible key marks it. */
static const char lost[] = "\x7flost";

static void put(json_value *object, const char *key, json_value *value)
{
    if (object == NULL) json_decref(value);
    if (object == NULL || (value != NULL && json_object_set_new(object, key, value) == 0)) return;
    (void)json_object_set_new(object, lost, json_true());
}

void json_put(json_value *object, const char *key, json_value *value)
{
    put(object, key, value);
}

/* Text that is no UTF-8 (a path may be anything) has no place in JSON: it is named, not lost silently. json_string would not tell it from
 * no memory. */
static json_value *new_text(const char *value)
{
    json_error_t error = { 0 };
    json_value *string = json_pack_ex(&error, 0, "s", value);
    if (string == NULL && json_error_code(&error) == json_error_invalid_utf8) string = json_string_nocheck("(not UTF-8)");
    return string;
}

void json_put_text(json_value *object, const char *key, const char *value)
{
    put(object, key, new_text(value));
}

void json_put_real(json_value *object, const char *key, double value)
{
    put(object, key, isfinite(value) ? json_real(value) : json_null());
}

void json_put_int(json_value *object, const char *key, int64_t value)
{
    put(object, key, json_integer(value));
}

void json_put_bool(json_value *object, const char *key, bool value)
{
    put(object, key, json_boolean(value));
}

void json_append(json_value *list, json_value *value)
{
    if (value != NULL && json_array_append_new(list, value) == 0) return;
    json_t *gap = json_object(); /* a list that lost a value must not look whole either */
    put(gap, lost, json_true());
    (void)json_array_append_new(list, gap);
}

void json_append_int(json_value *list, int64_t value)
{
    json_append(list, json_integer(value));
}

void json_append_text(json_value *list, const char *value)
{
    json_append(list, new_text(value));
}

/* Did this value or one inside it lose something? */
static bool has_lost(const json_value *value)
{
    size_t index;
    const char *key;
    json_t *inside, *mutable = (json_t *)(uintptr_t)value; /* jansson's loops are not const-correct; nothing is changed */
    if (value == NULL || json_object_get(value, lost) != NULL) return true;
    json_object_foreach(mutable, key, inside) {
        if (has_lost(inside)) return true;
    }
    json_array_foreach(mutable, index, inside) {
        if (has_lost(inside)) return true;
    }
    return false;
}

/* ---- writing ------------------------------------------------------------------------------------------------------------------------- */

/* By hand, for two reasons: jansson writes 0.1 as 0.10000000000000001, and where it has no memory for a key it goes on without the key
 * (jansson 2.14). What follows takes no memory but that of the text. */

static void write_text(text *out, const char *value, size_t length)
{
    static const char plain[] = "\b\f\n\r\t", letter[] = "bfnrt";
    text_add(out, "\"");
    for (const char *c = value, *end = value + length; c < end; c++) {
        const char *known = *c != '\0' ? strchr(plain, *c) : NULL;
        size_t run = 0;
        while (c + run < end && (unsigned char)c[run] >= ' ' && c[run] != '"' && c[run] != '\\') run++;
        if (run > 0) text_add(out, "%.*s", (int)run, c);
        else if (*c == '"' || *c == '\\') text_add(out, "\\%c", *c);
        else if (known != NULL) text_add(out, "\\%c", letter[known - plain]);
        else text_add(out, "\\u%04x", (unsigned)*c);
        if (run > 0) c += run - 1;
    }
    text_add(out, "\"");
}

/* The shortest that reads back; a real stays one for its reader: 1.0. */
static void write_real(text *out, double value)
{
    char number[32];
    text_from_double(value, number);
    text_add(out, "%s%s", number, strpbrk(number, ".e") != NULL ? "" : ".0");
}

static void write_value(text *out, const json_value *value, int indent, int depth);

/* Begins a line, if there are lines: indent < 0 is all on one. */
static void write_break(text *out, int indent, int depth)
{
    if (indent >= 0) text_add(out, "\n%*s", indent * depth, "");
}

static void write_object(text *out, json_t *object, int indent, int depth)
{
    const char *key;
    json_t *inside;
    size_t count = 0;
    text_add(out, "{");
    json_object_foreach(object, key, inside) {
        text_add(out, "%s", count++ > 0 ? "," : "");
        write_break(out, indent, depth + 1);
        write_text(out, key, strlen(key));
        text_add(out, "%s", indent >= 0 ? ": " : ":");
        write_value(out, inside, indent, depth + 1);
    }
    if (count > 0) write_break(out, indent, depth);
    text_add(out, "}");
}

static void write_list(text *out, json_t *list, int indent, int depth)
{
    json_t *inside;
    size_t index;
    text_add(out, "[");
    json_array_foreach(list, index, inside) {
        text_add(out, "%s", index > 0 ? "," : "");
        write_break(out, indent, depth + 1);
        write_value(out, inside, indent, depth + 1);
    }
    if (json_array_size(list) > 0) write_break(out, indent, depth);
    text_add(out, "]");
}

static void write_value(text *out, const json_value *value, int indent, int depth)
{
    json_t *mutable = (json_t *)(uintptr_t)value; /* jansson's loops are not const-correct; nothing is changed */
    switch (json_typeof(value)) {
    case JSON_OBJECT: write_object(out, mutable, indent, depth); break;
    case JSON_ARRAY: write_list(out, mutable, indent, depth); break;
    case JSON_STRING: write_text(out, json_string_value(value), json_string_length(value)); break;
    case JSON_INTEGER: text_add(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value)); break;
    case JSON_REAL: write_real(out, json_real_value(value)); break;
    case JSON_TRUE: text_add(out, "true"); break;
    case JSON_FALSE: text_add(out, "false"); break;
    case JSON_NULL: text_add(out, "null"); break;
    }
}

static strata_status dump(const json_value *root, int indent, char **out)
{
    text written = { 0 };
    *out = NULL;
    if (!has_lost(root)) write_value(&written, root, indent, 0);
    if (written.at == NULL || written.failed) {
        text_free(&written);
        return status_fail(STRATA_ERR_MEMORY, "no memory to write a JSON document");
    }
    *out = written.at;
    return STRATA_OK;
}

strata_status json_write(const json_value *root, char **out)
{
    return dump(root, 2, out);
}

strata_status json_write_compact(const json_value *root, char **out)
{
    return dump(root, -1, out);
}

/* Looked for before jansson sees a byte: its parser calls itself for every level, up to 2048 of them. */
static bool too_deep(const char *bytes, size_t size)
{
    int depth = 0;
    bool inside = false; /* a string */
    for (size_t e = 0; e < size; e++) {
        char c = bytes[e];
        if (inside && c == '\\') e++;
        else if (c == '"') inside = !inside;
        else if (!inside && (c == '{' || c == '[') && ++depth > JSON_DEPTH) return true;
        else if (!inside && (c == '}' || c == ']')) depth--;
    }
    return false;
}

strata_status json_read(const char *bytes, size_t size, json_value **out)
{
    json_error_t error = { 0 };
    *out = NULL;
    if (too_deep(bytes, size)) return status_fail(STRATA_ERR_DATA, "JSON: nested more than %d levels deep", JSON_DEPTH);
    *out = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, &error);
    if (*out == NULL && error.text[0] == '\0') return status_fail(STRATA_ERR_MEMORY, "no memory to read a JSON document");
    if (*out == NULL) return status_fail(STRATA_ERR_DATA, "JSON: %s at byte %d", error.text, error.position);
    if (json_has_keys(*out)) return STRATA_OK;
    json_free(*out);
    *out = NULL;
    return status_fail(STRATA_ERR_DATA, "JSON: the document is not an object");
}

size_t json_count(const json_value *container)
{
    return json_typeof(container) == JSON_ARRAY ? json_array_size(container) : json_object_size(container);
}

const json_value *json_member(const json_value *object, size_t index, const char **key)
{
    json_value *mutable = (json_value *)(uintptr_t)object; /* jansson's iterators are not const-correct; nothing is changed */
    void *at = json_object_iter(mutable);
    for (size_t e = 0; e < index && at != NULL; e++) at = json_object_iter_next(mutable, at);
    if (at == NULL) return NULL;
    *key = json_object_iter_key(at);
    return json_object_iter_value(at);
}

const json_value *json_get(const json_value *object, const char *key)
{
    return json_object_get(object, key);
}

const json_value *json_at(const json_value *list, size_t index)
{
    return json_array_get(list, index);
}

const char *json_as_text(const json_value *value)
{
    return json_string_value(value);
}

bool json_as_int(const json_value *value, int64_t *out)
{
    if (value == NULL || json_typeof(value) != JSON_INTEGER) return false;
    *out = json_integer_value(value);
    return true;
}

bool json_as_real(const json_value *value, double *out)
{
    if (value == NULL || !json_is_number(value)) return false;
    *out = json_number_value(value);
    return true;
}

bool json_is_list(const json_value *value)
{
    return value != NULL && json_typeof(value) == JSON_ARRAY;
}

bool json_has_keys(const json_value *value)
{
    return value != NULL && json_typeof(value) == JSON_OBJECT;
}
