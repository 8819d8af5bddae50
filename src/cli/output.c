/* What a user gets to see of runs: documents, tables and files. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cli.h"
#include "file.h"
#include "run_files.h"
#include "runs.h"
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

json_value *run_json(const strata_run *run)
{
    const strata_run_facts_t *f = strata_run_facts(run);
    json_value *root = json_new_object();
    json_put_text(root, "id", f->id);
    json_put_int(root, "seed", (int64_t)f->seed);
    json_put(root, "config", config_json(strata_run_config(run)));
    json_put_int(root, "updates", f->updates);
    json_put_real(root, "seconds", f->seconds);
    json_put_text(root, "backend", f->backend);
    json_put_int(root, "threads", f->threads);
    json_put_text(root, "data", f->data_kind);
    json_put_text(root, "data_digest", f->data_digest);
    json_put_text(root, "model_digest", strata_model_digest(strata_run_model(run)));
    json_put_bool(root, "diverged", f->outcome == STRATA_ERR_DIVERGED);
    json_put_bool(root, "stopped", f->outcome == STRATA_STOPPED);
    if (f->outcome != STRATA_OK) json_put_text(root, "reason", f->sentence);
    json_put(root, "train", runs_score_json(&f->train));
    json_put(root, "validation", runs_score_json(&f->validation));
    json_put(root, "test", runs_score_json(&f->test));
    return root;
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

void runs_print_spread(const strata_run_facts_t *const *runs, size_t count)
{
    printf("\n%-10s  %6s  %6s  %6s  %6s  %3s   accuracy in %% over the seeds\n", "", "mean", "sd", "min", "max", "n");
    for (int q = 0; q < 3; q++) {
        statistics s = figure_spread(runs, count, q);
        printf("%-10s  %6s  %6s  %6s  %6s  %3zu\n", figures[q].title, percent_of(s.mean).words, s.n > 1 ? percent_of(s.sd).words : "-",
               percent_of(s.min).words, percent_of(s.max).words, s.n);
    }
}

/* ---- files --------------------------------------------------------------------------------------------------------------------------- */

static strata_status curves_save(const strata_run *run, const char *path)
{
    size_t count;
    const strata_point *p = strata_run_curve(run, &count);
    text csv = { 0 };
    text_add(&csv, "update,epoch,eta,train_loss,train_cost,train_accuracy,validation_loss,validation_cost,validation_accuracy\n");
    for (size_t q = 0; q < count; q++, p++) {
        const double numbers[] = { p->epoch, p->eta, p->train.loss, p->train.cost, p->train.accuracy, p->validation.loss,
                                   p->validation.cost, p->validation.accuracy };
        text_add(&csv, "%ld", p->update);
        for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++) {
            char number[32];
            text_from_double(numbers[n], number);
            text_add(&csv, ",%s", number);
        }
        text_add(&csv, "\n");
    }
    strata_status status =
        csv.failed ? status_fail(STRATA_ERR_MEMORY, "no memory to write %s", path) : file_write(path, csv.at, csv.length);
    text_free(&csv);
    return status;
}

/* A run that diverged has a folder of its own: it must not look like one that reached its end. */
const char *run_folder_suffix(const strata_run *run)
{
    return strata_run_facts(run)->outcome == STRATA_ERR_DIVERGED ? "-diverged" : "";
}

static strata_status save_into(const strata_run *run, const char *folder, const char *file, text *path)
{
    path->length = 0;
    text_add(path, "%s/%s%s/%s", folder, strata_run_facts(run)->id, run_folder_suffix(run), file);
    return path->failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the path of %s", file) : STRATA_OK;
}

/* The record comes last, with the digests of the files before it. */
static strata_status record_save(const strata_run *run, const char *folder, text *path)
{
    static const char *const names[] = { "curves.csv", "model.safetensors" };
    bool diverged = strata_run_facts(run)->outcome == STRATA_ERR_DIVERGED;
    json_value *root = run_json(run), *files = json_new_object();
    strata_status status = save_into(run, folder, "", path);
    if (status == STRATA_OK) path->at[--path->length] = '\0'; /* the slash */
    for (int f = 0; f < 2 - diverged && status == STRATA_OK; f++) status = run_files_add(files, path->at, names[f]);
    if (status == STRATA_OK) status = save_into(run, folder, run_files_record, path);
    json_put(root, "machine", machine_json());
    json_put(root, "files", files);
    if (status == STRATA_OK) return run_files_save(root, path->at);
    json_free(root);
    return status;
}

strata_status run_save(const strata_run *run, const char *folder)
{
    text path = { 0 };
    if (strata_run_facts(run)->outcome == STRATA_STOPPED) return STRATA_OK;
    strata_status status = save_into(run, folder, ".", &path);
    if (status == STRATA_OK) status = file_make_folder(path.at);
    if (status == STRATA_OK) status = save_into(run, folder, "curves.csv", &path);
    if (status == STRATA_OK) status = curves_save(run, path.at);
    if (status == STRATA_OK && strata_run_facts(run)->outcome != STRATA_ERR_DIVERGED) {
        status = save_into(run, folder, "model.safetensors", &path);
        if (status == STRATA_OK) status = strata_model_save(strata_run_model(run), path.at);
    }
    if (status == STRATA_OK) status = record_save(run, folder, &path);
    text_free(&path);
    return status;
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

json_value *machine_json(void)
{
    strata_machine_facts m = { .size = sizeof m };
    json_value *root = json_new_object();
    (void)strata_machine(&m);
    json_put_text(root, "strata", strata_version());
    json_put_text(root, "commit", m.commit);
    json_put_text(root, "compiler", m.compiler);
    json_put_text(root, "flags", m.flags);
    json_put_text(root, "cpu", m.cpu);
    json_put_int(root, "cores", m.cores);
    json_put_text(root, "cpu_level", m.cpu_level);
    json_put_bool(root, "bf16", m.bf16);
    json_put_text(root, "blas", m.blas);
    json_put_text(root, "backend", strata_backend_auto());
    json_put_bool(root, "yaml", m.yaml);
    json_put_bool(root, "png", m.png);
    return root;
}
