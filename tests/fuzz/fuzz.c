/* A folder for the files of this process, and what to do when a promise is broken: see fuzz.h. */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[64];

_Noreturn void fuzz_broken(const char *file, int line, const char *promise)
{
    (void)fprintf(stderr, "%s:%d: broken promise: %s (last sentence: %s)\n", file, line, promise, strata_error());
    abort();
}

static void remove_folder(void)
{
    DIR *d = opendir(folder);
    if (d == NULL) return;
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        if (e->d_name[0] != '.') (void)unlink(fuzz_path(e->d_name));
    }
    (void)closedir(d);
    (void)rmdir(folder);
}

static void make_folder(void)
{
    (void)snprintf(folder, sizeof folder, "%s/strata-fuzz-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    PROMISE(mkdtemp(folder) != NULL);
    (void)atexit(remove_folder);
}

const char *fuzz_path(const char *name)
{
    static char path[4][400];
    static int turn;
    if (folder[0] == '\0') make_folder();
    turn = (turn + 1) % 4;
    (void)snprintf(path[turn], sizeof path[turn], "%s/%.300s", folder, name);
    return path[turn];
}

const char *fuzz_file(const char *name, const uint8_t *data, size_t size)
{
    const char *path = fuzz_path(name);
    FILE *f = fopen(path, "wb");
    PROMISE(f != NULL && fwrite(data, 1, size, f) == size && fclose(f) == 0);
    return path;
}

bool fuzz_taken(strata_status status)
{
    if (status == STRATA_OK) return true;
    PROMISE(status == STRATA_ERR_ARGUMENT || status == STRATA_ERR_DATA || status == STRATA_ERR_STORAGE);
    PROMISE(strata_error()[0] != '\0');
    return false;
}

char *fuzz_text(const uint8_t *data, size_t size)
{
    char *words = malloc(size + 1);
    PROMISE(words != NULL);
    memcpy(words, data, size);
    words[size] = '\0';
    return words;
}
