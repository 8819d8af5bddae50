/*
 * Progress of a population on stderr. On a terminal one line is drawn over and over, ten times a second at most; elsewhere each point of
 * the curves is a plain line. Calls come one at a time (strata.h), so nothing here is locked.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "cli.h"
#include "clock.h"

struct progress {
    strata_observer observer;
    size_t members;
    bool quiet, live;
    double start, drawn;  /* seconds */
    long *done, *all;     /* updates of each member */
    double loss, eta, validation; /* the latest of any member */
    progress_saver *save;
    void *saver;
};

static bool on_start(void *self, size_t member)
{
    (void)self;
    (void)member;
    return !signals_stopped();
}

/* A dumb terminal, or none that says what it is, gets plain lines. */
static bool can_redraw(void)
{
    const char *term = getenv("TERM");
    return term != NULL && term[0] != '\0' && strcmp(term, "dumb") != 0;
}

bool progress_is_live(bool quiet)
{
    return isatty(STDERR_FILENO) == 1 && !quiet && can_redraw();
}

static double share_done(const progress *p)
{
    double done = 0;
    for (size_t m = 0; m < p->members; m++) done += p->all[m] > 0 ? (double)p->done[m] / (double)p->all[m] : 0;
    return done / (double)p->members;
}

static bool on_update(void *self, size_t member, long done, long all, double loss)
{
    progress *p = self;
    p->done[member] = done;
    p->all[member] = all;
    p->loss += 0.02 * (loss - p->loss); /* a moving mean: the loss of one mini-batch jumps */
    double now = clock_seconds();
    if (signals_stopped()) return false;
    if (!p->live || now - p->drawn < 0.1) return true;
    p->drawn = now;
    double share = share_done(p), seconds = now - p->start;
    (void)fprintf(stderr, "\r\033[K%5.1f %%  %4.0f s left  loss %.3f  eta %.2e  validation %.2f %%", 100 * share,
                  share > 0 ? seconds / share - seconds : 0, p->loss, p->eta, 100 * p->validation);
    return true;
}

static void on_point(void *self, size_t member, const strata_point *point)
{
    progress *p = self;
    p->eta = point->eta;
    p->validation = point->validation.accuracy;
    if (point->update == 0) p->loss = point->train.loss;
    if (p->live) return;
    if (p->members > 1) (void)fprintf(stderr, "[%zu/%zu] ", member + 1, p->members);
    (void)fprintf(stderr, "epoch %6.2f  update %6ld  eta %.2e  train loss %.4f cost %.4f accuracy %.4f  validation %.4f\n",
                  point->epoch, point->update, point->eta, point->train.loss, point->train.cost, point->train.accuracy,
                  point->validation.accuracy);
}

static void on_finished(void *self, size_t member, const strata_run *run)
{
    progress *p = self;
    const strata_run_facts_t *f = strata_run_facts(run);
    if (p->live) (void)fprintf(stderr, "\r\033[K");
    if (f->outcome != STRATA_OK && p->members > 1 && !p->quiet) {
        (void)fprintf(stderr, "[%zu/%zu] %s\n", member + 1, p->members, f->sentence);
    }
    if (p->save != NULL) p->save(p->saver, member, run);
}

strata_status progress_new(size_t members, bool quiet, progress **out)
{
    void *made, *done = NULL, *all = NULL;
    TRY(alloc_zero(&made, 1, sizeof **out, "the progress display"));
    strata_status status = alloc_zero(&done, members, sizeof(long), "the progress display");
    if (status == STRATA_OK) status = alloc_zero(&all, members, sizeof(long), "the progress display");
    progress *p = made;
    *p = (progress){ .members = members, .quiet = quiet, .start = clock_seconds(), .done = done, .all = all };
    p->live = progress_is_live(quiet);
    p->observer = (strata_observer){ .self = p, .start = on_start, .update = on_update, .finished = on_finished };
    if (!quiet) p->observer.point = on_point;
    if (status != STRATA_OK) {
        progress_free(p);
        p = NULL;
    }
    *out = p;
    return status;
}

void progress_free(progress *p)
{
    if (p == NULL) return;
    free(p->done);
    free(p->all);
    free(p);
}

void progress_save(progress *p, progress_saver *save, void *self)
{
    p->save = save;
    p->saver = self;
}

void progress_say(void *self, size_t member, const char *sentence)
{
    const progress *p = self;
    if (p->live) (void)fprintf(stderr, "\r\033[K");
    if (p->members > 1) (void)fprintf(stderr, "[%zu/%zu] ", member + 1, p->members);
    message_print(sentence);
}

const strata_observer *progress_observer(progress *p)
{
    return &p->observer;
}
