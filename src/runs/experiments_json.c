/* Experiments as one document: what a laboratory was asked, what came of it, and which runs say so. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runs.h"

typedef struct {
    store *s;
    const char *const *ids;
    size_t count;
    runs_figures figures;
    size_t seen; /* figures, of the experiments before */
    json_value *list;
} document;

static strata_status add_run(void *self, const store_run *run, const char *label)
{
    json_value *one = json_new_object();
    json_put_text(one, "id", run->id);
    json_put_text(one, "label", label);
    json_put_int(one, "seed", (int64_t)run->seed);
    json_put_text(one, "status", runs_status_word(run->status));
    json_append(self, one);
    return STRATA_OK;
}

/* Notes that are empty say nothing any more. */
static strata_status add_note(void *self, const store_answer *row)
{
    if (row->cell != NULL && row->cell[1].text[0] != '\0') json_put_text(self, row->cell[0].text, row->cell[1].text);
    return STRATA_OK;
}

static void put_bound(json_value *expect, const json_value *notes, const char *note, const char *key)
{
    double bound = (double)NAN;
    const char *words = json_as_text(json_get(notes, note));
    if (words == NULL || !text_to_double(words, &bound)) bound = (double)NAN;
    json_put_real(expect, key, bound);
}

/* What the verdict on an experiment is made of, beside its figures. */
static void put_expectation(json_value *one, const json_value *notes)
{
    const char *kind = json_as_text(json_get(notes, "expect"));
    if (kind == NULL) {
        json_put_real(one, "expect", (double)NAN);
        return;
    }
    json_value *expect = json_new_object();
    json_put_text(expect, "kind", kind);
    put_bound(expect, notes, "expect.low", "low");
    put_bound(expect, notes, "expect.high", "high");
    json_put(one, "expect", expect);
}

static strata_status add_lists(document *d, json_value *one, const char *id)
{
    static const char sql[] = "SELECT key, value FROM note WHERE experiment = :experiment ORDER BY key";
    const store_parameter which = { "experiment", { .type = STORE_TEXT, .text = id } };
    json_value *notes = json_new_object(), *runs = json_new_list();
    const store_question question = { .place = "notes", .sql = sql, .parameter = &which, .parameters = 1 };
    strata_status status = store_query(d->s, &question, add_note, notes);
    if (status == STRATA_OK) status = store_each_run(d->s, id, add_run, runs);
    put_expectation(one, notes);
    json_put(one, "notes", notes);
    json_put(one, "runs", runs);
    return status;
}

static json_value *settings_of(document *d, const char *id)
{
    json_value *settings = json_new_list();
    const runs_figures *f = &d->figures;
    for (; d->seen < f->count && strcmp(f->at[d->seen].experiment, id) == 0; d->seen++) {
        json_append(settings, runs_figure_json(&f->at[d->seen]));
    }
    return settings;
}

static strata_status add_experiment(void *self, const store_experiment *e)
{
    document *d = self;
    json_value *settings = settings_of(d, e->id), *one = json_new_object();
    size_t q = 0;
    while (q < d->count && strcmp(d->ids[q], e->id) != 0) q++;
    json_put_text(one, "id", e->id);
    json_put_text(one, "title", e->title);
    json_put_text(one, "claim", e->claim);
    json_put_text(one, "part", runs_part_words[e->part]);
    json_put_text(one, "against", e->against);
    json_put(one, "settings", settings);
    strata_status status = q < d->count ? add_lists(d, one, e->id) : STRATA_OK;
    if (q < d->count) json_append(d->list, one);
    else json_free(one);
    return status;
}

static strata_status write_document(void *self)
{
    document *d = self;
    TRY(runs_summarise_within(d->s, NULL, &d->figures));
    return store_each_experiment(d->s, add_experiment, d);
}

strata_status runs_experiments_json(store *s, const char *const *ids, size_t count, json_value **out)
{
    document d = { .s = s, .ids = ids, .count = count, .list = json_new_list() };
    strata_status status = store_read(s, write_document, &d);
    runs_figures_free(&d.figures);
    if (status == STRATA_OK) *out = d.list;
    else json_free(d.list);
    return status;
}
