/* Where fetched data sets lie, by the environment and the XDG Base Directory Specification. */
#include <stdlib.h>

#include "data_verbs.h"

/* A variable that is set to something. The specification: a path that is not absolute is ignored. */
static const char *folder_of(const char *variable, bool absolute)
{
    const char *value = getenv(variable);
    return value != NULL && value[0] != '\0' && (!absolute || value[0] == '/') ? value : NULL;
}

strata_status data_home(text *out, const char **home)
{
    const char *own = folder_of("STRATA_HOME", false), *shared = folder_of("XDG_DATA_HOME", true), *user = folder_of("HOME", true);
    out->length = 0;
    *home = NULL;
    if (own != NULL) text_add(out, "%s", own);
    else if (shared != NULL) text_add(out, "%s/strata", shared);
    else if (user != NULL) text_add(out, "%s/.local/share/strata", user);
    else return STRATA_OK;
    if (out->failed) return status_fail(STRATA_ERR_MEMORY, "no memory for the folder of data sets");
    *home = out->at;
    return STRATA_OK;
}
