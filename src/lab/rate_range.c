/* See rate_range.h. */
#include "rate_range.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab_notes.h"
#include "text.h"
#include "values.h"

static const double loss_factor = 1.5, accuracy_share = 0.2, accuracy_least = 0.05;

/* ---- the rule ------------------------------------------------------------------------------------------------------------------------ */

/* How many points there are before the first that is not finite. */
static size_t finite_points(const rate_point *point, size_t count)
{
    size_t n = 0;
    while (n < count && isfinite(point[n].accuracy) && isfinite(point[n].loss)) n++;
    return n;
}

/* Point number q of so many, smoothed. */
static rate_point smooth(const rate_point *point, size_t count, size_t q)
{
    size_t from = q > 0 ? q - 1 : 0, to = q + 1 < count ? q + 1 : q;
    rate_point mean = { point[q].eta, 0, 0 };
    for (size_t at = from; at <= to; at++) {
        mean.accuracy += point[at].accuracy / (double)(to - from + 1);
        mean.loss += point[at].loss / (double)(to - from + 1);
    }
    return mean;
}

/* The highest accuracy before the loss has risen too far; the first of equal ones. */
static size_t find_peak(const rate_point *point, size_t count)
{
    size_t peak = 0;
    double lowest = INFINITY, highest = -INFINITY;
    for (size_t q = 0; q < count; q++) {
        rate_point here = smooth(point, count, q);
        if (here.loss > loss_factor * lowest) break;
        lowest = fmin(lowest, here.loss);
        if (here.accuracy > highest) peak = q;
        highest = fmax(highest, here.accuracy);
    }
    return peak;
}

rate_range rate_range_of(const rate_point *point, size_t count, double chance)
{
    rate_range none = { false, NAN, NAN, false };
    size_t finite = finite_points(point, count), peak = find_peak(point, finite), first = 0;
    if (finite == 0) return none;
    double way = smooth(point, finite, peak).accuracy - chance;
    if (!(way >= accuracy_least)) return none;
    while (smooth(point, finite, first).accuracy < chance + accuracy_share * way) first++;
    return (rate_range){ true, point[first].eta, point[peak].eta, peak + 1 == count };
}

/* ---- curves of the store ------------------------------------------------------------------------------------------------------------- */

typedef struct {
    rate_point *at;
    size_t count, room;
    bool diverged; /* after the last of them */
} curve;

static double number_of(const store_value *cell)
{
    return cell->type == STORE_REAL ? cell->real : (double)NAN;
}

static strata_status take_point(void *self, const store_answer *row)
{
    curve *c = self;
    if (row->cell == NULL) return STRATA_OK;
    if (c->count == c->room) {
        size_t room = 2 * c->room + 64;
        rate_point *more = realloc(c->at, room * sizeof *more);
        if (more == NULL) return status_fail(STRATA_ERR_MEMORY, "no memory for the curve of a range test");
        c->at = more;
        c->room = room;
    }
    c->diverged = row->cell[3].integer != 0;
    c->at[c->count++] = (rate_point){ number_of(&row->cell[0]), number_of(&row->cell[1]), number_of(&row->cell[2]) };
    return STRATA_OK;
}

static strata_status read_range(store *s, const char *run, double chance, rate_range *out)
{
    static const char sql[] = "SELECT p.eta, p.validation_accuracy, p.validation_loss, r.status = 'diverged' FROM point p"
                              " JOIN run r ON r.id = p.run WHERE p.run = :run ORDER BY p.upd";
    const store_parameter which = { "run", { .type = STORE_TEXT, .text = run } };
    const store_question question = { .place = "a range test", .sql = sql, .parameter = &which, .parameters = 1 };
    curve c = { 0 };
    strata_status status = store_query(s, &question, take_point, &c);
    if (status == STRATA_OK) *out = rate_range_of(c.at, c.count, chance);
    if (c.diverged) out->open = false;
    free(c.at);
    return status;
}

