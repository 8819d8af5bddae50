/* The figures of a filled page become drawings: one job of gnuplot for each figure and format. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "file.h"
#include "page.h"

enum { IMAGE_LIMIT = 64 << 20 };

static const char *const formats[] = { "svg", "png", "pdf" };

strata_status page_remove_drawings(const page_piece *piece, const strata_report_request *request)
{
    text path = { 0 };
    strata_status status = STRATA_OK;
    for (size_t f = 0; f < sizeof formats / sizeof *formats && status == STRATA_OK; f++) {
        status = page_path(&path, request->out, "figures/", piece->name, ".");
        text_add(&path, "%s", formats[f]);
        if (status == STRATA_OK && path.failed) status = status_fail(STRATA_ERR_MEMORY, "no memory for the path of %s", piece->name);
        if (status == STRATA_OK) (void)unlink(path.at);
    }
    text_free(&path);
    return status;
}

/* All jobs of the page, and the paths they point to: one block for each. */
typedef struct {
    draw_job *job;
    page_piece **of;
    text *path;
    size_t jobs, paths, room;
} drawings;

static strata_status new_path(drawings *d, const char *folder, const char *middle, const char *name, const char *end, const char **out)
{
    text *path = &d->path[d->paths++];
    TRY(page_path(path, folder, middle, name, end));
    *out = path->at;
    return STRATA_OK;
}

static strata_status add_job(drawings *d, page_piece *piece, const strata_report_request *request, const char *format)
{
    const char *script = piece->mark->figure->script;
    char end[8];
    draw_job *job = &d->job[d->jobs];
    d->of[d->jobs++] = piece;
    (void)snprintf(end, sizeof end, ".%s", format);
    *job = (draw_job){ .format = format, .title = piece->mark->figure->title };
    TRY(new_path(d, request->templates, "figures/", "style", ".gp", &job->style));
    TRY(new_path(d, request->templates, "figures/", script, figures_ends_in(script, ".gp") ? "" : ".gp", &job->script));
    TRY(new_path(d, request->out, "data/", piece->name, ".csv", &job->csv));
    TRY(new_path(d, request->out, "figures/", piece->name, end, &job->out));
    bool there;
    if (request->live != 0 && piece->as_before && file_exists(job->out)) return job->outcome = DRAW_DONE, STRATA_OK;
    TRY(file_look(job->script, &there));
    if (there) return STRATA_OK;
    return status_fail(STRATA_ERR_DATA, "%s: there is no such script, which figure %s names", job->script, piece->name);
}

/* Was this format asked for before? Two drawings of one file would be in each other's way. */
static bool asked_before(const char *const *formats_, const char *const *f)
{
    while (formats_ < f && strcmp(*formats_, *f) != 0) formats_++;
    return formats_ < f;
}

static strata_status add_jobs(drawings *d, page_piece *piece, const strata_report_request *request)
{
    TRY(add_job(d, piece, request, formats[0]));
    for (const char *const *f = request->formats; f != NULL && *f != NULL; f++) {
        if (!asked_before(request->formats, f)) TRY(add_job(d, piece, request, *f));
    }
    return STRATA_OK;
}

static strata_status look_at(drawings *d, const strata_report_request *request)
{
    bool told = false;
    for (size_t q = 0; q < d->jobs; q++) {
        const draw_job *job = &d->job[q];
        page_piece *piece = d->of[q];
        if (job->outcome == DRAW_NO_GNUPLOT) {
            if (!told) page_warn(request, "gnuplot is not installed, so the page has tables for figures; apt install gnuplot-nox");
            told = true;
        } else if (job->outcome != DRAW_DONE) {
            page_warn(request, "gnuplot could not draw %s with %s", job->out, job->script);
        }
        if (job->format != formats[0]) continue;
        piece->drawn = job->outcome;
        if (job->outcome != DRAW_DONE) continue;
        TRY(file_read_all(job->out, IMAGE_LIMIT, &piece->image, &piece->image_size));
        if (!draw_svg_size((const char *)piece->image, &piece->width, &piece->height)) piece->width = 0;
    }
    return STRATA_OK;
}

static strata_status take_room(drawings *d, const page *p, const strata_report_request *request)
{
    void *block[3] = { NULL, NULL, NULL };
    size_t each = 1;
    for (const char *const *f = request->formats; f != NULL && *f != NULL; f++) each++;
    d->room = each * p->count;
    strata_status status = alloc_zero(&block[0], d->room, sizeof *d->job, "the drawings");
    if (status == STRATA_OK) status = alloc_zero(&block[1], d->room, sizeof *d->of, "the drawings");
    if (status == STRATA_OK) status = alloc_zero(&block[2], 4 * d->room, sizeof *d->path, "the paths of the drawings");
    d->job = block[0];
    d->of = block[1];
    d->path = block[2];
    return status;
}

strata_status page_draw(page *p, const strata_report_request *request)
{
    drawings d = { 0 };
    strata_status status = take_room(&d, p, request);
    for (page_piece *piece = p->piece; piece < p->piece + p->count && status == STRATA_OK; piece++) {
        if (piece->mark->kind != TEMPLATE_FIGURE) continue;
        status = piece->rows.rows > 0 ? page_blame(p, piece->mark, add_jobs(&d, piece, request)) : page_remove_drawings(piece, request);
    }
    if (status == STRATA_OK) status = draw_all(d.job, d.jobs);
    if (status == STRATA_OK) status = look_at(&d, request);
    for (size_t q = 0; q < d.paths; q++) text_free(&d.path[q]);
    free(d.job);
    free(d.of);
    free(d.path);
    return status;
}
