/*
 * The versions of a store, each a file that takes the one before it there. Whose tables are these? A file may have the right name tags
 * (application_id, user_version) and a view `summary` that never ends. SQLite keeps the text of every CREATE; those of a store are the ones
 * of its version's files (schema.sql, schema2.sql, ...), each from the start of a line to its semicolon, but for views that a later file
 * drops and tables to which a later file adds a column.
 */
#include <stdio.h>
#include <string.h>

#include "earlier.h" /* generated from earlier.sql: store_earlier */
#include "schema1.h" /* generated from schema.sql: store_schema */
#include "schema2.h" /* generated from schema2.sql: store_schema2 */
#include "schema3.h" /* generated from schema3.sql: store_schema3 */
#include "schema4.h" /* generated from schema4.sql: store_schema4 */
#include "schema5.h" /* generated from schema5.sql: store_schema5 */
#include "schema6.h" /* generated from schema6.sql: store_schema6 */
#include "schema7.h" /* generated from schema7.sql: store_schema7 */
#include "store_rows.h"

enum { APPLICATION = 0x53545241 };

/* Version v becomes v + 1 by versions[v]. */
static const char *const versions[STORE_VERSION] = { (const char *)store_schema, (const char *)store_schema2,
                                                     (const char *)store_schema3, (const char *)store_schema4,
                                                     (const char *)store_schema5, (const char *)store_schema6,
                                                     (const char *)store_schema7 };

static const char statement[] = "\nCREATE ", view[] = "\nCREATE VIEW ", drop[] = "\nDROP VIEW ";
static const char alter[] = "\nALTER TABLE ", add[] = " ADD COLUMN "; /* a migration changes a table so and in no other way */

typedef struct {
    size_t count, found; /* versions, statements */
} comparison;

static size_t times(const char *words, const char *in)
{
    size_t n = 0;
    for (const char *at = in; (at = strstr(at, words)) != NULL; at++) n++;
    return n;
}

static bool is_statement(const char *sql, const char *schema)
{
    const char *at = strstr(schema, sql);
    return at != NULL && at > schema && at[-1] == '\n' && at[strlen(sql)] == ';';
}

/* Does one of versions from .. to - 1 drop the view that sql makes? */
static bool is_dropped(const char *sql, size_t from, size_t to)
{
    char words[128];
    const char *name = sql + strlen(view) - 1;
    if (strncmp(sql, view + 1, strlen(view) - 1) != 0) return false;
    (void)snprintf(words, sizeof words, "%s%.*s;", drop, (int)strcspn(name, " "), name);
    for (size_t v = from; v < to; v++) {
        if (strstr(versions[v], words) != NULL) return true;
    }
    return false;
}

/* SQLite writes a column that is added behind the last one, at the bracket that ends the table: takes it out again. False: it is not
 * there. */
static bool take_out(text *sql, const char *column, int length)
{
    char words[256];
    int due = snprintf(words, sizeof words, "\n, %.*s)", length, column);
    char *at = due < (int)sizeof words ? strstr(sql->at, words) : NULL;
    if (at == NULL) return false;
    memmove(at + 1, at + due - 1, strlen(at + due - 1) + 1);
    return true;
}

/* The statement without the columns that versions 1 .. count - 1 add to its table. False: one of them is not there. */
static bool take_out_columns(text *sql, size_t count)
{
    static const char table[] = "CREATE TABLE ";
    bool all = true;
    for (size_t v = 1; v < count; v++) {
        for (const char *at = versions[v]; (at = strstr(at, alter)) != NULL;) {
            at += strlen(alter);
            size_t name = strcspn(at, " ");
            const char *column = at + name + strlen(add), *grown = sql->at + strlen(table);
            bool mine = strncmp(sql->at, table, strlen(table)) == 0 && strncmp(grown, at, name + 1) == 0;
            if (mine) all = all && take_out(sql, column, (int)strcspn(column, ";"));
        }
    }
    return all;
}

static strata_status compare(void *self, const store_line *line)
{
    comparison *c = self;
    text sql = { 0 };
    text_add(&sql, "%s", store_text_at(line, 0));
    if (sql.failed) return status_fail(STRATA_ERR_MEMORY, "no memory for the tables of a store");
    bool whole = false, grown = take_out_columns(&sql, c->count);
    for (size_t v = 0; v < c->count; v++) {
        whole = whole || (grown && is_statement(sql.at, versions[v]) && !is_dropped(sql.at, v + 1, c->count));
    }
    c->found += whole;
    text_free(&sql);
    return STRATA_OK;
}

/* Is every statement of this version in the file, to the letter? A table or view of ours that says something else could cost or answer
 * anything. What the file has beyond them harms nobody, since nobody reads it. */
