/* The values of an axis. Numbers that are made are rounded to three digits, so that a label says exactly what was trained. */
#include "values.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "clocale.h"
#include "random.h"
#include "setting.h"
#include "text.h"

double values_three_digits(double value)
{
    char digits[32];
    double rounded = value;
    locale_t before = clocale_enter();
    (void)snprintf(digits, sizeof digits, "%.2e", value);
    clocale_leave(before);
    (void)text_to_double(digits, &rounded);
    return rounded;
}

/* The shortest text that reads back: 0.00383, 1e-05, sigma:0.1. */
static strata_status spell(const experiment *e, const axis *a, double value, char word[PLAN_WORD])
{
    char digits[32];
    text_from_double(value == 0 ? 0 : value, digits); /* -0 is 0 */
    int length = snprintf(word, PLAN_WORD, "%s%s", a->prefix, digits);
    return length < PLAN_WORD ? STRATA_OK : plan_blame(e, a->node, "%s: the prefix is too long", a->key);
}

strata_status values_add(const experiment *e, axis *a, double value)
{
    char word[PLAN_WORD];
    TRY(spell(e, a, value, word));
    for (size_t q = 0; q < a->values; q++) {
        if (strcmp(a->value[q], word) == 0) return STRATA_OK;
    }
    if (a->values == PLAN_VALUES) return plan_blame(e, a->node, "%s has more than %d values", a->key, PLAN_VALUES);
    TRY(plan_try(e, a, a->node, word));
    memcpy(a->value[a->values++], word, PLAN_WORD);
    return STRATA_OK;
}

/* Is there such a value but for rounding? A grid about the best of another one meets some of its points again: trained twice, 0.00182 and
 * 0.00183 would pass for two values that cannot be told apart. */
static bool is_there(const axis *a, double value, double step)
{
    double there;
    for (size_t q = 0; q < a->values; q++) {
        if (text_to_double(a->value[q] + strlen(a->prefix), &there) && fabs(log(there) - log(value)) < step / 4) return true;
    }
    return false;
}

strata_status values_add_grid(const experiment *e, axis *a, double from, double to, long count)
{
    double step = (log(to) - log(from)) / (double)(count - 1);
    for (long q = 0; q < count; q++) {
        double value = values_three_digits(exp(log(from) + (double)q * step));
        if (!is_there(a, value, step)) TRY(values_add(e, a, value));
    }
    return STRATA_OK;
}

/* ---- of a random search -------------------------------------------------------------------------------------------------------------- */

/* In the range still, whatever rounding did. */
static double rounded(const axis *a, double value)
{
    bool whole = setting_find(settings_all(), a->key)->kind == &setting_kind_whole;
    return fmin(fmax(whole ? round(value) : values_three_digits(value), a->from), a->to);
}

static double scaled(const axis *a, bool logarithmic, double share)
{
    if (!logarithmic) return a->from + share * (a->to - a->from);
    return exp(log(a->from) + share * (log(a->to) - log(a->from)));
}

strata_status values_draw(const experiment *e, axis *a, bool logarithmic)
{
    random_stream draws = random_named((uint64_t)a->seed, a->key);
    for (a->values = 0; a->values < (size_t)a->count; a->values++) {
        double value = rounded(a, scaled(a, logarithmic, random_uniform(draws, 0, a->values)));
        TRY(spell(e, a, value, a->value[a->values]));
        TRY(plan_try(e, a, a->node, a->value[a->values]));
    }
    return STRATA_OK;
}

void values_choose(axis *a, const axis *choices)
{
    random_stream draws = random_named((uint64_t)a->seed, a->key);
    for (a->values = 0; a->values < (size_t)a->count; a->values++) {
        size_t which = (size_t)random_below(draws, 0, a->values, choices->values);
        memcpy(a->value[a->values], choices->value[which], PLAN_WORD);
    }
}

strata_status values_make(const experiment *e, axis *a)
{
    if (a->values > 0) return STRATA_OK; /* a list, or made before */
    if (a->kind == AXIS_LOGSPACE) return values_add_grid(e, a, a->from, a->to, a->count);
    if (a->kind != AXIS_LOGUNIFORM) return STRATA_OK;
    random_stream draws = random_named((uint64_t)a->seed, a->key);
    for (long q = 0; q < a->count; q++) {
        double share = random_uniform(draws, 0, (uint64_t)q);
        TRY(values_add(e, a, values_three_digits(exp(log(a->from) + share * (log(a->to) - log(a->from))))));
    }
    return STRATA_OK;
}
