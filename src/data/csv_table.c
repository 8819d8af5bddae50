/* Opening looks at every row once, so that later passes meet no row of another length. */
#include "csv_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "alloc.h"
#include "decimal.h"
#include "gz.h"
#include "text.h"

/* The first lines that a separator is found by, when a file is read and when it is only looked at; bytes of names. */
enum { LINES_READ = 10, LINES_LOOKED_AT = 2, NAME = 64, NAME_COMPARED = 512, CLASSES_LISTED = 65536 };
static const size_t file_limit = (size_t)1 << 34; /* bytes of text: 16 GB */

bool csv_table_number(const csv_field *f, float *x)
{
    return decimal_float(f->at, f->at + f->length, x);
}

static bool is_number(const csv_field *f)
{
    float x;
    return csv_table_number(f, &x);
}

bool csv_table_word(const csv_field *f)
{
    static const char *const missing[] = { "na", "n/a", "nan", "null", "none", "missing", "?", "-", "inf", "infinity" };
    size_t sign = f->length > 1 && (*f->at == '-' || *f->at == '+');
    if (f->length == 0 || is_number(f)) return false;
    if (f->length > sign + 1 && f->at[sign] == '0' && (f->at[sign + 1] | 0x20) == 'x') return false;
    for (size_t m = 0; m < sizeof missing / sizeof *missing; m++) {
        if (f->length - sign == strlen(missing[m]) && strncasecmp(f->at + sign, missing[m], f->length - sign) == 0) return false;
    }
    return true;
}

/* A whole number without sign of at most nine digits, or -1. */
static long whole(const csv_field *f)
{
    long x = 0;
    if (f->length == 0 || f->length > 9) return -1;
    for (size_t e = 0; e < f->length; e++) {
        if (f->at[e] < '0' || f->at[e] > '9') return -1;
        x = 10 * x + (f->at[e] - '0');
    }
    return x;
}

static bool is_called(const csv_field *f, const char *name)
{
    char words[NAME_COMPARED];
    size_t length = strlen(name);
    if (!f->doubled) return f->length == length && memcmp(f->at, name, length) == 0;
    return csv_field_text(f, words, sizeof words) < sizeof words && strcmp(words, name) == 0;
}

/* ---- the first line ------------------------------------------------------------------------------------------------------------------ */

static strata_status copy_fields(const csv_field *from, size_t count, csv_field **out)
{
    void *copy;
    TRY(alloc_zero(&copy, count, sizeof **out, "the columns of a table"));
    memcpy(copy, from, count * sizeof **out);
    *out = copy;
    return STRATA_OK;
}

/* "150,4,setosa,versicolor": two whole numbers, then two or more names. */
static bool may_be_listed(const csv_rows *r)
{
    if (r->fields < 4 || r->fields - 2 > CLASSES_LISTED || whole(&r->field[0]) < 1 || whole(&r->field[1]) < 1) return false;
    for (size_t f = 2; f < r->fields; f++) {
        if (r->field[f].length == 0 || is_number(&r->field[f])) return false;
    }
    return true;
}

/* Are these names? `head` has them, the row that was read last is the one below. */
static bool is_head(const csv_table *t, const csv_field *head, csv_names asked)
{
    bool numbers = false;
    for (size_t c = 0; c < t->rows.due; c++) {
        bool number = is_number(&head[c]);
        numbers = numbers || number;
        if (csv_table_word(&head[c]) && is_number(&t->rows.field[c])) return true;
    }
    for (size_t n = 0; n < asked.count && !numbers; n++) {
        for (size_t c = 0; c < t->rows.due; c++) {
            if (is_called(&head[c], asked.name[n])) return true;
        }
    }
    return false;
}

/* scikit-learn's form says its rows and features first, and each row ends with the number of a class. Else back to the second line. */
static strata_status try_listed(csv_table *t, const csv_field *head, size_t fields)
{
    bool more;
    csv_rows *r = &t->rows;
    csv_mark second = csv_rows_mark(r);
    long features = whole(&head[1]);
    r->due = 0;
    TRY(csv_rows_next(r, &more));
    bool listed = more && r->fields == (size_t)features + 1;
    long last = listed ? whole(&r->field[r->fields - 1]) : -1;
    if (last >= 0 && (size_t)last < fields - 2) {
        TRY(copy_fields(head + 2, fields - 2, &t->class_name));
        t->classes = fields - 2;
        t->first = second;
        t->count = (size_t)whole(&head[0]);
    }
    csv_rows_seek(r, second);
    if (t->classes == 0) r->due = fields;
    return STRATA_OK;
}

