/* Settings of a call that hold in place of what its files say: texts "key=value", NULL behind the last. Internal to the module. */
#ifndef STRATA_LAB_OVERRIDES_H
#define STRATA_LAB_OVERRIDES_H

#include "strata/settings.h"
#include "text.h"

/* The last of them that sets this key, or NULL. No list (NULL) is an empty one, here and below. */
const char *overrides_of(const char *const *settings, const char *key);

/* Sets them in their order. STRATA_ERR_ARGUMENT as strata_config_set has it. */
strata_status overrides_apply(const char *const *settings, strata_config *config);

/* "n_s=500, bn=false" as records write the values, each setting once; without `name`, which is the experiment's own. */
strata_status overrides_describe(const char *const *settings, text *out);

/* As overrides_describe, and those alone that make another training of it: `own` has the values before, `config` those after. Who computes,
 * which seed is the first, and what is measured while it trains are none of them. */
strata_status overrides_changed(const char *const *settings, const strata_config *own, const strata_config *config, text *out);

/* Those that do not set the name: a list of the caller's, to be freed, whose texts are borrowed. */
strata_status overrides_without_name(const char *const *settings, const char ***out);

#endif
