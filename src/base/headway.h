/*
 * How far a work has come, and how long the rest takes. All of it is arithmetic over readings of clocks that the caller brings, so a test
 * needs no time. Work has any one unit. It is in one of three places: done since the start, which alone says how fast it goes; over without
 * having been done here (by an earlier process, found in a store, the same as another's, cut short because it diverged, not needed after
 * all); or left. What nobody can know yet is NaN, never 0. Not for several threads at once.
 */
#ifndef STRATA_BASE_HEADWAY_H
#define STRATA_BASE_HEADWAY_H

#include <stdbool.h>

#include "clock.h"

/* All zero: nothing to do, and nothing begun. */
typedef struct {
    double all, over, done; /* of work: all that is known of, and of it what is over and what was done since the start */
    double shown;           /* the largest share that was told */
    bool begun;
    clock_reading last;                          /* of the last report that had the process's clock */
    double since;                                /* work that was done after it */
    double seconds, recent_seconds, recent_done; /* of working: since the first report, and of late */
} headway;

/* A part of the work, such as one training. All zero but for its work: not begun. */
typedef struct {
    double work;
    double share; /* of it that is done or over, 0 .. 1 */
} headway_part;

/* There is so much more to do, or less. */
void headway_expect(headway *p, double work);

/* So much of what was expected is over and was not done here. */
void headway_skip(headway *p, double work);

/* So much was done between the last report and now. now.processor may be NaN, not looked at: then it counts for the pace with the next
 * report that has it. */
void headway_did(headway *p, double work, clock_reading now);

/* Now, for a report. The process's clock, which takes a call of the system, is looked at a hundred times a second at most: an update of a
 * small net takes no longer than ten such calls. */
clock_reading headway_clock(const headway *p);

/* The work of a part is expected already; this is known of it before it begins. */
void headway_part_found(headway *p, headway_part *part, double share);

/* Step number `step` of `steps`, from 1, has just been done. A part whose first report is a later step was begun by somebody else. */
void headway_part_did(headway *p, headway_part *part, long step, long steps, clock_reading now);

/* The same for a part of which other processes tell now and then, not at every step: it is done up to this share, 0 .. 1, and what is
 * new was done here. now.processor: as now.wall, for nobody knows what they used. */
void headway_part_reached(headway *p, headway_part *part, double share, clock_reading now);

/* Nothing more will be done of it, however far it came: it is finished, or it has diverged. */
void headway_part_end(headway *p, headway_part *part);

/* What share is done or over, 0 .. 1: it never falls, and NaN where there is nothing to do. */
double headway_share(headway *p);

/* Seconds that the rest takes at the pace of late. 0 when nothing is left; NaN while nobody can know. */
double headway_seconds_left(const headway *p);

enum { HEADWAY_WORDS = 48 };

/* "12 s left", "3 min 20 s left", "2 h 05 min left"; "time left unknown" for NaN, and "0 s left" for 0 alone. */
void headway_words(double seconds, char out[HEADWAY_WORDS]);

#endif
