/*
 * The kinds of settings, one row each, at the end of this file: how a value is read, written, bounded and shown in JSON. Above it, kind by
 * kind, the functions of its row.
 */
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "setting.h"

static strata_status refuse(const setting *row, const char *value, const char *why)
{
    return status_fail(STRATA_ERR_ARGUMENT, "%s = %s %s", row->key, text_shown(value), why);
}

static strata_status out_of_range(const setting *row, const char *value)
{
    char least[32], most[32];
    text_from_double(row->least, least);
    text_from_double(row->most, most);
    return status_fail(STRATA_ERR_ARGUMENT, "%s = %s is outside %s .. %s", row->key, text_shown(value), least, most);
}

/* Written so that NaN is outside every range. */
static bool inside(const setting *row, double x)
{
    return x >= row->least && x <= row->most;
}

/* -0 trains what 0 does, so it is the same value and the same run. */
static double without_sign_of_zero(double x)
{
    return x == 0 ? 0 : x;
}

static void range_of_bounds(const setting *row, char out[SETTING_RANGE])
{
    (void)snprintf(out, SETTING_RANGE, "%s .. %s", row->least_text, row->most_text);
}

static void range_none(const setting *row, char out[SETTING_RANGE])
{
    (void)row;
    out[0] = '\0';
}

/* "float, bf16" */
static void range_of_words(const char *const *words, size_t count, char out[SETTING_RANGE])
{
    size_t length = 0;
    out[0] = '\0';
    for (size_t w = 0; w < count && length < SETTING_RANGE; w++) {
        length += (size_t)snprintf(out + length, SETTING_RANGE - length, "%s%s", w > 0 ? ", " : "", words[w]);
    }
}

static void schema_of_words(json_value *property, const char *const *words, size_t count)
{
    json_value *list = json_new_list();
    for (size_t w = 0; w < count; w++) json_append_text(list, words[w]);
    json_put_text(property, "type", "string");
    json_put(property, "enum", list);
}

/* ---- whole: an int64_t in a range ---------------------------------------------------------------------------------------------------- */

/* 1e3 and 5. are whole, but not written so. */
static strata_status refuse_whole(const setting *row, const char *value)
{
    double x;
    if (!text_to_double(value, &x) || x != floor(x) || !inside(row, x)) return refuse(row, value, "is not a whole number");
    return status_fail(STRATA_ERR_ARGUMENT, "%s = %s is not a whole number in digits; write %.0f", row->key, text_shown(value), x);
}

static strata_status parse_whole(const setting *row, const char *value, void *field)
{
    int64_t x;
    if (!text_to_int64(value, &x)) return refuse_whole(row, value);
    if (x < (int64_t)row->least || x > (int64_t)row->most) return out_of_range(row, value);
    *(setting_whole *)field = x;
    return STRATA_OK;
}

static void print_whole(const setting *row, const void *field, text *out)
{
    (void)row;
    text_add(out, "%" PRId64, *(const setting_whole *)field);
}

static void schema_whole(const setting *row, json_value *property)
{
    json_put_text(property, "type", "integer");
    json_put_int(property, "minimum", (int64_t)row->least);
    json_put_int(property, "maximum", (int64_t)row->most);
}

static void put_whole(const setting *row, const void *field, json_value *object, const char *key)
{
    (void)row;
    json_put_int(object, key, *(const setting_whole *)field);
}

/* ---- number: a double in a range ----------------------------------------------------------------------------------------------------- */

static strata_status parse_number(const setting *row, const char *value, void *field)
{
    double x;
    if (!text_to_double(value, &x)) return refuse(row, value, "is not a number");
    if (!inside(row, x)) return out_of_range(row, value);
    *(setting_number *)field = without_sign_of_zero(x);
    return STRATA_OK;
}

static void print_number(const setting *row, const void *field, text *out)
{
    char number[32];
    (void)row;
    text_from_double(*(const setting_number *)field, number);
    text_add(out, "%s", number);
}

static void schema_number(const setting *row, json_value *property)
{
    json_put_text(property, "type", "number");
    json_put_real(property, "minimum", row->least);
    json_put_real(property, "maximum", row->most);
}

static void put_number(const setting *row, const void *field, json_value *object, const char *key)
{
    (void)row;
    json_put_real(object, key, *(const setting_number *)field);
}

/* ---- switch: true or false ----------------------------------------------------------------------------------------------------------- */

static strata_status parse_switch(const setting *row, const char *value, void *field)
{
    const char *meant = text_bool_meant(value);
    if (text_to_bool(value, field)) return STRATA_OK;
    if (meant == NULL) return refuse(row, value, "is neither true nor false");
    return status_fail(STRATA_ERR_ARGUMENT, "%s = %s is neither true nor false; write %s", row->key, text_shown(value), meant);
}

