/* See run_list.h. The last axis changes fastest, and the seed faster still. */
#include "run_list.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "config.h"
#include "draws.h"
#include "text.h"

enum { TRAININGS = 10000 }; /* of one experiment */

size_t run_list_combinations(const experiment *e)
{
    size_t product = 1;
    if (e->search.node != NULL) return (size_t)e->search.draws * e->search.rungs;
    for (size_t q = 0; q < e->axes; q++) product *= e->axis[q].values;
    return product;
}

/* The number of its value on each axis. */
static void place_of(const experiment *e, size_t c, size_t place[PLAN_AXES])
{
    for (size_t q = e->axes; q-- > 0;) {
        place[q] = e->search.node != NULL ? draws_number(e, c) : c % e->axis[q].values;
        c = e->search.node != NULL ? c : c / e->axis[q].values;
    }
}

static strata_status add_word(text *label, const strata_config *config, const char *key)
{
    char value[PLAN_WORD];
    TRY(strata_config_get(config, key, value, sizeof value));
    text_add(label, "%s%s=%s", label->length > 0 ? ", " : "", key, value);
    return STRATA_OK;
}

/* Sets what the axes say; a value that the setting refuses is blamed on the file. */
static strata_status set_axes(const experiment *e, size_t c, strata_config *config, text *label)
{
    size_t place[PLAN_AXES];
    place_of(e, c, place);
    for (size_t q = e->axes; q-- > 0;) {
        const axis *a = &e->axis[q];
        if (strata_config_set(config, a->key, a->value[place[q]]) != STRATA_OK) return yaml_blame(e->path, a->node);
    }
    if (e->search.node != NULL) TRY(draws_set_length(e, c, config));
    for (size_t q = 0; q < e->axes; q++) TRY(add_word(label, config, e->axis[q].key));
    if (e->search.setting != NULL) TRY(add_word(label, config, e->search.setting));
    if (label->failed) return status_fail(STRATA_ERR_MEMORY, "no memory for a label");
    if (strata_config_check(config) != STRATA_OK) return status_fail_at(STRATA_ERR_ARGUMENT, e->path);
    return STRATA_OK;
}

strata_status run_list_configure(const experiment *e, size_t c, strata_config **out, char label[RUN_LABEL])
{
    text words = { 0 };
    TRY(strata_config_copy(e->config, out));
    strata_status status = set_axes(e, c, *out, &words);
    if (status == STRATA_OK && words.length >= RUN_LABEL) status = plan_blame(e, NULL, "the label '%s' is too long", text_cut(words.at));
    if (status == STRATA_OK) (void)snprintf(label, RUN_LABEL, "%s", words.at != NULL ? words.at : "");
    text_free(&words);
    if (status == STRATA_OK) return STRATA_OK;
    strata_config_free(*out);
    *out = NULL;
    return status;
}

static strata_status make_room(run_list *all, size_t more)
{
    if (all->room - all->count >= more) return STRATA_OK;
    size_t room = 2 * (all->count + more);
    planned_run *list = realloc(all->list, room * sizeof *list);
    if (list == NULL) return status_fail(STRATA_ERR_MEMORY, "no memory for %zu trainings", room);
    all->list = list;
    all->room = room;
    return STRATA_OK;
}

static strata_status add_seed(run_list *all, const experiment *e, const planned_run *like, const strata_config *config, long seed)
{
    char digits[32];
    planned_run *m = &all->list[all->count];
    *m = *like;
    TRY(strata_config_copy(config, &m->config));
    all->count++;
    (void)snprintf(digits, sizeof digits, "%ld", seed);
    m->seed = seed;
    if (strata_config_set(m->config, "seed", digits) != STRATA_OK) return status_fail_at(STRATA_ERR_ARGUMENT, e->path);
    return strata_run_id(m->config, m->data, m->id);
}

