/* JSON: what is taken can be walked, written and read again to the same text. */
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "fuzz.h"

static void walk(const json_value *value, int depth)
{
    const char *key;
    const json_value *inside;
    int64_t whole = 0;
    PROMISE(depth <= JSON_DEPTH + 1);
    (void)json_as_int(value, &whole);
    if (json_as_text(value) != NULL) PROMISE(strlen(json_as_text(value)) < SIZE_MAX);
    for (size_t e = 0; json_has_keys(value) && (inside = json_member(value, e, &key)) != NULL; e++) {
        PROMISE(json_get(value, key) == inside); /* no key twice */
        walk(inside, depth + 1);
    }
    for (size_t e = 0; json_is_list(value) && e < json_count(value); e++) walk(json_at(value, e), depth + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_value *root = NULL, *again = NULL;
    char *exact = fuzz_text(data, size), *first = NULL, *second = NULL;
    bool taken = fuzz_taken(json_read(exact, size, &root));
    PROMISE(taken == (root != NULL));
    if (taken) {
        walk(root, 1);
        PROMISE(json_write_compact(root, &first) == STRATA_OK);
        PROMISE(json_read(first, strlen(first), &again) == STRATA_OK);
        PROMISE(json_write_compact(again, &second) == STRATA_OK && strcmp(first, second) == 0);
    }
    json_free(again);
    json_free(root);
    free(first);
    free(second);
    free(exact);
    return 0;
}