static void print_switch(const setting *row, const void *field, text *out)
{
    (void)row;
    text_add(out, "%s", *(const setting_switch *)field ? "true" : "false");
}

static void schema_switch(const setting *row, json_value *property)
{
    (void)row;
    json_put_text(property, "type", "boolean");
}

static void put_switch(const setting *row, const void *field, json_value *object, const char *key)
{
    (void)row;
    json_put_bool(object, key, *(const setting_switch *)field);
}

/* ---- widths: a list of whole numbers ------------------------------------------------------------------------------------------------- */

/* One width and what follows it: true and *at behind the number when it is one in range. */
static bool parse_width(const setting *row, const char **at, int *unit)
{
    char *end;
    while (isspace((unsigned char)**at)) (*at)++;
    if (!isdigit((unsigned char)**at)) return false;
    long x = strtol(*at, &end, 10);
    if (!inside(row, (double)x)) return false;
    *unit = (int)x;
    while (isspace((unsigned char)*end)) end++;
    *at = end;
    return true;
}

static strata_status parse_widths(const setting *row, const char *value, void *field)
{
    static const char form[] = "is not a list like [50,50] of 0 to 63 widths, each 1 .. 65536";
    setting_widths list = { 0 };
    const char *at = value;
    if (*at++ != '[') return refuse(row, value, form);
    while (isspace((unsigned char)*at)) at++;
    for (bool more = *at != ']'; more;) {
        if (list.count == NET_MAX_LAYERS - 1 || !parse_width(row, &at, &list.unit[list.count++])) return refuse(row, value, form);
        more = *at == ',';
        if (more) at++;
    }
    if (at[0] != ']' || at[1] != '\0') return refuse(row, value, form);
    *(setting_widths *)field = list;
    return STRATA_OK;
}

static void print_widths(const setting *row, const void *field, text *out)
{
    const setting_widths *list = field;
    (void)row;
    text_add(out, "[");
    for (int l = 0; l < list->count; l++) text_add(out, "%s%d", l > 0 ? "," : "", list->unit[l]);
    text_add(out, "]");
}

static void schema_widths(const setting *row, json_value *property)
{
    json_value *items = json_new_object();
    schema_whole(row, items);
    json_put_text(property, "type", "array");
    json_put_int(property, "maxItems", NET_MAX_LAYERS - 1);
    json_put(property, "items", items);
}

static void put_widths(const setting *row, const void *field, json_value *object, const char *key)
{
    const setting_widths *list = field;
    json_value *units = json_new_list();
    (void)row;
    for (int l = 0; l < list->count; l++) json_append_int(units, list->unit[l]);
    json_put(object, key, units);
}

/* ---- init: he, xavier or sigma:S ----------------------------------------------------------------------------------------------------- */

static strata_status parse_init(const setting *row, const char *value, void *field)
{
    setting_init init = { NET_INIT_SIGMA, 0 };
    if (strcmp(value, "he") == 0) init.kind = NET_INIT_HE;
    else if (strcmp(value, "xavier") == 0) init.kind = NET_INIT_XAVIER;
    else if (strncmp(value, "sigma:", 6) != 0 || !text_to_double(value + 6, &init.sigma)) {
        return refuse(row, value, "is none of he, xavier, sigma:S with a number S");
    } else if (!inside(row, init.sigma)) {
        return out_of_range(row, value);
    }
    init.sigma = without_sign_of_zero(init.sigma);
    *(setting_init *)field = init;
    return STRATA_OK;
}

static void print_init(const setting *row, const void *field, text *out)
{
    const setting_init *init = field;
    char sigma[32];
    (void)row;
    text_from_double(init->sigma, sigma);
    if (init->kind == NET_INIT_SIGMA) text_add(out, "sigma:%s", sigma);
    else text_add(out, "%s", init->kind == NET_INIT_HE ? "he" : "xavier");
}

static void range_init(const setting *row, char out[SETTING_RANGE])
{
    (void)snprintf(out, SETTING_RANGE, "he, xavier, sigma:%s .. sigma:%s", row->least_text, row->most_text);
}

static void schema_init(const setting *row, json_value *property)
{
    (void)row;
    json_put_text(property, "type", "string");
    json_put_text(property, "pattern", "^(he|xavier|sigma:[-+0-9.eE]+)$");
}

/* ---- choice: one word of the row's list ---------------------------------------------------------------------------------------------- */

enum { CHOICES = 32 };

static size_t words_of(const setting *row, const char *words[CHOICES])
{
    size_t count = 0;
    for (; count < CHOICES && row->words[count].word != NULL; count++) words[count] = row->words[count].word;
    return count;
}

