/* The public calls of strata/runs.h, over the structs and documents of runs.h. */
#include "strata/runs.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "runs.h"
#include "sized.h"

struct strata_store {
    store *opened;
};

struct strata_runs {
    stored_runs list;
    strata_stored_facts *facts; /* [list.count] */
};

struct strata_stored {
    stored_run run;
    strata_stored_facts facts;
};

strata_status strata_store_open(const char *folder, strata_store **out)
{
    void *made;
    text path = { 0 };
    *out = NULL;
    REQUIRE(folder != NULL);
    TRY(alloc_zero(&made, 1, sizeof **out, "an open store"));
    text_add(&path, "%s/runs.sqlite", folder);
    strata_store *s = made;
    strata_status status = path.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a path")
                                       : store_open(path.at, STORE_READ_FEW, &s->opened);
    text_free(&path);
    if (status == STRATA_OK) *out = s;
    else free(made);
    return status;
}

void strata_store_free(strata_store *s)
{
    if (s != NULL) store_close(s->opened);
    free(s);
}

/* ---- facts --------------------------------------------------------------------------------------------------------------------------- */

static strata_score score_of(const store_run *run, strata_part part)
{
    return run->score[part] != NULL ? *run->score[part] : (strata_score){ NAN, NAN, NAN };
}

static strata_stored_facts facts_of(const store_run *r)
{
    return (strata_stored_facts){ .id = r->id, .name = r->name, .seed = r->seed, .status = runs_status_word(r->status), .reason = r->reason,
                                  .backend = r->backend, .data_kind = r->data_kind, .data_digest = r->data_digest,
                                  .model_digest = r->model_digest, .created = r->created, .version = r->version, .threads = r->threads,
                                  .updates = r->updates, .seconds = r->seconds, .train = score_of(r, STRATA_TRAIN_PART),
                                  .validation = score_of(r, STRATA_VALIDATION_PART), .test = score_of(r, STRATA_TEST_PART),
                                  .maker = r->maker };
}

/* ---- lists --------------------------------------------------------------------------------------------------------------------------- */

/* The conditions in words, as the store takes them. */
typedef struct {
    runs_condition *words;
    store_condition *conditions;
    size_t count;
} condition_list;

static strata_status read_conditions(const char *const *where, condition_list *out)
{
    void *words = NULL, *conditions = NULL;
    size_t count = 0;
    while (where != NULL && where[count] != NULL) count++;
    if (count == 0) return STRATA_OK;
    TRY(alloc_zero(&words, count, sizeof(runs_condition), "conditions"));
    out->words = words;
    TRY(alloc_zero(&conditions, count, sizeof(store_condition), "conditions"));
    out->conditions = conditions;
    for (; out->count < count; out->count++) {
        runs_condition *one = &out->words[out->count];
        strata_status status = runs_condition_read(where[out->count], one);
        out->conditions[out->count] = one->condition;
        if (status != STRATA_OK) {
            out->count++; /* it is to be freed, too */
            return status;
        }
    }
    return STRATA_OK;
}

static void free_conditions(condition_list *list)
{
    for (size_t q = 0; q < list->count; q++) runs_condition_free(&list->words[q]);
    free(list->words);
    free(list->conditions);
}

static strata_status list_runs(strata_store *s, const strata_runs_choice *given, stored_runs *out)
{
    strata_runs_choice choice = { 0 };
    condition_list where = { 0 };
    REQUIRE(s != NULL);
    if (given != NULL) TAKE_SIZED(strata_runs_choice, given, &choice);
    REQUIRE(choice.limit <= LONG_MAX);
    strata_status status = read_conditions(choice.where, &where);
    const store_choice wanted = { .experiment = choice.experiment, .where = where.conditions, .conditions = where.count,
                                  .sort = choice.sort, .descending = choice.descending, .limit = (long)choice.limit };
    if (status == STRATA_OK) status = runs_list(s->opened, &wanted, out);
    free_conditions(&where);
    return status;
}

strata_status strata_runs_list(strata_store *s, const strata_runs_choice *choice, strata_runs **out)
{
    void *made, *facts = NULL;
    *out = NULL;
    TRY(alloc_zero(&made, 1, sizeof **out, "a list of runs"));
    strata_runs *runs = made;
    strata_status status = list_runs(s, choice, &runs->list);
    if (status == STRATA_OK && runs->list.count > 0) {
        status = alloc_zero(&facts, runs->list.count, sizeof *runs->facts, "a list of runs");
    }
    runs->facts = facts;
    for (size_t r = 0; status == STRATA_OK && r < runs->list.count; r++) runs->facts[r] = facts_of(&runs->list.at[r].run);
    if (status == STRATA_OK) *out = runs;
    else strata_runs_free(runs);
    return status;
}

