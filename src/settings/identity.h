/*
 * A run's identity: the same training has the same id, whatever the run is called, however many threads share it, and whichever release of
 * strata trains it. The id is a digest of the settings that matter, the data's digest and the number of the numerics
 * (docs/decisions/0074).
 */
#ifndef STRATA_SETTINGS_IDENTITY_H
#define STRATA_SETTINGS_IDENTITY_H

#include "setting.h"

/* The number of the numerics: raised when the same settings leave other bits in a model or a curve on the same kernels, and then only
 * (tests/golden.csv changes in the same commit). */
enum { NUMERICS = 1 };

enum { RUN_ID = 13 }; /* 12 digits and the final zero */

/* The text whose digest is the id, of a resolved configuration. */
void identity_describe(setting_list list, const strata_config *resolved, const char *data_digest, long numerics, text *out);

/* The id: the first 12 digits of the SHA-256 digest of that text. */
strata_status run_make_id(const strata_config *resolved, const char *data_digest, long numerics, char out[RUN_ID]);

#endif
