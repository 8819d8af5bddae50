/* The page read, and its filled pieces added up: see page.h. */
#include "page.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "html.h"

enum { STYLE_LIMIT = 4 << 20 };

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

strata_status page_blame(const page *p, const template_mark *mark, strata_status status)
{
    char place[STATUS_SENTENCE];
    if (status != STRATA_ERR_DATA) return status;
    (void)snprintf(place, sizeof place, "%s:%zu", p->from.path, mark->line);
    return status_fail_at(status, place);
}

strata_status page_read(const strata_report_request *request, const char *path, page *out)
{
    page p = { .count = 0 };
    text figures = { 0 };
    strata_status status = page_path(&figures, request->templates, "", "figures.yaml", "");
    if (status == STRATA_OK) status = figures_read(figures.at, &p.figures);
    if (status == STRATA_OK) status = template_read(path, &p.figures, &p.from);
    if (status == STRATA_OK) status = ask_words_read(request->templates, request->live != 0, &p.words);
    text_free(&figures);
    if (status == STRATA_OK) *out = p;
    else page_free(&p);
    return status;
}

void page_free(page *p)
{
    for (size_t q = 0; q < p->count; q++) {
        text_free(&p->piece[q].words);
        text_free(&p->piece[q].csv);
        table_free(&p->piece[q].rows);
        free(p->piece[q].image);
    }
    free(p->piece);
    ask_words_free(&p->words);
    template_free(&p->from);
    figures_free(&p->figures);
    *p = (page){ .count = 0 };
}

/* ---- adding up ------------------------------------------------------------------------------------------------------------------- */

static strata_status add_style(const strata_report_request *request, text *html)
{
    text path = { 0 };
    uint8_t *css = NULL;
    size_t size;
    strata_status status = page_path(&path, request->templates, "", "style.css", "");
    if (status == STRATA_OK) status = file_read_all(path.at, STYLE_LIMIT, &css, &size);
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
    if (piece->rows.rows == 0) {
        text_add(html, "<p class=\"absent\">");
        html_add(html, piece->absent);
        return text_add(html, "</p>\n"), STRATA_OK;
    }
    TRY(table_add_html(&piece->rows, false, html));
    return add_csv_link(piece, html);
}

static strata_status add_image(const page_piece *piece, text *html)
{
    text_add(html, "<img alt=\"");
    html_add(html, piece->mark->figure->alt);
    text_add(html, "\" src=\"");
    TRY(html_add_data(html, piece->mark->kind == TEMPLATE_FIGURE ? "image/svg+xml" : "image/png", piece->image, piece->image_size));
    text_add(html, "\"");
    if (piece->width > 0) text_add(html, " width=\"%ld\" height=\"%ld\"", piece->width, piece->height);
    text_add(html, ">\n");
    return STRATA_OK;
}

static void add_caption(const page_piece *piece, text *html)
{
    text_add(html, "<figcaption><b>");
    html_add(html, piece->mark->figure->title);
    text_add(html, ".</b> ");
    html_add(html, piece->mark->figure->read);
    text_add(html, "</figcaption>\n");
}

/* A figure that could not be drawn is its numbers. */
static strata_status add_figure(const page_piece *piece, text *html)
{
    bool picture = piece->mark->kind == TEMPLATE_PICTURE;
    if (piece->rows.rows == 0 || (picture && piece->image == NULL)) {
        text_add(html, "<figure id=\"%s\" class=\"absent\"><p>", piece->name);
        html_add(html, piece->mark->figure->title);
        text_add(html, ": ");
        html_add(html, piece->rows.rows == 0 ? piece->absent : "the picture is missing");
        text_add(html, "</p></figure>\n");
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
    const template_mark *mark = piece->mark;
    switch (mark->kind) {
    case TEMPLATE_TEXT: return text_add(html, "%.*s", (int)mark->length, mark->at), STRATA_OK;
    case TEMPLATE_STYLE: return add_style(request, html);
    case TEMPLATE_CELL:
    case TEMPLATE_ANCHOR: return html_add(html, piece->words.at != NULL ? piece->words.at : ""), STRATA_OK;
    case TEMPLATE_VALUE: return add_value(piece, html), STRATA_OK;
    case TEMPLATE_TABLE: return add_table(piece, html);
    case TEMPLATE_FIGURE:
    case TEMPLATE_PICTURE: return add_figure(piece, html);
    default: return status_fail(STRATA_ERR_INTERNAL, "a piece of no kind");
    }
}

strata_status page_add_html(const page *p, const strata_report_request *request, text *html)
{
    for (size_t q = 0; q < p->count; q++) TRY(add_piece(&p->piece[q], request, html));
    return html->failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the page") : STRATA_OK;
}
