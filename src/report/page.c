/* The template taken apart, and the filled pieces added up again: see page.h. */
#include "page.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "html.h"

enum { TEMPLATE_LIMIT = 4 << 20 };

static const struct {
    const char *word;
    page_kind kind;
    bool named;
} words[] = {
    { "style", PAGE_STYLE, false },  { "value", PAGE_VALUE, true },     { "table", PAGE_TABLE, true },
    { "figure", PAGE_FIGURE, true }, { "picture", PAGE_PICTURE, true },
};

enum { WORDS = sizeof words / sizeof *words };

strata_status page_path(text *path, const char *folder, const char *middle, const char *name, const char *end)
{
    path->length = 0;
    text_add(path, "%s/%s%s%s", folder, middle, name, end);
    return path->failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the path of %s", name) : STRATA_OK;
}

void page_warn(const strata_report_request *request, const char *format, ...)
{
    char sentence[STATUS_SENTENCE];
    va_list arguments;
    if (request->warn == NULL) return;
    va_start(arguments, format);
    (void)vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    request->warn(request->self, sentence);
}

/* ---- reading --------------------------------------------------------------------------------------------------------------------- */

static strata_status unknown_word(const page *p, const page_piece *piece, const char *word)
{
    const char *names[WORDS];
    for (size_t w = 0; w < WORDS; w++) names[w] = words[w].word;
    const char *near = text_nearest(word, names, WORDS);
    return status_fail(STRATA_ERR_DATA, "%s:%zu: unknown placeholder {{%s}}%s%s; there are style, value, table, figure and picture",
                       p->path, piece->line, text_cut(word), near != NULL ? ", nearest is " : "", near != NULL ? near : "");
}

static strata_status find_figure(const page *p, page_piece *piece)
{
    piece->figure = figures_find(&p->figures, piece->name);
    if (piece->figure == NULL) {
        return status_fail(STRATA_ERR_DATA, "%s:%zu: figures.yaml has no %s", p->path, piece->line, piece->name);
    }
    if ((piece->figure->script != NULL) == (piece->kind == PAGE_FIGURE)) return STRATA_OK;
    return status_fail(STRATA_ERR_DATA, "%s:%zu: figures.yaml has %s as a %s", p->path, piece->line, piece->name,
                       piece->figure->script != NULL ? "figure" : "picture");
}

/* What stands between the braces: "figure 3layer-curves". */
static strata_status read_placeholder(const page *p, page_piece *piece, const char *inside, size_t length)
{
    char copy[200] = "", *state = NULL;
    if (length >= sizeof copy) {
        return status_fail(STRATA_ERR_DATA, "%s:%zu: the placeholder does not end: }} is missing", p->path, piece->line);
    }
    (void)snprintf(copy, sizeof copy, "%.*s", (int)length, inside);
    const char *word = strtok_r(copy, " ", &state), *name = strtok_r(NULL, " ", &state);
    size_t w = 0;
    while (w < WORDS && (word == NULL || strcmp(word, words[w].word) != 0)) w++;
    if (w == WORDS) return unknown_word(p, piece, word != NULL ? word : "");
    piece->kind = words[w].kind;
    if (words[w].named != (name != NULL) || strtok_r(NULL, " ", &state) != NULL || (name != NULL && !figures_is_name(name))) {
        return status_fail(STRATA_ERR_DATA, "%s:%zu: {{%s}} takes %s", p->path, piece->line, word,
                           words[w].named ? "one name: letters, digits, - and _" : "no name");
    }
    (void)snprintf(piece->name, sizeof piece->name, "%s", name != NULL ? name : "");
    return piece->figure == NULL && (piece->kind == PAGE_FIGURE || piece->kind == PAGE_PICTURE) ? find_figure(p, piece) : STRATA_OK;
}

static strata_status read_pieces(page *p)
{
    const char *at = (const char *)p->words;
    for (size_t line = 1;;) {
        const char *open = strstr(at, "{{");
        page_piece *text_piece = &p->piece[p->count++];
        *text_piece = (page_piece){ .kind = PAGE_TEXT, .at = at, .length = open != NULL ? (size_t)(open - at) : strlen(at) };
        for (size_t c = 0; c < text_piece->length; c++) line += at[c] == '\n';
        if (open == NULL) return STRATA_OK;
        page_piece *piece = &p->piece[p->count++];
        const char *close = strstr(open, "}}");
        piece->line = line;
        TRY(read_placeholder(p, piece, open + 2, close != NULL ? (size_t)(close - open - 2) : SIZE_MAX));
        at = close + 2;
    }
}

strata_status page_read(const strata_report_request *request, const char *path, page *out)
{
    page p = { .path = path };
    text figures = { 0 };
    void *pieces = NULL;
    size_t size, most = 1;
    TRY(file_read_all(path, TEMPLATE_LIMIT, &p.words, &size));
    strata_status status = page_path(&figures, request->templates, "", "figures.yaml", "");
    if (status == STRATA_OK) status = figures_read(figures.at, &p.figures);
    for (const char *at = (const char *)p.words; (at = strstr(at, "{{")) != NULL; at += 2) most += 2;
    if (status == STRATA_OK) status = alloc_zero(&pieces, most, sizeof *p.piece, "the pieces of the page");
    p.piece = pieces;
    if (status == STRATA_OK) status = read_pieces(&p);
    text_free(&figures);
    if (status == STRATA_OK) *out = p;
    else page_free(&p);
    return status;
}

