/* Paths of what the report reads and writes. Internal to the module. */
#ifndef STRATA_REPORT_PAGE_PATH_H
#define STRATA_REPORT_PAGE_PATH_H

#include "text.h"

/* "FOLDER/middle/NAMEend" as a text; the caller frees it. */
strata_status page_path(text *path, const char *folder, const char *middle, const char *name, const char *end);

#endif
