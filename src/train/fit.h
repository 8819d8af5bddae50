/* A configuration and the data that it is for. */
#ifndef STRATA_TRAIN_FIT_H
#define STRATA_TRAIN_FIT_H

#include "config.h"
#include "sampler.h"

/* A copy of the configuration, fitted to the data (NULL: as it is) and resolved. */
strata_config fit_resolved(const strata_config *config, const strata_data *data);

/* The same, not resolved. */
strata_config fit_to(const strata_config *config, const strata_data *data);

/* How a resolved configuration has its inputs standardised, and its mini-batches drawn; the parts of the data, and the mini-batches. */
standardisation_how fit_standardisation(const strata_config *resolved);
sampler_settings fit_sampling(const strata_config *resolved);
strata_status fit_split(const strata_config *resolved, const strata_data *data, split **out);
bool fit_is_split(const strata_config *resolved, const split *part); /* the same parts, standardised in the same way? */
strata_status fit_sampler(const strata_config *resolved, const split *part, sampler **out);

/* A form as one line, "float 4 0 0 0 3": element, features, height, width, channels, classes; and back. False when it is none. */
enum { FIT_FORM = 80 };
void fit_say_form(const strata_form *form, char out[FIT_FORM]);
bool fit_parse_form(const char *words, strata_form *out);

#endif
