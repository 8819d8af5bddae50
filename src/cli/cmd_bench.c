/*
 * strata bench: what an update takes, whole and verb by verb, its operations and bytes, and what share that is of what the machine does at
 * most, which is measured in the same run, before and after.
 */
#include <stdlib.h>
#include <string.h>

#include "profile.h"
#include "cli.h"
#include "run_folder.h"

/* What is timed when no net is described. The verbs of the shown ones are printed, those of all are in the JSON. */
static const struct {
    const char *name, *hidden, *bn;
    bool shown;
} nets[] = {
    { "3layer", "[50,50]", "false", false },
    { "3layer-bn", "[50,50]", "true", true },
    { "9layer-bn", "[50,30,20,20,10,10,10,10]", "true", false },
    { "wide-bn", "[1024,1024,1024]", "true", true },
};

enum { NETS = sizeof nets / sizeof *nets, PROFILED_MOST = 200 };

typedef struct {
    data_words data;
    const char *backend, *precision, *net;
    long updates, members, threads;
    double seconds;
    bool json, help;
    strata_config *config;
} request;

/* What was measured of one net. */
typedef struct {
    char name[128];
    bool shown;
    long batch;
    profile_timing whole;
    update_profile verbs;
} row;

typedef struct {
    row *rows;
    int count;
    profile_peak peak;
    long members;
} table;

/* ---- measuring ----------------------------------------------------------------------------------------------------------------------- */

/* Is it a net of one's own that is to be timed, in place of those of the list? */
static bool own_net(const request *r)
{
    static const char *const keys[] = { "hidden", "bn", "patch", "filters", "norm", "activation", "skip" };
    bool own = false;
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) own = own || strata_config_given(r->config, keys[k]);
    return own;
}

/* "4x4x10-[50]-bn": the patches and their filters, the hidden layers, the norm. */
static strata_status name_own(const strata_config *config, char *out, size_t size)
{
    char hidden[48], bn[8], norm[16], patch[16], filters[16], front[64] = "";
    TRY(strata_config_get(config, "hidden", hidden, sizeof hidden));
    TRY(strata_config_get(config, "bn", bn, sizeof bn));
    TRY(strata_config_get(config, "norm", norm, sizeof norm));
    TRY(strata_config_get(config, "patch", patch, sizeof patch));
    TRY(strata_config_get(config, "filters", filters, sizeof filters));
    bool automatic = strcmp(norm, "auto") == 0, batch = automatic ? strcmp(bn, "true") == 0 : strcmp(norm, "batch") == 0;
    const char *words = batch ? "-bn" : strcmp(norm, "layer") == 0 ? "-ln" : "";
    if (strcmp(patch, "0") != 0) (void)snprintf(front, sizeof front, "%sx%sx%s-", patch, patch, filters);
    (void)snprintf(out, size, "%s%s%s", front, hidden, words);
    return STRATA_OK;
}

static strata_status set_net(strata_config *config, int n)
{
    TRY(strata_config_set(config, "hidden", nets[n].hidden));
    return strata_config_set(config, "bn", nets[n].bn);
}

static strata_status measure(const request *r, const strata_config *config, const strata_data *data, row *out)
{
    char batch[32];
    const profile_bounds bounds = { r->updates, r->seconds, (int)r->members, (int)r->threads };
    TRY(strata_config_get(config, "n_batch", batch, sizeof batch));
    out->batch = strtol(batch, NULL, 10);
    TRY(profile_time(config, data, &bounds, &out->whole));
    double fit = r->seconds / 2 / out->whole.median;
    long most = r->updates < PROFILED_MOST ? r->updates : PROFILED_MOST, updates = fit < (double)most ? (long)fit : most;
    return profile_updates(config, data, (int)r->threads, updates > 4 ? updates : 4, &out->verbs);
}

/* One net of one's own, or those of the list that are asked for. */
static strata_status measure_all(const request *r, const strata_data *data, table *t)
{
    strata_config *config = r->config;
    bool own = own_net(r);
    for (int n = 0; n < (own ? 1 : NETS); n++) {
        if (!own && r->net != NULL && strcmp(r->net, nets[n].name) != 0) continue;
        row *next = &t->rows[t->count];
        if (!own) TRY(set_net(config, n));
        if (own) TRY(name_own(config, next->name, sizeof next->name));
        else (void)snprintf(next->name, sizeof next->name, "%s", nets[n].name);
        next->shown = own || r->net != NULL || nets[n].shown;
        t->count++;
        TRY(measure(r, config, data, next));
    }
    return STRATA_OK;
}

