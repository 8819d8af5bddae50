/* Queries of others: which values their parameters get, where in the SQL something is wrong, and many of them over one moment. */
#include <stdio.h>
#include <string.h>

#include "store_rows.h"

/* The line of SQL that this many bytes lie before. */
static size_t line_of(const char *sql, size_t offset)
{
    size_t line = 1;
    for (; offset > 0 && *sql != '\0'; sql++, offset--) line += *sql == '\n';
    return line;
}

strata_status store_wrong_query(const store_question *question, size_t offset, const char *what)
{
    return status_fail(STRATA_ERR_DATA, "%s:%zu: the query fails: %s; it must be one SELECT over the tables of src/store/schema*.sql",
                       question->place, line_of(question->sql, offset), what);
}

/* Where a parameter first stands outside of a remark. Only for a sentence: SQLite alone says what is one. */
static size_t offset_of(const char *sql, const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    const size_t length = strlen(name);
    for (const char *at = sql; *at != '\0'; at++) {
        if (strncmp(at, "--", 2) == 0) at += strcspn(at, "\n");
        if (strncmp(at, name, length) == 0 && strspn(at + length, letters) == 0) return (size_t)(at - sql);
        if (*at == '\0') break;
    }
    return 0;
}

static strata_status unknown_parameter(const store_question *question, const char *name)
{
    return status_fail(STRATA_ERR_DATA, "%s:%zu: nothing says what %s is; name it under `with`", question->place,
                       line_of(question->sql, name != NULL ? offset_of(question->sql, name) : 0), name != NULL ? text_cut(name) : "?");
}

static const store_parameter *find_parameter(const store_parameter *list, size_t count, const char *name)
{
    for (size_t p = 0; p < count; p++) {
        if (strcmp(list[p].name, name) == 0) return &list[p];
    }
    return NULL;
}

strata_status store_match_parameters(const store_question *question, const char *const *names, size_t count, const store_value **values)
{
    bool used[STORE_PARAMETERS] = { false };
    REQUIRE(question->parameters <= STORE_PARAMETERS);
    for (size_t n = 0; n < count; n++) {
        bool named = names[n] != NULL && names[n][0] == ':';
        const char *name = named ? names[n] + 1 : "";
        const store_parameter *own = find_parameter(question->parameter, question->parameters, name), *found = own;
        if (found == NULL) found = find_parameter(question->offered, question->offers, name);
        if (found == NULL) return unknown_parameter(question, names[n]);
        values[n] = &found->value;
        if (own != NULL) used[own - question->parameter] = true;
    }
    for (size_t p = 0; p < question->parameters; p++) {
        if (used[p]) continue;
        return status_fail(STRATA_ERR_DATA, "%s:1: has no :%s, which is given to it", question->place,
                           text_cut(question->parameter[p].name));
    }
    return STRATA_OK;
}

/* ---- one moment ------------------------------------------------------------------------------------------------------------------ */

/* What was evaluated within it is gone with it. */
strata_status store_read(store *s, strata_status (*work)(void *self), void *self)
{
    char sentence[STATUS_SENTENCE];
    REQUIRE(s != NULL && work != NULL);
    store_about(s, "reading", NULL);
    TRY(store_execute(s, "BEGIN"));
    strata_status status = work(self);
    if (status != STRATA_OK) status_sentence_save(sentence);
    strata_status ended = store_execute(s, "ROLLBACK");
    if (status != STRATA_OK) status_sentence_load(sentence);
    return status != STRATA_OK ? status : ended;
}

strata_status store_evaluate(store *s)
{
    int64_t query_only = 0;
    text sql = { 0 };
    REQUIRE(s != NULL);
    store_about(s, "evaluating the figures", NULL);
    TRY(store_ask_whole(s, "PRAGMA query_only", &query_only));
    text_add(&sql, "PRAGMA query_only = OFF;\n"); /* the file is not written */
    store_add_evaluation(&sql);
    text_add(&sql, "PRAGMA query_only = %d", query_only != 0);
    strata_status status = sql.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the views of a store") : store_execute(s, sql.at);
    text_free(&sql);
    return status;
}
