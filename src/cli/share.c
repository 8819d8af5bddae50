/*
 * The data files that come with the program: beside an installed one, wherever `cmake --install --prefix` put it; else in the working
 * folder of whoever has the sources; else where the build was configured to install them.
 */
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "file.h"

/* STRATA_SHARE_BESIDE leads from the program's folder to its data, if that folder is named as one of installed programs is. False where the
 * system does not say where the program is. */
static bool beside_program(const char *name, char path[4096])
{
    char program[2048];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0) return false;
    program[length] = '\0';
    *strrchr(program, '/') = '\0';
    const char *folder = strrchr(program, '/');
    if (folder == NULL || strcmp(folder, STRATA_BIN) != 0) return false;
    (void)snprintf(path, 4096, "%s/%s/%s", program, STRATA_SHARE_BESIDE, name);
    return file_exists(path);
}

const char *share_path(const char *name)
{
    static char path[4096];
    if (beside_program(name, path)) return path;
    if (file_exists(name)) return name;
    (void)snprintf(path, sizeof path, "%s/%s", STRATA_SHARE, name);
    return path;
}
