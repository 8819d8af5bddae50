/*
 * See rungs.h. Accuracies are those of the runs that the list names, by their ids, whatever else the store has of this experiment: so a
 * file that was edited, or a laboratory that goes on after a kill, chooses from what it asks for now.
 */
#include "rungs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "draws.h"
#include "lab_notes.h"
#include "percent.h"
#include "statistics.h"
#include "text.h"

enum { SEEDS = 1000 };

/* A configuration on a rung. */
typedef struct {
    long number;
    bool whole; /* none of its trainings diverged */
    statistics of;
} standing;

/* ---- accuracies ---------------------------------------------------------------------------------------------------------------------- */

static strata_status take_accuracy(void *self, const store_answer *row)
{
    if (row->cell != NULL && row->cell[0].type == STORE_REAL) *(double *)self = row->cell[0].real;
    return STRATA_OK;
}

/* NaN: the run diverged. */
static strata_status ask(store *s, const char *run, double *accuracy)
{
    static const char sql[] = "SELECT a.value FROM run r JOIN result a ON a.run = r.id AND a.part = 'validation' AND a.what = 'accuracy'"
                              " WHERE r.id = :run AND r.status = 'done'";
    const store_parameter which = { "run", { .type = STORE_TEXT, .text = run } };
    const store_question question = { .place = "a random search", .sql = sql, .parameter = &which, .parameters = 1 };
    *accuracy = NAN;
    return store_query(s, &question, take_accuracy, accuracy);
}

static strata_status stand(store *s, const run_list *all, size_t number, long combination, standing *out)
{
    double x[SEEDS];
    size_t count = 0;
    out->whole = true;
    for (size_t m = 0; m < all->count && count < SEEDS; m++) {
        const planned_run *one = &all->list[m];
        if (one->experiment != number || one->ord != combination) continue;
        TRY(ask(s, one->id, &x[count]));
        out->whole = out->whole && isfinite(x[count]);
        count++;
    }
    out->of = statistics_of(x, count);
    return STRATA_OK;
}

/* ---- choosing ------------------------------------------------------------------------------------------------------------------------ */

/* The best first; of equal ones, the earlier. */
static int by_mean(const void *a, const void *b)
{
    const standing *x = a, *y = b;
    if (x->whole != y->whole) return x->whole ? -1 : 1;
    if (x->whole && x->of.mean != y->of.mean) return x->of.mean > y->of.mean ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

static int upwards(const void *a, const void *b)
{
    long x = *(const long *)a, y = *(const long *)b;
    return (x > y) - (x < y);
}

/* The spread over seeds of all configurations of the rung, together, is the noise by which the best mean is judged. */
static void keep_best(random_search *s, size_t r, const standing *list, size_t count)
{
    statistics samples[PLAN_VALUES];
    if (!list[0].whole) return;
    for (size_t q = 0; q < count; q++) samples[q] = list[q].of;
    s->best = list[0].number;
    s->best_rung = r;
    s->mean = list[0].of.mean;
    s->n = (long)list[0].of.n;
    s->error = sqrt(statistics_pooled_variance(samples, count) / (double)s->n);
}

static void choose(random_search *s, size_t r, const standing *list, size_t count)
{
    rung *next = &s->rung[r + 1];
    next->count = 0;
    for (size_t q = 0; q < count && list[q].whole && next->count < next->size; q++) next->list[next->count++] = list[q].number;
    qsort(next->list, (size_t)next->count, sizeof *next->list, upwards);
}

/* The rung whose turn it was. */
static size_t last_rung(const experiment *e)
{
    size_t r = e->search.rungs - 1;
    while (r > 0 && e->search.rung[r].count == 0) r--;
    return r;
}

strata_status rungs_climb(store *s, experiment *e, size_t number, const run_list *all, bool *ended)
{
    random_search *found = &e->search;
    size_t r = last_rung(e), count = (size_t)found->rung[r].count;
    standing list[PLAN_VALUES];
    for (size_t q = 0; q < count; q++) {
        list[q] = (standing){ .number = found->rung[r].list[q] };
        TRY(stand(s, all, number, (long)r * found->draws + list[q].number, &list[q]));
    }
    qsort(list, count, sizeof *list, by_mean);
    keep_best(found, r, list, count);
    if (r + 1 < found->rungs) choose(found, r, list, count);
    *ended = r + 1 == found->rungs || found->rung[r + 1].count == 0;
    if (found->best >= 0) return STRATA_OK;
    (void)status_fail(STRATA_ERR_ARGUMENT, "experiment %s has nothing to choose from: of each configuration, a training diverged", e->id);
    return STRATA_OK;
}

/* ---- what is said -------------------------------------------------------------------------------------------------------------------- */

static size_t best_combination(const random_search *s)
{
    return s->best_rung * (size_t)s->draws + (size_t)s->best;
}

/* Of all trainings that were asked for, those that diverged among them. */
static long spent(const experiment *e, long seeds)
{
    long sum = 0;
    for (size_t r = 0; r < e->search.rungs; r++) sum += e->search.rung[r].count * e->search.rung[r].length * seeds;
    return sum;
}

static void phrase(const experiment *e, const char *label, text *out)
{
    const random_search *s = &e->search;
    text_add(out, "%s is best with %s %% on the validation images", label, percent_of(s->mean).words);
    if (isnan(s->error)) text_add(out, "; from one seed each, nobody can say by how much");
    else text_add(out, " (standard error %s points, %ld seeds)", percent_of(s->error).words, s->n);
    text_add(out, "; of ");
    draws_describe(e, out);
    if (s->setting != NULL) text_add(out, ", %ld of a budget of %ld %s", spent(e, s->n), s->budget, s->setting);
}

static strata_status put_values(store *s, const experiment *e)
{
    for (size_t q = 0; q < e->axes; q++) {
        char key[96];
        (void)snprintf(key, sizeof key, "best.%s", e->axis[q].key);
        TRY(store_put_note(s, e->id, key, e->axis[q].value[e->search.best]));
    }
    return STRATA_OK;
}

static strata_status put_notes(store *s, const experiment *e, const char *label, const char *verdict)
{
    const random_search *found = &e->search;
    TRY(store_put_note(s, e->id, "best", label));
    TRY(put_values(s, e));
    TRY(notes_put_number(s, e->id, "standard_error", found->error));
    if (found->setting != NULL) TRY(notes_put_number(s, e->id, "spent", (double)spent(e, found->n)));
    if (found->setting != NULL) TRY(notes_put_number(s, e->id, "budget", (double)found->budget));
    return store_put_note(s, e->id, "verdict", verdict);
}

strata_status rungs_conclude(store *s, const experiment *e, text *verdict)
{
    char label[RUN_LABEL];
    strata_config *config;
    TRY(run_list_configure(e, best_combination(&e->search), &config, label));
    strata_config_free(config);
    phrase(e, label, verdict);
    if (verdict->failed) return status_fail(STRATA_ERR_MEMORY, "no memory for a verdict");
    return put_notes(s, e, label, verdict->at);
}
