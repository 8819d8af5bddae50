/* What a user gets to see of runs: documents, tables and files. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cli.h"
#include "schema.h"
#include "statistics.h"

/* ---- documents ----------------------------------------------------------------------------------------------------------------------- */

static json_value *spread_json(const statistics *s)
{
    json_value *root = json_new_object();
    json_put_real(root, "mean", s->mean);
    json_put_real(root, "sd", s->sd);
    json_put_real(root, "min", s->min);
    json_put_real(root, "max", s->max);
    json_put_int(root, "n", (int64_t)s->n);
    return root;
}

json_value *config_json(const strata_config *config)
{
    return config_to_json(config);
}

/* The three summaries of accuracy, over the runs that finished. */
static double train_accuracy(const strata_run_facts_t *f)
{
    return f->train.accuracy;
}

static double validation_accuracy(const strata_run_facts_t *f)
{
    return f->validation.accuracy;
}

static double test_accuracy(const strata_run_facts_t *f)
{
    return f->test.accuracy;
}

static const struct {
    const char *name, *title;
    double (*of)(const strata_run_facts_t *f);
} figures[] = {
    { "train_accuracy", "train", train_accuracy },
    { "validation_accuracy", "validation", validation_accuracy },
    { "test_accuracy", "test", test_accuracy },
};

static statistics figure_spread(const strata_run_facts_t *const *runs, size_t count, int figure)
{
    void *made;
    size_t n = 0;
    if (alloc_zero(&made, count, sizeof(double), "the figures of the runs") != STRATA_OK) return statistics_of(NULL, 0);
    double *x = made;
    for (size_t r = 0; r < count; r++) {
        if (runs[r]->outcome == STRATA_OK) x[n++] = figures[figure].of(runs[r]);
    }
    statistics s = statistics_of(x, n);
    free(x);
    return s;
}

json_value *runs_json(json_value *list, const strata_run_facts_t *const *runs, size_t count)
{
    json_value *root = json_new_object(), *summary = json_new_object();
    long diverged = 0;
    for (size_t r = 0; r < count; r++) diverged += runs[r]->outcome == STRATA_ERR_DIVERGED;
    for (int q = 0; q < 3; q++) {
        statistics s = figure_spread(runs, count, q);
        json_put(summary, figures[q].name, spread_json(&s));
    }
    json_put_int(summary, "diverged", diverged);
    json_put(root, "runs", list);
    json_put(root, "summary", summary);
    return root;
}

strata_status json_print(json_value *root)
{
    char *words;
    strata_status status = json_write(root, &words);
    json_free(root);
    if (status != STRATA_OK) return status;
    (void)puts(words); /* a failed write is found by output_finish */
    free(words);
    return STRATA_OK;
}

/* ---- tables -------------------------------------------------------------------------------------------------------------------------- */

static void run_print(const strata_run_facts_t *f)
{
    printf("%-12s  %6llu  %7ld  %7.1f", f->id, (unsigned long long)f->seed, f->updates, f->seconds);
    if (f->outcome != STRATA_OK) printf("  %s\n", f->sentence);
    else {
        printf("  %6.4f  %6.4f  %6s  %10s  %6s\n", f->train.loss, f->train.cost, percent_of(f->train.accuracy).words,
               percent_of(f->validation.accuracy).words, percent_of(f->test.accuracy).words);
    }
}

void runs_print(const strata_run_facts_t *const *runs, size_t count)
{
    printf("data: %s   backend: %s\n\n", runs[0]->data_kind, runs[0]->backend);
    printf("%-12s  %6s  %7s  %7s  %22s  %10s  %6s\n", "", "", "", "", "-------- train -------", "validation", "test");
    printf("%-12s  %6s  %7s  %7s  %6s  %6s  %6s  %10s  %6s\n", "id", "seed", "updates", "seconds", "loss", "cost", "acc %", "acc %",
           "acc %");
    for (size_t r = 0; r < count; r++) run_print(runs[r]);
}

void runs_print_variants(const char *id, const strata_variant *variant, size_t count, bool head)
{
    if (head && count > 0) printf("\n%-12s  %-11s  %10s  %6s   accuracy in %%\n", "id", "scored as", "validation", "test");
    for (const strata_variant *v = variant; v < variant + count; v++) {
        printf("%-12s  %-11s  %10s  %6s\n", id, v->name, percent_of(v->validation.accuracy).words, percent_of(v->test.accuracy).words);
    }
}

void runs_print_spread(const strata_run_facts_t *const *runs, size_t count)
{
    printf("\n%-10s  %6s  %6s  %6s  %6s  %3s   accuracy in %% over the seeds\n", "", "mean", "sd", "min", "max", "n");
    for (int q = 0; q < 3; q++) {
        statistics s = figure_spread(runs, count, q);
        printf("%-10s  %6s  %6s  %6s  %6s  %3zu\n", figures[q].title, percent_of(s.mean).words, s.n > 1 ? percent_of(s.sd).words : "-",
               percent_of(s.min).words, percent_of(s.max).words, s.n);
    }
}

void message_print(const char *sentence)
{
    char shown[STATUS_SENTENCE];
    size_t length = 0;
    while (*sentence != '\0' && length < sizeof shown) shown[length++] = text_take_visible(&sentence);
    (void)fprintf(stderr, "%.*s\n", (int)length, shown);
}

static int output_failure; /* errno of the first write that failed */

void output_flush(void)
{
    bool failed = fflush(stdout) != 0 || ferror(stdout) != 0;
    if (failed && output_failure == 0) output_failure = errno != 0 ? errno : EIO;
}

strata_status output_finish(bool *reader_gone)
{
    output_flush();
    if (output_failure == 0) return STRATA_OK;
    *reader_gone = output_failure == EPIPE;
    return status_fail(STRATA_ERR_STORAGE, "stdout cannot be written: %s", strerror(output_failure));
}
