/*
 * strata reproduce: the gradient tables, and every experiment of a folder of YAML files over several seeds, trained as one population;
 * accuracies beside the published values, results.json, curves as CSV and SVG. Which experiments there are, and what was published, is
 * data: experiments/.
 */
#include <glob.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cli.h"
#include "file.h"

enum { NAME = 32 };

typedef struct {
    const char *data, *out, *experiments;
    long seeds;
    bool quick, quiet, json, help;
} request;

typedef struct {
    char name[NAME];
    strata_config *config;
    double published[4]; /* the report; other students' median, lowest, highest; NaN: none */
    size_t rank;         /* its place in published.csv, which is the order of the tables */
    long first, members; /* in the population */
} experiment;

typedef struct {
    const request *wanted;
    experiment *list;
    size_t count;
    population members;
    const strata_data *data;
} reproduction;

/* ---- experiments as data ------------------------------------------------------------------------------------------------------ */

/* The line of published.csv for this name: id,report,median,lowest,highest as fractions; an empty field is none. */
static strata_status find_published(const char *table, experiment *e)
{
    size_t length = strlen(e->name);
    for (int q = 0; q < 4; q++) e->published[q] = NAN;
    e->rank = strlen(table);
    for (const char *line = table; line != NULL && *line != '\0'; line = strchr(line, '\n'), line += line != NULL) {
        if (strncmp(line, e->name, length) != 0 || line[length] != ',') continue;
        const char *at = line + length;
        e->rank = (size_t)(line - table);
        for (int q = 0; q < 4 && *at == ','; q++) {
            char field[32];
            size_t size = strcspn(++at, ",\n");
            if (size >= sizeof field) return status_fail(STRATA_ERR_DATA, "published.csv: a field of %s is too long", e->name);
            memcpy(field, at, size);
            field[size] = '\0';
            if (size > 0 && !text_to_double(field, &e->published[q])) {
                return status_fail(STRATA_ERR_DATA, "published.csv: %s: '%s' is not a number", e->name, field);
            }
            at += size;
        }
    }
    return STRATA_OK;
}

/* --quick: the shape of everything in a fraction of the time. */
static strata_status shorten(strata_config *config)
{
    TRY(strata_config_set(config, "n_s", "225"));
    return strata_config_set(config, "cycles", "1");
}

static strata_status read_experiment(const char *path, const char *table, const request *r, experiment *e)
{
    TRY(strata_config_new(&e->config));
    TRY(strata_config_load(e->config, path));
    TRY(strata_config_get(e->config, "name", e->name, sizeof e->name));
    if (r->quick) TRY(shorten(e->config));
    TRY(strata_config_check(e->config));
    return find_published(table, e);
}

static strata_status read_table(const request *r, char **table)
{
    text path = { 0 };
    size_t size;
    text_add(&path, "%s/published.csv", r->experiments);
    strata_status status = path.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a path")
                                       : file_read_all(path.at, 1 << 20, (uint8_t **)table, &size);
    text_free(&path);
    return status;
}

static int by_rank(const void *a, const void *b)
{
    const experiment *x = a, *y = b;
    return x->rank != y->rank ? (x->rank > y->rank) - (x->rank < y->rank) : strcmp(x->name, y->name);
}

static strata_status read_experiments(reproduction *all)
{
    text pattern = { 0 };
    glob_t found = { 0 };
    char *table = NULL;
    void *list = NULL;
    TRY(read_table(all->wanted, &table));
    text_add(&pattern, "%s/*.yaml", all->wanted->experiments);
    strata_status status = STRATA_OK;
    if (pattern.failed || glob(pattern.at, 0, NULL, &found) != 0) {
        status = status_fail(STRATA_ERR_DATA, "%s holds no experiments (*.yaml); --experiments DIR names another folder",
                             all->wanted->experiments);
    }
    if (status == STRATA_OK) status = alloc_zero(&list, found.gl_pathc, sizeof(experiment), "the experiments");
    all->list = list;
    for (size_t q = 0; q < found.gl_pathc && status == STRATA_OK; q++) {
        all->count++;
        status = read_experiment(found.gl_pathv[q], table, all->wanted, &all->list[q]);
    }
    if (status == STRATA_OK) qsort(all->list, all->count, sizeof *all->list, by_rank);
    for (size_t q = 1; q < all->count && status == STRATA_OK; q++) {
        if (strcmp(all->list[q].name, all->list[q - 1].name) != 0) continue;
        status = status_fail(STRATA_ERR_ARGUMENT, "two experiments of %s have the name %s", all->wanted->experiments, all->list[q].name);
    }
    globfree(&found);
    text_free(&pattern);
    free(table);
    return status;
}

