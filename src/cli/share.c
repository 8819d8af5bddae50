/* The data files that come with the program: in the working folder of whoever has the sources, else where `cmake --install` put them. */
#include "cli.h"
#include "file.h"

const char *share_path(const char *name)
{
    static char path[4096];
    if (file_exists(name)) return name;
    (void)snprintf(path, sizeof path, "%s/%s", STRATA_SHARE, name);
    return path;
}
