/*
 * strata runs diff: in what two runs differ, and from which update on. Numbers are compared bit for bit, NaN being NaN: runs that should be
 * the same must be, and where they part is where to look.
 */
#include <math.h>
#include <string.h>

#include "cli.h"
#include "stored_run.h"

/* ---- comparing ---------------------------------------------------------------------------------------------------------------------- */

static bool same_number(double x, double y)
{
    return memcmp(&x, &y, sizeof x) == 0 || (isnan(x) && isnan(y));
}

enum { NUMBERS = 3, CURVES = 2 * NUMBERS };

static const char *const number_names[NUMBERS] = { "loss", "cost", "accuracy" };

static void numbers_of(const strata_score *score, double out[NUMBERS])
{
    out[0] = score->loss, out[1] = score->cost, out[2] = score->accuracy;
}

static void curves_at(const strata_point *point, double out[CURVES])
{
    numbers_of(&point->train, out);
    numbers_of(&point->validation, out + NUMBERS);
}

static bool same_point(const strata_point *p, const strata_point *q)
{
    double x[CURVES], y[CURVES];
    bool same = true;
    curves_at(p, x);
    curves_at(q, y);
    for (int c = 0; c < CURVES; c++) same = same && same_number(x[c], y[c]);
    return same;
}

/* Two curves side by side. */
typedef struct {
    size_t common, same;      /* points at the same update; and of these, before the first that differs */
    const strata_point *a, *b; /* that one, or NULL */
} parting;

static parting compare_curves(const store_run *a, const store_run *b)
{
    parting found = { 0, 0, NULL, NULL };
    const strata_point *p = a->point, *q = b->point, *p_end = p + a->point_count, *q_end = q + b->point_count;
    while (p < p_end && q < q_end) {
        if (p->update != q->update) {
            if (p->update < q->update) p++;
            else q++;
            continue;
        }
        if (found.a == NULL && !same_point(p, q)) found.a = p, found.b = q;
        found.common++;
        found.same += found.a == NULL;
        p++, q++;
    }
    return found;
}

static const char *value_of(const stored_pairs *pairs, const char *key)
{
    for (size_t q = 0; q < pairs->count; q++) {
        if (strcmp(pairs->at[q].key, key) == 0) return pairs->at[q].value;
    }
    return NULL;
}