void page_free(page *p)
{
    for (size_t q = 0; q < p->count; q++) {
        text_free(&p->piece[q].csv);
        table_free(&p->piece[q].rows);
        free(p->piece[q].image);
    }
    free(p->piece);
    free(p->words);
    figures_free(&p->figures);
    *p = (page){ 0 };
}

/* ---- adding up ------------------------------------------------------------------------------------------------------------------- */

static strata_status add_style(const strata_report_request *request, text *html)
{
    text path = { 0 };
    uint8_t *css = NULL;
    size_t size;
    strata_status status = page_path(&path, request->templates, "", "style.css", "");
    if (status == STRATA_OK) status = file_read_all(path.at, TEMPLATE_LIMIT, &css, &size);
    if (status == STRATA_OK) text_add(html, "%s", (const char *)css);
    free(css);
    text_free(&path);
    return status;
}

static void add_value(const page_piece *piece, text *html)
{
    const char *value = piece->rows.rows > 0 ? table_at(&piece->rows, 0, 0) : "";
    html_add(html, value[0] != '\0' ? value : "–");
}

static strata_status add_csv_link(const page_piece *piece, text *html)
{
    text_add(html, "<a class=\"csv\" download=\"%s.csv\" href=\"", piece->name);
    TRY(html_add_data(html, "text/csv", piece->csv.at, piece->csv.length));
    text_add(html, "\">CSV</a>\n");
    return STRATA_OK;
}

static strata_status add_table(const page_piece *piece, text *html)
{
    if (piece->rows.rows == 0) return text_add(html, "<p class=\"absent\">not run yet</p>\n"), STRATA_OK;
    TRY(table_add_html(&piece->rows, false, html));
    return add_csv_link(piece, html);
}

static strata_status add_image(const page_piece *piece, text *html)
{
    text_add(html, "<img alt=\"");
    html_add(html, piece->figure->alt);
    text_add(html, "\" src=\"");
    TRY(html_add_data(html, piece->kind == PAGE_FIGURE ? "image/svg+xml" : "image/png", piece->image, piece->image_size));
    text_add(html, "\"");
    if (piece->width > 0) text_add(html, " width=\"%ld\" height=\"%ld\"", piece->width, piece->height);
    text_add(html, ">\n");
    return STRATA_OK;
}

static void add_caption(const page_piece *piece, text *html)
{
    text_add(html, "<figcaption><b>");
    html_add(html, piece->figure->title);
    text_add(html, ".</b> ");
    html_add(html, piece->figure->read);
    text_add(html, "</figcaption>\n");
}

/* A figure that could not be drawn is its numbers. */
static strata_status add_figure(const page_piece *piece, text *html)
{
    bool picture = piece->kind == PAGE_PICTURE;
    if (piece->rows.rows == 0 || (picture && piece->image == NULL)) {
        text_add(html, "<figure id=\"%s\" class=\"absent\"><p>", piece->name);
        html_add(html, piece->figure->title);
        text_add(html, ": %s</p></figure>\n", piece->rows.rows == 0 ? piece->absent : "the picture is missing");
        return STRATA_OK;
    }
    text_add(html, "<figure id=\"%s\">\n", piece->name);
    if (piece->image != NULL) TRY(add_image(piece, html));
    else text_add(html, "<p class=\"absent\">%s: here are the numbers.</p>\n",
                  piece->drawn == DRAW_NO_GNUPLOT ? "No drawing, since gnuplot is not installed" : "gnuplot could not draw this figure");
    add_caption(piece, html);
    if (!picture) {
        text_add(html, "<details%s><summary>Data</summary>\n", piece->image == NULL ? " open" : "");
        TRY(table_add_html(&piece->rows, true, html));
        TRY(add_csv_link(piece, html));
        text_add(html, "</details>\n");
    }
    text_add(html, "</figure>\n");
    return STRATA_OK;
}

static strata_status add_piece(const page_piece *piece, const strata_report_request *request, text *html)
{
    switch (piece->kind) {
    case PAGE_TEXT: return text_add(html, "%.*s", (int)piece->length, piece->at), STRATA_OK;
    case PAGE_STYLE: return add_style(request, html);
    case PAGE_VALUE: return add_value(piece, html), STRATA_OK;
    case PAGE_TABLE: return add_table(piece, html);
    case PAGE_FIGURE:
    case PAGE_PICTURE: return add_figure(piece, html);
    }
    return status_fail(STRATA_ERR_INTERNAL, "a piece of no kind");
}

strata_status page_add_html(const page *p, const strata_report_request *request, text *html)
{
    for (size_t q = 0; q < p->count; q++) TRY(add_piece(&p->piece[q], request, html));
    return html->failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the page") : STRATA_OK;
}
