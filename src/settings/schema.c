/* See schema.h. The schema is draft 2020-12 of JSON Schema, which editors apply to YAML files too. */
#include "schema.h"

#include "setting.h"

void config_put_json(json_value *object, const strata_config *config, const char *key)
{
    const setting *row = setting_find(settings_all(), key);
    if (row == NULL) json_put(object, key, NULL); /* then the document is not written */
    else row->kind->put(row, setting_value(row, config), object, key);
}

json_value *config_to_json(const strata_config *config)
{
    json_value *root = json_new_object();
    const setting_list all = settings_all();
    for (const setting *row = setting_after(all, 0); row != NULL; row = setting_after(all, row->number)) {
        row->kind->put(row, setting_value(row, config), root, row->key);
    }
    return root;
}

/* ---- the schema ---------------------------------------------------------------------------------------------------------------------- */

static json_value *property_of(const setting *row, const strata_config *defaults)
{
    json_value *property = json_new_object();
    row->kind->schema(row, property);
    row->kind->put(row, setting_value(row, defaults), property, "default");
    json_put_text(property, "description", row->help);
    return property;
}

static json_value *property_of_file(const char *type, const char *help)
{
    json_value *property = json_new_object();
    json_put_text(property, "type", type);
    json_put_text(property, "description", help);
    return property;
}

static json_value *schema_of_files(const strata_config *defaults)
{
    json_value *root = json_new_object(), *properties = json_new_object();
    for (size_t q = 0; q < SETTINGS; q++) json_put(properties, setting_rows[q].key, property_of(&setting_rows[q], defaults));
    json_put(properties, "base", property_of_file("string", "another file, whose settings come first; counted from this file's folder"));
    json_put(properties, "experiment", property_of_file("object", "what strata lab does with the settings (docs/experiments.md)"));
    json_put_text(root, "$schema", "https://json-schema.org/draft/2020-12/schema");
    json_put_text(root, "title", "strata configuration");
    json_put_text(root, "description", "The settings of a training, as strata train and strata lab read them from YAML.");
    json_put_text(root, "type", "object");
    json_put_bool(root, "additionalProperties", false);
    json_put(root, "properties", properties);
    return root;
}

strata_status strata_settings_schema(char **out)
{
    strata_config *defaults;
    REQUIRE(out != NULL);
    *out = NULL;
    TRY(strata_config_new(&defaults));
    json_value *root = schema_of_files(defaults);
    strata_status status = json_write(root, out);
    json_free(root);
    strata_config_free(defaults);
    return status;
}

bool config_is_free(const char *key)
{
    const setting *row = setting_find(settings_all(), key);
    return row == NULL || row->identity.rule == IDENTITY_AS || row->identity.rule == IDENTITY_NEVER;
}
