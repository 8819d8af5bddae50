/* See overrides.h. Later words win, as they do for strata train. */
#include "overrides.h"

#include <string.h>

#include "alloc.h"
#include "setting.h"

enum { KEY = 64 };

/* The key of "key=value", and the value; NULL when it is none. */
static const char *take_apart(const char *word, char key[KEY])
{
    const char *equals = strchr(word, '=');
    if (equals == NULL || (size_t)(equals - word) >= KEY) return NULL;
    memcpy(key, word, (size_t)(equals - word));
    key[equals - word] = '\0';
    return equals + 1;
}

const char *overrides_of(const char *const *settings, const char *key)
{
    char its[KEY];
    const char *last = NULL;
    for (size_t q = 0; settings != NULL && settings[q] != NULL; q++) {
        if (take_apart(settings[q], its) != NULL && strcmp(its, key) == 0) last = settings[q];
    }
    return last;
}

strata_status overrides_apply(const char *const *settings, strata_config *config)
{
    char key[KEY];
    for (size_t q = 0; settings != NULL && settings[q] != NULL; q++) {
        const char *value = take_apart(settings[q], key);
        if (value == NULL) return status_fail(STRATA_ERR_ARGUMENT, "'%s' is no setting; key=value is one", text_cut(settings[q]));
        TRY(strata_config_set(config, key, value));
    }
    return STRATA_OK;
}

static strata_status describe(const char *const *settings, strata_config *config, text *out)
{
    char key[KEY], value[512];
    TRY(overrides_apply(settings, config));
    for (size_t q = 0; settings != NULL && settings[q] != NULL; q++) {
        if (take_apart(settings[q], key) == NULL || overrides_of(settings, key) != settings[q] || strcmp(key, "name") == 0) continue;
        TRY(strata_config_get(config, key, value, sizeof value));
        text_add(out, "%s%s=%s", out->length > 0 ? ", " : "", key, value);
    }
    return out->failed ? status_fail(STRATA_ERR_MEMORY, "no memory for settings") : STRATA_OK;
}

strata_status overrides_describe(const char *const *settings, text *out)
{
    strata_config *config;
    TRY(strata_config_new(&config));
    strata_status status = describe(settings, config, out);
    strata_config_free(config);
    return status;
}

static bool makes_another(const char *key)
{
    static const char *const same[] = { "backend", "seed", "diagnose", "eval_train" };
    bool found = setting_is_idle(setting_find(settings_all(), key));
    for (size_t q = 0; q < sizeof same / sizeof *same; q++) found = found || strcmp(same[q], key) == 0;
    return !found;
}

strata_status overrides_changed(const char *const *settings, const strata_config *own, const strata_config *config, text *out)
{
    char key[KEY], before[512], after[512];
    for (size_t q = 0; settings != NULL && settings[q] != NULL; q++) {
        if (take_apart(settings[q], key) == NULL || overrides_of(settings, key) != settings[q] || !makes_another(key)) continue;
        TRY(strata_config_get(own, key, before, sizeof before));
        TRY(strata_config_get(config, key, after, sizeof after));
        if (strcmp(before, after) != 0) text_add(out, "%s%s=%s", out->length > 0 ? ", " : "", key, after);
    }
    return out->failed ? status_fail(STRATA_ERR_MEMORY, "no memory for settings") : STRATA_OK;
}

strata_status overrides_without_name(const char *const *settings, const char ***out)
{
    size_t count = 0;
    void *made;
    char key[KEY];
    while (settings != NULL && settings[count] != NULL) count++;
    TRY(alloc_zero(&made, count + 1, sizeof(const char *), "the settings of a call"));
    const char **list = made;
    for (size_t q = 0, kept = 0; q < count; q++) {
        if (take_apart(settings[q], key) == NULL || strcmp(key, "name") != 0) list[kept++] = settings[q];
    }
    *out = list;
    return STRATA_OK;
}
