/*
 * YAML files as small trees: mappings, lists and plain words, each with its line. Nothing else of YAML is taken: no anchors, aliases,
 * tags, null or second documents, 16 levels, 1000 values in one place, 10,000 in all and 1 MiB at most, no key twice, so a file cannot
 * refer, expand or surprise. The one user of libyaml is yaml_file.c; without it every file is refused with a sentence.
 */
#ifndef STRATA_BASE_YAML_FILE_H
#define STRATA_BASE_YAML_FILE_H

#include "status.h"

typedef enum { YAML_WORD, YAML_LIST, YAML_MAP } yaml_kind;

typedef struct yaml_node yaml_node;
struct yaml_node {
    yaml_kind kind;
    size_t line;            /* from 1 */
    const char *key;        /* of a mapping's member; else "" */
    const char *word;       /* of YAML_WORD; else "" */
    const yaml_node *first; /* of what is inside, in the file's order; NULL for a word and for an empty container */
    const yaml_node *next;  /* the neighbour in the same container */
};

/* Reads the file; an empty one is an empty mapping. STRATA_ERR_ARGUMENT, and a sentence that starts with "path:line: ", when it is not as
 * described above. */
strata_status yaml_read(const char *path, yaml_node **out);
void yaml_file_free(yaml_node *root); /* NULL is fine */

/* Fails with STRATA_ERR_ARGUMENT and "path:line: " before the sentence that this thread's last failure left. */
strata_status yaml_blame(const char *path, const yaml_node *node);

const yaml_node *yaml_get(const yaml_node *map, const char *key); /* NULL when absent or not a mapping */

#endif
