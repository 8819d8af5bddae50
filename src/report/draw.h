/*
 * Figures by gnuplot, a program of its own that is started without a shell: several at once, at most as many as there are cores. A drawing
 * appears whole or not at all. Internal to the module.
 */
#ifndef STRATA_REPORT_DRAW_H
#define STRATA_REPORT_DRAW_H

#include <stddef.h>
#include <sys/types.h>

#include "text.h"

typedef enum { DRAW_WAITING, DRAW_DONE, DRAW_FAILED, DRAW_NO_GNUPLOT } draw_outcome;

typedef struct {
    const char *style, *script, *csv, *title;
    const char *format; /* "svg", "png" or "pdf" */
    const char *out;    /* the file that it becomes */
    draw_outcome outcome; /* DRAW_DONE beforehand: it is there, and nothing is drawn */
    pid_t child;
    text beside;        /* where gnuplot draws */
} draw_job;

/* Draws: gnuplot -d -c STYLE CSV FILE FORMAT TITLE SCRIPT, without settings of the user's: neither a ~/.gnuplot (-d) nor
 * the environment, but for where programs, fonts and temporary files lie. Every job gets its outcome; the file of
 * one that failed is removed. Fails only when a file cannot be written or there is no memory. */
strata_status draw_all(draw_job *jobs, size_t count);

/* The size of an SVG in pixels; false when it does not say. */
bool draw_svg_size(const char *svg, long *width, long *height);

#endif