static strata_status check_schema(store *s, const char *path, int64_t version)
{
    comparison c = { .count = (size_t)version };
    size_t due = 0;
    for (size_t v = 0; v < c.count; v++) due += times(statement, versions[v]) - times(drop, versions[v]);
    TRY(store_walk(s, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL", NULL, NULL, compare, &c));
    if (c.found == due) return STRATA_OK;
    return status_fail(STRATA_ERR_DATA, "%s: its tables are not those of a store: %zu of %zu are; move it away and take a copy, or run the "
                       "experiments again", path, c.found, due);
}

static const char ask_version[] = "PRAGMA user_version";

typedef struct {
    int64_t application, version, tables;
} identity;

/* In one transaction: the file may be made a store by another process just now. */
static strata_status identify(store *s, identity *i)
{
    TRY(store_execute(s, "BEGIN"));
    TRY(store_ask_whole(s, "PRAGMA application_id", &i->application));
    TRY(store_ask_whole(s, ask_version, &i->version));
    TRY(store_ask_whole(s, "SELECT count(*) FROM sqlite_schema", &i->tables));
    return store_execute(s, "COMMIT");
}

strata_status store_check_identity(store *s, const char *path, store_mode mode, bool *empty)
{
    identity i = { 0 };
    TRY(identify(s, &i));
    *empty = i.application == 0 && i.version == 0 && i.tables == 0;
    if (*empty && (mode == STORE_READ_WRITE || mode == STORE_READ_IF_ANY)) return STRATA_OK;
    if (i.application != APPLICATION) {
        return status_fail(STRATA_ERR_DATA, "%s: is %s (application_id 0x%08x), no store of Strata; name another file", path,
                           *empty ? "an empty database" : "another program's database", (unsigned)i.application);
    }
    if (i.version >= 1 && i.version <= STORE_VERSION) return check_schema(s, path, i.version);
    return status_fail(STRATA_ERR_DATA, "%s: is a store of version %lld, but Strata %s knows 1 to %d; use a newer Strata", path,
                       (long long)i.version, strata_version(), STORE_VERSION);
}

strata_status store_show_texts_as_rows(store *s)
{
    return store_execute(s, (const char *)store_earlier);
}

strata_status store_migrate(store *s, const void *unused)
{
    int64_t version = 0;
    (void)unused;
    TRY(store_ask_whole(s, ask_version, &version));
    for (; version < STORE_VERSION; version++) TRY(store_execute(s, versions[version]));
    return STRATA_OK;
}

/* The views that version v makes and no later one drops. */
static void add_views(size_t v, text *sql)
{
    for (const char *at = versions[v]; (at = strstr(at, view)) != NULL; at++) {
        const char *name = at + strlen(view);
        if (!is_dropped(at + 1, v + 1, STORE_VERSION)) {
            text_add(sql, "CREATE TEMP VIEW %.*s;\n", (int)(strstr(name, ";\n") - name), name);
        }
    }
}

/* What the versions behind `version` have as tables, made of what an older file has. A view has no rowid but one that it names. */
static void add_tables(int64_t version, text *sql)
{
    text_add(sql, "%s", (const char *)store_earlier);
    if (version < 3) {
        text_add(sql, "CREATE TEMP VIEW setting AS SELECT * FROM config_line; CREATE TEMP VIEW axis AS SELECT * FROM label_axis;\n");
    }
    if (version < 4) {
        text_add(sql, "CREATE TEMP VIEW run AS SELECT *, 'lab' AS maker, rowid AS rowid FROM main.run;\n"
                 "CREATE TEMP VIEW run_note AS SELECT '' AS run, 0 AS ord, '' AS created, '' AS words WHERE 0;\n");
    }
    if (version < 5) {
        text_add(sql, "CREATE TEMP VIEW dataset AS SELECT * FROM earlier_dataset;\n"
                 "CREATE TEMP VIEW class AS SELECT * FROM earlier_class;\n");
    }
    if (version < 6) {
        text_add(sql, "CREATE TEMP VIEW variant AS SELECT '' AS run, '' AS name, '' AS part, 0 AS ord, 0.0 AS loss, 0 AS loss_kind,"
                 " 0.0 AS accuracy, 0 AS accuracy_kind WHERE 0;\n");
    }
    if (version < 7) {
        text_add(sql, "CREATE TEMP VIEW certainty AS SELECT '' AS run, '' AS part, 0 AS bin, 0 AS correct, 0 AS wrong WHERE 0;\n");
    }
}

strata_status store_show_as_today(store *s)
{
    int64_t version = 0;
    text sql = { 0 };
    TRY(store_ask_whole(s, ask_version, &version));
    if (version == STORE_VERSION) return STRATA_OK;
    text_add(&sql, "PRAGMA query_only = OFF;\n");
    add_tables(version, &sql);
    for (int64_t v = version; v < STORE_VERSION; v++) add_views((size_t)v, &sql);
    text_add(&sql, "PRAGMA query_only = ON");
    strata_status status = sql.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the views of a store") : store_execute(s, sql.at);
    text_free(&sql);
    return status;
}

/* The text of today's view of this name, behind "CREATE VIEW ". */
static const char *view_of_today(const char *name)
{
    char words[64];
    const char *found = NULL;
    (void)snprintf(words, sizeof words, "%s%s (", view, name);
    for (size_t v = 0; v < STORE_VERSION; v++) {
        const char *at = strstr(versions[v], words);
        if (at != NULL) found = at + strlen(view);
    }
    return found;
}

/* Each view over what was evaluated of those before it: tables of this connection, in memory, with the figures in the order in which the
 * view of the file tells them, so that sums over them have the same bits. */
void store_add_evaluation(text *sql)
{
    static const char *const views[] = { "figure", "summary", "prediction", "paired", "variant_summary" };
    for (size_t w = 0; w < sizeof views / sizeof *views; w++) {
        const char *name = views[w], *words = view_of_today(name);
        text_add(sql, "DROP VIEW IF EXISTS temp.%s; CREATE TEMP VIEW %.*s;\n", name, (int)(strstr(words, ";\n") - words), words);
        text_add(sql, "CREATE TEMP TABLE known_%s AS SELECT * FROM %s; DROP VIEW temp.%s;\n", name, name, name);
        text_add(sql, "CREATE INDEX temp.known_%s_by_label ON known_%s (experiment, label);\n", name, name);
        text_add(sql, "CREATE TEMP VIEW %s AS SELECT * FROM known_%s;\n", name, name);
    }
}
