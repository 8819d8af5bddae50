/*
 * Settings as text, expanded from config.def: one table row per setting with its kind, address and range, and one parser and one printer
 * per kind.
 */
#include "config.h"

#include <ctype.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cores.h"
#include "need.h"
#include "schedule.h"

typedef struct {
    const char *key, *kind;
    size_t offset;
    double least, most;
} row;

static strata_status refuse(const row *r, const char *value, const char *why)
{
    return status_fail(STRATA_ERR_ARGUMENT, "%s = %s %s", r->key, text_shown(value), why);
}

static strata_status out_of_range(const row *r, const char *value)
{
    char least[32], most[32];
    text_from_double(r->least, least);
    text_from_double(r->most, most);
    return status_fail(STRATA_ERR_ARGUMENT, "%s = %s is outside %s .. %s", r->key, text_shown(value), least, most);
}

/* Written so that NaN is outside every range. */
static bool inside(const row *r, double x)
{
    return x >= r->least && x <= r->most;
}

/* -0 trains what 0 does, so it is the same setting and the same run. */
static double without_sign_of_zero(double x)
{
    return x == 0 ? 0 : x;
}

/* ---- one parser per kind: text -> field ---------------------------------------------------------------------------------------------- */

/* 1e3 and 5. are whole, but not written so. */
static strata_status refuse_whole(const row *r, const char *value)
{
    double x;
    if (!text_to_double(value, &x) || x != floor(x) || !inside(r, x)) return refuse(r, value, "is not a whole number");
    return status_fail(STRATA_ERR_ARGUMENT, "%s = %s is not a whole number in digits; write %.0f", r->key, text_shown(value), x);
}

static strata_status parse_whole(const row *r, const char *value, void *field)
{
    int64_t x;
    if (!text_to_int64(value, &x)) return refuse_whole(r, value);
    if (x < (int64_t)r->least || x > (int64_t)r->most) return out_of_range(r, value);
    *(config_whole *)field = x;
    return STRATA_OK;
}

static strata_status parse_number(const row *r, const char *value, void *field)
{
    double x;
    if (!text_to_double(value, &x)) return refuse(r, value, "is not a number");
    if (!inside(r, x)) return out_of_range(r, value);
    *(config_number *)field = without_sign_of_zero(x);
    return STRATA_OK;
}

static strata_status parse_switch(const row *r, const char *value, void *field)
{
    const char *meant = text_bool_meant(value);
    if (text_to_bool(value, field)) return STRATA_OK;
    if (meant == NULL) return refuse(r, value, "is neither true nor false");
    return status_fail(STRATA_ERR_ARGUMENT, "%s = %s is neither true nor false; write %s", r->key, text_shown(value), meant);
}

/* One width and what follows it: true and *at behind the number when it is one in range. */
static bool parse_width(const row *r, const char **at, int *unit)
{
    char *end;
    while (isspace((unsigned char)**at)) (*at)++;
    if (!isdigit((unsigned char)**at)) return false;
    long x = strtol(*at, &end, 10);
    if (!inside(r, (double)x)) return false;
    *unit = (int)x;
    while (isspace((unsigned char)*end)) end++;
    *at = end;
    return true;
}

static strata_status parse_widths(const row *r, const char *value, void *field)
{
    static const char form[] = "is not a list like [50,50] of 0 to 63 widths, each 1 .. 65536";
    config_widths list = { 0 };
    const char *at = value;
    if (*at++ != '[') return refuse(r, value, form);
    while (isspace((unsigned char)*at)) at++;
    for (bool more = *at != ']'; more;) {
        if (list.count == NET_MAX_LAYERS - 1 || !parse_width(r, &at, &list.unit[list.count++])) return refuse(r, value, form);
        more = *at == ',';
        if (more) at++;
    }
    if (at[0] != ']' || at[1] != '\0') return refuse(r, value, form);
    *(config_widths *)field = list;
    return STRATA_OK;
}

static strata_status parse_init(const row *r, const char *value, void *field)
{
    config_init init = { NET_INIT_SIGMA, 0 };
    if (strcmp(value, "he") == 0) init.kind = NET_INIT_HE;
    else if (strcmp(value, "xavier") == 0) init.kind = NET_INIT_XAVIER;
    else if (strncmp(value, "sigma:", 6) != 0 || !text_to_double(value + 6, &init.sigma)) {
        return refuse(r, value, "is none of he, xavier, sigma:S with a number S");
    } else if (!inside(r, init.sigma)) {
        return out_of_range(r, value);
    }
    init.sigma = without_sign_of_zero(init.sigma);
    *(config_init *)field = init;
    return STRATA_OK;
}

