/* strata resume: finishes the runs of a folder that were interrupted, those of strata train as well as those of a laboratory. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "cli.h"
#include "file.h"

enum { IDS = 200, ID_DIGITS = 12, LEAST_DIGITS = 4 };

typedef struct {
    data_words data;
    keeping keep;
    long threads; /* 0: as they began */
    bool help;
    const char *id[IDS]; /* that were named */
    bool found[IDS];
    size_t ids;
} request;

/* A folder with runs in it. */
typedef struct {
    const char *path;
    text store;           /* that its runs are recorded in; empty when there is none */
    struct dirent **list; /* its interrupted runs: each and the list are to be freed */
    size_t count;
} place;

/* What can go on, and the first reason why something cannot. */
typedef struct {
    const place *at;
    population runs;
    strata_status status;
    char sentence[STATUS_SENTENCE];
} interrupted;

static strata_status take_id(void *self, const char *word)
{
    request *r = self;
    if (r->ids == IDS) return status_fail(STRATA_ERR_ARGUMENT, "more than %d runs on one command line", IDS);
    if (strlen(word) < LEAST_DIGITS || strlen(word) > ID_DIGITS || !text_is_hex(word)) {
        return status_fail(STRATA_ERR_ARGUMENT, "%s is no id of a run: %d to %d digits 0-9 and a-f", text_shown(word), LEAST_DIGITS,
                           ID_DIGITS);
    }
    r->id[r->ids++] = word;
    return STRATA_OK;
}

/* ---- finding ------------------------------------------------------------------------------------------------------------------------- */

static int only_ids(const struct dirent *e)
{
    return strlen(e->d_name) == ID_DIGITS && text_is_hex(e->d_name);
}

/* Has the run a checkpoint, or somebody who trains it? Where permission is missing nobody knows, and add_run says so. */
static bool may_be_interrupted(const char *folder, const char *id)
{
    static const char *const names[] = { "", "checkpoint", "checkpoint.previous" };
    bool any = false;
    for (size_t q = 0; q < sizeof names / sizeof *names && !any; q++) {
        text path = { 0 };
        struct stat s;
        text_add(&path, "%s/%s/%s", folder, id, names[q]);
        bool there = !path.failed && stat(path.at, &s) == 0, absent = !there && (errno == ENOENT || errno == ENOTDIR);
        any = path.failed || (q == 0 ? there && file_is_locked(path.at) : !absent);
        text_free(&path);
    }
    return any;
}

/* Nobody named a run, or this one is among those named. */
static bool wanted(request *r, const char *id)
{
    bool any = r->ids == 0;
    for (size_t q = 0; q < r->ids; q++) {
        if (strncmp(id, r->id[q], strlen(r->id[q])) != 0) continue;
        r->found[q] = any = true;
    }
    return any;
}

/* Says now why a run cannot go on, and remembers it if it is the first; the others go on. */
static void refuse(interrupted *all, strata_status status, const char *id, const char *why)
{
    text sentence = { 0 };
    text_add(&sentence, "%s/%s: %s", all->at->path, id, why);
    const char *said = sentence.failed ? why : sentence.at;
    if (all->status == STRATA_OK) {
        all->status = status;
        (void)snprintf(all->sentence, sizeof all->sentence, "%s", said);
    } else {
        message_print(said);
    }
    text_free(&sentence);
}

/* A laboratory's run must end in its store: trained like any other, it would be trained again by the laboratory. */
static void add(interrupted *all, const char *id, const strata_checkpoint_facts *f, const strata_config *config)
{
    bool recorded = all->at->store.length > 0, of_laboratory = f->owner[0] == '\0' ? recorded : strcmp(f->owner, "laboratory") == 0;
    if (of_laboratory && !recorded) {
        refuse(all, STRATA_ERR_DATA, id, "belongs to a laboratory, whose store is not beside this folder; strata lab goes on with it");
        return;
    }
    strata_status status = population_add(&all->runs, config, of_laboratory ? "laboratory" : "train");
    if (status != STRATA_OK) refuse(all, status, id, strata_error());
}

/* Would this configuration on these data be this run? */
static void check(interrupted *all, const char *id, const strata_checkpoint_facts *f, const strata_config *config, const strata_data *data)
{
    char why[STATUS_SENTENCE], other[13];
    if (f->obstacle[0] != '\0') {
        (void)snprintf(why, sizeof why, "the checkpoint %s", f->obstacle);
        refuse(all, STRATA_ERR_ARGUMENT, id, why);
    } else if (strcmp(f->data_digest, strata_data_describe(data)->digest) != 0) {
        (void)snprintf(why, sizeof why, "was trained on other data (%s, digest %.12s...); name them: --data DIR", f->data_kind,
                       f->data_digest);
        refuse(all, STRATA_ERR_DATA, id, why);
    } else if (strata_run_id(config, data, other) != STRATA_OK || strcmp(id, other) != 0) {
        refuse(all, STRATA_ERR_ARGUMENT, id, "would be another run here; is its backend missing? strata doctor tells");
    } else {
        add(all, id, f, config);
    }
}

