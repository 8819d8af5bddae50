/* strata eval: saved models on the parts of a data set; one in full, several as a table. */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "eval.h"
#include "file.h"

typedef struct {
    evaluated_list list;
    eval_order order;
    const char *sort, *predictions;
    bool json, csv, confusion, help;
} request;

/* The list has room for every word of the command line. */
static strata_status take_model(void *self, const char *word)
{
    request *r = self;
    if (strchr(word, '=') != NULL && !file_exists(word)) {
        return status_fail(STRATA_ERR_ARGUMENT, "%s: eval takes no settings, since a model has its own, and there is no such file",
                           text_shown(word));
    }
    r->list.at[r->list.count++].path = word;
    return STRATA_OK;
}

static strata_status check(const request *r)
{
    if (r->list.count == 0) return status_fail(STRATA_ERR_ARGUMENT, "which model? strata eval MODEL.safetensors, or a folder with one");
    if (r->json && r->csv) return status_fail(STRATA_ERR_ARGUMENT, "--json or --csv, not both");
    if (r->csv && r->confusion) return status_fail(STRATA_ERR_ARGUMENT, "--csv has no place for --confusion; --json has");
    if (r->sort != NULL && strcmp(r->sort, "accuracy") != 0) {
        return status_fail(STRATA_ERR_ARGUMENT, "--sort %s is unknown; known is accuracy, of the test images", text_shown(r->sort));
    }
    return r->predictions != NULL ? eval_check_predictions(r->predictions, &r->list) : STRATA_OK;
}

/* ---- notes --------------------------------------------------------------------------------------------------------------------------- */

static void note_about_one(const evaluated *e)
{
    if (!e->verified) {
        (void)fprintf(stderr, "note: the model is of an older format without a digest, so nobody can tell whether it is damaged\n");
    }
    if (e->origin == EVAL_OTHER_DATA) {
        (void)fprintf(stderr, "note: the model was trained on other data (digest %.12s...)\n", e->data_digest);
    }
    if (e->origin == EVAL_DATA_NOT_SAID) (void)fprintf(stderr, "note: the model does not say on which data it was trained\n");
}

static void note_about_all(const evaluated_list *list)
{
    size_t without = 0;
    for (size_t m = 0; m < list->count; m++) without += list->at[m].status == STRATA_OK && !list->at[m].verified;
    if (without == 0) return;
    (void)fprintf(stderr, "note: %zu of the models are of the format without a digest, so nobody can tell whether they are damaged\n",
                  without);
}

/* ---- results ------------------------------------------------------------------------------------------------------------------------- */

static strata_status show(const request *r, const strata_data *data)
{
    const evaluated_list *list = &r->list;
    bool one = list->count == 1;
    if (r->csv) return eval_print_csv(list);
    if (r->json) return json_print(one ? eval_one_json(&list->at[0], data, r->confusion) : eval_list_json(list, data, r->confusion));
    if (one) eval_print_one(&list->at[0], data);
    else eval_print_table(list, data);
    if (r->confusion) eval_print_confusions(list, data);
    return STRATA_OK;
}

/* The first failure's status; the rows have the sentences. */
static strata_status conclude(const evaluated_list *list)
{
    for (size_t m = 0; m < list->count; m++) {
        if (list->at[m].status == STRATA_OK) continue;
        return status_fail(list->at[m].status, "%zu of %zu models could not be evaluated; their rows say why", list->failed, list->count);
    }
    return STRATA_OK;
}

static strata_status tell(request *r, const strata_data *data)
{
    evaluated_list *list = &r->list;
    TRY(eval_name(list));
    if (list->count == 1) note_about_one(&list->at[0]);
    else note_about_all(list);
    strata_status failure = conclude(list); /* before they are sorted: the first that was named */
    if (r->sort != NULL) eval_sort(list);
    TRY(show(r, data));
    if (r->predictions != NULL && list->failed < list->count) TRY(eval_save_predictions(r->predictions, list, data));
    return failure;
}

static strata_status evaluate(request *r)
{
    strata_data *data = NULL;
    TRY(check(r));
    r->order.guesses = r->confusion || r->predictions != NULL;
    strata_status status = eval_all(&r->order, &r->list, &data);
    if (status == STRATA_OK) status = tell(r, data);
    strata_data_free(data);
    return status;
}

static void help(const option *options, size_t count)
{
    printf("usage: strata eval MODEL ... [OPTION ...]\n\nLoss, cost and accuracy of a saved model (a file, or a folder with a "
           "model.safetensors in it) on the parts\nit was trained with. Of several models a table, one row each: strata eval "
           "students/*/\n\n");
    options_print(options, count);
}

strata_status cmd_eval(char **argv)
{
    request r = { 0 };
    const option options[] = {
        DATA_OPTIONS(r.order.data),
        { "--sort", OPTION_TEXT, &r.sort, "accuracy", "the best on the test images first; else as they were named" },
        { "--confusion", OPTION_FLAG, &r.confusion, "", "what test images are and what was guessed, counted" },
        { "--predictions", OPTION_TEXT, &r.predictions, "FILE", "writes a CSV of what is guessed of every test image" },
        { "--json", OPTION_FLAG, &r.json, "", "one JSON document on stdout" },
        { "--csv", OPTION_FLAG, &r.csv, "", "the table as CSV on stdout" },
        { "--help", OPTION_FLAG, &r.help, "", "this text" },
    };
    void *made;
    size_t words = 0;
    while (argv[words] != NULL) words++;
    TRY(alloc_zero(&made, words, sizeof *r.list.at, "the models of the command line"));
    r.list.at = made;
    strata_status status = options_read(argv, options, sizeof options / sizeof *options, take_model, &r);
    if (status == STRATA_OK && !r.help) status = evaluate(&r);
    if (status == STRATA_OK && r.help) help(options, sizeof options / sizeof *options);
    eval_free(&r.list);
    return status;
}
