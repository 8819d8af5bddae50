/* strata import: a network that was trained in PyTorch becomes a model file. */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cli.h"
#include "eval.h"
#include "strata/import.h"

typedef struct {
    const char **word; /* the file, then settings; room for every word of the command line */
    size_t words;
    const char *file, *like, *out, *variance;
    strata_config *config;
    data_words data;
    bool help;
} request;

static strata_status take_word(void *self, const char *word)
{
    request *r = self;
    if (r->words > 0 && strchr(word, '=') == NULL) {
        return status_fail(STRATA_ERR_ARGUMENT, "'%s' is no setting: one file at a time; a file of settings is --like FILE",
                           text_cut(word));
    }
    r->word[r->words++] = word;
    return STRATA_OK;
}

/* --like first, then each key=value. */
static strata_status take_settings(request *r)
{
    if (r->like != NULL) TRY(options_take_setting(r->config, r->like));
    for (size_t w = 1; w < r->words; w++) TRY(options_take_setting(r->config, r->word[w]));
    if (r->words > 0) r->file = r->word[0];
    return STRATA_OK;
}

static strata_status read_variance(const request *r, strata_variance *out)
{
    static const char *const words[] = { "stored", "unbiased" };
    *out = STRATA_VARIANCE_STORED;
    if (r->variance == NULL || strcmp(r->variance, words[0]) == 0) return STRATA_OK;
    *out = STRATA_VARIANCE_UNBIASED;
    if (strcmp(r->variance, words[1]) == 0) return STRATA_OK;
    return status_fail(STRATA_ERR_ARGUMENT, "--variance %s is unknown; %s", text_shown(r->variance), text_known(words, 2));
}

static void say_written(const strata_model *model, strata_variance variance, const char *path)
{
    char bn[16] = "";
    (void)strata_config_get(strata_model_config(model), "bn", bn, sizeof bn);
    if (strcmp(bn, "true") == 0) {
        (void)fprintf(stderr, "note: running variances %s\n", variance == STRATA_VARIANCE_UNBIASED
                      ? "were made biased, times (n-1)/n: what PyTorch evaluates with is a little different"
                      : "are taken as they are stored, which is what PyTorch evaluates with");
    }
    (void)fprintf(stderr, "written: %s\n", path);
}

static strata_status convert(const request *r, const strata_data *data, const char *path)
{
    strata_model *model;
    bool said = r->like != NULL || r->words > 1;
    strata_import_as how = { .size = sizeof how, .like = said ? r->config : NULL, .data = data };
    TRY(read_variance(r, &how.variance));
    TRY(strata_model_import(r->file, &how, &model));
    strata_status status = strata_model_save(model, path);
    if (status == STRATA_OK) say_written(model, how.variance, path);
    strata_model_free(model);
    return status;
}

/* NAME.safetensors becomes NAME.model.safetensors, here. */
static void name_output(const request *r, text *path)
{
    static const char end[] = ".safetensors";
    const char *slash = strrchr(r->file, '/'), *name = slash != NULL ? slash + 1 : r->file;
    size_t length = strlen(name), tail = strlen(end);
    if (length > tail && strcmp(name + length - tail, end) == 0) length -= tail;
    if (r->out != NULL) text_add(path, "%s", r->out);
    else text_add(path, "%.*s.model%s", (int)length, name, end);
}

static strata_status import_file(const request *r)
{
    text path = { 0 };
    strata_data *data = NULL;
    strata_variance variance;
    if (r->file == NULL) return status_fail(STRATA_ERR_ARGUMENT, "which file? strata import FILE.safetensors --like SETTINGS");
    TRY(read_variance(r, &variance));
    name_output(r, &path);
    strata_status status = path.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the path of a file") : STRATA_OK;
    if (status == STRATA_OK && eval_is_read(path.at, r->file)) {
        status = status_fail(STRATA_ERR_ARGUMENT, "%s: is read here, and will not be replaced; name another file with -o", path.at);
    }
    if (status == STRATA_OK && r->data.what != NULL) status = find_data(&r->data, &data);
    if (status == STRATA_OK) status = convert(r, data, path.at);
    strata_data_free(data);
    text_free(&path);
    return status;
}

static void help(const option *options, size_t count)
{
    printf("usage: strata import FILE.safetensors [--like SETTINGS] [key=value ...] [OPTION ...]\n\n"
           "A network that was trained in PyTorch as a model file, which strata eval, predict and export take. FILE is the state\n"
           "dict of an nn.Sequential: 0.weight, 0.bias, 1.weight, 1.bias, 1.running_mean, 1.running_var, 3.weight, ... SETTINGS and\n"
           "key=value say which net it is (hidden, bn, norm, activation, ...), as for strata train; without both those that the\n"
           "file carries. Inputs are standardised by input.mean and input.std of the file, else as training would on --data, or\n"
           "not at all with standardise=none. docs/import.md says more.\n\n");
    options_print(options, count);
}

strata_status cmd_import(char **argv)
{
    request r = { .data = { .untested = true } };
    const option options[] = {
        { "--like", OPTION_TEXT, &r.like, "SETTINGS", "a YAML file, the name of an experiment, or one key=value" },
        { "--variance", OPTION_CHOICE, &(option_choice){ &r.variance, "stored unbiased" }, "V",
          "stored: as it is, as PyTorch evaluates; unbiased: made biased (stored)" },
        { "-o", OPTION_TEXT, &r.out, "FILE", "the model file (here, NAME.model.safetensors)" },
        DATA_OPTIONS(r.data),
        { "--help", OPTION_FLAG, &r.help, "", "this text" },
    };
    void *made;
    size_t words = 0;
    while (argv[words] != NULL) words++;
    TRY(alloc_zero(&made, words, sizeof *r.word, "the words of the command line"));
    r.word = made;
    strata_status status = strata_config_new(&r.config);
    if (status == STRATA_OK) status = options_read(argv, options, sizeof options / sizeof *options, take_word, &r);
    if (status == STRATA_OK && !r.help) status = take_settings(&r);
    if (status == STRATA_OK && !r.help) status = import_file(&r);
    if (status == STRATA_OK && r.help) help(options, sizeof options / sizeof *options);
    strata_config_free(r.config);
    free(r.word);
    return status;
}
