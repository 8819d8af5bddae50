/*
 * The log of a training: the loss of every mini-batch, as the mean over log_every updates, without one evaluation. A line ends at every
 * multiple of log_every, so its last update follows from its place, and a checkpoint keeps the means alone. The last line of a run is of
 * fewer updates where the run ends between two multiples.
 */
#ifndef STRATA_TRAIN_LOSSES_H
#define STRATA_TRAIN_LOSSES_H

#include "schedule.h"
#include "strata/train.h"

typedef struct {
    long every;       /* log_every; 0: there is no log, and all else is 0 */
    long per_epoch;   /* updates */
    schedule rate;
    strata_loss *line;
    size_t lines, room;
    long after;       /* the log begins behind this update: 0, but for a run that went on with another log_every */
    long open;        /* updates of the line that is not ended yet */
    double sum;       /* of their losses */
} losses;

/* An empty log, with room for the lines of the whole run. */
strata_status losses_create(const strata_config *resolved, losses *out);
void losses_drop(losses *log);

/* The loss of the mini-batch of the update that is the t-th, t = 1, 2, ... */
void losses_add(losses *log, long t, double loss);

/* The run has ended after update t, with STRATA_OK or without: ends the last line. */
void losses_end(losses *log, long t);

/* A log of `every` that begins behind update `after`: how many lines have ended after update t, and of how many updates the next one is by
 * then. */
size_t losses_lines(long every, long after, long t);
long losses_open(long every, long after, long t);

/* For a run that goes on after update t: the log begins behind `after`, and its next line is the mean of `mean` and ends where it must.
 * Then the sum of the open line. */
void losses_begin(losses *log, long after);
void losses_put(losses *log, double mean);
void losses_go_on(losses *log, long t, double sum);

/* The log of a run as text: one line for the names, then one for each of its own. */
void losses_csv(const strata_run *run, text *csv);

#endif
