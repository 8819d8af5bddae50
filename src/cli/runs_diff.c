/* strata runs diff: in what two runs differ, and from which update on, for people. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "cli.h"
#include "file.h"
#include "runs_print.h"
#include "runs_verbs.h"

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

static void print_differences(const char *what, const runs_difference *d, size_t count)
{
    printf("\n%s that differ\n", what);
    for (size_t q = 0; q < count; q++) print_row(' ', d[q].key, d[q].a != NULL ? d[q].a : "-", d[q].b != NULL ? d[q].b : "-");
    if (count == 0) printf("  none\n");
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

static void print_number_row(const char *name, const runs_number *n)
{
    char x[32] = "-", y[32] = "-";
    if (n->in_a) text_from_double(n->a, x);
    if (n->in_b) text_from_double(n->b, y);
    print_row(n->same ? ' ' : '*', name, x, y);
}

/* "validation cost", of number q in the order of parts and of scores. */
static void print_score_row(int q, const runs_number *n)
{
    char name[32];
    (void)snprintf(name, sizeof name, "%s %s", runs_part_words[q / 3], runs_score_words[q % 3]);
    print_number_row(name, n);
}

/* The numbers of a variant below its name; votes have no loss. */
static void print_variant(const runs_variant *v)
{
    static const char *const words[RUNS_VARIANT] = { "validation loss", "validation accuracy", "test loss", "test accuracy" };
    printf("  ");
    stored_text_print(v->name, 0, 40);
    printf("\n");
    for (int n = 0; n < RUNS_VARIANT; n++) {
        if (!isnan(v->number[n].a) || !isnan(v->number[n].b)) print_number_row(words[n], &v->number[n]);
    }
}

static void print_results(const runs_comparison *c)
{
    char x[32], y[32];
    const store_run *a = &c->a->run, *b = &c->b->run;
    const runs_number updates = { true, true, a->updates == b->updates, (double)a->updates, (double)b->updates };
    printf("\nresults (* differ)\n");
    print_text_row("status", runs_status_word(a->status), runs_status_word(b->status));
    print_text_row("reason", a->reason, b->reason);
    print_number_row("updates", &updates);
    (void)snprintf(x, sizeof x, "%.1f", a->seconds);
    (void)snprintf(y, sizeof y, "%.1f", b->seconds);
    print_row(' ', "seconds", x, y);
    for (int q = 0; q < RUNS_SCORES; q++) {
        if (c->score[q].in_a || c->score[q].in_b) print_score_row(q, &c->score[q]);
    }
    for (size_t v = 0; v < c->variant_count; v++) print_variant(&c->variant[v]);
    print_text_row("backend", a->backend, b->backend);
    print_text_row("strata", a->version, b->version);
    print_text_row("data", a->data_kind, b->data_kind);
    if (strcmp(a->data_name, b->data_name) != 0) print_text_row("data set", a->data_name, b->data_name);
    print_digest_row("data digest", a->data_digest, b->data_digest);
    print_digest_row("model digest", a->model_digest, b->model_digest);
}

static void print_parting(const runs_comparison *c)
{
    if (c->same == 0) printf("the curves part at update %ld, the first that they have in common:\n", c->part_at);
    else printf("the curves part at update %ld, after %zu identical points:\n", c->part_at, c->same);
    for (int q = 0; q < RUNS_CURVES; q++) {
        if (!c->curve[q].same) print_score_row(q, &c->curve[q]);
    }
}

static void print_points(const char *which, const store_run *run)
{
    if (run->point_count == 0) {
        printf("%s has no points", which);
        return;
    }
    const char *plural = run->point_count == 1 ? "" : "s";
    printf("%s has %zu point%s up to update %ld", which, run->point_count, plural, run->point[run->point_count - 1].update);
}

static void print_curves(const runs_comparison *c)
{
    const store_run *a = &c->a->run, *b = &c->b->run;
    printf("\n");
    if (c->common == 0) printf("the curves have no point in common\n");
    else if (c->part) print_parting(c);
    else printf("the curves are identical over %zu points\n", c->common);
    if (c->common == a->point_count && c->common == b->point_count) return;
    print_points("A", a);
    print_points(", B", b);
    printf("; %zu in common\n", c->common);
}

void stored_runs_print_difference(const runs_comparison *c)
{
    print_row(' ', "", "A", "B");
    print_row(' ', "run", c->a->run.id, c->b->run.id);
    print_differences("settings", c->settings, c->setting_count);
    print_differences("environment entries", c->env, c->env_count);
    print_results(c);
    print_curves(c);
}

/* ---- which runs --------------------------------------------------------------------------------------------------------------------- */

/* A run of the command line: the path of its store, and its id, which lies in the word. */
typedef struct {
    text store;
    const char *id;
} place;

/* "ID", or "DIR:ID" of a folder or of a store. */
static strata_status read_place(const char *word, const char *usual, place *out)
{
    const char *colon = strrchr(word, ':');
    bool there;
    *out = (place){ .id = colon != NULL ? colon + 1 : word };
    if (colon == word) return status_fail(STRATA_ERR_ARGUMENT, "%s: which folder? a run is ID or DIR:ID", text_shown(word));
    if (colon == NULL) text_add(&out->store, "%s", usual);
    else text_add(&out->store, "%.*s/runs.sqlite", (int)(colon - word), word);
    if (out->store.failed) return status_fail(STRATA_ERR_MEMORY, "no memory for the path of the store");
    if (colon == NULL) return STRATA_OK;
    TRY(file_look(out->store.at, &there));
    if (!there && errno == ENOTDIR) out->store.at[colon - word] = '\0'; /* not a folder: a store */
    return STRATA_OK;
}

/* Each store is closed before the next is opened: they may be the same file. */
static strata_status find_in_two(const place at[2], stored_run run[2])
{
    for (int r = 0; r < 2; r++) {
        store *s;
        TRY(runs_verb_open(at[r].store.at, STORE_READ_FEW, &s));
        strata_status status = runs_find(s, at[r].id, &run[r]);
        store_close(s);
        TRY(status);
    }
    return STRATA_OK;
}

static strata_status find_both(const place at[2], stored_run run[2])
{
    store *s;
    if (strcmp(at[0].store.at, at[1].store.at) != 0) return find_in_two(at, run);
    TRY(runs_verb_open(at[0].store.at, STORE_READ_FEW, &s));
    strata_status status = runs_find_two(s, (const char *const[]){ at[0].id, at[1].id }, run);
    store_close(s);
    return status;
}

static strata_status print(const runs_verb_request *r, const runs_comparison *found)
{
    if (runs_differ(found)) exit_no();
    if (r->json) return json_print(runs_comparison_json(found));
    stored_runs_print_difference(found);
    return STRATA_OK;
}

strata_status runs_verb_diff(const runs_verb_request *r, const char *path)
{
    place at[2] = { { .id = NULL } };
    stored_run run[2] = { { .words = NULL } };
    runs_comparison found;
    strata_status status = read_place(r->id[0], path, &at[0]);
    if (status == STRATA_OK) status = read_place(r->id[1], path, &at[1]);
    if (status == STRATA_OK) status = find_both(at, run);
    if (status == STRATA_OK) status = runs_compare(&run[0], &run[1], &found);
    if (status == STRATA_OK) {
        status = print(r, &found);
        runs_comparison_free(&found);
    }
    for (int q = 0; q < 2; q++) {
        runs_free(&run[q]);
        text_free(&at[q].store);
    }
    return status;
}
