/* The one line of a terminal on stderr that is drawn over and over, ten times a second at most, and never wider than the terminal is. */
#ifndef STRATA_CLI_LIVE_H
#define STRATA_CLI_LIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "line.h"

typedef struct {
    bool live;    /* false: stderr is no terminal, or one that cannot redraw, or was not asked to; then nothing is ever drawn */
    bool there;   /* a line is drawn, and not yet cleared */
    double drawn; /* seconds */
} live_line;

live_line live_start(bool quiet);

/* Is it time to draw again? */
bool live_due(const live_line *l);

/* As much of these parts as the terminal has columns for now: it may have changed its size. */
void live_draw(live_line *l, const line_part *parts, size_t count);

/* Before anything else is written. */
void live_clear(live_line *l);

#endif
