/*
 * How many threads pay. More threads are not always faster: a small net has too little work for them, and cores may share what they compute
 * with. The number changes no bit, so it may follow the clock. A pace chooses among 1, 2, 4 ... all threads by what repeated pieces of the
 * same work take (an update; a chunk of an evaluation). It tries each at first, and one beside the best again and again, the less often the
 * clearer it was worse. It knows nothing of threads and is told what they took.
 */
#ifndef STRATA_MAT_PACE_H
#define STRATA_MAT_PACE_H

#include <stdbool.h>

enum { PACE_LEVELS = 11, PACE_TRIAL = 7 };

typedef struct {
    int most;                     /* threads there are */
    int best, level;              /* 2^level threads, `most` at the highest: what has proved best, and what is used now */
    double typical[PACE_LEVELS];  /* median of the last trial, followed since; seconds; 0: not tried yet */
    long rest[PACE_LEVELS];       /* pieces until it is tried again, next time */
    long wait;                    /* pieces until the next trial */
    double trial[PACE_TRIAL];     /* of the trial that is going on */
    int tried;                    /* pieces of it so far; the first, which wakes the helpers, does not count */
    bool up;                      /* the next trial is of more threads than the best */
} pace;

pace pace_start(int most);

/* Threads for the next piece. */
int pace_threads(const pace *p);

/* The last piece took so many seconds, with pace_threads. disturbed: it says nothing about that number. */
void pace_took(pace *p, double seconds, bool disturbed);

#endif