/* Calls show for every key whose values differ, in the order of a and then of b; a value that is missing is NULL. Returns how many. */
static int each_difference(const stored_pairs *a, const stored_pairs *b, void (*show)(void *, const char *, const char *, const char *),
                           void *self)
{
    int count = 0;
    for (size_t q = 0; q < a->count; q++) {
        const char *other = value_of(b, a->at[q].key);
        if (other != NULL && strcmp(other, a->at[q].value) == 0) continue;
        show(self, a->at[q].key, a->at[q].value, other);
        count++;
    }
    for (size_t q = 0; q < b->count; q++) {
        if (value_of(a, b->at[q].key) != NULL) continue;
        show(self, b->at[q].key, NULL, b->at[q].value);
        count++;
    }
    return count;
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

static void append_difference(void *list, const char *key, const char *a, const char *b)
{
    json_value *one = json_new_object();
    json_put_text(one, "key", key);
    put_text_or_null(one, "a", a);
    put_text_or_null(one, "b", b);
    json_append(list, one);
}

static json_value *differences_json(const stored_pairs *a, const stored_pairs *b)
{
    json_value *list = json_new_list();
    (void)each_difference(a, b, append_difference, list);
    return list;
}

static json_value *numbers_json(const strata_point *a, const strata_point *b)
{
    double x[CURVES], y[CURVES];
    json_value *list = json_new_list();
    curves_at(a, x);
    curves_at(b, y);
    for (int c = 0; c < CURVES; c++) {
        if (same_number(x[c], y[c])) continue;
        json_value *one = json_new_object();
        json_put_text(one, "part", stored_part[c / NUMBERS]);
        json_put_text(one, "what", number_names[c % NUMBERS]);
        json_put_real(one, "a", x[c]);
        json_put_real(one, "b", y[c]);
        json_append(list, one);
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

static json_value *curves_json(const store_run *a, const store_run *b)
{
    parting found = compare_curves(a, b);
    json_value *root = json_new_object();
    json_put(root, "a", points_json(a));
    json_put(root, "b", points_json(b));
    json_put_int(root, "common", (int64_t)found.common);
    json_put_int(root, "same", (int64_t)found.same);
    if (found.a != NULL) json_put_int(root, "part_at", found.a->update);
    else put_null(root, "part_at");
    json_put(root, "differences", found.a != NULL ? numbers_json(found.a, found.b) : json_new_list());
    return root;
}

strata_status stored_runs_diff_json(const stored_run *a, const stored_run *b)
{
    json_value *root = json_new_object();
    json_put(root, "a", stored_run_json(a));
    json_put(root, "b", stored_run_json(b));
    json_put(root, "settings", differences_json(&a->settings, &b->settings));
    json_put(root, "env", differences_json(&a->env, &b->env));
    json_put(root, "curves", curves_json(&a->run, &b->run));
    return json_print(root);
}

/* ---- for people --------------------------------------------------------------------------------------------------------------------- */

enum { COLUMN = 34 };

/* One line of the table; values that are too long for a column stand below each other. */
static void print_row(char mark, const char *name, const char *a, const char *b)
{
    printf("%c ", mark);
    stored_text_print(name, 19, 19);
    printf("  ");
    if (stored_text_width(a) > COLUMN || stored_text_width(b) > COLUMN) {
        stored_text_print(a, 0, 4000);
        printf("\n%23s", "");
    } else {
        stored_text_print(a, COLUMN, COLUMN);
        printf("  ");
    }
    stored_text_print(b, 0, 4000);
    printf("\n");
}

static void print_difference(void *self, const char *key, const char *a, const char *b)
{
    (void)self;
    print_row(' ', key, a != NULL ? a : "-", b != NULL ? b : "-");
}

static void print_differences(const char *what, const stored_pairs *a, const stored_pairs *b)
{
    printf("\n%s that differ\n", what);
    if (each_difference(a, b, print_difference, NULL) == 0) printf("  none\n");
}

static void print_text_row(const char *name, const char *a, const char *b)
{
    if (a[0] == '\0' && b[0] == '\0') return;
    print_row(strcmp(a, b) == 0 ? ' ' : '*', name, a[0] != '\0' ? a : "-", b[0] != '\0' ? b : "-");
}

/* Digests are compared in full; a dozen digits tell people enough. */
static void print_digest_row(const char *name, const char *a, const char *b)
{
    char x[16], y[16];
    (void)snprintf(x, sizeof x, "%.12s", a[0] != '\0' ? a : "-");
    (void)snprintf(y, sizeof y, "%.12s", b[0] != '\0' ? b : "-");
    print_row(strcmp(a, b) == 0 ? ' ' : '*', name, x, y);
}

static void print_number_row(const char *name, const double *a, const double *b)
{
    char x[32] = "-", y[32] = "-";
    if (a != NULL) text_from_double(*a, x);
    if (b != NULL) text_from_double(*b, y);
    bool same = a != NULL && b != NULL ? same_number(*a, *b) : a == b;
    print_row(same ? ' ' : '*', name, x, y);
}

static void print_scores(const strata_score *a, const strata_score *b, const char *part)
{
    double x[NUMBERS], y[NUMBERS];
    if (a == NULL && b == NULL) return;
    if (a != NULL) numbers_of(a, x);
    if (b != NULL) numbers_of(b, y);
    for (int q = 0; q < NUMBERS; q++) {
        char name[32];
        (void)snprintf(name, sizeof name, "%s %s", part, number_names[q]);
        print_number_row(name, a != NULL ? &x[q] : NULL, b != NULL ? &y[q] : NULL);
    }
}

static void print_results(const store_run *a, const store_run *b)
{
    char x[32], y[32];
    double updates[2] = { (double)a->updates, (double)b->updates };
    printf("\nresults (* differ)\n");
    print_text_row("status", stored_status(a->status), stored_status(b->status));
    print_text_row("reason", a->reason, b->reason);
    print_number_row("updates", &updates[0], &updates[1]);
    (void)snprintf(x, sizeof x, "%.1f", a->seconds);
    (void)snprintf(y, sizeof y, "%.1f", b->seconds);
    print_row(' ', "seconds", x, y);
    for (int p = 0; p < STORE_PARTS; p++) print_scores(a->score[p], b->score[p], stored_part[p]);
    print_text_row("backend", a->backend, b->backend);
    print_text_row("strata", a->version, b->version);
    print_text_row("data", a->data_kind, b->data_kind);
    print_digest_row("data digest", a->data_digest, b->data_digest);
    print_digest_row("model digest", a->model_digest, b->model_digest);
}

static void print_parting(const parting *found)
{
    double x[CURVES], y[CURVES];
    curves_at(found->a, x);
    curves_at(found->b, y);
    if (found->same == 0) printf("the curves part at update %ld, the first that they have in common:\n", found->a->update);
    else printf("the curves part at update %ld, after %zu identical points:\n", found->a->update, found->same);
    for (int c = 0; c < CURVES; c++) {
        char name[32];
        (void)snprintf(name, sizeof name, "%s %s", stored_part[c / NUMBERS], number_names[c % NUMBERS]);
        if (!same_number(x[c], y[c])) print_number_row(name, &x[c], &y[c]);
    }
}

static void print_points(const char *which, const store_run *run)
{
    if (run->point_count == 0) printf("%s has no points", which);
    else printf("%s has %zu points up to update %ld", which, run->point_count, run->point[run->point_count - 1].update);
}

static void print_curves(const store_run *a, const store_run *b)
{
    parting found = compare_curves(a, b);
    printf("\n");
    if (found.common == 0) printf("the curves have no point in common\n");
    else if (found.a != NULL) print_parting(&found);
    else printf("the curves are identical over %zu points\n", found.common);
    if (found.common == a->point_count && found.common == b->point_count) return;
    print_points("A", a);
    print_points(", B", b);
    printf("; %zu in common\n", found.common);
}

strata_status stored_runs_diff(const stored_run *a, const stored_run *b)
{
    print_row(' ', "", "A", "B");
    print_row(' ', "run", a->run.id, b->run.id);
    print_differences("settings", &a->settings, &b->settings);
    print_differences("environment entries", &a->env, &b->env);
    print_results(&a->run, &b->run);
    print_curves(&a->run, &b->run);
    return STRATA_OK;
}
