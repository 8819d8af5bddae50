/* Reading experiment files: the part `experiment:` of a YAML file; its settings are strata_config_load's. */
#include "plan.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "overrides.h"
#include "setting.h"
#include "text.h"

enum { QUICK_VALUES = 5, QUICK_N_S = 75, QUICK_EVALS = 3, QUICK_SEEDS = 2 };

strata_status plan_blame(const experiment *e, const yaml_node *node, const char *format, ...)
{
    char sentence[STATUS_SENTENCE];
    va_list values;
    va_start(values, format);
    (void)vsnprintf(sentence, sizeof sentence, format, values);
    va_end(values);
    (void)status_fail(STRATA_ERR_ARGUMENT, "%s", sentence);
    return node != NULL ? yaml_blame(e->path, node) : status_fail_at(STRATA_ERR_ARGUMENT, e->path);
}

/* ---- values of one node -------------------------------------------------------------------------------------------------------------- */

static strata_status take_word(const experiment *e, const yaml_node *node, const char **out)
{
    if (node->kind != YAML_WORD) return plan_blame(e, node, "%s takes a plain text", node->key);
    *out = node->word;
    return STRATA_OK;
}

static strata_status take_real(const experiment *e, const yaml_node *node, double *out)
{
    if (node->kind == YAML_WORD && text_to_double(node->word, out) && isfinite(*out)) return STRATA_OK;
    return plan_blame(e, node, "%s takes a number, not '%s'", node->key[0] != '\0' ? node->key : "this list", text_cut(node->word));
}

/* A share 0..1, as accuracies are. */
static strata_status take_share(const experiment *e, const yaml_node *node, double *out)
{
    TRY(take_real(e, node, out));
    return *out >= 0 && *out <= 1 ? STRATA_OK : plan_blame(e, node, "%s = %s is outside 0 .. 1", node->key, text_cut(node->word));
}

static strata_status take_whole(const experiment *e, const yaml_node *node, long least, long most, long *out)
{
    int64_t value;
    if (node->kind != YAML_WORD || !text_to_int64(node->word, &value) || value < least || value > most) {
        return plan_blame(e, node, "%s takes a whole number from %ld to %ld, not '%s'", node->key, least, most, text_cut(node->word));
    }
    *out = (long)value;
    return STRATA_OK;
}

/* Two positive numbers, the first not above the second. */
static strata_status take_range(const experiment *e, const yaml_node *node, axis *a)
{
    const yaml_node *from = node->kind == YAML_LIST ? node->first : NULL, *to = from != NULL ? from->next : NULL;
    if (to == NULL || to->next != NULL) return plan_blame(e, node, "%s takes a list of two numbers: [from, to]", node->key);
    TRY(take_real(e, from, &a->from));
    TRY(take_real(e, to, &a->to));
    if (!(a->from > 0 && a->from <= a->to)) return plan_blame(e, node, "%s needs 0 < from <= to", node->key);
    return STRATA_OK;
}

/* Refuses a key that is not in the list, and names the nearest. */
static strata_status check_keys(const experiment *e, const yaml_node *map, const char *const *known, size_t count)
{
    for (const yaml_node *node = map->first; node != NULL; node = node->next) {
        size_t q = 0;
        while (q < count && strcmp(known[q], node->key) != 0) q++;
        if (q < count) continue;
        const char *near = text_nearest(node->key, known, count);
        return plan_blame(e, node, "%s: %s is not known here; %s%s", map->key, text_shown(node->key), near != NULL ? "did you mean " : "",
                          near != NULL ? near : text_known(known, count));
    }
    return STRATA_OK;
}