/* Reads two lines, and sets what they say. Begins in the state after the first; `head` has its fields. */
static strata_status judge(csv_table *t, const csv_field *head, size_t fields, csv_mark begin, csv_names asked)
{
    bool more, listed = may_be_listed(&t->rows);
    csv_rows *r = &t->rows;
    t->first = begin;
    if (listed) TRY(try_listed(t, head, fields));
    csv_mark second = csv_rows_mark(r);
    TRY(csv_rows_next(r, &more));
    t->columns = r->due;
    bool names = more && t->classes == 0 && is_head(t, head, asked);
    if (names) {
        TRY(copy_fields(head, fields, &t->head));
        t->first = second;
    }
    const csv_field *data = more && (names || t->classes > 0) ? r->field : head;
    void *flags;
    TRY(alloc_zero(&flags, t->columns, 1, "the columns of a table"));
    t->text = flags;
    for (size_t c = 0; c < t->columns; c++) t->text[c] = csv_table_word(&data[c]);
    return STRATA_OK;
}

static strata_status look_at_first_lines(csv_table *t, csv_names asked)
{
    bool more;
    csv_field *head = NULL;
    csv_mark begin = csv_rows_mark(&t->rows);
    TRY(csv_rows_next(&t->rows, &more));
    if (!more) return status_fail(STRATA_ERR_DATA, "%.200s: is empty; it should have a row for each example", t->path);
    size_t fields = t->rows.fields;
    TRY(copy_fields(t->rows.field, fields, &head));
    strata_status status = judge(t, head, fields, begin, asked);
    free(head);
    return status;
}

/* ---- opening ------------------------------------------------------------------------------------------------------------------------- */

static strata_status count_rows(csv_table *t)
{
    bool more;
    size_t claimed = t->count, count = 0;
    csv_table_rewind(t);
    for (;; count++) {
        TRY(csv_rows_next(&t->rows, &more));
        if (!more) break;
    }
    t->count = count;
    csv_table_rewind(t);
    if (t->classes > 0 && count != claimed) {
        return status_fail(STRATA_ERR_DATA, "%.200s: line 1 says %zu rows, as scikit-learn's files do, and %zu follow; fetch the file "
                           "again, or remove line 1", t->path, claimed, count);
    }
    return STRATA_OK;
}

static strata_status begin(csv_table *t, size_t size)
{
    size_t fields;
    char separator = csv_rows_separator(t->bytes, size, LINES_READ, false, &fields);
    if (separator == '?') {
        return status_fail(STRATA_ERR_DATA, "%.200s: line 1 can be split at more than one of ',', ';' and tab, and nothing says which is "
                           "meant; put texts that have such a character in quotes, and write numbers with a decimal point", t->path);
    }
    csv_rows_begin(&t->rows, t->path, t->bytes, size, separator == 0 ? ',' : separator);
    return STRATA_OK;
}

strata_status csv_table_open(const char *path, csv_names asked, csv_table *t)
{
    uint8_t *bytes;
    size_t size;
    *t = (csv_table){ .path = path };
    TRY(gz_read_all(path, file_limit, &bytes, &size, t->digest));
    t->bytes = (char *)bytes;
    strata_status status = begin(t, size);
    if (status == STRATA_OK) status = look_at_first_lines(t, asked);
    if (status == STRATA_OK) status = count_rows(t);
    if (status != STRATA_OK) csv_table_free(t);
    return status;
}

void csv_table_rewind(csv_table *t)
{
    csv_rows_seek(&t->rows, t->first);
}

void csv_table_free(csv_table *t)
{
    csv_rows_free(&t->rows);
    free(t->head);
    free(t->text);
    free(t->class_name);
    free(t->bytes);
    *t = (csv_table){ 0 };
}

