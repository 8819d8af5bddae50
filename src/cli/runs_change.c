/* strata runs rm, prune, note: what people change in a store, and what they are told of it. */
#include <string.h>

#include "runs_print.h"
#include "runs_verbs.h"

enum { LINE = 4000 };

/* ---- rm, prune ---------------------------------------------------------------------------------------------------------------------- */

static const char *plural(long count)
{
    return count == 1 ? "" : "s";
}

static void print_gone(const runs_gone *run, const char *did, bool pruned)
{
    printf("%s ", did);
    stored_text_print(run->id, 0, LINE);
    printf("  %ld file%s, %lld bytes", run->files, plural(run->files), (long long)run->bytes);
    if (pruned && run->quick[0] == '\0') printf("  no experiment has it");
    if (pruned && run->quick[0] != '\0') {
        printf("  of the quick look ");
        stored_text_print(run->quick, 0, LINE);
    }
    printf("\n");
}

static void print_removal(const runs_removal *gone, bool dry, bool pruned)
{
    const char *did = dry ? "would remove" : "removed";
    for (size_t r = 0; r < gone->count; r++) print_gone(&gone->run[r], did, pruned);
    for (size_t e = 0; e < gone->experiments.count; e++) {
        printf("%s the quick look ", did);
        stored_text_print(gone->experiments.at[e], 0, LINE);
        printf("\n");
    }
    for (size_t f = 0; f < gone->left.count; f++) {
        printf("stays: ");
        stored_text_print(gone->left.at[f], 0, LINE);
        printf(" (no run wrote it)\n");
    }
    printf("%s %zu run%s, %ld file%s, %lld bytes\n", did, gone->count, plural((long)gone->count), gone->files, plural(gone->files),
           (long long)gone->bytes);
}

static strata_status tell(const runs_verb_request *r, const char *path, strata_status status, runs_removal *gone, bool pruned)
{
    if (status == STRATA_OK && r->json) status = json_print(runs_removal_json(gone, r->dry));
    else if (status == STRATA_OK && gone->count + gone->experiments.count > 0) print_removal(gone, r->dry, pruned);
    else if (status == STRATA_OK) printf("nothing in %s is superfluous\n", path);
    runs_removal_free(gone);
    return status;
}

strata_status runs_verb_rm(const runs_verb_request *r, const char *path, store *s)
{
    runs_removal gone;
    strata_status status = runs_remove(s, path, r->id, (size_t)r->ids, r->dry, &gone);
    return tell(r, path, status, &gone, false);
}

strata_status runs_verb_prune(const runs_verb_request *r, const char *path, store *s)
{
    runs_removal gone;
    strata_status status = runs_prune(s, path, r->dry, &gone);
    return tell(r, path, status, &gone, true);
}

/* ---- note --------------------------------------------------------------------------------------------------------------------------- */

static strata_status print_notes(const runs_verb_request *r, store *s)
{
    stored_run run;
    strata_status status = runs_find(s, r->id[0], &run);
    if (status == STRATA_OK && r->json) status = json_print(runs_notes_json(&run));
    for (size_t n = 0; n < run.notes.count && status == STRATA_OK && !r->json; n++) {
        stored_text_print(run.notes.at[n].key, 0, LINE);
        printf("  ");
        stored_text_print(run.notes.at[n].value, 0, LINE);
        printf("\n");
    }
    runs_free(&run);
    return status;
}

strata_status runs_verb_note(const runs_verb_request *r, const char *path, store *s)
{
    (void)path;
    if (r->remove) TRY(runs_drop_notes(s, r->id[0]));
    else if (r->ids > 1) TRY(runs_note(s, r->id[0], r->id[1]));
    return print_notes(r, s);
}
