/* strata eval: a saved model on the parts of a data set. */
#include <string.h>

#include "cli.h"
#include "file.h"
#include "run_files.h"
#include "runs.h"

typedef struct {
    const char *model, *data;
    bool json, help;
} request;

static strata_status take_model(void *self, const char *word)
{
    request *r = self;
    if (r->model != NULL) return status_fail(STRATA_ERR_ARGUMENT, "one model at a time: %s or %s", r->model, word);
    r->model = word;
    return STRATA_OK;
}

static const struct {
    const char *name;
    strata_part part;
} parts[] = { { "train", STRATA_TRAIN_PART }, { "validation", STRATA_VALIDATION_PART }, { "test", STRATA_TEST_PART } };

static void print_scores(const strata_score *scores)
{
    printf("%-10s  %8s  %8s  %10s\n", "part", "loss", "cost", "accuracy %");
    for (int q = 0; q < 3; q++) {
        printf("%-10s  %8.4f  %8.4f  %10s\n", parts[q].name, scores[q].loss, scores[q].cost, percent_of(scores[q].accuracy).words);
    }
}

static strata_status tell(const request *r, const strata_model *model, const strata_data *data)
{
    strata_score scores[3];
    const strata_data_facts *facts = strata_data_describe(data);
    bool same = strcmp(facts->digest, strata_model_data_digest(model)) == 0;
    const char *rule;
    if (!same && data_choice(r->data, &rule) == NULL) {
        return status_fail(STRATA_ERR_DATA, "the model was not trained on the synthetic set but on other data; name them: --data DIR");
    }
    for (int q = 0; q < 3; q++) TRY(strata_model_evaluate(model, data, parts[q].part, 0, &scores[q]));
    if (!same) (void)fprintf(stderr, "note: the model was trained on other data (digest %.12s...)\n", strata_model_data_digest(model));
    if (!r->json) {
        printf("model: %s   digest: %.12s   data: %s%s\n\n", r->model, strata_model_digest(model), facts->kind,
               same ? "" : ", OTHER DATA than it was trained on");
        print_scores(scores);
        return STRATA_OK;
    }
    json_value *root = json_new_object();
    json_put_text(root, "model", r->model);
    json_put_text(root, "model_digest", strata_model_digest(model));
    json_put(root, "config", config_json(strata_model_config(model)));
    json_put_text(root, "data", facts->kind);
    json_put_bool(root, "same_data", same);
    for (int q = 0; q < 3; q++) json_put(root, parts[q].name, runs_score_json(&scores[q]));
    return json_print(root);
}

static strata_status open_this(const char *path, strata_model **model)
{
    TRY(strata_model_open(path, model));
    strata_status status = run_files_check_model(path, strata_model_digest(*model));
    if (status == STRATA_OK) return STRATA_OK;
    strata_model_free(*model);
    *model = NULL;
    return status;
}

/* The file itself, or the model in a run's folder. */
static strata_status open_model(const char *path, strata_model **model)
{
    bool there;
    text inside = { 0 };
    text_add(&inside, "%s/model.safetensors", path);
    if (inside.failed) return status_fail(STRATA_ERR_MEMORY, "no memory for the path of the model");
    strata_status status = file_look(inside.at, &there);
    if (status == STRATA_OK) status = open_this(there ? inside.at : path, model);
    text_free(&inside);
    return status;
}

static strata_status evaluate(const request *r)
{
    strata_model *model;
    strata_data *data = NULL;
    if (r->model == NULL) return status_fail(STRATA_ERR_ARGUMENT, "which model? strata eval MODEL.safetensors");
    TRY(open_model(r->model, &model));
    if (!strata_model_verified(model)) {
        (void)fprintf(stderr, "note: the model is of an older format without a digest, so nobody can tell whether it is damaged\n");
    }
    strata_status status = find_data(r->data, &data);
    if (status == STRATA_OK) status = tell(r, model, data);
    strata_data_free(data);
    strata_model_free(model);
    return status;
}

strata_status cmd_eval(char **argv)
{
    request r = { 0 };
    const option options[] = {
        { "--data", OPTION_TEXT, &r.data, "DIR", "folder with the CIFAR-10 binary files" },
        { "--json", OPTION_FLAG, &r.json, "", "one JSON document on stdout" },
        { "--help", OPTION_FLAG, &r.help, "", "this text" },
    };
    TRY(options_read(argv, options, sizeof options / sizeof *options, take_model, &r));
    if (!r.help) return evaluate(&r);
    printf("usage: strata eval MODEL [OPTION ...]\n\nLoss, cost and accuracy of a saved model (a file, or a run's folder), on the "
           "parts it was trained with.\n\n");
    options_print(options, sizeof options / sizeof *options);
    return STRATA_OK;
}
