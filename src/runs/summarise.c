/* The statistics of stored runs, as the views of the store tell them. Nothing is computed here. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

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
    size_t seen; /* figures, of the experiments before */
} summary;

/* Why an experiment has no figure: it could not run, or nobody ran it. A gradient check has none by its nature. */
static strata_status take_reason(summary *w, const char *id, text *why)
{
    bool checked, failed;
    TRY(store_note(w->s, id, "checked", &checked, why));
    if (why->at != NULL) why->at[why->length = 0] = '\0';
    if (checked) return STRATA_OK;
    TRY(store_note(w->s, id, "failed", &failed, why));
    if (!failed || why->length == 0) text_add(why, "no runs yet");
    return why->failed ? stored_words_no_memory() : STRATA_OK;
}

/* Figures and experiments come in one order. */
static strata_status take_experiment(void *self, const store_experiment *e)
{
    summary *w = self;
    runs_figures *f = w->out;
    text why = { 0 };
    if (w->experiment != NULL && strcmp(w->experiment, e->id) != 0) return STRATA_OK;
    stored_pair *at = stored_words_room(f->experiments.at, f->experiments.count, &f->experiments.room, sizeof *at);
    if (at == NULL) return stored_words_no_memory();
    f->experiments.at = at;
    stored_pair pair = { e->id, "" };
    size_t before = w->seen;
    while (w->seen < f->count && strcmp(f->at[w->seen].experiment, e->id) == 0) w->seen++;
    strata_status status = w->seen == before ? take_reason(w, e->id, &why) : STRATA_OK;
    if (why.length > 0) pair.value = why.at;
    if (status == STRATA_OK) status = stored_words_own(&f->words, &pair.key);
    if (status == STRATA_OK) status = stored_words_own(&f->words, &pair.value);
    if (status == STRATA_OK) at[f->experiments.count++] = pair;
    text_free(&why);
    return status;
}

static strata_status summarise(void *self)
{
    summary *w = self;
    TRY(runs_check_choice(w->s, &(store_choice){ .experiment = w->experiment }));
    TRY(store_evaluate(w->s));
    TRY(store_each_figure(w->s, w->experiment, take_figure, w->out));
    return store_each_experiment(w->s, take_experiment, w);
}

strata_status runs_summarise_within(store *s, const char *experiment, runs_figures *out)
{
    *out = (runs_figures){ .at = NULL };
    return summarise(&(summary){ s, experiment, out, 0 });
}

strata_status runs_summarise(store *s, const char *experiment, runs_figures *out)
{
    *out = (runs_figures){ .at = NULL };
    return store_read(s, summarise, &(summary){ s, experiment, out, 0 });
}

void runs_figures_free(runs_figures *f)
{
    free(f->at);
    free(f->experiments.at);
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

json_value *runs_figure_json(const store_figure *f)
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
    for (size_t f = 0; f < figures->count; f++) json_append(list, runs_figure_json(&figures->at[f]));
    return list;
}
