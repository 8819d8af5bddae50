/*
 * YAML configuration files by libyaml, read as a stream of events: one mapping from settings to scalars or one-level lists. Nothing else
 * of YAML is taken: no anchors, aliases, tags or nesting, so a file cannot refer, expand or surprise. Every value goes through
 * strata_config_set, so a file and a key=value on the command line mean the same and fail with the same words. The one user of yaml.h.
 */
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "file.h"

enum { YAML_LIMIT = 1 << 20, YAML_KEYS = 64 };

#if STRATA_YAML
#include <yaml.h>

typedef struct {
    yaml_parser_t parser;
    const char *path;
    strata_config config; /* a copy: the caller's changes only when all is well */
    char seen[YAML_KEYS][CONFIG_WORD];
    int keys;
    size_t line; /* of the last event, from 1 */
} reader;

static strata_status wrong(const reader *r, const char *what)
{
    return status_fail(STRATA_ERR_ARGUMENT, "%s:%zu: %s", r->path, r->line, what);
}

static strata_status next(reader *r, yaml_event_t *event)
{
    if (yaml_parser_parse(&r->parser, event) == 0) {
        r->line = r->parser.problem_mark.line + 1;
        memset(event, 0, sizeof *event);
        return wrong(r, r->parser.problem != NULL ? r->parser.problem : "is not YAML");
    }
    r->line = event->start_mark.line + 1;
    return STRATA_OK;
}

/* The next event must be of this type. */
static strata_status expect(reader *r, yaml_event_type_t type, const char *otherwise)
{
    yaml_event_t event;
    TRY(next(r, &event));
    strata_status status = event.type == type ? STRATA_OK : wrong(r, otherwise);
    yaml_event_delete(&event);
    return status;
}

static const char *scalar(const yaml_event_t *event)
{
    const char *value = (const char *)event->data.scalar.value;
    bool plain = event->data.scalar.anchor == NULL && event->data.scalar.tag == NULL;
    return plain && strlen(value) == event->data.scalar.length ? value : NULL;
}

/* The items of a list up to its end, as "[a,b]". */
static strata_status read_list(reader *r, text *value)
{
    text_add(value, "[");
    for (int items = 0;; items++) {
        yaml_event_t event;
        TRY(next(r, &event));
        bool end = event.type == YAML_SEQUENCE_END_EVENT;
        const char *item = event.type == YAML_SCALAR_EVENT ? scalar(&event) : NULL;
        if (item != NULL && (item[0] == '\0' || strpbrk(item, ",[]") != NULL)) item = NULL; /* one item is one item */
        if (item != NULL) text_add(value, "%s%s", items > 0 ? "," : "", item);
        yaml_event_delete(&event);
        if (end) break;
        if (item == NULL) return wrong(r, "a list may hold plain values only");
        if (value->length > YAML_LIMIT) return wrong(r, "the list is too long");
    }
    text_add(value, "]");
    return STRATA_OK;
}

static strata_status read_value(reader *r, text *value)
{
    yaml_event_t event;
    TRY(next(r, &event));
    strata_status status = STRATA_OK;
    if (event.type == YAML_SCALAR_EVENT && scalar(&event) != NULL) text_add(value, "%s", scalar(&event));
    else if (event.type == YAML_SEQUENCE_START_EVENT && event.data.sequence_start.anchor == NULL
             && event.data.sequence_start.tag == NULL) status = read_list(r, value);
    else status = wrong(r, "a setting's value is a plain word, number or list");
    yaml_event_delete(&event);
    if (status == STRATA_OK && value->failed) status = status_fail(STRATA_ERR_MEMORY, "no memory to read %s", r->path);
    return status;
}

static strata_status remember_key(reader *r, const char *key)
{
    for (int q = 0; q < r->keys; q++) {
        if (strcmp(r->seen[q], key) == 0) return status_fail(STRATA_ERR_ARGUMENT, "%s:%zu: %s is set twice", r->path, r->line, key);
    }
    if (r->keys == YAML_KEYS || strlen(key) >= CONFIG_WORD) return wrong(r, "too many settings, or too long a name");
    memcpy(r->seen[r->keys++], key, strlen(key) + 1);
    return STRATA_OK;
}

static strata_status set_from_file(reader *r, const char *key, const text *value, size_t line)
{
    strata_status status = strata_config_set(&r->config, key, value->at != NULL ? value->at : "");
    if (status == STRATA_OK) return STRATA_OK;
    text place = { 0 };
    text_add(&place, "%s:%zu", r->path, line);
    status = status_fail_at(status, place.at != NULL ? place.at : r->path);
    text_free(&place);
    return status;
}

/* One "key: value"; *more is false at the end of the mapping. */
static strata_status read_setting(reader *r, bool *more)
{
    yaml_event_t event;
    text value = { 0 };
    TRY(next(r, &event));
    size_t line = r->line;
    strata_status status = STRATA_OK;
    *more = event.type != YAML_MAPPING_END_EVENT;
    if (*more) {
        const char *key = event.type == YAML_SCALAR_EVENT ? scalar(&event) : NULL;
        status = key == NULL ? wrong(r, "a setting's name is a plain word") : remember_key(r, key);
        if (status == STRATA_OK) status = read_value(r, &value);
        if (status == STRATA_OK) status = set_from_file(r, key, &value, line);
    }
    text_free(&value);
    yaml_event_delete(&event);
    return status;
}

static strata_status read_document(reader *r)
{
    yaml_event_t event;
    TRY(expect(r, YAML_STREAM_START_EVENT, "is not YAML"));
    TRY(next(r, &event));
    yaml_event_type_t type = event.type;
    yaml_event_delete(&event);
    if (type == YAML_STREAM_END_EVENT) return STRATA_OK; /* an empty file sets nothing */
    TRY(next(r, &event));
    bool plain = event.type == YAML_MAPPING_START_EVENT && event.data.mapping_start.anchor == NULL
                 && event.data.mapping_start.tag == NULL;
    yaml_event_delete(&event);
    if (!plain) return wrong(r, "a configuration is lines of the form 'setting: value'");
    for (bool more = true; more;) TRY(read_setting(r, &more));
    TRY(expect(r, YAML_DOCUMENT_END_EVENT, "something follows the settings"));
    return expect(r, YAML_STREAM_END_EVENT, "a second document follows the settings");
}

static strata_status read_bytes(strata_config *config, const char *path, const uint8_t *bytes, size_t size)
{
    reader r = { .path = path, .config = *config };
    if (yaml_parser_initialize(&r.parser) == 0) return status_fail(STRATA_ERR_MEMORY, "no memory to read %s", path);
    yaml_parser_set_input_string(&r.parser, bytes, size);
    strata_status status = read_document(&r);
    yaml_parser_delete(&r.parser);
    if (status == STRATA_OK) *config = r.config;
    return status;
}

strata_status strata_config_load(strata_config *config, const char *path)
{
    uint8_t *bytes;
    size_t size;
    REQUIRE(config != NULL && path != NULL);
    strata_status status = file_read_all(path, YAML_LIMIT, &bytes, &size);
    if (status == STRATA_ERR_DATA) status = STRATA_ERR_ARGUMENT; /* a wrong configuration file is a wrong command line */
    if (status != STRATA_OK) return status;
    status = read_bytes(config, path, bytes, size);
    free(bytes);
    return status;
}

#else

strata_status strata_config_load(strata_config *config, const char *path)
{
    (void)config;
    return status_fail(STRATA_ERR_ARGUMENT, "%s: this build reads no YAML; install libyaml-dev and build again, or give key=value", path);
}

#endif
