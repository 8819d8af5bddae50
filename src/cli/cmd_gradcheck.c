/*
 * strata gradcheck: proves the gradients. Without hidden, bn or lambda it checks the report's three nets with and without batch
 * normalisation and with and without a penalty; a setting that is given replaces that choice.
 */
#include <math.h>
#include <string.h>

#include "cli.h"
#include "gradcheck_reference.h"

typedef struct {
    data_words data;
    const char *method, *backend, *reference;
    strata_gradcheck_options options;
    long inputs, images, threads;
    bool json, help;
} command_line;

typedef struct {
    strata_gradcheck_options options;
    const strata_config *config;
    bool print; /* the tables, on stdout */
} gradcheck_request;

/* All cases together. */
typedef struct {
    bool passed;
    long checked, below_1e_6, kinks;
    double max_abs;
} gradcheck_total;

static const char *const method_names[] = {
    [STRATA_CENTRAL] = "central", [STRATA_COMPLEX_STEP] = "complex", [STRATA_AGAINST_REF64] = "ref64"
};

/* How many choices of a setting there are: the given one, or the report's. */
static size_t choices(const strata_config *config, const char *key, size_t report)
{
    return strata_config_given(config, key) ? 1 : report;
}

/* bn is not to choose where norm is said. */
static size_t norm_choices(const strata_config *config)
{
    return strata_config_given(config, "norm") ? 1 : choices(config, "bn", 2);
}

static const char *const report_hidden[] = { "[50]", "[50,50]", "[50,50,10]" };
static const char *const report_bn[] = { "false", "true" };
static const char *const report_lambda[] = { "0", "0.005" };

/* What is said of a case besides, where it was given. */
static const char *const said_where_given[] = {
    "patch", "filters", "standardise", "activation", "norm", "norm_place", "skip", "loss", "label_smoothing", "dropout", "input_dropout",
    "noise", "flip", "translate", "padding", "cutout",
};

enum { SAID_WHERE_GIVEN = sizeof said_where_given / sizeof *said_where_given };

/* ---- one case ------------------------------------------------------------------------------------------------------------------------ */

static json_value *tensor_json(const strata_gradcheck_tensor *t)
{
    json_value *root = json_new_object();
    json_put_int(root, "entries", t->entries);
    json_put_int(root, "checked", t->checked);
    json_put_int(root, "kinks", t->kinks);
    json_put_int(root, "structural_zeros", t->structural_zeros);
    json_put_int(root, "round_off", t->round_off);
    json_put_int(root, "errors", t->errors);
    json_put_int(root, "below_1e-6", t->below_1e_6);
    json_put_real(root, "max_abs", t->max_abs);
    json_put_real(root, "max_rel", t->max_rel);
    json_put_real(root, "tolerance", t->tolerance);
    return root;
}

static json_value *case_json(const strata_config *config, const strata_gradcheck *check, const gradcheck_request *request)
{
    int layers;
    const strata_gradcheck_layer *layer = strata_gradcheck_layers(check, &layers);
    json_value *root = config_json(config), *list = json_new_list(), *result = json_new_object();
    json_put_bool(result, "passed", strata_gradcheck_passed(check));
    static const char *const copied[] = { "hidden", "bn", "lambda", "seed", "init", "eps" };
    for (size_t q = 0; q < sizeof copied / sizeof *copied; q++) {
        if (strcmp(copied[q], "bn") == 0 && strata_config_given(config, "norm")) continue; /* norm says it */
        json_put(result, copied[q], json_clone(json_get(root, copied[q])));
    }
    for (size_t q = 0; q < SAID_WHERE_GIVEN; q++) {
        const json_value *value = json_get(root, said_where_given[q]);
        if (value != NULL && strata_config_given(config, said_where_given[q])) json_put(result, said_where_given[q], json_clone(value));
    }
    json_free(root);
    json_put_int(result, "inputs", request->options.inputs);
    json_put_int(result, "images", request->options.images);
    for (int l = 0; l < layers; l++) {
        json_value *tensors = json_new_object();
        for (int which = 0; which < layer[l].tensors; which++) {
            json_put(tensors, layer[l].tensor[which].name, tensor_json(&layer[l].tensor[which]));
        }
        json_append(list, tensors);
    }
    json_put(result, "layers", list);
    return result;
}