static strata_status parse_precision(const row *r, const char *value, void *field)
{
    bool bf16 = strcmp(value, "bf16") == 0;
    if (!bf16 && strcmp(value, "float") != 0) return refuse(r, value, "is neither float nor bf16");
    *(config_precision *)field = bf16 ? PRECISION_BF16 : PRECISION_FLOAT;
    return STRATA_OK;
}

static strata_status parse_word(const row *r, const char *value, void *field)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."; /* isalnum asks the locale */
    size_t length = strlen(value);
    if (length == 0 || length >= CONFIG_WORD) return refuse(r, value, "has not 1 to 31 characters");
    for (const char *c = value; *c != '\0'; c++) {
        if (strchr(letters, *c) == NULL)
            return refuse(r, value, "may have only letters, digits, '-', '_' and '.'");
    }
    if (strcmp(r->key, "backend") == 0 && strcmp(value, "auto") != 0) {
        const char *names[MAT_BACKENDS + 1] = { "auto" };
        bool known = false;
        for (size_t b = 0; b < MAT_BACKENDS; b++) {
            names[b + 1] = mat_backend_at(b).name;
            known = known || strcmp(names[b + 1], value) == 0;
        }
        const char *near = text_nearest(value, names, MAT_BACKENDS + 1);
        if (!known && near != NULL)
            return status_fail(STRATA_ERR_ARGUMENT, "backend = %s is unknown; did you mean %s?", text_shown(value), near);
        if (!known)
            return status_fail(STRATA_ERR_ARGUMENT, "backend = %s is unknown; %s", text_shown(value), text_known(names, MAT_BACKENDS + 1));
    }
    memcpy(field, value, length + 1);
    return STRATA_OK;
}

/* ---- one printer per kind: field -> text --------------------------------------------------------------------------------------------- */

static void print_whole(const void *field, text *out)
{
    text_add(out, "%" PRId64, *(const config_whole *)field);
}

static void print_number(const void *field, text *out)
{
    char number[32];
    text_from_double(*(const config_number *)field, number);
    text_add(out, "%s", number);
}

static void print_switch(const void *field, text *out)
{
    text_add(out, "%s", *(const config_switch *)field ? "true" : "false");
}

static void print_widths(const void *field, text *out)
{
    const config_widths *list = field;
    text_add(out, "[");
    for (int l = 0; l < list->count; l++) text_add(out, "%s%d", l > 0 ? "," : "", list->unit[l]);
    text_add(out, "]");
}

static void print_init(const void *field, text *out)
{
    const config_init *init = field;
    char sigma[32];
    text_from_double(init->sigma, sigma);
    if (init->kind == NET_INIT_SIGMA) text_add(out, "sigma:%s", sigma);
    else text_add(out, "%s", init->kind == NET_INIT_HE ? "he" : "xavier");
}

static void print_precision(const void *field, text *out)
{
    text_add(out, "%s", *(const config_precision *)field == PRECISION_BF16 ? "bf16" : "float");
}

static void print_word(const void *field, text *out)
{
    text_add(out, "%s", (const char *)field);
}

static const struct kind {
    const char *name, *words;
    strata_status (*parse)(const row *r, const char *value, void *field);
    void (*print)(const void *field, text *out);
} kinds[] = {
    { "WHOLE", "whole number", parse_whole, print_whole },     { "NUMBER", "number", parse_number, print_number },
    { "SWITCH", "true or false", parse_switch, print_switch },     { "WIDTHS", "list", parse_widths, print_widths },
    { "INIT", "choice", parse_init, print_init },              { "PRECISION", "choice", parse_precision, print_precision },
    { "WORD", "text", parse_word, print_word },
};

/* ---- the table ----------------------------------------------------------------------------------------------------------------------- */

static const row rows[] = {
#define KNOB(key, kind, fallback, least, most, help) { #key, #kind, offsetof(strata_config, key), least, most },
#include "config.def"
#undef KNOB
};

enum { ROWS = sizeof rows / sizeof *rows, CONFIG_VALUE = 1024 };
enum { POINTS_MOST = 100000 }; /* of a curve, and so of a checkpoint: 7 MB */

static const char *const fallbacks[ROWS] = {
#define KNOB(key, kind, fallback, least, most, help) fallback,
#include "config.def"
#undef KNOB
};

static const struct kind *kind_of(const row *r)
{
    size_t q = 0;
    while (strcmp(kinds[q].name, r->kind) != 0) q++;
    return &kinds[q];
}

static const row *find(const char *key)
{
    for (size_t q = 0; q < ROWS; q++) {
        if (strcmp(rows[q].key, key) == 0) return &rows[q];
    }
    return NULL;
}

