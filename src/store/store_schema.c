/*
 * Whose tables are these? A file may have the right name tags (application_id, user_version) and a view `summary` that never ends. SQLite
 * keeps the text of every CREATE; those of a store are the ones of schema.sql, each from the start of a line to its semicolon.
 */
#include <string.h>

#include "store_rows.h"

static const char statement[] = "\nCREATE ";

typedef struct {
    const char *schema;
    size_t found;
} comparison;

static strata_status compare(void *self, const store_line *line)
{
    comparison *c = self;
    const char *sql = store_text_at(line, 0), *at = strstr(c->schema, sql);
    bool whole = at != NULL && at > c->schema && at[-1] == '\n' && at[strlen(sql)] == ';';
    c->found += whole;
    return STRATA_OK;
}

strata_status store_check_schema(store *s, const char *path, const char *schema)
{
    comparison c = { .schema = schema };
    size_t due = 0;
    for (const char *at = schema; (at = strstr(at, statement)) != NULL; at++) due++;
    TRY(store_walk(s, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL", NULL, NULL, compare, &c));
    if (c.found == due) return STRATA_OK;
    return status_fail(STRATA_ERR_DATA, "%s: its tables are not those of a store: %zu of %zu are; move it away and take a copy, or run the "
                       "experiments again", path, c.found, due);
}
