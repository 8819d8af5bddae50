/* Paths: see page_path.h. */
#include "page_path.h"

strata_status page_path(text *path, const char *folder, const char *middle, const char *name, const char *end)
{
    path->length = 0;
    text_add(path, "%s/%s%s%s", folder, middle, name, end);
    return path->failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the path of %s", name) : STRATA_OK;
}
