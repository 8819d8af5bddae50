/* strata report: the page and its figures from the runs that are in a store, of all of them or of some. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"
#include "file.h"
#include "strata/report.h"

typedef struct {
    const char *out, *from, *templates, *formats, *page, *experiment;
    option_list runs, where;
    const char **word; /* further runs, behind the options */
    size_t words, room;
    bool live, help;
} request;

static void warn(void *self, const char *sentence)
{
    (void)self;
    (void)fprintf(stderr, "warning: %s\n", sentence);
}

/* "png,pdf" as a list that ends with NULL; writes into words. */
static strata_status split(char *words, size_t size, const char *given, const char *list[], size_t room)
{
    char *state = NULL;
    size_t count = 0;
    if ((size_t)snprintf(words, size, "%s", given) >= size) {
        return status_fail(STRATA_ERR_ARGUMENT, "--format %s: png, pdf or png,pdf", text_cut(given));
    }
    for (char *word = strtok_r(words, ",", &state); word != NULL && count + 1 < room; word = strtok_r(NULL, ",", &state)) {
        if (strcmp(word, "svg") != 0) list[count++] = word; /* svg is always drawn */
    }
    list[count] = NULL;
    return STRATA_OK;
}

static void tell(void *self, const char *path)
{
    struct stat s = { 0 };
    text words = { 0 };
    (void)self;
    (void)stat(path, &s);
    text_add(&words, "%s: %.2f MB", path, 1e-6 * (double)s.st_size);
    message_print(words.failed ? path : words.at);
    text_free(&words);
}

/* ---- which runs ------------------------------------------------------------------------------------------------------------------ */

static strata_status take_word(void *self, const char *word)
{
    request *r = self;
    if (r->words == r->room) {
        size_t room = 2 * r->room + 64;
        const char **more = realloc(r->word, room * sizeof *more);
        if (more == NULL) return status_fail(STRATA_ERR_MEMORY, "no memory for the ids of runs");
        r->word = more;
        r->room = room;
    }
    r->word[r->words++] = word;
    return STRATA_OK;
}

/* Words are runs where --run says that runs are meant. */
static strata_status check_words(const request *r)
{
    bool chosen = r->experiment != NULL || r->where.count > 0;
    if (chosen && r->runs.count > 0) {
        return status_fail(STRATA_ERR_ARGUMENT, "--run names runs, --experiment and --where choose them: one or the other");
    }
    return r->words > 0 && r->runs.count == 0 ? options_take_nothing(NULL, r->word[0]) : STRATA_OK;
}

/* The runs that --experiment and --where choose. They live as long as *kept. */
static strata_status choose(request *r, const char *folder, strata_runs **kept)
{
    const char *where[OPTION_LIST_MOST + 1] = { NULL };
    strata_store *store;
    for (size_t w = 0; w < r->where.count; w++) where[w] = r->where.at[w];
    const strata_runs_choice choice = { .size = sizeof choice, .experiment = r->experiment, .where = where };
    TRY(strata_store_open(folder, &store));
    strata_status status = strata_runs_list(store, &choice, kept);
    strata_store_free(store);
    for (size_t q = 0; status == STRATA_OK && q < strata_runs_count(*kept); q++) status = take_word(r, strata_runs_at(*kept, q)->id);
    if (status == STRATA_OK && r->words == 0) status = status_fail(STRATA_ERR_ARGUMENT, "no run is chosen; strata runs ls lists them");
    return status;
}

/* Those that were named, or are chosen; none: the whole store. */
static strata_status list_runs(request *r, const char *folder, strata_runs **kept)
{
    const size_t named = r->runs.count, behind = r->words;
    *kept = NULL;
    for (size_t q = 0; q < named; q++) TRY(take_word(r, r->runs.at[q]));
    if (named > 0) { /* what --run says comes first */
        memmove(r->word + named, r->word, behind * sizeof *r->word);
        memcpy(r->word, r->runs.at, named * sizeof *r->word);
    }
    return r->experiment != NULL || r->where.count > 0 ? choose(r, folder, kept) : STRATA_OK;
}

