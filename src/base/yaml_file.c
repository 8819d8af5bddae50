/* YAML by libyaml's events, into a tree whose nodes and words lie in one chain of blocks that is freed at once. */
#include "yaml_file.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "text.h"

#if STRATA_YAML
#include <yaml.h>

/* Keys of one mapping are compared with each other, so ITEMS_LIMIT alone would let a file of 1 MiB take a second. */
enum { BYTES_LIMIT = 1 << 20, DEPTH_LIMIT = 16, ITEMS_LIMIT = 1000, NODES_LIMIT = 10000 };

/* Every allocation of a tree, newest first. */
typedef struct block {
    struct block *before;
} block;

/* The root is allocated together with the head of the chain, so that yaml_file_free finds it. */
typedef struct {
    yaml_node node;
    block *newest;
} root_node;

typedef struct {
    yaml_parser_t parser;
    const char *path;
    root_node *root;
    size_t line; /* of the last event, from 1 */
    const char *key; /* whose value is being read; NULL in a list */
    int nodes;   /* so far */
} reader;

static strata_status wrong(const reader *r, const char *what)
{
    return status_fail(STRATA_ERR_ARGUMENT, "%s:%zu: %s", r->path, r->line, what);
}

static strata_status no_memory(const char *path)
{
    return status_fail(STRATA_ERR_MEMORY, "no memory to read %s", path);
}

/* ---- memory ------------------------------------------------------------------------------------------------------------------- */

static strata_status take(reader *r, size_t bytes, void **out)
{
    void *made;
    TRY(alloc_zero(&made, sizeof(block) + bytes, 1, r->path));
    block *b = made;
    b->before = r->root->newest;
    r->root->newest = b;
    *out = b + 1;
    return STRATA_OK;
}

static strata_status take_word(reader *r, const char *word, const char **out)
{
    void *copy;
    size_t length = strlen(word);
    TRY(take(r, length + 1, &copy));
    memcpy(copy, word, length + 1);
    *out = copy;
    return STRATA_OK;
}

/* YAML's null as a plain word: it would pass for the text "null". An empty place is left to who reads it. */
static bool is_null(const yaml_event_t *e)
{
    static const char *const words[] = { "~", "null", "Null", "NULL" };
    bool plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE, any = false;
    for (size_t w = 0; w < sizeof words / sizeof *words; w++) any = any || strcmp((const char *)e->data.scalar.value, words[w]) == 0;
    return plain && any;
}

static strata_status take_node(reader *r, yaml_kind kind, yaml_node **out)
{
    void *made;
    if (++r->nodes > NODES_LIMIT) return wrong(r, "there are more than 10000 values in one file");
    TRY(take(r, sizeof(yaml_node), &made));
    *out = made;
    **out = (yaml_node){ .kind = kind, .line = r->line, .key = "", .word = "" };
    return STRATA_OK;
}

void yaml_file_free(yaml_node *root)
{
    if (root == NULL) return;
    block *b = ((root_node *)root)->newest;
    while (b != NULL) {
        block *before = b->before;
        free(b);
        b = before;
    }
    free(root);
}

/* ---- events ------------------------------------------------------------------------------------------------------------------- */

static strata_status next_event(reader *r, yaml_event_t *event)
{
    if (yaml_parser_parse(&r->parser, event) == 0) {
        if (r->parser.error == YAML_MEMORY_ERROR) return no_memory(r->path);
        r->line = r->parser.problem_mark.line + 1;
        memset(event, 0, sizeof *event);
        return wrong(r, r->parser.problem != NULL ? r->parser.problem : "is not YAML");
    }
    r->line = event->start_mark.line + 1;
    return STRATA_OK;
}

static strata_status expect(reader *r, yaml_event_type_t type, const char *otherwise)
{
    yaml_event_t event;
    TRY(next_event(r, &event));
    strata_status status = event.type == type ? STRATA_OK : wrong(r, otherwise);
    yaml_event_delete(&event);
    return status;
}

/* Anchors and tags have no place here. */
static bool is_plain(const yaml_event_t *e)
{
    switch (e->type) {
    case YAML_SCALAR_EVENT:
        return e->data.scalar.anchor == NULL && e->data.scalar.tag == NULL
               && strlen((const char *)e->data.scalar.value) == e->data.scalar.length;
    case YAML_SEQUENCE_START_EVENT: return e->data.sequence_start.anchor == NULL && e->data.sequence_start.tag == NULL;
    case YAML_MAPPING_START_EVENT: return e->data.mapping_start.anchor == NULL && e->data.mapping_start.tag == NULL;
    case YAML_ALIAS_EVENT: return false;
    default: return true;
    }
}

static strata_status no_value(const reader *r, const char *word)
{
    return status_fail(STRATA_ERR_ARGUMENT, "%s:%zu: %s%s%s is null, which is no value here: give one, or leave the line out", r->path,
                       r->line, r->key != NULL ? text_cut(r->key) : "", r->key != NULL ? " = " : "", word);
}

/* ---- nodes -------------------------------------------------------------------------------------------------------------------- */

static strata_status read_inside(reader *r, yaml_node *container, int depth);

/* The node that starts with this event. */
static strata_status read_node(reader *r, const yaml_event_t *event, int depth, yaml_node **out)
{
    if (!is_plain(event)) return wrong(r, "anchors, aliases and tags are not taken: write a plain value");
    if (depth > DEPTH_LIMIT) return wrong(r, "is nested too deeply");
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        if (is_null(event)) return no_value(r, (const char *)event->data.scalar.value);
        TRY(take_node(r, YAML_WORD, out));
        return take_word(r, (const char *)event->data.scalar.value, &(*out)->word);
    case YAML_SEQUENCE_START_EVENT: TRY(take_node(r, YAML_LIST, out)); return read_inside(r, *out, depth);
    case YAML_MAPPING_START_EVENT: TRY(take_node(r, YAML_MAP, out)); return read_inside(r, *out, depth);
    default: return wrong(r, "a plain value is missing");
    }
}

