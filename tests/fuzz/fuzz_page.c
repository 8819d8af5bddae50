/* The templates of a report: page.html and figures.yaml, and what a cell of an answer may say, with a zero byte between them. */
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "fuzz.h"
#include "html.h"
#include "page.h"

static void read_page(const char *folder, const char *path)
{
    const strata_report_request request = { .size = sizeof request, .out = folder, .templates = folder };
    page p = { .count = 0 };
    if (!fuzz_taken(page_read(&request, path, &p))) return;
    for (size_t q = 0; q < p.from.count; q++) PROMISE(strlen(p.from.mark[q].name) < FIGURES_NAME);
    page_free(&p);
}

/* What a cell may say. */
static void read_cell(const char *words)
{
    text csv = { 0 }, html = { 0 };
    long width, height;
    (void)draw_svg_size(words, &width, &height);
    (void)table_is_number(words);
    csv_add(&csv, words);
    html_add(&html, words);
    PROMISE(csv.length >= strlen(words) && html.length >= strlen(words));
    text_free(&csv);
    text_free(&html);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char folder[400] = "", path[400] = "";
    const uint8_t *first = memchr(data, 0, size), *end = data + size;
    size_t before = first != NULL ? (size_t)(first - data) : size;
    const uint8_t *figures = first != NULL ? first + 1 : end;
    const uint8_t *second = memchr(figures, 0, (size_t)(end - figures));
    char *cell = second != NULL ? fuzz_text(second + 1, (size_t)(end - second - 1)) : fuzz_text(data, before);
    (void)strncat(path, fuzz_file("page.html", data, before), sizeof path - 1);
    (void)fuzz_file("figures.yaml", figures, (size_t)((second != NULL ? second : end) - figures));
    (void)strncat(folder, fuzz_path(""), sizeof folder - 1);
    read_page(folder, path);
    read_cell(cell);
    free(cell);
    return 0;
}
