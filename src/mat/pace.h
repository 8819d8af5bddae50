/*
 * How many threads pay? More are not always faster: a small net has too little work, and cores may share their arithmetic units. The number
 * of threads changes no bit of a result, so it may depend on the clock. A pace chooses among 1, 2, 4 ... all threads, by the time that
 * pieces of repeated work take (an update; a chunk of an evaluation). At first it tries each number. Later it tries the neighbours of the
 * best one again and again, the less often the slower they were. A pace knows nothing of threads, and its caller tells it the times.
 */
#ifndef STRATA_MAT_PACE_H
#define STRATA_MAT_PACE_H

#include <stdbool.h>

enum { PACE_LEVELS = 11, PACE_TRIAL = 7 };

typedef struct {
    int most;                     /* threads there are */
    int best, level;              /* levels, of 2^level threads, at most `most`: the fastest so far; the one in use */
    double typical[PACE_LEVELS];  /* seconds: median of the last trial, then a running average; 0: not tried */
    long rest[PACE_LEVELS];       /* pieces between the last trial of a level and its next */
    long wait;                    /* pieces until the next trial */
    double trial[PACE_TRIAL];     /* of the trial that is going on */
    int tried;                    /* pieces of it so far; the first, which wakes the helpers, does not count */
    bool up;                      /* the next trial is of more threads than the best */
} pace;

pace pace_start(int most);

/* Threads for the next piece. */
int pace_threads(const pace *p);

/* The last piece took so many seconds with pace_threads threads. disturbed: something else slowed it, so the time does not count. */
void pace_took(pace *p, double seconds, bool disturbed);

#endif
