/* JSON: what is taken can be walked, written and read again to the same text. */
#include <stdlib.h>
#include <string.h>

#include "doc.h"
#include "fuzz.h"

static void walk(const doc *value, int depth)
{
    const char *key;
    const doc *inside;
    int64_t whole = 0;
    PROMISE(depth <= DOC_DEPTH + 1);
    (void)doc_int(value, &whole);
    if (doc_text(value) != NULL) PROMISE(strlen(doc_text(value)) < SIZE_MAX);
    for (size_t e = 0; doc_is_object(value) && (inside = doc_member(value, e, &key)) != NULL; e++) {
        PROMISE(doc_get(value, key) == inside); /* no key twice */
        walk(inside, depth + 1);
    }
    for (size_t e = 0; doc_is_list(value) && e < doc_count(value); e++) walk(doc_at(value, e), depth + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    doc *root = NULL, *again = NULL;
    char *exact = fuzz_text(data, size), *first = NULL, *second = NULL;
    bool taken = fuzz_taken(doc_read(exact, size, &root));
    PROMISE(taken == (root != NULL));
    if (taken) {
        walk(root, 1);
        PROMISE(doc_write_compact(root, &first) == STRATA_OK);
        PROMISE(doc_read(first, strlen(first), &again) == STRATA_OK);
        PROMISE(doc_write_compact(again, &second) == STRATA_OK && strcmp(first, second) == 0);
    }
    doc_free(again);
    doc_free(root);
    free(first);
    free(second);
    free(exact);
    return 0;
}
