/* See draws.h. A configuration that repeats an earlier one is left out, and keeps its number: numbers depend on no other draw. */
#include "draws.h"

#include <stdio.h>
#include <string.h>

#include "config.h"
#include "overrides.h"

enum { FACTOR_MOST = 16, QUICK_DRAWS = 5, QUICK_RUNGS = 2, QUICK_LENGTH = 150 };

#define BUDGET_MOST 1000000000L

static const char *const lengths[] = { "cycles", "updates", "epochs" };

/* ---- reading ------------------------------------------------------------------------------------------------------------------------- */

/* The setting that grows, by which halving is called. */
static const yaml_node *find_length(const yaml_node *map)
{
    const yaml_node *found = NULL;
    for (size_t q = 0; q < sizeof lengths / sizeof *lengths; q++) {
        const yaml_node *one = yaml_get(map, lengths[q]);
        if (one != NULL && found != NULL) return NULL;
        if (one != NULL) found = one;
    }
    return found;
}

static strata_status take_halving(experiment *e, const yaml_node *map, bool quick)
{
    random_search *s = &e->search;
    const yaml_node *length = find_length(map), *node;
    long rungs = PLAN_RUNGS, first = 0;
    if (map->kind != YAML_MAP) return plan_blame(e, map, "halving takes a mapping: {cycles: 1, factor: 3, budget: 100}");
    TRY(PLAN_CHECK_KEYS(e, map, "cycles", "updates", "epochs", "factor", "rungs", "budget"));
    if (length == NULL) return plan_blame(e, map, "halving needs one of cycles, updates and epochs: the first rung's length");
    s->halving = map;
    s->setting = length->key;
    s->factor = 3;
    TRY(plan_take_whole(e, length, 1, BUDGET_MOST, &first));
    if ((node = yaml_get(map, "factor")) != NULL) TRY(plan_take_whole(e, node, 2, FACTOR_MOST, &s->factor));
    if ((node = yaml_get(map, "rungs")) != NULL) TRY(plan_take_whole(e, node, 2, PLAN_RUNGS, &rungs));
    if ((node = yaml_get(map, "budget")) == NULL) return plan_blame(e, map, "halving needs a budget: all its %s together", s->setting);
    TRY(plan_take_whole(e, node, 1, BUDGET_MOST, &s->budget));
    if (quick && strcmp(s->setting, "updates") != 0) first = 1;
    if (quick && first > QUICK_LENGTH) first = QUICK_LENGTH;
    s->rungs = (size_t)(quick && rungs > QUICK_RUNGS ? QUICK_RUNGS : rungs);
    s->rung[0].length = first;
    return STRATA_OK;
}

strata_status draws_take(experiment *e, const yaml_node *map, bool quick)
{
    random_search *s = &e->search;
    const yaml_node *node = yaml_get(map, "draws");
    if (map->kind != YAML_MAP) return plan_blame(e, map, "search takes a mapping: {draws: 27, seed: 1, halving: ...}");
    TRY(PLAN_CHECK_KEYS(e, map, "draws", "seed", "halving"));
    *s = (random_search){ .node = map, .seed = 1, .rungs = 1, .best = -1 };
    if (node == NULL) return plan_blame(e, map, "search needs draws: how many configurations it tries");
    TRY(plan_take_whole(e, node, 2, PLAN_VALUES, &s->draws));
    if (quick && s->draws > QUICK_DRAWS) s->draws = QUICK_DRAWS;
    if ((node = yaml_get(map, "seed")) != NULL) TRY(plan_take_whole(e, node, 0, 1000000, &s->seed));
    if ((node = yaml_get(map, "halving")) == NULL) return STRATA_OK;
    if (e->seeds == 0) return plan_blame(e, node, "a search with a budget says how many seeds each of its trainings has: seeds: 1");
    return take_halving(e, node, quick);
}

/* ---- rungs --------------------------------------------------------------------------------------------------------------------------- */

static bool is_repeated(const experiment *e, long number)
{
    for (long before = 0; before < number; before++) {
        size_t q = 0;
        while (q < e->axes && strcmp(e->axis[q].value[before], e->axis[q].value[number]) == 0) q++;
        if (q == e->axes) return true;
    }
    return false;
}

static void list_distinct(experiment *e)
{
    rung *first = &e->search.rung[0];
    first->count = 0;
    for (long number = 0; number < e->search.draws; number++) {
        if (!is_repeated(e, number)) first->list[first->count++] = number;
    }
    first->size = first->count;
}

/* Each rung has the factor's share of the one before, one configuration at least; where that is one, no further rung could choose. */
static void size_rungs(random_search *s, long first, size_t most)
{
    s->rung[0].size = first;
    for (s->rungs = 1; s->rungs < most && s->rung[s->rungs - 1].size > 1; s->rungs++) {
        const rung *last = &s->rung[s->rungs - 1];
        rung *next = &s->rung[s->rungs];
        next->length = last->length < BUDGET_MOST ? last->length * s->factor : last->length;
        next->size = last->size / s->factor > 0 ? last->size / s->factor : 1;
    }
}