const strata_setting *strata_settings(size_t *count)
{
    static const strata_setting settings[] = {
#define WHOLE "whole number"
#define NUMBER "number"
#define SWITCH "true or false"
#define WIDTHS "list"
#define INIT "choice"
#define PRECISION "choice"
#define WORD "text"
/* The range that a kind shows: its bounds, or its choices. */
#define WHOLE_RANGE(least, most) #least " .. " #most
#define NUMBER_RANGE(least, most) #least " .. " #most
#define SWITCH_RANGE(least, most) ""
#define WIDTHS_RANGE(least, most) #least " .. " #most
#define INIT_RANGE(least, most) "he, xavier, sigma:" #least " .. sigma:" #most
#define PRECISION_RANGE(least, most) "float, bf16"
#define WORD_RANGE(least, most) ""
#define KNOB(key, kind, fallback, least, most, help) { #key, kind, fallback, kind##_RANGE(least, most), help },
#include "config.def"
#undef KNOB
#undef WHOLE
#undef NUMBER
#undef SWITCH
#undef WIDTHS
#undef INIT
#undef PRECISION
#undef WORD
    };
    *count = sizeof settings / sizeof *settings;
    return settings;
}

/* ---- the public calls ---------------------------------------------------------------------------------------------------------------- */

strata_status strata_config_new(strata_config **out)
{
    void *made;
    *out = NULL;
    TRY(alloc_zero(&made, 1, sizeof **out, "a configuration"));
    strata_config *config = made;
    for (size_t q = 0; q < ROWS; q++) {
        strata_status status = strata_config_set(config, rows[q].key, fallbacks[q]);
        if (status != STRATA_OK) {
            free(config);
            return status;
        }
    }
    *out = config;
    return STRATA_OK;
}

strata_status strata_config_copy(const strata_config *from, strata_config **out)
{
    void *made;
    *out = NULL;
    TRY(alloc_zero(&made, 1, sizeof **out, "a configuration"));
    *out = made;
    **out = *from;
    return STRATA_OK;
}

void strata_config_free(strata_config *config)
{
    free(config);
}

strata_status strata_config_set(strata_config *config, const char *key, const char *value)
{
    REQUIRE(config != NULL && key != NULL && value != NULL);
    const row *r = find(key);
    if (r != NULL) return kind_of(r)->parse(r, value, (char *)config + r->offset);
    const char *names[ROWS];
    for (size_t q = 0; q < ROWS; q++) names[q] = rows[q].key;
    const char *near = text_nearest(key, names, ROWS);
    if (near != NULL) return status_fail(STRATA_ERR_ARGUMENT, "unknown setting '%s'; did you mean '%s'?", text_cut(key), near);
    return status_fail(STRATA_ERR_ARGUMENT, "unknown setting '%s'; %s (strata train --help)", text_cut(key), text_known(names, ROWS));
}

strata_status strata_config_get(const strata_config *config, const char *key, char *out, size_t size)
{
    REQUIRE(config != NULL && key != NULL && out != NULL && size > 0);
    const row *r = find(key);
    text value = { 0 };
    if (r == NULL) return status_fail(STRATA_ERR_ARGUMENT, "unknown setting '%s'", key);
    kind_of(r)->print((const char *)config + r->offset, &value);
    strata_status status = value.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the setting '%s'", key) : STRATA_OK;
    if (status == STRATA_OK) (void)snprintf(out, size, "%s", value.at);
    text_free(&value);
    return status;
}

/* ---- for the library ----------------------------------------------------------------------------------------------------------------- */

/* No more than updates, of which n_s = 0 leaves the number to config_resolve. */
static int64_t points_a_cycle(const strata_config *c)
{
    int64_t updates = 2 * (c->n_s > 0 ? c->n_s : 5 * (c->n_train / c->n_batch));
    return c->evals < updates ? c->evals : updates;
}

/* Settings that contradict each other, or that this build cannot train. */
static strata_status check_settings(const strata_config *c)
{
    if (c->bn && c->n_batch < 2 && c->hidden.count > 0) {
        return status_fail(STRATA_ERR_ARGUMENT, "n_batch = 1 with bn = true: batch normalisation needs at least 2 images in a mini-batch");
    }
    if (c->eta_min > c->eta_max) {
        return status_fail(STRATA_ERR_ARGUMENT, "eta_min = %g is larger than eta_max = %g", c->eta_min, c->eta_max);
    }
    if (c->cycles > 0 && points_a_cycle(c) > POINTS_MOST / c->cycles) {
        return status_fail(STRATA_ERR_ARGUMENT, "evals = %" PRId64 " and cycles = %" PRId64 ": a curve has %d points at most", c->evals,
                           c->cycles, POINTS_MOST);
    }
    if (c->n_batch > c->n_train) {
        return status_fail(STRATA_ERR_ARGUMENT, "n_batch = %" PRId64 " is larger than n_train = %" PRId64, c->n_batch, c->n_train);
    }
    if (c->n_train + c->n_val > STRATA_TRAIN_IMAGES) {
        return status_fail(STRATA_ERR_ARGUMENT, "n_train = %" PRId64 " and n_val = %" PRId64 ": there are %d training images for both",
                           c->n_train, c->n_val, STRATA_TRAIN_IMAGES);
    }
    const backend *ops = mat_backend_named(c->backend);
    if (ops == NULL)
        return status_fail(STRATA_ERR_ARGUMENT, "backend = %s is not in this build; strata doctor says what brings it", c->backend);
    if (c->bn && c->eps < FLT_MIN && ops->element == sizeof(float)) {
        return status_fail(STRATA_ERR_ARGUMENT, "eps = %g is zero in the single precision of backend %s; use 1.2e-38 or more", c->eps,
                           ops->name);
    }
    if (ops->parts != 1) return status_fail(STRATA_ERR_ARGUMENT, "backend = %s is for the gradient check and does not train", c->backend);
    return STRATA_OK;
}

