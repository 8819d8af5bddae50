/*
 * Every byte is looked at once: a field without quotes ends at the first special byte, and what the byte is says how. Rows are found again
 * where they are needed, so that nothing of a file is kept but its bytes.
 */
#include "csv_rows.h"

#include <stdlib.h>
#include <string.h>

static void be_special(csv_rows *r, const char *bytes)
{
    for (r->special[0] = 1; *bytes != '\0'; bytes++) r->special[(unsigned char)*bytes] = 1;
}

void csv_rows_begin(csv_rows *r, const char *place, const char *bytes, size_t size, char separator)
{
    static const char mark[] = "\xef\xbb\xbf";
    size_t passed = size >= 3 && memcmp(bytes, mark, 3) == 0 ? 3 : 0;
    const char ends[] = { separator, '\n', '\r', '"', '\0' };
    *r = (csv_rows){ .place = place, .at = bytes + passed, .end = bytes + size, .next = 1, .separator = separator };
    be_special(r, ends);
}

csv_mark csv_rows_mark(const csv_rows *r)
{
    return (csv_mark){ r->at, r->next };
}

void csv_rows_seek(csv_rows *r, csv_mark mark)
{
    r->at = mark.at;
    r->next = mark.next;
}

void csv_rows_free(csv_rows *r)
{
    free(r->field);
    *r = (csv_rows){ 0 };
}

/* ---- fields -------------------------------------------------------------------------------------------------------------------------- */

static strata_status more_room(csv_rows *r)
{
    size_t room = r->room == 0 ? 64 : 2 * r->room;
    if (r->fields == CSV_FIELDS_MOST) {
        return status_fail(STRATA_ERR_DATA, "%.200s: line %zu has more than %d fields; is ',', ';' or a tab between them, and is it one "
                           "row a line?", r->place, r->line, CSV_FIELDS_MOST);
    }
    csv_field *field = realloc(r->field, room * sizeof *field);
    if (field == NULL) return status_fail(STRATA_ERR_MEMORY, "%.200s: no memory for %zu fields of line %zu", r->place, room, r->line);
    r->field = field;
    r->room = room;
    return STRATA_OK;
}

static strata_status add_field(csv_rows *r, csv_field f)
{
    if (f.length > CSV_FIELD_MOST) {
        return status_fail(STRATA_ERR_DATA, "%.200s: line %zu: field %zu has %zu bytes, more than the %d allowed; is a quote left open?",
                           r->place, r->line, r->fields + 1, f.length, CSV_FIELD_MOST);
    }
    if (r->fields == r->room || r->fields == CSV_FIELDS_MOST) TRY(more_room(r));
    r->field[r->fields++] = f;
    return STRATA_OK;
}

static strata_status refuse(const csv_rows *r, const char *at)
{
    size_t field = r->fields + 1;
    if (at < r->end && *at == '\0') {
        return status_fail(STRATA_ERR_DATA, "%.200s: line %zu: field %zu has a zero byte: this is no text, or one of UTF-16; save it as "
                           "UTF-8", r->place, r->next, field);
    }
    return status_fail(STRATA_ERR_DATA, "%.200s: line %zu: field %zu has a quote in its middle; a field with quotes has them around it "
                       "too, and each inner one twice", r->place, r->next, field);
}

/* The end of a line at `at`, if there is one. */
static size_t line_end(const char *at)
{
    return *at == '\r' ? 1 + (at[1] == '\n') : *at == '\n';
}

/* A quoted field, from its first quote on. Lines end in it, too. */
static strata_status take_quoted(csv_rows *r)
{
    csv_field f = { .at = r->at + 1, .quoted = true };
    size_t began = r->next;
    const char *at = f.at;
    for (;; at++) {
        if (*at == '"' && at[1] != '"') break;
        if (*at == '"') f.doubled = true, at++;
        else if (*at == '\n' || (*at == '\r' && at[1] != '\n')) r->next++;
        else if (*at == '\0' && at < r->end) return refuse(r, at);
        else if (at == r->end) {
            return status_fail(STRATA_ERR_DATA, "%.200s: line %zu: field %zu begins with a quote that is never closed", r->place, began,
                               r->fields + 1);
        }
    }
    f.length = (size_t)(at - f.at);
    r->at = at + 1;
    return add_field(r, f);
}

static bool is_blank(const csv_rows *r, char c)
{
    return c == ' ' || (c == '\t' && r->separator != '\t');
}

