/* What all files share that read experiments: who is to blame, values of one node, and how much there is to train. See plan.h. */
#include "plan.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "text.h"

enum { QUICK_SEEDS = 2 };

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

strata_status plan_try(const experiment *e, const axis *a, const yaml_node *node, const char *value)
{
    strata_config tried = *e->config;
    return strata_config_set(&tried, a->key, value) == STRATA_OK ? STRATA_OK : yaml_blame(e->path, node);
}

/* ---- values of one node -------------------------------------------------------------------------------------------------------------- */

strata_status plan_take_word(const experiment *e, const yaml_node *node, const char **out)
{
    if (node->kind != YAML_WORD) return plan_blame(e, node, "%s takes a plain text", node->key);
    *out = node->word;
    return STRATA_OK;
}

strata_status plan_take_real(const experiment *e, const yaml_node *node, double *out)
{
    if (node->kind == YAML_WORD && text_to_double(node->word, out) && isfinite(*out)) return STRATA_OK;
    return plan_blame(e, node, "%s takes a number, not '%s'", node->key[0] != '\0' ? node->key : "this list", text_cut(node->word));
}

/* A share 0..1, as accuracies are. */
strata_status plan_take_share(const experiment *e, const yaml_node *node, double *out)
{
    TRY(plan_take_real(e, node, out));
    return *out >= 0 && *out <= 1 ? STRATA_OK : plan_blame(e, node, "%s = %s is outside 0 .. 1", node->key, text_cut(node->word));
}

strata_status plan_take_whole(const experiment *e, const yaml_node *node, long least, long most, long *out)
{
    int64_t value;
    if (node->kind != YAML_WORD || !text_to_int64(node->word, &value) || value < least || value > most) {
        return plan_blame(e, node, "%s takes a whole number from %ld to %ld, not '%s'", node->key, least, most, text_cut(node->word));
    }
    *out = (long)value;
    return STRATA_OK;
}

strata_status plan_take_pair(const experiment *e, const yaml_node *node, double *from, double *to)
{
    const yaml_node *first = node->kind == YAML_LIST ? node->first : NULL, *second = first != NULL ? first->next : NULL;
    if (second == NULL || second->next != NULL) return plan_blame(e, node, "%s takes a list of two numbers: [from, to]", node->key);
    TRY(plan_take_real(e, first, from));
    return plan_take_real(e, second, to);
}

/* Two positive numbers, the first not above the second. */
strata_status plan_take_range(const experiment *e, const yaml_node *node, axis *a)
{
    TRY(plan_take_pair(e, node, &a->from, &a->to));
    if (!(a->from > 0 && a->from <= a->to)) return plan_blame(e, node, "%s needs 0 < from <= to", node->key);
    return STRATA_OK;
}

/* Refuses a key that is not in the list, and names the nearest. */
strata_status plan_check_keys(const experiment *e, const yaml_node *map, const char *const *known, size_t count)
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

/* ---- how much ------------------------------------------------------------------------------------------------------------------------ */

void plan_free(experiment *e)
{
    free(e->path);
    yaml_file_free(e->root);
    strata_config_free(e->config);
    text_free(&e->changed);
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

/* Of the rungs of a random search from this one on. */
static long rungs_size(const experiment *e, size_t from)
{
    long size = 0;
    for (size_t r = from; r < e->search.rungs; r++) size += e->search.rung[r].size;
    return size;
}

long plan_size(const experiment *e, long seeds)
{
    long size = seeds;
    if (e->check != NULL) return 0;
    if (e->search.node != NULL) return seeds * rungs_size(e, 0);
    for (size_t q = 0; q < e->axes; q++) size *= plan_values(&e->axis[q]);
    return size;
}

/* What is refined by rounds varies alone. */
long plan_later(const experiment *e, long seeds)
{
    if (e->search.node != NULL) return seeds * rungs_size(e, (size_t)e->round + 1);
    return e->axes == 1 ? seeds * later_values(&e->axis[0], e->round + 1) : 0;
}

/* Of one training of this rung. */
static double rung_work(const experiment *e, const rung *r)
{
    char length[32];
    strata_config config = *e->config;
    (void)snprintf(length, sizeof length, "%ld", r->length);
    if (e->search.setting != NULL) (void)strata_config_set(&config, e->search.setting, length); /* it was tried when it was read */
    return strata_config_work(&config);
}

double plan_work(const experiment *e, long seeds, long trainings)
{
    double work = 0;
    if (e->search.node == NULL) return (double)trainings * strata_config_work(e->config);
    for (size_t r = e->search.rungs; r-- > 0 && trainings > 0;) {
        long here = seeds * e->search.rung[r].size < trainings ? seeds * e->search.rung[r].size : trainings;
        work += (double)here * rung_work(e, &e->search.rung[r]);
        trainings -= here;
    }
    return work;
}
