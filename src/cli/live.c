/* See live.h. The width is asked for at each redraw, which needs no signal; a redraw is one write, so that nothing comes in between. */
#include "live.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "clock.h"

enum { COLUMNS_UNKNOWN = 80, COLUMNS_LEAST = 8, COLUMNS_MOST = 1000 };
static const double redraw_seconds = 0.1;
static const char clear[] = "\r\033[K";

/* A dumb terminal, or none that says what it is, gets plain lines. */
static bool can_redraw(void)
{
    const char *term = getenv("TERM");
    return term != NULL && term[0] != '\0' && strcmp(term, "dumb") != 0;
}

/* What the terminal says; else $COLUMNS, which does not follow a change of size; else what terminals have had since the punched card. */
static size_t terminal_columns(void)
{
    struct winsize size;
    int64_t columns = 0;
    const char *said = getenv("COLUMNS");
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) columns = size.ws_col;
    else if (said == NULL || !text_to_int64(said, &columns) || columns < 1) columns = COLUMNS_UNKNOWN;
    return columns < COLUMNS_LEAST ? COLUMNS_LEAST : columns > COLUMNS_MOST ? COLUMNS_MOST : (size_t)columns;
}

live_line live_start(bool quiet)
{
    return (live_line){ .live = isatty(STDERR_FILENO) == 1 && !quiet && can_redraw() };
}

bool live_due(const live_line *l)
{
    return l->live && clock_seconds() - l->drawn >= redraw_seconds;
}

/* The last column stays free: some terminals go to the next line as soon as it is written. */
void live_draw(live_line *l, const line_part *parts, size_t count)
{
    text line = { 0 };
    text_add(&line, "%s", clear);
    line_fit(parts, count, terminal_columns() - 1, &line);
    if (!line.failed) (void)fputs(line.at, stderr);
    l->there = l->there || !line.failed;
    l->drawn = clock_seconds();
    text_free(&line);
}

void live_clear(live_line *l)
{
    if (l->there) (void)fputs(clear, stderr);
    l->there = false;
}