#define CHECK_KEYS(e, map, ...) \
    check_keys(e, map, (const char *const[]){ __VA_ARGS__ }, sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

/* ---- vary ---------------------------------------------------------------------------------------------------------------------------- */

strata_status plan_try(const experiment *e, const axis *a, const yaml_node *node, const char *value)
{
    strata_config tried = *e->config;
    return strata_config_set(&tried, a->key, value) == STRATA_OK ? STRATA_OK : yaml_blame(e->path, node);
}

/* Is the value of this setting a list itself? */
static bool takes_lists(const char *key)
{
    return setting_find(settings_all(), key)->kind == &setting_kind_widths;
}

/* [50, 50] may be one net or two. */
static strata_status refuse_one_list(const experiment *e, const yaml_node *list, const yaml_node *item)
{
    text one = { 0 }, each = { 0 };
    for (const yaml_node *word = list->first; word != NULL; word = word->next) {
        text_add(&one, "%s%s", word == list->first ? "" : ",", word->word);
        text_add(&each, "%s[%s]", word == list->first ? "" : ", ", word->word);
    }
    bool failed = one.failed || each.failed || one.length > PLAN_WORD;
    strata_status status = plan_blame(e, item, "%s varies over lists, and this one may be one value or several; write [[%s]] for one "
                                      "value, [%s] for one each", list->key, failed ? "50,50" : one.at, failed ? "[50], [50]" : each.at);
    text_free(&one);
    text_free(&each);
    return status;
}

/* A value as text: a word as it stands, a list as records have it. */
static strata_status item_word(const experiment *e, const axis *a, const yaml_node *list, const yaml_node *item, char word[PLAN_WORD])
{
    char value[512]; /* more than a list of widths has */
    strata_config tried = *e->config;
    yaml_node named = *item;
    named.key = a->key;
    if (item->kind == YAML_MAP || (item->kind == YAML_LIST && !takes_lists(a->key))) {
        return plan_blame(e, item, "%s: the values of a list are plain", a->key);
    }
    if (item->kind == YAML_WORD && takes_lists(a->key) && item->word[0] != '[') return refuse_one_list(e, list, item);
    if (item->kind == YAML_LIST) {
        TRY(config_set_node(&tried, e->path, &named));
        TRY(strata_config_get(&tried, a->key, value, sizeof value));
    }
    const char *is = item->kind == YAML_LIST ? value : item->word;
    size_t length = strlen(is);
    if (length >= PLAN_WORD) return plan_blame(e, item, "%s: a value is longer than %d characters", a->key, PLAN_WORD - 1);
    memcpy(word, is, length + 1);
    return plan_try(e, a, item, word);
}

static strata_status take_list(const experiment *e, const yaml_node *list, axis *a)
{
    for (const yaml_node *item = list->first; item != NULL; item = item->next) {
        if (a->values == PLAN_VALUES) return plan_blame(e, item, "%s has more than %d values", a->key, PLAN_VALUES);
        TRY(item_word(e, a, list, item, a->value[a->values]));
        a->values++;
    }
    return a->values > 0 ? STRATA_OK : plan_blame(e, list, "%s has no values", a->key);
}

static const char *const sources[] = { [AXIS_LOGUNIFORM] = "loguniform", [AXIS_LOGSPACE] = "logspace", [AXIS_AROUND] = "around",
                                       [AXIS_BEST] = "best", [AXIS_WITHIN] = "within" };

/* Which of the five sources, and nothing that belongs to another one. */
static strata_status take_kind(const experiment *e, const yaml_node *map, axis *a)
{
    size_t named = 0;
    TRY(CHECK_KEYS(e, map, "loguniform", "logspace", "around", "best", "within", "draws", "points", "seed", "span", "rounds", "prefix"));
    for (axis_kind kind = AXIS_LOGUNIFORM; kind <= AXIS_WITHIN; kind++) {
        if (yaml_get(map, sources[kind]) == NULL) continue;
        a->kind = kind;
        named++;
    }
    if (named != 1) return plan_blame(e, map, "%s needs one of loguniform, logspace, around, best and within", a->key);
    if (a->kind == AXIS_LOGUNIFORM) return CHECK_KEYS(e, map, "loguniform", "draws", "seed", "prefix");
    if (a->kind == AXIS_LOGSPACE) return CHECK_KEYS(e, map, "logspace", "points", "prefix");
    if (a->kind == AXIS_AROUND) return CHECK_KEYS(e, map, "around", "points", "span", "rounds", "prefix");
    return CHECK_KEYS(e, map, sources[a->kind], "prefix");
}

/* One member says where the values come from; the others are its details. */
static strata_status take_source(const experiment *e, const yaml_node *map, bool quick, axis *a)
{
    TRY(take_kind(e, map, a));
    bool uniform = a->kind == AXIS_LOGUNIFORM, made = uniform || a->kind == AXIS_LOGSPACE || a->kind == AXIS_AROUND;
    const yaml_node *source = yaml_get(map, sources[a->kind]), *count = yaml_get(map, uniform ? "draws" : "points"), *node;
    if (uniform || a->kind == AXIS_LOGSPACE) TRY(take_range(e, source, a));
    else TRY(take_word(e, source, &a->of));
    if (made && count == NULL) return plan_blame(e, map, "%s needs %s", a->key, uniform ? "draws" : "points");
    if (count != NULL) TRY(take_whole(e, count, 2, PLAN_VALUES / 4, &a->count));
    if ((node = yaml_get(map, "seed")) != NULL) TRY(take_whole(e, node, 0, 1000000, &a->seed));
    if ((node = yaml_get(map, "rounds")) != NULL) TRY(take_whole(e, node, 1, 4, &a->rounds));
    if ((node = yaml_get(map, "prefix")) != NULL) TRY(take_word(e, node, &a->prefix));
    if ((node = yaml_get(map, "span")) != NULL) TRY(take_real(e, node, &a->span));
    if (!(a->span > 1)) return plan_blame(e, node, "%s: span is a factor above 1", a->key);
    if (quick && a->count > QUICK_VALUES) a->count = QUICK_VALUES;
    if (quick) a->rounds = 1;
    return STRATA_OK;
}

/* A setting, and one that tells trainings apart. */
static strata_status check_setting(const experiment *e, const yaml_node *node)
{
    const setting *row = setting_find(settings_all(), node->key);
    if (row == NULL) {
        (void)setting_unknown(node->key);
        return yaml_blame(e->path, node);
    }
    if (strcmp(node->key, "seed") == 0) return plan_blame(e, node, "seed does not vary here: seeds says how many trainings there are");
    return setting_is_idle(row) ? plan_blame(e, node, "%s changes no training, so it cannot vary", node->key) : STRATA_OK;
}

static strata_status take_axis(experiment *e, const yaml_node *node, bool quick, const char *const *settings)
{
    TRY(check_setting(e, node));
    const char *set = overrides_of(settings, node->key);
    if (set != NULL) return plan_blame(e, node, "%s varies in this experiment, so %s cannot hold for it", node->key, text_cut(set));
    if (e->axes == PLAN_AXES) return plan_blame(e, node, "more than %d settings vary", PLAN_AXES);
    axis *a = &e->axis[e->axes++];
    *a = (axis){ .key = node->key, .prefix = "", .span = 4, .seed = 1, .rounds = 1, .node = node };
    if (node->kind == YAML_LIST) return take_list(e, node, a);
    if (node->kind == YAML_MAP) return take_source(e, node, quick, a);
    return plan_blame(e, node, "%s takes a list of values, or where they come from (docs/experiments.md)", node->key);
}

static strata_status take_axes(experiment *e, const yaml_node *map, bool quick, const char *const *settings)
{
    if (map->kind != YAML_MAP || map->first == NULL) return plan_blame(e, map, "vary takes a mapping: the settings that vary");
    for (const yaml_node *node = map->first; node != NULL; node = node->next) TRY(take_axis(e, node, quick, settings));
    for (size_t q = 0; q < e->axes; q++) {
        const axis *a = &e->axis[q];
        if (a->kind == AXIS_AROUND && e->axes > 1) return plan_blame(e, a->node, "%s is refined, so nothing else can vary", a->key);
    }
    return STRATA_OK;
}

/* ---- the parts of `experiment:` ------------------------------------------------------------------------------------------------------ */

/* One number for each layer, if this is said at all. */
static strata_status check_numbers(const experiment *e, const yaml_node *map, const char *key)
{
    double number;
    const yaml_node *list = yaml_get(map, key);
    if (list == NULL) return STRATA_OK;
    if (list->kind != YAML_LIST) return plan_blame(e, list, "%s takes a list with one number for each layer", key);
    for (const yaml_node *item = list->first; item != NULL; item = item->next) TRY(take_real(e, item, &number));
    return STRATA_OK;
}

static strata_status take_published(experiment *e, const yaml_node *map)
{
    const yaml_node *node;
    if (map->kind != YAML_MAP) return plan_blame(e, map, "published takes a mapping: report, median, source, ...");
    TRY(CHECK_KEYS(e, map, "source", "report", "median", "lowest", "highest", "lambda", "max_W", "max_b", "below_W", "below_b"));
    if ((node = yaml_get(map, "source")) != NULL) TRY(take_word(e, node, &e->source));
    if ((node = yaml_get(map, "report")) != NULL) TRY(take_share(e, node, &e->report));
    if ((node = yaml_get(map, "median")) != NULL) TRY(take_share(e, node, &e->median));
    if ((node = yaml_get(map, "lowest")) != NULL) TRY(take_share(e, node, &e->lowest));
    if ((node = yaml_get(map, "highest")) != NULL) TRY(take_share(e, node, &e->highest));
    if ((node = yaml_get(map, "lambda")) != NULL) TRY(take_real(e, node, &(double){ 0 }));
    TRY(check_numbers(e, map, "max_W"));
    TRY(check_numbers(e, map, "max_b"));
    TRY(check_numbers(e, map, "below_W"));
    TRY(check_numbers(e, map, "below_b"));
    e->published = map;
    return STRATA_OK;
}

static strata_status take_check(experiment *e, const yaml_node *map)
{
    const yaml_node *node;
    if (map->kind != YAML_MAP) return plan_blame(e, map, "check takes a mapping: {methods: [central, complex]}");
    TRY(CHECK_KEYS(e, map, "methods", "inputs", "images"));
    e->check = map;
    e->inputs = 10;
    e->images = 20;
    if ((node = yaml_get(map, "inputs")) != NULL) TRY(take_whole(e, node, 1, STRATA_FEATURES_MAX, &e->inputs));
    if ((node = yaml_get(map, "images")) != NULL) TRY(take_whole(e, node, 2, 1000, &e->images));
    if ((node = yaml_get(map, "methods")) == NULL || node->kind != YAML_LIST || node->first == NULL) {
        return plan_blame(e, map, "check needs methods: [central, complex]");
    }
    for (const yaml_node *item = node->first; item != NULL; item = item->next) {
        bool known = strcmp(item->word, "central") == 0 || strcmp(item->word, "complex") == 0;
        bool twice = e->methods > 0 && strcmp(item->word, e->method[0]) == 0;
        if (!known || twice || e->methods == PLAN_METHODS) return plan_blame(e, item, "methods are central and complex, each once");
        e->method[e->methods++] = item->word;
    }
    return STRATA_OK;
}

/* {above: 0.5}, {below: 0.12} or {between: [0.5, 0.6]} */
static strata_status take_bounds(experiment *e, const yaml_node *map)
{
    TRY(CHECK_KEYS(e, map, "above", "below", "between"));
    const yaml_node *bound = map->first;
    if (bound == NULL || bound->next != NULL) return plan_blame(e, map, "expect takes one of above, below and between");
    e->expect.kind = bound->key;
    if (strcmp(bound->key, "above") == 0) return take_share(e, bound, &e->expect.low);
    if (strcmp(bound->key, "below") == 0) return take_share(e, bound, &e->expect.high);
    const yaml_node *low = bound->kind == YAML_LIST ? bound->first : NULL, *high = low != NULL ? low->next : NULL;
    if (high == NULL || high->next != NULL) return plan_blame(e, bound, "between takes a list of two numbers: [low, high]");
    TRY(take_share(e, low, &e->expect.low));
    TRY(take_share(e, high, &e->expect.high));
    return e->expect.low <= e->expect.high ? STRATA_OK : plan_blame(e, bound, "between needs low <= high");
}

static strata_status take_expect(experiment *e, const yaml_node *node)
{
    bool word = node->kind == YAML_WORD, sided = word && (strcmp(node->word, "higher") == 0 || strcmp(node->word, "lower") == 0);
    if (node->kind == YAML_MAP) return take_bounds(e, node);
    if (!sided) return plan_blame(e, node, "expect is higher, lower, or {above: 0.5}, {below: 0.12}, {between: [0.5, 0.6]}");
    if (e->against_node == NULL) return plan_blame(e, node, "expect: %s than what? against: EXPERIMENT says it", node->word);
    e->expect.kind = node->word;
    return STRATA_OK;
}

static strata_status take_part(experiment *e, const yaml_node *node)
{
    if (node->kind == YAML_WORD && strcmp(node->word, "validation") == 0) e->part = STRATA_VALIDATION_PART;
    else if (node->kind != YAML_WORD || strcmp(node->word, "test") != 0) return plan_blame(e, node, "part is test or validation");
    return STRATA_OK;
}

static strata_status take_experiment(experiment *e, const yaml_node *map, bool quick, const char *const *settings)
{
    const yaml_node *node;
    if (map->kind != YAML_MAP) return plan_blame(e, map, "experiment takes a mapping: title, claim, seeds, vary, ...");
    TRY(CHECK_KEYS(e, map, "title", "claim", "order", "seeds", "part", "against", "expect", "published", "vary", "check", "data"));
    if ((node = yaml_get(map, "title")) != NULL) TRY(take_word(e, node, &e->title));
    if ((node = yaml_get(map, "claim")) != NULL) TRY(take_word(e, node, &e->claim));
    if ((e->against_node = yaml_get(map, "against")) != NULL) TRY(take_word(e, e->against_node, &e->against));
    if ((node = yaml_get(map, "order")) != NULL) TRY(take_whole(e, node, 0, 1000000, &e->ord));
    if ((node = yaml_get(map, "seeds")) != NULL) TRY(take_whole(e, node, 1, 1000, &e->seeds));
    if ((node = yaml_get(map, "part")) != NULL) TRY(take_part(e, node));
    if ((node = e->data_node = yaml_get(map, "data")) != NULL) TRY(take_word(e, node, &e->data_name));
    if (node != NULL && node->word[0] == '\0') return plan_blame(e, node, "data takes a name, a file, a folder or a description *.yaml");
    if ((node = yaml_get(map, "published")) != NULL) TRY(take_published(e, node));
    if ((node = yaml_get(map, "check")) != NULL) TRY(take_check(e, node));
    if ((node = yaml_get(map, "vary")) != NULL) TRY(take_axes(e, node, quick, settings));
    if ((node = yaml_get(map, "expect")) != NULL) TRY(take_expect(e, node));
    if (node != NULL && e->check != NULL) return plan_blame(e, node, "a gradient check has no accuracy to expect");
    for (size_t q = 0; e->check != NULL && q < e->axes; q++) {
        const axis *a = &e->axis[q];
        if (a->of != NULL) return plan_blame(e, a->node, "a gradient check starts from no other experiment");
    }
    return STRATA_OK;
}

/* ---- a file -------------------------------------------------------------------------------------------------------------------------- */

/* A look at everything: cycles of 150 updates, each with three points, at most. What n_s = 0 means, the data say. */
static void shorten(strata_config *config)
{
    strata_config resolved = *config;
    if (config->pool > 0) config_resolve(&resolved);
    bool cycles = config->updates == 0 && config->epochs == 0;
    if (!cycles && config->pool > 0 && resolved.n_s > QUICK_N_S) {
        long all = config_updates(&resolved), whole = config_cycles(&resolved), most = 2 * QUICK_N_S * (whole > 0 ? whole : 1);
        config->updates = all < most ? all : most;
        config->epochs = 0;
    }
    if (resolved.n_s > QUICK_N_S) config->n_s = QUICK_N_S;
    if (config->evals > QUICK_EVALS) config->evals = QUICK_EVALS;
}

static strata_status check_settings(const experiment *e)
{
    return strata_config_check(e->config) == STRATA_OK ? STRATA_OK : status_fail_at(STRATA_ERR_ARGUMENT, e->path);
}

strata_status plan_fit(experiment *e, const strata_data *data, bool quick)
{
    e->data = data;
    TRY(strata_config_fit(e->config, data));
    TRY(check_settings(e));
    if (quick) shorten(e->config);
    return STRATA_OK;
}

static strata_status read_file(experiment *e, bool quick, const char *const *settings)
{
    TRY(yaml_read(e->path, &e->root));
    TRY(strata_config_new(&e->config));
    TRY(strata_config_load(e->config, e->path));
    const yaml_node *name = yaml_get(e->root, "name"), *part = yaml_get(e->root, "experiment");
    if (name == NULL) return plan_blame(e, NULL, "an experiment needs a name of its own (name: ...)");
    TRY(overrides_apply(settings, e->config));
    TRY(strata_config_get(e->config, "name", e->id, sizeof e->id));
    e->title = e->id;
    if (part != NULL) TRY(take_experiment(e, part, quick, settings));
    if (quick) shorten(e->config);
    return check_settings(e);
}

strata_status plan_read(const char *path, bool quick, const char *const *settings, experiment *out)
{
    text own = { 0 };
    text_add(&own, "%s", path);
    if (own.failed) return status_fail(STRATA_ERR_MEMORY, "no memory for a path");
    *out = (experiment){ .path = own.at, .title = "", .claim = "", .source = "", .against = "", .report = NAN, .median = NAN,
                         .lowest = NAN, .highest = NAN, .part = STRATA_TEST_PART, .expect = { "", NAN, NAN } };
    strata_status status = read_file(out, quick, settings);
    if (status != STRATA_OK) plan_free(out);
    return status;
}

void plan_free(experiment *e)
{
    free(e->path);
    yaml_free(e->root);
    strata_config_free(e->config);
    *e = (experiment){ 0 };
}

long plan_seeds(const lab_request *wanted, const experiment *e)
{
    long seeds = e->seeds > 0 ? e->seeds : wanted->seeds;
    return wanted->quick && seeds > QUICK_SEEDS ? QUICK_SEEDS : seeds;
}

axis *plan_refined(experiment *e)
{
    return e->axes == 1 && e->axis[0].kind == AXIS_AROUND ? &e->axis[0] : NULL;
}

/* The best value of a round is the middle of the next: a point of it that is there already, if its points have a middle one. */
static long later_values(const axis *a, long round)
{
    return a->kind == AXIS_AROUND && round < a->rounds ? (a->rounds - round) * (a->count - a->count % 2) : 0;
}

long plan_values(const axis *a)
{
    if (a->kind == AXIS_AROUND) return a->count + later_values(a, 1);
    if (a->values > 0) return (long)a->values;
    return a->kind == AXIS_BEST || a->count == 0 ? 1 : a->count;
}

long plan_size(const experiment *e, long seeds)
{
    long size = seeds;
    if (e->check != NULL) return 0;
    for (size_t q = 0; q < e->axes; q++) size *= plan_values(&e->axis[q]);
    return size;
}

/* What is refined by rounds varies alone. */
long plan_later(const experiment *e, long seeds)
{
    return e->axes == 1 ? seeds * later_values(&e->axis[0], e->round + 1) : 0;
}