static void print_tensor(int l, const strata_gradcheck_tensor *t)
{
    printf("  %5d  %-6s %7ld  %9.2f  %9.1e", l, t->name, t->checked + t->kinks,
           t->checked > 0 ? 100.0 * (double)t->below_1e_6 / (double)t->checked : 100.0, t->max_abs);
    if (t->structural_zeros == t->checked && t->checked > 0) printf("  %9s", "zero");
    else printf("  %9.1e", t->max_rel);
    printf("  %9.1e  %5ld  %9ld  %6ld\n", t->tolerance, t->kinks, t->round_off, t->errors);
}

static strata_status print_case(const strata_config *config, const strata_gradcheck *check)
{
    char hidden[512], bn[16], lambda[32];
    int layers;
    const strata_gradcheck_layer *layer = strata_gradcheck_layers(check, &layers);
    TRY(strata_config_get(config, "hidden", hidden, sizeof hidden));
    TRY(strata_config_get(config, "bn", bn, sizeof bn));
    TRY(strata_config_get(config, "lambda", lambda, sizeof lambda));
    printf("%d layers, hidden=%s", layers, hidden);
    if (!strata_config_given(config, "norm")) printf(" bn=%s", bn);
    printf(" lambda=%s", lambda);
    for (size_t q = 0; q < SAID_WHERE_GIVEN; q++) {
        char value[64];
        if (!strata_config_given(config, said_where_given[q])) continue;
        TRY(strata_config_get(config, said_where_given[q], value, sizeof value));
        printf(" %s=%s", said_where_given[q], value);
    }
    printf(": %s\n", strata_gradcheck_passed(check) ? "passed" : "FAILED");
    printf("  %5s  %-6s %7s  %9s  %9s  %9s  %9s  %5s  %9s  %6s\n", "layer", "tensor", "entries", "% < 1e-6", "max abs", "max rel",
           "tolerance", "kinks", "round-off", "errors");
    for (int l = 0; l < layers; l++) {
        for (int which = 0; which < layer[l].tensors; which++) print_tensor(l + 1, &layer[l].tensor[which]);
    }
    printf("\n");
    return STRATA_OK;
}

static void add_to_total(const strata_gradcheck *check, gradcheck_total *total)
{
    int layers;
    const strata_gradcheck_layer *layer = strata_gradcheck_layers(check, &layers);
    total->passed = total->passed && strata_gradcheck_passed(check);
    for (int l = 0; l < layers; l++) {
        for (int which = 0; which < layer[l].tensors; which++) {
            const strata_gradcheck_tensor *t = &layer[l].tensor[which];
            total->checked += t->checked;
            total->below_1e_6 += t->below_1e_6;
            total->kinks += t->kinks;
            if (t->max_abs > total->max_abs || isnan(t->max_abs)) total->max_abs = t->max_abs; /* a NaN stays: nothing is larger */
        }
    }
}

static void print_total(const gradcheck_request *request, const gradcheck_total *total, const char *data_kind)
{
    printf("(%% < 1e-6: absolute errors; zero: an exact zero, b before batch normalisation; round-off: of the difference quotient)\n");
    printf("%ld entries, %.2f %% below 1e-6, largest absolute error %.1e, %ld kinks set aside\n", total->checked + total->kinks,
           total->checked > 0 ? 100.0 * (double)total->below_1e_6 / (double)total->checked : 100.0, total->max_abs, total->kinks);
    bool other = request->options.method == STRATA_AGAINST_REF64;
    printf("method: %s%s%s   data: %s   %s\n", other ? request->options.backend : "", other ? " against " : "",
           method_names[request->options.method], data_kind, total->passed ? "every gradient is confirmed" : "A GRADIENT IS WRONG");
}

