/* Stored runs as CSV, by the rules of the report's data: RFC 4180 with lines that end with LF; an empty cell is "not known". */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "runs.h"
#include "stored_words.h"

strata_status runs_say_links(const stored_run *run, text *out)
{
    text_add(out, "%s", "");
    for (size_t l = 0; l < run->links.count; l++) {
        const stored_pair *link = &run->links.at[l];
        text_add(out, "%s%s%s%s", l > 0 ? "; " : "", link->key, link->value[0] != '\0' ? ": " : "", link->value);
    }
    return out->failed ? stored_words_no_memory() : STRATA_OK;
}

strata_status runs_say_notes(const stored_run *run, text *out)
{
    text_add(out, "%s", "");
    for (size_t n = 0; n < run->notes.count; n++) text_add(out, "%s%s", n > 0 ? "; " : "", run->notes.at[n].value);
    return out->failed ? stored_words_no_memory() : STRATA_OK;
}

/* ---- columns ------------------------------------------------------------------------------------------------------------------------ */

/* The facts of a run, by the names that --where knows; experiments, reason and notes besides. Scores stand behind `seconds`. */
static const char *const before_scores[] = { "id", "experiments", "name", "seed", "status", "reason", "updates", "seconds" };
static const char *const behind_scores[] = { "backend", "threads", "data", "data_digest", "dataset", "model_digest", "created", "version",
                                             "maker", "notes" };
enum { BEFORE = sizeof before_scores / sizeof *before_scores, BEHIND = sizeof behind_scores / sizeof *behind_scores };

/* The settings that have a column of their own. */
typedef struct {
    const char **at;
    size_t count, room;
} columns;

static bool is_fact(const char *key)
{
    bool fact = false;
    for (int q = 0; q < BEFORE; q++) fact = fact || strcmp(before_scores[q], key) == 0;
    for (int q = 0; q < BEHIND; q++) fact = fact || strcmp(behind_scores[q], key) == 0;
    return fact;
}

/* Where a run has this setting; `near` is where it would be if it had those that others have. */
static const stored_pair *find_setting(const stored_run *run, const char *key, size_t near)
{
    const stored_pairs *all = &run->settings;
    for (size_t q = 0; q < all->count; q++) {
        const stored_pair *setting = &all->at[(near + q) % all->count];
        if (strcmp(setting->key, key) == 0) return setting;
    }
    return NULL;
}

static bool has_column(const columns *c, const char *key, size_t near)
{
    if (near < c->count && strcmp(c->at[near], key) == 0) return true;
    for (size_t q = 0; q < c->count; q++) {
        if (strcmp(c->at[q], key) == 0) return true;
    }
    return false;
}

static strata_status add_columns(columns *c, const stored_run *run)
{
    for (size_t q = 0, at = 0; q < run->settings.count; q++) {
        const char *key = run->settings.at[q].key;
        if (is_fact(key)) continue;
        if (!has_column(c, key, at++)) {
            const char **larger = stored_words_room(c->at, c->count, &c->room, sizeof *larger);
            if (larger == NULL) return stored_words_no_memory();
            c->at = larger;
            c->at[c->count++] = key;
        }
    }
    return STRATA_OK;
}

static void add_titles(const columns *c, text *csv)
{
    for (int q = 0; q < BEFORE; q++) text_add(csv, "%s%s", q > 0 ? "," : "", before_scores[q]);
    for (int q = 0; q < 3 * STORE_PARTS; q++) text_add(csv, ",%s_%s", runs_part_words[q / 3], runs_score_words[q % 3]);
    for (int q = 0; q < BEHIND; q++) text_add(csv, ",%s", behind_scores[q]);
    for (size_t q = 0; q < c->count; q++) {
        text_add(csv, ",");
        csv_add(csv, c->at[q]);
    }
    text_add(csv, "\n");
}

/* ---- rows --------------------------------------------------------------------------------------------------------------------------- */

static void add_words(text *csv, const char *value)
{
    csv_add(csv, value);
    text_add(csv, ",");
}

static void add_said(text *csv, const stored_run *run, strata_status (*say)(const stored_run *run, text *out))
{
    text said = { 0 };
    if (say(run, &said) == STRATA_OK) csv_add(csv, said.at);
    else csv->failed = true;
    text_free(&said);
}

static void add_scores(text *csv, const store_run *run)
{
    for (int p = 0; p < STORE_PARTS; p++) {
        const strata_score *s = run->score[p];
        const double value[3] = { s != NULL ? s->loss : 0, s != NULL ? s->cost : 0, s != NULL ? s->accuracy : 0 };
        for (int w = 0; w < 3; w++) {
            if (s != NULL) csv_add_number(csv, value[w]);
            text_add(csv, ",");
        }
    }
}

static void add_facts(text *csv, const stored_run *r)
{
    const store_run *run = &r->run;
    add_words(csv, run->id);
    add_said(csv, r, runs_say_links);
    text_add(csv, ",");
    add_words(csv, run->name);
    text_add(csv, "%llu,%s,", (unsigned long long)run->seed, runs_status_word(run->status));
    add_words(csv, run->reason);
    text_add(csv, "%ld,", run->updates);
    csv_add_number(csv, run->seconds);
    text_add(csv, ",");
    add_scores(csv, run);
    add_words(csv, run->backend);
    text_add(csv, "%d,", run->threads);
    const char *const texts[] = { run->data_kind, run->data_digest, run->data_name, run->model_digest, run->created, run->version,
                                  run->maker };
    for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) add_words(csv, texts[t]);
    add_said(csv, r, runs_say_notes);
}

static void add_row(text *csv, const stored_run *run, const columns *c)
{
    add_facts(csv, run);
    for (size_t q = 0; q < c->count; q++) {
        const stored_pair *setting = find_setting(run, c->at[q], q);
        text_add(csv, ",");
        if (setting != NULL) csv_add(csv, setting->value);
    }
    text_add(csv, "\n");
}

strata_status runs_list_csv(const stored_runs *runs, text *csv)
{
    columns c = { .at = NULL };
    strata_status status = STRATA_OK;
    for (size_t r = 0; r < runs->count && status == STRATA_OK; r++) status = add_columns(&c, &runs->at[r]);
    if (status == STRATA_OK) add_titles(&c, csv);
    for (size_t r = 0; r < runs->count && status == STRATA_OK; r++) add_row(csv, &runs->at[r], &c);
    if (status == STRATA_OK && csv->failed) status = stored_words_no_memory();
    free(c.at);
    return status;
}