static strata_status measure_table(const request *r, const strata_data *data, table *t)
{
    profile_peak again;
    t->members = r->members;
    TRY(profile_measure_peak((int)r->threads, &t->peak));
    TRY(measure_all(r, data, t));
    TRY(profile_measure_peak((int)r->threads, &again));
    profile_raise_peak(&t->peak, &again);
    return STRATA_OK;
}

/* ---- the table ----------------------------------------------------------------------------------------------------------------------- */

/* Operations, bytes and time, and what they are of the peak. */
typedef struct {
    double seconds, operations, bytes, roof; /* roof: the least seconds */
} cost;

static cost verb_cost(const profile_verb *v, const profile_peak *peak)
{
    return (cost){ v->seconds, v->operations, v->bytes, profile_roof(v, peak) };
}

/* Of an update of one member; the roof is that of its verbs, one after another. */
static cost update_cost(const row *r, const profile_peak *peak)
{
    cost c = { r->whole.median, r->verbs.operations, r->verbs.bytes, 0 };
    for (size_t v = 0; v < r->verbs.count; v++) c.roof += profile_roof(&r->verbs.verb[v], peak);
    return c;
}

static double per_second(double count, double seconds)
{
    return seconds > 0 ? count / seconds : 0;
}

static double of_float(const cost *c, const profile_peak *peak)
{
    return per_second(c->operations, c->seconds) / peak->kind[0].per_second;
}

static double of_roof(const cost *c)
{
    return per_second(c->roof, c->seconds);
}

static void print_peak(const table *t)
{
    strata_machine_facts m = { .size = sizeof m };
    const profile_peak *p = &t->peak;
    (void)strata_machine(&m);
    printf("%s, %s; %d thread%s\npeak measured:", m.cpu, m.cpu_level, p->threads, p->threads == 1 ? "" : "s");
    for (int k = 0; k < p->kinds; k++) printf(" %.1f G/s %s,", 1e-9 * p->kind[k].per_second, p->kind[k].name);
    printf(" reads of");
    for (int b = 0; b < PROFILE_BLOCKS; b++) {
        printf("%s %.0f KB: %.1f", b > 0 ? "," : "", p->block[b].bytes / 1024, 1e-9 * p->block[b].per_second);
    }
    printf(" GB/s\n");
}

static void print_updates(const table *t)
{
    printf("\nwhole updates, fetching the images included%s\n", t->members > 1 ? ", of one of the members that train at once" : "");
    printf("%-10s  %-6s  %-5s  %5s  %10s  %10s  %8s  %8s  %8s  %7s\n", "net", "who", "first", "batch", "us median", "us best", "GFLOP/s",
           "MB", "of float", "of roof");
    for (int n = 0; n < t->count; n++) {
        const row *r = &t->rows[n];
        cost c = update_cost(r, &t->peak);
        printf("%-10s  %-6s  %-5s  %5ld  %10.1f  %10.1f  %8.1f  %8.2f  %6.1f %%  %5.1f %%\n", r->name, r->whole.backend, r->whole.precision,
               r->batch, 1e6 * c.seconds, 1e6 * r->whole.best, 1e-9 * per_second(c.operations, c.seconds), 1e-6 * c.bytes,
               100 * of_float(&c, &t->peak), 100 * of_roof(&c));
    }
}

static void print_verbs(const row *r, const profile_peak *peak)
{
    printf("\n%s, verb by verb, where it stands in an update\n", r->name);
    printf("%-18s %5s %5s %5s %5s  %9s  %8s  %9s  %7s  %8s  %7s\n", "verb", "m", "n", "d", "calls", "us", "GFLOP/s", "KB", "GB/s",
           "of float", "of roof");
    for (size_t v = 0; v < r->verbs.count; v++) {
        const profile_verb *verb = &r->verbs.verb[v];
        cost c = verb_cost(verb, peak);
        char terms[16] = "-";
        if (verb->d > 0) (void)snprintf(terms, sizeof terms, "%d", verb->d);
        printf("%-18s %5d %5d %5s %5d  %9.2f  %8.1f  %9.1f  %7.1f  %6.1f %%  %5.1f %%\n", verb->name, verb->m, verb->n, terms, verb->calls,
               1e6 * c.seconds, 1e-9 * per_second(c.operations, c.seconds), 1e-3 * c.bytes, 1e-9 * per_second(c.bytes, c.seconds),
               100 * of_float(&c, peak), 100 * of_roof(&c));
    }
    printf("%-18s %5s %5s %5s %5s  %9.2f\n", "between them", "", "", "", "", 1e6 * r->verbs.between);
}

