/* strata predict: which class each row of a file, or each picture, is of, and how sure the model is. */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "eval.h"
#include "predict.h"

typedef struct {
    const char **word; /* the model, then the inputs; room for every word of the command line */
    size_t words;
    const char *label, *out;
    long threads;
    bool help;
} request;

static strata_status take_word(void *self, const char *word)
{
    request *r = self;
    r->word[r->words++] = word;
    return STRATA_OK;
}

static bool ends_in(const char *path, const char *end)
{
    size_t length = strlen(path), tail = strlen(end);
    return length > tail && strcmp(path + length - tail, end) == 0;
}

static strata_status check_out(const request *r)
{
    if (!ends_in(r->out, ".csv") && !ends_in(r->out, ".npy")) {
        return status_fail(STRATA_ERR_ARGUMENT, "--out %s: name it .csv or .npy, which says what is written", r->out);
    }
    for (size_t q = 0; q < r->words; q++) {
        if (!eval_is_read(r->out, r->word[q])) continue;
        return status_fail(STRATA_ERR_ARGUMENT, "--out %s: is read here, and will not be replaced; name another file", r->out);
    }
    return STRATA_OK;
}

static strata_status check(const request *r)
{
    if (r->words == 0) return status_fail(STRATA_ERR_ARGUMENT, "which model? strata predict MODEL.safetensors INPUT, or a folder with one");
    if (r->words == 1) return status_fail(STRATA_ERR_ARGUMENT, "of what? strata predict MODEL INPUT, a file of data or PNG pictures");
    if (r->threads < 0 || r->threads > STRATA_THREADS_MAX) {
        return status_fail(STRATA_ERR_ARGUMENT, "--threads %ld is outside 0 .. %d", r->threads, STRATA_THREADS_MAX);
    }
    return r->out != NULL ? check_out(r) : STRATA_OK;
}

static strata_status tell(const request *r, const strata_model *model, const predict_rows *rows)
{
    int threads = (int)r->threads;
    bool npy = r->out != NULL && ends_in(r->out, ".npy");
    return npy ? predict_write_npy(model, rows, threads, r->out) : predict_write_csv(model, rows, threads, r->out);
}

static strata_status predict(const request *r)
{
    strata_model *model;
    predict_rows rows;
    TRY(check(r));
    TRY(eval_open_model(r->word[0], &model));
    if (!strata_model_verified(model)) {
        (void)fprintf(stderr, "note: the model is of an older format without a digest, so nobody can tell whether it is damaged\n");
    }
    const predict_inputs inputs = { .path = r->word + 1, .paths = r->words - 1, .label = r->label };
    strata_status status = predict_rows_read(model, &inputs, &rows);
    if (status == STRATA_OK) {
        status = tell(r, model, &rows);
        predict_rows_free(&rows);
    }
    strata_model_free(model);
    return status;
}

static void help(const option *options, size_t count)
{
    printf("usage: strata predict MODEL INPUT [OPTION ...]\n       strata predict MODEL PICTURE.png ... [OPTION ...]\n\n"
           "The class of every row, and the probabilities of all classes, by a saved model (a file, or a folder with a\n"
           "model.safetensors in it). INPUT is what strata train --data takes, without labels: a file IDX, NPY, NPZ, CSV or\n"
           "LIBSVM. Pictures are PNG of the model's own size, 8 bits, grey or RGB. A row has the same numbers alone and\n"
           "among others. CSV on stdout: index (of pictures: file), class, probability, and p_NAME of each class.\n\n");
    options_print(options, count);
}

strata_status cmd_predict(char **argv)
{
    request r = { 0 };
    const option options[] = {
        { "--out", OPTION_TEXT, &r.out, "FILE", "writes FILE.csv, the same CSV, or FILE.npy, float32 [rows, classes]" },
        { "--label", OPTION_TEXT, &r.label, "COLUMN", "of a table: a column to leave out, by name or number from 1" },
        { "--threads", OPTION_WHOLE, &r.threads, "N", "cores to use (0: all); changes no result" },
        { "--help", OPTION_FLAG, &r.help, "", "this text" },
    };
    void *made;
    size_t words = 0;
    while (argv[words] != NULL) words++;
    TRY(alloc_zero(&made, words, sizeof *r.word, "the words of the command line"));
    r.word = made;
    strata_status status = options_read(argv, options, sizeof options / sizeof *options, take_word, &r);
    if (status == STRATA_OK && !r.help) status = predict(&r);
    if (status == STRATA_OK && r.help) help(options, sizeof options / sizeof *options);
    free(r.word);
    return status;
}
