/* A store narrowed to some of its runs: see store_choose in store.h. What is laid over the file says choose.sql. */
#include <stdio.h>

#include "choose.h" /* generated from choose.sql: store_choosing */
#include "store_rows.h"

/* The ids are bound as one text, a list in JSON; the defaults as another, an object. */
static strata_status pick(store *s, const char *runs, const char *defaults)
{
    static const char ids[] = "INSERT INTO temp.picked SELECT j.value, min(j.key) FROM json_each(?) j JOIN main.run r ON r.id = j.value"
                              " GROUP BY j.value";
    static const char values[] = "INSERT INTO temp.fallback SELECT key, value FROM json_each(?)";
    const store_value list = { .type = STORE_TEXT, .text = runs }, object = { .type = STORE_TEXT, .text = defaults };
    TRY(store_execute(s, "CREATE TEMP TABLE picked (run TEXT PRIMARY KEY, place INTEGER);"
                         "CREATE TEMP TABLE fallback (key TEXT PRIMARY KEY, value TEXT)"));
    TRY(store_put_row(s, &(store_row){ ids, &list, 1 }));
    return store_put_row(s, &(store_row){ values, &object, 1 });
}

static strata_status lay_over(store *s, const char *runs, const char *defaults)
{
    text sql = { 0 };
    TRY(pick(s, runs, defaults));
    text_add(&sql, "%s", (const char *)store_choosing);
    store_add_evaluation(&sql);
    strata_status status = sql.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the views of a store") : store_execute(s, sql.at);
    text_free(&sql);
    return status;
}

strata_status store_choose(store *s, const char *runs, const char *defaults)
{
    int64_t query_only = 0;
    char words[40];
    REQUIRE(s != NULL && runs != NULL && defaults != NULL);
    store_about(s, "choosing runs", NULL);
    TRY(store_ask_whole(s, "PRAGMA query_only", &query_only));
    TRY(store_execute(s, "PRAGMA query_only = OFF")); /* the file is not written */
    TRY(lay_over(s, runs, defaults));
    (void)snprintf(words, sizeof words, "PRAGMA query_only = %d", query_only != 0);
    return store_execute(s, words);
}
