/*
 * CSV (RFC 4180, as store_query_csv writes it) to cells to HTML. The cells are unquoted in place, in one copy of the CSV: a cell is never
 * longer than what stood for it.
 */
#include "table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "html.h"

enum { BRIEF_ROWS = 200 };

/* ---- reading --------------------------------------------------------------------------------------------------------------------- */

/* Ends the cell at *at with a zero and moves *at to the character behind it: a comma, a line feed or the end. */
static char *take_cell(char **at, char *stop)
{
    char *from = *at, *to = from, *start = from;
    if (*from == '"') {
        for (from++; *from != '\0'; from++) {
            if (*from == '"' && *++from != '"') break;
            *to++ = *from;
        }
    } else {
        for (; *from != '\0' && *from != ',' && *from != '\n'; from++) *to++ = *from;
    }
    *stop = *from;
    *to = '\0';
    *at = *stop != '\0' ? from + 1 : from;
    return start[0] == '\'' && start[1] != '\0' && strchr("=+-@\t\r", start[1]) != NULL ? start + 1 : start;
}

static strata_status take_cells(table *t, size_t most)
{
    char *at = t->words, stop;
    size_t count = 0;
    while (*at != '\0' && count < most) {
        t->cell[count++] = take_cell(&at, &stop);
        if (stop != ',' && t->columns == 0) t->columns = count;
        if (stop != ',' && count % t->columns != 0) return status_fail(STRATA_ERR_INTERNAL, "a CSV has rows of different length");
    }
    t->rows = t->columns > 0 ? count / t->columns - 1 : 0;
    return STRATA_OK;
}

strata_status table_read(const char *csv, table *out)
{
    table t = { 0 };
    void *words, *cells = NULL;
    size_t length = strlen(csv), most = 1;
    for (const char *c = csv; *c != '\0'; c++) most += *c == ',' || *c == '\n';
    TRY(alloc_zero(&words, length + 1, 1, "a table"));
    memcpy(words, csv, length);
    t.words = words;
    strata_status status = alloc_zero(&cells, most, sizeof *t.cell, "the cells of a table");
    t.cell = cells;
    if (status == STRATA_OK) status = take_cells(&t, most);
    if (status == STRATA_OK) *out = t;
    else table_free(&t);
    return status;
}

void table_free(table *t)
{
    free(t->words);
    free(t->cell);
    *t = (table){ 0 };
}

const char *table_name(const table *t, size_t column)
{
    return t->cell[column];
}

const char *table_at(const table *t, size_t row, size_t column)
{
    return t->cell[(row + 1) * t->columns + column];
}

/* ---- numbers --------------------------------------------------------------------------------------------------------------------- */

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Skips one of the words; false when none is there. */
static bool skip(const char **at, const char *const *words)
{
    for (; *words != NULL; words++) {
        size_t length = strlen(*words);
        if (strncmp(*at, *words, length) != 0) continue;
        *at += length;
        return true;
    }
    return false;
}

static bool skip_number(const char **at)
{
    static const char *const signs[] = { "+", "-", "−", "<", "≤", "≥", "≈", NULL };
    const char *c = *at;
    while (skip(&c, signs)) {}
    if (!digit(*c)) return false;
    while (digit(*c)) c++;
    if (*c == '.' && digit(c[1])) for (c++; digit(*c);) c++;
    if (*c == 'e' && (digit(c[1]) || ((c[1] == '-' || c[1] == '+') && digit(c[2])))) for (c += 2; digit(*c);) c++;
    *at = c;
    return true;
}

/* A unit of up to three letters, as in "12 ms". */
static bool ends_in_unit(const char *c)
{
    size_t length = 0;
    while (letter(c[length])) length++;
    return length >= 1 && length <= 3 && c[length] == '\0';
}

bool table_is_number(const char *words)
{
    static const char *const whole[] = { "–", "nan", "inf", "-inf", NULL };
    static const char *const between[] = { " ± ", "±", " to ", " of ", "–", " – ", " / ", "/", ", ", " (", ") ", NULL };
    static const char *const after[] = { " %", "%", ")", " ", NULL };
    for (const char *const *w = whole; *w != NULL; w++) {
        if (strcmp(words, *w) == 0) return true;
    }
    do {
        if (!skip_number(&words)) return false;
        if (strncmp(words, " %", 3) == 0 || *words == '%') (void)skip(&words, after);
        if (*words == ')') words++;
    } while (skip(&words, between));
    (void)skip(&words, after);
    return *words == '\0' || ends_in_unit(words);
}

/* ---- HTML ------------------------------------------------------------------------------------------------------------------------ */

/* Five digits are what a reader compares; whole numbers stay whole. */
static void add_cell(const char *words, bool brief, text *page)
{
    double x;
    if (brief && strpbrk(words, ".e") != NULL && text_to_double(words, &x) && isfinite(x)) text_add(page, "%.5g", x);
    else html_add(page, words);
}

/* At least three quarters of its cells that say something: a remark among numbers stands as they do, a number among words as these. */
static bool column_of_numbers(const table *t, size_t column)
{
    size_t numbers = 0, all = 0;
    for (size_t r = 0; r < t->rows; r++) {
        const char *words = table_at(t, r, column);
        if (words[0] == '\0' || strcmp(words, "–") == 0) continue;
        numbers += table_is_number(words);
        all++;
    }
    return all > 0 && 4 * numbers >= 3 * all;
}

static void add_names(const table *t, const bool *numbers, text *page)
{
    text_add(page, "<thead><tr>");
    for (size_t c = 0; c < t->columns; c++) {
        text_add(page, "<th scope=\"col\"%s>", numbers[c] ? " class=\"n\"" : "");
        html_add(page, table_name(t, c));
        text_add(page, "</th>");
    }
    text_add(page, "</tr></thead>\n");
}

static void add_row(const table *t, size_t row, const bool *numbers, bool brief, text *page)
{
    text_add(page, "<tr>");
    for (size_t c = 0; c < t->columns; c++) {
        text_add(page, c == 0 ? "<th scope=\"row\"%s>" : "<td%s>", numbers[c] ? " class=\"n\"" : "");
        add_cell(table_at(t, row, c), brief, page);
        text_add(page, c == 0 ? "</th>" : "</td>");
    }
    text_add(page, "</tr>\n");
}

strata_status table_add_html(const table *t, bool brief, text *page)
{
    void *numbers;
    size_t rows = brief && t->rows > BRIEF_ROWS ? BRIEF_ROWS : t->rows;
    TRY(alloc_zero(&numbers, t->columns, sizeof(bool), "the columns of a table"));
    for (size_t c = 0; c < t->columns; c++) ((bool *)numbers)[c] = column_of_numbers(t, c);
    text_add(page, "<div class=\"scroll\"><table>");
    add_names(t, numbers, page);
    text_add(page, "<tbody>\n");
    for (size_t r = 0; r < rows; r++) add_row(t, r, numbers, brief, page);
    text_add(page, "</tbody></table></div>\n");
    free(numbers);
    if (rows < t->rows) text_add(page, "<p class=\"more\">The first %zu of %zu rows; the CSV has them all.</p>\n", rows, t->rows);
    return STRATA_OK;
}