static strata_status check_case(const strata_config *config, const gradcheck_request *request, const strata_data *data, json_value *cases,
                                gradcheck_total *total)
{
    strata_gradcheck *check;
    TRY(strata_gradcheck_run(config, data, &request->options, &check));
    add_to_total(check, total);
    json_append(cases, case_json(config, check, request));
    strata_status status = request->print ? print_case(config, check) : STRATA_OK;
    strata_gradcheck_free(check);
    return status;
}

/* Case number c of the product of the choices. */
static strata_status check_numbered(size_t c, const gradcheck_request *request, const strata_data *data, json_value *cases,
                                    gradcheck_total *total)
{
    const strata_config *given = request->config;
    size_t lambdas = choices(given, "lambda", 2), bns = norm_choices(given);
    strata_config *config;
    TRY(strata_config_copy(given, &config));
    strata_status status = STRATA_OK;
    if (!strata_config_given(given, "lambda")) status = strata_config_set(config, "lambda", report_lambda[c % lambdas]);
    if (status == STRATA_OK && bns == 2) status = strata_config_set(config, "bn", report_bn[c / lambdas % bns]);
    if (status == STRATA_OK && !strata_config_given(given, "hidden")) {
        status = strata_config_set(config, "hidden", report_hidden[c / lambdas / bns]);
    }
    if (status == STRATA_OK) status = check_case(config, request, data, cases, total);
    strata_config_free(config);
    return status;
}

/* All cases, as a document. */
static strata_status check_cases(const gradcheck_request *request, const strata_data *data, json_value **out, gradcheck_total *total)
{
    const strata_config *given = request->config;
    size_t count = choices(given, "lambda", 2) * norm_choices(given) * choices(given, "hidden", 3);
    json_value *root = json_new_object(), *cases = json_new_list();
    strata_status status = STRATA_OK;
    *total = (gradcheck_total){ .passed = true };
    for (size_t c = 0; c < count && status == STRATA_OK; c++) status = check_numbered(c, request, data, cases, total);
    json_put_bool(root, "passed", total->passed);
    json_put_text(root, "method", method_names[request->options.method]);
    json_put_text(root, "backend", request->options.backend);
    if (request->options.method == STRATA_CENTRAL) json_put_real(root, "h", request->options.h);
    if (request->options.method == STRATA_COMPLEX_STEP) json_put_real(root, "h", 1e-30);
    json_put_text(root, "data", strata_data_describe(data)->kind);
    json_put(root, "cases", cases);
    if (status != STRATA_OK) json_free(root);
    else *out = root;
    return status;
}

/* ---- the command --------------------------------------------------------------------------------------------------------------------- */

/* A part of an image has no patches. */
static bool has_patches(const strata_config *config)
{
    char side[32];
    return strata_config_get(config, "patch", side, sizeof side) == STRATA_OK && strcmp(side, "0") != 0;
}

static strata_status complete_options(command_line *r, strata_config *config)
{
    bool other = r->backend != NULL && strcmp(r->backend, "ref64") != 0;
    if (strata_config_given(config, "backend")) {
        char name[64];
        TRY(strata_config_get(config, "backend", name, sizeof name));
        return status_fail(STRATA_ERR_ARGUMENT, "backend = %s chooses who trains; here write --backend %s", name, name);
    }
    if (other && r->method != NULL) {
        return status_fail(STRATA_ERR_ARGUMENT, "--backend %s is compared with ref64, without --method", text_shown(r->backend));
    }
    if (r->inputs >= 0 && has_patches(config)) {
        return status_fail(STRATA_ERR_ARGUMENT, "--inputs %ld cuts the examples, and patches need whole images; leave it out", r->inputs);
    }
    if (other) TRY(strata_config_set(config, "backend", r->backend)); /* for its words when it is unknown */
    if (other && strcmp(r->backend, "auto") == 0) r->backend = strata_backend_auto();
    r->options.backend = other ? r->backend : "ref64";
    if (r->inputs >= 0) r->options.inputs = (int)r->inputs;
    r->options.images = (int)r->images;
    r->options.threads = (int)r->threads;
    if (r->method == NULL) r->method = "central";
    if (strcmp(r->method, "complex") == 0) r->options.method = STRATA_COMPLEX_STEP;
    else if (strcmp(r->method, "central") != 0)
        return status_fail(STRATA_ERR_ARGUMENT, "--method %s is neither central nor complex", text_shown(r->method));
    if (other) r->options.method = STRATA_AGAINST_REF64;
    return strata_gradcheck_check(config, &r->options);
}

