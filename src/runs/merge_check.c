/*
 * Are two runs of one id the same run? What runs_compare compares, and what was diagnosed. The id tells their settings, data and numerics,
 * so that on kernels of one level every bit must be the same.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "merge.h"
#include "schema.h"

typedef struct {
    const stored_run *a, *b;
    text *words;
} pair;

static void tell_texts(const pair *p, const char *what, const char *a, const char *b)
{
    if (p->words->length == 0 && strcmp(a, b) != 0) text_add(p->words, "its %s: '%.60s' here, '%.60s' there", what, a, b);
}

static void tell_numbers(const pair *p, const char *what, double a, double b)
{
    char x[32], y[32];
    if (p->words->length > 0 || memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b))) return;
    text_from_double(a, x);
    text_from_double(b, y);
    text_add(p->words, "its %s: %s here, %s there", what, x, y);
}

/* A number of a comparison, which knows best whether it is the same. */
static void tell_number(const pair *p, const char *part, const char *what, const runs_number *n)
{
    char name[64];
    (void)snprintf(name, sizeof name, "%.40s %.20s", part, what);
    if (p->words->length > 0 || n->same) return;
    if (n->in_a && n->in_b) tell_numbers(p, name, n->a, n->b);
    else text_add(p->words, "its %s, which one of them alone has", name);
}

/* A setting that changes no training, as the name or the threads, may differ, and so may one that one of them does not tell. */
static void compare_settings(const pair *p, const runs_comparison *c)
{
    for (size_t q = 0; q < c->setting_count; q++) {
        const runs_difference *d = &c->settings[q];
        if (d->a != NULL && d->b != NULL && !config_is_free(d->key)) tell_texts(p, d->key, d->a, d->b);
    }
}

static void compare_results(const pair *p, const runs_comparison *c)
{
    const store_run *a = &p->a->run, *b = &p->b->run;
    tell_texts(p, "status", runs_status_word(a->status), runs_status_word(b->status));
    tell_texts(p, "data digest", a->data_digest, b->data_digest);
    compare_settings(p, c);
    tell_numbers(p, "updates", (double)a->updates, (double)b->updates);
    for (int n = 0; n < RUNS_SCORES; n++) tell_number(p, runs_part_words[n / 3], runs_score_words[n % 3], &c->score[n]);
}

static void compare_curves(const pair *p, const runs_comparison *c)
{
    const store_run *a = &p->a->run, *b = &p->b->run;
    if (p->words->length > 0) return;
    if (c->part) text_add(p->words, "its curve, from update %ld on", c->part_at);
    else if (c->common != a->point_count || c->common != b->point_count) {
        text_add(p->words, "its curve, of %zu points here and %zu there, %zu of them at the same updates", a->point_count, b->point_count,
                 c->common);
    }
}

static void compare_variants(const pair *p, const runs_comparison *c)
{
    for (size_t v = 0; v < c->variant_count; v++) {
        for (int n = 0; n < RUNS_VARIANT; n++) tell_number(p, "variant", c->variant[v].name, &c->variant[v].number[n]);
    }
}

/* ---- what was diagnosed -------------------------------------------------------------------------------------------------------------- */

/* Both have so many rows? False also where one of them alone was diagnosed: then there is nothing to compare. */
static bool both_have(const pair *p, const char *what, size_t a, size_t b)
{
    if (a > 0 && b > 0) tell_numbers(p, what, (double)a, (double)b);
    return a == b && p->words->length == 0;
}

static void compare_layers(const pair *p)
{
    const store_run *a = &p->a->run, *b = &p->b->run;
    size_t count = both_have(p, "numbers of layers", a->layer_point_count, b->layer_point_count) ? a->layer_point_count : 0;
    for (size_t q = 0; q < count && p->words->length == 0; q++) {
        const store_layer_point *x = &a->layer_point[q], *y = &b->layer_point[q];
        char name[96];
        (void)snprintf(name, sizeof name, "%.40s of layer %d at update %ld", x->what, x->layer, x->update);
        bool same = x->update == y->update && x->layer == y->layer && strcmp(x->what, y->what) == 0;
        if (same) tell_numbers(p, name, x->value, y->value);
        else text_add(p->words, "its %s, which one of them alone has", name);
    }
}

static void compare_confusion(const pair *p)
{
    const store_run *a = &p->a->run, *b = &p->b->run;
    size_t count = both_have(p, "numbers of confusion", a->confusion_count, b->confusion_count) ? a->confusion_count : 0;
    for (size_t q = 0; q < count && p->words->length == 0; q++) {
        const store_confusion *x = &a->confusion[q], *y = &b->confusion[q];
        bool same = x->truth == y->truth && x->guess == y->guess && x->count == y->count;
        if (!same) text_add(p->words, "its confusion of class %d with class %d", x->truth, x->guess);
    }
}

static void compare_mistakes(const pair *p)
{
    const store_run *a = &p->a->run, *b = &p->b->run;
    size_t count = both_have(p, "mistakes", a->mistake_count, b->mistake_count) ? a->mistake_count : 0;
    for (size_t q = 0; q < count && p->words->length == 0; q++) {
        const store_mistake *x = &a->mistake[q], *y = &b->mistake[q];
        bool same = x->image == y->image && x->truth == y->truth && x->guess == y->guess
                    && memcmp(&x->probability, &y->probability, sizeof x->probability) == 0;
        if (!same) text_add(p->words, "its mistake with image %ld", x->image);
    }
}

static void compare_certainty(const pair *p)
{
    if (!p->a->has_certainty || !p->b->has_certainty) return;
    for (int q = 0; q < STRATA_CERTAINTY_BINS && p->words->length == 0; q++) {
        const strata_certainty *x = &p->a->certainty, *y = &p->b->certainty;
        if (x->correct[q] != y->correct[q] || x->wrong[q] != y->wrong[q]) text_add(p->words, "its certainty in bin %d", q);
    }
}

strata_status runs_first_difference(const stored_run *a, const stored_run *b, text *words)
{
    runs_comparison c;
    const pair p = { a, b, words };
    TRY(runs_compare(a, b, &c));
    compare_results(&p, &c);
    compare_curves(&p, &c);
    compare_variants(&p, &c);
    tell_texts(&p, "model digest", a->run.model_digest, b->run.model_digest);
    compare_layers(&p);
    compare_confusion(&p);
    compare_mistakes(&p);
    compare_certainty(&p);
    runs_comparison_free(&c);
    return words->failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a sentence") : STRATA_OK;
}