/* ---- gradients ---------------------------------------------------------------------------------------------------------------- */

/* Both methods over the report's nets; fails with STRATA_ERR_CHECK when an entry is wrong. */
static strata_status check_gradients(const reproduction *all, doc *results)
{
    static const struct {
        const char *key;
        strata_method method;
    } methods[] = { { "gradcheck-central", STRATA_CENTRAL }, { "gradcheck-complex", STRATA_COMPLEX_STEP } };
    config_words words = { 0 };
    strata_status status = strata_config_new(&words.config);
    bool passed = true;
    for (int m = 0; m < 2 && status == STRATA_OK; m++) {
        doc *tables = NULL;
        gradcheck_total total = { 0 };
        gradcheck_request wanted = { strata_gradcheck_defaults(), &words, !all->wanted->json };
        wanted.options.method = methods[m].method;
        if (!all->wanted->json) printf("== %s\n\n", methods[m].key);
        status = gradcheck_cases(&wanted, all->data, &tables, &total);
        if (status != STRATA_OK) break;
        doc_put(results, methods[m].key, tables);
        passed = passed && total.passed;
        if (!all->wanted->json) gradcheck_total_print(&wanted, &total, strata_data_describe(all->data)->kind);
        if (!all->wanted->json) printf("\n");
        (void)fflush(stdout); /* before the progress on stderr, when both go into one file */
    }
    strata_config_free(words.config);
    if (status != STRATA_OK || passed) return status;
    return status_fail(STRATA_ERR_CHECK, "an analytic gradient disagrees; strata gradcheck shows which");
}

/* ---- curves ------------------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    size_t offset;
} series[] = {
    { "train_loss", offsetof(strata_point, train.loss) },
    { "train_cost", offsetof(strata_point, train.cost) },
    { "train_accuracy", offsetof(strata_point, train.accuracy) },
    { "validation_loss", offsetof(strata_point, validation.loss) },
    { "validation_cost", offsetof(strata_point, validation.cost) },
    { "validation_accuracy", offsetof(strata_point, validation.accuracy) },
};

enum { SERIES = sizeof series / sizeof *series };

/* Point q of all members that reached it: "update,epoch,eta,n" and mean, least and largest of each series. */
static void add_row(const reproduction *all, const experiment *e, size_t q, text *csv, double *x)
{
    long n = 0;
    const strata_point *any = NULL;
    for (int c = 0; c < SERIES; c++) {
        n = 0;
        for (long m = e->first; m < e->first + e->members; m++) {
            size_t count;
            const strata_point *point = strata_run_curve(all->members.runs[m], &count);
            if (q >= count) continue;
            any = &point[q];
            memcpy(&x[n++], (const char *)any + series[c].offset, sizeof *x);
        }
        if (any == NULL) return;
        spread s = spread_of(x, n);
        if (c == 0) text_add(csv, "%ld,%.6g,%.9g,%ld", any->update, any->epoch, any->eta, n);
        text_add(csv, ",%.9g,%.9g,%.9g", s.mean, s.min, s.max);
    }
    text_add(csv, "\n");
}

static strata_status save_curves(const reproduction *all, const experiment *e, const char *path)
{
    text csv = { 0 };
    void *x;
    size_t points = 0;
    for (long m = e->first; m < e->first + e->members; m++) {
        size_t count;
        (void)strata_run_curve(all->members.runs[m], &count);
        points = count > points ? count : points;
    }
    TRY(alloc_zero(&x, (size_t)e->members, sizeof(double), "a curve"));
    text_add(&csv, "update,epoch,eta,n");
    for (int c = 0; c < SERIES; c++) text_add(&csv, ",%s,%s_min,%s_max", series[c].name, series[c].name, series[c].name);
    text_add(&csv, "\n");
    for (size_t q = 0; q < points; q++) add_row(all, e, q, &csv, x);
    strata_status status = csv.failed ? status_fail(STRATA_ERR_MEMORY, "no memory to write %s", path)
                                      : file_write(path, csv.at, csv.length);
    free(x);
    text_free(&csv);
    return status;
}

