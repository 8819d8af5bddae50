/* See library.h. A library is never unloaded: what it has registered for the end of the process must stay. */
#include "library.h"

#include <dlfcn.h>
#include <stdint.h>
#include <string.h>

strata_status library_load(const char *file, const char *package, const library_call *call, size_t count, void *calls)
{
    void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (library == NULL) return status_fail(STRATA_ERR_INTERNAL, "%s cannot be loaded (%.300s); install %s", file, dlerror(), package);
    strata_status status = STRATA_OK;
    for (size_t c = 0; c < count && status == STRATA_OK; c++) {
        void *function = dlsym(library, call[c].name);
        memcpy((uint8_t *)calls + call[c].at, &function, sizeof function); /* POSIX: pointers to functions are of the same kind */
        if (function == NULL) status = status_fail(STRATA_ERR_INTERNAL, "%s has no %s; install a newer %s", file, call[c].name, package);
    }
    (void)dlclose(library); /* it stays */
    return status;
}