static void print_table(const table *t)
{
    print_peak(t);
    print_updates(t);
    for (int n = 0; n < t->count; n++) {
        if (t->rows[n].shown) print_verbs(&t->rows[n], &t->peak);
    }
}

/* ---- the document -------------------------------------------------------------------------------------------------------------------- */

static json_value *peak_json(const profile_peak *peak)
{
    json_value *root = json_new_object(), *kinds = json_new_object(), *reads = json_new_list();
    for (int k = 0; k < peak->kinds; k++) json_put_real(kinds, peak->kind[k].name, 1e-9 * peak->kind[k].per_second);
    json_put(root, "gflop_per_s", kinds);
    for (int b = 0; b < PROFILE_BLOCKS; b++) {
        json_value *block = json_new_object();
        json_put_real(block, "bytes", peak->block[b].bytes);
        json_put_real(block, "gb_per_s", 1e-9 * peak->block[b].per_second);
        json_append(reads, block);
    }
    json_put(root, "reads", reads);
    return root;
}

static void put_cost(json_value *root, const cost *c, const profile_peak *peak)
{
    json_put_real(root, "flop", c->operations);
    json_put_real(root, "bytes", c->bytes);
    json_put_real(root, "gflop_per_s", 1e-9 * per_second(c->operations, c->seconds));
    json_put_real(root, "gb_per_s", 1e-9 * per_second(c->bytes, c->seconds));
    json_put_real(root, "share_of_float_peak", of_float(c, peak));
    json_put_real(root, "roof_us", 1e6 * c->roof);
    json_put_real(root, "share_of_roof", of_roof(c));
}

static json_value *update_json(const row *r, const profile_peak *peak)
{
    cost c = update_cost(r, peak);
    json_value *root = json_new_object();
    json_put_text(root, "net", r->name);
    json_put_text(root, "backend", r->whole.backend);
    json_put_text(root, "precision", r->whole.precision);
    json_put_int(root, "batch", r->batch);
    json_put_int(root, "timed", r->whole.timed);
    json_put_real(root, "us_per_update", 1e6 * r->whole.median);
    json_put_real(root, "us_best", 1e6 * r->whole.best);
    json_put_real(root, "updates_per_s", r->whole.per_second);
    put_cost(root, &c, peak);
    return root;
}

static json_value *verb_json(const row *r, const profile_verb *verb, const profile_peak *peak)
{
    cost c = verb_cost(verb, peak);
    json_value *root = json_new_object();
    json_put_text(root, "net", r->name);
    json_put_text(root, "verb", verb->name);
    json_put_int(root, "m", verb->m);
    json_put_int(root, "n", verb->n);
    json_put_int(root, "d", verb->d);
    json_put_int(root, "calls", verb->calls);
    json_put_real(root, "us_per_update", 1e6 * verb->seconds);
    put_cost(root, &c, peak);
    return root;
}

static json_value *table_json(const table *t)
{
    json_value *root = json_new_object(), *updates = json_new_list(), *verbs = json_new_list();
    json_put(root, "machine", run_folder_machine());
    json_put_int(root, "threads", t->peak.threads);
    json_put_int(root, "members", t->members);
    json_put(root, "peak", peak_json(&t->peak));
    for (int n = 0; n < t->count; n++) {
        const row *r = &t->rows[n];
        json_append(updates, update_json(r, &t->peak));
        for (size_t v = 0; v < r->verbs.count; v++) json_append(verbs, verb_json(r, &r->verbs.verb[v], &t->peak));
    }
    json_put(root, "updates", updates);
    json_put(root, "verbs", verbs);
    return root;
}

/* ---- the command --------------------------------------------------------------------------------------------------------------------- */

static strata_status check_net(const request *r)
{
    text all = { 0 };
    if (own_net(r)) {
        return status_fail(STRATA_ERR_ARGUMENT, "--net %s chooses a net, and so do hidden and bn: give one or the other",
                           text_shown(r->net));
    }
    for (int n = 0; n < NETS; n++) {
        if (strcmp(nets[n].name, r->net) == 0) return STRATA_OK;
    }
    for (int n = 0; n < NETS; n++) text_add(&all, "%s%s", n > 0 ? ", " : "", nets[n].name);
    strata_status status = status_fail(STRATA_ERR_ARGUMENT, "--net %s is none of %s", text_shown(r->net), all.at != NULL ? all.at : "");
    text_free(&all);
    return status;
}

