/* strata export --to csv: results and curves of any runs of a store as two tables. */
#include "export_csv.h"

#include <string.h>

#include "file.h"
#include "runs_verbs.h"

enum { TABLES = 2 };
static const char ends[TABLES][16] = { ".csv", "-curves.csv" };

static strata_status write_table(const text *base, int table, const text *csv)
{
    text path = { 0 };
    text_add(&path, "%s%s", base->at, ends[table]);
    strata_status status = path.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the path of a file")
                                       : file_write(path.at, csv->at, csv->length);
    if (status == STRATA_OK) (void)fprintf(stderr, "written: %s\n", path.at);
    text_free(&path);
    return status;
}

static strata_status write_tables(const export_csv_request *r, const stored_runs *runs)
{
    text base = { 0 }, csv[TABLES] = { { 0 }, { 0 } };
    size_t length = r->file != NULL ? strlen(r->file) : 0;
    if (r->file != NULL) text_add(&base, "%.*s", (int)(length - strlen(ends[0])), r->file);
    else text_add(&base, "runs");
    strata_status status = base.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the path of a file") : STRATA_OK;
    if (status == STRATA_OK) status = runs_list_csv(runs, &csv[0]);
    if (status == STRATA_OK) status = runs_curves_csv(runs, &csv[1]);
    for (int t = TABLES; t-- > 0 && status == STRATA_OK;) status = write_table(&base, t, &csv[t]);
    for (int t = 0; t < TABLES; t++) text_free(&csv[t]);
    text_free(&base);
    return status;
}

/* The runs that were named, of those that meet the conditions; all of these where none was named. */
static strata_status choose(const export_csv_request *r, store *s, const store_choice *choice, stored_runs *runs)
{
    store_choice all = *choice;
    if (r->runs > 0) all.limit = 0; /* so many of those that were named */
    TRY(runs_list_whole(s, &all, runs));
    if (r->runs > 0) TRY(runs_keep(s, r->run, r->runs, (size_t)choice->limit, runs));
    if (runs->count > 0) return STRATA_OK;
    return status_fail(STRATA_ERR_ARGUMENT, "no run in the store meets all conditions; strata runs ls lists what there is");
}

static strata_status export_runs(const export_csv_request *r, store *s)
{
    runs_condition read[OPTION_LIST_MOST];
    store_condition where[OPTION_LIST_MOST];
    stored_runs runs = { .at = NULL };
    size_t count = 0;
    bool descending = r->sort != NULL && r->sort[0] == '-';
    strata_status status = STRATA_OK;
    for (; count < r->where.count && status == STRATA_OK; count++) {
        status = runs_condition_read(r->where.at[count], &read[count]);
        where[count] = read[count].condition;
    }
    const store_choice choice = { .experiment = r->experiment, .where = where, .conditions = count, .descending = descending,
                                  .sort = descending ? r->sort + 1 : r->sort, .limit = r->limit };
    if (status == STRATA_OK) status = choose(r, s, &choice, &runs);
    if (status == STRATA_OK) status = write_tables(r, &runs);
    runs_list_free(&runs);
    for (size_t c = 0; c < count; c++) runs_condition_free(&read[c]);
    return status;
}

static strata_status check_file(const char *file)
{
    size_t length = strlen(file), end = strlen(ends[0]);
    if (length > end && strcmp(file + length - end, ends[0]) == 0 && file[length - end - 1] != '/') return STRATA_OK;
    return status_fail(STRATA_ERR_ARGUMENT, "%s: the name of a file of kind csv ends in .csv", text_shown(file));
}

strata_status export_csv(const export_csv_request *r)
{
    store *s;
    text path = { 0 };
    if (r->file != NULL) TRY(check_file(r->file));
    text_add(&path, "%s/runs.sqlite", r->folder);
    strata_status status = path.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the path of the store")
                                       : runs_verb_open(path.at, STORE_READ_FEW, &s);
    if (status == STRATA_OK) {
        status = export_runs(r, s);
        store_close(s);
    }
    text_free(&path);
    return status;
}
