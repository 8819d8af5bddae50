/*
 * Who watches the laboratory for the commands: one live line on a terminal, one plain line per finished run elsewhere, with the time that
 * is left for everything; and what is printed at its end.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "lab_watch.h"
#include "headway.h"

static bool go_on(void *self)
{
    (void)self;
    return !signals_stopped();
}

enum { SHARE, LEFT, RUNS, NAME, LOSS, VALIDATION, PARTS };
enum { NAME_LEAST = 12 }; /* columns that a name may be cut to */

static void on_progress(void *self, const strata_lab_progress *now)
{
    lab_display *d = self;
    char words[PARTS][256] = { "" };
    lab_page_tend(&d->page);
    if (!live_due(&d->line)) return;
    if (!isnan(now->share)) (void)snprintf(words[SHARE], sizeof *words, "%4.1f %%", 100 * now->share);
    headway_words(now->seconds_left, words[LEFT]);
    (void)snprintf(words[RUNS], sizeof *words, "%ld of %ld runs", now->runs_found + now->runs_done, now->runs_all);
    (void)snprintf(words[NAME], sizeof *words, "%.48s%s%.128s seed %ld", now->experiment, now->label[0] != '\0' ? " " : "", now->label,
                   now->seed);
    if (!isnan(now->loss)) (void)snprintf(words[LOSS], sizeof *words, "loss %.3f", now->loss);
    if (!isnan(now->validation)) (void)snprintf(words[VALIDATION], sizeof *words, "validation %s %%", percent_of(now->validation).words);
    const line_part parts[PARTS] = {
        [SHARE] = { words[SHARE], 0, 0 },         [LEFT] = { words[LEFT], 1, 0 }, [RUNS] = { words[RUNS], 2, 0 },
        [NAME] = { words[NAME], 3, NAME_LEAST },  [LOSS] = { words[LOSS], 5, 0 }, [VALIDATION] = { words[VALIDATION], 4, 0 },
    };
    live_draw(&d->line, parts, PARTS);
}

static void on_finished(void *self, const strata_lab_progress *now, const strata_run *run)
{
    lab_display *d = self;
    char left[HEADWAY_WORDS];
    const strata_run_facts_t *f = strata_run_facts(run);
    if (d->quiet || (d->line.live && f->outcome == STRATA_OK)) return;
    live_clear(&d->line);
    (void)fprintf(stderr, "[%ld/%ld] %s%s%s", now->runs_found + now->runs_done, now->runs_all, now->experiment,
                  now->label[0] != '\0' ? " " : "", now->label);
    if (f->outcome == STRATA_OK) {
        (void)fprintf(stderr, " seed %ld: validation %s %%, %.1f s; ", now->seed, percent_of(f->validation.accuracy).words,
                      f->seconds);
    } else {
        (void)fprintf(stderr, ": %s; ", f->sentence); /* which names the seed */
    }
    headway_words(now->seconds_left, left);
    (void)fprintf(stderr, "%s\n", left);
}

static void on_say(void *self, const char *sentence)
{
    lab_display *d = self;
    live_clear(&d->line);
    if (!d->quiet) (void)fprintf(stderr, "%s\n", sentence);
}

static void on_tell(void *self, const char *sentence)
{
    lab_display *d = self;
    live_clear(&d->line);
    message_print(sentence);
}

static void on_asked_for(void *self, const char *experiment)
{
    lab_display *d = self;
    if (d->names < STRATA_LAB_EXPERIMENTS) (void)snprintf(d->name[d->names++], sizeof *d->name, "%s", experiment);
}

strata_lab_watch lab_display_start(lab_display *d, bool quiet)
{
    *d = (lab_display){ .quiet = quiet, .line = live_start(quiet) };
    return (strata_lab_watch){ .size = sizeof(strata_lab_watch), .self = d, .go_on = go_on, .progress = on_progress,
                               .finished = on_finished, .asked_for = on_asked_for, .say = on_say, .tell = on_tell,
                               .requests = signals_asked, .train_on = go_on };
}

void lab_display_end(lab_display *d)
{
    live_clear(&d->line);
}

/* ---- at the end ---------------------------------------------------------------------------------------------------------------------- */

bool lab_has_results(strata_status outcome)
{
    return outcome == STRATA_OK || outcome == STRATA_ERR_CHECK || outcome == STRATA_ERR_PART;
}

static strata_status open_store(const char *out, store **s)
{
    text path = { 0 };
    text_add(&path, "%s/runs.sqlite", out);
    strata_status status = path.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a path") : store_open(path.at, STORE_READ_ONLY, s);
    text_free(&path);
    return status;
}

static void list_names(const lab_display *d, const char *names[STRATA_LAB_EXPERIMENTS])
{
    for (size_t q = 0; q < d->names; q++) names[q] = d->name[q];
}

strata_status lab_print_table(const lab_display *d, const char *out, runs_table_format format)
{
    store *s;
    runs_figures figures;
    const char *names[STRATA_LAB_EXPERIMENTS];
    text table = { 0 };
    list_names(d, names);
    TRY(open_store(out, &s));
    strata_status status = runs_summarise(s, NULL, &figures);
    if (status == STRATA_OK && d->names > 0) status = runs_table(&figures, names, d->names, format, &table);
    if (status == STRATA_OK && table.length > 0) (void)fputs(table.at, stdout); /* a failed write is found by output_finish */
    text_free(&table);
    runs_figures_free(&figures);
    store_close(s);
    return status;
}

strata_status lab_print_json(const lab_display *d, const char *out)
{
    store *s;
    json_value *list = NULL, *root;
    const char *names[STRATA_LAB_EXPERIMENTS];
    list_names(d, names);
    TRY(open_store(out, &s));
    strata_status status = runs_experiments_json(s, names, d->names, &list);
    store_close(s);
    TRY(status);
    root = json_new_object();
    json_put_text(root, "out", out);
    json_put(root, "experiments", list);
    return json_print(root);
}
