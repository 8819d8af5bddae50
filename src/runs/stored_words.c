/* Texts of the store in blocks: a run has a dozen short ones, which share one. */
#include "stored_words.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 480, ALIGNED = sizeof(double) };

struct stored_words {
    struct stored_words *before;
    size_t used, room;
    _Alignas(double) char at[];
};

strata_status stored_words_no_memory(void)
{
    return status_fail(STRATA_ERR_MEMORY, "no memory for the runs of the store");
}

const void *stored_words_copy(stored_words **list, const void *bytes, size_t size)
{
    stored_words *w = *list;
    size_t rounded = (size + ALIGNED - 1) / ALIGNED * ALIGNED;
    if (w == NULL || w->room - w->used < rounded) {
        size_t room = rounded > BLOCK ? rounded : BLOCK;
        w = malloc(sizeof *w + room);
        if (w == NULL) return NULL;
        *w = (stored_words){ .before = *list, .room = room };
        *list = w;
    }
    char *copy = w->at + w->used;
    memcpy(copy, bytes, size);
    w->used += rounded;
    return copy;
}

strata_status stored_words_own(stored_words **list, const char **value)
{
    *value = stored_words_copy(list, *value, strlen(*value) + 1);
    return *value != NULL ? STRATA_OK : stored_words_no_memory();
}

void stored_words_free(stored_words **list)
{
    while (*list != NULL) {
        stored_words *before = (*list)->before;
        free(*list);
        *list = before;
    }
}

void *stored_words_room(void *at, size_t count, size_t *room, size_t size)
{
    if (count < *room) return at;
    size_t more = 2 * *room + 16;
    void *larger = realloc(at, more * size);
    if (larger != NULL) *room = more;
    return larger;
}
