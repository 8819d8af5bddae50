/*
 * Progress of a population on stderr. On a terminal one line is drawn over and over; elsewhere each point of the curves is a plain line.
 * What is not known, such as the loss of a training that goes on before its first update here, is left out of it. Calls come one at a time
 * (strata.h), so nothing here is locked.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cli.h"
#include "live.h"
#include "headway.h"

struct progress {
    strata_observer observer;
    size_t members, ended, before; /* before: runs that were over when this began, and are no members */
    bool quiet;
    live_line line;
    headway way;
    headway_part *part; /* of each member */
    double loss, eta, validation; /* the latest of any member; NaN before */
    progress_saver *save;
    void *saver;
};

static bool on_start(void *self, size_t member)
{
    (void)self;
    (void)member;
    return !signals_stopped();
}

static bool on_go_on(void *self, size_t member)
{
    (void)self;
    (void)member;
    return !signals_stopped();
}

enum { SHARE, LEFT, RUNS, LOSS, ETA, VALIDATION, PARTS };

/* As far as the terminal has room: the share, the time, what is reached, how many have ended, the loss, the rate. */
static void draw(progress *p)
{
    char words[PARTS][48] = { "" };
    double share = headway_share(&p->way);
    if (!isnan(share)) (void)snprintf(words[SHARE], sizeof *words, "%4.1f %%", 100 * share);
    headway_words(headway_seconds_left(&p->way), words[LEFT]);
    size_t runs = p->members + p->before;
    if (runs > 1) (void)snprintf(words[RUNS], sizeof *words, "%zu of %zu runs", p->ended + p->before, runs);
    if (!isnan(p->loss)) (void)snprintf(words[LOSS], sizeof *words, "loss %.3f", p->loss);
    if (!isnan(p->eta)) (void)snprintf(words[ETA], sizeof *words, "eta %.2e", p->eta);
    if (!isnan(p->validation)) (void)snprintf(words[VALIDATION], sizeof *words, "validation %s %%", percent_of(p->validation).words);
    const line_part parts[PARTS] = {
        [SHARE] = { words[SHARE], 0, 0 }, [LEFT] = { words[LEFT], 1, 0 }, [RUNS] = { words[RUNS], 3, 0 },
        [LOSS] = { words[LOSS], 4, 0 },   [ETA] = { words[ETA], 5, 0 },   [VALIDATION] = { words[VALIDATION], 2, 0 },
    };
    live_draw(&p->line, parts, PARTS);
}

static bool on_update(void *self, size_t member, long done, long all, double loss)
{
    progress *p = self;
    if (p->line.live) headway_part_did(&p->way, &p->part[member], done, all, headway_clock(&p->way));
    p->loss = isnan(p->loss) ? loss : p->loss + 0.02 * (loss - p->loss); /* a moving mean: the loss of one mini-batch jumps */
    if (signals_stopped()) return false;
    if (live_due(&p->line)) draw(p);
    return true;
}

static void on_point(void *self, size_t member, const strata_point *point)
{
    progress *p = self;
    p->eta = point->eta;
    p->validation = point->validation.accuracy;
    if (point->update == 0) p->loss = point->train.loss;
    if (p->line.live) return;
    if (p->members > 1) (void)fprintf(stderr, "[%zu/%zu] ", member + 1, p->members);
    (void)fprintf(stderr, "epoch %6.2f  update %6ld  eta %.2e  train loss %.4f cost %.4f accuracy %.4f  validation %.4f\n",
                  point->epoch, point->update, point->eta, point->train.loss, point->train.cost, point->train.accuracy,
                  point->validation.accuracy);
}

/* What ended is over, however far it came; what was stopped may go on another day. */
static void on_finished(void *self, size_t member, const strata_run *run)
{
    progress *p = self;
    const strata_run_facts_t *f = strata_run_facts(run);
    live_clear(&p->line);
    if (f->outcome != STRATA_STOPPED) {
        headway_part_end(&p->way, &p->part[member]);
        p->ended++;
    }
    if (f->outcome != STRATA_OK && p->members > 1 && !p->quiet) {
        (void)fprintf(stderr, "[%zu/%zu] %s\n", member + 1, p->members, f->sentence);
    }
}

static void on_record(void *self, size_t member, const strata_run *run)
{
    const progress *p = self;
    if (p->save != NULL && strata_run_facts(run)->outcome != STRATA_ERR_BUSY) p->save(p->saver, member, run);
}

strata_status progress_new(const strata_config *const *configs, size_t members, bool quiet, progress **out)
{
    void *made, *parts = NULL;
    TRY(alloc_zero(&made, 1, sizeof **out, "the progress display"));
    strata_status status = alloc_zero(&parts, members, sizeof(headway_part), "the progress display");
    progress *p = made;
    *p = (progress){ .members = members, .quiet = quiet, .line = live_start(quiet), .part = parts, .loss = NAN, .eta = NAN,
                     .validation = NAN };
    p->observer = (strata_observer){ .size = sizeof p->observer, .self = p, .start = on_start, .update = on_update,
                                     .finished = on_finished, .record = on_record, .go_on = on_go_on };
    if (!quiet) p->observer.point = on_point;
    for (size_t m = 0; m < members && status == STRATA_OK; m++) {
        p->part[m].work = strata_config_work(configs[m]);
        headway_expect(&p->way, p->part[m].work);
    }
    if (status != STRATA_OK) {
        progress_free(p);
        p = NULL;
    }
    *out = p;
    return status;
}

void progress_found(progress *p, size_t member, double share)
{
    headway_part_found(&p->way, &p->part[member], share);
}

void progress_over(progress *p, const strata_config *config)
{
    double work = strata_config_work(config);
    headway_expect(&p->way, work);
    headway_skip(&p->way, work);
    p->before++;
}

void progress_free(progress *p)
{
    if (p == NULL) return;
    live_clear(&p->line);
    free(p->part);
    free(p);
}

void progress_save(progress *p, progress_saver *save, void *self)
{
    p->save = save;
    p->saver = self;
}

void progress_say(void *self, size_t member, const char *sentence)
{
    progress *p = self;
    live_clear(&p->line);
    if (p->members > 1) (void)fprintf(stderr, "[%zu/%zu] ", member + 1, p->members);
    message_print(sentence);
}

const strata_observer *progress_observer(progress *p)
{
    return &p->observer;
}