static strata_status check_numbers(const request *r)
{
    char seconds[32];
    text_from_double(r->seconds, seconds);
    if (r->updates < 20) return status_fail(STRATA_ERR_ARGUMENT, "--updates %ld is less than 20", r->updates);
    if (!(r->seconds > 0 && r->seconds <= 3600))
        return status_fail(STRATA_ERR_ARGUMENT, "--seconds %s is not more than 0 and at most 3600", seconds);
    if (r->members < 1 || r->members > 1000) return status_fail(STRATA_ERR_ARGUMENT, "--members %ld is not from 1 to 1000", r->members);
    if (r->threads > STRATA_THREADS_MAX)
        return status_fail(STRATA_ERR_ARGUMENT, "--threads %ld is more than %d", r->threads, (int)STRATA_THREADS_MAX);
    return STRATA_OK;
}

/* A file that describes an experiment has these too. */
static void say_what_is_not_used(const request *r)
{
    static const char *const keys[] = { "n_s", "cycles", "cycle_growth", "updates", "epochs", "patience", "evals", "n_train", "n_val",
                                        "diagnose" };
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        if (!strata_config_given(r->config, keys[k])) continue;
        (void)fprintf(stderr, "strata bench: %s is not used; a training is as long as --updates and --seconds make it\n", keys[k]);
    }
}

/* What is wrong is found before any data are read. */
static strata_status check_request(request *r)
{
    strata_config *config = r->config;
    TRY(check_numbers(r));
    if (r->net != NULL) TRY(check_net(r));
    TRY(strata_config_set(config, "backend", r->backend));
    TRY(strata_config_set(config, "precision", r->precision));
    TRY(strata_config_check(config));
    say_what_is_not_used(r);
    if (r->threads == 0) {
        strata_machine_facts m = { .size = sizeof m };
        (void)strata_machine(&m);
        r->threads = m.cores;
    }
    return STRATA_OK;
}

static strata_status bench(request *r)
{
    strata_data *data;
    row rows[NETS] = { 0 };
    table t = { .rows = rows };
    TRY(check_request(r));
    TRY(find_data(&r->data, &data));
    strata_status status = measure_table(r, data, &t);
    if (status == STRATA_OK && !r->json) print_table(&t);
    if (status == STRATA_OK && r->json) status = json_print(table_json(&t));
    for (int n = 0; n < NETS; n++) profile_free(&rows[n].verbs);
    strata_data_free(data);
    return status;
}

strata_status cmd_bench(char **argv)
{
    request r = { .backend = "auto", .precision = "float", .updates = 1000, .members = 1, .threads = 1, .seconds = 1 };
    const option options[] = {
        { "--net", OPTION_CHOICE, &(option_choice){ &r.net, "3layer 3layer-bn 9layer-bn wide-bn" }, "NAME",
          "3layer, 3layer-bn, 9layer-bn or wide-bn alone" },
        { "--backend", OPTION_TEXT, &r.backend, "NAME", "who computes (auto)" },
        { "--precision", OPTION_TEXT, &r.precision, "P", "float or bf16, of the cpu backend's first layer (float)" },
        { "--threads", OPTION_WHOLE, &r.threads, "N", "cores to use (1; 0: all)" },
        { "--members", OPTION_WHOLE, &r.members, "N", "trainings side by side, one core each (1)" },
        { "--updates", OPTION_WHOLE, &r.updates, "N", "updates to time of each net, at most (1000)" },
        { "--seconds", OPTION_REAL, &r.seconds, "S", "to time each net for, about; ten updates in any case (1)" },
        DATA_OPTIONS(r.data),
        { "--json", OPTION_FLAG, &r.json, "", "one JSON document on stdout" },
        { "--help", OPTION_FLAG, &r.help, "", "this text" },
    };
    TRY(strata_config_new(&r.config));
    strata_status status = options_read(argv, options, sizeof options / sizeof *options, options_take_setting, r.config);
    if (status == STRATA_OK && r.help) {
        printf("usage: strata bench [CONFIG.yaml] [key=value ...] [OPTION ...]\n\n"
               "Times whole updates of four nets, and each verb within them, beside the measured peak of the machine. A net of one's\n"
               "own, by hidden, bn, patch or norm, is timed instead. docs/speed.md tells how to read the table;\n"
               "bench/run puts other programs beside it.\n\n");
        options_print(options, sizeof options / sizeof *options);
    } else if (status == STRATA_OK) {
        status = bench(&r);
    }
    strata_config_free(r.config);
    return status;
}
