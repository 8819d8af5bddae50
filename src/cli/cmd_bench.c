/*
 * strata bench: microseconds per update of the assignment's networks, one thread each, by the intervals between a training's own calls of
 * its observer. The first tenth warms up; the median and the best are of the rest.
 */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cli.h"
#include "clock.h"

static const struct {
    const char *name, *hidden, *bn;
} nets[] = {
    { "3layer", "[50,50]", "false" },
    { "3layer-bn", "[50,50]", "true" },
    { "9layer-bn", "[50,30,20,20,10,10,10,10]", "true" },
};

typedef struct {
    const char *data, *backend, *precision;
    long updates;
    bool json, help;
} request;

typedef struct {
    double last, *seconds;
    long count;
} stopwatch;

static bool on_update(void *self, size_t member, long done, long all, double loss)
{
    stopwatch *w = self;
    (void)member;
    (void)all;
    (void)loss;
    double now = clock_seconds();
    if (done > 1) w->seconds[w->count++] = now - w->last;
    w->last = now;
    return true;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static strata_status set_all(strata_config *config, const request *r, int n)
{
    char updates[32];
    (void)snprintf(updates, sizeof updates, "%ld", r->updates / 2);
    const char *const pairs[][2] = { { "hidden", nets[n].hidden }, { "bn", nets[n].bn }, { "backend", r->backend }, { "evals", "1" },
                                     { "precision", r->precision }, { "n_s", updates },
                                     { "cycles", "1" }, { "threads", "1" }, { "n_val", "100" } };
    for (size_t q = 0; q < sizeof pairs / sizeof *pairs; q++) TRY(strata_config_set(config, pairs[q][0], pairs[q][1]));
    return STRATA_OK;
}

/* Multiplications and additions of one update of a mini-batch of 100: S = W X, dW = G X', and W' G above the first layer. */
static double flop(int n)
{
    double total = 0, below = STRATA_PIXELS;
    const char *at = nets[n].hidden + 1;
    for (bool more = true; more;) {
        char *end;
        more = *at != '\0';
        double width = more ? (double)strtol(at, &end, 10) : STRATA_CLASSES;
        total += 2.0 * 100 * width * below * (below == STRATA_PIXELS ? 2 : 3);
        below = width;
        if (more) at = end + 1;
    }
    return total;
}

static strata_status time_net(const request *r, const strata_data *data, int n, doc *list)
{
    strata_config *config;
    strata_run *run = NULL;
    void *seconds;
    TRY(strata_config_new(&config));
    strata_status status = alloc_zero(&seconds, (size_t)r->updates, sizeof(double), "timings");
    stopwatch w = { .seconds = seconds };
    const strata_observer observer = { .self = &w, .update = on_update };
    if (status == STRATA_OK) status = set_all(config, r, n);
    if (status == STRATA_OK) status = strata_train(1, (const strata_config *const[]){ config }, data, 1, &observer, &run);
    if (status == STRATA_OK) {
        long warm = w.count / 10, kept = w.count - warm;
        qsort(w.seconds + warm, (size_t)kept, sizeof(double), ascending);
        double best = 1e6 * w.seconds[warm], median = 1e6 * w.seconds[warm + kept / 2];
        char precision[8]; /* as resolved */
        (void)strata_config_get(strata_run_config(run), "precision", precision, sizeof precision);
        doc *row = doc_new_object();
        doc_put_text(row, "net", nets[n].name);
        doc_put_text(row, "backend", strata_run_facts(run)->backend);
        doc_put_text(row, "precision", precision);
        doc_put_real(row, "us_per_update", median);
        doc_put_real(row, "us_best", best);
        doc_put_real(row, "gflop_per_s", flop(n) / median / 1e3);
        doc_append(list, row);
        if (!r->json) {
            printf("%-10s  %-6s  %-5s  %10.1f  %10.1f  %8.1f\n", nets[n].name, strata_run_facts(run)->backend, precision, median, best,
                   flop(n) / median / 1e3);
        }
    }
    strata_run_free(run);
    free(seconds);
    strata_config_free(config);
    return status;
}

static strata_status time_all(const request *r, const strata_data *data)
{
    doc *root = doc_new_object(), *list = doc_new_list();
    strata_status status = STRATA_OK;
    if (!r->json) {
        printf("%-10s  %-6s  %-5s  %10s  %10s  %8s   one thread, mini-batch 100, fetching it included\n", "net", "who", "first",
               "us median", "us best", "GFLOP/s");
    }
    doc_put(root, "machine", machine_doc());
    doc_put(root, "updates", list);
    for (int n = 0; n < 3 && status == STRATA_OK; n++) status = time_net(r, data, n, list);
    if (status == STRATA_OK && r->json) return doc_print(root);
    doc_free(root);
    return status;
}

/* A wrong backend is found before any data are read. */
static strata_status check_request(const request *r)
{
    strata_config *config;
    if (r->updates < 20) return status_fail(STRATA_ERR_ARGUMENT, "--updates %ld is less than 20", r->updates);
    TRY(strata_config_new(&config));
    strata_status status = set_all(config, r, 0);
    if (status == STRATA_OK) status = strata_config_check(config);
    strata_config_free(config);
    return status;
}

static strata_status bench(const request *r)
{
    strata_data *data;
    TRY(check_request(r));
    TRY(find_data(r->data, &data));
    strata_status status = time_all(r, data);
    strata_data_free(data);
    return status;
}

strata_status cmd_bench(char **argv)
{
    request r = { .backend = "auto", .precision = "float", .updates = 1000 };
    const option options[] = {
        { "--backend", OPTION_TEXT, &r.backend, "NAME", "who computes (auto)" },
        { "--precision", OPTION_TEXT, &r.precision, "P", "float or bf16, of the cpu backend's first layer (float)" },
        { "--updates", OPTION_WHOLE, &r.updates, "N", "updates to time of each net (1000)" },
        { "--data", OPTION_TEXT, &r.data, "DIR", "folder with the CIFAR-10 binary files" },
        { "--json", OPTION_FLAG, &r.json, "", "one JSON document on stdout" },
        { "--help", OPTION_FLAG, &r.help, "", "this text" },
    };
    TRY(options_read(argv, options, sizeof options / sizeof *options, options_take_nothing, NULL));
    if (!r.help) return bench(&r);
    printf("usage: strata bench [OPTION ...]\n\nTimes whole updates; bench/run puts NumPy beside them.\n\n");
    options_print(options, sizeof options / sizeof *options);
    return STRATA_OK;
}