static strata_status draw(const char *csv, const char *svg, const char *title)
{
    static const char script[] = "report/figures/curves.gp";
    if (file_exists(script)) return plot(script, csv, svg, title);
    return status_fail(STRATA_ERR_DATA, "%s is not here; start strata reproduce in the project's folder", script);
}

/* OUT/data/NAME.csv and OUT/figures/NAME.svg; without gnuplot the figures are missing and that is said, not an error. */
static strata_status save_figures(const reproduction *all, const experiment *e, bool *drawn)
{
    text csv = { 0 }, svg = { 0 }, title = { 0 };
    text_add(&csv, "%s/data/%s.csv", all->wanted->out, e->name);
    text_add(&svg, "%s/figures/%s.svg", all->wanted->out, e->name);
    text_add(&title, "%s, %ld seed%s, data: %s%s", e->name, e->members, e->members == 1 ? "" : "s",
             strata_data_describe(all->data)->kind, all->wanted->quick ? ", SHORTENED" : "");
    strata_status status = csv.failed || svg.failed || title.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a path")
                                                                    : save_curves(all, e, csv.at);
    if (status == STRATA_OK && *drawn && draw(csv.at, svg.at, title.at) != STRATA_OK) {
        (void)fprintf(stderr, "no figures: %s\n", strata_error());
        *drawn = false;
    }
    text_free(&csv);
    text_free(&svg);
    text_free(&title);
    return status;
}

/* ---- results ------------------------------------------------------------------------------------------------------------------ */

static doc *experiment_doc(const reproduction *all, const experiment *e, const spread *s)
{
    doc *root = doc_new_object(), *runs = doc_new_list(), *others = doc_new_object();
    doc_put(root, "test_accuracy", spread_doc(s));
    doc_put_real(root, "published", e->published[0]);
    doc_put_real(others, "median", e->published[1]);
    doc_put_real(others, "min", e->published[2]);
    doc_put_real(others, "max", e->published[3]);
    doc_put(root, "published_students", others);
    for (long m = e->first; m < e->first + e->members; m++) doc_append(runs, run_doc(all->members.runs[m]));
    doc_put(root, "runs", runs);
    return root;
}

static void print_percent(double x)
{
    if (isfinite(x)) printf("  %8.2f", 100 * x);
    else printf("  %8s", "-");
}

static void print_row(const experiment *e, const spread *s)
{
    printf("%-12s", e->name);
    print_percent(s->mean);
    print_percent(s->sd);
    print_percent(s->min);
    print_percent(s->max);
    printf("  %3ld", s->n);
    for (int q = 0; q < 4; q++) print_percent(e->published[q]);
    printf("\n");
}

static strata_status tell_results(const reproduction *all, doc *experiments)
{
    bool drawn = true;
    strata_status status = STRATA_OK;
    if (!all->wanted->json) {
        printf("== test accuracy in %%, data: %s%s\n\n", strata_data_describe(all->data)->title,
               all->wanted->quick ? ", SHORTENED TRAININGS (--quick): not comparable" : "");
        printf("%-12s  %8s  %8s  %8s  %8s  %3s  %8s  %8s  %8s  %8s\n", "", "mean", "sd", "min", "max", "n", "report", "students", "lowest",
               "highest");
    }
    for (size_t q = 0; q < all->count && status == STRATA_OK; q++) {
        const experiment *e = &all->list[q];
        spread s = runs_test_accuracy(all->members.runs + e->first, (size_t)e->members);
        doc_put(experiments, e->name, experiment_doc(all, e, &s));
        if (!all->wanted->json) print_row(e, &s);
        status = save_figures(all, e, &drawn);
    }
    return status;
}

static strata_status save_runs(const reproduction *all)
{
    text folder = { 0 };
    text_add(&folder, "%s/runs", all->wanted->out);
    if (folder.failed) return status_fail(STRATA_ERR_MEMORY, "no memory for a path");
    strata_status status = STRATA_OK;
    for (long m = 0; m < all->members.members && status == STRATA_OK; m++) status = run_save(all->members.runs[m], folder.at);
    text_free(&folder);
    return status;
}

static strata_status save_results(const reproduction *all, doc *root)
{
    text path = { 0 };
    text_add(&path, "%s/results.json", all->wanted->out);
    if (path.failed) return status_fail(STRATA_ERR_MEMORY, "no memory for a path");
    strata_status status = doc_save(doc_copy(root), path.at);
    if (status == STRATA_OK) (void)fprintf(stderr, "written: %s, and the curves, figures and runs beside it\n", path.at);
    text_free(&path);
    return status;
}