/* The folder must be one that this process can train in. *gone: the run was finished by somebody else a moment ago. */
static strata_status look_at_folder(const char *folder, const char *id, bool *gone)
{
    int lock;
    text path = { 0 };
    *gone = false;
    text_add(&path, "%s/%s", folder, id);
    if (path.failed) return status_fail(STRATA_ERR_MEMORY, "no memory for a path");
    strata_status status = STRATA_OK;
    if (access(path.at, R_OK | W_OK | X_OK) != 0) {
        *gone = errno == ENOENT;
        if (!*gone) status = status_fail(STRATA_ERR_STORAGE, "the folder cannot be used: %s", strerror(errno));
    } else if (file_is_locked(path.at)) {
        status = status_fail(STRATA_ERR_BUSY, "another process is at work there; wait until it has ended");
    } else {
        status = file_lock(path.at, &lock);
        file_unlock(lock);
        *gone = !may_be_interrupted(folder, id);
    }
    text_free(&path);
    return status;
}

static void add_run(interrupted *all, const char *id, const strata_data *data)
{
    bool gone;
    strata_config *config = NULL;
    strata_checkpoint_facts facts = { .size = sizeof facts };
    static const char none[] = "has no whole checkpoint; the command that began it starts it afresh";
    strata_status status = look_at_folder(all->at->path, id, &gone);
    if (gone) return;
    if (status == STRATA_OK) status = strata_checkpoint_peek(all->at->path, id, &facts, &config);
    if (status == STRATA_OK) check(all, id, &facts, config, data);
    else refuse(all, status, id, status == STRATA_ERR_DATA ? none : strata_error());
    strata_config_free(config);
}

/* The ids of interrupted runs in the folder; each and the list are to be freed. */
static strata_status find_runs(request *r, const char *folder, struct dirent ***list, size_t *count)
{
    *list = NULL;
    *count = 0;
    int found = scandir(folder, list, only_ids, alphasort);
    if (found < 0 && errno != ENOENT) return status_fail(STRATA_ERR_STORAGE, "%s: the folder cannot be read: %s", folder, strerror(errno));
    if (found < 0) return status_fail(STRATA_ERR_DATA, "%s: there is no such folder; --out DIR names the one with the runs", folder);
    for (int q = 0; q < found; q++) {
        struct dirent *e = (*list)[q];
        if (may_be_interrupted(folder, e->d_name) && wanted(r, e->d_name)) (*list)[(*count)++] = e;
        else free(e);
    }
    return STRATA_OK;
}

/* The store of runs in this folder is ABOVE/runs.sqlite, if that is there and the folder is ABOVE/runs, by whatever way one comes to it. */
static strata_status try_store(const char *folder, const char *above, text *store)
{
    text runs = { 0 };
    struct stat a, b;
    text_add(store, "%s/runs.sqlite", above);
    text_add(&runs, "%s/runs", above);
    bool failed = store->failed || runs.failed;
    bool is = !failed && file_exists(store->at) && stat(folder, &a) == 0 && stat(runs.at, &b) == 0 && a.st_dev == b.st_dev
              && a.st_ino == b.st_ino;
    text_free(&runs);
    if (!is) text_free(store);
    return failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a path") : STRATA_OK;
}

/* ---- going on ------------------------------------------------------------------------------------------------------------------------ */

static strata_status finish(const request *r, interrupted *all, const strata_data *data)
{
    text again = { 0 };
    keeping keep = r->keep;
    if (all->runs.members == 0) return STRATA_OK;
    keep.folder = all->at->path;
    keep.store = all->at->store.length > 0 ? all->at->store.at : NULL;
    keep.again = true; /* what is to be finished of a run that is recorded was begun because its files are lost, or by --again */
    TRY(population_set_threads(&all->runs, r->threads));
    keeping_say_resume(&again, &r->keep, &r->data);
    strata_status status = again.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a sentence")
                                        : population_train(&all->runs, data, &keep, again.at);
    text_free(&again);
    return status;
}

static strata_status resume_these(const request *r, const place *at, const strata_data *data)
{
    interrupted all = { .at = at, .status = STRATA_OK };
    strata_status status = population_new((long)at->count, &all.runs);
    for (size_t q = 0; q < at->count && status == STRATA_OK; q++) add_run(&all, at->list[q]->d_name, data);
    if (status == STRATA_OK) status = finish(r, &all, data);
    population_free(&all.runs);
    if (all.status == STRATA_OK) return status;
    if (status == STRATA_OK) return status_fail(all.status, "%s", all.sentence);
    message_print(all.sentence);
    return status;
}