/* ---- the report ------------------------------------------------------------------------------------------------------------------ */

/* Where there is no store, those that lie about. */
static strata_status check_store(const char *out)
{
    text path = { 0 }, others = { 0 };
    text_add(&path, "%s/runs.sqlite", out);
    bool there = true;
    strata_status status = path.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a path") : file_look(path.at, &there);
    if (status == STRATA_OK && !there && errno != ENOTDIR) install_say_stores(&others);
    if (others.at != NULL) status = status_fail(STRATA_ERR_STORAGE, "%s: there is no store to report%s", path.at, others.at);
    text_free(&path);
    text_free(&others);
    return status;
}

static strata_status report(request *r)
{
    char words[64];
    const char *formats[8];
    const char *templates = r->templates != NULL ? r->templates : install_path("report");
    TRY(split(words, sizeof words, r->formats != NULL ? r->formats : "", formats, sizeof formats / sizeof *formats));
    bool there;
    TRY(file_look(templates, &there));
    if (r->templates == NULL && !there) {
        return status_fail(STRATA_ERR_DATA, "the page's templates are neither here (report/) nor at %s: name the folder report of the "
                            "sources, --report DIR", templates);
    }
    const char *from = r->from != NULL ? r->from : r->out;
    strata_runs *kept;
    TRY(check_store(from));
    strata_status status = list_runs(r, from, &kept);
    const strata_report_request wanted = { .size = sizeof wanted, .out = r->out, .from = r->from, .templates = templates,
                                           .formats = formats, .warn = warn, .live = r->live, .runs = r->word,
                                           .run_count = r->words, .page = r->page, .wrote = tell };
    if (status == STRATA_OK) status = strata_report_write(&wanted);
    strata_runs_free(kept);
    return status;
}

strata_status cmd_report(char **argv)
{
    request r = { .out = "report-out" };
    const option options[] = {
        { "--out", OPTION_TEXT, &r.out, "DIR", "folder with runs.sqlite, which gets the page (report-out)" },
        { "--from", OPTION_TEXT, &r.from, "DIR", "folder with runs.sqlite, if it is another: one that may not be written will do" },
        { "--report", OPTION_TEXT, &r.templates, "DIR", "folder with page.html, queries and figures (the installed one, else report)" },
        { "--run", OPTION_LIST, &r.runs, "ID ...", "the page of these runs alone, by ids or their beginnings: DIR/pages/ID/index.html" },
        { "--experiment", OPTION_TEXT, &r.experiment, "NAME", "or of those of an experiment" },
        { "--where", OPTION_LIST, &r.where, "COND", "or of those of which this holds, as in strata runs ls: 'lambda<0.01'" },
        { "--page", OPTION_TEXT, &r.page, "FILE", "the file that the page becomes (index.html)" },
        { "--format", OPTION_CHOICE, &(option_choice){ &r.formats, "png pdf png,pdf" }, "LIST", "figures also as png, pdf or png,pdf" },
        { "--live", OPTION_FLAG, &r.live, "", "of a laboratory at work: the page says how far it is, and loads itself anew every 10 s" },
        { "--help", OPTION_FLAG, &r.help, "", "this text" },
    };
    strata_status status = options_read(argv, options, sizeof options / sizeof *options, take_word, &r);
    if (status == STRATA_OK && !r.help) status = check_words(&r);
    if (status == STRATA_OK && !r.help) status = report(&r);
    free(r.word);
    if (status != STRATA_OK || !r.help) return status;
    printf("usage: strata report [--run ID ...] [OPTION ...]\n\n"
           "The page index.html, its figures and results.json, from the runs in DIR/runs.sqlite. Nothing is trained\n"
           "and nothing computed: every number is a query over the store. With --run, the page of one run, or of several\n"
           "side by side: their curves, settings, classes, and the differences seed by seed.\n\n");
    options_print(options, sizeof options / sizeof *options);
    return STRATA_OK;
}
