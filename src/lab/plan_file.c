/* Reading experiment files: the part `experiment:` of a YAML file; its settings are strata_config_load's. */
#include "plan_file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "axes.h"
#include "config.h"
#include "draws.h"
#include "ending.h"
#include "overrides.h"
#include "text.h"

enum { QUICK_N_S = 75, QUICK_EVALS = 3, RANGE_EVALS = 20 };

/* ---- the parts of `experiment:` ------------------------------------------------------------------------------------------------------ */

/* One number for each layer, if this is said at all. */
static strata_status check_numbers(const experiment *e, const yaml_node *map, const char *key)
{
    double number;
    const yaml_node *list = yaml_get(map, key);
    if (list == NULL) return STRATA_OK;
    if (list->kind != YAML_LIST) return plan_blame(e, list, "%s takes a list with one number for each layer", key);
    for (const yaml_node *item = list->first; item != NULL; item = item->next) TRY(plan_take_real(e, item, &number));
    return STRATA_OK;
}

static strata_status take_published(experiment *e, const yaml_node *map)
{
    const yaml_node *node;
    if (map->kind != YAML_MAP) return plan_blame(e, map, "published takes a mapping: report, median, source, ...");
#define AND_WORD(name, word) , word
    TRY(PLAN_CHECK_KEYS(e, map, "source", "report", "median", "lowest", "highest", "lambda", "max_W", "max_b", "below_W", "below_b"
                        ENDING_LIST(AND_WORD)));
#undef AND_WORD
    for (int q = 0; q < ENDINGS; q++) {
        if ((node = yaml_get(map, ending_words[q])) != NULL) TRY(plan_take_share(e, node, &(double){ 0 }));
    }
    if ((node = yaml_get(map, "source")) != NULL) TRY(plan_take_word(e, node, &e->source));
    if ((node = yaml_get(map, "report")) != NULL) TRY(plan_take_share(e, node, &e->report));
    if ((node = yaml_get(map, "median")) != NULL) TRY(plan_take_share(e, node, &e->median));
    if ((node = yaml_get(map, "lowest")) != NULL) TRY(plan_take_share(e, node, &e->lowest));
    if ((node = yaml_get(map, "highest")) != NULL) TRY(plan_take_share(e, node, &e->highest));
    if ((node = yaml_get(map, "lambda")) != NULL) TRY(plan_take_real(e, node, &(double){ 0 }));
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
    TRY(PLAN_CHECK_KEYS(e, map, "methods", "inputs", "images"));
    e->check = map;
    e->inputs = 10;
    e->images = 20;
    if ((node = yaml_get(map, "inputs")) != NULL) TRY(plan_take_whole(e, node, 1, STRATA_FEATURES_MAX, &e->inputs));
    if ((node = yaml_get(map, "images")) != NULL) TRY(plan_take_whole(e, node, 2, 1000, &e->images));
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
    TRY(PLAN_CHECK_KEYS(e, map, "above", "below", "between"));
    const yaml_node *bound = map->first;
    if (bound == NULL || bound->next != NULL) return plan_blame(e, map, "expect takes one of above, below and between");
    e->expect.kind = bound->key;
    if (strcmp(bound->key, "above") == 0) return plan_take_share(e, bound, &e->expect.low);
    if (strcmp(bound->key, "below") == 0) return plan_take_share(e, bound, &e->expect.high);
    const yaml_node *low = bound->kind == YAML_LIST ? bound->first : NULL, *high = low != NULL ? low->next : NULL;
    if (high == NULL || high->next != NULL) return plan_blame(e, bound, "between takes a list of two numbers: [low, high]");
    TRY(plan_take_share(e, low, &e->expect.low));
    TRY(plan_take_share(e, high, &e->expect.high));
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

/* The validation images choose, and who searches sees no others. */
static strata_status look_at_validation(experiment *e, const char *who)
{
    const yaml_node *part = yaml_get(e->root, "experiment");
    part = part != NULL ? yaml_get(part, "part") : NULL;
    if (part != NULL && e->part == STRATA_TEST_PART) return plan_blame(e, part, "%s looks at the validation images alone", who);
    e->part = STRATA_VALIDATION_PART;
    return STRATA_OK;
}

static strata_status take_search(experiment *e, const yaml_node *map, bool quick)
{
    TRY(look_at_validation(e, "a search"));
    return draws_take(e, map, quick);
}

/* Its rule needs a curve over a rate that rises, and points enough on it. */
static strata_status take_range_test(experiment *e, const yaml_node *node)
{
    if (node->kind != YAML_WORD || strcmp(node->word, "true") != 0) return plan_blame(e, node, "range_test is true, or left out");
    if (e->config->schedule != SCHEDULE_RANGE) return plan_blame(e, node, "a range test needs schedule: range, which lets eta rise");
    if (e->config->evals < RANGE_EVALS) {
        return plan_blame(e, node, "a range test needs evals: %d or more, the points of its curve", RANGE_EVALS);
    }
    if (e->axes > 0 || e->check != NULL) {
        return plan_blame(e, node, "a range test varies nothing but eta, and checks no gradient; another net is another file");
    }
    e->range_test = node;
    return look_at_validation(e, "a range test");
}

static strata_status take_experiment(experiment *e, const yaml_node *map, bool quick, const char *const *settings)
{
    const yaml_node *node;
    if (map->kind != YAML_MAP) return plan_blame(e, map, "experiment takes a mapping: title, claim, seeds, vary, ...");
    TRY(PLAN_CHECK_KEYS(e, map, "title", "claim", "order", "seeds", "part", "against", "expect", "published", "vary", "search",
                        "range_test", "check", "data"));
    if ((node = yaml_get(map, "title")) != NULL) TRY(plan_take_word(e, node, &e->title));
    if ((node = yaml_get(map, "claim")) != NULL) TRY(plan_take_word(e, node, &e->claim));
    if ((e->against_node = yaml_get(map, "against")) != NULL) TRY(plan_take_word(e, e->against_node, &e->against));
    if ((node = yaml_get(map, "order")) != NULL) TRY(plan_take_whole(e, node, 0, 1000000, &e->ord));
    if ((node = yaml_get(map, "seeds")) != NULL) TRY(plan_take_whole(e, node, 1, 1000, &e->seeds));
    if ((node = yaml_get(map, "part")) != NULL) TRY(take_part(e, node));
    if ((node = e->data_node = yaml_get(map, "data")) != NULL) TRY(plan_take_word(e, node, &e->data_name));
    if (node != NULL && node->word[0] == '\0') return plan_blame(e, node, "data takes a name, a file, a folder or a description *.yaml");
    if ((node = yaml_get(map, "published")) != NULL) TRY(take_published(e, node));
    if ((node = yaml_get(map, "check")) != NULL) TRY(take_check(e, node));
    if ((node = yaml_get(map, "search")) != NULL) TRY(take_search(e, node, quick));
    if ((node = yaml_get(map, "vary")) != NULL) TRY(axes_take(e, node, quick, settings));
    TRY(draws_plan(e, settings));
    if ((node = yaml_get(map, "range_test")) != NULL) TRY(take_range_test(e, node));
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
    bool shared = !cycles && config->n_s == 0; /* the cycles share the length, which is short by now */
    if (resolved.n_s > QUICK_N_S && !shared) config->n_s = QUICK_N_S;
    if (config->evals > QUICK_EVALS && config->schedule != SCHEDULE_RANGE) config->evals = QUICK_EVALS;
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
    const strata_config own = *e->config;
    TRY(overrides_apply(settings, e->config));
    TRY(overrides_changed(settings, &own, e->config, &e->changed));
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
