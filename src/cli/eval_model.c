/* strata eval: models opened and evaluated, one after the other; what is wrong with one keeps no other from its row. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "alloc.h"
#include "eval.h"
#include "file.h"
#include "run_files.h"

const char *const eval_part_words[EVAL_PARTS] = { "train", "validation", "test" };
static const strata_part parts[EVAL_PARTS] = { STRATA_TRAIN_PART, STRATA_VALIDATION_PART, STRATA_TEST_PART };

/* ---- opening ------------------------------------------------------------------------------------------------------------------------- */

static strata_status open_this(const char *path, strata_model **model)
{
    TRY(strata_model_open(path, model));
    strata_status status = run_files_check_model(path, strata_model_digest(*model));
    if (status == STRATA_OK) return STRATA_OK;
    strata_model_free(*model);
    *model = NULL;
    return status;
}

static bool is_folder(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

/* Are both paths there, and one file? */
static bool is_one_file(const char *a, const char *b)
{
    struct stat s, t;
    return stat(a, &s) == 0 && stat(b, &t) == 0 && s.st_dev == t.st_dev && s.st_ino == t.st_ino;
}

bool eval_is_read(const char *path, const char *input)
{
    text inside = { 0 };
    text_add(&inside, "%s/model.safetensors", input);
    bool read = is_one_file(path, input) || (!inside.failed && is_one_file(path, inside.at));
    text_free(&inside);
    return read;
}

/* The file itself, or the model in a folder. */
strata_status eval_open_model(const char *path, strata_model **model)
{
    bool there;
    text inside = { 0 };
    size_t length = strlen(path);
    text_add(&inside, "%s%smodel.safetensors", path, length > 0 && path[length - 1] == '/' ? "" : "/");
    if (inside.failed) return status_fail(STRATA_ERR_MEMORY, "no memory for the path of the model");
    strata_status status = file_look(inside.at, &there);
    if (status == STRATA_OK && !there && is_folder(path)) {
        status = status_fail(STRATA_ERR_DATA, "%s: is a folder without a model.safetensors; name the model's file", path);
    }
    if (status == STRATA_OK) status = open_this(there ? inside.at : path, model);
    text_free(&inside);
    return status;
}

/* ---- one model ----------------------------------------------------------------------------------------------------------------------- */

static strata_status describe(const strata_model *model, evaluated *e)
{
    char hidden[EVAL_NET - 4], bn[8];
    const strata_config *config = strata_model_config(model);
    strata_run_size size = { .size = sizeof size };
    TRY(strata_config_get(config, "hidden", hidden, sizeof hidden));
    TRY(strata_config_get(config, "bn", bn, sizeof bn));
    TRY(strata_config_size(config, &size));
    (void)snprintf(e->net, sizeof e->net, "%s%s", hidden, strcmp(bn, "true") == 0 ? " bn" : "");
    (void)snprintf(e->digest, sizeof e->digest, "%s", strata_model_digest(model));
    (void)snprintf(e->data_digest, sizeof e->data_digest, "%s", strata_model_data_digest(model));
    e->parameters = size.parameters;
    e->verified = strata_model_verified(model);
    e->config = config_json(config);
    return STRATA_OK;
}

/* A model that names other data than the synthetic set is not put to it unasked. */
static strata_status compare_data(const eval_order *order, const strata_data *data, evaluated *e)
{
    const char *rule;
    bool same = strcmp(strata_data_describe(data)->digest, e->data_digest) == 0;
    e->origin = same ? EVAL_SAME_DATA : e->data_digest[0] == '\0' ? EVAL_DATA_NOT_SAID : EVAL_OTHER_DATA;
    if (e->origin != EVAL_OTHER_DATA || data_choice(order->data.what, &rule) != NULL) return STRATA_OK;
    return status_fail(STRATA_ERR_DATA, "the model was not trained on the synthetic set but on other data; name them: --data WHAT");
}

static strata_status guess(const strata_model *model, const strata_data *data, evaluated *e)
{
    void *guesses, *probabilities, *confusion;
    const strata_data_facts *facts = strata_data_describe(data);
    size_t count = (size_t)facts->test_examples, classes = (size_t)facts->form->classes;
    strata_rows rows = { .size = sizeof rows, .element = facts->form->element, .count = facts->test_examples };
    TRY(alloc_zero(&guesses, count, sizeof *e->guesses.guess, "what a model guesses"));
    e->guesses.guess = guesses;
    TRY(alloc_zero(&probabilities, count, sizeof *e->guesses.probability, "what a model guesses"));
    e->guesses.probability = probabilities;
    TRY(alloc_zero(&confusion, classes * classes, sizeof *e->guesses.confusion, "what a model guesses"));
    e->guesses.confusion = confusion;
    TRY(strata_data_test_example(data, 0, &rows.values, NULL));
    TRY(strata_model_classify_rows(model, &rows, 0, e->guesses.guess, e->guesses.probability, NULL));
    for (size_t j = 0; j < count; j++) {
        e->guesses.confusion[(size_t)eval_truth(data, (long)j) * classes + (size_t)e->guesses.guess[j]]++;
    }
    return STRATA_OK;
}

static strata_status evaluate(const eval_order *order, const strata_model *model, evaluated *e, strata_data **data)
{
    TRY(describe(model, e));
    if (*data == NULL) TRY(find_data(&order->data, data));
    TRY(compare_data(order, *data, e));
    for (int q = 0; q < EVAL_PARTS; q++) TRY(strata_model_evaluate(model, *data, parts[q], 0, &e->score[q]));
    return order->guesses ? guess(model, *data, e) : STRATA_OK;
}

/* ---- all of them --------------------------------------------------------------------------------------------------------------------- */

strata_status eval_all(const eval_order *order, evaluated_list *list, strata_data **data)
{
    *data = NULL;
    for (size_t m = 0; m < list->count; m++) {
        strata_model *model;
        evaluated *e = &list->at[m];
        bool opened = (e->status = eval_open_model(e->path, &model)) == STRATA_OK;
        if (opened) e->status = evaluate(order, model, e, data);
        if (opened) strata_model_free(model);
        if (e->status == STRATA_OK) continue;
        if (list->count == 1 || (opened && *data == NULL)) return e->status; /* without data there is nothing to go on with */
        status_sentence_save(e->sentence);
        list->failed++;
    }
    return STRATA_OK;
}

void eval_free(evaluated_list *list)
{
    for (size_t m = 0; m < list->count; m++) {
        evaluated *e = &list->at[m];
        text_free(&e->name);
        json_free(e->config);
        free(e->guesses.guess);
        free(e->guesses.probability);
        free(e->guesses.confusion);
    }
    free(list->at);
    *list = (evaluated_list){ 0 };
}

int eval_truth(const strata_data *data, long example)
{
    int label = 0;
    (void)strata_data_test_example(data, example, NULL, &label);
    return label;
}
