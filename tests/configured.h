/* Configurations for tests of settings, by value, so that a test that fails has nothing to free. */
#ifndef STRATA_TESTS_CONFIGURED_H
#define STRATA_TESTS_CONFIGURED_H

#include "config.h"

/* Every setting at its default. */
strata_config fresh(void);

/* Two settings away from their defaults, so that "unchanged" is not "as new". */
strata_config touched(void);

/* The setting's text is what is due. */
void assert_value(const strata_config *c, const char *key, const char *due);

/* It is as touched() made it. */
void assert_untouched(const strata_config *c);

#endif
