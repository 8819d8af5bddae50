/*
 * The store over SQLite: opening and refusing, rows in, rows out, a query as CSV; which rows there are is said in store_write.c and
 * store_read.c. Every value is bound to a prepared statement, never put into its text. A statement that writes is kept and reset at once,
 * one that reads ends with its reading: so nothing is locked while nobody reads or writes. The one user of sqlite3.h.
 */
#include "store_rows.h"

#include <errno.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alloc.h"
#include "clock.h"
#include "invariant.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

enum { PATIENCE_S = 10, KEPT = 40 };
enum { LOOK_STEPS = 1000000, LOOKS_MOST = 500 }; /* steps of SQLite that one call may take: seconds */

typedef struct { char words[160]; } subject; /* what a call does, and to whom: "writing run 'c0ffee'" */

struct store {
    sqlite3 *db;
    char *path; /* as it was given */
    text warning;
    store_way way; /* that it was opened */
    bool empty;    /* nothing is in it yet */
    store_mark mark;
    subject about; /* for the sentence */
    double waits_since;
    int looks; /* of out_of_patience, since the call began */
    struct {
        const char *sql;
        sqlite3_stmt *statement;
    } kept[KEPT]; /* statements that write, prepared when first used */
};

/* ---- failing --------------------------------------------------------------------------------------------------------------------- */

static const char damaged[] = "the file is damaged; move it away and take a copy, or run the experiments again";

static const struct {
    int code;
    strata_status status;
    const char *advice;
} answers[] = {
    { SQLITE_NOTADB, STRATA_ERR_DATA, "this is no store of Strata; name another file" },
    { SQLITE_CORRUPT, STRATA_ERR_DATA, damaged },
    { SQLITE_ERROR, STRATA_ERR_DATA, "its tables are not those of a store; move it away and take a copy, or run the experiments again" },
    { SQLITE_NOMEM, STRATA_ERR_MEMORY, "free some memory" },
    { SQLITE_INTERRUPT, STRATA_ERR_DATA, "it takes over 500 million steps of SQLite; ask for less, or is the store what it should be?" },
    { SQLITE_BUSY, STRATA_ERR_STORAGE, "another process held it for 10 s; try again when that is done" },
    { SQLITE_FULL, STRATA_ERR_STORAGE, "make room on the disk and try again" },
    { SQLITE_READONLY, STRATA_ERR_STORAGE, "it is open for reading, or file or folder may not be written; to read it all the same, copy "
                                           "it to a folder of your own" },
    { SQLITE_CANTOPEN, STRATA_ERR_STORAGE, "see to the permissions of the file and its folder, where SQLite keeps two files beside it" },
    { SQLITE_CONSTRAINT, STRATA_ERR_STORAGE, "a value is not allowed (src/store/schema.sql says which are), is there twice, or refers to "
                                             "a run or experiment that is not in the store" },
};

static strata_status refused_for(const store *s, int code, const char *reason)
{
    strata_status status = STRATA_ERR_STORAGE;
    const char *advice = "see to the disk and try again";
    for (size_t a = 0; a < COUNT(answers); a++) {
        if (answers[a].code != code) continue;
        status = answers[a].status;
        advice = answers[a].advice;
    }
    if (s->way == STORE_WAY_WITH_LOG && code == SQLITE_CANTOPEN) advice = store_log_advice;
    return status_fail(status, "%s: %s: %s; %s", s->path, s->about.words, reason, advice);
}

/* The sentence for what SQLite has just refused. */
static strata_status refused(const store *s)
{
    if (s->db == NULL) return refused_for(s, SQLITE_NOMEM, "no memory");
    int code = sqlite3_errcode(s->db) & 0xff, system = code == SQLITE_IOERR ? sqlite3_system_errno(s->db) : 0;
    return refused_for(s, system == ENOSPC ? SQLITE_FULL : code, system != 0 ? strerror(system) : sqlite3_errmsg(s->db));
}

