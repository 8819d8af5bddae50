/* strata plot: the curves of any runs of a store as one figure. */
#include "cli.h"
#include "file.h"
#include "strata/report.h"

enum { MOST_RUNS = 64 };

typedef struct {
    const char *out, *file, *templates;
    const char *run[MOST_RUNS + 1]; /* ends with NULL */
    size_t runs;
    bool help;
} request;

static strata_status take_run(void *self, const char *word)
{
    request *r = self;
    if (r->runs == MOST_RUNS) return status_fail(STRATA_ERR_ARGUMENT, "more than %d runs are too many lines for one figure", MOST_RUNS);
    r->run[r->runs++] = word;
    return STRATA_OK;
}

static strata_status plot(const request *r)
{
    const char *templates = r->templates != NULL ? r->templates : install_path("report");
    if (r->runs == 0) return status_fail(STRATA_ERR_ARGUMENT, "which runs? strata plot RUN ... -o FILE; strata runs ls lists them");
    if (r->file == NULL) return status_fail(STRATA_ERR_ARGUMENT, "into which file? -o FILE, which ends in .svg, .png or .pdf");
    const strata_plot_request wanted = { .size = sizeof wanted, .from = r->out, .templates = templates, .runs = r->run, .file = r->file };
    TRY(strata_plot_write(&wanted));
    (void)fprintf(stderr, "written: %s\n", r->file);
    return STRATA_OK;
}

strata_status cmd_plot(char **argv)
{
    request r = { .out = "report-out" };
    const option options[] = {
        { "-o", OPTION_TEXT, &r.file, "FILE", "what it becomes: its end, .svg, .png or .pdf, says what" },
        { "--out", OPTION_TEXT, &r.out, "DIR", "folder with runs.sqlite (report-out)" },
        { "--report", OPTION_TEXT, &r.templates, "DIR", "folder with queries and figures (the installed one, else report)" },
        { "--help", OPTION_FLAG, &r.help, "", "this text" },
    };
    TRY(options_read(argv, options, sizeof options / sizeof *options, take_run, &r));
    if (!r.help) return plot(&r);
    printf("usage: strata plot RUN ... -o FILE [OPTION ...]\n\n"
           "The curves of runs over each other: loss and accuracy, training and validation,\n"
           "one line for each run,\nnamed by what differs in their settings. RUN is an id, or the beginning of one (strata runs ls).\n\n");
    options_print(options, sizeof options / sizeof *options);
    return STRATA_OK;
}
