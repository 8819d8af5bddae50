/* The template filled: each placeholder becomes a piece, those within a block as often as its query says, and gets what it shows: the
 * answers of queries as CSV files and cells, pictures of runs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "digest.h"
#include "file.h"
#include "html.h"
#include "page.h"

enum { IMAGE_LIMIT = 64 << 20, CSV_LIMIT = 256 << 20 };

/* What the pieces of one walk through the template share. */
typedef struct {
    page *p;
    store *s;
    const strata_report_request *request;
} filling;

/* ---- queries --------------------------------------------------------------------------------------------------------------------- */

static strata_status run_query(const filling *f, page_piece *piece, const ask_row *row)
{
    const figures_entry *figure = piece->mark->figure;
    const char *name = figure != NULL ? figure->query : piece->mark->name;
    TRY(ask_file(f->s, f->request->templates, name, figure, &f->p->words, row, &piece->rows));
    table_add_csv(&piece->rows, &piece->csv);
    return piece->csv.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the rows of a query") : STRATA_OK;
}

/* Why there is nothing to show of an experiment: "not run yet" would be a lie about trainings that diverged, and silence one about an
 * experiment of which a figure of one network cannot speak. */
static const char reasons[] =
    "SELECT CASE WHEN count(*) = 0 THEN 'not run yet'"
    " WHEN sum(status = 'diverged') = count(*) THEN CASE count(*) WHEN 1 THEN 'its training diverged' ELSE 'all its trainings diverged' END"
    " WHEN sum(status = 'done') = 0 THEN 'none of its trainings has ended'"
    " WHEN count(DISTINCT label) > 1 THEN 'it has ' || count(DISTINCT label) || ' settings, over which there is no mean; they are"
    " compared in the section of their own'"
    " WHEN EXISTS (SELECT 1 FROM experiment_run k JOIN experiment o ON o.id = k.experiment WHERE o.against = :experiment"
    " OR o.id = (SELECT against FROM experiment WHERE id = :experiment) GROUP BY k.experiment HAVING count(DISTINCT k.label) > 1)"
    " THEN 'what it is compared with has several settings, over which there is no mean'"
    " ELSE 'its trainings recorded nothing of this' END AS reason"
    " FROM experiment_run JOIN run ON id = run WHERE experiment = :experiment";

/* The row, this one or one around it, that has such a column, and the column; NULL: none has. */
static const ask_row *find_column(const ask_row *row, const char *name, size_t *column)
{
    for (; row != NULL; row = row->outer) {
        for (*column = 0; *column < row->rows->columns; (*column)++) {
            if (strcmp(table_name(row->rows, *column), name) == 0) return row;
        }
    }
    return NULL;
}

/* The experiment that a figure names; NULL: it names none. */
static const store_parameter *experiment_of(const figures_entry *figure)
{
    for (size_t w = 0; figure != NULL && w < figure->words; w++) {
        if (strcmp(figure->with[w].name, "experiment") == 0) return &figure->with[w];
    }
    return NULL;
}

static strata_status explain_absence(const filling *f, page_piece *piece, const ask_row *row)
{
    const store_parameter *named = experiment_of(piece->mark->figure);
    const store_question question = { .place = "the reason", .sql = reasons, .parameter = named, .parameters = named != NULL };
    table t = { 0 };
    size_t column;
    (void)snprintf(piece->absent, sizeof piece->absent, "not run yet");
    if (named == NULL && find_column(row, "experiment", &column) == NULL) return STRATA_OK; /* nobody says whose rows these would be */
    TRY(ask(f->s, &question, &f->p->words, row, &t));
    if (t.rows > 0) (void)snprintf(piece->absent, sizeof piece->absent, "%s", table_at(&t, 0, 0));
    table_free(&t);
    return STRATA_OK;
}

/* A file of data belongs to one table or figure: two of one name must hold the same. */
static strata_status check_alone(const page *p, const page_piece *piece)
{
    for (const page_piece *other = p->piece; other < piece; other++) {
        bool table_or_figure = other->mark->kind == TEMPLATE_TABLE || other->mark->kind == TEMPLATE_FIGURE;
        if (!table_or_figure || strcmp(other->name, piece->name) != 0) continue;
        if (other->mark->kind == TEMPLATE_FIGURE && piece->mark->kind == TEMPLATE_FIGURE) {
            return status_fail(STRATA_ERR_DATA, "the figure %s is there twice", piece->name);
        }
        if (strcmp(other->csv.at, piece->csv.at) != 0) {
            return status_fail(STRATA_ERR_DATA, "%s is the name of a table and of a figure with other data: rename one", piece->name);
        }
    }
    return STRATA_OK;
}

static bool same_bytes(const char *path, const text *csv)
{
    uint8_t *bytes;
    size_t size;
    if (!file_exists(path) || file_read_all(path, CSV_LIMIT, &bytes, &size) != STRATA_OK) return false;
    bool same = size == csv->length && memcmp(bytes, csv->at, size) == 0;
    free(bytes);
    return same;
}