void store_about(store *s, const char *doing, const char *whom)
{
    (void)snprintf(s->about.words, sizeof s->about.words, whom != NULL ? "%s '%s'" : "%s", doing, whom); /* cut, it is for people */
}

strata_status store_unknown_word(const store *s, const char *column, const char *word)
{
    return status_fail(STRATA_ERR_DATA, "%s: %s: %s '%.40s' is unknown; %s", s->path, s->about.words, column, word, damaged);
}

/* ---- rows in --------------------------------------------------------------------------------------------------------------------- */

static int bind_cell(sqlite3_stmt *q, int place, const store_value *c)
{
    switch (c->type) {
    case STORE_TEXT: return sqlite3_bind_text(q, place, c->text, -1, SQLITE_STATIC);
    case STORE_INTEGER: return sqlite3_bind_int64(q, place, c->integer);
    case STORE_REAL: return sqlite3_bind_double(q, place, c->real);
    case STORE_NULL: break;
    }
    return sqlite3_bind_null(q, place);
}

/* The statement of this text, prepared once. */
static int keep(store *s, const char *sql, sqlite3_stmt **out)
{
    size_t k = 0;
    while (k < KEPT - 1 && s->kept[k].sql != NULL && s->kept[k].sql != sql) k++;
    INVARIANT(s->kept[k].sql == NULL || s->kept[k].sql == sql);
    int code = SQLITE_OK;
    if (s->kept[k].sql == NULL) code = sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->kept[k].statement, NULL);
    if (code == SQLITE_OK) s->kept[k].sql = sql;
    *out = s->kept[k].statement;
    return code;
}

strata_status store_put_row(store *s, const void *what)
{
    const store_row *r = what;
    sqlite3_stmt *q = NULL;
    int code = keep(s, r->sql, &q);
    INVARIANT(code != SQLITE_OK || (size_t)sqlite3_bind_parameter_count(q) == r->count);
    for (size_t c = 0; c < r->count && code == SQLITE_OK; c++) code = bind_cell(q, (int)c + 1, &r->cells[c]);
    if (code == SQLITE_OK) code = sqlite3_step(q);
    strata_status status = code == SQLITE_DONE ? STRATA_OK : refused(s);
    (void)sqlite3_reset(q); /* says the same again; NULL is fine */
    if (q != NULL) (void)sqlite3_clear_bindings(q);
    return status;
}

static strata_status execute(const store *s, const char *sql)
{
    return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK ? STRATA_OK : refused(s);
}

strata_status store_execute(store *s, const char *script)
{
    s->looks = 0;
    return execute(s, script);
}

/* IMMEDIATE: who cannot write waits here, before anything was read that could grow old. */
strata_status store_in_transaction(store *s, strata_status (*work)(store *s, const void *what), const void *what)
{
    s->looks = 0;
    TRY(execute(s, "BEGIN IMMEDIATE"));
    strata_status status = work(s, what);
    if (status == STRATA_OK) status = execute(s, "COMMIT");
    if (status != STRATA_OK) (void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL); /* SQLite may have done it already */
    return status;
}

/* Was the file what it was taken for: one that nobody changed? */
static strata_status unchanged(const store *s)
{
    return s->way == STORE_WAY_UNCHANGING ? store_check_unchanged(s->path, &s->mark) : STRATA_OK;
}

/* ---- rows out -------------------------------------------------------------------------------------------------------------------- */

strata_status store_walk_cells(store *s, const char *sql, const store_value *cells, size_t count,
                               strata_status (*each)(void *self, const store_line *line), void *self)
{
    sqlite3_stmt *q = NULL;
    strata_status status = STRATA_OK;
    const subject mine = s->about; /* a visitor may read something else in between */
    s->looks = 0;
    int code = sqlite3_prepare_v2(s->db, sql, -1, &q, NULL);
    for (size_t c = 0; c < count && code == SQLITE_OK; c++) code = bind_cell(q, (int)c + 1, &cells[c]);
    if (code == SQLITE_OK) code = sqlite3_step(q);
    while (code == SQLITE_ROW && status == STRATA_OK) {
        status = each(self, q);
        s->about = mine;
        if (status == STRATA_OK) code = sqlite3_step(q);
    }
    if (status == STRATA_OK && code != SQLITE_DONE) status = refused(s);
    (void)sqlite3_finalize(q);
    return status == STRATA_OK ? unchanged(s) : status;
}

