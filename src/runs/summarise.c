/* The statistics of stored runs, as the views of the store tell them. Nothing is computed here. */
#include <math.h>
#include <stdlib.h>

#include "runs.h"
#include "stored_words.h"

static strata_status take_figure(void *self, const store_figure *figure)
{
    runs_figures *f = self;
    store_figure *at = stored_words_room(f->at, f->count, &f->room, sizeof *at), copy = *figure;
    if (at == NULL) return stored_words_no_memory();
    f->at = at;
    TRY(stored_words_own(&f->words, &copy.experiment));
    TRY(stored_words_own(&f->words, &copy.label));
    TRY(stored_words_own(&f->words, &copy.against));
    at[f->count++] = copy;
    return STRATA_OK;
}

typedef struct {
    store *s;
    const char *experiment;
    runs_figures *out;
} summary;

static strata_status summarise(void *self)
{
    const summary *w = self;
    TRY(runs_check_choice(w->s, &(store_choice){ .experiment = w->experiment }));
    TRY(store_evaluate(w->s));
    return store_each_figure(w->s, w->experiment, take_figure, w->out);
}

strata_status runs_summarise(store *s, const char *experiment, runs_figures *out)
{
    *out = (runs_figures){ .at = NULL };
    return store_read(s, summarise, &(summary){ s, experiment, out });
}

void runs_figures_free(runs_figures *f)
{
    free(f->at);
    stored_words_free(&f->words);
    *f = (runs_figures){ .at = NULL };
}

static json_value *interval_json(double low, double high)
{
    json_value *list = json_new_object();
    json_put_real(list, "low", low);
    json_put_real(list, "high", high);
    return list;
}

static json_value *paired_json(const store_figure *f)
{
    json_value *root = interval_json(f->difference_low, f->difference_high);
    json_put_text(root, "against", f->against);
    json_put_int(root, "n", f->pairs);
    json_put_real(root, "mean", f->difference);
    json_put_real(root, "sd", f->difference_sd);
    return root;
}

static json_value *figure_json(const store_figure *f)
{
    json_value *root = json_new_object(), *prediction = interval_json(f->prediction_low, f->prediction_high);
    json_put_text(root, "experiment", f->experiment);
    json_put_text(root, "label", f->label);
    json_put_text(root, "part", runs_part_words[f->part]);
    json_put_int(root, "n", f->n);
    json_put_int(root, "diverged", f->diverged);
    json_put_real(root, "mean", f->mean);
    json_put_real(root, "sd", f->sd);
    json_put_real(root, "low", f->low);
    json_put_real(root, "high", f->high);
    json_put_real(root, "min", f->least);
    json_put_real(root, "max", f->most);
    json_put_bool(root, "two_kinds", f->two_kinds);
    json_put_real(root, "published", f->published);
    if (f->told) json_put_bool(prediction, "inside", f->inside);
    else json_put_real(prediction, "inside", (double)NAN);
    json_put(root, "prediction", prediction);
    if (f->pairs > 0) json_put(root, "paired", paired_json(f));
    else json_put_real(root, "paired", (double)NAN);
    return root;
}

json_value *runs_figures_json(const runs_figures *figures)
{
    json_value *list = json_new_list();
    for (size_t f = 0; f < figures->count; f++) json_append(list, figure_json(&figures->at[f]));
    return list;
}
