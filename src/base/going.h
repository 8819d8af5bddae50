/* What takes long asks now and then whether it shall go on: between chunks of its work, several times a second. */
#ifndef STRATA_BASE_GOING_H
#define STRATA_BASE_GOING_H

#include <stdbool.h>
#include <stddef.h>

/* Any thread; go_on NULL, and a NULL for the whole: nobody asks for an end. */
typedef struct {
    bool (*go_on)(void *self);
    void *self;
} going;

static inline bool going_on(const going *g)
{
    return g == NULL || g->go_on == NULL || g->go_on(g->self);
}

#endif
