/*
 * One set, fetched as its words say, for tests/run_fetch:
 *   fetch_one HOME NAME [from PATH] [stall SECONDS] [archive NAME SIZE SHA256 TOP ADDRESS ... .] [file NAME SIZE SHA256 ADDRESS ... .] ...
 * A dot ends a list, and stands for a digest that nobody knows and for no folder. It prints what became of it; its exit code is the
 * program's.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fetch.h"

enum { FILES_MOST = 8 };
static volatile sig_atomic_t stopped;
static fetch_file file[FILES_MOST];

static void on_signal(int number)
{
    stopped = number;
}

static bool go_on(void *self)
{
    (void)self;
    return stopped == 0;
}

static void tell(void *self, const char *sentence)
{
    (void)self;
    (void)fprintf(stderr, "told: %s\n", sentence);
}

static void watch(void *self, const char *name, uint64_t done, uint64_t all)
{
    (void)self;
    (void)fprintf(stderr, "watch: %s %llu %llu\n", name, (unsigned long long)done, (unsigned long long)all);
}

static const char *known(const char *word)
{
    return strcmp(word, ".") == 0 ? NULL : word;
}

static char **take_file(char **at, fetch_file *into, const char **top)
{
    *into = (fetch_file){ .due = { at[0], strtoull(at[1], NULL, 10), known(at[2]) } };
    at += 3;
    if (top != NULL) *top = known(*at++);
    into->address = (const char *const *)at;
    while (strcmp(*at, ".") != 0) at++;
    into->addresses = (size_t)(at - (char **)(void *)(uintptr_t)into->address);
    return at + 1;
}

static int exit_code(strata_status status)
{
    static const int codes[] = {
#define CODE(name, code, words) code,
        STRATA_STATUS_LIST(CODE)
#undef CODE
    };
    return codes[status];
}

int main(int argc, char **argv)
{
    if (argc < 3) return 2;
    fetch_set set = { .name = argv[2], .file = file };
    fetch_request r = { .home = argv[1], .how = { .go = { go_on, NULL }, .tell = tell, .watch = watch } };
    for (char **at = argv + 3; *at != NULL;) {
        const char *word = *at++;
        if (strcmp(word, "from") == 0) r.from = *at++;
        else if (strcmp(word, "stall") == 0) r.how.stall_seconds = atol(*at++);
        else if (strcmp(word, "archive") == 0) at = take_file(at, &set.archive, &set.top);
        else if (strcmp(word, "file") == 0 && set.files < FILES_MOST) at = take_file(at, &file[set.files++], NULL);
        else return 2;
    }
    (void)signal(SIGTERM, on_signal);
    char *path;
    bool new_one;
    strata_status status = fetch(&set, &r, &path, &new_one);
    if (status == STRATA_OK) printf("%s %s\n", new_one ? "new" : "there", path);
    else (void)fprintf(stderr, "failed: %s\n", strata_error());
    free(path);
    return exit_code(status);
}
