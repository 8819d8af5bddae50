/* Memory for texts that came from the store: a list of blocks that are freed together. Internal to the module. */
#ifndef STRATA_RUNS_STORED_WORDS_H
#define STRATA_RUNS_STORED_WORDS_H

#include <stddef.h>

#include "status.h"

/* A block and the one before it; NULL is an empty list. */
typedef struct stored_words stored_words;

strata_status stored_words_no_memory(void);

/* A copy of these bytes in the list, or NULL. */
const void *stored_words_copy(stored_words **list, const void *bytes, size_t size);

/* Makes *value a copy in the list. */
strata_status stored_words_own(stored_words **list, const char **value);
void stored_words_free(stored_words **list);

/* at, made larger when its room is full; NULL: no memory, and at is as it was. */
void *stored_words_room(void *at, size_t count, size_t *room, size_t size);

#endif