static strata_status take_whole(void *self, const store_line *line)
{
    *(int64_t *)self = store_whole_at(line, 0);
    return STRATA_OK;
}

strata_status store_ask_whole(store *s, const char *sql, int64_t *out)
{
    return store_walk(s, sql, NULL, NULL, take_whole, out);
}

bool store_null_at(const store_line *line, int column)
{
    return sqlite3_column_type((sqlite3_stmt *)line, column) == SQLITE_NULL;
}

const char *store_text_at(const store_line *line, int column)
{
    const unsigned char *value = sqlite3_column_text((sqlite3_stmt *)line, column);
    return value != NULL ? (const char *)value : "";
}

int64_t store_whole_at(const store_line *line, int column)
{
    return sqlite3_column_int64((sqlite3_stmt *)line, column);
}

double store_real_at(const store_line *line, int column)
{
    bool absent = sqlite3_column_type((sqlite3_stmt *)line, column) == SQLITE_NULL;
    return absent ? (double)NAN : sqlite3_column_double((sqlite3_stmt *)line, column);
}

double store_number_at(const store_line *line, int column)
{
    int64_t kind = store_whole_at(line, column + 1);
    return kind == 0 ? store_real_at(line, column) : kind == 2 ? (double)INFINITY : kind == 3 ? (double)-INFINITY : (double)NAN;
}

/* ---- opening --------------------------------------------------------------------------------------------------------------------- */

/* SQLite asks this while others hold the file: wait on? Short waits of differing lengths, for those of sqlite3_busy_timeout grow to 100 ms
 * and starve who has waited longest: with 16 writers at once one of them waited 9.7 s, with these 0.5 s. */
static int wait_on(void *self, int tries)
{
    store *s = self;
    if (tries == 0) s->waits_since = clock_seconds();
    double waited = clock_seconds() - s->waits_since;
    long spread = (long)(waited * 1e9) % 1000; /* the last digits of the clock: as good as chance */
    (void)nanosleep(&(const struct timespec){ .tv_nsec = 500000 + 3000 * spread }, NULL);
    return waited < PATIENCE_S;
}

/* A store can hold rows that pair with each other a billion times; those of the report need less than a million steps a query. */
static int out_of_patience(void *self)
{
    store *s = self;
    return ++s->looks > LOOKS_MOST;
}

/* strata_number(text) in SQL. SQLite's own reading of a number need not be the nearest one in every version, and ours is what trains. */
static void number_of_text(sqlite3_context *call, int count, sqlite3_value **argument)
{
    double number;
    const unsigned char *value = count == 1 ? sqlite3_value_text(argument[0]) : NULL;
    if (value != NULL && store_number((const char *)value, &number)) sqlite3_result_double(call, number);
}

