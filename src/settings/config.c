/* A configuration: made, copied, set and read by key, and as the lines that files keep. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "setting.h"

/* ---- the public calls ---------------------------------------------------------------------------------------------------------------- */

strata_status strata_config_new(strata_config **out)
{
    void *made;
    *out = NULL;
    TRY(alloc_zero(&made, 1, sizeof **out, "a configuration"));
    strata_config *config = made;
    for (size_t q = 0; q < SETTINGS; q++) {
        const setting *row = &setting_rows[q];
        strata_status status = row->kind->parse(row, row->fallback, setting_field(row, config));
        if (status != STRATA_OK) {
            free(config);
            return status;
        }
    }
    config->form = config_first_form;
    *out = config;
    return STRATA_OK;
}

strata_status strata_config_copy(const strata_config *from, strata_config **out)
{
    void *made;
    *out = NULL;
    TRY(alloc_zero(&made, 1, sizeof **out, "a configuration"));
    *out = made;
    **out = *from;
    return STRATA_OK;
}

void strata_config_free(strata_config *config)
{
    free(config);
}

strata_status strata_config_set(strata_config *config, const char *key, const char *value)
{
    REQUIRE(config != NULL && key != NULL && value != NULL);
    const setting *row = setting_find(settings_all(), key);
    if (row == NULL) return setting_unknown(key);
    TRY(row->kind->parse(row, value, setting_field(row, config)));
    config->given[row - setting_rows] = true;
    return STRATA_OK;
}

bool strata_config_given(const strata_config *config, const char *key)
{
    const setting *row = config != NULL && key != NULL ? setting_find(settings_all(), key) : NULL;
    return row != NULL && config->given[row - setting_rows];
}

strata_status strata_config_get(const strata_config *config, const char *key, char *out, size_t size)
{
    REQUIRE(config != NULL && key != NULL && out != NULL && size > 0);
    const setting *row = setting_find(settings_all(), key);
    text value = { 0 };
    if (row == NULL) return setting_unknown(key);
    row->kind->print(row, setting_value(row, config), &value);
    strata_status status = value.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the setting '%s'", key) : STRATA_OK;
    if (status == STRATA_OK) (void)snprintf(out, size, "%s", value.at);
    text_free(&value);
    return status;
}

/* ---- as lines ------------------------------------------------------------------------------------------------------------------------ */

/* Readers before 0.2.0 know the rows up to here and refuse another, so a newer row stands in a file only where it is not neutral. */
enum { SETTING_ALWAYS_WRITTEN = 22 };

static void describe_setting(const setting *row, const strata_config *config, text *out)
{
    text value = { 0 };
    row->kind->print(row, setting_value(row, config), &value);
    out->failed = out->failed || value.failed;
    bool left_out = row->number > SETTING_ALWAYS_WRITTEN && value.at != NULL && strcmp(value.at, row->identity.text) == 0;
    if (value.at != NULL && !left_out) text_add(out, "%s = %s\n", row->key, value.at);
    text_free(&value);
}

void settings_describe(setting_list list, const strata_config *config, text *out)
{
    for (const setting *row = setting_after(list, 0); row != NULL; row = setting_after(list, row->number)) {
        describe_setting(row, config, out);
    }
}

enum { CONFIG_VALUE = 1024 };

/* One line: the words before and after " = ". False when it is none. */
static bool split_line(const char *line, size_t length, char key[CONFIG_WORD], char value[CONFIG_VALUE])
{
    const char *equals = strstr(line, " = ");
    size_t before = equals != NULL ? (size_t)(equals - line) : length;
    if (before == 0 || before + 3 >= length || before >= CONFIG_WORD || length - before - 3 >= CONFIG_VALUE) return false;
    memcpy(key, line, before);
    key[before] = '\0';
    memcpy(value, equals + 3, length - before - 3);
    value[length - before - 3] = '\0';
    return true;
}

/* One line, into the configuration; seen has a place for each row. */
static strata_status read_line(setting_list list, strata_config *config, bool *seen, const char *line, size_t length)
{
    char key[CONFIG_WORD], value[CONFIG_VALUE];
    if (line[length] != '\n') {
        return status_fail(STRATA_ERR_DATA, "the last configuration line, '%s', has no line break behind it: it is cut off",
                           text_cut(line));
    }
    if (!split_line(line, length, key, value)) {
        return status_fail(STRATA_ERR_DATA, "a configuration line is not of the form key = value: '%s'", text_cut(line));
    }
    const setting *row = setting_find(list, key);
    strata_status status = row != NULL ? row->kind->parse(row, value, setting_field(row, config)) : setting_unknown(key);
    if (status != STRATA_OK) return STRATA_ERR_DATA; /* with the sentence of the setting */
    bool *before = &seen[row - list.rows];
    if (*before) return status_fail(STRATA_ERR_DATA, "the configuration has two lines for %s", key);
    *before = true;
    return STRATA_OK;
}

/* What a file from before a setting does not say: what was done then. */
static strata_status add_unsaid(setting_list list, strata_config *config, const bool *seen)
{
    for (const setting *row = list.rows; row < list.rows + list.count; row++) {
        bool newer = row->identity.rule == IDENTITY_UNLESS || row->identity.rule == IDENTITY_NEVER;
        if (newer && !seen[row - list.rows]) TRY(row->kind->parse(row, row->identity.text, setting_field(row, config)));
    }
    return STRATA_OK;
}

strata_status settings_read(setting_list list, strata_config *config, const char *lines)
{
    void *seen;
    strata_status status = alloc_zero(&seen, list.count, sizeof(bool), "reading a configuration");
    for (size_t length; status == STRATA_OK && *lines != '\0'; lines += length + 1) {
        length = strcspn(lines, "\n");
        status = read_line(list, config, seen, lines, length);
        if (status != STRATA_OK) break;
    }
    if (status == STRATA_OK) status = add_unsaid(list, config, seen);
    free(seen);
    return status;
}

void config_describe(const strata_config *config, text *out)
{
    settings_describe(settings_all(), config, out);
}

strata_status config_read(strata_config *config, const char *lines)
{
    TRY(settings_read(settings_all(), config, lines));
    /* Numbers do not depend on who computed them: a backend that is missing here becomes this machine's. */
    if (mat_backend_named(config->backend) == NULL) (void)snprintf(config->backend, sizeof config->backend, "auto");
    return config_check_settings(config) == STRATA_ERR_ARGUMENT ? STRATA_ERR_DATA : STRATA_OK;
}
