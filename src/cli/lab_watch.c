/*
 * Who watches the laboratory for the commands: one live line on a terminal, one plain line per finished run elsewhere, with the time that
 * is left for everything; and the table of figures at its end.
 */
#include <math.h>
#include <stdio.h>

#include "cli.h"
#include "clock.h"
#include "lab_watch.h"
#include "stored_run.h"

static bool go_on(void *self)
{
    (void)self;
    return !signals_stopped();
}

/* What is left, at the pace since the first update: reading and gradient checks say nothing about trainings. */
static void format_left(const lab_display *d, const lab_progress *now, char out[48])
{
    double left = now->work_all - now->work_found - now->work_done;
    if (d->start == 0 || now->work_done <= 0) left = 0; /* nobody knows yet */
    long whole = left > 0 ? lrint((clock_seconds() - d->start) * left / now->work_done) : 0;
    if (whole < 120) (void)snprintf(out, 48, "%ld s left", whole);
    else (void)snprintf(out, 48, "%ld min %02ld s left", whole / 60, whole % 60);
}

static void on_progress(void *self, const lab_progress *now)
{
    lab_display *d = self;
    char left[48];
    double time = clock_seconds();
    if (d->start == 0) d->start = time;
    if (!d->live || time - d->drawn < 0.1) return;
    d->drawn = time;
    format_left(d, now, left);
    (void)fprintf(stderr, "\r\033[K%5.1f %%  %s  %ld of %ld runs  %s%s%s seed %ld  loss %.3f",
                  100 * (now->work_found + now->work_done) / now->work_all, left, now->runs_found + now->runs_done, now->runs_all,
                  now->experiment, now->label[0] != '\0' ? " " : "", now->label, now->seed, now->loss);
    if (!isnan(now->validation)) (void)fprintf(stderr, "  validation %.2f %%", 100 * now->validation);
}

static void clear_line(const lab_display *d)
{
    if (d->live) (void)fprintf(stderr, "\r\033[K");
}

static void on_finished(void *self, const lab_progress *now, const strata_run *run)
{
    lab_display *d = self;
    char left[48];
    const strata_run_facts_t *f = strata_run_facts(run);
    if (d->quiet || (d->live && f->outcome == STRATA_OK)) return;
    clear_line(d);
    (void)fprintf(stderr, "[%ld/%ld] %s%s%s", now->runs_found + now->runs_done, now->runs_all, now->experiment,
                  now->label[0] != '\0' ? " " : "", now->label);
    if (f->outcome == STRATA_OK) {
        (void)fprintf(stderr, " seed %ld: validation %.2f %%, %.1f s; ", now->seed, 100 * f->validation.accuracy, f->seconds);
    } else {
        (void)fprintf(stderr, ": %s; ", f->sentence); /* which names the seed */
    }
    format_left(d, now, left);
    (void)fprintf(stderr, "%s\n", left);
}

static void on_say(void *self, const char *sentence)
{
    const lab_display *d = self;
    clear_line(d);
    if (!d->quiet) (void)fprintf(stderr, "%s\n", sentence);
}

static void on_tell(void *self, const char *sentence)
{
    clear_line(self);
    message_print(sentence);
}

lab_watch lab_display_start(lab_display *d, bool quiet)
{
    *d = (lab_display){ .quiet = quiet, .live = progress_is_live(quiet) };
    return (lab_watch){ .self = d, .go_on = go_on, .progress = on_progress, .finished = on_finished, .say = on_say,
                        .tell = on_tell, .asked = signals_asked };
}

void lab_display_end(const lab_display *d)
{
    clear_line(d);
}

enum { TEXT = 200 }; /* characters of a name at most */

static strata_status print_row(void *self, const store_summary *row)
{
    (void)self;
    stored_text_print(row->experiment, 16, TEXT);
    printf("  ");
    stored_text_print(row->label, 20, TEXT);
    printf("  %-10s  %2ld", row->part == STRATA_TEST_PART ? "test" : "validation", row->n);
    if (row->n > 0) printf("  %6.2f", 100 * row->mean);
    else printf("  %6s", "-");
    if (row->n > 1) printf("  %5.2f  %6.2f .. %5.2f", 100 * row->sd, 100 * row->low, 100 * row->high);
    else printf("  %5s  %15s", "-", "-");
    if (!isnan(row->published)) printf("  %9.2f", 100 * row->published);
    printf(row->diverged > 0 ? "  %ld diverged\n" : "\n", row->diverged);
    return STRATA_OK;
}

strata_status lab_print_figures(const char *out)
{
    store *s;
    text path = { 0 };
    text_add(&path, "%s/runs.sqlite", out);
    if (path.failed) return status_fail(STRATA_ERR_MEMORY, "no memory for a path");
    strata_status status = store_open(path.at, STORE_READ_ONLY, &s);
    text_free(&path);
    TRY(status);
    printf("%-16s  %-20s  %-10s  %2s  %6s  %5s  %15s  %9s\n", "accuracy in %", "", "on", "n", "mean", "sd", "95 % interval", "published");
    status = store_each_summary(s, print_row, NULL);
    store_close(s);
    return status;
}
