/* See laboratory.h. */
#define _XOPEN_SOURCE 700 /* nftw */
#include "laboratory.h"

#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answered.h"
#include "file.h"
#include "small.h"

const char *wrote(const char *name, const char *words)
{
    char folder[PATH];
    const char *path = in_folder(name);
    (void)snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    CHECK_OK(file_make_folder(folder));
    CHECK_OK(file_write(path, words, strlen(words)));
    return path;
}

static int remove_one(const char *path, const struct stat *s, int kind, struct FTW *place)
{
    (void)s;
    (void)kind;
    return place->level == 0 ? 0 : remove(path);
}

int clear_folder(void **state)
{
    (void)state;
    return nftw(in_folder("."), remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

int clear_and_remove(void **state)
{
    small_free();
    return clear_folder(state) != 0 || remove_folder(state) != 0;
}

/* ---- watching ------------------------------------------------------------------------------------------------------------------------ */

static bool go_on(void *self)
{
    const counter *c = self;
    bool updated = c->stop_after_updates > 0 && c->updates >= c->stop_after_updates;
    return !updated && (c->stop_after_runs == 0 || c->finished < c->stop_after_runs);
}

/* What was told once is never taken back: how much there is to do, how much of it is done. */
static void look(counter *c, const strata_lab_progress *now)
{
    const strata_lab_progress *last = &c->last;
    bool same = last->runs_all == 0 || now->runs_all == last->runs_all;
    c->jumps += !same || now->share < last->share || now->runs_done + now->runs_found < last->runs_done + last->runs_found;
    c->last = *now;
}

static void progress(void *self, const strata_lab_progress *now)
{
    counter *c = self;
    c->updates++;
    look(c, now);
}

static void finished(void *self, const strata_lab_progress *now, const strata_run *run)
{
    counter *c = self;
    c->finished++;
    c->diverged += strata_run_facts(run)->outcome == STRATA_ERR_DIVERGED;
    look(c, now);
}

static void say(void *self, const char *sentence)
{
    counter *c = self;
    c->said++;
    (void)snprintf(c->sentence, sizeof c->sentence, "%s", sentence);
}

strata_lab_watch counting(counter *c)
{
    return (strata_lab_watch){ .self = c, .go_on = go_on, .progress = progress, .finished = finished, .say = say };
}

/* ---- running ------------------------------------------------------------------------------------------------------------------------- */

strata_status lab_as(const char *names, const char *out, counter *c, long seeds, bool quick)
{
    char words[PATH], folder[PATH], file[8][PATH];
    const char *paths[8];
    size_t count = 0;
    (void)snprintf(words, sizeof words, "%s", names);
    (void)snprintf(folder, sizeof folder, "%s", in_folder(out));
    for (char *rest = words, *name; (name = strtok_r(rest, " ", &rest)) != NULL; count++) {
        (void)snprintf(file[count], PATH, "%.200s.yaml", in_folder(name));
        paths[count] = file[count];
    }
    counter nobody = { 0 };
    const lab_request request = { .out = folder, .seeds = seeds, .quick = quick, .threads = 2,
                                  .watch = counting(c != NULL ? c : &nobody) };
    return lab_run(paths, count, small_data(), &request);
}

strata_status lab(const char *names, const char *out, counter *c)
{
    return lab_as(names, out, c, 2, false);
}

/* ---- looking ------------------------------------------------------------------------------------------------------------------------- */

static void ask(const char *out, const char *sql, text *csv)
{
    store *s = NULL;
    char name[PATH];
    (void)snprintf(name, sizeof name, "%.100s/runs.sqlite", out);
    CHECK_OK(store_open(in_folder(name), STORE_READ_ONLY, &s));
    CHECK_OK(answered(s, sql, csv));
    store_close(s);
}

const char *asked(const char *out, const char *sql)
{
    static char answer[2][2048];
    static int turn;
    text csv = { 0 };
    turn = !turn;
    ask(out, sql, &csv);
    (void)snprintf(answer[turn], sizeof *answer, "%s", strchr(csv.at, '\n') + 1);
    text_free(&csv);
    size_t length = strlen(answer[turn]);
    if (length > 0) answer[turn][length - 1] = '\0'; /* the last line's end */
    return answer[turn];
}

void assert_asked(const char *out, const char *sql, const char *due)
{
    const char *answer = asked(out, sql);
    if (strcmp(answer, due) != 0) fail_msg("%s: %s: '%s', due is '%s'", out, sql, answer, due);
}

char *everything(const char *out)
{
    static const char *const queries[] = {
        "SELECT id, name, seed, status, reason, config, model_digest, updates FROM run ORDER BY id",
        "SELECT * FROM point ORDER BY run, upd",
        "SELECT * FROM result ORDER BY run, part, what",
        "SELECT * FROM layer_point ORDER BY run, upd, layer, what",
        "SELECT * FROM confusion ORDER BY run, truth, guess",
        "SELECT * FROM mistake ORDER BY run, image",
        "SELECT * FROM certainty ORDER BY run, bin",
        "SELECT * FROM artifact WHERE path NOT GLOB '*/run.json' ORDER BY run, path", /* that tells seconds */
        "SELECT * FROM experiment ORDER BY id",
        "SELECT * FROM experiment_run ORDER BY experiment, run",
        "SELECT * FROM gradcheck ORDER BY experiment, ord",
        "SELECT * FROM note ORDER BY experiment, key",
    };
    text all = { 0 };
    for (size_t q = 0; q < sizeof queries / sizeof *queries; q++) {
        text csv = { 0 };
        ask(out, queries[q], &csv);
        text_add(&all, "%s\n", csv.at);
        text_free(&csv);
    }
    assert_false(all.failed);
    return all.at;
}

void assert_same(const char *out, const char *other)
{
    char *a = everything(out), *b = everything(other);
    size_t at = 0;
    while (a[at] != '\0' && a[at] == b[at]) at++;
    if (a[at] != b[at]) fail_msg("%s and %s part at '%.100s' and '%.100s'", out, other, a + at, b + at);
    free(a);
    free(b);
}
