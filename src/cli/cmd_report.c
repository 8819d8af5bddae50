/* strata report: the page and its figures from the runs that are in a store. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"
#include "file.h"
#include "strata/report.h"

typedef struct {
    const char *out, *from, *templates, *formats;
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

static strata_status tell(const char *out)
{
    struct stat s = { 0 };
    text path = { 0 };
    text_add(&path, "%s/index.html", out);
    if (path.failed) return status_fail(STRATA_ERR_MEMORY, "no memory for a path");
    (void)stat(path.at, &s);
    (void)fprintf(stderr, "%s: %.2f MB\n", path.at, 1e-6 * (double)s.st_size);
    text_free(&path);
    return STRATA_OK;
}

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

static strata_status report(const request *r)
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
    TRY(check_store(r->from != NULL ? r->from : r->out));
    const strata_report_request wanted = { .size = sizeof wanted, .out = r->out, .from = r->from, .templates = templates,
                                           .formats = formats, .warn = warn, .live = r->live };
    TRY(strata_report_write(&wanted));
    return tell(r->out);
}

strata_status cmd_report(char **argv)
{
    request r = { .out = "report-out" };
    const option options[] = {
        { "--out", OPTION_TEXT, &r.out, "DIR", "folder with runs.sqlite, which gets the page (report-out)" },
        { "--from", OPTION_TEXT, &r.from, "DIR", "folder with runs.sqlite, if it is another: one that may not be written will do" },
        { "--report", OPTION_TEXT, &r.templates, "DIR", "folder with page.html, queries and figures (the installed one, else report)" },
        { "--format", OPTION_TEXT, &r.formats, "LIST", "figures also as png, pdf or png,pdf" },
        { "--live", OPTION_FLAG, &r.live, "", "of a laboratory at work: the page says how far it is, and loads itself anew every 10 s" },
        { "--help", OPTION_FLAG, &r.help, "", "this text" },
    };
    TRY(options_read(argv, options, sizeof options / sizeof *options, options_take_nothing, NULL));
    if (!r.help) return report(&r);
    printf("usage: strata report [OPTION ...]\n\nThe page index.html, its figures and results.json, from the runs in DIR/runs.sqlite. "
           "Nothing is trained\nand nothing computed: every number is a query over the store.\n\n");
    options_print(options, sizeof options / sizeof *options);
    return STRATA_OK;
}
