/* What varies in an experiment: the part `vary:` of its file. Internal to the module. */
#ifndef STRATA_LAB_AXES_H
#define STRATA_LAB_AXES_H

#include "plan.h"

/* Reads it. settings: of the call, as for plan_read; what they say does not vary. */
strata_status axes_take(experiment *e, const yaml_node *map, bool quick, const char *const *settings);

/* Is the node's key a setting, and one that tells trainings apart? */
strata_status axes_check_setting(const experiment *e, const yaml_node *node);

#endif