/* By id, then as listed: the first of those that are the same comes first. */
static int by_id(const void *a, const void *b)
{
    const planned_run *x = *(const planned_run *const *)a, *y = *(const planned_run *const *)b;
    int order = strcmp(x->id, y->id);
    return order != 0 ? order : (x > y) - (x < y);
}

strata_status run_list_twins(const run_list *all, size_t from, size_t *first)
{
    void *made;
    size_t count = all->count - from;
    TRY(alloc_zero(&made, count, sizeof(planned_run *), "a list of trainings"));
    const planned_run **sorted = made, *same = NULL;
    for (size_t m = 0; m < count; m++) sorted[m] = &all->list[from + m];
    qsort(sorted, count, sizeof *sorted, by_id);
    for (size_t m = 0; m < count; m++) {
        if (same == NULL || strcmp(same->id, sorted[m]->id) != 0) same = sorted[m];
        first[sorted[m] - all->list] = (size_t)(same - all->list);
    }
    free(sorted);
    return STRATA_OK;
}

/* Two values may mean the same: 0.1 and 1e-1, or n_s = 0 and the five epochs that it stands for. */
static strata_status check_distinct(const run_list *all, size_t from, const experiment *e)
{
    void *made;
    TRY(alloc_zero(&made, all->count, sizeof(size_t), "a list of trainings"));
    size_t *first = made;
    strata_status status = run_list_twins(all, from, first);
    for (size_t m = from; m < all->count && status == STRATA_OK; m++) {
        if (first[m] == m) continue;
        status = plan_blame(e, e->axis[0].node, "%s and %s are the same training; name each value once", all->list[first[m]].label,
                            all->list[m].label);
    }
    free(first);
    return status;
}

strata_status run_list_add(run_list *all, const experiment *e, size_t number, long seeds)
{
    size_t combinations = run_list_combinations(e), from = all->count;
    size_t most = e->search.node != NULL ? (size_t)plan_size(e, 1) : combinations;
    if (most > (size_t)(TRAININGS / seeds)) return plan_blame(e, e->axis[0].node, "more than %d trainings", TRAININGS);
    TRY(make_room(all, combinations * (size_t)seeds));
    for (size_t c = 0; c < combinations; c++) {
        planned_run like = { .experiment = number, .data = e->data, .ord = (long)c, .train = true };
        strata_config *config;
        if (e->search.node != NULL && !draws_has(e, c)) continue;
        TRY(run_list_configure(e, c, &config, like.label));
        like.work = strata_config_work(config);
        strata_status status = STRATA_OK;
        for (long s = 0; s < seeds && status == STRATA_OK; s++) status = add_seed(all, e, &like, config, (long)config->seed + s);
        strata_config_free(config);
        TRY(status);
    }
    return check_distinct(all, from, e);
}

strata_status run_list_add_one(run_list *all, const strata_config *config, size_t number, const strata_data *data)
{
    TRY(make_room(all, 1));
    planned_run *m = &all->list[all->count];
    *m = (planned_run){ .experiment = number, .data = data, .seed = (long)config->seed, .train = true,
                        .work = strata_config_work(config) };
    TRY(strata_config_copy(config, &m->config));
    all->count++;
    return strata_run_id(config, data, m->id);
}

size_t run_list_missing(const run_list *all, const strata_data *data)
{
    size_t count = 0;
    for (size_t m = 0; m < all->count; m++) count += all->list[m].train && all->list[m].data == data;
    return count;
}

/* Trainings of one experiment follow one another. */
bool run_list_brings_data(const run_list *all, size_t m)
{
    size_t q = 0;
    if (m > 0 && all->list[m - 1].data == all->list[m].data) return false;
    while (q < m && all->list[q].data != all->list[m].data) q++;
    return q == m;
}

void run_list_cut(run_list *all, size_t count)
{
    while (all->count > count) strata_config_free(all->list[--all->count].config);
}

void run_list_free(run_list *all)
{
    run_list_cut(all, 0);
    free(all->list);
    *all = (run_list){ 0 };
}
