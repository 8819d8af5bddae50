/* The curves of some runs as one figure: the query report/queries/plot.sql, drawn by report/figures/several.gp. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "chosen.h"
#include "draw.h"
#include "file.h"
#include "page_path.h"
#include "sized.h"
#include "strata/report.h"

/* The format that the end of a file's name says; NULL for another. */
static const char *format_of(const char *file)
{
    static const char *const ends[] = { ".svg", ".png", ".pdf" };
    for (size_t e = 0; e < sizeof ends / sizeof *ends; e++) {
        if (figures_ends_in(file, ends[e])) return ends[e] + 1;
    }
    return NULL;
}

static strata_status ask_curves(store *s, const strata_plot_request *request, text *csv)
{
    char *runs = NULL;
    table t = { 0 };
    ask_words words = { .count = 0 };
    size_t count = 0;
    while (request->runs[count] != NULL) count++;
    TRY(chosen_list(s, request->from, request->runs, count, &runs, NULL));
    const figures_entry entry = { .with = { { "runs", { .type = STORE_TEXT, .text = runs } } }, .words = 1 };
    strata_status status = ask_file(s, request->templates, "plot", &entry, &words, NULL, &t);
    if (status == STRATA_OK && t.rows == 0) {
        status = status_fail(STRATA_ERR_DATA, "these runs recorded no curves (evals = 0, or none has begun)");
    }
    if (status == STRATA_OK) table_add_csv(&t, csv);
    if (csv->failed) status = status_fail(STRATA_ERR_MEMORY, "no memory for the curves");
    table_free(&t);
    free(runs);
    return status;
}

static strata_status judge(const draw_job *job)
{
    if (job->outcome == DRAW_DONE) return STRATA_OK;
    if (job->outcome == DRAW_NO_GNUPLOT) {
        return status_fail(STRATA_ERR_STORAGE, "gnuplot, which draws, is not installed; apt install gnuplot-nox");
    }
    return status_fail(STRATA_ERR_STORAGE, "gnuplot could not draw %s with %s", job->out, job->script);
}

/* gnuplot reads the numbers from a file beside the drawing, which goes again. */
static strata_status draw(const strata_plot_request *request, const text *csv)
{
    text style = { 0 }, script = { 0 }, data = { 0 };
    strata_status status = page_path(&style, request->templates, "figures/", "style", ".gp");
    if (status == STRATA_OK) status = page_path(&script, request->templates, "figures/", "several", ".gp");
    text_add(&data, "%s.%ld.csv", request->file, (long)getpid());
    if (status == STRATA_OK && data.failed) status = status_fail(STRATA_ERR_MEMORY, "no memory for a path");
    if (status == STRATA_OK) status = file_write(data.at, csv->at, csv->length);
    if (status == STRATA_OK) {
        draw_job job = { .style = style.at, .script = script.at, .csv = data.at, .title = "Curves", .format = format_of(request->file),
                         .out = request->file };
        status = draw_all(&job, 1);
        if (status == STRATA_OK) status = judge(&job);
        (void)unlink(data.at);
    }
    text_free(&style);
    text_free(&script);
    text_free(&data);
    return status;
}

strata_status strata_plot_write(const strata_plot_request *given)
{
    strata_plot_request request;
    store *s;
    text path = { 0 }, csv = { 0 };
    TAKE_SIZED(strata_plot_request, given, &request);
    REQUIRE(request.from != NULL && request.templates != NULL && request.runs != NULL && request.file != NULL);
    if (request.runs[0] == NULL) return status_fail(STRATA_ERR_ARGUMENT, "no run is named whose curves are to be drawn");
    if (format_of(request.file) == NULL) {
        return status_fail(STRATA_ERR_ARGUMENT, "%s: the name of a figure ends in .svg, .png or .pdf", text_shown(request.file));
    }
    TRY(page_path(&path, request.from, "", "runs.sqlite", ""));
    strata_status status = store_open(path.at, STORE_READ_FEW, &s);
    text_free(&path);
    if (status != STRATA_OK) return status;
    status = ask_curves(s, &request, &csv);
    store_close(s);
    if (status == STRATA_OK) status = draw(&request, &csv);
    text_free(&csv);
    return status;
}