static strata_status refuse_word(const setting *row, const char *value, const char *const *words, size_t count)
{
    char why[160];
    const char *near = text_nearest(value, words, count);
    if (count == 2) (void)snprintf(why, sizeof why, "is neither %s nor %s", words[0], words[1]);
    else if (near != NULL) (void)snprintf(why, sizeof why, "is unknown; did you mean %s?", near);
    else (void)snprintf(why, sizeof why, "is unknown; %s", text_known(words, count));
    return refuse(row, value, why);
}

static strata_status parse_choice(const setting *row, const char *value, void *field)
{
    const char *words[CHOICES];
    size_t count = words_of(row, words);
    for (size_t w = 0; w < count; w++) {
        if (strcmp(words[w], value) != 0) continue;
        *(setting_choice *)field = row->words[w].value;
        return STRATA_OK;
    }
    return refuse_word(row, value, words, count);
}

static void print_choice(const setting *row, const void *field, text *out)
{
    const setting_choice_word *w = row->words;
    while (w->word != NULL && w->value != *(const setting_choice *)field) w++;
    text_add(out, "%s", w->word != NULL ? w->word : "?");
}

static void range_choice(const setting *row, char out[SETTING_RANGE])
{
    const char *words[CHOICES];
    range_of_words(words, words_of(row, words), out);
}

static void schema_choice(const setting *row, json_value *property)
{
    const char *words[CHOICES];
    schema_of_words(property, words, words_of(row, words));
}

/* ---- word: a name -------------------------------------------------------------------------------------------------------------------- */

static strata_status parse_word(const setting *row, const char *value, void *field)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."; /* isalnum asks the locale */
    size_t length = strlen(value);
    if (length == 0 || length >= CONFIG_WORD) return refuse(row, value, "has not 1 to 31 characters");
    if (strspn(value, letters) != length) return refuse(row, value, "may have only letters, digits, '-', '_' and '.'");
    memcpy(field, value, length + 1);
    return STRATA_OK;
}

static void print_word(const setting *row, const void *field, text *out)
{
    (void)row;
    text_add(out, "%s", (const char *)field);
}

static void schema_word(const setting *row, json_value *property)
{
    (void)row;
    json_put_text(property, "type", "string");
    json_put_text(property, "pattern", "^[-_.A-Za-z0-9]{1,31}$");
}

/* ---- backend: auto, or the name of a backend, which need not be in this build -------------------------------------------------------- */

static size_t backends(const char *names[MAT_BACKENDS + 1])
{
    names[0] = "auto";
    for (size_t b = 0; b < MAT_BACKENDS; b++) names[b + 1] = mat_backend_at(b).name;
    return MAT_BACKENDS + 1;
}

static strata_status parse_backend(const setting *row, const char *value, void *field)
{
    const char *names[MAT_BACKENDS + 1];
    size_t count = backends(names);
    char word[CONFIG_WORD];
    TRY(parse_word(row, value, word));
    for (size_t b = 0; b < count; b++) {
        if (strcmp(names[b], word) == 0) return parse_word(row, value, field);
    }
    return refuse_word(row, value, names, count);
}

static void range_backend(const setting *row, char out[SETTING_RANGE])
{
    const char *names[MAT_BACKENDS + 1];
    (void)row;
    range_of_words(names, backends(names), out);
}

static void schema_backend(const setting *row, json_value *property)
{
    const char *names[MAT_BACKENDS + 1];
    (void)row;
    schema_of_words(property, names, backends(names));
}

/* ---- the table ----------------------------------------------------------------------------------------------------------------------- */

/* The value as it is printed. */
static void put_text(const setting *row, const void *field, json_value *object, const char *key)
{
    text value = { 0 };
    row->kind->print(row, field, &value);
    if (value.failed) json_put(object, key, NULL); /* then the document is not written */
    else json_put_text(object, key, value.at);
    text_free(&value);
}

const setting_kind setting_kind_whole = { "whole number", parse_whole, print_whole, range_of_bounds, schema_whole, put_whole };
const setting_kind setting_kind_number = { "number", parse_number, print_number, range_of_bounds, schema_number, put_number };
const setting_kind setting_kind_switch = { "true or false", parse_switch, print_switch, range_none, schema_switch, put_switch };
const setting_kind setting_kind_widths = { "list", parse_widths, print_widths, range_of_bounds, schema_widths, put_widths };
const setting_kind setting_kind_init = { "choice", parse_init, print_init, range_init, schema_init, put_text };
const setting_kind setting_kind_choice = { "choice", parse_choice, print_choice, range_choice, schema_choice, put_text };
const setting_kind setting_kind_word = { "text", parse_word, print_word, range_none, schema_word, put_text };
const setting_kind setting_kind_backend = { "choice", parse_backend, print_word, range_backend, schema_backend, put_text };