size_t strata_runs_count(const strata_runs *runs)
{
    return runs->list.count;
}

const strata_stored_facts *strata_runs_at(const strata_runs *runs, size_t index)
{
    return index < runs->list.count ? &runs->facts[index] : NULL;
}

void strata_runs_free(strata_runs *runs)
{
    if (runs == NULL) return;
    runs_list_free(&runs->list);
    free(runs->facts);
    free(runs);
}

/* ---- one run ------------------------------------------------------------------------------------------------------------------------- */

strata_status strata_stored_find(strata_store *s, const char *id, strata_stored **out)
{
    void *made;
    *out = NULL;
    REQUIRE(s != NULL && id != NULL);
    TRY(alloc_zero(&made, 1, sizeof **out, "a stored run"));
    strata_stored *stored = made;
    strata_status status = runs_find(s->opened, id, &stored->run);
    if (status == STRATA_OK) {
        stored->facts = facts_of(&stored->run.run);
        *out = stored;
    } else {
        strata_stored_free(stored);
    }
    return status;
}

const strata_stored_facts *strata_stored_describe(const strata_stored *run)
{
    return &run->facts;
}

const char *strata_stored_setting(const strata_stored *run, const char *key)
{
    const stored_pairs *all = &run->run.settings;
    for (size_t q = 0; q < all->count; q++) {
        if (strcmp(all->at[q].key, key) == 0) return all->at[q].value;
    }
    return NULL;
}

const strata_point *strata_stored_curve(const strata_stored *run, size_t *count)
{
    *count = run->run.run.point_count;
    return run->run.run.point;
}

void strata_stored_free(strata_stored *run)
{
    if (run == NULL) return;
    runs_free(&run->run);
    free(run);
}

/* ---- documents ----------------------------------------------------------------------------------------------------------------------- */

/* The document as text; frees it. */
static strata_status write_document(strata_status status, json_value *document, char **out)
{
    if (status == STRATA_OK) status = json_write(document, out);
    json_free(document);
    return status;
}

strata_status strata_runs_list_json(strata_store *s, const strata_runs_choice *choice, char **out)
{
    stored_runs list = { 0 };
    *out = NULL;
    strata_status status = list_runs(s, choice, &list);
    status = write_document(status, status == STRATA_OK ? runs_list_json(&list) : NULL, out);
    runs_list_free(&list);
    return status;
}

strata_status strata_runs_show_json(strata_store *s, const char *id, char **out)
{
    stored_run run = { 0 };
    json_value *document = NULL;
    *out = NULL;
    REQUIRE(s != NULL && id != NULL);
    strata_status status = runs_find(s->opened, id, &run);
    if (status == STRATA_OK) status = runs_find_json(&run, &document);
    status = write_document(status, document, out);
    runs_free(&run);
    return status;
}

strata_status strata_runs_diff_json(strata_store *s, const char *a, const char *b, char **out)
{
    stored_run runs[2] = { 0 };
    runs_comparison compared = { 0 };
    *out = NULL;
    REQUIRE(s != NULL && a != NULL && b != NULL);
    strata_status status = runs_find_two(s->opened, (const char *const[2]){ a, b }, runs);
    if (status == STRATA_OK) status = runs_compare(&runs[0], &runs[1], &compared);
    status = write_document(status, status == STRATA_OK ? runs_comparison_json(&compared) : NULL, out);
    runs_comparison_free(&compared);
    for (size_t r = 0; r < 2; r++) runs_free(&runs[r]);
    return status;
}

strata_status strata_runs_summary_json(strata_store *s, const char *experiment, char **out)
{
    runs_figures figures = { 0 };
    *out = NULL;
    REQUIRE(s != NULL);
    strata_status status = runs_summarise(s->opened, experiment, &figures);
    status = write_document(status, status == STRATA_OK ? runs_figures_json(&figures) : NULL, out);
    runs_figures_free(&figures);
    return status;
}

void strata_text_free(char *words)
{
    free(words);
}
