/* A configuration and the data that it is for. */
#ifndef STRATA_TRAIN_FIT_H
#define STRATA_TRAIN_FIT_H

#include "config.h"
#include "dataset.h"

/* A copy of the configuration, fitted to the data (NULL: as it is) and resolved. */
strata_config fit_resolved(const strata_config *config, const strata_data *data);

/* The same, not resolved. */
strata_config fit_to(const strata_config *config, const strata_data *data);

/* A form as one line, "float 4 0 0 0 3": element, features, height, width, channels, classes; and back. False when it is none. */
enum { FIT_FORM = 80 };
void fit_say_form(const strata_form *form, char out[FIT_FORM]);
bool fit_parse_form(const char *words, strata_form *out);

#endif
