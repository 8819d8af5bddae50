/* Queries: see query.h. A small scanner tells SQL's strings, names and comments from the rest. */
#include "query.h"

#include <stdlib.h>
#include <string.h>

#include "file.h"

enum { QUERY_LIMIT = 1 << 20, MOST_WORDS = 32 };

static bool word_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* How far the string, quoted name or comment reaches that starts here; 0 when none does. */
static size_t quoted_length(const char *sql)
{
    const char *end = NULL;
    if (*sql == '\'' || *sql == '"' || *sql == '`') end = strchr(sql + 1, *sql);
    else if (*sql == '[') end = strchr(sql, ']');
    else if (strncmp(sql, "--", 2) == 0) end = strchr(sql, '\n');
    else if (strncmp(sql, "/*", 2) == 0) end = (end = strstr(sql + 2, "*/")) != NULL ? end + 1 : NULL;
    else return 0;
    return end != NULL ? (size_t)(end + 1 - sql) : strlen(sql);
}

static void add_literal(text *out, const char *value)
{
    text_add(out, "'");
    for (; *value != '\0'; value++) {
        if (*value == '\'') text_add(out, "'");
        text_add(out, "%c", *value);
    }
    text_add(out, "'");
}

static size_t line_of(const char *sql, const char *at)
{
    size_t line = 1;
    for (; sql < at; sql++) line += *sql == '\n';
    return line;
}

/* The number of the word that :key names, or how many there are. */
static size_t find_word(const query_word *words, const char *key, size_t length)
{
    size_t w = 0;
    while (words[w].key != NULL && (strlen(words[w].key) != length || strncmp(words[w].key, key, length) != 0)) w++;
    return w;
}

static strata_status check_used(const char *place, const query_word *words, const bool *used)
{
    for (size_t w = 0; words[w].key != NULL; w++) {
        if (!used[w]) return status_fail(STRATA_ERR_DATA, "%s:1: has no :%s, which is given to it", place, text_cut(words[w].key));
    }
    return STRATA_OK;
}

strata_status query_fill(const char *place, const char *sql, const query_word *words, text *out)
{
    bool used[MOST_WORDS] = { false };
    for (const char *at = sql; *at != '\0';) {
        size_t length = quoted_length(at);
        if (length == 0 && *at == ':' && word_letter(at[1])) {
            for (length = 1; word_letter(at[length]);) length++;
            size_t w = find_word(words, at + 1, length - 1);
            if (words[w].key == NULL || w >= MOST_WORDS) {
                return status_fail(STRATA_ERR_DATA, "%s:%zu: nothing says what %.*s is; name it under `with`", place, line_of(sql, at),
                                   length < 60 ? (int)length : 60, at);
            }
            add_literal(out, words[w].value);
            used[w] = true;
        } else {
            if (length == 0) length = 1;
            text_add(out, "%.*s", (int)length, at);
        }
        at += length;
    }
    return check_used(place, words, used);
}

strata_status query_run(store *s, const char *place, const char *sql, const query_word *words, text *csv)
{
    text filled = { 0 };
    strata_status status = query_fill(place, sql, words, &filled);
    if (status == STRATA_OK) {
        status = filled.failed || filled.at == NULL ? status_fail(STRATA_ERR_DATA, "is empty, or there is no memory for it")
                                                    : store_query_csv(s, filled.at, csv);
        if (status != STRATA_OK) (void)status_fail_at(status, place);
    }
    text_free(&filled);
    return status;
}

strata_status query_run_file(store *s, const char *path, const query_word *words, text *csv)
{
    uint8_t *sql;
    size_t size;
    TRY(file_read_all(path, QUERY_LIMIT, &sql, &size));
    strata_status status = query_run(s, path, (const char *)sql, words, csv);
    free(sql);
    return status;
}