long draws_cost(const experiment *e, size_t rungs, long seeds)
{
    double cost = 0; /* a product may be more than a long is everywhere; what is compared with it is 1e9 at most */
    for (size_t r = 0; r < rungs && r < e->search.rungs; r++) {
        cost += (double)e->search.rung[r].size * (double)e->search.rung[r].length * (double)seeds;
    }
    return cost < 2 * (double)BUDGET_MOST ? (long)cost : 2 * BUDGET_MOST;
}

void draws_describe(const experiment *e, text *out)
{
    const random_search *s = &e->search;
    for (size_t r = 0; r < s->rungs; r++) {
        if (s->setting == NULL) text_add(out, "%ld configurations", s->rung[r].size);
        else text_add(out, "%s%ld with %s=%ld", r > 0 ? ", " : "", s->rung[r].size, s->setting, s->rung[r].length);
    }
}

/* The most draws that the budget has room for; 0: not even for two. */
static long affordable(experiment *e, size_t most)
{
    long due = e->search.rung[0].size, draws = due;
    do size_rungs(&e->search, --draws, most);
    while (draws > 1 && draws_cost(e, e->search.rungs, e->seeds) > e->search.budget);
    size_rungs(&e->search, due, most);
    return draws > 1 ? draws : 0;
}

static strata_status check_budget(experiment *e, size_t most)
{
    const random_search *s = &e->search;
    text words = { 0 };
    long cost = draws_cost(e, s->rungs, e->seeds);
    if (cost <= s->budget) return STRATA_OK;
    long draws = affordable(e, most);
    draws_describe(e, &words);
    if (words.failed) return status_fail(STRATA_ERR_MEMORY, "no memory for a search");
    strata_status status = plan_blame(e, yaml_get(s->halving, "budget"), "the budget is %ld %s, and %s, each with %ld seed%s, come to %ld; "
                                      "it has room for %ld draws", s->budget, s->setting, words.at, e->seeds, e->seeds > 1 ? "s" : "", cost,
                                      draws);
    text_free(&words);
    return status;
}

/* What else decides the length would win. */
static strata_status check_length(const experiment *e)
{
    const random_search *s = &e->search;
    const strata_config *c = e->config;
    bool by_epochs = c->epochs > 0 && strcmp(s->setting, "epochs") != 0;
    bool by_updates = c->updates > 0 && strcmp(s->setting, "updates") != 0;
    if (!by_epochs && !by_updates) return STRATA_OK;
    return plan_blame(e, s->halving, "halving grows %s, and these trainings have their length from %s; leave %s out", s->setting,
                      by_epochs ? "epochs" : "updates", by_epochs ? "epochs" : "updates");
}

static strata_status plan_halving(experiment *e, const char *const *settings, size_t most)
{
    random_search *s = &e->search;
    const char *set = overrides_of(settings, s->setting);
    if (set != NULL) return plan_blame(e, s->halving, "%s grows in this search, so %s cannot hold for it", s->setting, text_cut(set));
    for (size_t q = 0; q < e->axes; q++) {
        const axis *a = &e->axis[q];
        if (strcmp(a->key, s->setting) == 0) return plan_blame(e, a->node, "%s grows by halving, and is not drawn", s->setting);
    }
    TRY(check_length(e));
    size_rungs(s, s->rung[0].size, most);
    for (size_t r = 0; r < s->rungs; r++) {
        strata_config tried = *e->config;
        if (draws_set_length(e, r * (size_t)s->draws, &tried) != STRATA_OK) return yaml_blame(e->path, s->halving);
    }
    return check_budget(e, most);
}

strata_status draws_plan(experiment *e, const char *const *settings)
{
    random_search *s = &e->search;
    if (s->node == NULL) return STRATA_OK;
    if (e->axes == 0) return plan_blame(e, s->node, "a search needs vary: the settings that it draws");
    if (e->check != NULL) return plan_blame(e, s->node, "a gradient check searches for nothing");
    list_distinct(e);
    return s->setting != NULL ? plan_halving(e, settings, s->rungs) : STRATA_OK;
}

/* ---- combinations -------------------------------------------------------------------------------------------------------------------- */

size_t draws_number(const experiment *e, size_t combination)
{
    return combination % (size_t)e->search.draws;
}

size_t draws_rung(const experiment *e, size_t combination)
{
    return combination / (size_t)e->search.draws;
}

bool draws_has(const experiment *e, size_t combination)
{
    const rung *r = &e->search.rung[draws_rung(e, combination)];
    long number = (long)draws_number(e, combination);
    for (long q = 0; q < r->count; q++) {
        if (r->list[q] == number) return true;
    }
    return false;
}

strata_status draws_set_length(const experiment *e, size_t combination, strata_config *config)
{
    char length[32];
    const random_search *s = &e->search;
    if (s->setting == NULL) return STRATA_OK;
    (void)snprintf(length, sizeof length, "%ld", s->rung[draws_rung(e, combination)].length);
    return strata_config_set(config, s->setting, length);
}
