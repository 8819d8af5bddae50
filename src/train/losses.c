/* See losses.h. */
#include "losses.h"

#include <stdlib.h>

#include "alloc.h"
#include "csv.h"

strata_status losses_create(const strata_config *c, losses *out)
{
    void *made = NULL;
    size_t room = config_log_lines(c);
    *out = (losses){ 0 };
    if (c->log_every == 0) return STRATA_OK;
    TRY(alloc_zero(&made, room, sizeof(strata_loss), "the log of a run"));
    *out = (losses){ .every = (long)c->log_every, .per_epoch = (long)config_epoch(c), .rate = schedule_of(c), .line = made, .room = room };
    return STRATA_OK;
}

void losses_drop(losses *log)
{
    free(log->line);
    *log = (losses){ 0 };
}

/* The next line, which ends with update t. */
static void add_line(losses *log, long t, long updates, double mean)
{
    log->line[log->lines++] = (strata_loss){
        .update = t, .epoch = (double)t / (double)log->per_epoch, .eta = schedule_eta(&log->rate, t - 1),
        .loss = mean, .updates = updates,
    };
}

void losses_add(losses *log, long t, double loss)
{
    if (log->every == 0) return;
    log->sum += loss;
    log->open++;
    if (t % log->every == 0) losses_end(log, t);
}

void losses_end(losses *log, long t)
{
    if (log->open == 0) return;
    add_line(log, t, log->open, log->sum / (double)log->open);
    log->open = 0;
    log->sum = 0;
}

/* ---- going on ------------------------------------------------------------------------------------------------------------------------ */

size_t losses_lines(long every, long after, long t)
{
    return every == 0 ? 0 : (size_t)(t / every - after / every);
}

long losses_open(long every, long after, long t)
{
    if (every == 0) return 0;
    long begin = t / every * every;
    return t - (begin > after ? begin : after);
}

void losses_begin(losses *log, long after)
{
    log->after = after;
    log->lines = 0;
    log->open = 0;
    log->sum = 0;
}

void losses_put(losses *log, double mean)
{
    long end = (log->after / log->every + (long)log->lines + 1) * log->every, begin = end - log->every;
    add_line(log, end, end - (begin > log->after ? begin : log->after), mean);
}

void losses_go_on(losses *log, long t, double sum)
{
    log->open = losses_open(log->every, log->after, t);
    log->sum = sum;
}

/* ---- as a file ----------------------------------------------------------------------------------------------------------------------- */

void losses_csv(const strata_run *run, text *csv)
{
    size_t count;
    const strata_loss *p = strata_run_losses(run, &count);
    text_add(csv, "update,epoch,eta,loss,updates\n");
    for (size_t q = 0; q < count; q++, p++) {
        text_add(csv, "%ld,", p->update);
        csv_add_number(csv, p->epoch);
        text_add(csv, ",");
        csv_add_number(csv, p->eta);
        text_add(csv, ",");
        csv_add_number(csv, p->loss);
        text_add(csv, ",%ld\n", p->updates);
    }
}
