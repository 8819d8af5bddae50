/*
 * See headway.h. The pace of late: seconds and work fade by exp(-t / memory), so a constant pace is found exactly and a changed one within
 * a memory; that is a quarter of the time so far, since evaluations and checkpoints make steps that grow with the work.
 */
#include "headway.h"

#include <math.h>
#include <stdio.h>

static const double shortest_memory = 15, first_seconds = 1; /* of working; before the latter, a pace is a guess */
static const double soon_seconds = 0.01;

/* A process that gets less than a fiftieth of one core for over two seconds is not slow, it is suspended (SIGSTOP, a frozen container, a
 * machine asleep whose clock goes on): that is no time of work. */
static const double suspended_seconds = 2, suspended_share = 0.02;

void headway_expect(headway *p, double work)
{
    p->all += work;
}

void headway_skip(headway *p, double work)
{
    p->over += work;
}

static bool was_suspended(const headway *p, clock_reading now)
{
    double wall = now.wall - p->last.wall;
    return wall > suspended_seconds && now.processor - p->last.processor < suspended_share * wall;
}

clock_reading headway_clock(const headway *p)
{
    double wall = clock_seconds();
    bool soon = p->begun && wall - p->last.wall < soon_seconds;
    return soon ? (clock_reading){ .wall = wall, .processor = NAN } : clock_read();
}

/* The first report has no time before it, and of a stretch that was suspended nobody knows what of it was work. */
void headway_did(headway *p, double work, clock_reading now)
{
    double seconds = now.wall - p->last.wall;
    p->done += work;
    p->since += work;
    if (isnan(now.processor)) return;
    if (p->begun && seconds >= 0 && !was_suspended(p, now)) {
        double memory = fmax(shortest_memory, p->seconds / 4), fading = exp(-seconds / memory);
        p->seconds += seconds;
        p->recent_seconds = fading * p->recent_seconds + seconds;
        p->recent_done = fading * p->recent_done + p->since;
    }
    p->since = 0;
    p->begun = true;
    p->last = now;
}

void headway_part_found(headway *p, headway_part *part, double share)
{
    p->over += (share - part->share) * part->work;
    part->share = share;
}

void headway_part_did(headway *p, headway_part *part, long step, long steps, clock_reading now)
{
    if (step < 1 || steps < step) return;
    headway_part_found(p, part, (double)(step - 1) / (double)steps);
    headway_did(p, part->work / (double)steps, now);
    part->share = (double)step / (double)steps;
}

void headway_part_reached(headway *p, headway_part *part, double share, clock_reading now)
{
    if (!(share > part->share && share <= 1)) return;
    headway_did(p, (share - part->share) * part->work, now);
    part->share = share;
}

void headway_part_end(headway *p, headway_part *part)
{
    headway_part_found(p, part, 1);
}

static double left(const headway *p)
{
    double rest = p->all - p->over - p->done;
    return rest > 1e-9 * p->all ? rest : 0; /* sums of thousands of steps are not exact */
}

double headway_share(headway *p)
{
    if (!(p->all > 0)) return NAN;
    p->shown = fmax(p->shown, 1 - left(p) / p->all);
    return p->shown;
}

double headway_seconds_left(const headway *p)
{
    if (p->all > 0 && left(p) <= 0) return 0;
    if (p->seconds < first_seconds || !(p->recent_done > 0)) return NAN;
    return left(p) * p->recent_seconds / p->recent_done;
}

void headway_words(double seconds, char out[HEADWAY_WORDS])
{
    static const double day = 86400;
    if (!(seconds >= 0)) (void)snprintf(out, HEADWAY_WORDS, "time left unknown");
    else if (seconds >= 1000 * day) (void)snprintf(out, HEADWAY_WORDS, "over 1000 days left");
    else {
        long s = lrint(ceil(seconds)), min = lrint(seconds / 60), h = lrint(seconds / 3600);
        if (s < 120) (void)snprintf(out, HEADWAY_WORDS, "%ld s left", s);
        else if (s < 600) (void)snprintf(out, HEADWAY_WORDS, "%ld min %02ld s left", s / 60, s % 60);
        else if (min < 120) (void)snprintf(out, HEADWAY_WORDS, "%ld min left", min);
        else if (h < 48) (void)snprintf(out, HEADWAY_WORDS, "%ld h %02ld min left", min / 60, min % 60);
        else (void)snprintf(out, HEADWAY_WORDS, "%ld days left", lrint(seconds / day));
    }
}
