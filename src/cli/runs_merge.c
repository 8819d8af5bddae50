/* strata runs merge: the stores of several folders become one, and what is told of it. */
#include "runs_print.h"
#include "runs_verbs.h"
#include "merge.h"

enum { LINE = 4000, NOTES_SHOWN = 10 };

static const char *plural(long count)
{
    return count == 1 ? "" : "s";
}

static void print_folder(const runs_merged_folder *f, const char *did)
{
    stored_text_print(f->folder, 0, LINE);
    printf(": %s %ld run%s, %ld file%s, %lld bytes, %ld experiment%s", did, f->runs, plural(f->runs), f->files, plural(f->files),
           (long long)f->bytes, f->experiments, plural(f->experiments));
    if (f->there > 0) printf("; %ld run%s there already", f->there, plural(f->there));
    if (f->other > 0) printf("; %ld of another level, not taken", f->other);
    printf("\n");
    if (f->unfinished == 0) return;
    printf("  %ld unfinished run%s stay%s there, with %s in ", f->unfinished, plural(f->unfinished), f->unfinished == 1 ? "s" : "",
           f->unfinished == 1 ? "its checkpoint" : "their checkpoints");
    stored_text_print(f->folder, 0, LINE);
    printf("/runs\n");
}

static void print_merged(const runs_merged *m, const char *out, bool dry)
{
    long runs = 0, files = 0;
    int64_t bytes = 0;
    const char *did = dry ? "would merge" : "merged";
    for (size_t f = 0; f < m->count; f++) {
        print_folder(&m->folder[f], did);
        runs += m->folder[f].runs;
        files += m->folder[f].files;
        bytes += m->folder[f].bytes;
    }
    for (size_t n = 0; n < m->notes.count && n < NOTES_SHOWN; n++) {
        printf("note: ");
        stored_text_print(m->notes.at[n], 0, LINE);
        printf("\n");
    }
    if (m->notes.count > NOTES_SHOWN) printf("and %zu more such notes; --json lists all\n", m->notes.count - NOTES_SHOWN);
    printf("%s %ld run%s, %ld file%s, %lld bytes into ", did, runs, plural(runs), files, plural(files), (long long)bytes);
    stored_text_print(out, 0, LINE);
    printf("\n");
}

strata_status runs_verb_merge(const runs_verb_request *r)
{
    runs_merged merged;
    const char *out = r->out != NULL ? r->out : "report-out";
    strata_status status = runs_merge(r->id, (size_t)r->ids, out, r->dry, &merged);
    if (status == STRATA_OK && r->json) status = json_print(runs_merged_json(&merged, out, r->dry));
    else if (status == STRATA_OK) print_merged(&merged, out, r->dry);
    runs_merged_free(&merged);
    return status;
}
