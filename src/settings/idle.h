/* Settings that have no effect beside the others. */
#ifndef STRATA_SETTINGS_IDLE_H
#define STRATA_SETTINGS_IDLE_H

#include "config.h"

/* STRATA_ERR_ARGUMENT for a setting that is off its default and changes nothing, with what it would need. Else two ids would be one run,
 * and whoever gave it would take it for tried. */
strata_status idle_check(const strata_config *config);

#endif
