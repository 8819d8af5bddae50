/* The rows of a query over a store, as CSV, for tests. */
#ifndef STRATA_TESTS_ANSWERED_H
#define STRATA_TESTS_ANSWERED_H

#include "table.h"

/* *csv, an empty or used text, becomes the answer; after a failure it is as it was. */
static inline strata_status answered(store *s, const char *sql, text *csv)
{
    table t = { 0 };
    text made = { 0 };
    TRY(table_ask(s, &(store_question){ .place = "test", .sql = sql }, &t));
    table_add_csv(&t, &made);
    table_free(&t);
    if (made.failed) return text_free(&made), status_fail(STRATA_ERR_MEMORY, "no memory for CSV");
    text_free(csv);
    *csv = made;
    return STRATA_OK;
}

#endif