/* Drawings of other data go first: where both are there, the one is drawn from the other. */
static strata_status write_csv(const filling *f, page_piece *piece)
{
    text path = { 0 };
    TRY(check_alone(f->p, piece));
    strata_status status = page_path(&path, f->request->out, "data/", piece->name, ".csv");
    piece->as_before = status == STRATA_OK && same_bytes(path.at, &piece->csv);
    if (status == STRATA_OK && piece->mark->kind == TEMPLATE_FIGURE && !piece->as_before) status = page_remove_drawings(piece, f->request);
    if (status == STRATA_OK && !piece->as_before) status = file_write(path.at, piece->csv.at, piece->csv.length);
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
    const char *file = piece->mark->figure->picture, *wrong = NULL;
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
    if (run[0] == '\0') return piece->rows.rows = 0, page_remove_drawings(piece, request);
    if (!figures_is_name(run)) return status_fail(STRATA_ERR_DATA, "the query of %s gives %s, no id of a run", piece->name,
                                                  text_shown(run));
    return fetch_file(piece, s, request, run);
}

/* ---- pieces ---------------------------------------------------------------------------------------------------------------------- */

static strata_status fill_cell(page_piece *piece, const ask_row *row)
{
    size_t column;
    const ask_row *found = find_column(row, piece->mark->name, &column);
    if (found == NULL) return status_fail(STRATA_ERR_DATA, "the query of {{each}} gives no column %s", piece->mark->name);
    text_add(&piece->words, "%s", table_at(found->rows, found->row, column));
    return piece->words.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a cell") : STRATA_OK;
}

static strata_status fill_anchor(page_piece *piece, const ask_row *row)
{
    char anchor[ASK_ANCHOR];
    TRY(ask_anchor(row, anchor));
    text_add(&piece->words, "%s", anchor);
    return piece->words.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a cell") : STRATA_OK;
}

static strata_status fill_piece(const filling *f, page_piece *piece, const ask_row *row)
{
    template_kind kind = piece->mark->kind;
    char anchor[ASK_ANCHOR] = "";
    if (kind == TEMPLATE_CELL) return fill_cell(piece, row);
    if (kind == TEMPLATE_ANCHOR) return fill_anchor(piece, row);
    if (kind < TEMPLATE_VALUE) return STRATA_OK;
    if (row != NULL) TRY(ask_anchor(row, anchor));
    (void)snprintf(piece->name, sizeof piece->name, "%s%s%s", piece->mark->name, row != NULL ? "-" : "", anchor);
    TRY(run_query(f, piece, row));
    if (kind == TEMPLATE_TABLE || kind == TEMPLATE_FIGURE) TRY(write_csv(f, piece));
    if (kind == TEMPLATE_PICTURE) TRY(fetch_picture(piece, f->s, f->request));
    return kind != TEMPLATE_VALUE && piece->rows.rows == 0 ? explain_absence(f, piece, row) : STRATA_OK;
}

static strata_status add_piece(const filling *f, const template_mark *mark, const ask_row *row)
{
    page *p = f->p;
    if (p->count == p->room) {
        size_t room = 2 * p->room + 64;
        page_piece *more = realloc(p->piece, room * sizeof *more);
        if (more == NULL) return status_fail(STRATA_ERR_MEMORY, "no memory for the pieces of the page");
        p->piece = more;
        p->room = room;
    }
    page_piece *piece = &p->piece[p->count++];
    *piece = (page_piece){ .mark = mark };
    return page_blame(p, mark, fill_piece(f, piece, row));
}

static strata_status walk(const filling *f, size_t from, size_t end, const ask_row *row);

/* {{if}}, {{each}} and their {{else}}. */
static strata_status walk_block(const filling *f, size_t at, const ask_row *outer)
{
    const template_mark *mark = &f->p->from.mark[at];
    table rows = { 0 };
    strata_status status = ask_file(f->s, f->request->templates, mark->name, NULL, &f->p->words, outer, &rows);
    if (status != STRATA_OK) return page_blame(f->p, mark, status);
    size_t times = mark->kind == TEMPLATE_EACH ? rows.rows : rows.rows > 0;
    for (size_t r = 0; r < times && status == STRATA_OK; r++) {
        const ask_row row = { outer, &rows, r };
        status = walk(f, at + 1, mark->otherwise, mark->kind == TEMPLATE_EACH ? &row : outer);
    }
    if (times == 0) status = walk(f, mark->otherwise + 1, mark->end, outer);
    table_free(&rows);
    return status;
}

static strata_status walk(const filling *f, size_t from, size_t end, const ask_row *row)
{
    for (size_t q = from; q < end; q++) {
        const template_mark *mark = &f->p->from.mark[q];
        bool block = mark->kind == TEMPLATE_IF || mark->kind == TEMPLATE_EACH;
        TRY(block ? walk_block(f, q, row) : add_piece(f, mark, row));
        if (block) q = mark->end;
    }
    return STRATA_OK;
}

strata_status page_fill(page *p, store *s, const strata_report_request *request)
{
    return walk(&(filling){ p, s, request }, 0, p->from.count, NULL);
}