static strata_status gradcheck(command_line *r, strata_config *config)
{
    strata_data *data;
    json_value *root;
    gradcheck_total total;
    TRY(complete_options(r, config));
    TRY(find_data(&r->data, &data));
    int features = strata_data_describe(data)->form->features;
    if (r->inputs < 0 && (r->options.inputs > features || has_patches(config))) r->options.inputs = features;
    gradcheck_request wanted = { r->options, config, !r->json };
    strata_status status = check_cases(&wanted, data, &root, &total);
    if (status == STRATA_OK && r->json) status = json_print(root);
    else if (status == STRATA_OK) {
        print_total(&wanted, &total, strata_data_describe(data)->kind);
        json_free(root);
    }
    strata_data_free(data);
    if (status == STRATA_OK && !total.passed)
        status = status_fail(STRATA_ERR_CHECK, "an analytic gradient disagrees and nothing excuses it");
    return status;
}

strata_status cmd_gradcheck(char **argv)
{
    command_line r = { .options = STRATA_GRADCHECK_DEFAULTS };
    r.inputs = -1; /* not said */
    r.images = r.options.images;
    strata_config *config;
    const option options[] = {
        { "--method", OPTION_CHOICE, &(option_choice){ &r.method, "central complex" }, "NAME",
          "central (differences, as the report) or complex (step; exact to rounding)" },
        { "--backend", OPTION_TEXT, &r.backend, "NAME", "check another backend's gradients against those of ref64" },
        { "--sample", OPTION_WHOLE, &r.options.sample, "N", "check N random entries of each tensor (0: every entry)" },
        { "--inputs", OPTION_WHOLE, &r.inputs, "N", "use the first N features of an example (10, or all; all with patches)" },
        { "--images", OPTION_WHOLE, &r.images, "N", "images in the mini-batch (20)" },
        { "--h", OPTION_REAL, &r.options.h, "H", "step of the central differences (1e-5)" },
        { "--threads", OPTION_WHOLE, &r.threads, "N", "cores to use (0: all); changes no result" },
        { "--reference", OPTION_TEXT, &r.reference, "FILE.npz", "compare the course's intermediate values, array by array, instead" },
        DATA_OPTIONS(r.data),
        { "--json", OPTION_FLAG, &r.json, "", "one JSON document on stdout" },
        { "--help", OPTION_FLAG, &r.help, "", "this text" },
    };
    TRY(strata_config_new(&config));
    strata_status status = options_read(argv, options, sizeof options / sizeof *options, options_take_setting, config);
    if (status == STRATA_OK && r.help) {
        printf("usage: strata gradcheck [CONFIG.yaml] [key=value ...] [OPTION ...]\n\n"
               "Proves the gradients of hidden=[50], [50,50] and [50,50,10], each with bn=false and true and lambda=0 and 0.005;\n"
               "a hidden, bn, norm or lambda given, here or in a file, replaces that choice. Exit code 6 when an entry is wrong.\n\n");
        options_print(options, sizeof options / sizeof *options);
    } else if (status == STRATA_OK && r.reference != NULL && (r.method != NULL || r.backend != NULL)) {
        status = status_fail(STRATA_ERR_ARGUMENT, "--reference compares in double, by ref64; leave out --method and --backend");
    } else if (status == STRATA_OK && r.reference != NULL) {
        status = gradcheck_reference(r.reference, r.json);
    } else if (status == STRATA_OK) {
        status = gradcheck(&r, config);
    }
    strata_config_free(config);
    return status;
}
