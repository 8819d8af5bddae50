/* Stored runs on stdout, for people. */
#ifndef STRATA_CLI_RUNS_PRINT_H
#define STRATA_CLI_RUNS_PRINT_H

#include "runs.h"

/* Text from a store may hold anything, so control characters are shown as "?". At most `most` characters of it, the last three of which are
 * "..." when it is longer, and blanks up to `width`. A character is one of UTF-8. */
void stored_text_print(const char *value, int width, int most);
int stored_text_width(const char *value);

void stored_run_print(const stored_run *run);
void stored_runs_print_difference(const runs_comparison *c);

/* strata runs verify of a folder, or of the usual ones (NULL). STRATA_ERR_CHECK when a file is not what was recorded. */
strata_status runs_print_verified(const char *folder, bool json);

#endif
