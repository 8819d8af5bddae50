/*
 * strata --words: what may stand on a command line and no table of options knows, one word a line, for the completions of shells: runs of a
 * store, interrupted runs of a folder, experiments, sets of the catalogue. A shell puts these words on a command line that somebody sends
 * off, so only plain ones are printed. Whoever presses a key wants words or none: what cannot be read is nobody's failure here.
 */
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "catalogue.h"
#include "cli.h"
#include "file.h"
#include "store.h"
#include "store_runs.h"

enum { RUNS_MOST = 1000 };

static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

/* A word that means itself to every shell, wherever it stands. */
static void print_plain(const char *word, size_t length)
{
    if (length == 0 || word[0] == '-' || word[0] == '.' || strspn(word, plain) < length) return;
    printf("%.*s\n", (int)length, word);
}

/* ---- runs --------------------------------------------------------------------------------------------------------------------------- */

static strata_status print_id(void *self, const char *id, long all)
{
    (void)self;
    (void)all;
    if (text_is_hex(id)) print_plain(id, strlen(id));
    return STRATA_OK;
}

/* place: a store, or the folder that it is in. */
static void print_runs(const char *place, const char *beginning)
{
    store *s;
    text path = { 0 };
    text_add(&path, "%s/runs.sqlite", place);
    const char *file = !path.failed && file_exists(path.at) ? path.at : place;
    if (text_is_hex(beginning) && store_open(file, STORE_READ_FEW, &s) == STRATA_OK) {
        (void)store_each_id(s, beginning, RUNS_MOST, print_id, NULL);
        store_close(s);
    }
    text_free(&path);
}

/* ---- files -------------------------------------------------------------------------------------------------------------------------- */

/* For every file FOLDER/INSIDE the part of its path that begins `from` parts before its end, without `ending`. */
static void print_files(const char *folder, const char *inside, int from, const char *ending)
{
    glob_t found = { 0 };
    text pattern = { 0 };
    for (const char *at = folder; *at != '\0'; at++) text_add(&pattern, strchr("*?[\\", *at) != NULL ? "\\%c" : "%c", *at);
    text_add(&pattern, "/%s", inside);
    if (pattern.failed || glob(pattern.at, 0, NULL, &found) != 0) found.gl_pathc = 0;
    for (size_t q = 0; q < found.gl_pathc; q++) {
        const char *path = found.gl_pathv[q], *part = path + strlen(path);
        for (int parts = 0; part > path; part--) {
            if (*part == '/' && ++parts == from) break;
        }
        part += *part == '/';
        print_plain(part, from > 1 ? strcspn(part, "/") : strlen(part) - strlen(ending));
    }
    globfree(&found);
    text_free(&pattern);
}

/* Runs with a checkpoint, of strata train or a laboratory: DIR/runs/ID, or DIR/ID where DIR is that folder. */
static void print_interrupted(const char *folder)
{
    print_files(folder, "runs/*/checkpoint", 2, "");
    print_files(folder, "*/checkpoint", 2, "");
}

static void print_experiments(void)
{
    static const char *const inside[] = { "*.yaml", "data/*.yaml", "course/*.yaml", "course/long/*.yaml", "best/*.yaml" };
    for (size_t f = 0; f < sizeof inside / sizeof *inside; f++) print_files(install_path("experiments"), inside[f], 1, ".yaml");
}

static void print_data(void)
{
    catalogue c;
    if (catalogue_read(install_path("datasets"), &c) != STRATA_OK) return;
    for (size_t s = 0; s < c.count; s++) print_plain(c.at[s]->name, strlen(c.at[s]->name));
    catalogue_free(&c);
}

void words_print(char **argv)
{
    const char *what = argv[0] != NULL ? argv[0] : "", *place = argv[0] != NULL ? argv[1] : NULL;
    const char *beginning = place != NULL && argv[2] != NULL ? argv[2] : "";
    if (strcmp(what, "runs") == 0 && place != NULL) print_runs(place, beginning);
    else if (strcmp(what, "interrupted") == 0 && place != NULL) print_interrupted(place);
    else if (strcmp(what, "experiments") == 0) print_experiments();
    else if (strcmp(what, "data") == 0) print_data();
}
