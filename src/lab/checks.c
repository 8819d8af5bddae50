/* See checks.h. A note "checked" holds a digest of what was checked: the same is not checked again. */
#include "checks.h"

#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "digest.h"
#include "run_list.h"

enum { CHECK_ROWS = 512 };

typedef struct {
    store_gradcheck row[CHECK_ROWS];
    char hidden[CHECK_ROWS][RUN_LABEL];
    size_t count;
    bool passed;
} table;

static strata_status add_rows(table *t, const experiment *e, const strata_config *config, const char *method, const strata_gradcheck *check)
{
    int layers;
    const strata_gradcheck_layer *layer = strata_gradcheck_layers(check, &layers);
    t->passed = t->passed && strata_gradcheck_passed(check);
    for (int l = 0; l < layers; l++) {
        for (int which = 0; which < layer[l].tensors; which++) {
            if (t->count == CHECK_ROWS) return plan_blame(e, e->check, "more than %d tensors to check", CHECK_ROWS);
            char *hidden = t->hidden[t->count];
            TRY(strata_config_get(config, "hidden", hidden, RUN_LABEL));
            t->row[t->count++] = (store_gradcheck){ method, hidden, config->bn, config->lambda, l + 1, layer[l].tensor[which] };
        }
    }
    return STRATA_OK;
}

static strata_status check_one(table *t, const experiment *e, const strata_config *config, const char *method, int threads)
{
    strata_gradcheck *check;
    strata_gradcheck_options options = STRATA_GRADCHECK_DEFAULTS;
    options.method = strcmp(method, "complex") == 0 ? STRATA_COMPLEX_STEP : STRATA_CENTRAL;
    options.inputs = (int)e->inputs;
    options.images = (int)e->images;
    options.threads = threads;
    TRY(strata_gradcheck_run(config, e->data, &options, &check));
    strata_status status = add_rows(t, e, config, method, check);
    strata_gradcheck_free(check);
    return status;
}

static strata_status check_combination(table *t, const experiment *e, size_t c, int threads)
{
    strata_config *config;
    char label[RUN_LABEL];
    TRY(run_list_configure(e, c, &config, label));
    strata_status status = STRATA_OK;
    for (size_t q = 0; q < e->methods && status == STRATA_OK; q++) status = check_one(t, e, config, e->method[q], threads);
    strata_config_free(config);
    return status;
}

/* A digest of all that decides the outcome. */
static strata_status identify(const experiment *e, char out[DIGEST_TEXT])
{
    text words = { 0 };
    strata_status status = STRATA_OK;
    for (size_t c = 0; c < run_list_combinations(e) && status == STRATA_OK; c++) {
        strata_config *config;
        char label[RUN_LABEL], id[PLANNED_ID];
        status = run_list_configure(e, c, &config, label);
        if (status != STRATA_OK) break;
        status = strata_run_id(config, e->data, id);
        text_add(&words, "%s ", id);
        strata_config_free(config);
    }
    for (size_t q = 0; q < e->methods; q++) text_add(&words, "%s ", e->method[q]);
    text_add(&words, "%ld %ld", e->inputs, e->images);
    if (status == STRATA_OK && words.failed) status = status_fail(STRATA_ERR_MEMORY, "no memory for a gradient check");
    if (status == STRATA_OK) status = digest_sha256(words.at, words.length, out);
    text_free(&words);
    return status;
}

static strata_status add_errors(void *self, const store_gradcheck *row)
{
    *(long *)self += row->tensor.errors;
    return STRATA_OK;
}

/* What was checked before, passed or not. */
static strata_status recall(store *s, const experiment *e, const char *identity, bool *known, bool *passed)
{
    text note = { 0 };
    bool found;
    long errors = 0;
    strata_status status = store_note(s, e->id, "checked", &found, &note);
    *known = status == STRATA_OK && found && strcmp(note.at, identity) == 0;
    text_free(&note);
    if (status == STRATA_OK && *known) status = store_each_gradcheck(s, e->id, add_errors, &errors);
    if (errors > 0) *passed = false;
    return status;
}

strata_status checks_run(store *s, const experiment *e, int threads, bool *passed)
{
    char identity[DIGEST_TEXT];
    bool known;
    TRY(identify(e, identity));
    TRY(recall(s, e, identity, &known, passed));
    if (known) return STRATA_OK;
    table *t = calloc(1, sizeof *t);
    if (t == NULL) return status_fail(STRATA_ERR_MEMORY, "no memory for a gradient check");
    t->passed = true;
    strata_status status = STRATA_OK;
    for (size_t c = 0; c < run_list_combinations(e) && status == STRATA_OK; c++) status = check_combination(t, e, c, threads);
    if (status == STRATA_OK) status = store_put_gradcheck(s, e->id, t->row, t->count);
    if (status == STRATA_OK) status = store_put_note(s, e->id, "checked", identity);
    if (!t->passed) *passed = false;
    free(t);
    return status;
}