/* ---- columns ------------------------------------------------------------------------------------------------------------------------- */

strata_status csv_table_named(const csv_table *t, const char *name, size_t *column)
{
    *column = t->columns;
    for (size_t c = 0; t->head != NULL && c < t->columns; c++) {
        if (!is_called(&t->head[c], name)) continue;
        if (*column < t->columns) {
            return status_fail(STRATA_ERR_DATA, "%.200s: columns %zu and %zu are both called %s; say the number of the one that is meant",
                               t->path, *column + 1, c + 1, text_shown(name));
        }
        *column = c;
    }
    return STRATA_OK;
}

strata_status csv_table_find(const csv_table *t, const char *word, size_t *column)
{
    int64_t number;
    TRY(csv_table_named(t, word, column));
    if (*column < t->columns || !text_to_int64(word, &number)) return STRATA_OK;
    if (number >= 1 && (uint64_t)number <= t->columns) *column = (size_t)number - 1;
    return STRATA_OK;
}

/* What it is called, as a terminal may be given it, and cut; "" where it has no name. */
static void name_of(const csv_table *t, size_t column, char out[NAME])
{
    char words[NAME] = "";
    const char *at = words;
    if (t->head != NULL) (void)csv_field_text(&t->head[column], words, sizeof words);
    while (*at != '\0') *out++ = text_take_visible(&at);
    *out = '\0';
}

void csv_table_column(const csv_table *t, size_t column, char out[CSV_COLUMN_TEXT])
{
    char name[NAME];
    name_of(t, column, name);
    (void)snprintf(out, CSV_COLUMN_TEXT, name[0] != '\0' ? "column %zu (%s)" : "column %zu", column + 1, name);
}

void csv_table_list(const csv_table *t, const uint8_t *chosen, char out[CSV_LIST_TEXT])
{
    size_t used = 0;
    (void)snprintf(out, CSV_LIST_TEXT, "1 .. %zu", t->columns);
    if (t->head == NULL && chosen == NULL) return;
    for (size_t c = 0; c < t->columns; c++) {
        char name[NAME];
        if (chosen != NULL && !chosen[c]) continue;
        if (used + NAME + 32 > CSV_LIST_TEXT) {
            (void)snprintf(out + used, CSV_LIST_TEXT - used, ", ... (%zu columns)", t->columns);
            return;
        }
        name_of(t, c, name);
        used += (size_t)snprintf(out + used, CSV_LIST_TEXT - used, "%s%zu%s%s", used > 0 ? ", " : "", c + 1, name[0] != '\0' ? " " : "",
                                 name);
    }
}

/* ---- first bytes --------------------------------------------------------------------------------------------------------------------- */

/* Text has no control characters but tabs and ends of lines. */
static bool is_text(const char *bytes, size_t size)
{
    for (size_t e = 0; e < size; e++) {
        unsigned char b = (unsigned char)bytes[e];
        if ((b < ' ' && b != '\t' && b != '\n' && b != '\r') || b == 0x7f) return false;
    }
    return size > 0;
}

/* One column: numbers from the second line on. */
static bool is_column(csv_rows *r, bool cut)
{
    bool more = true, numbers = false;
    for (int row = 0; row < LINES_READ && csv_rows_next(r, &more) == STRATA_OK && more; row++) {
        if (cut && r->at == r->end && row > 0) break;
        bool number = r->fields == 1 && is_number(&r->field[0]);
        if (!number && row > 0) return false;
        numbers = numbers || number;
    }
    return numbers;
}

bool csv_table_looks(const char *bytes, size_t size, bool cut)
{
    size_t fields;
    bool more, looks;
    csv_rows r;
    if (!is_text(bytes, size)) return false;
    char separator = csv_rows_separator(bytes, size, LINES_LOOKED_AT, cut, &fields);
    if (fields >= 2 || separator == '?') return true;
    csv_rows_begin(&r, "", bytes, size, ',');
    if (separator == 0) looks = is_column(&r, cut);
    else looks = separator == ',' && csv_rows_next(&r, &more) == STRATA_OK && more && may_be_listed(&r);
    csv_rows_free(&r);
    return looks;
}
