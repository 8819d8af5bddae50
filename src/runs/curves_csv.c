/* The curves of stored runs as one long table: a row a point, with the settings in which the runs differ. By the rules of list_csv.c. */
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "runs.h"
#include "stored_words.h"

/* The settings that have a column: those that not all runs have with the same value. seed and name have one of their own. */
typedef struct {
    const char **at;
    size_t count, room;
} columns;

static const char *value_of(const stored_run *run, const char *key)
{
    for (size_t q = 0; q < run->settings.count; q++) {
        if (strcmp(run->settings.at[q].key, key) == 0) return run->settings.at[q].value;
    }
    return NULL;
}

static bool differs(const stored_runs *runs, const char *key)
{
    const char *first = value_of(&runs->at[0], key);
    for (size_t r = 1; r < runs->count; r++) {
        const char *value = value_of(&runs->at[r], key);
        if ((value == NULL) != (first == NULL) || (value != NULL && strcmp(value, first) != 0)) return true;
    }
    return false;
}

static bool is_known(const columns *c, const char *key)
{
    for (size_t q = 0; q < c->count; q++) {
        if (strcmp(c->at[q], key) == 0) return true;
    }
    return strcmp(key, "name") == 0 || strcmp(key, "seed") == 0;
}

static strata_status find_columns(const stored_runs *runs, columns *c)
{
    for (size_t r = 0; r < runs->count; r++) {
        const stored_pairs *settings = &runs->at[r].settings;
        for (size_t q = 0; q < settings->count; q++) {
            const char *key = settings->at[q].key;
            bool same = r > 0 && q < runs->at[r - 1].settings.count && strcmp(runs->at[r - 1].settings.at[q].key, key) == 0;
            if (same || is_known(c, key) || !differs(runs, key)) continue; /* same: it was looked at with the run before */
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
    text_add(csv, "id,name,seed");
    for (size_t q = 0; q < c->count; q++) {
        text_add(csv, ",");
        csv_add(csv, c->at[q]);
    }
    text_add(csv, ",update,epoch,eta");
    for (int q = 0; q < 6; q++) text_add(csv, ",%s_%s", runs_part_words[q / 3], runs_score_words[q % 3]);
    text_add(csv, "\n");
}

/* What all points of a run begin with. */
static void add_run(const columns *c, const stored_run *r, text *csv)
{
    csv_add(csv, r->run.id);
    text_add(csv, ",");
    csv_add(csv, r->run.name);
    text_add(csv, ",%llu", (unsigned long long)r->run.seed);
    for (size_t q = 0; q < c->count; q++) {
        const char *value = value_of(r, c->at[q]);
        text_add(csv, ",");
        if (value != NULL) csv_add(csv, value);
    }
}

static void add_point(const strata_point *p, text *csv)
{
    const double value[] = { p->epoch, p->eta, p->train.loss, p->train.cost, p->train.accuracy, p->validation.loss, p->validation.cost,
                             p->validation.accuracy };
    text_add(csv, ",%ld", p->update);
    for (size_t q = 0; q < sizeof value / sizeof *value; q++) {
        text_add(csv, ",");
        csv_add_number(csv, value[q]);
    }
    text_add(csv, "\n");
}

strata_status runs_curves_csv(const stored_runs *runs, text *csv)
{
    columns c = { .at = NULL };
    strata_status status = find_columns(runs, &c);
    if (status == STRATA_OK) add_titles(&c, csv);
    for (size_t r = 0; r < runs->count && status == STRATA_OK; r++) {
        text head = { 0 };
        add_run(&c, &runs->at[r], &head);
        for (size_t p = 0; p < runs->at[r].run.point_count && !head.failed; p++) {
            text_add(csv, "%s", head.at);
            add_point(&runs->at[r].point[p], csv);
        }
        if (head.failed || csv->failed) status = stored_words_no_memory();
        text_free(&head);
    }
    free(c.at);
    return status;
}