/* After a failure that is of some runs alone the next folder has its turn. */
static strata_status resume_each(const request *r, const place *at, size_t places)
{
    char sentence[STATUS_SENTENCE];
    strata_data *data;
    strata_status first = STRATA_OK;
    signals_catch();
    TRY(find_data(&r->data, &data));
    for (size_t q = 0; q < places; q++) {
        strata_status status = at[q].count > 0 && !signals_stopped() ? resume_these(r, &at[q], data) : STRATA_OK;
        if (status != STRATA_OK && first != STRATA_OK) message_print(strata_error());
        if (status == STRATA_OK || first != STRATA_OK) continue;
        first = status;
        status_sentence_save(sentence);
    }
    strata_data_free(data);
    if (first != STRATA_OK) status_sentence_load(sentence);
    return first;
}

static strata_status finish_places(request *r, place *at, size_t places)
{
    size_t count = 0;
    for (size_t q = 0; q < places; q++) {
        TRY(find_runs(r, at[q].path, &at[q].list, &at[q].count));
        count += at[q].count;
    }
    for (size_t q = 0; q < r->ids; q++) {
        if (!r->found[q]) return status_fail(STRATA_ERR_ARGUMENT, "no interrupted run in %s starts with %s", r->keep.out, r->id[q]);
    }
    if (count == 0) (void)fprintf(stderr, "%s: no run was interrupted\n", r->keep.out);
    if (count == 0 && r->keep.json) return population_print_none();
    return count > 0 ? resume_each(r, at, places) : STRATA_OK;
}

/* Runs lie in OUT/runs. OUT may also be such a folder itself, or one of an older version, in which runs of strata train lay side by side
 * and were in no store. */
static strata_status resume(request *r)
{
    text runs = { 0 }, store = { 0 }, above = { 0 };
    TRY(keeping_check(&r->keep));
    if (r->threads > STRATA_THREADS_MAX) {
        return status_fail(STRATA_ERR_ARGUMENT, "--threads %ld is outside 0 .. %d", r->threads, STRATA_THREADS_MAX);
    }
    strata_status status = keeping_find_folders(&r->keep, &runs, &store);
    place at[2] = { { .path = r->keep.out } };
    text_add(&above, "%s/..", r->keep.out);
    if (status == STRATA_OK) status = try_store(r->keep.out, above.at, &at[0].store);
    bool inside = status == STRATA_OK && file_exists(runs.at);
    if (inside) at[1] = (place){ .path = runs.at };
    if (inside && r->keep.store != NULL) text_add(&at[1].store, "%s", store.at);
    if (status == STRATA_OK) status = finish_places(r, at, inside ? 2 : 1);
    for (size_t q = 0; q < 2; q++) {
        for (size_t l = 0; l < at[q].count; l++) free(at[q].list[l]);
        free(at[q].list);
        text_free(&at[q].store);
    }
    text_free(&runs);
    text_free(&store);
    text_free(&above);
    return status;
}

strata_status cmd_resume(char **argv)
{
    request r = { .keep = { .out = "report-out", .seconds = CHECKPOINT_SECONDS } };
    const option options[] = {
        DATA_OPTIONS(r.data),
        { "--out", OPTION_TEXT, &r.keep.out, "DIR", "the folder of strata train, lab or reproduce (report-out)" },
        { "--threads", OPTION_WHOLE, &r.threads, "N", "processor cores to use; 0: as many as the run began with (0)" },
        { "--no-store", OPTION_FLAG, &r.keep.no_store, "", "of runs that strata train --no-store began: leave runs.sqlite alone" },
        CHECKPOINT_OPTIONS(r.keep),
        { "--json", OPTION_FLAG, &r.keep.json, "", "one JSON document on stdout, as strata train" },
        { "--quiet", OPTION_FLAG, &r.keep.quiet, "", "no progress" },
        { "--help", OPTION_FLAG, &r.help, "", "this text" },
    };
    TRY(options_read(argv, options, sizeof options / sizeof *options, take_id, &r));
    if (!r.help) return resume(&r);
    printf("usage: strata resume [RUN ...] [OPTION ...]\n\nFinishes runs that were interrupted, from their checkpoints: those named by "
           "the first digits of their ids,\nor all of the folder. They end with the bits that they would have had without the "
           "interruption.\nA laboratory's runs are recorded in its store. A run that cannot go on keeps none of the others; one that "
           "another\nprocess trains is named, and the exit code is 5 then.\n\n");
    options_print(options, sizeof options / sizeof *options);
    return STRATA_OK;
}
