/* See lab_notes.h. */
#include "lab_notes.h"

#include <math.h>
#include <stdio.h>

#include "overrides.h"
#include "text.h"

static strata_status put(store *s, const char *id, const char *key, const char *value)
{
    bool there = value[0] != '\0';
    text old = { 0 };
    strata_status status = there ? STRATA_OK : store_note(s, id, key, &there, &old);
    text_free(&old);
    TRY(status);
    return there ? store_put_note(s, id, key, value) : STRATA_OK;
}

static strata_status put_number(store *s, const char *id, const char *key, double value)
{
    char number[32] = "";
    if (!isnan(value)) text_from_double(value, number);
    return put(s, id, key, number);
}

strata_status notes_put_number(store *s, const char *id, const char *key, double value)
{
    char number[32];
    text_from_double(value, number);
    return store_put_note(s, id, key, number);
}

static strata_status put_whole(store *s, const char *id, const char *key, long value)
{
    char digits[32] = "";
    if (value > 0) (void)snprintf(digits, sizeof digits, "%ld", value);
    return put(s, id, key, digits);
}

/* Of a random search: with these, its runs' numbers tell configuration and rung. */
static strata_status put_search(store *s, const experiment *e)
{
    const random_search *r = &e->search;
    TRY(put_whole(s, e->id, "draws", r->draws));
    TRY(put(s, e->id, "grows", r->setting != NULL ? r->setting : ""));
    for (size_t q = 0; q < PLAN_RUNGS; q++) {
        char key[32];
        (void)snprintf(key, sizeof key, "length.%zu", q);
        TRY(put_whole(s, e->id, key, q < r->rungs ? r->rung[q].length : 0));
    }
    return STRATA_OK;
}

strata_status notes_put(store *s, const experiment *e, const char *const *settings)
{
    text words = { 0 };
    TRY(put(s, e->id, "expect", e->expect.kind));
    TRY(put_number(s, e->id, "expect.low", e->expect.low));
    TRY(put_number(s, e->id, "expect.high", e->expect.high));
    TRY(put(s, e->id, "failed", ""));
    TRY(put_search(s, e));
    TRY(put(s, e->id, "range_test", e->range_test != NULL ? "yes" : ""));
    TRY(put(s, e->id, "data", e->data != NULL ? strata_data_describe(e->data)->kind : e->data_name));
    strata_status status = overrides_describe(settings, &words);
    if (status == STRATA_OK) status = put(s, e->id, "overrides", words.length > 0 ? words.at : "");
    text_free(&words);
    return status;
}
