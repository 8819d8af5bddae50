/* See axes.h. */
#include "axes.h"

#include <stdio.h>
#include <string.h>

#include "overrides.h"
#include "setting.h"
#include "text.h"
#include "values.h"

enum { QUICK_VALUES = 5 };

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

/* ---- of a random search -------------------------------------------------------------------------------------------------------------- */

/* Both ends of a range are values that the setting can have: then all between them are. */
static strata_status try_ends(const experiment *e, const axis *a, const yaml_node *range)
{
    for (const yaml_node *end = range->first; end != NULL; end = end->next) {
        char word[PLAN_WORD];
        int length = snprintf(word, sizeof word, "%s%s", a->prefix, end->word);
        if (length < 0 || length >= PLAN_WORD) return plan_blame(e, end, "%s: the prefix is too long", a->key);
        TRY(plan_try(e, a, end, word));
    }
    return STRATA_OK;
}

static strata_status draw_numbers(const experiment *e, const yaml_node *range, axis *a)
{
    bool logarithmic = strcmp(range->key, "loguniform") == 0;
    if (logarithmic) TRY(plan_take_range(e, range, a));
    else TRY(plan_take_pair(e, range, &a->from, &a->to));
    if (!(a->from < a->to)) return plan_blame(e, range, "%s needs from < to", range->key);
    TRY(try_ends(e, a, range));
    return values_draw(e, a, logarithmic);
}

static strata_status draw_choices(const experiment *e, const yaml_node *list, axis *a)
{
    axis choices = { .key = a->key, .prefix = a->prefix };
    if (list->kind != YAML_LIST) return plan_blame(e, list, "choice takes a list of values");
    TRY(take_list(e, list, &choices));
    values_choose(a, &choices);
    return STRATA_OK;
}

/* {loguniform: [from, to]}, {uniform: [from, to]} or {choice: [a, b, ...]}: as many values as the search has draws. */
static strata_status take_drawn(const experiment *e, const yaml_node *map, axis *a)
{
    const yaml_node *logarithmic = yaml_get(map, "loguniform"), *even = yaml_get(map, "uniform"), *list = yaml_get(map, "choice"), *node;
    int named = (logarithmic != NULL) + (even != NULL) + (list != NULL);
    if (map->kind != YAML_MAP || named != 1) {
        return plan_blame(e, map, "%s needs one of loguniform, uniform and choice: a random search draws its values", a->key);
    }
    a->kind = AXIS_DRAWN;
    a->count = e->search.draws;
    a->seed = e->search.seed;
    if (list != NULL) TRY(PLAN_CHECK_KEYS(e, map, "choice"));
    TRY(PLAN_CHECK_KEYS(e, map, "loguniform", "uniform", "choice", "prefix"));
    if ((node = yaml_get(map, "prefix")) != NULL) TRY(plan_take_word(e, node, &a->prefix));
    return list != NULL ? draw_choices(e, list, a) : draw_numbers(e, logarithmic != NULL ? logarithmic : even, a);
}

/* ---- of one axis --------------------------------------------------------------------------------------------------------------------- */

/* Which of the five sources, and nothing that belongs to another one. */
static strata_status take_kind(const experiment *e, const yaml_node *map, axis *a)
{
    size_t named = 0;
    TRY(PLAN_CHECK_KEYS(e, map, "loguniform", "logspace", "around", "best", "within", "draws", "points", "seed", "span", "rounds",
                        "prefix"));
    for (axis_kind kind = AXIS_LOGUNIFORM; kind <= AXIS_WITHIN; kind++) {
        if (yaml_get(map, sources[kind]) == NULL) continue;
        a->kind = kind;
        named++;
    }
    if (named != 1) return plan_blame(e, map, "%s needs one of loguniform, logspace, around, best and within", a->key);
    if (a->kind == AXIS_LOGUNIFORM) return PLAN_CHECK_KEYS(e, map, "loguniform", "draws", "seed", "prefix");
    if (a->kind == AXIS_LOGSPACE) return PLAN_CHECK_KEYS(e, map, "logspace", "points", "prefix");
    if (a->kind == AXIS_AROUND) return PLAN_CHECK_KEYS(e, map, "around", "points", "span", "rounds", "prefix");
    return PLAN_CHECK_KEYS(e, map, sources[a->kind], "prefix");
}

/* One member says where the values come from; the others are its details. */
static strata_status take_source(const experiment *e, const yaml_node *map, bool quick, axis *a)
{
    TRY(take_kind(e, map, a));
    bool uniform = a->kind == AXIS_LOGUNIFORM, made = uniform || a->kind == AXIS_LOGSPACE || a->kind == AXIS_AROUND;
    const yaml_node *source = yaml_get(map, sources[a->kind]), *count = yaml_get(map, uniform ? "draws" : "points"), *node;
    if (uniform || a->kind == AXIS_LOGSPACE) TRY(plan_take_range(e, source, a));
    else TRY(plan_take_word(e, source, &a->of));
    if (made && count == NULL) return plan_blame(e, map, "%s needs %s", a->key, uniform ? "draws" : "points");
    if (count != NULL) TRY(plan_take_whole(e, count, 2, PLAN_VALUES / 4, &a->count));
    if ((node = yaml_get(map, "seed")) != NULL) TRY(plan_take_whole(e, node, 0, 1000000, &a->seed));
    if ((node = yaml_get(map, "rounds")) != NULL) TRY(plan_take_whole(e, node, 1, 4, &a->rounds));
    if ((node = yaml_get(map, "prefix")) != NULL) TRY(plan_take_word(e, node, &a->prefix));
    if ((node = yaml_get(map, "span")) != NULL) TRY(plan_take_real(e, node, &a->span));
    if (!(a->span > 1)) return plan_blame(e, node, "%s: span is a factor above 1", a->key);
    if (quick && a->count > QUICK_VALUES) a->count = QUICK_VALUES;
    if (quick) a->rounds = 1;
    return STRATA_OK;
}

/* A setting, and one that tells trainings apart. */
strata_status axes_check_setting(const experiment *e, const yaml_node *node)
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
    TRY(axes_check_setting(e, node));
    const char *set = overrides_of(settings, node->key);
    if (set != NULL) return plan_blame(e, node, "%s varies in this experiment, so %s cannot hold for it", node->key, text_cut(set));
    if (e->axes == PLAN_AXES) return plan_blame(e, node, "more than %d settings vary", PLAN_AXES);
    axis *a = &e->axis[e->axes++];
    *a = (axis){ .key = node->key, .prefix = "", .span = 4, .seed = 1, .rounds = 1, .node = node };
    if (e->search.node != NULL) return take_drawn(e, node, a);
    if (node->kind == YAML_LIST) return take_list(e, node, a);
    if (node->kind == YAML_MAP) return take_source(e, node, quick, a);
    return plan_blame(e, node, "%s takes a list of values, or where they come from (docs/experiments.md)", node->key);
}

strata_status axes_take(experiment *e, const yaml_node *map, bool quick, const char *const *settings)
{
    if (map->kind != YAML_MAP || map->first == NULL) return plan_blame(e, map, "vary takes a mapping: the settings that vary");
    for (const yaml_node *node = map->first; node != NULL; node = node->next) TRY(take_axis(e, node, quick, settings));
    for (size_t q = 0; q < e->axes; q++) {
        const axis *a = &e->axis[q];
        if (a->kind == AXIS_AROUND && e->axes > 1) return plan_blame(e, a->node, "%s is refined, so nothing else can vary", a->key);
    }
    return STRATA_OK;
}