/* ---- the command -------------------------------------------------------------------------------------------------------------- */

static strata_status train_experiments(reproduction *all)
{
    long seeds = all->wanted->seeds;
    TRY(population_new((long)all->count * seeds, &all->members));
    for (size_t q = 0; q < all->count; q++) {
        all->list[q].first = all->members.members;
        all->list[q].members = seeds;
        TRY(population_add_seeds(&all->members, all->list[q].config, seeds));
    }
    return population_train(&all->members, all->data, all->wanted->quiet);
}

static strata_status make_folders(const char *out)
{
    static const char *const parts[] = { "data", "figures", "runs" };
    for (int q = 0; q < 3; q++) {
        text path = { 0 };
        text_add(&path, "%s/%s", out, parts[q]);
        strata_status status = path.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a path") : file_make_folder(path.at);
        text_free(&path);
        TRY(status);
    }
    return STRATA_OK;
}

static strata_status reproduce_all(reproduction *all, doc *root)
{
    doc *experiments = doc_new_object();
    doc_put_text(root, "data", strata_data_describe(all->data)->kind);
    doc_put_text(root, "data_digest", strata_data_describe(all->data)->digest);
    doc_put_bool(root, "quick", all->wanted->quick);
    doc_put(root, "machine", machine_doc());
    doc_put(root, "experiments", experiments);
    TRY(check_gradients(all, root));
    TRY(train_experiments(all));
    TRY(save_runs(all)); /* first of all: what was finished is not lost, whatever comes */
    strata_status outcome = runs_outcome(all->members.runs, (size_t)all->members.members);
    if (outcome == STRATA_STOPPED) return outcome;
    TRY(tell_results(all, experiments));
    TRY(save_results(all, root));
    if (all->wanted->json) TRY(doc_print(doc_copy(root)));
    return runs_outcome(all->members.runs, (size_t)all->members.members);
}

static strata_status reproduce(const request *r)
{
    strata_data *data = NULL;
    reproduction all = { .wanted = r };
    if (r->seeds < 1 || r->seeds > 1000) return status_fail(STRATA_ERR_ARGUMENT, "--seeds %ld is outside 1 .. 1000", r->seeds);
    TRY(make_folders(r->out));
    progress_catch_signals();
    strata_status status = read_experiments(&all);
    if (status == STRATA_OK) status = find_data(r->data, &data);
    all.data = data;
    doc *root = doc_new_object();
    if (status == STRATA_OK) status = reproduce_all(&all, root);
    doc_free(root);
    for (size_t q = 0; q < all.count; q++) strata_config_free(all.list[q].config);
    free(all.list);
    population_free(&all.members);
    strata_data_free(data);
    return status;
}

strata_status cmd_reproduce(char **argv)
{
    request r = { .experiments = "experiments", .seeds = 5 };
    const option options[] = {
        { "--data", OPTION_TEXT, &r.data, "DIR", "folder with the CIFAR-10 binary files" },
        { "--out", OPTION_TEXT, &r.out, "DIR", "where results.json, data/, figures/ and runs/ go (report-out, report-out-quick)" },
        { "--experiments", OPTION_TEXT, &r.experiments, "DIR", "folder with the experiments and published.csv (experiments)" },
        { "--seeds", OPTION_WHOLE, &r.seeds, "N", "trainings of each experiment (5)" },
        { "--quick", OPTION_FLAG, &r.quick, "", "a look at everything: a tenth of one cycle each; figures mean nothing" },
        { "--quiet", OPTION_FLAG, &r.quiet, "", "no progress" },
        { "--json", OPTION_FLAG, &r.json, "", "results.json on stdout instead of tables" },
        { "--help", OPTION_FLAG, &r.help, "", "this text" },
    };
    TRY(options_read(argv, options, sizeof options / sizeof *options, options_take_nothing, NULL));
    if (r.out == NULL) r.out = r.quick ? "report-out-quick" : "report-out"; /* a look must not replace a report */
    if (!r.help) return reproduce(&r);
    printf("usage: strata reproduce [OPTION ...]\n\nGradient tables, the assignment's networks over several seeds beside the published\n"
           "values, curves and figures. Run it in the project's folder.\n\n");
    options_print(options, sizeof options / sizeof *options);
    return STRATA_OK;
}
