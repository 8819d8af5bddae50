/* The page of the runs that a command has just trained, when they are in the store: strata report --run, without being asked. */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cli.h"
#include "file.h"

static void tell(void *self, const char *path)
{
    text words = { 0 };
    (void)self;
    text_add(&words, "page: %s", path);
    message_print(words.failed ? path : words.at);
    text_free(&words);
}

/* Those that are in the store by now. */
static size_t list_recorded(const population *p, const char **ids)
{
    size_t count = 0;
    for (long m = 0; m < p->members; m++) {
        const population_member *one = &p->member[m];
        if (one->saved || one->finished != NULL) ids[count++] = population_facts(one)->id;
    }
    return count;
}

/* The folder that the store lies in: "DIR" of "DIR/runs.sqlite". */
static bool take_folder(text *folder, const char *database)
{
    const char *slash = strrchr(database, '/');
    text_add(folder, "%.*s", slash != NULL ? (int)(slash - database) : 1, slash != NULL ? database : ".");
    return !folder->failed && folder->length > 0;
}

static void write_page(const population *p, const char *folder, const char *templates, const char **ids)
{
    const strata_report_request wanted = { .size = sizeof wanted, .out = folder, .templates = templates, .runs = ids,
                                           .run_count = list_recorded(p, ids), .wrote = tell };
    if (wanted.run_count == 0 || strata_report_write(&wanted) == STRATA_OK) return;
    text words = { 0 };
    text_add(&words, "no page of these runs: %s", strata_error());
    if (!words.failed) message_print(words.at);
    text_free(&words);
}

void population_page(const population *p, const keeping *keep)
{
    void *ids = NULL;
    bool there = false;
    text folder = { 0 };
    const char *templates = install_path("report");
    if (keep->quiet || keep->json || keep->store == NULL || file_look(templates, &there) != STRATA_OK || !there) return;
    bool room = take_folder(&folder, keep->store)
                && alloc_zero(&ids, (size_t)p->members, sizeof(const char *), "the page of these runs") == STRATA_OK;
    if (room) write_page(p, folder.at, templates, ids);
    free(ids);
    text_free(&folder);
}
