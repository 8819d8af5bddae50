/* The table of settings: the rows of settings.def, how one is found, and what the public face shows of them. */
#include "setting.h"

#include <pthread.h>
#include <string.h>

#include "other_words.h"

#define ALWAYS { IDENTITY_ALWAYS, NULL }
#define AS(text) { IDENTITY_AS, text }
#define UNLESS(neutral) { IDENTITY_UNLESS, neutral }
#define NEVER(neutral) { IDENTITY_NEVER, neutral }

const setting setting_rows[SETTINGS] = {
#define SETTING(number, subject, key, kind, fallback, identity, least, most, words, help)                                  \
    { number, #subject, #key, &setting_kind_##kind, fallback, identity, least, most, #least, #most, words, help,          \
      offsetof(strata_config, key) },
#include "settings.def"
#undef SETTING
};

setting_list settings_all(void)
{
    return (setting_list){ setting_rows, SETTINGS };
}

const setting *setting_find(setting_list list, const char *key)
{
    for (const setting *row = list.rows; row < list.rows + list.count; row++) {
        if (strcmp(row->key, key) == 0) return row;
    }
    return NULL;
}

const setting *setting_after(setting_list list, int number)
{
    const setting *next = NULL;
    for (const setting *row = list.rows; row < list.rows + list.count; row++) {
        if (row->number > number && (next == NULL || row->number < next->number)) next = row;
    }
    return next;
}

void *setting_field(const setting *row, strata_config *config)
{
    return (char *)config + row->offset;
}

const void *setting_value(const setting *row, const strata_config *config)
{
    return (const char *)config + row->offset;
}

bool setting_is_idle(const setting *row)
{
    return row->identity.rule == IDENTITY_AS || row->identity.rule == IDENTITY_NEVER;
}

strata_status setting_unknown(const char *key)
{
    const char *names[SETTINGS], *meant = setting_other_word(key);
    if (meant != NULL) return status_fail(STRATA_ERR_ARGUMENT, "unknown setting '%s': %s", text_cut(key), meant);
    for (size_t q = 0; q < SETTINGS; q++) names[q] = setting_rows[q].key;
    const char *near = text_nearest(key, names, SETTINGS);
    if (near != NULL) return status_fail(STRATA_ERR_ARGUMENT, "unknown setting '%s'; did you mean '%s'?", text_cut(key), near);
    return status_fail(STRATA_ERR_ARGUMENT, "unknown setting '%s'; strata train --help lists the %d that there are", text_cut(key),
                       SETTINGS);
}

/* ---- the public face ----------------------------------------------------------------------------------------------------------------- */

static strata_setting shown[SETTINGS];

/* The ranges are made from the rows, once. */
static void show_rows(void)
{
    static char range[SETTINGS][SETTING_RANGE];
    for (size_t q = 0; q < SETTINGS; q++) {
        const setting *row = &setting_rows[q];
        row->kind->range(row, range[q]);
        shown[q] = (strata_setting){ row->key, row->kind->name, row->fallback, range[q], row->help, row->subject };
    }
}

const strata_setting *strata_settings(size_t *count)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, show_rows);
    *count = SETTINGS;
    return shown;
}
