/*
 * In what two runs differ, and from which update on. Numbers are compared bit for bit, NaN being NaN: runs that should be the same must be,
 * and where they part is where to look.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "runs.h"

enum { NUMBERS = 3 };

/* ---- numbers ------------------------------------------------------------------------------------------------------------------------ */

static bool same_number(double x, double y)
{
    return memcmp(&x, &y, sizeof x) == 0 || (isnan(x) && isnan(y));
}

static void compare_scores(const strata_score *a, const strata_score *b, runs_number out[NUMBERS])
{
    const strata_score none = { NAN, NAN, NAN }, *x = a != NULL ? a : &none, *y = b != NULL ? b : &none;
    const double left[NUMBERS] = { x->loss, x->cost, x->accuracy }, right[NUMBERS] = { y->loss, y->cost, y->accuracy };
    for (int n = 0; n < NUMBERS; n++) {
        bool same = (a != NULL) == (b != NULL) && same_number(left[n], right[n]);
        out[n] = (runs_number){ a != NULL, b != NULL, same, left[n], right[n] };
    }
}

/* The curves at one point; do they differ there? */
static bool compare_points(const strata_point *p, const strata_point *q, runs_number out[RUNS_CURVES])
{
    bool same = true;
    compare_scores(&p->train, &q->train, out);
    compare_scores(&p->validation, &q->validation, out + NUMBERS);
    for (int c = 0; c < RUNS_CURVES; c++) same = same && out[c].same;
    return !same;
}

static void compare_curves(const store_run *a, const store_run *b, runs_comparison *c)
{
    const strata_point *p = a->point, *q = b->point, *p_end = p + a->point_count, *q_end = q + b->point_count;
    while (p < p_end && q < q_end) {
        if (p->update != q->update) {
            if (p->update < q->update) p++;
            else q++;
            continue;
        }
        if (!c->part && compare_points(p, q, c->curve)) {
            c->part = true;
            c->part_at = p->update;
        }
        c->common++;
        c->same += !c->part;
        p++, q++;
    }
}

/* ---- settings and environment ------------------------------------------------------------------------------------------------------- */

static const char *value_of(const stored_pairs *pairs, const char *key)
{
    for (size_t q = 0; q < pairs->count; q++) {
        if (strcmp(pairs->at[q].key, key) == 0) return pairs->at[q].value;
    }
    return NULL;
}

static strata_status compare_pairs(const stored_pairs *a, const stored_pairs *b, runs_difference **out, size_t *count)
{
    void *made;
    TRY(alloc_zero(&made, a->count + b->count + 1, sizeof **out, "the differences of two runs"));
    *out = made;
    for (size_t q = 0; q < a->count; q++) {
        const char *other = value_of(b, a->at[q].key);
        if (other != NULL && strcmp(other, a->at[q].value) == 0) continue;
        (*out)[(*count)++] = (runs_difference){ a->at[q].key, a->at[q].value, other };
    }
    for (size_t q = 0; q < b->count; q++) {
        if (value_of(a, b->at[q].key) == NULL) (*out)[(*count)++] = (runs_difference){ b->at[q].key, NULL, b->at[q].value };
    }
    return STRATA_OK;
}

/* ---- variants ----------------------------------------------------------------------------------------------------------------------- */

static const strata_variant *variant_named(const store_run *run, const char *name)
{
    for (size_t v = 0; v < run->variant_count; v++) {
        if (strcmp(run->variant[v].name, name) == 0) return &run->variant[v];
    }
    return NULL;
}

static runs_variant compare_variant(const char *name, const strata_variant *a, const strata_variant *b)
{
    const strata_variant none = { NULL, { NAN, NAN, NAN }, { NAN, NAN, NAN } }, *x = a != NULL ? a : &none, *y = b != NULL ? b : &none;
    const double left[] = { x->validation.loss, x->validation.accuracy, x->test.loss, x->test.accuracy };
    const double right[] = { y->validation.loss, y->validation.accuracy, y->test.loss, y->test.accuracy };
    runs_variant out = { .name = name };
    for (int n = 0; n < RUNS_VARIANT; n++) {
        bool same = (a != NULL) == (b != NULL) && same_number(left[n], right[n]);
        out.number[n] = (runs_number){ a != NULL, b != NULL, same, left[n], right[n] };
    }
    return out;
}

static strata_status compare_variants(const store_run *a, const store_run *b, runs_comparison *c)
{
    void *made;
    TRY(alloc_zero(&made, a->variant_count + b->variant_count + 1, sizeof *c->variant, "the variants of two runs"));
    c->variant = made;
    for (size_t v = 0; v < a->variant_count; v++) {
        const char *name = a->variant[v].name;
        c->variant[c->variant_count++] = compare_variant(name, &a->variant[v], variant_named(b, name));
    }
    for (size_t v = 0; v < b->variant_count; v++) {
        const char *name = b->variant[v].name;
        if (variant_named(a, name) == NULL) c->variant[c->variant_count++] = compare_variant(name, NULL, &b->variant[v]);
    }
    return STRATA_OK;
}