strata_status strata_config_check(const strata_config *c)
{
    REQUIRE(c != NULL);
    TRY(check_settings(c));
    return need_check_files(c);
}

void config_resolve(strata_config *c)
{
    if (c->n_s == 0) c->n_s = 5 * (c->n_train / c->n_batch);
    if (c->threads == 0) c->threads = cores_usable();
    const backend *ops = mat_backend_named(c->backend);
    if (ops == NULL) return;
    (void)snprintf(c->backend, sizeof c->backend, "%s", ops->name);
    if (mat_backend_bf16(ops) == ops) c->precision = PRECISION_FLOAT;
}

const backend *config_backend(const strata_config *c)
{
    const backend *ops = mat_backend_named(c->backend);
    return c->precision == PRECISION_BF16 && ops != NULL ? mat_backend_bf16(ops) : ops;
}

net_shape config_shape(const strata_config *c, int inputs)
{
    net_shape s = { .k = c->hidden.count + 1, .bn = c->bn, .eps = c->eps, .alpha = c->alpha };
    s.width[0] = inputs;
    for (int l = 1; l < s.k; l++) s.width[l] = c->hidden.unit[l - 1];
    s.width[s.k] = STRATA_CLASSES;
    return s;
}

long config_updates(const strata_config *c)
{
    return (long)(2 * c->n_s * c->cycles);
}

/* An evaluation of n images is forward passes alone, about a third of as many images' updates. */
double strata_config_work(const strata_config *config)
{
    if (config == NULL) return 0;
    strata_config resolved = *config;
    config_resolve(&resolved);
    double points = (double)points_a_cycle(&resolved) * (double)resolved.cycles + 1;
    return (double)config_updates(&resolved) + points * (double)(resolved.n_train + resolved.n_val) / (double)resolved.n_batch / 3;
}

void config_describe(const strata_config *config, text *out)
{
    for (size_t q = 0; q < ROWS; q++) {
        text_add(out, "%s = ", rows[q].key);
        kind_of(&rows[q])->print((const char *)config + rows[q].offset, out);
        text_add(out, "\n");
    }
}

/* One line of config_describe: the words before and after " = ". False when it is none. */
static bool split_line(const char *line, size_t length, char key[CONFIG_WORD], char value[CONFIG_VALUE])
{
    const char *equals = strstr(line, " = ");
    size_t before = equals != NULL ? (size_t)(equals - line) : length;
    if (before == 0 || before + 3 >= length || before >= CONFIG_WORD || length - before - 3 >= CONFIG_VALUE) return false;
    memcpy(key, line, before);
    key[before] = '\0';
    memcpy(value, equals + 3, length - before - 3);
    value[length - before - 3] = '\0';
    return true;
}

strata_status config_read(strata_config *config, const char *lines)
{
    char key[CONFIG_WORD], value[CONFIG_VALUE];
    bool seen[ROWS] = { false };
    for (size_t length; *lines != '\0'; lines += length + 1) {
        length = strcspn(lines, "\n");
        if (lines[length] != '\n' || !split_line(lines, length, key, value)) {
            return status_fail(STRATA_ERR_DATA, "a configuration line is not of the form key = value: '%s'", text_cut(lines));
        }
        if (strata_config_set(config, key, value) != STRATA_OK) return STRATA_ERR_DATA; /* with the sentence of the setting */
        bool *before = &seen[find(key) - rows];
        if (*before) return status_fail(STRATA_ERR_DATA, "the configuration has two lines for %s", key);
        *before = true;
    }
    /* Numbers do not depend on who computed them: a backend that is missing here becomes this machine's. */
    if (mat_backend_named(config->backend) == NULL) (void)snprintf(config->backend, sizeof config->backend, "auto");
    return check_settings(config) == STRATA_ERR_ARGUMENT ? STRATA_ERR_DATA : STRATA_OK;
}
