/*
 * Coarse to fine (see search.h). Every value has few seeds, so one value's spread says little; the spread of all values together, pooled,
 * is the noise by which means are compared.
 */
#include "search.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab_notes.h"
#include "percent.h"
#include "statistics.h"
#include "text.h"
#include "values.h"

/* The accuracies of the runs of each value. */
typedef struct {
    search *found;
    struct {
        double *x;
        size_t count, room;
    } seen[PLAN_VALUES];
} gathering;

/* The finished runs of an experiment: its place on the one axis, and its accuracy on the validation images; seed after seed. */
static const char finished[] =
    "SELECT l.run, p.number, a.value FROM experiment_run l JOIN run r ON r.id = l.run AND r.status = 'done'"
    " JOIN result a ON a.run = l.run AND a.part = 'validation' AND a.what = 'accuracy'"
    " LEFT JOIN place p ON p.experiment = l.experiment AND p.run = l.run WHERE l.experiment = :experiment"
    " ORDER BY l.ord, r.seed, r.created, r.rowid";

static strata_status add_accuracy(gathering *g, size_t value, double accuracy)
{
    if (g->seen[value].count == g->seen[value].room) {
        size_t more = 2 * g->seen[value].room + 8;
        double *larger = realloc(g->seen[value].x, more * sizeof *larger);
        if (larger == NULL) return status_fail(STRATA_ERR_MEMORY, "no memory for the accuracies of a search");
        g->seen[value].x = larger;
        g->seen[value].room = more;
    }
    g->seen[value].x[g->seen[value].count++] = accuracy;
    return STRATA_OK;
}

/* Takes one run's accuracy into the list of its value. */
static strata_status gather(void *self, const store_answer *row)
{
    gathering *g = self;
    search *f = g->found;
    if (row->cell == NULL) return STRATA_OK;
    if (row->cell[1].type != STORE_REAL) {
        return status_fail(STRATA_ERR_ARGUMENT, "run %s has no number to search by", text_cut(row->cell[0].text));
    }
    double value = row->cell[1].real;
    size_t q = 0;
    while (q < f->count && f->list[q].value != value) q++;
    if (q == PLAN_VALUES) return status_fail(STRATA_ERR_ARGUMENT, "more than %d values in a search", PLAN_VALUES);
    if (q == f->count) f->list[f->count++] = (trial){ .value = value };
    double x = row->cell[2].type == STORE_REAL ? row->cell[2].real : (double)NAN;
    return add_accuracy(g, q, x);
}

static int by_value(const void *a, const void *b)
{
    const trial *x = a, *y = b;
    return (x->value > y->value) - (x->value < y->value);
}

/* Each value's mean and spread; the spread of all values together is the noise: the error of a mean of as many seeds as the best has. */
static void pool(const gathering *g)
{
    search *f = g->found;
    statistics samples[PLAN_VALUES];
    for (size_t q = 0; q < f->count; q++) {
        samples[q] = statistics_of(g->seen[q].x, g->seen[q].count);
        f->list[q].mean = samples[q].mean;
        f->list[q].sd = samples[q].sd;
        f->list[q].n = (long)samples[q].n;
    }
    qsort(f->list, f->count, sizeof *f->list, by_value);
    for (size_t q = 0; q < f->count; q++) {
        if (f->list[q].mean > f->list[f->best].mean) f->best = q;
    }
    f->error = sqrt(statistics_pooled_variance(samples, f->count) / (double)f->list[f->best].n);
}

static strata_status gather_all(store *s, const char *id, search *out)
{
    gathering g = { .found = out };
    const store_parameter which = { "experiment", { .type = STORE_TEXT, .text = id } };
    const store_question question = { .place = "the search", .sql = finished, .parameter = &which, .parameters = 1 };
    strata_status status = store_query(s, &question, gather, &g);
    if (status == STRATA_OK && out->count > 0) pool(&g);
    for (size_t q = 0; q < PLAN_VALUES; q++) free(g.seen[q].x);
    return status;
}

strata_status search_read(store *s, const char *id, search *out)
{
    *out = (search){ .error = NAN };
    TRY(gather_all(s, id, out));
    if (out->count == 0) {
        return status_fail(STRATA_ERR_ARGUMENT, "experiment %s has no finished runs to choose from: none was trained, or all of them "
                           "diverged", id);
    }
    out->low = out->high = out->best;
    double least = out->list[out->best].mean - sqrt(2) * out->error; /* NaN: nobody is within it but the best */
    for (size_t q = 0; q < out->count; q++) {
        if (q != out->best && !(out->list[q].mean >= least)) continue;
        if (q < out->low) out->low = q;
        if (q > out->high) out->high = q;
        out->near++;
    }
    return STRATA_OK;
}

