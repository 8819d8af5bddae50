/* The runs that a page or a figure is about: whole ids for beginnings of ids, and where the page of these runs lies. Internal to the
 * module. */
#ifndef STRATA_REPORT_CHOSEN_H
#define STRATA_REPORT_CHOSEN_H

#include "store.h"
#include "text.h"

/* The whole ids of these runs, each once, as a list in JSON; to be freed. A run is named by its id, or by a beginning that is that of no
 * other: else STRATA_ERR_ARGUMENT. `folder` is that of the store, for sentences. Adds to *name, unless it is NULL, the name of the
 * folder of their page: the id of one run; for several that of the first, how many more there are, and the beginning of a digest of
 * all. An id that is no name of a file is not in it. */
strata_status chosen_list(store *s, const char *folder, const char *const *runs, size_t count, char **out, text *name);

#endif
