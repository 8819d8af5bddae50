/* Settings as JSON: the values of a configuration, and a schema of configuration files for editors. */
#ifndef STRATA_SETTINGS_SCHEMA_H
#define STRATA_SETTINGS_SCHEMA_H

#include "json.h"
#include "strata/settings.h"

/* Puts one setting under its key. */
void config_put_json(json_value *object, const strata_config *config, const char *key);

/* All settings, as an object; in the order of their numbers, as in all files. */
json_value *config_to_json(const strata_config *config);

/* May runs of one id differ in this setting? True of those that change no training (the name, threads), and of a key that no setting has.
 * */
bool config_is_free(const char *key);

#endif