strata_status search_read_for(store *s, const experiment *e, const axis *a, const char *id, search *out)
{
    strata_status status = search_read(s, id, out);
    return status == STRATA_ERR_ARGUMENT ? yaml_blame(e->path, a->node) : status;
}

bool search_is_settled(const search *found)
{
    return isnan(found->error) || found->near >= 3;
}

strata_status search_next_values(store *s, const experiment *e, axis *a)
{
    search found;
    TRY(search_read_for(s, e, a, e->round > 0 ? e->id : a->of, &found));
    char digits[32];
    double centre = found.list[found.best].value;
    bool inside = found.best > 0 && found.best + 1 < found.count;
    if (e->round > 0 && inside) a->span = sqrt(a->span); /* at the edge of the grid: look on, as wide as before */
    if (centre > 0) return values_add_grid(e, a, centre / a->span, centre * a->span, a->count);
    text_from_double(centre, digits);
    return plan_blame(e, a->node, "the best %s of %s is %s, and a grid about it needs a number above 0", a->key, a->of, digits);
}

/* The value of the configuration that a random search found, as it is written there. */
static strata_status choose_searched(const experiment *e, axis *a)
{
    const random_search *s = &a->searched->search;
    char length[PLAN_WORD];
    if (s->best < 0) return plan_blame(e, a->node, "%s has found nothing", a->of);
    const char *value = length;
    (void)snprintf(length, sizeof length, "%ld", s->rung[s->best_rung].length);
    for (size_t q = 0; q < a->searched->axes; q++) {
        if (strcmp(a->searched->axis[q].key, a->key) == 0) value = a->searched->axis[q].value[s->best];
    }
    TRY(plan_try(e, a, a->node, value));
    (void)snprintf(a->value[0], PLAN_WORD, "%s", value);
    a->values = 1;
    return STRATA_OK;
}

static strata_status choose(store *s, const experiment *e, axis *a)
{
    search found;
    if (a->searched != NULL) return choose_searched(e, a);
    if (a->kind == AXIS_AROUND) return search_next_values(s, e, a);
    TRY(search_read_for(s, e, a, a->of, &found));
    bool best = a->kind == AXIS_BEST;
    for (size_t v = best ? found.best : found.low; v <= (best ? found.best : found.high); v++) TRY(values_add(e, a, found.list[v].value));
    return STRATA_OK;
}

strata_status search_choose(store *s, experiment *e)
{
    for (size_t q = 0; q < e->axes; q++) {
        if (e->axis[q].of != NULL) TRY(choose(s, e, &e->axis[q]));
    }
    return STRATA_OK;
}

static void phrase(const search *f, const experiment *e, const axis *a, text *out)
{
    const trial *best = &f->list[f->best];
    char low[32], high[32], top[32];
    text_from_double(f->list[f->low].value, low);
    text_from_double(f->list[f->high].value, high);
    text_from_double(best->value, top);
    if (isnan(f->error)) {
        text_add(out, "%s = %s is best with %s %% on the validation images; from one seed each, nobody can say by how much", a->key, top,
                 percent_of(best->mean).words);
    } else if (f->low == f->high) {
        text_add(out, "%s = %s is best with %s %% on the validation images, and no other value is within one standard error of a "
                 "difference (%s points)", a->key, top, percent_of(best->mean).words, percent_of(sqrt(2) * f->error).words);
    } else {
        text_add(out, "%s from %s to %s: %zu values here are within one standard error of a difference (%s points) of the best, %s with "
                 "%s %% on the validation images", a->key, low, high, f->near, percent_of(sqrt(2) * f->error).words, top,
                 percent_of(best->mean).words);
    }
    text_add(out, search_is_settled(f) ? "; the search stops here (round %ld)" : "; the rounds are used up (%ld)", e->round);
}

strata_status search_conclude(store *s, const experiment *e, const axis *a, text *verdict)
{
    search f;
    TRY(search_read(s, e->id, &f));
    phrase(&f, e, a, verdict);
    if (verdict->failed) return status_fail(STRATA_ERR_MEMORY, "no memory for a verdict");
    TRY(notes_put_number(s, e->id, "best", f.list[f.best].value));
    TRY(notes_put_number(s, e->id, "low", f.list[f.low].value));
    TRY(notes_put_number(s, e->id, "high", f.list[f.high].value));
    TRY(notes_put_number(s, e->id, "standard_error", f.error));
    TRY(notes_put_number(s, e->id, "rounds", (double)e->round));
    return store_put_note(s, e->id, "verdict", verdict->at);
}
