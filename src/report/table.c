/*
 * The rows of a query, kept: see table.h. All words lie one after the other in one text. It may move while it grows; so a cell knows where
 * its own begin, not their address.
 */
#include "table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "csv.h"
#include "html.h"

enum { BRIEF_ROWS = 200, WORDS_MOST = 1 << 28 };

/* ---- rows ------------------------------------------------------------------------------------------------------------------------ */

void table_free(table *t)
{
    text_free(&t->words);
    free(t->cell);
    *t = (table){ 0 };
}

static strata_status no_memory(void)
{
    return status_fail(STRATA_ERR_MEMORY, "no memory for the rows of a query");
}

static strata_status add_cell(table *t, const store_value *value)
{
    char number[32];
    if (t->count == t->room) {
        size_t room = 2 * t->room + 64;
        table_cell *more = realloc(t->cell, room * sizeof *more);
        if (more == NULL) return no_memory();
        t->cell = more;
        t->room = room;
    }
    t->cell[t->count++] = (table_cell){ (int)value->type, t->words.length };
    text_from_double(value->real, number);
    if (value->type == STORE_INTEGER) text_add(&t->words, "%lld", (long long)value->integer);
    else text_add(&t->words, "%s", value->type == STORE_REAL ? number : value->type == STORE_TEXT ? value->text : "");
    text_add(&t->words, "%c", '\n'); /* room for the zero */
    if (t->words.failed) return no_memory();
    t->words.at[t->words.length - 1] = '\0';
    return STRATA_OK;
}

typedef struct {
    table *t;
    const char *place;
} filling;

static strata_status take_row(void *self, const store_answer *row)
{
    const filling *f = self;
    f->t->columns = row->columns;
    f->t->rows += row->cell != NULL;
    for (size_t c = 0; c < row->columns; c++) {
        const store_value name = { .type = STORE_TEXT, .text = row->name[c] };
        TRY(add_cell(f->t, row->cell != NULL ? &row->cell[c] : &name));
    }
    return f->t->words.length <= WORDS_MOST ? STRATA_OK : status_fail(STRATA_ERR_DATA, "%s:1: it makes more than 256 MB", f->place);
}

strata_status table_ask(store *s, const store_question *question, table *out)
{
    table t = { 0 };
    strata_status status = store_query(s, question, take_row, &(filling){ &t, question->place });
    if (status == STRATA_OK) *out = t;
    else table_free(&t);
    return status;
}

const char *table_name(const table *t, size_t column)
{
    return t->words.at + t->cell[column].words;
}

static const table_cell *cell_at(const table *t, size_t row, size_t column)
{
    return &t->cell[(row + 1) * t->columns + column];
}

const char *table_at(const table *t, size_t row, size_t column)
{
    return t->words.at + cell_at(t, row, column)->words;
}

store_value table_value(const table *t, size_t row, size_t column)
{
    const char *words = table_at(t, row, column);
    int64_t whole;
    double real;
    switch (cell_at(t, row, column)->type) {
    case STORE_INTEGER: return text_to_int64(words, &whole) ? (store_value){ .type = STORE_INTEGER, .integer = whole } : (store_value){ 0 };
    case STORE_REAL: return text_to_double(words, &real) ? (store_value){ .type = STORE_REAL, .real = real } : (store_value){ 0 };
    case STORE_TEXT: return (store_value){ .type = STORE_TEXT, .text = words };
    default: return (store_value){ .type = STORE_NULL };
    }
}

void table_add_csv(const table *t, text *csv)
{
    for (size_t q = 0; q < t->count; q++) {
        const char *words = t->words.at + t->cell[q].words;
        if (t->cell[q].type == STORE_TEXT) csv_add(csv, words);
        else text_add(csv, "%s", words);
        text_add(csv, "%s", (q + 1) % t->columns == 0 ? "\n" : ",");
    }
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
static void add_words(const table *t, size_t row, size_t column, bool brief, text *page)
{
    double x;
    const char *words = table_at(t, row, column);
    bool real = cell_at(t, row, column)->type == STORE_REAL && strpbrk(words, ".e") != NULL;
    if (brief && real && text_to_double(words, &x) && isfinite(x)) text_add(page, "%.5g", x);
    else html_add(page, words);
}

/* At least three quarters of its cells that say something: a remark among numbers stands as they do, a number among words as these. Most
 * queries round, so what they give for a number is a text. */
static bool column_of_numbers(const table *t, size_t column)
{
    size_t numbers = 0, all = 0;
    for (size_t r = 0; r < t->rows; r++) {
        const char *words = table_at(t, r, column);
        if (words[0] == '\0' || strcmp(words, "–") == 0) continue;
        numbers += cell_at(t, r, column)->type != STORE_TEXT || table_is_number(words);
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
        add_words(t, row, c, brief, page);
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