strata_status runs_compare(const stored_run *a, const stored_run *b, runs_comparison *out)
{
    *out = (runs_comparison){ .a = a, .b = b };
    for (int p = 0; p < STORE_PARTS; p++) compare_scores(a->run.score[p], b->run.score[p], &out->score[NUMBERS * p]);
    compare_curves(&a->run, &b->run, out);
    strata_status status = compare_pairs(&a->settings, &b->settings, &out->settings, &out->setting_count);
    if (status == STRATA_OK) status = compare_variants(&a->run, &b->run, out);
    if (status == STRATA_OK) status = compare_pairs(&a->env, &b->env, &out->env, &out->env_count);
    if (status != STRATA_OK) runs_comparison_free(out);
    return status;
}

static bool same_text(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

bool runs_differ(const runs_comparison *c)
{
    const store_run *a = &c->a->run, *b = &c->b->run;
    bool same = a->status == b->status && a->updates == b->updates && same_text(a->data_digest, b->data_digest)
                && same_text(a->model_digest, b->model_digest);
    for (int n = 0; n < RUNS_SCORES; n++) same = same && c->score[n].same;
    for (size_t v = 0; v < c->variant_count; v++) {
        for (int n = 0; n < RUNS_VARIANT; n++) same = same && c->variant[v].number[n].same;
    }
    bool curves = !c->part && c->common == a->point_count && c->common == b->point_count;
    return !same || !curves || c->setting_count > 0;
}

void runs_comparison_free(runs_comparison *c)
{
    free(c->settings);
    free(c->env);
    free(c->variant);
    *c = (runs_comparison){ .a = NULL };
}

/* ---- the document ------------------------------------------------------------------------------------------------------------------- */

static void put_null(json_value *object, const char *key)
{
    json_put_real(object, key, (double)NAN);
}

static void put_text_or_null(json_value *object, const char *key, const char *value)
{
    if (value != NULL) json_put_text(object, key, value);
    else put_null(object, key);
}

static json_value *differences_json(const runs_difference *d, size_t count)
{
    json_value *list = json_new_list();
    for (size_t q = 0; q < count; q++) {
        json_value *one = json_new_object();
        json_put_text(one, "key", d[q].key);
        put_text_or_null(one, "a", d[q].a);
        put_text_or_null(one, "b", d[q].b);
        json_append(list, one);
    }
    return list;
}

/* name: of a variant, or NULL. */
static json_value *number_json(const char *name, const char *part, const char *what, const runs_number *n)
{
    json_value *one = json_new_object();
    if (name != NULL) json_put_text(one, "name", name);
    json_put_text(one, "part", part);
    json_put_text(one, "what", what);
    json_put_real(one, "a", n->a);
    json_put_real(one, "b", n->b);
    return one;
}

static json_value *numbers_json(const runs_comparison *c)
{
    json_value *list = json_new_list();
    for (int n = 0; n < RUNS_CURVES && c->part; n++) {
        if (c->curve[n].same) continue;
        json_append(list, number_json(NULL, runs_part_words[n / NUMBERS], runs_score_words[n % NUMBERS], &c->curve[n]));
    }
    return list;
}

/* The numbers of variants that differ. */
static json_value *variants_json(const runs_comparison *c)
{
    json_value *list = json_new_list();
    for (size_t v = 0; v < c->variant_count; v++) {
        for (int n = 0; n < RUNS_VARIANT; n++) {
            const runs_number *number = &c->variant[v].number[n];
            if (number->same) continue;
            const char *part = runs_part_words[n < RUNS_VARIANT / 2 ? STRATA_VALIDATION_PART : STRATA_TEST_PART];
            json_append(list, number_json(c->variant[v].name, part, n % 2 == 0 ? "loss" : "accuracy", number));
        }
    }
    return list;
}

static json_value *points_json(const store_run *run)
{
    json_value *root = json_new_object();
    json_put_int(root, "points", (int64_t)run->point_count);
    if (run->point_count > 0) json_put_int(root, "last_update", run->point[run->point_count - 1].update);
    else put_null(root, "last_update");
    return root;
}

static json_value *curves_json(const runs_comparison *c)
{
    json_value *root = json_new_object();
    json_put(root, "a", points_json(&c->a->run));
    json_put(root, "b", points_json(&c->b->run));
    json_put_int(root, "common", (int64_t)c->common);
    json_put_int(root, "same", (int64_t)c->same);
    if (c->part) json_put_int(root, "part_at", c->part_at);
    else put_null(root, "part_at");
    json_put(root, "differences", numbers_json(c));
    return root;
}

json_value *runs_comparison_json(const runs_comparison *c)
{
    json_value *root = json_new_object();
    json_put_bool(root, "differ", runs_differ(c));
    json_put(root, "a", runs_summary_json(c->a));
    json_put(root, "b", runs_summary_json(c->b));
    json_put(root, "settings", differences_json(c->settings, c->setting_count));
    json_put(root, "env", differences_json(c->env, c->env_count));
    json_put(root, "curves", curves_json(c));
    if (c->variant_count > 0) json_put(root, "variants", variants_json(c));
    return root;
}
