/* The folder of a test program, and a failure with its sentence: see folder.h. */
#define _XOPEN_SOURCE 700 /* nftw */
#include "folder.h"

#include <dirent.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[40];

const char *in_folder(const char *name)
{
    static char path[4][PATH];
    static int turn;
    turn = (turn + 1) % 4;
    (void)snprintf(path[turn], PATH, "%s/%.200s", folder, name);
    return path[turn];
}

int make_folder(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/strata-test-XXXXXX");
    return mkdtemp(folder) == NULL;
}

/* All that is in a folder, and in those below it. */
static int empty(const char *path)
{
    int failures = 0;
    DIR *d = opendir(path);
    if (d == NULL) return 1;
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        char inside[PATH];
        if (e->d_name[0] == '.') continue;
        if (snprintf(inside, sizeof inside, "%s/%s", path, e->d_name) >= PATH) return 1;
        if (remove(inside) == 0) continue;
        failures += empty(inside) != 0 || remove(inside) != 0;
    }
    return closedir(d) != 0 || failures > 0;
}

int empty_folder(void **state)
{
    (void)state;
    return empty(folder);
}

int remove_folder(void **state)
{
    return empty_folder(state) != 0 || rmdir(folder) != 0;
}

static int remove_one(const char *path, const struct stat *s, int kind, struct FTW *where)
{
    (void)s, (void)kind;
    return where->level == 0 ? 0 : remove(path);
}

int empty_tree(void **state)
{
    (void)state;
    return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

int remove_tree(void **state)
{
    return empty_tree(state) != 0 || rmdir(folder) != 0;
}

void assert_failed(strata_status got, strata_status due, const char *word)
{
    if (got != due) fail_msg("status %d (%s) where %d is due", (int)got, got == STRATA_OK ? "" : strata_error(), (int)due);
    if (strstr(strata_error(), word) == NULL) fail_msg("'%s' is not in the sentence '%s'", word, strata_error());
}
