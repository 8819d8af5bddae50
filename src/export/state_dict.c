/* See state_dict.h. */
#include "state_dict.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

static const char *const roles[STATE_ROLES] = { "weight", "bias", "running_mean", "running_var" };

/* A name taken apart: [PREFIX.]NUMBER.ROLE */
typedef struct {
    size_t prefix; /* its length, with the dot */
    long number;
    state_role role;
} parts;

enum { NUMBER_MOST = 1000000 };

static bool take_apart(const char *name, parts *out)
{
    const char *dot = strrchr(name, '.'), *first = dot;
    if (dot == NULL) return false;
    while (first > name && first[-1] >= '0' && first[-1] <= '9') first--;
    if (first == dot || dot - first > 6 || (first > name && first[-1] != '.')) return false;
    *out = (parts){ .prefix = (size_t)(first - name), .number = strtol(first, NULL, 10) };
    while (out->role < STATE_ROLES && strcmp(dot + 1, roles[out->role]) != 0) out->role++;
    return out->role < STATE_ROLES && out->number < NUMBER_MOST;
}

static state_module *module_of(state_dict *dict, long number)
{
    int m = 0;
    while (m < dict->count && dict->module[m].number != number) m++;
    if (m == dict->count) dict->module[dict->count++] = (state_module){ .number = number };
    return &dict->module[m];
}

static strata_status take(const tensorfile *file, const char *name, const parts *p, state_dict *dict)
{
    state_module *module = module_of(dict, p->number);
    if (module->name[p->role] != NULL) { /* "00.weight" */
        return status_fail(STRATA_ERR_DATA, "tensor '%.60s': module %ld has its %s twice", name, p->number, roles[p->role]);
    }
    module->name[p->role] = name;
    if (p->role != STATE_WEIGHT) return STRATA_OK;
    (void)tensorfile_shape(file, name, &module->rows, &module->cols);
    module->matrix = module->cols > 0;
    return STRATA_OK;
}

static int by_number(const void *a, const void *b)
{
    long x = ((const state_module *)a)->number, y = ((const state_module *)b)->number;
    return (x > y) - (x < y);
}

strata_status state_dict_read(const tensorfile *file, state_dict *out)
{
    const char *name, *first = NULL;
    size_t prefix = 0;
    out->count = 0;
    for (int q = 0; (name = tensorfile_name(file, q)) != NULL; q++) {
        parts p;
        if (strcmp(name, "input.mean") == 0 || strcmp(name, "input.std") == 0) continue;
        if (!take_apart(name, &p)) {
            return status_fail(STRATA_ERR_DATA, "tensor '%.60s': its name is none of an nn.Sequential, which calls them NUMBER.weight, "
                               "NUMBER.bias, NUMBER.running_mean and NUMBER.running_var, as 0.weight: save the state_dict of one",
                               text_cut(name));
        }
        if (first != NULL && (p.prefix != prefix || memcmp(first, name, prefix) != 0)) {
            return status_fail(STRATA_ERR_DATA, "tensor '%.60s' is of another nn.Sequential than '%.60s': save one alone", name, first);
        }
        if (first == NULL) prefix = p.prefix;
        if (first == NULL) first = name;
        TRY(take(file, name, &p, out));
    }
    qsort(out->module, (size_t)out->count, sizeof *out->module, by_number);
    return out->count > 0 ? STRATA_OK : status_fail(STRATA_ERR_DATA, "has no tensor of an nn.Sequential (0.weight, 0.bias, ...)");
}
