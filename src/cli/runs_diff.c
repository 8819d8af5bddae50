/* strata runs diff: in what two runs differ, and from which update on, for people. */
#include <string.h>

#include "cli.h"
#include "runs_print.h"

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
    print_text_row("backend", a->backend, b->backend);
    print_text_row("strata", a->version, b->version);
    print_text_row("data", a->data_kind, b->data_kind);
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
    if (run->point_count == 0) printf("%s has no points", which);
    else printf("%s has %zu points up to update %ld", which, run->point_count, run->point[run->point_count - 1].update);
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