static strata_status connect_to(store *s, store_mode mode)
{
    s->way = mode != STORE_READ_WRITE ? store_choose_way(s->path, &s->mark) : STORE_WAY_USUAL;
    int flags = mode == STORE_READ_WRITE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        : s->way == STORE_WAY_USUAL      ? SQLITE_OPEN_READWRITE /* see query_only below */
                                         : SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
    text path = { 0 }; /* ":memory:" and "file:x" are names of files here, as everywhere in Strata */
    store_add_address(&path, s->path, s->way);
    int code = path.failed ? SQLITE_NOMEM : sqlite3_open_v2(path.at, &s->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    text_free(&path);
    if (code != SQLITE_OK) return refused(s);
    if (mode == STORE_READ_WRITE && sqlite3_db_readonly(s->db, "main") != 0) {
        return status_fail(STRATA_ERR_STORAGE, "%s: may not be written; see to its permissions, or name another file", s->path);
    }
    static const struct {
        int option, value;
    } options[] = { { SQLITE_DBCONFIG_DEFENSIVE, 1 },  { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 }, { SQLITE_DBCONFIG_ENABLE_FKEY, 1 },
                    { SQLITE_DBCONFIG_DQS_DML, 0 },    { SQLITE_DBCONFIG_DQS_DDL, 0 },        { SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 } };
    for (size_t o = 0; o < COUNT(options); o++) {
        if (sqlite3_db_config(s->db, options[o].option, options[o].value, (int *)NULL) != SQLITE_OK) return refused(s);
    }
    (void)sqlite3_limit(s->db, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_progress_handler(s->db, LOOK_STEPS, out_of_patience, s);
    if (sqlite3_busy_handler(s->db, wait_on, s) != SQLITE_OK) return refused(s);
    const int pure = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    if (sqlite3_create_function(s->db, "strata_number", 1, pure, NULL, number_of_text, NULL, NULL) != SQLITE_OK) return refused(s);
    /* SQLite's own read-only connection would leave the two files of the WAL behind; this one tidies up where it may write. */
    if (mode != STORE_READ_WRITE) TRY(execute(s, "PRAGMA query_only = ON"));
    return execute(s, "PRAGMA cell_size_check = ON; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY");
}

/* A page that could not be read is told like one that is damaged: "... unable to get the page. error code=266". */
static int unread_page(const char *found)
{
    static const char words[] = "error code=";
    const char *at = strstr(found, words);
    int code = at != NULL ? (int)strtol(at + strlen(words), NULL, 10) & 0xff : SQLITE_OK;
    return code == SQLITE_CORRUPT ? SQLITE_OK : code;
}

/* Do the pages fit together? Says where the first does not. */
static strata_status check_pages(const store *s)
{
    sqlite3_stmt *q = NULL;
    int code = sqlite3_prepare_v2(s->db, "PRAGMA quick_check(1)", -1, &q, NULL);
    if (code == SQLITE_OK) code = sqlite3_step(q);
    const char *found = code == SQLITE_ROW ? (const char *)sqlite3_column_text(q, 0) : NULL;
    strata_status status = STRATA_OK;
    int unread = found != NULL ? unread_page(found) : SQLITE_OK;
    if (found == NULL) status = refused(s);
    else if (unread != SQLITE_OK) status = refused_for(s, unread, sqlite3_errstr(unread));
    else if (strcmp(found, "ok") != 0) {
        status = status_fail(STRATA_ERR_DATA, "%s: %.300s; %s", s->path, found, damaged);
    }
    (void)sqlite3_finalize(q);
    return status;
}

static strata_status choose_journal(store *s)
{
    if (!store_on_network(s->path)) return execute(s, "PRAGMA journal_mode = WAL");
    text_add(&s->warning, "%s: lies on a network disk, so readers and writers wait for each other; many processes want a local disk",
             s->path);
    return execute(s, "PRAGMA journal_mode = DELETE");
}

static strata_status open_store(store *s, store_mode mode)
{
    TRY(connect_to(s, mode));
    TRY(store_check_identity(s, s->path, mode, &s->empty));
    if (s->empty && mode == STORE_READ_IF_ANY) return STRATA_OK;
    if (mode != STORE_READ_FEW && mode != STORE_READ_IF_ANY) TRY(check_pages(s));
    if (mode != STORE_READ_WRITE) {
        TRY(store_show_as_today(s));
        return unchanged(s);
    }
    TRY(choose_journal(s));
    int64_t version = 0;
    TRY(store_ask_whole(s, "PRAGMA user_version", &version));
    TRY(store_show_texts_as_rows(s));
    return version < STORE_VERSION ? store_in_transaction(s, store_migrate, NULL) : STRATA_OK;
}

/* While another process makes the store a WAL one, SQLite says "busy" without asking wait_on, fearing a deadlock: begin again. */
static strata_status open_patiently(store *s, store_mode mode)
{
    double since = clock_seconds();
    for (int tries = 0;; tries++) {
        strata_status status = open_store(s, mode);
        bool busy = status != STRATA_OK && s->db != NULL && (sqlite3_errcode(s->db) & 0xff) == SQLITE_BUSY;
        if (!busy || clock_seconds() - since >= PATIENCE_S) return status;
        (void)sqlite3_close(s->db);
        s->db = NULL;
        text_free(&s->warning);
        (void)wait_on(s, tries);
    }
}

strata_status store_open(const char *path, store_mode mode, store **out)
{
    void *s = NULL, *copy = NULL;
    REQUIRE(out != NULL);
    *out = NULL;
    REQUIRE(path != NULL);
    TRY(store_check_path(path, mode));
    TRY(alloc_zero(&s, 1, sizeof(store), "a store"));
    strata_status status = alloc_zero(&copy, strlen(path) + 1, 1, "the path of a store");
    if (status == STRATA_OK) {
        memcpy(copy, path, strlen(path));
        ((store *)s)->path = copy;
        store_about(s, mode == STORE_READ_WRITE ? "opening for writing" : "opening for reading", NULL);
        status = open_patiently(s, mode);
    }
    if (status != STRATA_OK || (mode == STORE_READ_IF_ANY && ((store *)s)->empty)) store_close(s);
    else *out = s;
    return status;
}

void store_close(store *s)
{
    if (s == NULL) return;
    for (size_t k = 0; k < KEPT; k++) (void)sqlite3_finalize(s->kept[k].statement);
    (void)sqlite3_close(s->db);
    text_free(&s->warning);
    free(s->path);
    free(s);
}

const char *store_warning(const store *s)
{
    return s != NULL && s->warning.at != NULL ? s->warning.at : "";
}

/* ---- queries --------------------------------------------------------------------------------------------------------------------- */

/* Who may do what while a report's query is prepared: read tables and compute. */
static int only_reading(void *unused, int action, const char *a, const char *b, const char *c, const char *d)
{
    (void)unused, (void)a, (void)b, (void)c, (void)d;
    bool reading = action == SQLITE_SELECT || action == SQLITE_READ || action == SQLITE_FUNCTION || action == SQLITE_RECURSIVE;
    return reading ? SQLITE_OK : SQLITE_DENY;
}

/* What SQLite has just refused: is it the query's fault, and not the file's? */
static strata_status refused_query(const store *s, const store_question *question, int code)
{
    int offset = sqlite3_error_offset(s->db);
    bool by_query = (code & 0xff) == SQLITE_ERROR || (code & 0xff) == SQLITE_AUTH;
    return by_query ? store_wrong_query(question, offset > 0 ? (size_t)offset : 0, sqlite3_errmsg(s->db)) : refused(s);
}

/* Prepares the one SELECT that the SQL is. */
static strata_status prepare_query(const store *s, const store_question *question, sqlite3_stmt **q)
{
    const char *rest = NULL;
    sqlite3_stmt *second = NULL;
    int code = sqlite3_prepare_v2(s->db, question->sql, -1, q, &rest);
    if (code != SQLITE_OK) return refused_query(s, question, code);
    if (*q == NULL) return store_wrong_query(question, 0, "it is empty");
    code = sqlite3_prepare_v2(s->db, rest, -1, &second, NULL); /* what follows may be comments, which make no statement */
    bool more = code != SQLITE_OK || second != NULL;
    (void)sqlite3_finalize(second);
    if (more) return store_wrong_query(question, (size_t)(rest - question->sql), "something follows the first statement");
    bool select = sqlite3_stmt_readonly(*q) != 0 && sqlite3_stmt_isexplain(*q) == 0 && sqlite3_column_count(*q) > 0;
    return select ? STRATA_OK : store_wrong_query(question, 0, "it is no SELECT");
}

static strata_status bind_parameters(const store *s, const store_question *question, sqlite3_stmt *q)
{
    const char *names[STORE_PARAMETERS];
    const store_value *values[STORE_PARAMETERS];
    int count = sqlite3_bind_parameter_count(q);
    if (count > STORE_PARAMETERS) return store_wrong_query(question, 0, "it has more parameters than anyone gives");
    for (int place = 1; place <= count; place++) names[place - 1] = sqlite3_bind_parameter_name(q, place);
    TRY(store_match_parameters(question, names, (size_t)count, values));
    for (int place = 1; place <= count; place++) {
        if (bind_cell(q, place, values[place - 1]) != SQLITE_OK) return refused(s);
    }
    return STRATA_OK;
}

bool store_cell_at(const store_line *line, int column, store_value *out)
{
    sqlite3_stmt *q = (sqlite3_stmt *)line;
    switch (sqlite3_column_type(q, column)) {
    case SQLITE_INTEGER: *out = (store_value){ .type = STORE_INTEGER, .integer = sqlite3_column_int64(q, column) }; return true;
    case SQLITE_FLOAT: *out = (store_value){ .type = STORE_REAL, .real = sqlite3_column_double(q, column) }; return true;
    case SQLITE_TEXT: *out = (store_value){ .type = STORE_TEXT, .text = store_text_at(q, column) }; return true;
    case SQLITE_NULL: *out = (store_value){ .type = STORE_NULL }; return true;
    default: return false;
    }
}

static strata_status show_rows(store *s, const store_question *question, sqlite3_stmt *q, store_answer *row, store_value *cell,
                               store_answer_visitor *visit, void *self)
{
    const subject mine = s->about;
    int code;
    TRY(visit(self, row));
    row->cell = cell;
    while ((code = sqlite3_step(q)) == SQLITE_ROW) {
        for (size_t c = 0; c < row->columns; c++) {
            if (!store_cell_at(q, (int)c, &cell[c])) return store_wrong_query(question, 0, "a column is a BLOB, which no table has");
        }
        TRY(visit(self, row));
        s->about = mine;
    }
    return code == SQLITE_DONE ? STRATA_OK : refused_query(s, question, code);
}

static strata_status show_answer(store *s, const store_question *question, sqlite3_stmt *q, store_answer_visitor *visit, void *self)
{
    void *names = NULL, *cells = NULL;
    store_answer row = { .columns = (size_t)sqlite3_column_count(q) };
    strata_status status = alloc_zero(&names, row.columns, sizeof(char *), "the columns of a query");
    if (status == STRATA_OK) status = alloc_zero(&cells, row.columns, sizeof(store_value), "a row of a query");
    for (size_t c = 0; c < row.columns && status == STRATA_OK; c++) {
        const char *name = sqlite3_column_name(q, (int)c);
        ((const char **)names)[c] = name;
        if (name == NULL) status = refused(s);
    }
    row.name = names;
    if (status == STRATA_OK) status = show_rows(s, question, q, &row, cells, visit, self);
    free(names);
    free(cells);
    return status;
}

strata_status store_query(store *s, const store_question *question, store_answer_visitor *visit, void *self)
{
    REQUIRE(s != NULL && question != NULL && visit != NULL);
    REQUIRE(question->sql != NULL && question->place != NULL);
    sqlite3_stmt *q = NULL;
    s->looks = 0;
    store_about(s, "running a query", NULL);
    /* SQLite makes json_each at its first use, and a query may make nothing. */
    (void)sqlite3_exec(s->db, "SELECT 1 FROM json_each('[]')", NULL, NULL, NULL);
    (void)sqlite3_set_authorizer(s->db, only_reading, NULL);
    strata_status status = prepare_query(s, question, &q);
    (void)sqlite3_set_authorizer(s->db, NULL, NULL);
    if (status == STRATA_OK) status = bind_parameters(s, question, q);
    if (status == STRATA_OK) status = show_answer(s, question, q, visit, self);
    (void)sqlite3_finalize(q);
    return status == STRATA_OK ? unchanged(s) : status;
}
