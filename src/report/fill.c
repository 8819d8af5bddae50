/* Pieces get what they show: the answers of their queries as CSV files and cells, pictures of runs, drawings. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "digest.h"
#include "file.h"
#include "page.h"

enum { IMAGE_LIMIT = 64 << 20, QUERY_LIMIT = 1 << 20 };

static const char *const formats[] = { "svg", "png", "pdf" };

static bool ends_in(const char *name, const char *end)
{
    size_t length = strlen(name), tail = strlen(end);
    return length > tail && strcmp(name + length - tail, end) == 0;
}

/* "page.html:12: " before the sentence about a wrong query, name or file of the templates. */
static strata_status blame(const page *p, const page_piece *piece, strata_status status)
{
    char place[STATUS_SENTENCE];
    if (status != STRATA_ERR_DATA) return status;
    (void)snprintf(place, sizeof place, "%s:%zu", p->path, piece->line);
    return status_fail_at(status, place);
}

/* ---- queries --------------------------------------------------------------------------------------------------------------------- */

/* The query of a file, with what its figure says. */
static strata_status ask_file(page_piece *piece, store *s, const char *path)
{
    uint8_t *sql;
    size_t size;
    TRY(file_read_all(path, QUERY_LIMIT, &sql, &size));
    const store_question question = { path, (const char *)sql, piece->figure != NULL ? piece->figure->with : NULL,
                                      piece->figure != NULL ? piece->figure->words : 0 };
    strata_status status = table_ask(s, &question, &piece->rows);
    free(sql);
    if (status != STRATA_OK) return status;
    table_add_csv(&piece->rows, &piece->csv);
    return piece->csv.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the rows of a query") : STRATA_OK;
}

static strata_status run_query(page_piece *piece, store *s, const strata_report_request *request)
{
    const char *name = piece->figure != NULL ? piece->figure->query : piece->name;
    text path = { 0 };
    strata_status status = page_path(&path, request->templates, "queries/", name, ends_in(name, ".sql") ? "" : ".sql");
    if (status == STRATA_OK) status = ask_file(piece, s, path.at);
    text_free(&path);
    return status;
}

/* Why there is nothing to show of an experiment: "not run yet" would be a lie about trainings that diverged. */
static const char reasons[] =
    "SELECT CASE WHEN count(*) = 0 THEN 'not run yet'"
    " WHEN sum(status = 'diverged') = count(*) THEN CASE count(*) WHEN 1 THEN 'its training diverged' ELSE 'all its trainings diverged' END"
    " WHEN sum(status = 'done') = 0 THEN 'none of its trainings has ended'"
    " ELSE 'its trainings recorded nothing of this' END AS reason"
    " FROM experiment_run JOIN run ON id = run WHERE experiment = :experiment";

static strata_status explain_absence(page_piece *piece, store *s)
{
    const figures_entry *f = piece->figure;
    table t = { 0 };
    size_t w = 0;
    while (w < f->words && strcmp(f->with[w].name, "experiment") != 0) w++;
    (void)snprintf(piece->absent, sizeof piece->absent, "not run yet");
    if (w == f->words) return STRATA_OK;
    TRY(table_ask(s, &(store_question){ "the reason", reasons, &f->with[w], 1 }, &t));
    if (t.rows > 0) (void)snprintf(piece->absent, sizeof piece->absent, "%s", table_at(&t, 0, 0));
    table_free(&t);
    return STRATA_OK;
}

/* A file of data belongs to one table or figure: two of one name must hold the same. */
static strata_status check_alone(const page *p, const page_piece *piece)
{
    for (const page_piece *other = p->piece; other < piece; other++) {
        bool table_or_figure = other->kind == PAGE_TABLE || other->kind == PAGE_FIGURE;
        if (!table_or_figure || strcmp(other->name, piece->name) != 0) continue;
        if (other->kind == PAGE_FIGURE && piece->kind == PAGE_FIGURE) return status_fail(STRATA_ERR_DATA, "the figure is there twice");
        if (strcmp(other->csv.at, piece->csv.at) != 0) {
            return status_fail(STRATA_ERR_DATA, "%s is the name of a table and of a figure with other data: rename one", piece->name);
        }
    }
    return STRATA_OK;
}

static strata_status write_csv(const page *p, const page_piece *piece, const strata_report_request *request)
{
    text path = { 0 };
    TRY(check_alone(p, piece));
    strata_status status = page_path(&path, request->out, "data/", piece->name, ".csv");
    if (status == STRATA_OK) status = file_write(path.at, piece->csv.at, piece->csv.length);
    text_free(&path);
    return status;
}

/* What an earlier report drew, and this one has no data for, must not stay. */
static strata_status remove_drawings(const page_piece *piece, const strata_report_request *request)
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

/* ---- pictures -------------------------------------------------------------------------------------------------------------------- */

typedef struct {
    const char *path; /* as the store has it */
    bool found;
    char sha256[DIGEST_TEXT];
} wanted_file;

static strata_status compare_artifact(void *self, const store_artifact *artifact)
{
    wanted_file *w = self;
    if (strcmp(artifact->path, w->path) != 0) return STRATA_OK;
    w->found = true;
    (void)snprintf(w->sha256, sizeof w->sha256, "%s", artifact->sha256);
    return STRATA_OK;
}