static strata_status read_value(reader *r, int depth, yaml_node **out)
{
    yaml_event_t event;
    TRY(next_event(r, &event));
    strata_status status = read_node(r, &event, depth, out);
    yaml_event_delete(&event);
    return status;
}

/* One member of a mapping, whose key this event is. */
static strata_status read_member(reader *r, const yaml_node *map, const yaml_event_t *key, int depth, yaml_node **out)
{
    const char *copy;
    size_t line = r->line;
    if (key->type != YAML_SCALAR_EVENT || !is_plain(key)) return wrong(r, "a name before the colon is a plain word");
    TRY(take_word(r, (const char *)key->data.scalar.value, &copy));
    if (yaml_get(map, copy) != NULL) return status_fail(STRATA_ERR_ARGUMENT, "%s:%zu: %s is set twice", r->path, r->line, copy);
    r->key = copy;
    TRY(read_value(r, depth, out));
    (*out)->key = copy;
    (*out)->line = line;
    return STRATA_OK;
}

/* One item of a container; *more is false at its end. */
static strata_status read_item(reader *r, const yaml_node *container, int depth, yaml_node **out, bool *more)
{
    yaml_event_t event;
    r->key = NULL;
    TRY(next_event(r, &event));
    strata_status status = STRATA_OK;
    *more = event.type != YAML_SEQUENCE_END_EVENT && event.type != YAML_MAPPING_END_EVENT;
    if (*more) {
        status = container->kind == YAML_MAP ? read_member(r, container, &event, depth, out) : read_node(r, &event, depth, out);
    }
    yaml_event_delete(&event);
    return status;
}

static strata_status read_inside(reader *r, yaml_node *container, int depth)
{
    const yaml_node **last = &container->first;
    int items = 0;
    for (bool more = true; more; items++) {
        yaml_node *item = NULL;
        TRY(read_item(r, container, depth + 1, &item, &more));
        if (!more) break;
        if (items == ITEMS_LIMIT) return wrong(r, "there are more than 1000 values in one list or mapping");
        *last = item;
        last = &item->next;
    }
    return STRATA_OK;
}

static strata_status read_document(reader *r)
{
    yaml_event_t event;
    TRY(expect(r, YAML_STREAM_START_EVENT, "is not YAML"));
    TRY(next_event(r, &event));
    yaml_event_type_t type = event.type;
    yaml_event_delete(&event);
    if (type == YAML_STREAM_END_EVENT) return STRATA_OK; /* an empty file */
    TRY(next_event(r, &event));
    bool map = event.type == YAML_MAPPING_START_EVENT && is_plain(&event);
    yaml_event_delete(&event);
    if (!map) return wrong(r, "a file is lines of the form 'name: value'");
    TRY(read_inside(r, &r->root->node, 0));
    TRY(expect(r, YAML_DOCUMENT_END_EVENT, "something follows the last value"));
    return expect(r, YAML_STREAM_END_EVENT, "a second document follows the first");
}

static strata_status read_bytes(const char *path, const uint8_t *bytes, size_t size, yaml_node **out)
{
    void *made;
    TRY(alloc_zero(&made, 1, sizeof(root_node), path));
    reader r = { .path = path, .root = made };
    r.root->node = (yaml_node){ .kind = YAML_MAP, .line = 1, .key = "", .word = "" };
    strata_status status = yaml_parser_initialize(&r.parser) != 0 ? STRATA_OK
                                                                  : no_memory(path);
    if (status == STRATA_OK) {
        yaml_parser_set_input_string(&r.parser, bytes, size);
        status = read_document(&r);
        yaml_parser_delete(&r.parser);
    }
    if (status == STRATA_OK) *out = &r.root->node;
    else yaml_file_free(&r.root->node);
    return status;
}

strata_status yaml_read(const char *path, yaml_node **out)
{
    uint8_t *bytes;
    size_t size;
    *out = NULL;
    strata_status status = file_read_all(path, BYTES_LIMIT, &bytes, &size);
    if (status == STRATA_ERR_DATA) status = STRATA_ERR_ARGUMENT; /* a wrong configuration file is a wrong command line */
    if (status != STRATA_OK) return status;
    status = read_bytes(path, bytes, size, out);
    free(bytes);
    return status;
}

#else

void yaml_file_free(yaml_node *root)
{
    (void)root;
}

strata_status yaml_read(const char *path, yaml_node **out)
{
    *out = NULL;
    return status_fail(STRATA_ERR_ARGUMENT, "%s: this build reads no YAML; install libyaml-dev and build again, or give key=value",
                       path);
}

#endif

strata_status yaml_blame(const char *path, const yaml_node *node)
{
    text place = { 0 };
    text_add(&place, "%s:%zu", path, node->line);
    (void)status_fail_at(STRATA_ERR_ARGUMENT, place.at != NULL ? place.at : path);
    text_free(&place);
    return STRATA_ERR_ARGUMENT;
}

const yaml_node *yaml_get(const yaml_node *map, const char *key)
{
    if (map == NULL || map->kind != YAML_MAP) return NULL;
    for (const yaml_node *member = map->first; member != NULL; member = member->next) {
        if (strcmp(member->key, key) == 0) return member;
    }
    return NULL;
}
