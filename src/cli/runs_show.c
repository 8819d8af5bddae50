/* strata runs show: everything that the store has of one run, for people. */
#include <math.h>
#include <string.h>

#include "cli.h"
#include "runs_print.h"

/* ---- text --------------------------------------------------------------------------------------------------------------------------- */

static bool starts_character(char c)
{
    return ((unsigned char)c & 0xc0) != 0x80;
}

int stored_text_width(const char *value)
{
    int width = 0;
    for (; *value != '\0'; value++) width += starts_character(*value);
    return width;
}

void stored_text_print(const char *value, int width, int most)
{
    bool cut = stored_text_width(value) > most;
    int shown = 0;
    while (*value != '\0') {
        if (starts_character(*value) && shown++ == most - 3 * cut) break;
        (void)putchar(text_take_visible(&value));
    }
    int printed = cut ? most : shown;
    printf("%s%*s", cut ? "..." : "", printed < width ? width - printed : 0, "");
}

/* ---- a run -------------------------------------------------------------------------------------------------------------------------- */

enum { LINE = 4000 };

static void print_fact(const char *name, const char *value)
{
    if (value[0] == '\0') return;
    printf("  %-9s ", name);
    stored_text_print(value, 0, LINE);
    printf("\n");
}

/* What the training scores of the points are of, where that is not the whole part. */
static void print_sample(const stored_run *r)
{
    for (size_t q = 0; q < r->settings.count; q++) {
        const stored_pair *setting = &r->settings.at[q];
        if (strcmp(setting->key, "eval_train") != 0 || strcmp(setting->value, "0") == 0) continue;
        printf("  %-9s training points on a sample of ", "");
        stored_text_print(setting->value, 0, LINE);
        printf(" images\n");
    }
}

/* "iris: 4 features, 3 classes, 120 and 30 examples" */
static void print_dataset(const store_dataset *d)
{
    const strata_form *f = &d->form;
    if (d->digest == NULL) return;
    print_fact("data set", d->name);
    printf("  %-9s ", "");
    if (f->channels > 0) printf("images of %d x %d%s, ", f->height, f->width, f->channels == 3 ? " in colour" : "");
    else printf("%d feature%s, ", f->features, f->features == 1 ? "" : "s");
    printf("%d classes, %ld examples for training and %ld for the test\n", f->classes, d->train, d->test);
}

static void print_facts(const stored_run *r)
{
    const store_run *run = &r->run;
    print_fact("run", run->id);
    print_fact("status", runs_status_word(run->status));
    print_fact("reason", run->reason);
    print_fact("created", run->created);
    const char *plural = run->point_count == 1 ? "" : "s";
    printf("  %-9s %ld in %.1f s, %zu point%s\n", "updates", run->updates, run->seconds, run->point_count, plural);
    print_sample(r);
    print_fact("backend", run->backend);
    printf("  %-9s %d\n", "threads", run->threads);
    print_fact("strata", run->version);
    print_fact("data", run->data_kind);
    print_fact("", run->data_digest);
    print_dataset(&r->dataset);
    print_fact("model", run->model_digest);
    print_fact("maker", run->maker);
}

static int key_width(const stored_pairs *pairs)
{
    int widest = 0;
    for (size_t q = 0; q < pairs->count; q++) {
        int width = stored_text_width(pairs->at[q].key);
        widest = width > widest ? width : widest;
    }
    return widest;
}

static void print_pairs(const char *title, const stored_pairs *pairs)
{
    int width = key_width(pairs);
    if (pairs->count == 0) return;
    printf("\n%s\n", title);
    for (size_t q = 0; q < pairs->count; q++) {
        const stored_pair *pair = &pairs->at[q];
        bool alone = pair->value[0] == '\0';
        printf("  ");
        stored_text_print(pair->key, alone ? 0 : width, LINE);
        printf("%s", alone ? "" : "  ");
        stored_text_print(pair->value, 0, LINE);
        printf("\n");
    }
}

static void print_settings(const stored_run *run)
{
    int width = key_width(&run->settings);
    if (run->settings.count > 0) printf("\nsettings (* not the default)\n");
    for (size_t q = 0; q < run->settings.count; q++) {
        const stored_pair *setting = &run->settings.at[q];
        const stored_default *d = &run->defaults[q];
        printf("%c ", d->changed ? '*' : ' ');
        stored_text_print(setting->key, width, LINE);
        printf("  ");
        stored_text_print(setting->value, 0, LINE);
        if (d->changed) printf("%s%s%s", d->fallback[0] != '\0' ? "  (default " : "  (unknown to this version", d->fallback, ")");
        printf("\n");
    }
}

static void print_results(const store_run *run)
{
    bool any = false;
    for (int p = 0; p < STORE_PARTS; p++) any = any || run->score[p] != NULL;
    if (!any) return;
    printf("\n%-12s  %8s  %8s  %10s\n", "results", "loss", "cost", "accuracy %");
    for (int p = 0; p < STORE_PARTS; p++) {
        const strata_score *s = run->score[p];
        if (s == NULL) printf("  %-10s  not evaluated\n", runs_part_words[p]);
        else printf("  %-10s  %8.4f  %8.4f  %10s\n", runs_part_words[p], s->loss, s->cost, percent_of(s->accuracy).words);
    }
}

/* Further scores of the end of the run. */
static void print_variants(const store_run *run)
{
    if (run->variant_count == 0) return;
    printf("\n%-12s  %12s  %12s  %8s  %8s\n", "scored as", "validation %", "test %", "loss", "loss");
    for (const strata_variant *v = run->variant; v < run->variant + run->variant_count; v++) {
        printf("  ");
        stored_text_print(v->name, 10, 40);
        printf("  %12s  %12s", percent_of(v->validation.accuracy).words, percent_of(v->test.accuracy).words);
        if (!isnan(v->validation.loss)) printf("  %8.4f  %8.4f", v->validation.loss, v->test.loss);
        printf("\n");
    }
}

/* A file that is no longer what the run wrote is told at the end of its line. */
static void print_artifacts(const stored_run *r)
{
    const store_run *run = &r->run;
    if (run->artifact_count > 0) printf("\nfiles\n");
    for (const store_artifact *a = run->artifact; a < run->artifact + run->artifact_count; a++) {
        printf("  %.12s  %10lld bytes  ", a->sha256, (long long)a->bytes);
        stored_text_print(a->path, 0, LINE);
        const store_file_found *f = r->found != NULL ? &r->found[a - run->artifact] : NULL;
        if (f != NULL && f->state != STORE_FILE_WHOLE) {
            printf("  %s: ", store_file_words[f->state]);
            stored_text_print(f->why, 0, LINE);
        }
        printf("\n");
    }
}

void stored_run_print(const stored_run *run)
{
    print_facts(run);
    print_pairs("experiments", &run->links);
    print_pairs("notes", &run->notes);
    print_settings(run);
    print_results(&run->run);
    print_variants(&run->run);
    print_pairs("environment", &run->env);
    print_artifacts(run);
}