static long big_endian(const uint8_t *b)
{
    return (long)b[0] << 24 | (long)b[1] << 16 | (long)b[2] << 8 | b[3];
}

/* Are these the bytes that the store remembers, and a PNG? Says what is wrong, or NULL. */
static const char *judge(page_piece *piece, const wanted_file *w)
{
    static const uint8_t signature[8] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
    char digest[DIGEST_TEXT];
    if (digest_sha256(piece->image, piece->image_size, digest) != STRATA_OK || strcmp(digest, w->sha256) != 0) {
        return "is not the file that the run wrote";
    }
    if (piece->image_size < 24 || memcmp(piece->image, signature, sizeof signature) != 0) return "is no PNG";
    piece->width = big_endian(piece->image + 16);
    piece->height = big_endian(piece->image + 20);
    return NULL;
}

static strata_status keep_picture(page_piece *piece, const strata_report_request *request, const char *wrong, const char *path)
{
    text copy = { 0 };
    strata_status status = page_path(&copy, request->out, "figures/", piece->name, ".png");
    if (wrong != NULL) {
        page_warn(request, "%s %s; the page does without it", path, wrong);
        free(piece->image);
        piece->image = NULL;
        if (status == STRATA_OK) (void)unlink(copy.at);
    } else if (status == STRATA_OK) {
        status = file_write(copy.at, piece->image, piece->image_size);
    }
    text_free(&copy);
    return status;
}

static strata_status fetch_file(page_piece *piece, store *s, const strata_report_request *request, const char *run)
{
    text path = { 0 };
    const char *file = piece->figure->picture, *wrong = NULL;
    wanted_file w = { 0 };
    text_add(&path, "%s/runs/%s/%s", report_from(request), run, file);
    if (path.failed) return status_fail(STRATA_ERR_MEMORY, "no memory for the path of %s", file);
    w.path = path.at + strlen(report_from(request)) + 1;
    strata_status status = store_each_artifact(s, run, compare_artifact, &w);
    if (!w.found) wrong = "is not among the files of its run";
    else if (file_read_all(path.at, IMAGE_LIMIT, &piece->image, &piece->image_size) != STRATA_OK) wrong = "cannot be read";
    else wrong = judge(piece, &w);
    if (status == STRATA_OK) status = keep_picture(piece, request, wrong, path.at);
    text_free(&path);
    return status;
}

static strata_status fetch_picture(page_piece *piece, store *s, const strata_report_request *request)
{
    const char *run = piece->rows.rows > 0 ? table_at(&piece->rows, 0, 0) : "";
    if (run[0] == '\0') return piece->rows.rows = 0, remove_drawings(piece, request);
    if (!figures_is_name(run)) return status_fail(STRATA_ERR_DATA, "the query of %s gives %s, no id of a run", piece->name,
                                                  text_shown(run));
    return fetch_file(piece, s, request, run);
}

/* ---- drawings -------------------------------------------------------------------------------------------------------------------- */

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
    const char *script = piece->figure->script;
    char end[8];
    draw_job *job = &d->job[d->jobs];
    d->of[d->jobs++] = piece;
    (void)snprintf(end, sizeof end, ".%s", format);
    *job = (draw_job){ .format = format, .title = piece->figure->title };
    TRY(new_path(d, request->templates, "figures/", "style", ".gp", &job->style));
    TRY(new_path(d, request->templates, "figures/", script, ends_in(script, ".gp") ? "" : ".gp", &job->script));
    TRY(new_path(d, request->out, "data/", piece->name, ".csv", &job->csv));
    TRY(new_path(d, request->out, "figures/", piece->name, end, &job->out));
    bool there;
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
        if (piece->kind != PAGE_FIGURE) continue;
        status = piece->rows.rows > 0 ? blame(p, piece, add_jobs(&d, piece, request)) : remove_drawings(piece, request);
    }
    if (status == STRATA_OK) status = draw_all(d.job, d.jobs);
    if (status == STRATA_OK) status = look_at(&d, request);
    for (size_t q = 0; q < d.paths; q++) text_free(&d.path[q]);
    free(d.job);
    free(d.of);
    free(d.path);
    return status;
}

/* ---- all ------------------------------------------------------------------------------------------------------------------------- */

strata_status page_fill(page *p, store *s, const strata_report_request *request)
{
    for (page_piece *piece = p->piece; piece < p->piece + p->count; piece++) {
        strata_status status = STRATA_OK;
        if (piece->kind >= PAGE_VALUE) status = run_query(piece, s, request);
        if (status == STRATA_OK && (piece->kind == PAGE_TABLE || piece->kind == PAGE_FIGURE)) status = write_csv(p, piece, request);
        if (status == STRATA_OK && piece->kind == PAGE_PICTURE) status = fetch_picture(piece, s, request);
        if (status == STRATA_OK && piece->figure != NULL && piece->rows.rows == 0) status = explain_absence(piece, s);
        TRY(blame(p, piece, status));
    }
    return STRATA_OK;
}
