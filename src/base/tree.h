/*
 * YAML files as small trees: mappings, lists and plain words, each with its line. Nothing else of YAML is taken: no anchors, aliases,
 * tags, null or second documents, 16 levels, 1000 values in one place, 10,000 in all and 1 MiB at most, no key twice, so a file cannot
 * refer, expand or surprise. The one user of libyaml is tree.c; without it every file is refused with a sentence.
 */
#ifndef STRATA_BASE_TREE_H
#define STRATA_BASE_TREE_H

#include "status.h"

typedef enum { TREE_WORD, TREE_LIST, TREE_MAP } tree_kind;

typedef struct tree tree;
struct tree {
    tree_kind kind;
    size_t line;       /* from 1 */
    const char *key;   /* of a mapping's member; else "" */
    const char *word;  /* of TREE_WORD; else "" */
    const tree *first; /* of what is inside, in the file's order; NULL for a word and for an empty container */
    const tree *next;  /* the neighbour in the same container */
};

/* Reads the file; an empty one is an empty mapping. STRATA_ERR_ARGUMENT, and a sentence that starts with "path:line: ", when it is not as
 * described above. */
strata_status tree_read(const char *path, tree **out);
void tree_free(tree *root); /* NULL is fine */

/* Fails with STRATA_ERR_ARGUMENT and "path:line: " before the sentence that this thread's last failure left. */
strata_status tree_blame(const char *path, const tree *node);

const tree *tree_get(const tree *map, const char *key); /* NULL when absent or not a mapping */

#endif
