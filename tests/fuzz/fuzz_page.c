/* The templates of a report: page.html, figures.yaml and a query, with a zero byte between them; and the answer of a query as CSV. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "page.h"
#include "query.h"

static void read_page(const char *folder, const char *path)
{
    const report_request request = { .out = folder, .templates = folder };
    page p = { 0 };
    if (!fuzz_taken(page_read(&request, path, &p))) return;
    for (size_t q = 0; q < p.count; q++) PROMISE(p.piece[q].kind == PAGE_TEXT || strlen(p.piece[q].name) < FIGURES_NAME);
    page_free(&p);
}

static void read_query(const char *sql)
{
    static const query_word words[] = { { "experiment", "it's" }, { NULL, NULL } };
    text filled = { 0 };
    (void)fuzz_taken(query_fill("query", sql, words, &filled));
    text_free(&filled);
}

static void read_table(const char *csv)
{
    table rows = { 0 };
    text html = { 0 };
    long width, height;
    (void)draw_svg_size(csv, &width, &height);
    strata_status status = table_read(csv, &rows);
    if (status == STRATA_ERR_INTERNAL) return; /* it is the store that writes this CSV, so a wrong one is no input but a bug */
    if (!fuzz_taken(status)) return;
    PROMISE(rows.rows == 0 || rows.columns > 0);
    if (rows.columns > 0) PROMISE(table_add_html(&rows, true, &html) == STRATA_OK);
    text_free(&html);
    table_free(&rows);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char folder[400] = "", path[400] = "";
    const uint8_t *first = memchr(data, 0, size), *end = data + size;
    size_t before = first != NULL ? (size_t)(first - data) : size;
    const uint8_t *figures = first != NULL ? first + 1 : end;
    const uint8_t *second = memchr(figures, 0, (size_t)(end - figures));
    char *sql = second != NULL ? fuzz_text(second + 1, (size_t)(end - second - 1)) : fuzz_text(data, before);
    (void)strncat(path, fuzz_file("page.html", data, before), sizeof path - 1);
    (void)fuzz_file("figures.yaml", figures, (size_t)((second != NULL ? second : end) - figures));
    (void)strncat(folder, fuzz_path(""), sizeof folder - 1);
    read_page(folder, path);
    read_query(sql);
    read_table(sql);
    free(sql);
    return 0;
}