/* ---- over the seeds ------------------------------------------------------------------------------------------------------------------ */

enum { SEEDS = 1000 };

/* One end of the range, seed by seed. */
typedef struct {
    double value[SEEDS];
    double median, least, most; /* three digits; NaN where there is none */
} range_end;

typedef struct {
    range_end low, high;
    long seeds, found, open;
} ranges;

static int upwards(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Between the two middle ones of an even number lies their geometric mean: eta rises by factors. */
static void sum_up(range_end *r, long count)
{
    r->median = r->least = r->most = NAN;
    if (count == 0) return;
    qsort(r->value, (size_t)count, sizeof *r->value, upwards);
    r->median = values_three_digits(sqrt(r->value[(count - 1) / 2]) * sqrt(r->value[count / 2]));
    r->least = values_three_digits(r->value[0]);
    r->most = values_three_digits(r->value[count - 1]);
}

static strata_status gather(store *s, const experiment *e, size_t number, const run_list *all, ranges *out)
{
    double chance = 1.0 / strata_data_describe(e->data)->form->classes;
    for (size_t m = 0; m < all->count && out->seeds < SEEDS; m++) {
        rate_range one;
        if (all->list[m].experiment != number) continue;
        TRY(read_range(s, all->list[m].id, chance, &one));
        out->seeds++;
        if (!one.found) continue;
        out->low.value[out->found] = one.low;
        out->high.value[out->found++] = one.high;
        out->open += one.open;
    }
    sum_up(&out->low, out->found);
    sum_up(&out->high, out->found);
    return STRATA_OK;
}

static void phrase_end(const char *key, const range_end *r, text *out)
{
    char median[32], least[32], most[32];
    text_from_double(r->median, median);
    text_from_double(r->least, least);
    text_from_double(r->most, most);
    text_add(out, "%s = %s (%s to %s)", key, median, least, most);
}

static void phrase(const ranges *r, text *out)
{
    if (r->found == 0) {
        text_add(out, "no range: with none of %ld seed%s does the accuracy rise 5 points above chance", r->seeds, r->seeds > 1 ? "s" : "");
        return;
    }
    phrase_end("eta_min", &r->low, out);
    text_add(out, " and ");
    phrase_end("eta_max", &r->high, out);
    text_add(out, ", median and spread of %ld of %ld seed%s", r->found, r->seeds, r->seeds > 1 ? "s" : "");
    if (r->open > 0) text_add(out, "; with %ld the accuracy was highest at the end: a larger eta_max of the test may show more", r->open);
}

static strata_status put_end(store *s, const char *id, const char *key, const range_end *r)
{
    char least[32], most[32];
    (void)snprintf(least, sizeof least, "%s.least", key);
    (void)snprintf(most, sizeof most, "%s.most", key);
    TRY(notes_put_number(s, id, key, r->median));
    TRY(notes_put_number(s, id, least, r->least));
    return notes_put_number(s, id, most, r->most);
}

static strata_status put_ranges(store *s, const char *id, const ranges *r, const char *verdict)
{
    TRY(put_end(s, id, "eta_min", &r->low));
    TRY(put_end(s, id, "eta_max", &r->high));
    TRY(notes_put_number(s, id, "seeds", (double)r->seeds));
    TRY(notes_put_number(s, id, "found", (double)r->found));
    return store_put_note(s, id, "verdict", verdict);
}

strata_status rate_range_conclude(store *s, const experiment *e, size_t number, const run_list *all, text *verdict)
{
    ranges *r = calloc(1, sizeof *r);
    if (r == NULL) return status_fail(STRATA_ERR_MEMORY, "no memory for a range test");
    strata_status status = gather(s, e, number, all, r);
    if (status == STRATA_OK) phrase(r, verdict);
    if (status == STRATA_OK && verdict->failed) status = status_fail(STRATA_ERR_MEMORY, "no memory for a verdict");
    if (status == STRATA_OK) status = put_ranges(s, e->id, r, verdict->at);
    free(r);
    return status;
}
