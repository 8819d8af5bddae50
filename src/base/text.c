/* Text: growing strings, strict numbers in the C locale, and the nearest word for "did you mean". */
#include "text.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "clocale.h"

static bool text_reserve(text *t, size_t more)
{
    if (t->length + more < t->capacity) return true;
    size_t capacity = 2 * (t->length + more) + 64;
    char *at = realloc(t->at, capacity);
    if (at == NULL) return t->failed = true, false;
    t->at = at;
    t->capacity = capacity;
    return true;
}

void text_add(text *t, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    locale_t before = clocale_enter();
    int length = vsnprintf(NULL, 0, format, arguments);
    if (length >= 0 && text_reserve(t, (size_t)length + 1)) {
        (void)vsnprintf(t->at + t->length, (size_t)length + 1, format, again);
        t->length += (size_t)length;
    }
    clocale_leave(before);
    va_end(again);
    va_end(arguments);
}

void text_free(text *t)
{
    free(t->at);
    *t = (text){ 0 };
}

/* What strtod takes beyond decimal numbers and the words inf and nan: hexadecimal ones, which whole numbers have not either, and nan(1). */
static bool beyond_decimal(const char *s)
{
    return s[strcspn(s, "xX(")] != '\0';
}

bool text_to_double(const char *s, double *out)
{
    if (*s == '\0' || isspace((unsigned char)*s) || beyond_decimal(s)) return false;
    char *end;
    locale_t before = clocale_enter();
    double x = strtod(s, &end);
    clocale_leave(before);
    if (*end != '\0') return false;
    *out = x;
    return true;
}

bool text_to_int64(const char *s, int64_t *out)
{
    if (*s == '\0' || isspace((unsigned char)*s)) return false;
    char *end;
    errno = 0;
    long long x = strtoll(s, &end, 10);
    if (*end != '\0' || errno == ERANGE) return false;
    *out = x;
    return true;
}

bool text_to_bool(const char *s, bool *out)
{
    static const char *const words[] = { "false", "False", "FALSE", "true", "True", "TRUE" };
    for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
        if (strcmp(s, words[w]) == 0) return *out = w >= 3, true;
    }
    return false;
}

const char *text_bool_meant(const char *s)
{
    static const char *const words[][2] = { { "yes", "true" }, { "y", "true" },    { "on", "true" },  { "1", "true" },  { "t", "true" },
                                            { "no", "false" }, { "n", "false" },   { "off", "false" }, { "0", "false" }, { "f", "false" },
                                            { "true", "true" }, { "false", "false" } };
    for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
        if (strcasecmp(s, words[w][0]) == 0) return words[w][1];
    }
    return NULL;
}

bool text_is_hex(const char *s)
{
    return s[strspn(s, "0123456789abcdef")] == '\0';
}

char text_take_visible(const char **at)
{
    unsigned char first = (unsigned char)(*at)[0], second = (unsigned char)(*at)[1];
    bool of_unicode = first == 0xc2 && second >= 0x80 && second < 0xa0;
    *at += of_unicode ? 2 : 1;
    return of_unicode || first < ' ' || first == 0x7f ? '?' : (char)first;
}

static bool is_visible(const char *word)
{
    while (*word != '\0') {
        const char *at = word;
        if (text_take_visible(&word) != *at) return false;
    }
    return true;
}

/* 'it'\''s': inside single quotes a shell takes everything as it is, but for the quote. */
static void add_quoted(text *t, const char *word)
{
    text_add(t, "'");
    for (const char *c = word; *c != '\0'; c++) {
        if (*c == '\'') text_add(t, "'\\''");
        else text_add(t, "%c", *c);
    }
    text_add(t, "'");
}

/* $'...' is not in every sh, printf is. $(...) loses line breaks at the end: a folder's name may bear a slash behind them. */
static void add_printed(text *t, const char *word, const char *plain)
{
    text_add(t, "\"$(printf '");
    for (const char *c = word; *c != '\0'; c++) {
        bool as_it_is = strchr(plain, *c) != NULL && (c > word || *c != '-'); /* printf would take -x for an option */
        text_add(t, as_it_is ? "%c" : "\\%03o", (unsigned char)*c);
    }
    text_add(t, "%s')\"", word[strlen(word) - 1] == '\n' ? "/" : "");
}

void text_add_word(text *t, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./+:,@";
    bool as_it_is = word[0] != '\0' && word[strspn(word, plain)] == '\0';
    if (as_it_is) text_add(t, "%s", word);
    else if (is_visible(word)) add_quoted(t, word);
    else add_printed(t, word, plain);
}

void text_from_double(double x, char out[32])
{
    if (isnan(x)) {
        memcpy(out, "nan", 4);
        return;
    }
    if (fabs(x) < 1e15 && x == floor(x)) { /* whole: 50000, not 5e+04 */
        (void)snprintf(out, 32, "%.0f", x);
        return;
    }
    locale_t before = clocale_enter();
    for (int digits = 1; digits <= 17; digits++) {
        (void)snprintf(out, 32, "%.*g", digits, x);
        if (strtod(out, NULL) == x) break;
    }
    clocale_leave(before);
}

const char *text_cut(const char *value)
{
    static _Thread_local char shown[48];
    enum { MOST = 40 };
    size_t length = strlen(value);
    (void)snprintf(shown, sizeof shown, "%.*s%s", MOST, value, length > MOST ? "..." : "");
    return shown;
}

const char *text_shown(const char *value)
{
    return value[0] == '\0' ? "''" : text_cut(value);
}

/* Levenshtein distance, one row of the table at a time; words longer than the row count as far. */
static size_t distance(const char *a, const char *b)
{
    size_t row[64], m = strlen(b);
    if (m >= sizeof row / sizeof *row) return SIZE_MAX;
    for (size_t j = 0; j <= m; j++) row[j] = j;
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t best = diagonal + (a[i - 1] != b[j - 1]);
            if (row[j] + 1 < best) best = row[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            diagonal = row[j];
            row[j] = best;
        }
    }
    return row[m];
}

const char *text_nearest(const char *word, const char *const *list, size_t count)
{
    const char *nearest = NULL;
    size_t least = 2 + strlen(word) / 4; /* a distance below this is near */
    for (size_t w = 0; w < count; w++) {
        size_t d = distance(word, list[w]);
        if (d < least) {
            least = d;
            nearest = list[w];
        }
    }
    return nearest;
}

const char *text_known(const char *const *list, size_t count)
{
    static _Thread_local char shown[KNOWN_SHOWN];
    size_t length = (size_t)snprintf(shown, sizeof shown, count > 0 ? "known are" : "none is known");
    for (size_t w = 0; w < count; w++) {
        bool fits = length + strlen(list[w]) + sizeof ", , ..." < sizeof shown;
        length += (size_t)snprintf(shown + length, sizeof shown - length, "%s%s", w > 0 ? ", " : " ", fits ? list[w] : "...");
        if (!fits) break;
    }
    return shown;
}
