/* Where the runs of an experiment lie on what it varies, for the views place and label_place. Internal to the module. */
#ifndef STRATA_LAB_PLACES_H
#define STRATA_LAB_PLACES_H

#include "plan.h"
#include "store.h"

/* The settings that the experiment varies, in their order. */
strata_status places_put_axes(store *s, const experiment *e);

/* A newer setting is in no config where it is neutral (docs/decisions/0120). Runs of the experiment without such a line stand at the
 * neutral value of what it varies from then on (docs/decisions/0125). */
strata_status places_fill(store *s, const experiment *e);

#endif
