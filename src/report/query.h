/* Queries: SQL text with named values, over the store. Internal to the module. */
#ifndef STRATA_REPORT_QUERY_H
#define STRATA_REPORT_QUERY_H

#include "store.h"

/* What :key in a query stands for: a text. A list of them ends with a key of NULL. */
typedef struct {
    const char *key, *value;
} query_word;

/* Adds the SQL with each :key replaced by its value as a literal; in strings, names and comments a colon is a colon. STRATA_ERR_DATA, and
 * a sentence that starts with "place:line: ", for a :key without a value and a value without a :key. */
strata_status query_fill(const char *place, const char *sql, const query_word *words, text *out);

/* Runs the SQL, or that of a file, filled in so. Failures of the query are STRATA_ERR_DATA. */
strata_status query_run(store *s, const char *place, const char *sql, const query_word *words, text *csv);
strata_status query_run_file(store *s, const char *path, const query_word *words, text *csv);

#endif
