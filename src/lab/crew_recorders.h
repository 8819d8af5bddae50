/*
 * Recording what other ranks have trained: a run comes as bytes, becomes a run again, and is recorded, all in threads of its own, so that
 * rank 0 hears its ranks meanwhile. Internal to the crew.
 */
#ifndef STRATA_LAB_CREW_RECORDERS_H
#define STRATA_LAB_CREW_RECORDERS_H

#include <stdint.h>

#include "crew.h"
#include "splits.h"

typedef struct recorders recorders;

/* One run on its way into the record. */
typedef struct arrival arrival;
struct arrival {
    arrival *next;
    size_t number;         /* of the run in the work */
    int from;              /* the rank */
    void *letter;          /* memory that the bytes lie in, to be freed */
    const uint8_t *bytes;
    size_t size;
    strata_run *run;       /* made of them; NULL where they are not that run, */
    strata_status status;  /* and why, */
    char sentence[STATUS_SENTENCE];
};

/* Threads that record runs of this work by its observer. The splits are of the caller and outlive them. */
strata_status recorders_open(const crew_work *work, splits *parts, recorders **out);

/* Takes an arrival over, letter and all, until recorders_take gives it back. */
void recorders_give(recorders *r, arrival *one);

/* One that is recorded, or could not be made a run; NULL: none at the moment. Its letter is gone. */
arrival *recorders_take(recorders *r);

/* Waits for those that are being recorded, and forgets what has not begun: nobody was told that it is kept. */
void recorders_close(recorders *r);

#endif