static strata_status take_plain(csv_rows *r)
{
    const char *first = r->at, *at = first;
    while (!r->special[(unsigned char)*at]) at++;
    r->at = at;
    if (*at == '"' || (*at == '\0' && at != r->end)) return refuse(r, at);
    while (first < at && is_blank(r, *first)) first++;
    while (first < at && is_blank(r, at[-1])) at--;
    return add_field(r, (csv_field){ .at = first, .length = (size_t)(at - first) });
}

/* Is nothing left but ends of lines? */
static bool at_last(const char *at, const char *end)
{
    while (at < end && (*at == '\n' || *at == '\r')) at++;
    return at == end;
}

static strata_status check_row(csv_rows *r)
{
    if (r->due == 0) r->due = r->fields;
    if (r->fields == r->due) return STRATA_OK;
    return status_fail(STRATA_ERR_DATA, "%.200s: line %zu has %zu field%s where %zu are due, as in the lines before; a text with a "
                       "separator stands in quotes", r->place, r->line, r->fields, r->fields == 1 ? "" : "s", r->due);
}

strata_status csv_rows_next(csv_rows *r, bool *more)
{
    r->fields = 0;
    r->line = r->next;
    *more = false;
    if (at_last(r->at, r->end)) return STRATA_OK;
    if (line_end(r->at) > 0) return status_fail(STRATA_ERR_DATA, "%.200s: line %zu is empty, with rows behind it; remove it", r->place,
                                                r->line);
    for (;; r->at++) {
        TRY(*r->at == '"' ? take_quoted(r) : take_plain(r));
        if (*r->at == r->separator) continue;
        if (r->at == r->end || line_end(r->at) > 0) break;
        return status_fail(STRATA_ERR_DATA, "%.200s: line %zu: behind the closing quote of field %zu stands something else than the end of "
                           "the field; a quote within quotes is written twice", r->place, r->next, r->fields);
    }
    r->next += r->at < r->end;
    r->at += line_end(r->at);
    *more = true;
    return check_row(r);
}

size_t csv_field_text(const csv_field *f, char *out, size_t room)
{
    size_t length = 0;
    for (size_t e = 0; e < f->length; e++, length++) {
        if (length + 1 < room) out[length] = f->at[e];
        if (f->doubled && f->at[e] == '"') e++;
    }
    if (room > 0) out[length < room ? length : room - 1] = '\0';
    return length;
}

/* ---- separators ---------------------------------------------------------------------------------------------------------------------- */

/* The number of fields of the line at *at, which moves behind it, or of what there is of it. Quotes hide separators and ends. */
static size_t count_fields(const char **at, const char *end, char separator, bool *whole)
{
    size_t fields = 1;
    bool quoted = false;
    const char *p = *at;
    for (; p < end && (quoted || (*p != '\n' && *p != '\r')); p++) {
        if (*p == '"') quoted = !quoted;
        else if (*p == separator && !quoted) fields++;
    }
    *whole = p < end;
    if (p < end && *p == '\r' && p + 1 < end && p[1] == '\n') p++;
    *at = p < end ? p + 1 : end;
    return fields;
}

/* The number of fields that the first lines all have; 0: different ones. */
static size_t even_fields(const char *at, const char *end, char separator, int lines, bool cut)
{
    size_t fields = 0;
    for (int line = 0; line < lines && !at_last(at, end); line++) {
        bool whole;
        if (*at == '\n' || *at == '\r') return 0;
        size_t now = count_fields(&at, end, separator, &whole);
        if (!whole && cut && line > 0) break;
        if (fields > 0 && now != fields) return 0;
        fields = now;
    }
    return fields;
}

static const char separators[] = ",;\t";

/* The one of them by which the first lines split evenly; 0: none does, '?': two do. */
static char even_separator(const char *bytes, size_t size, int lines, bool cut, size_t *fields)
{
    char found = 0;
    *fields = 0;
    for (const char *s = separators; *s != '\0'; s++) {
        size_t now = even_fields(bytes, bytes + size, *s, lines, cut);
        if (now < 2) continue;
        if (found != 0) return '?';
        found = *s;
        *fields = now;
    }
    return found;
}

char csv_rows_separator(const char *bytes, size_t size, int lines, bool cut, size_t *fields)
{
    size_t alone;
    char found = even_separator(bytes, size, lines, cut, fields);
    return found != 0 || lines == 1 ? found : even_separator(bytes, size, 1, cut, &alone);
}
