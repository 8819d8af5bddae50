/* strata resume: finishes the runs of a folder that were interrupted, those of strata train as well as those of a laboratory. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cli.h"
#include "file.h"
#include "lab_watch.h"

enum { IDS = 200, ID_DIGITS = 12, LEAST_DIGITS = 4 };

typedef struct {
    const char *data;
    keeping keep;
    long threads; /* 0: as they began */
    bool help;
    const char *id[IDS]; /* that were named */
    bool found[IDS];
    size_t ids;
} request;

/* What can go on, and the first reason why something cannot. */
typedef struct {
    population p;
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

static bool has_checkpoint(const char *folder, const char *id)
{
    static const char *const names[] = { "checkpoint", "checkpoint.previous" };
    bool any = false;
    for (size_t q = 0; q < sizeof names / sizeof *names; q++) {
        text path = { 0 };
        text_add(&path, "%s/%s/%s", folder, id, names[q]);
        any = any || (!path.failed && file_exists(path.at));
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
static void refuse(interrupted *all, strata_status status, const char *folder, const char *id, const char *why)
{
    text sentence = { 0 };
    text_add(&sentence, "%s/%s: %s", folder, id, why);
    const char *said = sentence.failed ? why : sentence.at;
    if (all->status == STRATA_OK) {
        all->status = status;
        (void)snprintf(all->sentence, sizeof all->sentence, "%s", said);
    } else {
        message_print(said);
    }
    text_free(&sentence);
}

/* Would this configuration on these data be this run? */
static void check(interrupted *all, const char *folder, const char *id, const strata_checkpoint_facts *f, const strata_config *config,
                  const strata_data *data)
{
    char why[STATUS_SENTENCE], other[13];
    if (f->obstacle[0] != '\0') {
        (void)snprintf(why, sizeof why, "the checkpoint %s", f->obstacle);
        refuse(all, STRATA_ERR_ARGUMENT, folder, id, why);
    } else if (strcmp(f->data_digest, strata_data_describe(data)->digest) != 0) {
        (void)snprintf(why, sizeof why, "was trained on other data (%s, digest %.12s...); name them: --data DIR", f->data_kind,
                       f->data_digest);
        refuse(all, STRATA_ERR_DATA, folder, id, why);
    } else if (strata_run_id(config, data, other) != STRATA_OK || strcmp(id, other) != 0) {
        refuse(all, STRATA_ERR_ARGUMENT, folder, id, "would be another run here; is its backend missing? strata doctor tells");
    } else {
        strata_status status = population_add(&all->p, config);
        if (status != STRATA_OK) refuse(all, status, folder, id, strata_error());
    }
}

static void add_run(interrupted *all, const char *folder, const char *id, const strata_data *data)
{
    strata_config *config;
    strata_checkpoint_facts facts;
    strata_status status = strata_checkpoint_peek(folder, id, &facts, &config);
    const char *none = "has no whole checkpoint; the command that began it starts it afresh";
    if (status == STRATA_OK) check(all, folder, id, &facts, config, data);
    else refuse(all, status, folder, id, status == STRATA_ERR_DATA ? none : strata_error());
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
        if (has_checkpoint(folder, e->d_name) && wanted(r, e->d_name)) (*list)[(*count)++] = e;
        else free(e);
    }
    return STRATA_OK;
}

/* ---- going on ------------------------------------------------------------------------------------------------------------------------ */

static strata_status finish_in_laboratory(const request *r, const population *p, const strata_data *data)
{
    lab_display display;
    lab_request wanted_so = { .out = r->keep.out, .seeds = 1, .threads = (int)r->threads, .checkpoint_updates = r->keep.updates,
                              .checkpoint_seconds = r->keep.seconds };
    wanted_so.watch = lab_display_start(&display, r->keep.quiet);
    strata_status status = lab_resume((const strata_config *const *)p->configs, (size_t)p->members, data, &wanted_so);
    lab_display_end(&display);
    if (status == STRATA_OK) (void)fprintf(stderr, "recorded: %ld runs in %s/runs.sqlite; strata lab goes on with the rest\n", p->members,
                                           r->keep.out);
    return status;
}

static strata_status set_threads(const population *p, long threads)
{
    char digits[32];
    (void)snprintf(digits, sizeof digits, "%ld", threads);
    for (long m = 0; m < p->members && threads > 0; m++) TRY(strata_config_set(p->configs[m], "threads", digits));
    return STRATA_OK;
}

static strata_status finish(const request *r, interrupted *all, const strata_data *data, bool laboratory)
{
    text again = { 0 };
    if (all->p.members == 0) return STRATA_OK;
    TRY(set_threads(&all->p, r->threads));
    if (laboratory) return finish_in_laboratory(r, &all->p, data);
    keeping_say_resume(&again, r->keep.out, r->data);
    strata_status status = again.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a sentence")
                                        : population_train(&all->p, data, &r->keep, again.at);
    text_free(&again);
    return status;
}

static strata_status resume_these(const request *r, const char *folder, struct dirent *const *list, size_t count, bool laboratory)
{
    strata_data *data;
    interrupted all = { .status = STRATA_OK };
    signals_catch();
    TRY(find_data(r->data, &data));
    strata_status status = population_new((long)count, &all.p);
    for (size_t q = 0; q < count && status == STRATA_OK; q++) add_run(&all, folder, list[q]->d_name, data);
    if (status == STRATA_OK) status = finish(r, &all, data, laboratory);
    population_free(&all.p);
    strata_data_free(data);
    if (all.status == STRATA_OK) return status;
    if (status == STRATA_OK) return status_fail(all.status, "%s", all.sentence);
    message_print(all.sentence);
    return status;
}

/* A folder with interrupted runs in it: each and the list are to be freed. */
typedef struct {
    const char *path;
    bool laboratory;
    struct dirent **list;
    size_t count;
} place;

static strata_status finish_places(request *r, place *at, size_t places)
{
    size_t count = 0;
    if (at[0].laboratory && r->keep.json) {
        return status_fail(STRATA_ERR_ARGUMENT, "--json is for runs of strata train; %s is a laboratory", r->keep.out);
    }
    for (size_t q = 0; q < places; q++) {
        TRY(find_runs(r, at[q].path, &at[q].list, &at[q].count));
        count += at[q].count;
    }
    for (size_t q = 0; q < r->ids; q++) {
        if (!r->found[q]) return status_fail(STRATA_ERR_ARGUMENT, "no interrupted run in %s starts with %s", at[0].path, r->id[q]);
    }
    if (count == 0) (void)fprintf(stderr, "%s: no run was interrupted\n", at[0].path);
    for (size_t q = 0; q < places; q++) {
        if (at[q].count > 0) TRY(resume_these(r, at[q].path, at[q].list, at[q].count, at[q].laboratory));
    }
    return STRATA_OK;
}

/* A laboratory's runs are in the folder runs of its own; strata train may have been told to use that folder, too. */
static strata_status resume(request *r)
{
    text recorded = { 0 }, runs = { 0 };
    TRY(keeping_check(&r->keep));
    if (r->threads > STRATA_THREADS_MAX) {
        return status_fail(STRATA_ERR_ARGUMENT, "--threads %ld is outside 0 .. %d", r->threads, STRATA_THREADS_MAX);
    }
    text_add(&recorded, "%s/runs.sqlite", r->keep.out);
    text_add(&runs, "%s/runs", r->keep.out);
    strata_status status = recorded.failed || runs.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a path") : STRATA_OK;
    if (status == STRATA_OK) {
        place at[] = { { .path = runs.at, .laboratory = true }, { .path = r->keep.out } };
        size_t train_alone = file_exists(recorded.at) ? 0 : 1;
        status = finish_places(r, at + train_alone, 2 - train_alone);
        for (size_t q = 0; q < 2; q++) {
            for (size_t l = 0; l < at[q].count; l++) free(at[q].list[l]);
            free(at[q].list);
        }
    }
    text_free(&recorded);
    text_free(&runs);
    return status;
}

strata_status cmd_resume(char **argv)
{
    request r = { .keep = { .out = "runs", .seconds = CHECKPOINT_SECONDS } };
    const option options[] = {
        { "--data", OPTION_TEXT, &r.data, "DIR", "folder with the CIFAR-10 binary files" },
        { "--out", OPTION_TEXT, &r.keep.out, "DIR", "the folder of strata train, lab or reproduce (runs)" },
        { "--threads", OPTION_WHOLE, &r.threads, "N", "processor cores to use; 0: as many as the run began with (0)" },
        CHECKPOINT_OPTIONS(r.keep),
        { "--json", OPTION_FLAG, &r.keep.json, "", "one JSON document on stdout, as strata train" },
        { "--quiet", OPTION_FLAG, &r.keep.quiet, "", "no progress" },
        { "--help", OPTION_FLAG, &r.help, "", "this text" },
    };
    TRY(options_read(argv, options, sizeof options / sizeof *options, take_id, &r));
    if (!r.help) return resume(&r);
    printf("usage: strata resume [RUN ...] [OPTION ...]\n\nFinishes runs that were interrupted, from their checkpoints: those named by "
           "the first digits of their ids,\nor all of the folder. They end with the bits that they would have had without the "
           "interruption.\n\n");
    options_print(options, sizeof options / sizeof *options);
    return STRATA_OK;
}
