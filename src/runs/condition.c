/* Conditions in words, and what is wrong with a choice: the sentences name the nearest key, experiment or word that there is. */
#include <stdlib.h>
#include <string.h>

#include "runs.h"
#include "stored_words.h"

static const char *const signs[] = {
#define SIGN(name, sign) sign,
    STORE_COMPARISON_LIST(SIGN)
#undef SIGN
};

enum { SIGNS = sizeof signs / sizeof *signs };

void runs_condition_free(runs_condition *c)
{
    text_free(&c->words);
    text_free(&c->value);
    *c = (runs_condition){ .words = { 0 } };
}

static bool is_column(const char *key, bool *number)
{
    const char *column;
    for (size_t k = 0; (column = store_run_key(k, number)) != NULL; k++) {
        if (strcmp(column, key) == 0) return true;
    }
    *number = false;
    return false;
}

/* The longest sign that stands there: "<=" and not "<". */
static int sign_at(const char *at)
{
    int best = -1;
    for (int s = 0; s < SIGNS; s++) {
        if (strncmp(at, signs[s], strlen(signs[s])) == 0 && (best < 0 || strlen(signs[s]) > strlen(signs[best]))) best = s;
    }
    return best;
}

enum { VALUE = 1024 };

/* A setting's value as the store has it: bn=True is recorded as true. What this version cannot read stays as it is. */
static strata_status take_recorded_form(runs_condition *c)
{
    bool number;
    char value[VALUE];
    strata_config *config;
    if (is_column(c->condition.key, &number)) return STRATA_OK;
    TRY(strata_config_new(&config));
    bool read = strata_config_set(config, c->condition.key, c->condition.value) == STRATA_OK
                && strata_config_get(config, c->condition.key, value, VALUE) == STRATA_OK;
    strata_config_free(config);
    if (!read) return STRATA_OK;
    text_add(&c->value, "%s", value);
    if (c->value.failed) return stored_words_no_memory();
    c->condition.value = c->value.at != NULL ? c->value.at : "";
    return STRATA_OK;
}

strata_status runs_condition_read(const char *words, runs_condition *out)
{
    size_t length = strcspn(words, "=!<>");
    int sign = words[length] != '\0' ? sign_at(words + length) : -1;
    *out = (runs_condition){ .words = { 0 } };
    if (sign < 0 || length == 0) {
        return status_fail(STRATA_ERR_ARGUMENT, "%s is no condition; a condition is like lambda<0.01, with one of = != < <= > >=",
                           text_shown(words));
    }
    text_add(&out->words, "%s", words);
    if (out->words.failed) return stored_words_no_memory();
    out->words.at[length] = '\0';
    out->condition = (store_condition){ out->words.at, (store_comparison)sign, out->words.at + length + strlen(signs[sign]) };
    return take_recorded_form(out);
}

/* ---- names -------------------------------------------------------------------------------------------------------------------------- */

/* Names that there are, and whether one is among them. */
typedef struct {
    const char *sought;
    bool found;
    const char **at;
    size_t count, room;
    stored_words *words;
} names;

static strata_status add_name(names *n, const char *name)
{
    const char **at = stored_words_room(n->at, n->count, &n->room, sizeof *at);
    if (at == NULL) return stored_words_no_memory();
    n->at = at;
    TRY(stored_words_own(&n->words, &name));
    at[n->count++] = name;
    n->found = n->found || strcmp(name, n->sought) == 0;
    return STRATA_OK;
}

/* STRATA_ERR_ARGUMENT unless the name was found; frees the names. */
static strata_status judge(names *n, const char *what, strata_status status)
{
    if (status == STRATA_OK && !n->found) {
        const char *near = text_nearest(n->sought, n->at, n->count);
        if (near != NULL) {
            status = status_fail(STRATA_ERR_ARGUMENT, "unknown %s %s; did you mean %s?", what, text_shown(n->sought), near);
        } else {
            status = status_fail(STRATA_ERR_ARGUMENT, "unknown %s %s; %s", what, text_shown(n->sought), text_known(n->at, n->count));
        }
    }
    free(n->at);
    stored_words_free(&n->words);
    return status;
}

static strata_status take_experiment(void *self, const store_experiment *experiment)
{
    return add_name(self, experiment->id);
}

static strata_status check_experiment(store *s, const char *experiment)
{
    names n = { .sought = experiment };
    return judge(&n, "experiment", store_each_experiment(s, take_experiment, &n));
}

static strata_status take_key(void *self, const char *key, const char *unused)
{
    (void)unused;
    return add_name(self, key);
}

static strata_status add_known_keys(names *n)
{
    size_t settings;
    bool number;
    const strata_setting *setting = strata_settings(&settings);
    for (size_t k = 0; store_run_key(k, &number) != NULL; k++) TRY(add_name(n, store_run_key(k, &number)));
    for (size_t q = 0; q < settings; q++) TRY(add_name(n, setting[q].key));
    return STRATA_OK;
}

/* The settings of the store are asked for only when nobody else knows the key. */
static strata_status check_key(store *s, const char *key)
{
    names n = { .sought = key };
    strata_status status = add_known_keys(&n);
    if (status == STRATA_OK && !n.found) status = store_each_setting_key(s, take_key, &n);
    return judge(&n, "key", status);
}

/* ---- values ------------------------------------------------------------------------------------------------------------------------- */

static strata_status check_status(const char *value)
{
    names n = { .sought = value };
    strata_status status = STRATA_OK;
    for (store_status q = STORE_RUNNING; q <= STORE_FAILED && status == STRATA_OK; q++) status = add_name(&n, runs_status_word(q));
    return judge(&n, "status", status);
}

static bool is_accuracy(const char *key)
{
    const char *tail = strstr(key, "accuracy");
    return tail != NULL && strcmp(tail, "accuracy") == 0;
}

/* Settings are numbers or words, as each run has them: = and != take both, an order needs numbers. */
static strata_status check_value(const store_condition *c)
{
    double value;
    bool numbers, column = is_column(c->key, &numbers), is_number = text_to_double(c->value, &value);
    bool order = c->how != STORE_EQUAL && c->how != STORE_UNEQUAL;
    if (column && strcmp(c->key, "status") == 0) return check_status(c->value);
    if (numbers && !is_number) return status_fail(STRATA_ERR_ARGUMENT, "%s is a number, and %s is none", c->key, text_shown(c->value));
    if (!column && order && !is_number) {
        return status_fail(STRATA_ERR_ARGUMENT, "%.40s%s: numbers have an order, and %s is none; = and != take words, too", c->key,
                           signs[c->how], text_shown(c->value));
    }
    if (numbers && is_accuracy(c->key) && value > 1) {
        return status_fail(STRATA_ERR_ARGUMENT, "%s is a fraction, 0 .. 1, and not %s: for 50 %% say 0.5", c->key, text_cut(c->value));
    }
    return STRATA_OK;
}

strata_status runs_check_choice(store *s, const store_choice *choice)
{
    if (choice->experiment != NULL) TRY(check_experiment(s, choice->experiment));
    if (choice->sort != NULL) TRY(check_key(s, choice->sort));
    for (size_t c = 0; c < choice->conditions; c++) {
        TRY(check_key(s, choice->where[c].key));
        TRY(check_value(&choice->where[c]));
    }
    return STRATA_OK;
}
